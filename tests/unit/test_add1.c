#include "engine/rules/add1.h"

#include <stdio.h>

#include "tests/unit/ballot_box.h"

static void raised(const struct ballot_box *box, uint64_t steps, const char *endowment,
                   const char *stopped)
{
  assert_true(box->outcome.completion_count > 0);
  const struct completion_report *report = &box->outcome.completions[0];
  assert_string_equal(report->name, "add1");
  assert_int_equal(report->steps, steps);
  box_says(report->endowment, endowment);
  assert_string_equal(report->stopped, stopped);
  assert_int_equal(report->added, 0);
  assert_false(report->compared);
}

static void says(const struct ballot_box *box, const char *name, const char *text)
{
  box_says(settings_text(&box->settings, name), text);
}

/* --- what completions are called --- */

static const char order_of_completions[] =
    "at most one of the add1 kinds first, then phragmen, then greedy, then "
    "comparison, each once";

static void a_name_says_how_add1_starts_and_stops(void **state)
{
  (void)state;
  static const char *const names[][4] = {
      {"completion=add1", "add1", "integral", "overspend"},
      {"completion=add1-exhaustive", "add1", "integral", "exhaustive"},
      {"completion=add1-exact", "add1", "exact", "exhaustive"},
      {"completion=add1u", "add1,greedy", "integral", "overspend"},
      {"completion=add1u,comparison", "add1,greedy,comparison", "integral", "overspend"},
      {"completion=add1-exact,greedy", "add1,greedy", "exact", "exhaustive"},
      {"completion=add1-exhaustive,comparison", "add1,comparison", "integral", "exhaustive"},
      {"completion=add1,greedy,comparison", "add1,greedy,comparison", "integral", "overspend"},
      {"completion=greedy,comparison", "greedy,comparison", "integral", "overspend"},
      {"completion=greedy", "greedy", "integral", "overspend"},
      {"completion=comparison", "comparison", "integral", "overspend"},
      {"completion=", "", "integral", "overspend"},
      {"", "", "integral", "overspend"},
  };
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 10, "a=5");
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    assert_int_equal(box_settle(&box, "equal-shares", names[i][0]), STATUS_OK);
    says(&box, "completion", names[i][1]);
    says(&box, "start", names[i][2]);
    says(&box, "stop", names[i][3]);
    says(&box, "unit", "1");
  }
  box_close(&box);
}

static void what_is_given_wins_over_the_name(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 10, "a=5");
  assert_int_equal(
      box_settle(&box, "equal-shares", "completion=add1-exact start=integral unit=25%"), STATUS_OK);
  says(&box, "start", "integral");
  says(&box, "stop", "exhaustive");
  says(&box, "unit", "25%");
  assert_int_equal(box_settle(&box, "equal-shares", "stop=overspend completion=add1-exact unit=7"),
                   STATUS_OK);
  says(&box, "start", "exact");
  says(&box, "stop", "overspend");
  says(&box, "unit", "7");
  assert_int_equal(box_settle(&box, "equal-shares", "completion=add1 start=exact stop=exhaustive"),
                   STATUS_OK);
  says(&box, "start", "exact");
  says(&box, "stop", "exhaustive");
  box_close(&box);
}

static void a_unit_is_one_of_the_currency(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 10, "a=5");
  box.election.minor_unit = 2;
  assert_int_equal(box_settle(&box, "equal-shares", ""), STATUS_OK);
  says(&box, "unit", "100");
  box.election.minor_unit = 6;
  assert_int_equal(box_settle(&box, "equal-shares", ""), STATUS_OK);
  says(&box, "unit", "1000000");
  box_close(&box);
}

static void completions_in_another_order_are_refused(void **state)
{
  (void)state;
  static const char *const orders[] = {
      "greedy,add1",           "comparison,greedy", "comparison,add1",       "add1,add1-exact",
      "add1-exhaustive,add1u", "add1u,greedy",      "add1,comparison,greedy"};
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 10, "a=5");
  for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
    char settings[64], what[96];
    snprintf(settings, sizeof settings, "completion=%s", orders[i]);
    snprintf(what, sizeof what, "'%s' is not an order of completions", orders[i]);
    box_refuses(&box, "equal-shares", settings, "completion", what, order_of_completions);
  }
  static const char known[] = "add1 add1-exhaustive add1-exact add1u phragmen greedy comparison";
  box_refuses(&box, "equal-shares", "completion=add1,add1", "completion",
              "'add1,add1' is not a value for it", known);
  box_refuses(&box, "equal-shares", "completion=lottery", "completion",
              "'lottery' is not a value for it", known);
  box_refuses(&box, "equal-shares", "completion=add1,", "completion",
              "'add1,' is not a value for it", known);
  box_close(&box);
}

/* --- raises --- */

static void raises_go_on_until_one_overspends(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 20, "a=12 b=9");
  box_cast(&box, 1, "a");
  box_cast(&box, 1, "b");
  box_count(&box, "equal-shares", "completion=add1");
  /* From 10 each: b at once; at 12 a too, and that is 21. */
  box_selected(&box, "b");
  raised(&box, 2, "11/1", "overspend");
  assert_int_equal(box_result(&box, "a")->supporters_had, 11);
  box_reason(&box, "a", REASON_TOO_LITTLE_SUPPORT);
  box_close(&box);
}

/* Runs that buy nothing are not made one by one, and yet the last of them is the one kept. */
static void the_endowment_kept_is_that_of_the_run_before(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 10, "a=100");
  box_cast(&box, 1, "a");
  box_count(&box, "equal-shares", "completion=add1");
  box_selected(&box, "");
  raised(&box, 90, "99/1", "overspend");
  assert_int_equal(box_result(&box, "a")->supporters_had, 99);
  box_says(box_result(&box, "a")->effective_support, "99/100");
  box_count(&box, "equal-shares", "completion=add1 unit=7");
  raised(&box, 13, "94/1", "overspend");
  box_count(&box, "equal-shares", "completion=add1 unit=9007199254740991");
  raised(&box, 1, "10/1", "overspend");
  box_close(&box);
}

static void raises_end_when_all_is_funded(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 30, "a=12 b=9 c=9 free=0");
  box_cast(&box, 1, "a free");
  box_cast(&box, 1, "b");
  box_cast(&box, 1, "");
  box_count(&box, "equal-shares", "completion=add1");
  box_selected(&box, "free b a");
  raised(&box, 2, "12/1", "all-funded");
  box_count(&box, "equal-shares", "completion=add1 fund_unsupported=true");
  box_selected(&box, "free b a"); /* no greedy, nothing for c */
  box_reason(&box, "c", REASON_NO_SUPPORT);
  box_close(&box);
}

/* a for 14 does not fit after b; it would be bought at 28. */
static void exhaustive_ends_when_nothing_fits(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 20, "a=14 b=9 c=11");
  box_cast(&box, 1, "a b");
  box_cast(&box, 1, "");
  box_count(&box, "equal-shares", "completion=add1-exhaustive");
  box_selected(&box, "b");
  raised(&box, 0, "10/1", "exhaustive");
  box_count(&box, "equal-shares", "completion=add1");
  box_selected(&box, "b");
  raised(&box, 13, "22/1", "overspend");
  box_close(&box);
}

static void what_nobody_supports_may_keep_a_run_from_being_exhaustive(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 20, "a=14 b=9 c=11");
  box_cast(&box, 1, "a b");
  box_cast(&box, 1, "");
  box_count(&box, "equal-shares", "completion=add1-exhaustive peer_all=true");
  box_selected(&box, "b");
  raised(&box, 13, "22/1", "overspend");
  box.projects[2].cost = 12; /* more than is left: nothing fits at all */
  box_count(&box, "equal-shares", "completion=add1-exhaustive peer_all=true");
  raised(&box, 0, "10/1", "exhaustive");
  box_close(&box);
}

static void when_all_fits_one_run_can_be_enough(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 20, "a=11 b=9");
  box_cast(&box, 1, "a b");
  box_cast(&box, 1, "");
  box_count(&box, "equal-shares", "completion=add1");
  raised(&box, 10, "20/1", "all-funded");
  box_count(&box, "equal-shares", "completion=add1 peer_all_fit=true");
  box_selected(&box, "b");
  raised(&box, 0, "10/1", "all-fit");
  box.projects[0].cost = 12; /* 21 in all: the option says nothing */
  box_count(&box, "equal-shares", "completion=add1 peer_all_fit=true");
  raised(&box, 11, "20/1", "overspend");
  box_close(&box);
}

/* --- where raises start and how large they are --- */

static void a_start_is_exact_or_in_whole_units(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 1000, "a=500 b=900");
  box_cast(&box, 1, "a");
  box_cast(&box, 1, "b");
  box_cast(&box, 1, "");
  box.election.minor_unit = 2;
  /* 333 1/3 cents, or 3 euros. */
  box_count(&box, "equal-shares", "completion=add1");
  raised(&box, 6, "800/1", "overspend");
  box_selected(&box, "a");
  box_count(&box, "equal-shares", "completion=add1 start=exact");
  raised(&box, 6, "2500/3", "overspend");
  box_count(&box, "equal-shares", "completion=add1 start=exact unit=10");
  raised(&box, 57, "2680/3", "overspend");
  box_close(&box);
}

static void a_raise_can_share_out_a_part_of_the_budget(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 10, "a=9");
  box_cast(&box, 1, "a");
  box_cast(&box, 1, "");
  box_count(&box, "equal-shares", "completion=add1 unit=50%"); /* 5, 7 1/2, 10 */
  box_selected(&box, "a");
  raised(&box, 2, "10/1", "all-funded");
  box_count(&box, "equal-shares", "completion=add1 unit=7%"); /* 5 + 12 · 7/20 */
  raised(&box, 12, "46/5", "all-funded");
  box_cast(&box, 1, "");
  box_count(&box, "equal-shares", "completion=add1 unit=7%"); /* 3 + 26 · 7/30 */
  raised(&box, 26, "136/15", "all-funded");
  box_count(&box, "equal-shares", "completion=add1 start=exact unit=7%"); /* 10/3 + 25 · 7/30 */
  raised(&box, 25, "55/6", "all-funded");
  box_close(&box);
}

static void raises_without_end_are_refused(void **state)
{
  (void)state;
  static const char what[] = "add1 would take more than 2^53-1 raises to buy anything";
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 0, "a=9");
  box_cast(&box, 1, "a");
  box_refuses(&box, "equal-shares", "completion=add1 unit=1%", "unit", what, "a larger unit");
  box_refuses(&box, "equal-shares", "completion=add1 unit=100%", "unit", what, "a larger unit");
  box_count(&box, "equal-shares", "completion=add1");
  raised(&box, 9, "8/1", "overspend");
  box_close(&box);
}

/* 32 voters, 25 supporters, 1% of 1: each raise brings the supporters together 25/3200. */
static void as_many_raises_as_outcomes_can_say_are_counted(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 1, "a=70368744177664");
  box_cast(&box, 25, "a");
  box_cast(&box, 7, "");
  box_refuses(&box, "equal-shares", "completion=add1 unit=1%", "unit",
              "add1 would take more than 2^53-1 raises to buy anything", "a larger unit");
  box.projects[0].cost = (int64_t)1 << 45; /* half of it */
  box_count(&box, "equal-shares", "completion=add1 unit=1%");
  raised(&box, UINT64_C(1) << 52, "900719925474099/640", "overspend");
  struct buffer bytes = box_bytes(&box);
  assert_true(bytes.length > 0);
  buffer_free(&bytes);
  box_close(&box);
}

/* The largest money there is: what supporters had is capped, not cut. */
static void the_largest_endowments_are_raised_too(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, MONEY_MAX, "a=9007199254740991");
  box_cast(&box, 3, "a");
  box_count(&box, "equal-shares", "completion=add1");
  box_selected(&box, "a");
  raised(&box, 1, "3002399751580331/1", "all-funded"); /* a third of 2^53 - 1 is not whole */
  assert_int_equal(box_result(&box, "a")->supporters_had, MONEY_MAX);
  assert_int_equal(box_result(&box, "a")->supporters_left, 2);
  box_close(&box);
}

/* Nobody could wait for them one by one; a and b are tied in every run. */
static void ties_do_not_keep_raises_from_being_passed_over(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, INT64_C(10000000000000),
           "a=1000000000000 b=1000000000000 c=10000000000000");
  box_cast(&box, 2, "a c");
  box_cast(&box, 2, "b c");
  box_count(&box, "equal-shares", "completion=add1 tie_break=cost,id");
  box_selected(&box, "a b");
  raised(&box, 500000000000, "2999999999999/1", "overspend");
  assert_int_equal(box.outcome.tie_count, 1);
  box_close(&box);
}

/* As above, but what tells a from b is too little for doubles. */
static void prices_almost_equal_do_not_keep_raises_from_being_passed_over(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, MONEY_MAX,
           "a=1000000000000001 b=1000000000000000 c=9000000000000000");
  box_cast(&box, 2, "a c");
  box_cast(&box, 2, "b c");
  box_count(&box, "equal-shares", "completion=add1 tie_break=id");
  box_selected(&box, "b a");
  assert_int_equal(box.outcome.tie_count, 0);
  raised(&box, 498200186314754, "2750000000000000/1", "overspend");
  box_close(&box);
}

static void the_endowment_of_a_step_follows_from_the_options(void **state)
{
  (void)state;
  struct election election = {.budget = 1000, .minor_unit = 1};
  struct counting counting = {.election = &election, .support = {.voters = 7}};
  static const struct {
    struct add1_options options;
    uint64_t step, numerator, denominator;
  } cases[] = {
      {{.unit = 10}, 0, 140, 1},
      {{.unit = 10}, 3, 170, 1},
      {{.exact_start = true, .unit = 10}, 0, 1000, 7},
      {{.exact_start = true, .unit = 10}, 3, 1210, 7},
      {{.percent = 2}, 0, 98000, 700},
      {{.percent = 2}, 3, 104000, 700},
      {{.exact_start = true, .percent = 2}, 3, 106000, 700},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct endowment endowment = add1_endowment(&counting, &cases[i].options, cases[i].step);
    assert_int_equal(endowment.numerator.high, 0);
    assert_int_equal(endowment.numerator.low, cases[i].numerator);
    assert_int_equal(endowment.denominator, cases[i].denominator);
  }
  counting.support.voters = 0;
  assert_int_equal(add1_endowment(&counting, &cases[2].options, 0).denominator, 1);
}

/* --- then greedily --- */

static void open_with_remainder(struct ballot_box *box)
{
  box_open(box, BALLOT_APPROVAL, 100, "a=30 b=60 c=40 d=25 free=0 e=5");
  box_cast(box, 4, "a");
  box_cast(box, 3, "b");
  box_cast(box, 2, "c");
  box_cast(box, 1, "d");
}

static void greedy_takes_what_fits_in_what_is_left(void **state)
{
  (void)state;
  struct ballot_box box;
  open_with_remainder(&box);
  box_count(&box, "equal-shares", "completion=greedy");
  /* a for 30 by shares; 70 are left: densities b 3/60, c 2/40, d 1/25. */
  box_selected(&box, "a b");
  assert_string_equal(box.outcome.rounds[1].stage, "greedy");
  assert_false(box.outcome.rounds[1].shares_known);
  assert_int_equal(box.outcome.completion_count, 1);
  assert_string_equal(box.outcome.completions[0].name, "greedy");
  assert_int_equal(box.outcome.completions[0].added, 1);
  assert_null(box.outcome.completions[0].stopped);
  assert_int_equal(box.outcome.tie_count, 1);
  box_tie(&box, 0, 1, "b c", TIE_ID);
  box_reason(&box, "c", REASON_DID_NOT_FIT);
  assert_int_equal(box_result(&box, "c")->left, 10);
  box_reason(&box, "free", REASON_NO_SUPPORT);
  assert_true(box_result(&box, "b")->shares_known);
  box_says(box_result(&box, "b")->effective_support, "3/2"); /* 30 of 60, for 3 */
  box_close(&box);
}

static void greedy_goes_by_score_when_told(void **state)
{
  (void)state;
  struct ballot_box box;
  open_with_remainder(&box);
  box.projects[1].cost = 71;
  box_count(&box, "equal-shares", "completion=greedy by=score");
  box_selected(&box, "a c d");
  box_count(&box, "equal-shares", "completion=greedy by=density tie_break=cost-desc,id");
  box_selected(&box, "a c d");
  box.projects[3].cost = 19; /* 1/19 is denser than 2/40 */
  box_count(&box, "equal-shares", "completion=greedy by=density");
  box_selected(&box, "a d c");
  box_count(&box, "equal-shares", "completion=greedy by=score");
  box_selected(&box, "a c d");
  box_count(&box, "equal-shares", "completion=greedy by=score fund_unsupported=true");
  box_selected(&box, "a c d e free");
  box_close(&box);
}

static void greedy_after_add1_knows_what_add1_left(void **state)
{
  (void)state;
  struct ballot_box box;
  open_with_remainder(&box);
  box_count(&box, "equal-shares", "completion=add1u");
  /* c at 20, b at 20: a, b and c are 130. Before, at 19, only a. */
  raised(&box, 10, "19/1", "overspend");
  box_selected(&box, "a b");
  assert_int_equal(box.outcome.completion_count, 2);
  assert_string_equal(box.outcome.completions[1].name, "greedy");
  assert_int_equal(box.outcome.completions[1].added, 1);
  box_close(&box);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_name_says_how_add1_starts_and_stops),
      cmocka_unit_test(what_is_given_wins_over_the_name),
      cmocka_unit_test(a_unit_is_one_of_the_currency),
      cmocka_unit_test(completions_in_another_order_are_refused),
      cmocka_unit_test(raises_go_on_until_one_overspends),
      cmocka_unit_test(the_endowment_kept_is_that_of_the_run_before),
      cmocka_unit_test(raises_end_when_all_is_funded),
      cmocka_unit_test(exhaustive_ends_when_nothing_fits),
      cmocka_unit_test(what_nobody_supports_may_keep_a_run_from_being_exhaustive),
      cmocka_unit_test(when_all_fits_one_run_can_be_enough),
      cmocka_unit_test(a_start_is_exact_or_in_whole_units),
      cmocka_unit_test(a_raise_can_share_out_a_part_of_the_budget),
      cmocka_unit_test(raises_without_end_are_refused),
      cmocka_unit_test(as_many_raises_as_outcomes_can_say_are_counted),
      cmocka_unit_test(the_largest_endowments_are_raised_too),
      cmocka_unit_test(ties_do_not_keep_raises_from_being_passed_over),
      cmocka_unit_test(prices_almost_equal_do_not_keep_raises_from_being_passed_over),
      cmocka_unit_test(the_endowment_of_a_step_follows_from_the_options),
      cmocka_unit_test(greedy_takes_what_fits_in_what_is_left),
      cmocka_unit_test(greedy_goes_by_score_when_told),
      cmocka_unit_test(greedy_after_add1_knows_what_add1_left),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
