#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audit/compare/dice.h"

/* What Python's hashlib makes of the definition in dice.h, for seed 7 and number 3. */

static void numbers_are_sha256_over_a_counter(void **state)
{
  (void)state;
  static const uint64_t expected[] = {UINT64_C(0xdd236bf47361ba18), UINT64_C(0xc95b8658e5f405c4),
                                      UINT64_C(0x55dfcc23db27406e), UINT64_C(0x6e36bd49050056e5),
                                      UINT64_C(0x5c3365656d5d7089)};
  struct dice dice;
  dice_begin(&dice, 7, 3);
  for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
    assert_true(dice_number(&dice) == expected[i]);
}

/* A bound just above the half of all numbers: about every second one is drawn again. */
static void what_would_be_uneven_is_drawn_again(void **state)
{
  (void)state;
  static const uint64_t expected[] = {UINT64_C(0x55dfcc23db27406e), UINT64_C(0x6e36bd49050056e5),
                                      UINT64_C(0x5c3365656d5d7089), UINT64_C(0x56e6cb20d48fa9e2)};
  struct dice dice;
  dice_begin(&dice, 7, 3);
  for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
    assert_true(dice_below(&dice, (UINT64_C(1) << 63) + 1) == expected[i]);
}

static void small_bounds(void **state)
{
  (void)state;
  static const uint64_t expected[] = {44, 88, 14, 81, 41, 6};
  struct dice dice;
  dice_begin(&dice, 7, 3);
  for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
    assert_int_equal(dice_below(&dice, 100), expected[i]);
  assert_int_equal(dice_below(&dice, 1), 0);
}

static void another_election_has_other_numbers(void **state)
{
  (void)state;
  struct dice first, second, other;
  dice_begin(&first, 7, 3);
  dice_begin(&second, 7, 4);
  dice_begin(&other, 8, 3);
  uint64_t number = dice_number(&first);
  assert_true(number != dice_number(&second));
  assert_true(number != dice_number(&other));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(numbers_are_sha256_over_a_counter),
      cmocka_unit_test(what_would_be_uneven_is_drawn_again),
      cmocka_unit_test(small_bounds),
      cmocka_unit_test(another_election_has_other_numbers),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
