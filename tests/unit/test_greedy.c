#include "engine/rules/greedy.h"

#include "tests/unit/ballot_box.h"

/* The budget takes two of the first three; nobody wants the clock. */
static void open_street(struct ballot_box *box, int64_t budget)
{
  box_open(box, BALLOT_APPROVAL, budget, "trees=50 bikes=30 water=20 clock=10");
  box_cast(box, 3, "trees water");
  box_cast(box, 2, "trees bikes");
  box_cast(box, 2, "bikes water");
  box_cast(box, 1, "trees");
  box_cast(box, 1, "");
}

static void left_is(const struct ballot_box *box, const char *id, enum reason reason, int64_t left)
{
  box_reason(box, id, reason);
  assert_int_equal(box_result(box, id)->left, left);
}

static void rival_is(const struct ballot_box *box, const char *id, enum reason reason,
                     const char *rival)
{
  box_reason(box, id, reason);
  assert_int_equal(box_result(box, id)->rival, box_project(box, span_of(rival)));
}

/* --- order of merit --- */

static void more_votes_go_first(void **state)
{
  (void)state;
  struct ballot_box box;
  open_street(&box, 100);
  box_count(&box, "greedy", "");
  box_selected(&box, "trees water bikes");
  assert_int_equal(box.outcome.spent, 100);
  assert_int_equal(box.outcome.budget, 100);
  assert_int_equal(box.outcome.voters, 9);
  assert_int_equal(box.outcome.distinct_ballots, 5);
  assert_int_equal(box.outcome.tie_count, 0);
  assert_int_equal(box.outcome.completion_count, 0);
  box_close(&box);
}

static void density_is_score_per_cost(void **state)
{
  (void)state;
  struct ballot_box box;
  open_street(&box, 100);
  box_count(&box, "greedy", "by=density");
  box_selected(&box, "water bikes trees"); /* 5/20, 4/30, 6/50 */
  box_close(&box);
}

static void by_cost_a_vote_is_worth_what_the_project_costs(void **state)
{
  (void)state;
  struct ballot_box box;
  open_street(&box, 100);
  box_count(&box, "greedy", "utility=cost"); /* 300, 120, 100 */
  box_selected(&box, "trees bikes water");
  box_count(&box, "greedy", "utility=cost by=density"); /* back to votes: 6, 5, 4 */
  box_selected(&box, "trees water bikes");
  box_close(&box);
}

static void rounds_tell_what_is_left(void **state)
{
  (void)state;
  struct ballot_box box;
  open_street(&box, 85);
  box_count(&box, "greedy", "");
  box_selected(&box, "trees water");
  assert_int_equal(box.outcome.round_count, 2);
  for (size_t i = 0; i < 2; i++) {
    assert_int_equal(box.outcome.rounds[i].project, box.outcome.selected[i]);
    assert_string_equal(box.outcome.rounds[i].stage, "greedy");
    assert_false(box.outcome.rounds[i].shares_known);
  }
  assert_int_equal(box.outcome.rounds[0].left, 35);
  assert_int_equal(box.outcome.rounds[1].left, 15);
  assert_int_equal(box_result(&box, "trees")->votes, 6);
  assert_int_equal(box_result(&box, "trees")->score, 6);
  left_is(&box, "trees", REASON_FUNDED, -1);
  left_is(&box, "bikes", REASON_DID_NOT_FIT, 15);
  left_is(&box, "clock", REASON_NO_SUPPORT, -1);
  assert_false(box_result(&box, "trees")->shares_known);
  box_close(&box);
}

static void points_are_added_up(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_POINTS, 10, "a=10 b=10 c=1");
  box_cast(&box, 3, "a=1");
  box_cast(&box, 1, "b=4");
  box_cast(&box, 2, "c=0");
  box_count(&box, "greedy", "");
  box_selected(&box, "b");
  assert_int_equal(box_result(&box, "b")->score, 4);
  assert_int_equal(box_result(&box, "b")->votes, 1);
  box_reason(&box, "c", REASON_NO_SUPPORT);
  box_count(&box, "greedy", "utility=cardinality");
  box_selected(&box, "a"); /* 3 votes; c with 2 then does not fit */
  assert_int_equal(box_result(&box, "c")->votes, 2);
  left_is(&box, "c", REASON_DID_NOT_FIT, 0);
  box_close(&box);
}

static void ranks_count_as_borda(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_RANKING, 1, "a=1 b=1 c=1");
  box_cast(&box, 2, "a b c"); /* 3 2 1 */
  box_cast(&box, 1, "b c");   /* 2 1 */
  box_count(&box, "greedy", "");
  assert_int_equal(box_result(&box, "a")->score, 6);
  assert_int_equal(box_result(&box, "b")->score, 6);
  assert_int_equal(box_result(&box, "c")->score, 3);
  box_tie(&box, 0, 0, "a b", TIE_ID);
  box_count(&box, "greedy", "borda_zero=true"); /* a 4, b 2 + 1, c 0 */
  box_selected(&box, "a");
  assert_int_equal(box.outcome.tie_count, 0);
  assert_int_equal(box_result(&box, "b")->score, 6); /* what is published stays */
  assert_int_equal(box_result(&box, "c")->votes, 0);
  box_reason(&box, "c", REASON_NO_SUPPORT);
  box_close(&box);
}

/* Sums of utility and their products with costs are beyond 64 bits: 2^61 · 2^53. */
static void the_largest_numbers_are_compared_exactly(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_SPLIT, MONEY_MAX, "a=9007199254740990 b=9007199254740991");
  box_cast(&box, 1 << 19, "a=10000 b=10000");
  box_count(&box, "greedy", "by=density");
  box_selected(&box, "a");
  assert_int_equal(box.outcome.tie_count, 0);
  box_count(&box, "greedy", "utility=cost");
  box_selected(&box, "b");
  assert_int_equal(box.outcome.tie_count, 0);
  box_close(&box);
}

static void a_score_that_outcomes_cannot_say_is_refused(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_POINTS, 10, "a=1 b=1");
  box_cast(&box, 9007199, "b=1000000000");
  box_cast(&box, 1, "b=254740991");
  box_count(&box, "greedy", "");
  struct buffer bytes = box_bytes(&box);
  assert_false(bytes.failed);
  buffer_free(&bytes);
  box_cast(&box, 1, "b=1");
  box_refuses(&box, "greedy", "", "ballots",
              "all together they give 'b' a score of 9007199254740992",
              "a score of at most 9007199254740991 for each project");
  box_refuses(&box, "equal-shares", "utility=cardinality", "ballots",
              "all together they give 'b' a score of 9007199254740992",
              "a score of at most 9007199254740991 for each project");
  box_close(&box);
}

static void nor_is_one_far_below_zero(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_SCORES, 10, "a=1");
  box_cast(&box, 10000000, "a=-1000000000");
  box_refuses(&box, "greedy", "", "ballots",
              "all together they give 'a' a score of -10000000000000000",
              "a score of at most 9007199254740991 for each project");
  box_close(&box);
}

/* --- at a project that does not fit --- */

static void skip_goes_on_to_what_fits(void **state)
{
  (void)state;
  struct ballot_box box;
  open_street(&box, 60);
  box_count(&box, "greedy", "on_miss=skip");
  box_selected(&box, "trees");
  left_is(&box, "water", REASON_DID_NOT_FIT, 10);
  left_is(&box, "bikes", REASON_DID_NOT_FIT, 10);
  box_close(&box);

  open_street(&box, 49);
  box_count(&box, "greedy", "on_miss=skip");
  box_selected(&box, "water");
  left_is(&box, "trees", REASON_DID_NOT_FIT, 49);
  left_is(&box, "bikes", REASON_DID_NOT_FIT, 29);
  box_close(&box);
}

static void stop_ends_at_the_first_that_does_not_fit(void **state)
{
  (void)state;
  struct ballot_box box;
  open_street(&box, 95);
  box_count(&box, "greedy", "on_miss=stop");
  box_selected(&box, "trees water");
  left_is(&box, "bikes", REASON_DID_NOT_FIT, 25);
  box_close(&box);

  open_street(&box, 49);
  box_count(&box, "greedy", "on_miss=stop");
  box_selected(&box, "");
  left_is(&box, "trees", REASON_DID_NOT_FIT, 49);
  left_is(&box, "water", REASON_AFTER_STOP, 49);
  rival_is(&box, "water", REASON_AFTER_STOP, "trees");
  rival_is(&box, "bikes", REASON_AFTER_STOP, "trees");
  box_reason(&box, "clock", REASON_NO_SUPPORT);
  box_close(&box);
}

static void what_fits_to_the_last_cent_fits(void **state)
{
  (void)state;
  struct ballot_box box;
  open_street(&box, 50);
  box_count(&box, "greedy", "on_miss=stop");
  box_selected(&box, "trees");
  left_is(&box, "water", REASON_DID_NOT_FIT, 0);
  box_close(&box);
}

static void dearer_than_the_budget_never_fits(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, MONEY_MAX - 1, "a=9007199254740991 b=9007199254740990");
  box_cast(&box, 2, "a");
  box_cast(&box, 1, "b");
  box_count(&box, "greedy", "");
  box_selected(&box, "b");
  left_is(&box, "a", REASON_DID_NOT_FIT, MONEY_MAX - 1);
  assert_int_equal(box.outcome.spent, MONEY_MAX - 1);
  box_close(&box);
}

/* --- free and unsupported projects --- */

static void free_projects_with_support_come_first(void **state)
{
  (void)state;
  static const char *const ways[] = {"", "by=density", "utility=cost",
                                     "utility=cost by=density on_miss=stop"};
  for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
    struct ballot_box box;
    box_open(&box, BALLOT_APPROVAL, 5, "a=5 free=0 open=0 shut=0");
    box_cast(&box, 9, "a");
    box_cast(&box, 1, "free open");
    box_cast(&box, 1, "open");
    box_count(&box, "greedy", ways[i]);
    box_selected(&box, "open free a");
    box_reason(&box, "shut", REASON_NO_SUPPORT);
    assert_int_equal(box.outcome.tie_count, 0);
    box_close(&box);
  }
}

static void without_a_budget_only_free_projects_are_funded(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 0, "a=1 free=0");
  box_cast(&box, 1, "a free");
  box_count(&box, "greedy", "");
  box_selected(&box, "free");
  left_is(&box, "a", REASON_DID_NOT_FIT, 0);
  box_close(&box);
}

static void unsupported_projects_can_be_let_in_last(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 100, "z=10 y=0 a=40 b=20");
  box_cast(&box, 1, "a");
  box_count(&box, "greedy", "");
  box_selected(&box, "a");
  box_count(&box, "greedy", "fund_unsupported=true");
  box_selected(&box, "a b y z");
  box_tie(&box, 0, 1, "b y z", TIE_ID);
  box_count(&box, "greedy", "fund_unsupported=true tie_break=cost-desc,id");
  box_selected(&box, "a b z y");
  box_tie(&box, 0, 1, "b z y", TIE_COST_DESC);
  box_count(&box, "greedy", "fund_unsupported=true threshold=1");
  box_selected(&box, "a");
  box_reason(&box, "z", REASON_NO_SUPPORT);
  box_close(&box);
}

static void nobody_votes(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 100, "a=10 b=20");
  box_count(&box, "greedy", "");
  box_selected(&box, "");
  assert_int_equal(box.outcome.voters, 0);
  assert_int_equal(box.outcome.spent, 0);
  box_reason(&box, "a", REASON_NO_SUPPORT);
  box_count(&box, "greedy", "fund_unsupported=true");
  box_selected(&box, "a b");
  box_close(&box);
}

/* --- threshold --- */

static void the_threshold_is_met_by_as_many(void **state)
{
  (void)state;
  struct ballot_box box;
  open_street(&box, 100);
  box_count(&box, "greedy", "threshold=5");
  box_selected(&box, "trees water");
  box_reason(&box, "bikes", REASON_BELOW_THRESHOLD);
  box_reason(&box, "clock", REASON_NO_SUPPORT);
  box_count(&box, "greedy", "threshold=4");
  box_selected(&box, "trees water bikes");
  box_count(&box, "greedy", "threshold=9007199254740991");
  box_selected(&box, "");
  box_close(&box);
}

static void the_threshold_is_of_the_score_whatever_the_utility(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_POINTS, 100, "a=50 b=10");
  box_cast(&box, 2, "a=3");
  box_cast(&box, 4, "b=1");
  box_count(&box, "greedy", "threshold=5 utility=cost"); /* b: 40 by cost, 4 points */
  box_selected(&box, "a");
  box_reason(&box, "b", REASON_BELOW_THRESHOLD);
  box_close(&box);
}

/* --- alternatives --- */

static void at_most_one_of_each_category(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 100,
           "a=10:art,city b=10:green c=10:city,green d=10 e=10 f=10:art g=10:ar");
  box_cast(&box, 3, "a");
  box_cast(&box, 2, "b c");
  box_cast(&box, 1, "d e f g");
  box_count(&box, "greedy", "one_per=category");
  box_selected(&box, "a b d e g"); /* no category is shared by none */
  rival_is(&box, "c", REASON_EXCLUDED, "a");
  rival_is(&box, "f", REASON_EXCLUDED, "a");
  box_count(&box, "greedy", "one_per=none");
  box_selected(&box, "a b c d e f g");
  box_close(&box);
}

static void an_alternative_that_did_not_fit_excludes_nothing(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 15, "a=20:x b=10:x c=10:x");
  box_cast(&box, 3, "a");
  box_cast(&box, 2, "b");
  box_cast(&box, 1, "c");
  box_count(&box, "greedy", "one_per=category");
  box_selected(&box, "b");
  left_is(&box, "a", REASON_DID_NOT_FIT, 15);
  rival_is(&box, "c", REASON_EXCLUDED, "b");
  box_close(&box);
}

/* What is excluded is not looked at: it stops nothing. */
static void an_excluded_project_does_not_stop_the_count(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 30, "a=20 b=900 c=10");
  box_cast(&box, 3, "a");
  box_cast(&box, 2, "b");
  box_cast(&box, 1, "c");
  box_count(&box, "greedy", "on_miss=stop exclusive=b+a");
  box_selected(&box, "a c");
  rival_is(&box, "b", REASON_EXCLUDED, "a");
  box_close(&box);
}

static void at_most_one_of_each_group(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 100, "a=1 b=1 c=1 d=1 e=1");
  box_cast(&box, 5, "c");
  box_cast(&box, 4, "d");
  box_cast(&box, 3, "a");
  box_cast(&box, 2, "e");
  box_cast(&box, 1, "b");
  box_count(&box, "greedy", "exclusive=a+b,c+d+e");
  box_selected(&box, "c a");
  rival_is(&box, "d", REASON_EXCLUDED, "c");
  rival_is(&box, "e", REASON_EXCLUDED, "c");
  rival_is(&box, "b", REASON_EXCLUDED, "a");
  box_count(&box, "greedy", "exclusive=d"); /* a group of one excludes nothing */
  box_selected(&box, "c d a e b");
  box_close(&box);
}

static void groups_name_known_projects_once(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 100, "a=1 b=1 c=1");
  static const char ids[] = "ids of projects, such as a+b,c+d+e";
  static const char once[] = "each project in one group, once";
  box_refuses(&box, "greedy", "exclusive=a+x", "exclusive", "no project is called 'x'", ids);
  box_refuses(&box, "greedy", "exclusive=a+b,", "exclusive", "no project is called ''", ids);
  box_refuses(&box, "greedy", "exclusive=a++b", "exclusive", "no project is called ''", ids);
  box_refuses(&box, "greedy", "exclusive=a;b", "exclusive", "no project is called 'a;b'", ids);
  box_refuses(&box, "greedy", "exclusive=a+a", "exclusive", "'a' stands twice", once);
  box_refuses(&box, "greedy", "exclusive=a+b,c+a", "exclusive", "'a' stands twice", once);
  box_close(&box);
}

/* --- ties --- */

static void every_tie_is_listed_with_what_decided_it(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 100, "a=30 b=20 c=20 d=15 e=90 f=90 g=1");
  box_cast(&box, 3, "a b c");
  box_cast(&box, 2, "d");
  box_cast(&box, 1, "e f");
  box_count(&box, "greedy", "tie_break=cost,id");
  box_selected(&box, "b c a d");
  assert_int_equal(box.outcome.tie_count, 2);
  box_tie(&box, 0, 0, "b c a", TIE_ID);
  box_tie(&box, 1, 4, "e f", TIE_ID); /* neither fits: the tie was at the miss */
  box_count(&box, "greedy", "tie_break=cost-desc,id");
  box_selected(&box, "a b c d");
  box_tie(&box, 0, 0, "a b c", TIE_COST_DESC);
  box_close(&box);
}

static void ties_beyond_the_stop_are_not_met(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 10, "a=30 b=20 c=20 d=1");
  box_cast(&box, 3, "b c");
  box_cast(&box, 2, "a d");
  box_count(&box, "greedy", "on_miss=stop");
  box_selected(&box, "");
  assert_int_equal(box.outcome.tie_count, 1);
  box_tie(&box, 0, 0, "b c", TIE_ID);
  rival_is(&box, "c", REASON_AFTER_STOP, "b");
  box_close(&box);
}

static void equal_densities_of_different_projects_are_a_tie(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 100, "a=30 b=20 c=21");
  box_cast(&box, 1, "a");
  box_cast(&box, 2, "a b c");
  box_count(&box, "greedy", "by=density tie_break=votes,id"); /* 3/30 = 2/20 > 2/21 */
  box_selected(&box, "a b c");
  assert_int_equal(box.outcome.tie_count, 1);
  box_tie(&box, 0, 0, "a b", TIE_VOTES);
  box_close(&box);
}

static void free_projects_can_tie(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 100, "b=0 a=0 c=9");
  box_cast(&box, 1, "a b c");
  box_count(&box, "greedy", "");
  box_selected(&box, "a b c");
  assert_int_equal(box.outcome.tie_count, 1);
  box_tie(&box, 0, 0, "a b", TIE_ID);
  box_close(&box);
}

static void lots_decide_when_asked(void **state)
{
  (void)state;
  static const uint32_t draw[] = {2, 0, 1};
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 2, "a=1 b=1 c=1");
  box_cast(&box, 1, "a b c");
  box_refuses(&box, "greedy", "tie_break=draw", "tie_break",
              "'draw' needs lots, and none were drawn", "the seed of the draw");
  box.draw = draw;
  box_count(&box, "greedy", "tie_break=draw");
  box_selected(&box, "b c");
  box_tie(&box, 0, 0, "b c a", TIE_DRAW);
  box_close(&box);
}

/* Many ties: the list of them grows. */
static void twenty_ties_are_all_listed(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 1000,
           "a=1 b=1 c=1 d=1 e=1 f=1 g=1 h=1 i=1 j=1 k=1 l=1 m=1 n=1 o=1 p=1 q=1 r=1 s=1 t=1 "
           "A=1 B=1 C=1 D=1 E=1 F=1 G=1 H=1 I=1 J=1 K=1 L=1 M=1 N=1 O=1 P=1 Q=1 R=1 S=1 T=1");
  for (uint32_t i = 0; i < 20; i++) {
    char pair[] = {(char)('a' + i), ' ', (char)('A' + i), '\0'};
    box_cast(&box, 40 - i, pair);
  }
  box_count(&box, "greedy", "");
  assert_int_equal(box.outcome.selected_count, 40);
  assert_int_equal(box.outcome.tie_count, 20);
  for (uint32_t i = 0; i < 20; i++) {
    char pair[] = {(char)('A' + i), ' ', (char)('a' + i), '\0'};
    box_tie(&box, i, 2 * i, pair, TIE_ID);
  }
  box_close(&box);
}

/* --- settings that do not fit the ballots --- */

static void utilities_must_suit_the_ballots(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 2, "a=1");
  box_refuses(&box, "greedy", "utility=points", "utility",
              "'approval' ballots have no utility 'points'", "one of cardinality, cost");
  box_refuses(&box, "greedy", "borda_zero=true", "borda_zero",
              "it says nothing about the utility 'cardinality'", "utility borda");
  box_refuses(&box, "greedy", "utility=borda-zero", "utility", "'borda-zero' is not a value for it",
              "cardinality cost points borda borda-max");
  box_close(&box);
  box_open(&box, BALLOT_RANKING, 2, "a=1");
  box_refuses(&box, "greedy", "utility=borda-max borda_zero=true", "borda_zero",
              "it says nothing about the utility 'borda-max'", "utility borda");
  box_close(&box);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(more_votes_go_first),
      cmocka_unit_test(density_is_score_per_cost),
      cmocka_unit_test(by_cost_a_vote_is_worth_what_the_project_costs),
      cmocka_unit_test(rounds_tell_what_is_left),
      cmocka_unit_test(points_are_added_up),
      cmocka_unit_test(ranks_count_as_borda),
      cmocka_unit_test(the_largest_numbers_are_compared_exactly),
      cmocka_unit_test(a_score_that_outcomes_cannot_say_is_refused),
      cmocka_unit_test(nor_is_one_far_below_zero),
      cmocka_unit_test(skip_goes_on_to_what_fits),
      cmocka_unit_test(stop_ends_at_the_first_that_does_not_fit),
      cmocka_unit_test(what_fits_to_the_last_cent_fits),
      cmocka_unit_test(dearer_than_the_budget_never_fits),
      cmocka_unit_test(free_projects_with_support_come_first),
      cmocka_unit_test(without_a_budget_only_free_projects_are_funded),
      cmocka_unit_test(unsupported_projects_can_be_let_in_last),
      cmocka_unit_test(nobody_votes),
      cmocka_unit_test(the_threshold_is_met_by_as_many),
      cmocka_unit_test(the_threshold_is_of_the_score_whatever_the_utility),
      cmocka_unit_test(at_most_one_of_each_category),
      cmocka_unit_test(an_alternative_that_did_not_fit_excludes_nothing),
      cmocka_unit_test(an_excluded_project_does_not_stop_the_count),
      cmocka_unit_test(at_most_one_of_each_group),
      cmocka_unit_test(groups_name_known_projects_once),
      cmocka_unit_test(every_tie_is_listed_with_what_decided_it),
      cmocka_unit_test(ties_beyond_the_stop_are_not_met),
      cmocka_unit_test(equal_densities_of_different_projects_are_a_tie),
      cmocka_unit_test(free_projects_can_tie),
      cmocka_unit_test(lots_decide_when_asked),
      cmocka_unit_test(twenty_ties_are_all_listed),
      cmocka_unit_test(utilities_must_suit_the_ballots),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
