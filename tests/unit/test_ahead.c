/* Entries judged ahead are those that board_append admits, in order, however many threads there are;
 * and of an electorate's keys the first part that is refused is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "audit/ahead.h"
#include "tests/unit/board_example.h"

enum {
  LINES = AHEAD_BLOCK * (AHEAD_BLOCKS + 3) + 5, /* more than are held at a time */
  KEYS = 3000
};

static struct arena arena;
static struct board_example example;
static struct board board;
static struct fault fault;

static enum status no_attachments(void *context, const struct attachment *attachment,
                                  struct span *bytes, struct fault *why)
{
  (void)context;
  (void)attachment;
  (void)bytes;
  return fault_set(why, STATUS_REFUSED, NULL, NULL, "there are none");
}

static int start(void **state)
{
  (void)state;
  static const struct attachment_source none = {.read = no_attachments};
  enum refusal refusal;
  if (sodium_init() < 0)
    return -1;
  board_example_make(&arena, &example);
  board_begin(&board, &arena, &none);
  return board_append(&board, example.entries[0].line, &refusal, &fault) == STATUS_OK ? 0 : -1;
}

static int stop(void **state)
{
  (void)state;
  board_example_release(&example);
  arena_free(&arena);
  return 0;
}

/* Every seventh line is no entry, every eleventh is withheld. */
static struct span line_of(size_t index)
{
  static const char withheld[] =
      "{\"leaf\":\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"}";
  if (index % 7 == 3)
    return SPAN("nonsense");
  if (index % 11 == 5)
    return span_of(withheld);
  return example.entries[1 + index % (EXAMPLE_ENTRIES - 1)].line;
}

static void walk(size_t threads, size_t count, size_t stop_at)
{
  struct ahead *ahead = calloc(1, sizeof *ahead);
  struct span *lines = calloc(count + 1, sizeof *lines);
  struct arena memory = {0};
  assert_non_null(ahead);
  assert_non_null(lines);
  for (size_t i = 0; i < count; i++)
    lines[i] = line_of(i);
  assert_int_equal(ahead_begin(ahead, board.head.manifest, board.head.projects, lines, count,
                               threads, &memory, &fault),
                   STATUS_OK);
  for (size_t i = 0; i < stop_at; i++) {
    const struct ahead_entry *entry = ahead_next(ahead);
    bool good = i % 7 != 3 && i % 11 != 5;
    assert_int_equal(entry->judged, good);
    if (good)
      assert_ptr_equal(entry->entry.line.bytes, lines[i].bytes);
  }
  ahead_end(ahead);
  arena_free(&memory);
  free(lines);
  free(ahead);
}

static void lines_come_in_order(void **state)
{
  (void)state;
  walk(1, LINES, LINES);
}

static void lines_come_in_order_from_several_threads(void **state)
{
  (void)state;
  walk(2, LINES, LINES);
  walk(7, LINES, LINES);
}

static void a_walk_may_end_anywhere(void **state)
{
  (void)state;
  const size_t places[] = {0, 1, AHEAD_BLOCK - 1, AHEAD_BLOCK, AHEAD_BLOCK + 1};
  for (size_t i = 0; i < sizeof places / sizeof *places; i++)
    walk(3, LINES, places[i]);
}

static void short_boards_are_walked(void **state)
{
  (void)state;
  const size_t counts[] = {1, AHEAD_BLOCK - 1, AHEAD_BLOCK, AHEAD_BLOCK + 1};
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
    walk(1, counts[i], counts[i]);
    walk(4, counts[i], counts[i]);
  }
}

static void keys_are_checked_on_any_number_of_threads(void **state)
{
  (void)state;
  struct public_key key = example_public_key(EXAMPLE_CARD_0);
  struct public_key *keys = calloc(KEYS, sizeof *keys);
  assert_non_null(keys);
  for (size_t i = 0; i < KEYS; i++)
    keys[i] = key;
  struct span bytes = {.bytes = (const char *)keys, .length = KEYS * sizeof *keys};
  for (size_t threads = 1; threads < 5; threads++)
    assert_int_equal(ahead_check_keys(&threads, bytes, &fault), STATUS_OK);

  memset(&keys[2000], 0xff, sizeof *keys);
  memset(&keys[700], 0xff, sizeof *keys);
  struct fault first;
  size_t one = 1;
  assert_int_equal(ahead_check_keys(&one, bytes, &first), STATUS_REFUSED);
  for (size_t threads = 2; threads < 9; threads++) {
    assert_int_equal(ahead_check_keys(&threads, bytes, &fault), STATUS_REFUSED);
    assert_string_equal(fault.where, first.where);
    assert_string_equal(fault.what, first.what);
  }
  free(keys);
}

static void no_keys_are_none_that_is_wrong(void **state)
{
  (void)state;
  size_t threads = 4;
  assert_int_equal(ahead_check_keys(&threads, SPAN(""), &fault), STATUS_OK);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(lines_come_in_order),
      cmocka_unit_test(lines_come_in_order_from_several_threads),
      cmocka_unit_test(a_walk_may_end_anywhere),
      cmocka_unit_test(short_boards_are_walked),
      cmocka_unit_test(keys_are_checked_on_any_number_of_threads),
      cmocka_unit_test(no_keys_are_none_that_is_wrong),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
