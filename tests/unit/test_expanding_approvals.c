#include "engine/rules/expanding_approvals.h"

#include <stdio.h>

#include "tests/unit/ballot_box.h"

static void round_is(const struct ballot_box *box, size_t place, const char *id, uint32_t rank,
                     const char *rho, const char *money_left)
{
  assert_true(place < box->outcome.round_count);
  const struct round *round = &box->outcome.rounds[place];
  box_names(box, &round->project, 1, id);
  assert_string_equal(round->stage, "expanding-approvals");
  assert_true(round->shares_known);
  assert_int_equal(round->rank, rank);
  box_says(round->rho, rho);
  box_says(round->money_left, money_left);
}

static void payers_are(const struct ballot_box *box, size_t place, uint64_t full, uint64_t all)
{
  assert_int_equal(box->outcome.rounds[place].paid_full, full);
  assert_int_equal(box->outcome.rounds[place].paid_all, all);
}

static void supporters_are(const struct ballot_box *box, const char *id, int64_t had, int64_t left)
{
  const struct project_result *result = box_result(box, id);
  assert_true(result->shares_known);
  assert_int_equal(result->supporters_had, had);
  assert_int_equal(result->supporters_left, left);
}

/* --- the example of docs/rules.md --- */

static void rank_five(struct ballot_box *box, const char *projects)
{
  box_open(box, BALLOT_RANKING, 10000, projects);
  box->election.minor_unit = 2;
  box_cast(box, 1, "garden mural"); /* Ana */
  box_cast(box, 1, "garden mural"); /* Bao */
  box_cast(box, 1, "bench mural");  /* Chloé */
  box_cast(box, 1, "bench");        /* Driss */
  box_cast(box, 1, "");             /* Éva */
}

static void the_example_of_the_manual_holds(void **state)
{
  (void)state;
  struct ballot_box box;
  rank_five(&box, "garden=3000 bench=1800 mural=3900");
  box_count(&box, "expanding-approvals", "");
  box_says(settings_text(&box.settings, "utility"), "borda");
  box_selected(&box, "bench garden");
  round_is(&box, 0, "bench", 1, "900/1", "2200/1");
  round_is(&box, 1, "garden", 1, "1500/1", "1000/1");
  payers_are(&box, 1, 2, 0);
  assert_int_equal(box.outcome.spent, 4800);
  assert_int_equal(box.outcome.tie_count, 0);
  box_reason(&box, "mural", REASON_MONEY_USED);
  supporters_are(&box, "mural", 6000, 2100);
  box_payments(&box, "mural", "bench=900 garden=3000");
  box_close(&box);
}

static void without_the_order_the_mural_of_the_manual_goes_first(void **state)
{
  (void)state;
  struct ballot_box box;
  rank_five(&box, "garden=3000 bench=1800 mural=3900");
  box_count(&box, "expanding-approvals", "utility=cardinality");
  box_selected(&box, "bench mural");
  round_is(&box, 1, "mural", 1, "1400/1", "1200/1");
  payers_are(&box, 1, 2, 1);
  box_reason(&box, "garden", REASON_MONEY_USED);
  supporters_are(&box, "garden", 4000, 1200);
  box_close(&box);
}

static void a_cheaper_mural_of_the_manual_is_funded_at_rank_two(void **state)
{
  (void)state;
  struct ballot_box box;
  rank_five(&box, "garden=3000 bench=1800 mural=2100");
  box_count(&box, "expanding-approvals", "");
  box_selected(&box, "bench garden mural");
  round_is(&box, 2, "mural", 2, "1100/1", "0/1");
  payers_are(&box, 2, 1, 2);
  box_payments(&box, "mural", "bench=900 garden=3000 mural=2100");
  box_close(&box);
}

/* --- ranks --- */

/* Who wants a project later than it was bought has not paid for it, and keeps that money. */
static void who_ranks_it_later_does_not_pay(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_RANKING, 40, "a=20 b=18 c=9");
  box_cast(&box, 2, "a b");
  box_cast(&box, 1, "c a b");
  box_cast(&box, 1, "b");
  /* 10 each: c costs the third voter 9, a the first two 10 each; then at rank 2 b has 10 of the
   * fourth alone, and at rank 3 one more of the third, who never paid for a. */
  box_count(&box, "expanding-approvals", "");
  box_selected(&box, "c a");
  round_is(&box, 1, "a", 1, "10/1", "0/1");
  box_payments(&box, "a", "c=9 a=20");
  supporters_are(&box, "a", 30, 1);
  supporters_are(&box, "b", 40, 11);
  box_payments(&box, "b", "c=9 a=20");
  box_says(box_result(&box, "a")->effective_support, "2/1");
  box_close(&box);
}

static void points_put_equal_ones_together(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_POINTS, 30, "a=16 b=13 c=20 d=1");
  box_cast(&box, 1, "a=5 b=5 c=1"); /* a and b first, c third */
  box_cast(&box, 1, "a=3 c=2 d=0"); /* a, then c; 0 points are no support */
  box_cast(&box, 1, "c=1");
  box_count(&box, "expanding-approvals", "");
  box_says(settings_text(&box.settings, "utility"), "points");
  /* a takes 8 each of two; c then has 10 + 2 at rank 2, 14 at rank 3. */
  box_selected(&box, "a");
  round_is(&box, 0, "a", 1, "8/1", "4/1");
  supporters_are(&box, "c", 30, 14);
  box_reason(&box, "d", REASON_NO_SUPPORT);
  box.projects[2].cost = 14;
  box_count(&box, "expanding-approvals", "");
  box_selected(&box, "a c");
  round_is(&box, 1, "c", 3, "10/1", "0/1"); /* there is no rank 2 on the first ballot */
  box.projects[2].cost = 12;
  box_count(&box, "expanding-approvals", "");
  round_is(&box, 1, "c", 2, "10/1", "0/1");
  box_count(&box, "expanding-approvals", "utility=cardinality");
  box_selected(&box, "d c"); /* a project named with 0 points is approved of */
  box_close(&box);
}

static void the_last_of_a_ranking_may_have_no_support(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_RANKING, 20, "a=9 b=5");
  box_cast(&box, 2, "a b");
  box_count(&box, "expanding-approvals", "");
  box_selected(&box, "a b");
  round_is(&box, 1, "b", 2, "5/2", "6/1");
  box_count(&box, "expanding-approvals", "borda_zero=true");
  box_selected(&box, "a");
  box_reason(&box, "b", REASON_NO_SUPPORT);
  box_close(&box);
}

/* --- which of several --- */

static void the_least_price_goes_first_and_ties_are_told(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_RANKING, 60, "a=12 b=8 c=4 d=9");
  box_cast(&box, 3, "a b");
  box_cast(&box, 2, "b");
  box_cast(&box, 1, "c d");
  /* 10 each: a, b and c are all 4 a head. At rank 2 b would have been 8/5, and comes before. */
  box_count(&box, "expanding-approvals", "tie_break=cost-desc,id");
  box_selected(&box, "a b c");
  assert_int_equal(box.outcome.tie_count, 2);
  box_tie(&box, 0, 0, "a b c", TIE_COST_DESC);
  box_tie(&box, 1, 1, "b c", TIE_COST_DESC);
  round_is(&box, 1, "b", 1, "4/1", "12/1");
  box_reason(&box, "d", REASON_MONEY_USED);
  supporters_are(&box, "d", 10, 6);
  box_close(&box);
}

static void supporters_too_few_are_told_apart(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_RANKING, 20, "a=11 b=20 shut=1 gold=21");
  box_cast(&box, 1, "a b gold");
  box_cast(&box, 1, "b gold");
  /* b at rank 2 takes all there is. */
  box_count(&box, "expanding-approvals", "");
  box_selected(&box, "b");
  round_is(&box, 0, "b", 2, "10/1", "0/1");
  box_reason(&box, "a", REASON_TOO_LITTLE_SUPPORT);
  box_reason(&box, "gold", REASON_TOO_LITTLE_SUPPORT);
  box_reason(&box, "shut", REASON_NO_SUPPORT);
  box_close(&box);
}

/* --- edges --- */

static void exactly_enough_is_enough(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_RANKING, MONEY_MAX, "a=9007199254740990 b=9007199254740991 c=1");
  box_cast(&box, 7, "b c");
  box_count(&box, "expanding-approvals", "");
  box_selected(&box, "b");
  round_is(&box, 0, "b", 1, "9007199254740991/7", "0/1");
  box_reason(&box, "c", REASON_MONEY_USED);
  box_close(&box);
}

static void free_projects_are_bought_first(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_RANKING, 20, "a=5 free=0 also=0 shut=0");
  box_cast(&box, 2, "a free");
  box_cast(&box, 1, "also");
  box_cast(&box, 1, "");
  box_count(&box, "expanding-approvals", "");
  box_selected(&box, "also free a");
  round_is(&box, 1, "free", 0, "0/1", "10/1");
  round_is(&box, 2, "a", 1, "5/2", "5/1");
  box_tie(&box, 0, 0, "also free", TIE_ID);
  box_payments(&box, "free", "a=5");
  box_close(&box);
}

static void nobody_votes(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_RANKING, 20, "a=5 free=0");
  box_count(&box, "expanding-approvals", "");
  box_selected(&box, "");
  box_reason(&box, "free", REASON_NO_SUPPORT);
  box_close(&box);
}

static void the_rank_is_written(void **state)
{
  (void)state;
  struct ballot_box box;
  rank_five(&box, "garden=3000 bench=1800 mural=3900");
  box_count(&box, "expanding-approvals", "");
  struct buffer bytes = box_bytes(&box);
  buffer_add_byte(&bytes, '\0');
  assert_non_null(strstr(bytes.bytes, "{\"left\":5200,\"money_left\":\"1000/1\",\"paid_all\":0,"
                                      "\"paid_full\":2,\"project\":\"garden\",\"rank\":1,"
                                      "\"rho\":\"1500/1\",\"stage\":\"expanding-approvals\"}"));
  buffer_free(&bytes);
  box_close(&box);
}

static void settings_are_refused_clearly(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open_five(&box, "garden=3000 bench=1800 mural=3900");
  box_refuses(&box, "expanding-approvals", "utility=cost", "utility",
              "'cost' is not a value for it", "cardinality points borda");
  box_refuses(&box, "expanding-approvals", "utility=borda", "utility",
              "'approval' ballots have no utility 'borda'", "one of cardinality, cost");
  box_refuses(&box, "expanding-approvals", "borda_zero=true", "borda_zero",
              "it says nothing about the utility 'cardinality'", "utility borda");
  box_refuses(&box, "expanding-approvals", "completion=greedy", "settings",
              "the rule expanding-approvals has no setting 'completion'",
              "utility, borda_zero, tie_break");
  box_close(&box);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_example_of_the_manual_holds),
      cmocka_unit_test(without_the_order_the_mural_of_the_manual_goes_first),
      cmocka_unit_test(a_cheaper_mural_of_the_manual_is_funded_at_rank_two),
      cmocka_unit_test(who_ranks_it_later_does_not_pay),
      cmocka_unit_test(points_put_equal_ones_together),
      cmocka_unit_test(the_last_of_a_ranking_may_have_no_support),
      cmocka_unit_test(the_least_price_goes_first_and_ties_are_told),
      cmocka_unit_test(supporters_too_few_are_told_apart),
      cmocka_unit_test(exactly_enough_is_enough),
      cmocka_unit_test(free_projects_are_bought_first),
      cmocka_unit_test(nobody_votes),
      cmocka_unit_test(the_rank_is_written),
      cmocka_unit_test(settings_are_refused_clearly),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
