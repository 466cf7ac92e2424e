/* The k-th allocation fails, once or for ever, while .pb files are read and written: each time it is
 * said, nothing is left behind, and what was there before is as it was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "engine/pabulib.h"
#include "tests/faults/failing_malloc.h"

enum {
  PROJECTS = 300,
  VOTES = 3000,
  STEPS_MAX = 1000
};

static struct buffer text;
static struct pabulib whole; /* what `text` says */
static struct arena whole_arena;

/* Enough of everything for every array to grow, with fields that must be respelled. */
static int make_text(void **state)
{
  (void)state;
  buffer_add(&text, SPAN("META\nkey;value\nbudget;100\nvote_type;cumulative\n"
                         "comment;\"a \"\"b\"\"\"\nPROJECTS\nproject_id;cost;selected\n"));
  for (int i = 0; i < PROJECTS; i++)
    buffer_format(&text, "\"p\"\"%d\";%d.5;1\n", i, i);
  buffer_add(&text, SPAN("VOTES\nvoter_id;vote;points\n"));
  for (int i = 0; i < VOTES; i++)
    buffer_format(&text, "%d;\"p\"\"%d,p\"\"%d\";%d,2\n", i, i % PROJECTS, (i + 7) % PROJECTS,
                  i / PROJECTS);
  assert_false(text.failed);
  struct fault fault = {0};
  const struct pabulib_options options = {0};
  if (pabulib_read(buffer_span(&text), &options, &whole_arena, &whole, &fault) != STATUS_OK)
    fail_msg("%s: %s", fault.where, fault.what);
  assert_int_equal(whole.warning_count, 0);
  return 0;
}

static int free_text(void **state)
{
  (void)state;
  buffer_free(&text);
  arena_free(&whole_arena);
  return 0;
}

static enum status read_text(void)
{
  struct arena arena = {0};
  struct pabulib file = {.meta_count = 99};
  struct fault fault = {0};
  const struct pabulib_options options = {0};
  const enum status status = pabulib_read(buffer_span(&text), &options, &arena, &file, &fault);
  assert_int_equal(fault.status, status);
  if (status == STATUS_OK)
    assert_int_equal(file.profile.voters, VOTES);
  else
    assert_int_equal(file.meta_count + file.election.project_count, 0);
  arena_free(&arena);
  return status;
}

static enum status write_text(void)
{
  struct buffer buffer = {0};
  struct fault fault = {0};
  const enum status status = pabulib_write(&whole, &buffer, &fault);
  assert_int_equal(fault.status, status);
  assert_int_equal(buffer.length > 0, status == STATUS_OK);
  buffer_free(&buffer);
  return status;
}

static void fail_each(enum status (*work)(void), bool for_ever)
{
  size_t k = 1;
  for (; k < STEPS_MAX; k++) {
    failing_malloc_arm(k, for_ever);
    const enum status status = work();
    failing_malloc_disarm();
    if (!failing_malloc_fired()) {
      assert_int_equal(status, STATUS_OK);
      break;
    }
    assert_int_equal(status, STATUS_NO_MEMORY);
  }
  assert_in_range(k, 5, STEPS_MAX - 1);
}

static void each_allocation_of_reading_may_fail(void **state)
{
  (void)state;
  fail_each(read_text, false);
  fail_each(read_text, true);
}

static void each_allocation_of_writing_may_fail(void **state)
{
  (void)state;
  fail_each(write_text, false);
  fail_each(write_text, true);
}

/* The bound of the caller's arena holds for what is only needed while reading, too. */
static void reading_keeps_to_the_bound_of_the_arena(void **state)
{
  (void)state;
  const struct pabulib_options options = {0};
  enum status status = STATUS_NO_MEMORY;
  size_t limit = 1024;
  for (; status == STATUS_NO_MEMORY; limit *= 2) {
    struct arena arena = {.limit = limit};
    struct pabulib file;
    struct fault fault = {0};
    status = pabulib_read(buffer_span(&text), &options, &arena, &file, &fault);
    assert_true(arena.taken <= limit);
    arena_free(&arena);
  }
  assert_int_equal(status, STATUS_OK);
  assert_in_range(limit, (size_t)1 << 17, (size_t)1 << 24);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_allocation_of_reading_may_fail),
      cmocka_unit_test(each_allocation_of_writing_may_fail),
      cmocka_unit_test(reading_keeps_to_the_bound_of_the_arena),
  };
  return cmocka_run_group_tests(tests, make_text, free_text);
}
