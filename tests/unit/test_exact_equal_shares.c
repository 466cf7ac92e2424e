#include "engine/rules/exact_equal_shares.h"

#include <stdio.h>

#include "tests/unit/ballot_box.h"

static void round_is(const struct ballot_box *box, size_t place, const char *id, const char *rho,
                     uint64_t payers, const char *money_left)
{
  assert_true(place < box->outcome.round_count);
  const struct round *round = &box->outcome.rounds[place];
  box_names(box, &round->project, 1, id);
  assert_string_equal(round->stage, "exact-equal-shares");
  assert_true(round->shares_known);
  box_says(round->rho, rho);
  assert_int_equal(round->paid_full, payers);
  assert_int_equal(round->paid_all, 0);
  box_says(round->money_left, money_left);
}

static void supporters_are(const struct ballot_box *box, const char *id, int64_t had, int64_t left)
{
  const struct project_result *result = box_result(box, id);
  assert_true(result->shares_known);
  assert_int_equal(result->effective_support.length, 0);
  assert_int_equal(result->supporters_had, had);
  assert_int_equal(result->supporters_left, left);
}

/* "bench=9 garden=30" */
static void raised(const struct ballot_box *box, const char *name, uint64_t steps,
                   const char *endowment, const char *stopped)
{
  assert_int_equal(box->outcome.completion_count, 1);
  const struct completion_report *report = &box->outcome.completions[0];
  assert_string_equal(report->name, name);
  assert_int_equal(report->steps, steps);
  box_says(report->endowment, endowment);
  assert_string_equal(report->stopped, stopped);
}

/* --- the example of docs/rules.md --- */

static void the_example_of_the_manual_holds(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open_five(&box, "garden=3000 bench=1800 mural=3200");
  box_count(&box, "exact-equal-shares", "");
  box_selected(&box, "bench garden");
  round_is(&box, 0, "bench", "900/1", 2, "2200/1");
  round_is(&box, 1, "garden", "1000/1", 3, "2100/1");
  assert_int_equal(box.outcome.spent, 4800);
  assert_int_equal(box.outcome.completion_count, 0);
  box_reason(&box, "mural", REASON_MONEY_USED);
  supporters_are(&box, "mural", 6000, 2100);
  box_payments(&box, "mural", "bench=900 garden=3000");
  box_close(&box);
}

static void add_opt_of_the_manual_gives_everyone_six_more(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open_five(&box, "garden=3000 bench=1800 mural=3200");
  box_count(&box, "exact-equal-shares", "completion=add-opt");
  box_selected(&box, "bench garden mural");
  raised(&box, "add-opt", 1, "2600/1", "all-funded");
  round_is(&box, 2, "mural", "1600/1", 2, "700/1"); /* Chloé keeps her 7 € */
  box_payments(&box, "mural", "bench=900 garden=3000 mural=3200");
  supporters_are(&box, "mural", 7800, 700);
  box_close(&box);
  /* Where the others pay less, as in Equal Shares, she gives what she has. */
  box_open_five(&box, "garden=3000 bench=1800 mural=3200");
  box.election.budget = 13000;
  box_count(&box, "equal-shares", "");
  box_says(box.outcome.rounds[2].rho, "1250/1");
  assert_int_equal(box.outcome.rounds[2].paid_all, 1);
  box_close(&box);
}

/* --- who pays --- */

static void more_payers_make_it_cheaper_than_more_supporters(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 60, "a=30 b=24 c=9");
  box_cast(&box, 3, "a b");
  box_cast(&box, 3, "b c");
  /* b 4 for six, a 10 for three, c 3 for three. Then b is 4, and a's have 6: nothing. */
  box_count(&box, "exact-equal-shares", "");
  box_selected(&box, "c b");
  round_is(&box, 0, "c", "3/1", 3, "21/1");
  round_is(&box, 1, "b", "4/1", 6, "27/1");
  box_reason(&box, "a", REASON_MONEY_USED);
  box_count(&box, "exact-equal-shares", "utility=cost");
  /* b 1/6, then a and c 1/3 each; a's have 6 each. */
  round_is(&box, 0, "b", "1/6", 6, "36/1");
  round_is(&box, 1, "c", "1/3", 3, "9/1");
  assert_int_equal(box.outcome.tie_count, 0);
  box_close(&box);
}

static void exactly_enough_is_enough(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 10, "a=10 b=1");
  box_cast(&box, 3, "a b"); /* 10/3 each, which no double is */
  box_count(&box, "exact-equal-shares", "");
  box_selected(&box, "b");
  round_is(&box, 0, "b", "1/3", 3, "9/1");
  supporters_are(&box, "a", 10, 9);
  box_count(&box, "exact-equal-shares", "utility=cost tie_break=cost-desc,id");
  box_selected(&box, "a");
  round_is(&box, 0, "a", "1/3", 3, "0/1");
  box_tie(&box, 0, 0, "a b", TIE_COST_DESC);
  box_reason(&box, "b", REASON_MONEY_USED);
  box_close(&box);
}

static void supporters_too_few_are_told_apart(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 30, "a=11 b=20 shut=1");
  box_cast(&box, 1, "a b");
  box_cast(&box, 1, "b");
  box_cast(&box, 1, "");
  box_count(&box, "exact-equal-shares", "");
  box_selected(&box, "b");
  box_reason(&box, "a", REASON_TOO_LITTLE_SUPPORT);
  box_reason(&box, "shut", REASON_NO_SUPPORT);
  box_close(&box);
}

static void any_ballot_is_read_as_approval(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_POINTS, 20, "a=10 b=10");
  box_cast(&box, 1, "a=9 b=1");
  box_cast(&box, 1, "b=1");
  box_count(&box, "exact-equal-shares", "");
  box_says(settings_text(&box.settings, "utility"), "cardinality");
  box_selected(&box, "b");
  round_is(&box, 0, "b", "5/1", 2, "10/1");
  box_close(&box);
}

/* --- raises --- */

/* One more payer changes a run too, though it buys the same; add-opt-skip passes over that. */
static void a_raise_may_only_change_who_pays(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 40, "a=8 b=18 c=13");
  box_cast(&box, 2, "a b");
  box_cast(&box, 1, "b");
  box_cast(&box, 1, "c");
  /* 10 each. a 4 for two, who keep 6 each; b is 6 for all three; c needs 13. */
  box_count(&box, "exact-equal-shares", "");
  box_selected(&box, "a b");
  round_is(&box, 1, "b", "6/1", 3, "4/1");
  box_count(&box, "exact-equal-shares", "completion=add-opt");
  raised(&box, "add-opt", 1, "13/1", "all-funded");
  box_close(&box);

  box_open(&box, BALLOT_APPROVAL, 30, "a=10 b=18 c=15");
  box_cast(&box, 2, "a b");
  box_cast(&box, 1, "b c");
  /* 10 each: a 5 for two, who keep 5: 6 is too much for them, b needs 9 of two. */
  box_count(&box, "exact-equal-shares", "");
  box_selected(&box, "a");
  box_count(&box, "exact-equal-shares", "completion=add-opt");
  /* At 11 they hold 6, and b is bought by three; c would be at 21, after 6 for b: overspent. */
  box_selected(&box, "a b");
  raised(&box, "add-opt", 2, "11/1", "overspend");
  round_is(&box, 1, "b", "6/1", 3, "5/1");
  box_close(&box);
}

static void add_opt_can_stop_when_nothing_more_fits(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 30, "a=10 b=18 c=15");
  box_cast(&box, 2, "a b");
  box_cast(&box, 1, "b c");
  box_count(&box, "exact-equal-shares", "completion=add-opt stop=exhaustive");
  raised(&box, "add-opt", 1, "11/1", "exhaustive");
  box_count(&box, "exact-equal-shares", "completion=add-opt-skip");
  raised(&box, "add-opt-skip", 2, "11/1", "overspend");
  box_close(&box);
}

/* --- edges --- */

static void free_projects_are_bought_first_by_all(void **state)
{
  (void)state;
  static const char *const utilities[] = {"utility=cardinality", "utility=cost"};
  for (size_t i = 0; i < 2; i++) {
    struct ballot_box box;
    box_open(&box, BALLOT_APPROVAL, 20, "a=5 free=0 also=0 shut=0");
    box_cast(&box, 2, "a free");
    box_cast(&box, 1, "also");
    box_cast(&box, 1, "");
    box_count(&box, "exact-equal-shares", utilities[i]);
    box_selected(&box, "also free a");
    round_is(&box, 0, "also", "0/1", 1, "5/1");
    round_is(&box, 1, "free", "0/1", 2, "10/1");
    assert_int_equal(box.outcome.tie_count, 1);
    box_tie(&box, 0, 0, "also free", TIE_ID);
    box_payments(&box, "free", "a=5");
    box_reason(&box, "shut", REASON_NO_SUPPORT);
    box_close(&box);
  }
}

static void nobody_votes(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 20, "a=5 free=0");
  box_count(&box, "exact-equal-shares", "completion=add-opt");
  box_selected(&box, "");
  raised(&box, "add-opt", 0, "20/1", "all-funded");
  box_close(&box);
}

static void the_largest_budget_is_shared_exactly(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, MONEY_MAX, "a=9007199254740991 b=9007199254740990 c=1");
  box_cast(&box, 7, "a b");
  box_count(&box, "exact-equal-shares", "");
  box_selected(&box, "b");
  round_is(&box, 0, "b", "9007199254740990/7", 7, "1/1");
  box_count(&box, "exact-equal-shares", "tie_break=cost-desc,id utility=cost");
  round_is(&box, 0, "a", "1/7", 7, "0/1");
  box_close(&box);
}

static void settings_are_refused_clearly(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open_five(&box, "garden=3000 bench=1800 mural=3200");
  box_refuses(&box, "exact-equal-shares", "completion=add-opt,add-opt-skip", "completion",
              "'add-opt,add-opt-skip' are two ways to do the same",
              "add-opt, add-opt-skip or nothing");
  box_refuses(&box, "exact-equal-shares", "utility=points", "utility",
              "'points' is not a value for it", "cardinality cost");
  box_refuses(&box, "exact-equal-shares", "borda_zero=true", "borda_zero",
              "it says nothing about the utility 'cardinality'", "utility borda");
  box_refuses(&box, "exact-equal-shares", "unit=1", "settings",
              "the rule exact-equal-shares has no setting 'unit'",
              "utility, completion, stop, borda_zero, tie_break");
  box_close(&box);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_example_of_the_manual_holds),
      cmocka_unit_test(add_opt_of_the_manual_gives_everyone_six_more),
      cmocka_unit_test(more_payers_make_it_cheaper_than_more_supporters),
      cmocka_unit_test(exactly_enough_is_enough),
      cmocka_unit_test(supporters_too_few_are_told_apart),
      cmocka_unit_test(any_ballot_is_read_as_approval),
      cmocka_unit_test(a_raise_may_only_change_who_pays),
      cmocka_unit_test(add_opt_can_stop_when_nothing_more_fits),
      cmocka_unit_test(free_projects_are_bought_first_by_all),
      cmocka_unit_test(nobody_votes),
      cmocka_unit_test(the_largest_budget_is_shared_exactly),
      cmocka_unit_test(settings_are_refused_clearly),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
