#include "engine/natural.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
  ROUNDS = 400,
  ROOM = 2688 / GMP_NUMB_BITS
};

/* --- the same numbers here and in GMP --- */

static gmp_randstate_t source;

struct pair {
  mp_limb_t limbs[ROOM];
  struct natural natural;
  mpz_t mpz;
};

static void take(struct pair *pair, mpz_srcptr value)
{
  size_t size = mpz_size(value);
  assert_true(size <= ROOM);
  pair->natural = natural_in(pair->limbs, ROOM);
  for (size_t i = 0; i < size; i++)
    pair->limbs[i] = mpz_getlimbn(value, (mp_size_t)i);
  pair->natural.size = size;
  mpz_set(pair->mpz, value);
}

static void pair_begin(struct pair *pair)
{
  /* What lies above a number's size must not matter. */
  memset(pair->limbs, 0xa5, sizeof pair->limbs);
  pair->natural = natural_in(pair->limbs, ROOM);
  mpz_init(pair->mpz);
}

static void same(const struct natural *natural, mpz_srcptr value)
{
  assert_int_equal(natural->size, mpz_size(value));
  for (size_t i = 0; i < natural->size; i++)
    assert_true(natural->limbs[i] == mpz_getlimbn(value, (mp_size_t)i));
}

static void set_64(mpz_ptr to, uint64_t value)
{
  mpz_import(to, 1, 1, sizeof value, 0, 0, &value);
}

static uint64_t get_64(mpz_srcptr value)
{
  uint64_t got = 0;
  assert_true(mpz_sizeinbase(value, 2) <= 64);
  mpz_export(&got, NULL, 1, sizeof got, 0, 0, value);
  return got;
}

/* Of every size up to `bits`: 0, powers of two, one less than those, and random ones. */
static void draw(struct pair *pair, unsigned long bits)
{
  mpz_t value;
  mpz_init(value);
  unsigned long size = gmp_urandomm_ui(source, bits + 1);
  switch (gmp_urandomm_ui(source, 6)) {
  case 0:
    break;
  case 1:
    mpz_setbit(value, size);
    break;
  case 2:
    mpz_setbit(value, size);
    mpz_sub_ui(value, value, 1);
    break;
  case 3:
    mpz_rrandomb(value, source, size + 1); /* long runs of ones and zeros: many carries */
    break;
  default:
    mpz_urandomb(value, source, size);
    break;
  }
  take(pair, value);
  mpz_clear(value);
}

static uint64_t draw_64(void)
{
  static const uint64_t edges[] = {0,          1,          2,          UINT32_MAX,
                                   1ULL << 32, 1ULL << 63, UINT64_MAX, UINT64_MAX - 1};
  unsigned long choice = gmp_urandomm_ui(source, 16);
  if (choice < sizeof edges / sizeof edges[0])
    return edges[choice];
  uint64_t high = gmp_urandomb_ui(source, 32), low = gmp_urandomb_ui(source, 32);
  return choice < 12 ? low : high << 32 | low;
}

struct numbers {
  struct pair a, b, c;
  mpz_t factor, other;
};

static void numbers_begin(struct numbers *numbers)
{
  pair_begin(&numbers->a);
  pair_begin(&numbers->b);
  pair_begin(&numbers->c);
  mpz_inits(numbers->factor, numbers->other, NULL);
}

static void numbers_end(struct numbers *numbers)
{
  mpz_clears(numbers->a.mpz, numbers->b.mpz, numbers->c.mpz, numbers->factor, numbers->other, NULL);
}

/* --- tests --- */

static void numbers_of_two_words_are_set(void **state)
{
  (void)state;
  struct numbers numbers;
  numbers_begin(&numbers);
  for (int i = 0; i < ROUNDS; i++) {
    struct wide wide = {.high = draw_64(), .low = draw_64()};
    set_64(numbers.a.mpz, wide.high);
    mpz_mul_2exp(numbers.a.mpz, numbers.a.mpz, 64);
    set_64(numbers.other, wide.low);
    mpz_add(numbers.a.mpz, numbers.a.mpz, numbers.other);
    natural_set(&numbers.a.natural, wide);
    same(&numbers.a.natural, numbers.a.mpz);
  }
  numbers_end(&numbers);
}

static void zero_has_no_limbs(void **state)
{
  (void)state;
  mp_limb_t limbs[4] = {7, 7, 7, 7};
  struct natural zero = natural_in(limbs, 4);
  assert_int_equal(zero.size, 0);
  assert_true(natural_is_zero(&zero));
  natural_set(&zero, (struct wide){0, 0});
  assert_int_equal(zero.size, 0);
  natural_set(&zero, (struct wide){1, 0});
  assert_false(natural_is_zero(&zero));
}

static void copies_and_comparisons_are_those_of_gmp(void **state)
{
  (void)state;
  struct numbers numbers;
  numbers_begin(&numbers);
  for (int i = 0; i < ROUNDS; i++) {
    draw(&numbers.a, 2000);
    draw(&numbers.b, gmp_urandomm_ui(source, 2) ? 2000 : 130);
    natural_copy(&numbers.c.natural, &numbers.a.natural);
    same(&numbers.c.natural, numbers.a.mpz);
    assert_int_equal(natural_compare(&numbers.a.natural, &numbers.c.natural), 0);
    int order = mpz_cmp(numbers.a.mpz, numbers.b.mpz), ours;
    ours = natural_compare(&numbers.a.natural, &numbers.b.natural);
    assert_int_equal((ours > 0) - (ours < 0), (order > 0) - (order < 0));
    ours = natural_compare(&numbers.b.natural, &numbers.a.natural);
    assert_int_equal((ours > 0) - (ours < 0), (order < 0) - (order > 0));
  }
  numbers_end(&numbers);
}

static void numbers_one_apart_are_told_apart(void **state)
{
  (void)state;
  struct numbers numbers;
  numbers_begin(&numbers);
  for (unsigned long bits = 1; bits < 300; bits++) {
    mpz_ui_pow_ui(numbers.other, 2, bits);
    take(&numbers.a, numbers.other);
    mpz_sub_ui(numbers.other, numbers.other, 1);
    take(&numbers.b, numbers.other);
    assert_true(natural_compare(&numbers.a.natural, &numbers.b.natural) > 0);
    assert_true(natural_compare(&numbers.b.natural, &numbers.a.natural) < 0);
  }
  numbers_end(&numbers);
}

static void products_are_those_of_gmp(void **state)
{
  (void)state;
  struct numbers numbers;
  numbers_begin(&numbers);
  for (int i = 0; i < ROUNDS; i++) {
    uint64_t factor = draw_64();
    draw(&numbers.a, 2000);
    draw(&numbers.b, gmp_urandomm_ui(source, 2) ? 2000 : 60);
    set_64(numbers.factor, factor);
    natural_product(&numbers.c.natural, &numbers.a.natural, factor);
    mpz_mul(numbers.c.mpz, numbers.a.mpz, numbers.factor);
    same(&numbers.c.natural, numbers.c.mpz);
    same(&numbers.a.natural, numbers.a.mpz);

    natural_add_product(&numbers.b.natural, &numbers.a.natural, factor);
    mpz_addmul(numbers.b.mpz, numbers.a.mpz, numbers.factor);
    same(&numbers.b.natural, numbers.b.mpz);
  }
  numbers_end(&numbers);
}

/* All ones + all ones · all ones carries to the very end. */
static void carries_run_through_all_limbs(void **state)
{
  (void)state;
  struct numbers numbers;
  numbers_begin(&numbers);
  set_64(numbers.factor, UINT64_MAX);
  for (unsigned long bits = 64; bits <= 1280; bits += 32) {
    mpz_ui_pow_ui(numbers.other, 2, bits);
    mpz_sub_ui(numbers.other, numbers.other, 1);
    take(&numbers.a, numbers.other);
    mpz_ui_pow_ui(numbers.other, 2, bits + 64);
    mpz_sub_ui(numbers.other, numbers.other, 1);
    take(&numbers.b, numbers.other);
    natural_add_product(&numbers.b.natural, &numbers.a.natural, UINT64_MAX);
    mpz_addmul(numbers.b.mpz, numbers.a.mpz, numbers.factor);
    same(&numbers.b.natural, numbers.b.mpz);

    take(&numbers.b, numbers.other);
    natural_set(&numbers.a.natural, (struct wide){0, 1});
    natural_add_product(&numbers.b.natural, &numbers.a.natural, 1);
    mpz_add_ui(numbers.b.mpz, numbers.b.mpz, 1);
    same(&numbers.b.natural, numbers.b.mpz);
  }
  numbers_end(&numbers);
}

static void a_product_may_fill_its_room_to_the_last_limb(void **state)
{
  (void)state;
  mp_limb_t small[2 * NATURAL_LIMBS_OF_64], exact[3 * NATURAL_LIMBS_OF_64];
  struct natural a = natural_in(small, 2 * NATURAL_LIMBS_OF_64);
  struct natural product = natural_in(exact, 3 * NATURAL_LIMBS_OF_64);
  natural_set(&a, (struct wide){UINT64_MAX, UINT64_MAX});
  natural_product(&product, &a, UINT64_MAX);
  assert_int_equal(product.size, 3 * NATURAL_LIMBS_OF_64);
  natural_set(&a, (struct wide){0, 5});
  natural_product(&product, &a, 7);
  assert_int_equal(product.size, 1);
}

static void long_products_and_quotients_are_those_of_gmp(void **state)
{
  (void)state;
  struct pair a, b, to, spare;
  mpz_t value, rest;
  pair_begin(&a);
  pair_begin(&b);
  pair_begin(&to);
  pair_begin(&spare);
  mpz_inits(value, rest, (mpz_ptr)NULL);
  for (int i = 0; i < ROUNDS; i++) {
    mpz_rrandomb(value, source, gmp_urandomm_ui(source, 1300));
    take(&a, value);
    mpz_rrandomb(value, source, gmp_urandomm_ui(source, 1300));
    take(&b, value);
    natural_multiply(&to.natural, &a.natural, &b.natural);
    mpz_mul(value, a.mpz, b.mpz);
    same(&to.natural, value);
    if (mpz_sgn(b.mpz) == 0)
      continue;
    natural_quotient(&to.natural, &a.natural, &b.natural, &spare.natural);
    mpz_fdiv_q(value, a.mpz, b.mpz);
    same(&to.natural, value);
  }
  mpz_clears(value, rest, (mpz_ptr)NULL);
  mpz_clear(a.mpz);
  mpz_clear(b.mpz);
  mpz_clear(to.mpz);
  mpz_clear(spare.mpz);
}

static void differences_are_those_of_gmp(void **state)
{
  (void)state;
  struct numbers numbers;
  numbers_begin(&numbers);
  for (int i = 0; i < ROUNDS; i++) {
    draw(&numbers.a, 2000);
    draw(&numbers.b, 2000);
    bool less = mpz_cmp(numbers.a.mpz, numbers.b.mpz) < 0;
    struct pair *from = less ? &numbers.b : &numbers.a, *what = less ? &numbers.a : &numbers.b;
    natural_subtract(&from->natural, &what->natural);
    mpz_sub(from->mpz, from->mpz, what->mpz);
    same(&from->natural, from->mpz);
    natural_copy(&numbers.c.natural, &what->natural);
    natural_subtract(&what->natural, &numbers.c.natural);
    assert_true(natural_is_zero(&what->natural));
  }
  numbers_end(&numbers);
}

static void divide_both_ways(struct numbers *numbers, uint64_t divisor)
{
  set_64(numbers->factor, divisor);
  uint64_t rest = natural_divide(&numbers->c.natural, &numbers->a.natural, divisor);
  mpz_tdiv_qr(numbers->c.mpz, numbers->other, numbers->a.mpz, numbers->factor);
  same(&numbers->c.natural, numbers->c.mpz);
  same(&numbers->a.natural, numbers->a.mpz);
  assert_true(rest == get_64(numbers->other));

  assert_true(natural_divide(&numbers->a.natural, &numbers->a.natural, divisor) == rest);
  same(&numbers->a.natural, numbers->c.mpz);
}

static void quotients_are_those_of_gmp(void **state)
{
  (void)state;
  struct numbers numbers;
  numbers_begin(&numbers);
  for (int i = 0; i < ROUNDS; i++) {
    uint64_t divisor = draw_64();
    draw(&numbers.a, gmp_urandomm_ui(source, 3) > 0 ? 2000 : 70);
    divide_both_ways(&numbers, divisor == 0 ? 1 : divisor);
  }
  numbers_end(&numbers);
}

static void common_divisors_are_those_of_gmp(void **state)
{
  (void)state;
  struct numbers numbers;
  numbers_begin(&numbers);
  for (int i = 0; i < ROUNDS; i++) {
    uint64_t common = gmp_urandomb_ui(source, 20) + 1, b = gmp_urandomb_ui(source, 30) + 1;
    draw(&numbers.b, 1000);
    natural_product(&numbers.a.natural, &numbers.b.natural, common);
    set_64(numbers.factor, common);
    mpz_mul(numbers.a.mpz, numbers.b.mpz, numbers.factor);
    set_64(numbers.factor, b * common);
    mpz_gcd(numbers.other, numbers.a.mpz, numbers.factor);
    assert_true(natural_gcd(&numbers.a.natural, b * common, &numbers.c.natural) ==
                get_64(numbers.other));
    same(&numbers.a.natural, numbers.a.mpz);
  }
  numbers_end(&numbers);
}

static void zero_shares_every_divisor(void **state)
{
  (void)state;
  struct numbers numbers;
  numbers_begin(&numbers);
  assert_true(natural_gcd(&numbers.a.natural, 42, &numbers.c.natural) == 42);
  assert_true(natural_gcd(&numbers.a.natural, UINT64_MAX, &numbers.c.natural) == UINT64_MAX);
  assert_int_equal(natural_divide(&numbers.c.natural, &numbers.a.natural, 3), 0);
  assert_true(natural_is_zero(&numbers.c.natural));
  numbers_end(&numbers);
}

/* |ratio · b - a| · 2^50 ≤ a, in exact numbers. */
static void within_one_part_in_2_50(double ratio, mpz_srcptr a, mpz_srcptr b)
{
  mpq_t exact, got, off;
  mpq_inits(exact, got, off, NULL);
  mpq_set_num(exact, a);
  mpq_set_den(exact, b);
  mpq_canonicalize(exact);
  mpq_set_d(got, ratio);
  mpq_sub(off, got, exact);
  mpq_abs(off, off);
  mpq_mul_2exp(off, off, 50);
  assert_true(mpq_cmp(off, exact) <= 0);
  mpq_clears(exact, got, off, NULL);
}

static void ratios_are_off_by_at_most_one_part_in_2_50(void **state)
{
  (void)state;
  struct numbers numbers;
  numbers_begin(&numbers);
  for (int i = 0; i < 10 * ROUNDS; i++) {
    unsigned long bits = gmp_urandomm_ui(source, 2) ? 900 : 60;
    draw(&numbers.a, bits);
    draw(&numbers.b, bits);
    if (mpz_sgn(numbers.b.mpz) > 0)
      within_one_part_in_2_50(natural_ratio(&numbers.a.natural, &numbers.b.natural), numbers.a.mpz,
                              numbers.b.mpz);
  }
  numbers_end(&numbers);
}

static void ratios_of_numbers_beyond_doubles_are_known(void **state)
{
  (void)state;
  struct numbers numbers;
  numbers_begin(&numbers);
  mpz_ui_pow_ui(numbers.other, 2, 2200);
  take(&numbers.a, numbers.other);
  mpz_mul_ui(numbers.other, numbers.other, 3);
  take(&numbers.b, numbers.other);
  within_one_part_in_2_50(natural_ratio(&numbers.a.natural, &numbers.b.natural), numbers.a.mpz,
                          numbers.b.mpz);
  natural_set(&numbers.a.natural, (struct wide){0, 0});
  assert_true(natural_ratio(&numbers.a.natural, &numbers.b.natural) <= 0.0);
  assert_true(natural_ratio(&numbers.a.natural, &numbers.b.natural) >= 0.0);
  numbers_end(&numbers);
}

/* A price on the way to the true one can be as near to 0 as the denominators are long. */
static void a_ratio_below_all_doubles_is_zero(void **state)
{
  (void)state;
  struct numbers numbers;
  numbers_begin(&numbers);
  natural_set(&numbers.a.natural, (struct wide){0, 1});
  mpz_ui_pow_ui(numbers.other, 2, 2200);
  take(&numbers.b, numbers.other);
  double ratio = natural_ratio(&numbers.a.natural, &numbers.b.natural);
  assert_true(ratio <= 0.0 && ratio >= 0.0);
  numbers_end(&numbers);
}

static void integers_are_capped(void **state)
{
  (void)state;
  struct numbers numbers;
  numbers_begin(&numbers);
  const uint64_t most = (UINT64_C(1) << 53) - 1;
  struct natural *a = &numbers.a.natural;
  assert_true(natural_to_integer(a, most) == 0);
  natural_set(a, (struct wide){0, most - 1});
  assert_true(natural_to_integer(a, most) == most - 1);
  natural_set(a, (struct wide){0, most});
  assert_true(natural_to_integer(a, most) == most);
  natural_set(a, (struct wide){0, most + 1});
  assert_true(natural_to_integer(a, most) == most);
  natural_set(a, (struct wide){0, UINT64_MAX});
  assert_true(natural_to_integer(a, UINT64_MAX) == UINT64_MAX);
  natural_set(a, (struct wide){1, 3});
  assert_true(natural_to_integer(a, most) == most);
  assert_true(natural_to_integer(a, UINT64_MAX) == UINT64_MAX);
  numbers_end(&numbers);
}

static void text_is(struct natural *a, mpz_srcptr value)
{
  size_t room = natural_text_room(a), length;
  char *text = malloc(room), *expected = mpz_get_str(NULL, 10, value);
  assert_non_null(text);
  assert_non_null(expected);
  length = natural_text(a, text);
  assert_string_equal(text, expected);
  assert_int_equal(length, strlen(expected));
  assert_true(length < room);
  assert_true(natural_is_zero(a));
  void (*release)(void *, size_t);
  mp_get_memory_functions(NULL, NULL, &release);
  release(expected, strlen(expected) + 1);
  free(text);
}

static void digits_are_those_of_gmp(void **state)
{
  (void)state;
  struct numbers numbers;
  numbers_begin(&numbers);
  for (int i = 0; i < ROUNDS; i++) {
    draw(&numbers.a, 2400);
    text_is(&numbers.a.natural, numbers.a.mpz);
  }
  numbers_end(&numbers);
}

/* Digits are made eighteen at a time; the borders are at 10^18, 10^36, … */
static void digits_keep_the_zeros_inside(void **state)
{
  (void)state;
  struct numbers numbers;
  numbers_begin(&numbers);
  for (unsigned long power = 0; power < 120; power++) {
    for (unsigned long less = 0; less < 2; less++) {
      mpz_ui_pow_ui(numbers.other, 10, power);
      mpz_sub_ui(numbers.other, numbers.other, less);
      take(&numbers.a, numbers.other);
      text_is(&numbers.a.natural, numbers.a.mpz);
    }
  }
  numbers_end(&numbers);
}

static void the_longest_numbers_are_divided_and_written(void **state)
{
  (void)state;
  mp_limb_t *limbs = malloc(2 * NATURAL_LIMBS_MAX * sizeof *limbs);
  assert_non_null(limbs);
  struct natural a = natural_in(limbs, NATURAL_LIMBS_MAX);
  struct natural quotient = natural_in(limbs + NATURAL_LIMBS_MAX, NATURAL_LIMBS_MAX);
  mpz_t value;
  mpz_init(value);
  memset(limbs, 0xff, NATURAL_LIMBS_MAX * sizeof *limbs);
  a.size = NATURAL_LIMBS_MAX;
  mpz_ui_pow_ui(value, 2, 65536);
  mpz_sub_ui(value, value, 1);
  same(&a, value);
  /* 2^32 - 1 and 2^64 - 1 divide 2^65536 - 1. */
  assert_true(natural_divide(&quotient, &a, UINT64_MAX) == 0);
  assert_int_equal(quotient.limbs[0], 1);
  assert_true(natural_gcd(&a, UINT32_MAX, &quotient) == UINT32_MAX);
  text_is(&a, value);
  mpz_clear(value);
  free(limbs);
}

static int start(void **state)
{
  (void)state;
  gmp_randinit_mt(source);
  gmp_randseed_ui(source, 20270501);
  return 0;
}

static int stop(void **state)
{
  (void)state;
  gmp_randclear(source);
  return 0;
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(numbers_of_two_words_are_set),
      cmocka_unit_test(zero_has_no_limbs),
      cmocka_unit_test(copies_and_comparisons_are_those_of_gmp),
      cmocka_unit_test(numbers_one_apart_are_told_apart),
      cmocka_unit_test(products_are_those_of_gmp),
      cmocka_unit_test(long_products_and_quotients_are_those_of_gmp),
      cmocka_unit_test(carries_run_through_all_limbs),
      cmocka_unit_test(a_product_may_fill_its_room_to_the_last_limb),
      cmocka_unit_test(differences_are_those_of_gmp),
      cmocka_unit_test(quotients_are_those_of_gmp),
      cmocka_unit_test(common_divisors_are_those_of_gmp),
      cmocka_unit_test(zero_shares_every_divisor),
      cmocka_unit_test(ratios_are_off_by_at_most_one_part_in_2_50),
      cmocka_unit_test(ratios_of_numbers_beyond_doubles_are_known),
      cmocka_unit_test(a_ratio_below_all_doubles_is_zero),
      cmocka_unit_test(integers_are_capped),
      cmocka_unit_test(digits_are_those_of_gmp),
      cmocka_unit_test(digits_keep_the_zeros_inside),
      cmocka_unit_test(the_longest_numbers_are_divided_and_written),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
