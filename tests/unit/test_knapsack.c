/* What the rule's own tests and the oracle do not come to: searches that are refused. */
#include "engine/rules/welfare/knapsack.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum {
  UNLIKE = 40,
  ALIKE = 2000
};

static enum status solve(size_t words_max, bool alike, struct fault *fault)
{
  static struct knapsack_thing things[ALIKE];
  struct arena arena = {0};
  const uint32_t count = alike ? ALIKE : UNLIKE;
  uint64_t all = 0;
  for (uint32_t i = 0; i < count; i++) {
    /* Of about the same utility for their cost, but no two sums of costs are the same. */
    const uint64_t cost = alike ? 2 : UINT64_C(1000000) + UINT64_C(7) * i * i * i + i;
    things[i] = (struct knapsack_thing){.project = i,
                                        .place = count - 1 - i,
                                        .cost = cost,
                                        .utility = {0, 1},
                                        .gain = 1,
                                        .per = cost};
    all += cost;
  }
  enum status status = knapsack_solve(things, count, all / 2 + 1, words_max, &arena, fault);
  arena_free(&arena);
  return status;
}

static void a_list_that_grows_too_long_is_refused(void **state)
{
  (void)state;
  struct fault fault;
  assert_int_equal(solve(400, false, &fault), STATUS_REFUSED);
  assert_string_equal(fault.where, "max-welfare");
  assert_string_equal(fault.what, "to find the best set takes more sets at once than 100");
  assert_string_equal(fault.expected, "fewer projects, or costs with more zeros at their end");
  assert_int_equal(solve(0, false, &fault), STATUS_REFUSED);
  assert_string_equal(fault.what, "to find the best set takes more sets at once than 0");
  assert_int_equal(solve(KNAPSACK_WORDS_MAX, false, &fault), STATUS_OK);
}

/* Never more than a thousand sets of 35 words at once, but two thousand times. */
static void and_so_is_a_search_that_takes_too_long(void **state)
{
  (void)state;
  struct fault fault;
  assert_int_equal(solve(40000, true, &fault), STATUS_REFUSED);
  assert_string_equal(fault.where, "max-welfare");
  assert_string_equal(fault.what, "to find the best set takes more steps than 40960000");
  assert_int_equal(solve(KNAPSACK_WORDS_MAX, true, &fault), STATUS_OK);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_list_that_grows_too_long_is_refused),
      cmocka_unit_test(and_so_is_a_search_that_takes_too_long),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
