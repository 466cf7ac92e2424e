#include "engine/rules/maximin_support.h"

#include "tests/unit/ballot_box.h"

static void round_is(const struct ballot_box *box, size_t place, const char *id, const char *load,
                     int64_t left)
{
  assert_true(place < box->outcome.round_count);
  const struct round *round = &box->outcome.rounds[place];
  box_names(box, &round->project, 1, id);
  assert_string_equal(round->stage, "maximin-support");
  assert_false(round->shares_known);
  box_says(round->load, load);
  assert_int_equal(round->left, left);
}

static void misses(const struct ballot_box *box, const char *id, int64_t left)
{
  box_reason(box, id, REASON_DID_NOT_FIT);
  assert_int_equal(box_result(box, id)->left, left);
}

/* --- the examples of docs/rules.md --- */

static void the_example_of_the_manual_holds(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open_five(&box, "garden=3000 bench=1800 mural=6000");
  box_count(&box, "maximin-support", "");
  box_selected(&box, "bench garden");
  round_is(&box, 0, "bench", "900/1", 8200);
  round_is(&box, 1, "garden", "1200/1", 5200); /* all four: 48 € */
  assert_int_equal(box.outcome.round_count, 2);
  assert_int_equal(box.outcome.tie_count, 0);
  assert_int_equal(box.outcome.spent, 4800);
  misses(&box, "mural", 5200);
  box_close(&box);
}

static void the_mural_of_the_manual_would_weigh_25(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open_five(&box, "garden=3000 bench=1800 mural=4500");
  box_count(&box, "maximin-support", "");
  box_selected(&box, "bench garden mural");
  round_is(&box, 2, "mural", "2500/1", 700); /* garden and mural by three; Driss pays the bench */
  box_count(&box, "phragmen", "");
  box_says(box.outcome.rounds[2].load, "2800/1");
  box_close(&box);
}

/* --- loads are shared out anew --- */

/* Two voters share a, and one of them wants b as well. By Phragmén's rule each has paid a half of a for
 * good; here the other one takes over more of it. */
static void nobody_is_held_to_what_was_paid(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 100, "a=10 b=8 c=9");
  box_cast(&box, 1, "a");
  box_cast(&box, 1, "a b");
  box_cast(&box, 1, "c");
  box_count(&box, "maximin-support", "");
  box_selected(&box, "a b c");
  round_is(&box, 0, "a", "5/1", 90);
  round_is(&box, 1, "b", "9/1", 82);
  round_is(&box, 2, "c", "9/1", 73);
  box_tie(&box, 0, 1, "b c", TIE_ID);
  assert_int_equal(box.outcome.tie_count, 1);
  box_count(&box, "phragmen", "");
  box_selected(&box, "a c b");
  box_close(&box);
}

/* Room has to be found along a chain: each can only hand on to the next. */
static void costs_are_handed_on_from_voter_to_voter(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 100, "a=6 b=6 c=6 d=6 e=6");
  box_cast(&box, 1, "a");
  box_cast(&box, 1, "a b");
  box_cast(&box, 1, "b c");
  box_cast(&box, 1, "c d");
  box_cast(&box, 1, "d e");
  box_cast(&box, 1, "e");
  box_count(&box, "maximin-support", "");
  box_selected(&box, "a c e b d");
  round_is(&box, 2, "e", "3/1", 82);
  round_is(&box, 3, "b", "9/2", 76); /* a, b and c of four */
  round_is(&box, 4, "d", "5/1", 70); /* all of six */
  box_tie(&box, 0, 0, "a b c d e", TIE_ID);
  box_tie(&box, 1, 1, "c d e", TIE_ID);
  box_tie(&box, 2, 3, "b d", TIE_ID);
  assert_int_equal(box.outcome.tie_count, 3);
  box_close(&box);
}

/* What is below the largest load costs the rule nothing: all such projects are equal. */
static void a_light_project_ties_with_a_lighter_one(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 30, "a=10 b=1 c=2 d=11");
  box_cast(&box, 1, "a");
  box_cast(&box, 1, "b c d");
  box_cast(&box, 1, "d");
  box_count(&box, "maximin-support", "tie_break=cost-desc,id");
  box_selected(&box, "b c d a"); /* 1, 3, 14/2, 10 */
  round_is(&box, 2, "d", "7/1", 16);
  assert_int_equal(box.outcome.tie_count, 0);
  box.projects[0].cost = 1;
  box_count(&box, "maximin-support", "tie_break=cost-desc,id");
  box_tie(&box, 0, 0, "a b", TIE_ID);
  box_selected(&box, "a b c d");
  box.projects[0].cost = 3;
  box_count(&box, "maximin-support", "tie_break=cost-desc,id");
  box_selected(&box, "b a c d");
  box_tie(&box, 0, 1, "a c", TIE_COST_DESC);
  box_close(&box);
}

static void points_only_say_who_supports(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_POINTS, 100, "a=10 b=10");
  box_cast(&box, 2, "a=1 b=5");
  box_cast(&box, 1, "a=1 b=0");
  box_count(&box, "maximin-support", "");
  round_is(&box, 0, "a", "10/3", 90);
  round_is(&box, 1, "b", "20/3", 80);
  box_count(&box, "maximin-support", "utility=cardinality");
  box_tie(&box, 0, 0, "a b", TIE_ID);
  box_close(&box);
}

/* --- edges --- */

static void what_does_not_fit_is_left_out(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 20, "a=12 b=10 c=9 d=4 e=30 f=1");
  box_cast(&box, 4, "a");
  box_cast(&box, 3, "b");
  box_cast(&box, 2, "c e");
  box_cast(&box, 1, "d");
  box_count(&box, "maximin-support", "");
  box_selected(&box, "a d");
  misses(&box, "b", 8);
  misses(&box, "c", 8);
  misses(&box, "e", 20);
  box_reason(&box, "f", REASON_NO_SUPPORT);
  box_close(&box);
}

static void free_projects_come_first(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 20, "a=5 gift=0 also=0 shut=0");
  box_cast(&box, 2, "a gift");
  box_cast(&box, 1, "also");
  box_count(&box, "maximin-support", "");
  box_selected(&box, "also gift a");
  box_tie(&box, 0, 0, "also gift", TIE_ID);
  round_is(&box, 0, "also", "0/1", 20);
  round_is(&box, 2, "a", "5/2", 15);
  box_reason(&box, "shut", REASON_NO_SUPPORT);
  box_close(&box);
}

static void nobody_votes(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 20, "a=5 gift=0");
  box_count(&box, "maximin-support", "");
  box_selected(&box, "");
  box_cast(&box, 1, "");
  box_close(&box);
}

static void the_largest_costs_are_shared_exactly(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, MONEY_MAX, "a=9007199254740990 b=1");
  box_cast(&box, 1000000000, "a");
  box_cast(&box, 73741824, "a b");
  box_count(&box, "maximin-support", "");
  box_selected(&box, "b a");
  round_is(&box, 0, "b", "1/73741824", 9007199254740990);
  round_is(&box, 1, "a", "9007199254740991/1073741824", 0);
  box_close(&box);
}

static void settings_are_refused_clearly(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open_five(&box, "garden=3000 bench=1800 mural=6000");
  box_refuses(&box, "maximin-support", "on_miss=skip", "settings",
              "the rule maximin-support has no setting 'on_miss'",
              "borda_zero, tie_break, utility");
  box_refuses(&box, "maximin-support", "utility=points", "utility",
              "'approval' ballots have no utility 'points'", "one of cardinality, cost");
  box_close(&box);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_example_of_the_manual_holds),
      cmocka_unit_test(the_mural_of_the_manual_would_weigh_25),
      cmocka_unit_test(nobody_is_held_to_what_was_paid),
      cmocka_unit_test(costs_are_handed_on_from_voter_to_voter),
      cmocka_unit_test(a_light_project_ties_with_a_lighter_one),
      cmocka_unit_test(points_only_say_who_supports),
      cmocka_unit_test(what_does_not_fit_is_left_out),
      cmocka_unit_test(free_projects_come_first),
      cmocka_unit_test(nobody_votes),
      cmocka_unit_test(the_largest_costs_are_shared_exactly),
      cmocka_unit_test(settings_are_refused_clearly),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
