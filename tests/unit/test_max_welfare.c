#include "engine/rules/max_welfare.h"

#include <stdio.h>

#include "tests/unit/ballot_box.h"

static void round_is(const struct ballot_box *box, size_t place, const char *id,
                     const char *utility, int64_t left)
{
  assert_true(place < box->outcome.round_count);
  const struct round *round = &box->outcome.rounds[place];
  box_names(box, &round->project, 1, id);
  assert_string_equal(round->stage, "max-welfare");
  assert_false(round->shares_known);
  box_says(round->utility, utility);
  box_says(round->load, "");
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
  box_count(&box, "max-welfare", "");
  box_selected(&box, "garden mural");
  round_is(&box, 0, "garden", "3", 7000);
  round_is(&box, 1, "mural", "3", 1000);
  assert_int_equal(box.outcome.round_count, 2);
  assert_int_equal(box.outcome.tie_count, 0);
  assert_int_equal(box.outcome.spent, 9000);
  misses(&box, "bench", 1000);
  box_count(&box, "max-welfare", "utility=cost");
  box_selected(&box, "garden mural");
  round_is(&box, 0, "garden", "9000", 7000);
  round_is(&box, 1, "mural", "18000", 1000);
  box_close(&box);
}

static void the_manual_is_right_about_80(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open_five(&box, "garden=3000 bench=1800 mural=6000");
  box.election.budget = 8000;
  box_count(&box, "max-welfare", "");
  box_selected(&box, "bench garden");
  assert_int_equal(box.outcome.tie_count, 1);
  box_tie(&box, 0, 1, "garden mural", TIE_ID);
  misses(&box, "mural", 3200);
  box_count(&box, "max-welfare", "tie_break=cost-desc,id");
  box_selected(&box, "mural bench");
  box_tie(&box, 0, 0, "mural garden", TIE_COST_DESC);
  misses(&box, "garden", 200);
  box_close(&box);
}

/* --- which set --- */

/* By utility per cost a is first, and nothing fits beside it. */
static void what_is_best_for_its_cost_may_be_left_out(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_POINTS, 10, "a=6 b=5 c=5 d=1");
  box_cast(&box, 1, "a=13 b=10 c=10");
  box_count(&box, "max-welfare", "");
  box_selected(&box, "b c");
  round_is(&box, 0, "b", "10", 5);
  round_is(&box, 1, "c", "10", 0);
  misses(&box, "a", 0);
  box_reason(&box, "d", REASON_NO_SUPPORT);
  assert_int_equal(box_result(&box, "d")->left, -1);
  box_close(&box);
}

/* Five sets of two are as good as each other; the list decides thing by thing. */
static void the_tie_list_goes_from_project_to_project(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 7, "d=3 c=4 b=3 a=4");
  box_cast(&box, 2, "a b c d");
  box_count(&box, "max-welfare", "");
  box_selected(&box, "a b");          /* not a and c, which cost 8 */
  box_tie(&box, 0, 0, "a c", TIE_ID); /* the last of the best sets is c and d */
  box_count(&box, "max-welfare", "tie_break=listed");
  box_selected(&box, "d c");
  box_tie(&box, 0, 0, "d b", TIE_LISTED); /* the last is b and a */
  box_count(&box, "max-welfare", "tie_break=cost,id");
  box_selected(&box, "b d");
  box_tie(&box, 0, 0, "b c", TIE_COST); /* the last is d and c */
  box_close(&box);
}

/* The first of the best sets need not have the first project of the list: none of them has. */
static void only_the_best_sets_are_asked(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_POINTS, 10, "a=10 b=4 c=5 d=5 e=1");
  box_cast(&box, 1, "a=9 b=5 c=5 d=5 e=1");
  box_count(&box, "max-welfare", "");
  box_selected(&box, "b c e"); /* 11; so are b, d, e; c and d are 10 */
  assert_int_equal(box.outcome.tie_count, 1);
  box_tie(&box, 0, 1, "c d", TIE_ID);
  box_close(&box);
}

static void more_things_than_bits_of_a_word(void **state)
{
  (void)state;
  struct ballot_box box;
  char projects[BOX_PROJECTS_MAX * 16] = "", ballot[BOX_PROJECTS_MAX * 8] = "";
  size_t length = 0, named = 0;
  for (unsigned i = 0; i < BOX_PROJECTS_MAX; i++) {
    length += (size_t)snprintf(projects + length, sizeof projects - length, "%sp%02u=2",
                               i > 0 ? " " : "", i);
    named +=
        (size_t)snprintf(ballot + named, sizeof ballot - named, "%sp%02u", i > 0 ? " " : "", i);
  }
  box_open(&box, BALLOT_APPROVAL, 2 * BOX_PROJECTS_MAX - 3, projects);
  box_cast(&box, 1, ballot);
  box_count(&box, "max-welfare", "");
  assert_int_equal(box.outcome.selected_count, BOX_PROJECTS_MAX - 2);
  box_reason(&box, "p62", REASON_DID_NOT_FIT);
  box_reason(&box, "p63", REASON_DID_NOT_FIT);
  box_tie(&box, 0, 0, "p00 p62", TIE_ID);
  box_close(&box);
}

/* --- edges --- */

static void free_projects_come_first(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 5, "a=5 gift=0 alm=0 shut=0 far=6");
  box_cast(&box, 2, "a gift far");
  box_cast(&box, 1, "alm");
  box_count(&box, "max-welfare", "utility=cost");
  box_selected(&box, "alm gift a");
  assert_int_equal(box.outcome.tie_count, 0);
  round_is(&box, 0, "alm", "0", 5);
  round_is(&box, 2, "a", "10", 0);
  misses(&box, "far", 0);
  box_reason(&box, "shut", REASON_NO_SUPPORT);
  box_close(&box);
}

static void nobody_votes(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 20, "a=5 gift=0");
  box_count(&box, "max-welfare", "");
  box_selected(&box, "");
  box_reason(&box, "a", REASON_NO_SUPPORT);
  box_cast(&box, 1, "a");
  box_close(&box);
}

/* Sums of utility beyond 64 bits. */
static void the_largest_numbers_are_weighed_exactly(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, MONEY_MAX, "a=9007199254740991 b=9007199254740990 c=1");
  box_cast(&box, 1000000000, "a b c");
  box_cast(&box, 1, "b c");
  box_count(&box, "max-welfare", "utility=cost");
  box_selected(&box, "b c");
  round_is(&box, 0, "b", "9007199263748189254740990", 1);
  box_close(&box);
}

static void a_negative_score_is_no_utility(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_SCORES, 10, "a=10 b=10");
  box_cast(&box, 1, "a=5 b=3");
  box_cast(&box, 1, "a=-4");
  box_count(&box, "max-welfare", "");
  box_selected(&box, "a");
  round_is(&box, 0, "a", "5", 0);
  box_close(&box);
}

static void settings_are_refused_clearly(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open_five(&box, "garden=3000 bench=1800 mural=6000");
  box_refuses(&box, "max-welfare", "on_miss=skip", "settings",
              "the rule max-welfare has no setting 'on_miss'", "borda_zero, tie_break, utility");
  box_refuses(&box, "max-welfare", "utility=points", "utility",
              "'approval' ballots have no utility 'points'", "one of cardinality, cost");
  box_close(&box);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_example_of_the_manual_holds),
      cmocka_unit_test(the_manual_is_right_about_80),
      cmocka_unit_test(what_is_best_for_its_cost_may_be_left_out),
      cmocka_unit_test(the_tie_list_goes_from_project_to_project),
      cmocka_unit_test(only_the_best_sets_are_asked),
      cmocka_unit_test(more_things_than_bits_of_a_word),
      cmocka_unit_test(free_projects_come_first),
      cmocka_unit_test(nobody_votes),
      cmocka_unit_test(the_largest_numbers_are_weighed_exactly),
      cmocka_unit_test(a_negative_score_is_no_utility),
      cmocka_unit_test(settings_are_refused_clearly),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
