#include "audit/compare/figures.h"

#include "tests/unit/ballot_box.h"

static void open_street(struct ballot_box *box)
{
  box_open(box, BALLOT_APPROVAL, 100, "garden=30 bench=18 mural=60");
  box_cast(box, 3, "garden mural");
  box_cast(box, 2, "bench");
  box_cast(box, 4, "mural");
  box_cast(box, 1, "");
  box_count(box, "greedy", "");
}

static struct figures figures_for(struct ballot_box *box, const uint32_t *selected, size_t count)
{
  struct support support;
  struct figures figures;
  assert_int_equal(support_make(&box->election, &box->profile, UTILITY_CARDINALITY, &box->arena,
                                &support, &box->fault),
                   STATUS_OK);
  assert_int_equal(figures_of(&support, selected, count, 90, &box->arena, &figures, &box->fault),
                   STATUS_OK);
  return figures;
}

static void assert_figures(struct figures figures, uint64_t funded, uint64_t without,
                           uint64_t approved)
{
  assert_int_equal(figures.funded, funded);
  assert_int_equal(figures.without, without);
  assert_int_equal(figures.approved, approved);
  assert_int_equal(figures.spent, 90);
}

static void voters_are_counted_by_what_they_get(void **state)
{
  (void)state;
  struct ballot_box box;
  open_street(&box);
  assert_figures(figures_for(&box, (const uint32_t[]){2, 0}, 2), 2, 3, 10);
  assert_figures(figures_for(&box, (const uint32_t[]){1}, 1), 1, 8, 2);
  assert_figures(figures_for(&box, (const uint32_t[]){0, 1, 2}, 3), 3, 1, 12);
  box_close(&box);
}

static void nothing_funded_leaves_everybody_with_nothing(void **state)
{
  (void)state;
  struct ballot_box box;
  open_street(&box);
  assert_figures(figures_for(&box, NULL, 0), 0, 10, 0);
  box_close(&box);
}

static void points_are_read_as_approval(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_POINTS, 100, "garden=30 bench=18");
  box_cast(&box, 2, "garden=5 bench=1");
  box_cast(&box, 1, "bench=9");
  box_count(&box, "greedy", "");
  assert_figures(figures_for(&box, (const uint32_t[]){0}, 1), 1, 1, 2);
  box_close(&box);
}

static void ratios_go_to_the_nearest(void **state)
{
  (void)state;
  assert_int_equal(figures_ratio(0, 7, 1000), 0);
  assert_int_equal(figures_ratio(7, 7, 1000), 1000);
  assert_int_equal(figures_ratio(1, 3, 1000), 333);
  assert_int_equal(figures_ratio(2, 3, 1000), 667);
  assert_int_equal(figures_ratio(1, 8, 100), 13); /* 12.5 */
  assert_int_equal(figures_ratio(14, 10, 100), 140);
  assert_int_equal(figures_ratio(5, 0, 100), 0);
}

static void large_ratios_do_not_overflow(void **state)
{
  (void)state;
  assert_int_equal(figures_ratio(UINT64_MAX, UINT64_MAX, 1000), 1000);
  assert_int_equal(figures_ratio(UINT64_MAX / 2, UINT64_MAX, 1000), 500);
  assert_int_equal(
      figures_ratio(UINT64_C(9007199254740991) * 1000, UINT64_C(9007199254740991) * 2000, 1000),
      500);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(voters_are_counted_by_what_they_get),
      cmocka_unit_test(nothing_funded_leaves_everybody_with_nothing),
      cmocka_unit_test(points_are_read_as_approval),
      cmocka_unit_test(ratios_go_to_the_nearest),
      cmocka_unit_test(large_ratios_do_not_overflow),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
