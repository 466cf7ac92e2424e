#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"

#include <stdalign.h>
#include <stdbool.h>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>
#endif
#endif

enum {
  KIB = 1024,
  MIB = 1024 * KIB
};

static bool all_zero(const unsigned char *bytes, size_t length)
{
  for (size_t i = 0; i < length; i++)
    if (bytes[i] != 0)
      return false;
  return true;
}

static void everything_is_zero_and_aligned(void **state)
{
  (void)state;
  struct arena arena = {0};
  size_t taken = 0;
  for (size_t size = 1; size < 3000; size += 7) {
    unsigned char *bytes = arena_take(&arena, 1, size);
    assert_non_null(bytes);
    assert_int_equal((uintptr_t)bytes % alignof(max_align_t), 0);
    assert_true(all_zero(bytes, size));
    memset(bytes, 0xff, size);
    taken += size;
    assert_int_equal(arena.taken, taken);
  }
  arena_free(&arena);
}

static void pieces_do_not_overlap(void **state)
{
  (void)state;
  enum {
    PIECES = 500
  };
  struct arena arena = {0};
  unsigned char *pieces[PIECES];
  for (size_t i = 0; i < PIECES; i++) {
    pieces[i] = arena_take(&arena, i + 1, 1);
    memset(pieces[i], (int)(i % 251) + 1, i + 1);
  }
  for (size_t i = 0; i < PIECES; i++)
    for (size_t j = 0; j <= i; j++)
      assert_int_equal(pieces[i][j], i % 251 + 1);
  arena_free(&arena);
}

static void nothing_of_something_has_an_address(void **state)
{
  (void)state;
  struct arena arena = {0};
  assert_non_null(ARENA_TAKE(&arena, int, 0));
  assert_non_null(arena_take(&arena, 3, 0));
  assert_non_null(arena_take(&arena, SIZE_MAX, 0));
  assert_int_equal(arena.taken, 0);
  arena_free(&arena);
}

static void a_product_that_overflows_is_null(void **state)
{
  (void)state;
  struct arena arena = {0};
  assert_null(arena_take(&arena, SIZE_MAX / 2 + 1, 2));
  assert_null(arena_take(&arena, 2, SIZE_MAX / 2 + 1));
  assert_null(arena_take(&arena, SIZE_MAX, SIZE_MAX));
  assert_null(arena_take(&arena, 1, SIZE_MAX));
  assert_null(arena_take(&arena, 1, SIZE_MAX - 8));
  assert_null(arena_copy(&arena, "", SIZE_MAX));
  char *old = arena_take(&arena, 1, 4);
  assert_null(arena_grow(&arena, old, 1, SIZE_MAX / 2, 4));
  assert_int_equal(arena.taken, 4);
  arena_free(&arena);
}

static void a_request_larger_than_any_block_is_met(void **state)
{
  (void)state;
  struct arena arena = {0};
  unsigned char *small = arena_take(&arena, 10, 1);
  unsigned char *large = arena_take(&arena, 5 * MIB, 1);
  unsigned char *next = arena_take(&arena, 10, 1);
  assert_non_null(large);
  assert_true(all_zero(large, 5 * MIB));
  memset(large, 1, 5 * MIB);
  /* The block before goes on being used. */
  assert_ptr_equal(next, small + 16);
  arena_free(&arena);
}

static void the_first_request_may_be_the_large_one(void **state)
{
  (void)state;
  struct arena arena = {0};
  unsigned char *large = arena_take(&arena, 3 * MIB, 1);
  assert_non_null(large);
  memset(large, 1, 3 * MIB);
  unsigned char *small = arena_take(&arena, 10, 1);
  assert_non_null(small);
  assert_true(all_zero(small, 10));
  arena_free(&arena);
}

/* How many bytes in pieces of `piece` an arena with this bound gives. */
static size_t most_under(size_t limit, size_t piece)
{
  struct arena arena = {.limit = limit};
  unsigned char *bytes;
  while ((bytes = arena_take(&arena, piece, 1)) != NULL)
    memset(bytes, 1, piece);
  size_t taken = arena.taken;
  arena_free(&arena);
  return taken;
}

static void the_bound_is_kept_and_used(void **state)
{
  (void)state;
  static const size_t limits[] = {100, 4 * KIB, 5 * KIB, 12 * KIB, 100000, MIB, 3 * MIB};
  for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
    size_t taken = most_under(limits[i], 16);
    assert_true(taken <= limits[i]);
    /* All but the headers of the blocks, of which there are few as they double. */
    assert_true(taken + 1024 > limits[i]);
  }
  assert_int_equal(most_under(1, 1), 0);
}

static void the_bound_may_be_met_exactly(void **state)
{
  (void)state;
  /* The header of a block is aligned as its content is, so the least bound is a multiple. */
  size_t least = 1;
  while (most_under(least, 1024) == 0)
    least++;
  assert_in_range(least, 1024, 1024 + 256);
  assert_int_equal(least % alignof(max_align_t), 0);
}

static void the_bound_counts_large_requests(void **state)
{
  (void)state;
  struct arena arena = {.limit = 4 * MIB};
  assert_non_null(arena_take(&arena, 1, 1));
  assert_non_null(arena_take(&arena, 3 * MIB, 1));
  assert_null(arena_take(&arena, 2 * MIB, 1));
  assert_null(arena_take(&arena, 1 * MIB, 1));
  assert_non_null(arena_take(&arena, 900 * KIB, 1));
  arena_free(&arena);
}

static void the_bound_holds_again_after_free(void **state)
{
  (void)state;
  struct arena arena = {.limit = 8 * KIB};
  for (int i = 0; i < 3; i++) {
    assert_non_null(arena_take(&arena, 7 * KIB, 1));
    assert_null(arena_take(&arena, 7 * KIB, 1));
    arena_free(&arena);
    assert_int_equal(arena.taken, 0);
  }
}

static void the_last_piece_grows_where_it_is(void **state)
{
  (void)state;
  struct arena arena = {0};
  assert_non_null(ARENA_TAKE(&arena, char, 5));
  int *list = ARENA_TAKE(&arena, int, 3);
  for (int i = 0; i < 3; i++)
    list[i] = i + 1;
  int *grown = arena_grow(&arena, list, 3, 50, sizeof *list);
  assert_ptr_equal(grown, list);
  for (int i = 0; i < 50; i++)
    assert_int_equal(grown[i], i < 3 ? i + 1 : 0);
  assert_int_equal(arena.taken, 5 + 50 * sizeof *list);
  memset(grown, 0xff, 50 * sizeof *grown);

  unsigned char *after = arena_take(&arena, 100, 1);
  assert_true(all_zero(after, 100));
  assert_true(after >= (unsigned char *)(grown + 50));
  arena_free(&arena);
}

static void growth_counts_what_is_there_already(void **state)
{
  (void)state;
  struct arena arena = {0};
  char *bytes = arena_take(&arena, 3000, 1);
  assert_ptr_equal(arena_grow(&arena, bytes, 3000, 4000, 1), bytes);
  arena_free(&arena);
}

static void a_piece_that_is_not_the_last_moves(void **state)
{
  (void)state;
  struct arena arena = {0};
  int *list = ARENA_TAKE(&arena, int, 2);
  list[0] = 7;
  list[1] = 8;
  assert_non_null(ARENA_TAKE(&arena, char, 1));
  int *grown = arena_grow(&arena, list, 2, 4, sizeof *list);
  assert_ptr_not_equal(grown, list);
  assert_int_equal(grown[0], 7);
  assert_int_equal(grown[1], 8);
  assert_int_equal(grown[2], 0);
  assert_int_equal(grown[3], 0);
  grown[0] = 9;
  assert_int_equal(list[0], 7); /* the old one stays */
  arena_free(&arena);
}

static void a_piece_moves_when_its_block_is_full(void **state)
{
  (void)state;
  struct arena arena = {0};
  unsigned char *bytes = arena_take(&arena, 3000, 1);
  memset(bytes, 5, 3000);
  unsigned char *grown = arena_grow(&arena, bytes, 3000, 6000, 1);
  assert_ptr_not_equal(grown, bytes);
  assert_int_equal(grown[2999], 5);
  assert_true(all_zero(grown + 3000, 3000));
  assert_int_equal(bytes[2999], 5);
  arena_free(&arena);
}

static void growth_does_not_leave_the_block(void **state)
{
  (void)state;
  for (size_t length = 3900; length < 4200; length++) {
    struct arena arena = {0};
    unsigned char *bytes = arena_take(&arena, 16, 1);
    bytes = arena_grow(&arena, bytes, 16, length, 1);
    memset(bytes, 1, length); /* the sanitizer looks */
    arena_free(&arena);
  }
}

static void what_is_not_kept_comes_back_as_zero(void **state)
{
  (void)state;
  struct arena arena = {0};
  unsigned char *bytes = arena_take(&arena, 16, 1);
  memset(bytes, 0xff, 16);
  unsigned char *grown = arena_grow(&arena, bytes, 10, 12, 1);
  assert_int_equal(grown[9], 0xff);
  assert_true(all_zero(grown + 10, 2));
  grown = arena_grow(&arena, grown, 10, 40, 1);
  assert_true(all_zero(grown + 10, 30));
  arena_free(&arena);
}

static void an_array_can_grow_from_nothing(void **state)
{
  (void)state;
  struct arena arena = {0};
  int *list = ARENA_TAKE(&arena, int, 0);
  int *other = ARENA_TAKE(&arena, int, 0);
  list = arena_grow(&arena, list, 0, 4, sizeof *list);
  other = arena_grow(&arena, other, 0, 4, sizeof *other);
  for (int i = 0; i < 4; i++) {
    list[i] = 1;
    other[i] = 2;
  }
  assert_int_equal(list[3], 1);
  arena_free(&arena);
  /* and in an empty arena */
  list = arena_grow(&arena, "", 0, 4, sizeof *list);
  assert_int_equal(list[3], 0);
  arena_free(&arena);
}

static void a_copy_has_a_terminator(void **state)
{
  (void)state;
  struct arena arena = {0};
  char *copy = arena_copy(&arena, "abcdef", 3);
  assert_string_equal(copy, "abc");
  assert_string_equal(arena_copy(&arena, "", 0), "");
  assert_memory_equal(arena_copy(&arena, "a\0b", 3), "a\0b\0", 4);
  assert_int_equal(arena.taken, 4 + 1 + 4);
  arena_free(&arena);
}

static void an_arena_is_freed_twice_and_used_again(void **state)
{
  (void)state;
  struct arena arena = {0};
  arena_free(&arena);
  assert_non_null(ARENA_TAKE(&arena, long, 1000));
  arena_free(&arena);
  arena_free(&arena);
  assert_non_null(ARENA_TAKE(&arena, long, 1000));
  arena_free(&arena);
}

#ifdef ASAN_POISON_MEMORY_REGION
static void the_sanitizer_guards_what_was_not_taken(void **state)
{
  (void)state;
  struct arena arena = {0};
  char *bytes = arena_take(&arena, 13, 1);
  assert_false(__asan_address_is_poisoned(bytes + 12));
  assert_true(__asan_address_is_poisoned(bytes + 13));
  assert_true(__asan_address_is_poisoned(bytes + 16));
  bytes = arena_grow(&arena, bytes, 13, 30, 1);
  assert_false(__asan_address_is_poisoned(bytes + 29));
  assert_true(__asan_address_is_poisoned(bytes + 30));
  arena_free(&arena);
}
#endif

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(everything_is_zero_and_aligned),
      cmocka_unit_test(pieces_do_not_overlap),
      cmocka_unit_test(nothing_of_something_has_an_address),
      cmocka_unit_test(a_product_that_overflows_is_null),
      cmocka_unit_test(a_request_larger_than_any_block_is_met),
      cmocka_unit_test(the_first_request_may_be_the_large_one),
      cmocka_unit_test(the_bound_is_kept_and_used),
      cmocka_unit_test(the_bound_may_be_met_exactly),
      cmocka_unit_test(the_bound_counts_large_requests),
      cmocka_unit_test(the_bound_holds_again_after_free),
      cmocka_unit_test(the_last_piece_grows_where_it_is),
      cmocka_unit_test(growth_counts_what_is_there_already),
      cmocka_unit_test(a_piece_that_is_not_the_last_moves),
      cmocka_unit_test(a_piece_moves_when_its_block_is_full),
      cmocka_unit_test(growth_does_not_leave_the_block),
      cmocka_unit_test(what_is_not_kept_comes_back_as_zero),
      cmocka_unit_test(an_array_can_grow_from_nothing),
      cmocka_unit_test(a_copy_has_a_terminator),
      cmocka_unit_test(an_arena_is_freed_twice_and_used_again),
#ifdef ASAN_POISON_MEMORY_REGION
      cmocka_unit_test(the_sanitizer_guards_what_was_not_taken),
#endif
  };
  return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
