#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/wide.h"

/* The same header again under other names, by halves: both ways are held against each other where
 * the compiler has 128 bits, and are the same way elsewhere. */
#undef BASE_WIDE_H
#define BASE_WIDE_PORTABLE
#define wide                   portable
#define wide_product           portable_product
#define wide_compare           portable_compare
#define wide_sum               portable_sum
#define wide_difference        portable_difference
#define wide_compare_product   portable_compare_product
#define wide_compare_fractions portable_compare_fractions
#include "base/wide.h"
#undef wide
#undef wide_product
#undef wide_compare
#undef wide_sum
#undef wide_difference
#undef wide_compare_product
#undef wide_compare_fractions

static const uint64_t telling[] = {
    0,
    1,
    2,
    3,
    10,
    UINT64_C(0x7fffffff),
    UINT64_C(0x80000000),
    UINT64_C(0xffffffff),
    UINT64_C(0x100000000),
    UINT64_C(0x100000001),
    UINT64_C(9007199254740991),
    UINT64_C(0x7fffffffffffffff),
    UINT64_C(0x8000000000000000),
    UINT64_C(0xffffffff00000000),
    UINT64_C(0xffffffff00000001),
    UINT64_C(0xfffffffffffffffe),
    UINT64_MAX,
};
enum {
  TELLING = sizeof telling / sizeof *telling
};

/* By doubling and adding, bit after bit. */
static struct wide slow_product(uint64_t a, uint64_t b)
{
  struct wide sum = {0, 0};
  for (int bit = 63; bit >= 0; bit--) {
    sum = wide_sum(sum, sum);
    if (b >> bit & 1)
      sum = wide_sum(sum, (struct wide){.high = 0, .low = a});
  }
  return sum;
}

static void assert_product(uint64_t a, uint64_t b)
{
  struct wide slow = slow_product(a, b);
  struct wide product = wide_product(a, b);
  struct portable by_halves = portable_product(a, b);
  assert_true(product.high == slow.high && product.low == slow.low);
  assert_true(by_halves.high == slow.high && by_halves.low == slow.low);
}

static void known_products(void **state)
{
  (void)state;
  struct wide most = wide_product(UINT64_MAX, UINT64_MAX);
  assert_true(most.high == UINT64_MAX - 1 && most.low == 1);
  struct wide power = wide_product(UINT64_C(1) << 63, 4);
  assert_true(power.high == 2 && power.low == 0);
  struct wide small = wide_product(6, 7);
  assert_true(small.high == 0 && small.low == 42);
}

static void products_are_the_same_each_way(void **state)
{
  (void)state;
  for (int i = 0; i < TELLING; i++)
    for (int j = 0; j < TELLING; j++)
      assert_product(telling[i], telling[j]);
}

/* xorshift64 (Marsaglia), so that each run has the same numbers. */
static uint64_t next(uint64_t *seed)
{
  *seed ^= *seed << 13;
  *seed ^= *seed >> 7;
  *seed ^= *seed << 17;
  return *seed;
}

static void products_of_many_numbers_are_the_same_each_way(void **state)
{
  (void)state;
  uint64_t seed = 20270301;
  for (int i = 0; i < 20000; i++) {
    uint64_t a = next(&seed) >> (next(&seed) % 64);
    uint64_t b = next(&seed) >> (next(&seed) % 64);
    assert_product(a, b);
  }
}

static void sums_carry(void **state)
{
  (void)state;
  struct wide sum =
      wide_sum((struct wide){.high = 1, .low = UINT64_MAX}, (struct wide){.high = 2, .low = 1});
  assert_true(sum.high == 4 && sum.low == 0);
  sum = wide_sum((struct wide){.high = 1, .low = 5}, (struct wide){.high = 2, .low = 6});
  assert_true(sum.high == 3 && sum.low == 11);
}

static void differences_borrow(void **state)
{
  (void)state;
  for (size_t i = 0; i < TELLING; i++)
    for (size_t j = 0; j < TELLING; j++) {
      struct wide a = {.high = telling[i] >> 1, .low = telling[j]};
      struct wide b = {.high = telling[j] >> 1, .low = telling[i]};
      struct wide back = wide_difference(wide_sum(a, b), b);
      assert_true(wide_compare(back, a) == 0);
    }
}

/* Against `b` and what is beside it, where b = a · factor was found by adding. */
static void products_of_192_bits_are_compared(void **state)
{
  (void)state;
  for (size_t i = 0; i < TELLING; i++)
    for (size_t j = 0; j < TELLING; j++) {
      struct wide a = {.high = telling[i] >> 33, .low = telling[j]}, b = {0, 0};
      for (uint64_t factor = 0; factor < 40; factor++) {
        struct portable one = {.high = a.high, .low = a.low}, two = {.high = b.high, .low = b.low};
        struct wide more = wide_sum(b, (struct wide){0, 1});
        assert_int_equal(wide_compare_product(a, factor, b), 0);
        assert_int_equal(portable_compare_product(one, factor, two), 0);
        assert_int_equal(wide_compare_product(a, factor, more), -1);
        if (b.high > 0 || b.low > 0)
          assert_int_equal(wide_compare_product(a, factor, wide_difference(b, (struct wide){0, 1})),
                           1);
        b = wide_sum(b, a);
      }
    }
  const struct wide most = {UINT64_MAX, UINT64_MAX};
  assert_int_equal(wide_compare_product(most, UINT64_MAX, most), 1);
  assert_int_equal(wide_compare_product((struct wide){2, 0}, UINT64_C(1) << 63, most), 1);
  assert_int_equal(wide_compare_product((struct wide){1, 0}, UINT64_MAX, most), -1);
}

static void the_high_half_decides_first(void **state)
{
  (void)state;
  static const struct wide sorted[] = {
      {0, 0}, {0, 1}, {0, UINT64_MAX}, {1, 0}, {1, 1}, {UINT64_MAX, 0}, {UINT64_MAX, UINT64_MAX},
  };
  int count = sizeof sorted / sizeof *sorted;
  for (int i = 0; i < count; i++)
    for (int j = 0; j < count; j++) {
      int order = wide_compare(sorted[i], sorted[j]);
      assert_int_equal(order, (i > j) - (i < j));
    }
}

static void fractions_are_compared_exactly(void **state)
{
  (void)state;
  static const struct {
    uint64_t a, b, c, d;
    int order;
  } cases[] = {
      {1, 2, 2, 4, 0},
      {1, 3, 1, 2, -1},
      {2, 3, 1, 2, 1},
      {0, 1, 0, 9, 0},
      {0, 7, 1, UINT64_MAX, -1},
      /* the nearest neighbours that there are: their doubles are equal */
      {UINT64_MAX - 1, UINT64_MAX, UINT64_MAX - 2, UINT64_MAX - 1, 1},
      {9007199254740991, 9007199254740990, 9007199254740990, 9007199254740989, -1},
      {UINT64_MAX, 1, UINT64_MAX, 1, 0},
      {UINT64_MAX, UINT64_MAX, 1, 1, 0},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    int there = wide_compare_fractions(cases[i].a, cases[i].b, cases[i].c, cases[i].d);
    int back = wide_compare_fractions(cases[i].c, cases[i].d, cases[i].a, cases[i].b);
    assert_int_equal(there, cases[i].order);
    assert_int_equal(back, -cases[i].order);
    assert_int_equal(portable_compare_fractions(cases[i].a, cases[i].b, cases[i].c, cases[i].d),
                     cases[i].order);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(known_products),
      cmocka_unit_test(products_are_the_same_each_way),
      cmocka_unit_test(products_of_many_numbers_are_the_same_each_way),
      cmocka_unit_test(sums_carry),
      cmocka_unit_test(differences_borrow),
      cmocka_unit_test(products_of_192_bits_are_compared),
      cmocka_unit_test(the_high_half_decides_first),
      cmocka_unit_test(fractions_are_compared_exactly),
  };
  return cmocka_run_group_tests_name("wide", tests, NULL, NULL);
}
