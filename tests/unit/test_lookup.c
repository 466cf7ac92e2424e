#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ballots/lookup.h"

enum {
  ROWS = 2000
};

struct row {
  uint8_t bytes[LOOKUP_BYTES];
  unsigned payload;
};

static struct row table[ROWS];

static struct lookup_rows first_rows(size_t count)
{
  return (struct lookup_rows){.bytes = table, .stride = sizeof *table, .count = count};
}

/* Rows whose first bytes, by which they are placed, are all the same where `alike`. */
static void make_rows(bool alike)
{
  memset(table, 0, sizeof table);
  for (unsigned i = 0; i < ROWS; i++) {
    uint8_t *number = table[i].bytes + (alike ? 20 : 0);
    number[0] = (uint8_t)(i * 37);
    number[1] = (uint8_t)(i >> 8);
    number[2] = (uint8_t)i;
  }
}

static void add_all(struct lookup *lookup, struct arena *arena, size_t at_once)
{
  struct fault fault;
  for (size_t i = 0; i < ROWS; i++) {
    struct lookup_rows rows = first_rows(i);
    if (i % at_once == 0)
      assert_int_equal(lookup_reserve(lookup, &rows, at_once, arena, &fault), STATUS_OK);
    assert_int_equal(lookup_find(lookup, &rows, table[i].bytes), -1);
    rows = first_rows(i + 1);
    lookup_add_last(lookup, &rows);
  }
}

static void find_all(const struct lookup *lookup)
{
  struct lookup_rows rows = first_rows(ROWS);
  for (size_t i = 0; i < ROWS; i++)
    assert_int_equal(lookup_find(lookup, &rows, table[i].bytes), i);
}

static void nothing_is_found_in_an_empty_table(void **state)
{
  (void)state;
  struct lookup lookup = {0};
  struct lookup_rows rows = first_rows(0);
  assert_int_equal(lookup_find(&lookup, &rows, table[0].bytes), -1);
}

static void every_row_is_found_one_by_one(void **state)
{
  (void)state;
  struct arena arena = {0};
  struct lookup lookup = {0};
  make_rows(false);
  add_all(&lookup, &arena, 1);
  find_all(&lookup);
  arena_free(&arena);
}

static void room_may_be_made_for_many(void **state)
{
  (void)state;
  struct arena arena = {0};
  struct lookup lookup = {0};
  make_rows(false);
  add_all(&lookup, &arena, ROWS);
  find_all(&lookup);
  assert_int_equal(lookup.size, 4096);
  arena_free(&arena);
}

static void rows_that_begin_alike_are_told_apart(void **state)
{
  (void)state;
  struct arena arena = {0};
  struct lookup lookup = {0};
  make_rows(true);
  add_all(&lookup, &arena, 100);
  find_all(&lookup);
  uint8_t other[LOOKUP_BYTES] = {0};
  other[LOOKUP_BYTES - 1] = 1;
  struct lookup_rows rows = first_rows(ROWS);
  assert_int_equal(lookup_find(&lookup, &rows, other), -1);
  arena_free(&arena);
}

static void half_of_the_table_stays_free(void **state)
{
  (void)state;
  struct arena arena = {0};
  struct lookup lookup = {0};
  struct fault fault;
  struct lookup_rows none = first_rows(0);
  assert_int_equal(lookup_reserve(&lookup, &none, 32, &arena, &fault), STATUS_OK);
  assert_int_equal(lookup.size, 64);
  assert_int_equal(lookup_reserve(&lookup, &none, 33, &arena, &fault), STATUS_OK);
  assert_int_equal(lookup.size, 128);
  arena_free(&arena);
}

static void without_memory_nothing_changes(void **state)
{
  (void)state;
  struct arena arena = {.limit = 8192};
  struct lookup lookup = {0};
  struct fault fault;
  struct lookup_rows none = first_rows(0);
  assert_int_equal(lookup_reserve(&lookup, &none, 10, &arena, &fault), STATUS_OK);
  struct lookup before = lookup;
  assert_int_equal(lookup_reserve(&lookup, &none, 1000000, &arena, &fault), STATUS_NO_MEMORY);
  assert_int_equal(lookup_reserve(&lookup, &none, SIZE_MAX, &arena, &fault), STATUS_NO_MEMORY);
  assert_int_equal(lookup_reserve(&lookup, &none, ((size_t)1 << 30) + 1, &arena, &fault),
                   STATUS_NO_MEMORY);
  assert_ptr_equal(lookup.slots, before.slots);
  assert_int_equal(lookup.size, before.size);
  arena_free(&arena);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(nothing_is_found_in_an_empty_table),
      cmocka_unit_test(every_row_is_found_one_by_one),
      cmocka_unit_test(room_may_be_made_for_many),
      cmocka_unit_test(rows_that_begin_alike_are_told_apart),
      cmocka_unit_test(half_of_the_table_stays_free),
      cmocka_unit_test(without_memory_nothing_changes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
