#include "engine/rules/comparison.h"

#include "tests/unit/ballot_box.h"

static void compared(const struct ballot_box *box, const char *kept, uint64_t prefer_kept,
                     uint64_t prefer_other)
{
  assert_true(box->outcome.completion_count > 0);
  const struct completion_report *report =
      &box->outcome.completions[box->outcome.completion_count - 1];
  assert_string_equal(report->name, "comparison");
  assert_true(report->compared);
  assert_string_equal(report->kept, kept);
  assert_int_equal(report->prefer_kept, prefer_kept);
  assert_int_equal(report->prefer_other, prefer_other);
}

/* By votes the big project takes all; by shares its supporters cannot pay for it. */
static void open_big_and_small(struct ballot_box *box, uint32_t for_big, uint32_t for_small)
{
  box_open(box, BALLOT_APPROVAL, 100, "big=100 small=10 tiny=5");
  box_cast(box, for_big, "big");
  box_cast(box, for_small, "small");
  box_cast(box, 1, "tiny");
  box_cast(box, 1, "");
}

static void what_more_voters_prefer_is_kept(void **state)
{
  (void)state;
  struct ballot_box box;
  open_big_and_small(&box, 6, 4);
  box_count(&box, "equal-shares", "completion=comparison");
  compared(&box, "greedy", 6, 5);
  box_selected(&box, "big");
  assert_int_equal(box.outcome.spent, 100);
  assert_string_equal(box.outcome.rounds[0].stage, "greedy");
  box_reason(&box, "small", REASON_DID_NOT_FIT);
  assert_false(box_result(&box, "small")->shares_known);
  box_close(&box);

  open_big_and_small(&box, 6, 6);
  box_count(&box, "equal-shares", "completion=comparison tie_break=listed");
  compared(&box, "equal-shares", 7, 6);
  box_selected(&box, "small tiny");
  assert_int_equal(box.outcome.spent, 15);
  box_reason(&box, "big", REASON_TOO_LITTLE_SUPPORT);
  assert_true(box_result(&box, "small")->shares_known);
  assert_int_equal(box.outcome.tie_count, 0); /* greedy met one, which is not told of */
  box_close(&box);
}

static void as_many_on_both_sides_keep_equal_shares(void **state)
{
  (void)state;
  struct ballot_box box;
  open_big_and_small(&box, 5, 4);
  box_count(&box, "equal-shares", "completion=comparison");
  compared(&box, "equal-shares", 5, 5);
  box_selected(&box, "small tiny");
  box_close(&box);
}

static void the_same_selection_is_preferred_by_nobody(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 100, "a=10 b=20");
  box_cast(&box, 3, "a b");
  box_count(&box, "equal-shares", "completion=comparison");
  compared(&box, "equal-shares", 0, 0);
  box_selected(&box, "a b");
  box_close(&box);
}

static void ties_and_rounds_are_those_of_what_is_kept(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 100, "big=100 also=100 x=10 y=10");
  box_cast(&box, 6, "big also");
  box_cast(&box, 4, "x y");
  box_cast(&box, 2, "");
  box_count(&box, "equal-shares", "completion=comparison");
  compared(&box, "greedy", 6, 4);
  box_selected(&box, "also");
  assert_int_equal(box.outcome.round_count, 1);
  box_tie(&box, 0, 0, "also big", TIE_ID);
  box_tie(&box, 1, 1, "x y", TIE_ID);
  assert_int_equal(box.outcome.tie_count, 2);
  box_close(&box);
}

static void earlier_completions_are_still_told_of(void **state)
{
  (void)state;
  struct ballot_box box;
  open_big_and_small(&box, 6, 3);
  box_count(&box, "equal-shares", "completion=add1u,comparison");
  compared(&box, "greedy", 6, 4);
  assert_int_equal(box.outcome.completion_count, 3);
  assert_string_equal(box.outcome.completions[0].name, "add1");
  assert_string_equal(box.outcome.completions[0].stopped, "overspend");
  assert_string_equal(box.outcome.completions[1].name, "greedy");
  assert_int_equal(box.outcome.completions[1].added, 0);
  box_close(&box);
}

static void what_greedy_added_counts_for_equal_shares(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 100, "big=100 small=10 rest=80");
  box_cast(&box, 5, "big");
  box_cast(&box, 3, "small");
  box_cast(&box, 3, "rest");
  box_count(&box, "equal-shares", "completion=comparison");
  compared(&box, "greedy", 5, 3);
  box_count(&box, "equal-shares", "completion=greedy,comparison");
  compared(&box, "equal-shares", 6, 5);
  box_selected(&box, "small rest");
  box_close(&box);
}

/* By points a voter prefers what adds up to more, however few projects that are. Greedy goes by
 * the published score whatever the utility. */
static void voters_compare_sums_of_their_utility(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_POINTS, 30, "a=30 b=10 c=10");
  box_cast(&box, 2, "a=5 b=2 c=2");
  box_cast(&box, 1, "b=3 c=1");
  box_count(&box, "equal-shares", "completion=comparison");
  compared(&box, "greedy", 2, 1);
  box_selected(&box, "a");
  box_count(&box, "equal-shares", "completion=comparison utility=cardinality");
  compared(&box, "equal-shares", 3, 0);
  box_selected(&box, "b c");
  box_close(&box);
}

static void sums_beyond_64_bits_are_compared(void **state)
{
  (void)state;
  static const struct mark both[] = {{0, 1000000000}, {1, 999999999}};
  static const size_t ballot_start[] = {0, 2};
  static const uint32_t multiplicity[] = {7};
  static const uint64_t scale[] = {MONEY_MAX - 1, MONEY_MAX};
  const struct support support = {.project_count = 2,
                                  .group_count = 1,
                                  .multiplicity = multiplicity,
                                  .scale = scale,
                                  .ballot_start = ballot_start,
                                  .ballot = both};
  static const bool first[] = {true, false}, second[] = {false, true}, all[] = {true, true},
                    none[] = {false, false};
  struct preference preference = comparison_count(&support, first, second);
  assert_int_equal(preference.first, 7);
  assert_int_equal(preference.second, 0);
  preference = comparison_count(&support, second, all);
  assert_int_equal(preference.first, 0);
  assert_int_equal(preference.second, 7);
  preference = comparison_count(&support, none, none);
  assert_int_equal(preference.first, 0);
  assert_int_equal(preference.second, 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_more_voters_prefer_is_kept),
      cmocka_unit_test(as_many_on_both_sides_keep_equal_shares),
      cmocka_unit_test(the_same_selection_is_preferred_by_nobody),
      cmocka_unit_test(ties_and_rounds_are_those_of_what_is_kept),
      cmocka_unit_test(earlier_completions_are_still_told_of),
      cmocka_unit_test(what_greedy_added_counts_for_equal_shares),
      cmocka_unit_test(voters_compare_sums_of_their_utility),
      cmocka_unit_test(sums_beyond_64_bits_are_compared),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
