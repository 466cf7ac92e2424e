/* The k-th allocation fails: a board then takes no line, says so, and is as it was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/faults/failing_malloc.h"
#include "tests/unit/rehearsal.h"

static struct rehearsal original;

static int start(void **state)
{
  (void)state;
  json_set_alloc_funcs(malloc, free);
  rehearsal_until(&original, REHEARSAL_PLACES);
  return 0;
}

static int stop(void **state)
{
  (void)state;
  rehearsal_end(&original);
  return 0;
}

static void same_head(const struct board_head *a, const struct board_head *b)
{
  assert_int_equal(a->phase, b->phase);
  assert_int_equal(a->size, b->size);
  assert_int_equal(a->credentials, b->credentials);
  assert_int_equal(a->replacements, b->replacements);
  assert_int_equal(a->struck_for_paper, b->struck_for_paper);
  assert_int_equal(a->standing, b->standing);
  assert_int_equal(a->paper_given, b->paper_given);
  assert_int_equal(a->drawn, b->drawn);
  assert_ptr_equal(a->manifest, b->manifest);
}

/* One board: each line is tried again and again, with a later allocation failing each time, until
 * it is admitted with none failing. */
static void play_with_failures(bool for_ever)
{
  struct arena arena = {0};
  struct board board;
  struct attachment_source source = rehearsal_source(&original);
  board_begin(&board, &arena, &source);
  for (unsigned place = 0; place < REHEARSAL_PLACES; place++) {
    enum status status = STATUS_NO_MEMORY;
    for (size_t k = 1; status != STATUS_OK; k++) {
      struct fault fault = {0};
      enum refusal refusal = REFUSAL_NONE;
      struct board_head before = board.head;
      failing_malloc_arm(k, for_ever);
      status = board_append(&board, buffer_span(&original.lines[place]), &refusal, &fault);
      failing_malloc_disarm();
      if (status == STATUS_OK) {
        assert_false(failing_malloc_fired());
        assert_true(k > 1);
        continue;
      }
      if (status != STATUS_NO_MEMORY)
        fail_msg("line %u, allocation %zu: %s: %s", place, k, refusal_name(refusal), fault.what);
      assert_true(failing_malloc_fired());
      assert_string_equal(fault.what, "out of memory");
      same_head(&before, &board.head);
    }
  }
  struct digest root = board_root(&board);
  struct digest right = board_root(&original.board);
  assert_memory_equal(&root, &right, DIGEST_BYTES);
  arena_free(&arena);
}

static void a_line_is_not_taken_without_memory(void **state)
{
  (void)state;
  play_with_failures(false);
}

static void a_line_is_not_taken_when_memory_is_gone_for_good(void **state)
{
  (void)state;
  play_with_failures(true);
}

static void a_count_says_that_there_is_no_memory(void **state)
{
  (void)state;
  enum status status = STATUS_NO_MEMORY;
  for (size_t k = 1; status != STATUS_OK; k++) {
    struct fault fault = {0};
    struct buffer bytes = {0};
    failing_malloc_arm(k, false);
    status = board_outcome(&original.board, &bytes, &fault);
    failing_malloc_disarm();
    assert_int_equal(status, failing_malloc_fired() ? STATUS_NO_MEMORY : STATUS_OK);
    if (status == STATUS_NO_MEMORY)
      assert_string_equal(fault.what, "out of memory");
    buffer_free(&bytes);
  }
}

static void a_withheld_ballot_is_not_taken_without_memory(void **state)
{
  (void)state;
  struct rehearsal play;
  rehearsal_start(&play, NULL);
  for (uint8_t i = 0; i < 200; i++) {
    struct digest leaf = {.bytes = {i, 1}};
    enum refusal refusal;
    struct fault fault = {0};
    enum status status = STATUS_NO_MEMORY;
    for (size_t k = 1; status != STATUS_OK; k++) {
      uint64_t size = play.board.head.size;
      failing_malloc_arm(k, false);
      status = board_append_withheld(&play.board, &leaf, &refusal, &fault);
      failing_malloc_disarm();
      assert_int_equal(play.board.head.size, size + (status == STATUS_OK));
      assert_int_equal(status, failing_malloc_fired() ? STATUS_NO_MEMORY : STATUS_OK);
    }
  }
  assert_int_equal(play.board.withheld, 200);
  rehearsal_end(&play);
}

static void a_difference_is_told_only_with_memory(void **state)
{
  (void)state;
  struct rehearsal play;
  rehearsal_until(&play, AT_RESULT);
  json_t *payload = rehearsal_result(&play);
  json_object_set_new(payload, "outcome", rehearsal_attach(&play, SPAN("{\"budget\":1}")));
  struct buffer line = rehearsal_sign("result", payload);
  enum status status = STATUS_NO_MEMORY;
  for (size_t k = 1; status == STATUS_NO_MEMORY; k++) {
    struct fault fault = {0};
    enum refusal refusal = REFUSAL_NONE;
    failing_malloc_arm(k, false);
    status = board_append(&play.board, buffer_span(&line), &refusal, &fault);
    failing_malloc_disarm();
    assert_int_equal(status, failing_malloc_fired() ? STATUS_NO_MEMORY : STATUS_REFUSED);
    if (status == STATUS_REFUSED) {
      assert_int_equal(refusal, REFUSAL_OUTCOME_DIFFERS);
      assert_string_equal(fault.where, "outcome/budget");
    }
  }
  buffer_free(&line);
  json_decref(payload);
  rehearsal_end(&play);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_line_is_not_taken_without_memory),
      cmocka_unit_test(a_line_is_not_taken_when_memory_is_gone_for_good),
      cmocka_unit_test(a_count_says_that_there_is_no_memory),
      cmocka_unit_test(a_withheld_ballot_is_not_taken_without_memory),
      cmocka_unit_test(a_difference_is_told_only_with_memory),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
