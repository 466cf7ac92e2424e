/* The k-th allocation fails, once or for ever: base says so, loses nothing and keeps nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/canonical.h"
#include "tests/faults/failing_malloc.h"

/* All kinds of values, a string longer than a first buffer, and more members than jansson's first
 * table holds. */
static const char document[] =
    "{\"\\n\":[[],{},[[[null]]]],\"a\":1,\"b\":2,\"c\":3,\"d\":4,\"e\":5,\"f\":6,\"g\":7,\"h\":8,"
    "\"i\":{\"deep\":[true,false,\"\\\\ and \\u0001 and \xc3\xa9\"]},\"j\":-9007199254740991,"
    "\"long\":\""
    "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123"
    "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123"
    "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123"
    "\",\"numbers\":[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20]}";

/* Does one piece of work and checks what it has to show, which must be nothing unless the status
 * is STATUS_OK. */
typedef enum status (*work)(void);

static void fail_each_allocation(work do_work, bool for_ever)
{
  size_t k = 1;
  for (;; k++) {
    failing_malloc_arm(k, for_ever);
    enum status status = do_work();
    failing_malloc_disarm();
    if (!failing_malloc_fired()) {
      assert_int_equal(status, STATUS_OK);
      break;
    }
    if (status != STATUS_NO_MEMORY)
      fail_msg("allocation %zu of %zu failed, and the status is %d", k, failing_malloc_seen(),
               (int)status);
  }
  assert_true(k > 1);
  assert_int_equal(failing_malloc_seen(), k - 1);
}

static enum status read_document(void)
{
  json_t *const untouched = json_null();
  json_t *value = untouched;
  struct fault fault = {0};
  enum status status = canonical_read(span_of(document), sizeof document, &value, &fault);
  if (status != STATUS_OK) {
    assert_ptr_equal(value, untouched);
    assert_int_equal(fault.status, status);
    assert_string_equal(fault.what, "out of memory");
    return status;
  }
  assert_int_equal(json_object_size(value), 13);
  json_decref(value);
  return status;
}

static json_t *document_value;

static enum status write_document(void)
{
  struct buffer buffer = {0};
  struct fault fault = {0};
  buffer_add(&buffer, SPAN("before "));
  size_t before = buffer.length;
  enum status status = canonical_write(document_value, &buffer, &fault);
  if (status == STATUS_OK)
    assert_memory_equal(buffer.bytes + before, document, sizeof document - 1);
  else
    assert_int_equal(buffer.length, before);
  buffer_free(&buffer);
  return status;
}

static enum status stream(void)
{
  struct buffer buffer = {0};
  struct canonical_writer writer;
  canonical_begin(&writer, &buffer);
  canonical_object(&writer);
  canonical_member(&writer, "list");
  canonical_array(&writer);
  for (int i = 0; i < 1000; i++)
    canonical_integer(&writer, i);
  canonical_end(&writer);
  canonical_member_string(&writer, "text", SPAN("\n"));
  canonical_end(&writer);
  bool failed = buffer.failed;
  if (!failed)
    assert_memory_equal(buffer.bytes + buffer.length - 18, ",999],\"text\":\"\\n\"}", 18);
  buffer_free(&buffer);
  return failed ? STATUS_NO_MEMORY : STATUS_OK;
}

static enum status fill_buffer(void)
{
  struct buffer buffer = {0};
  for (int i = 0; i < 200; i++) {
    buffer_add(&buffer, SPAN("some text "));
    buffer_add_byte(&buffer, '=');
    buffer_add_integer(&buffer, 1);
    buffer_format(&buffer, "%s", "formatted");
  }
  bool failed = buffer.failed;
  size_t length = buffer_span(&buffer).length;
  if (failed)
    assert_in_range(length, 0, 200 * 21 - 1);
  else
    assert_int_equal(length, 200 * 21);
  buffer_free(&buffer);
  assert_false(buffer.failed);
  return failed ? STATUS_NO_MEMORY : STATUS_OK;
}

static enum status fill_arena(void)
{
  struct arena arena = {0};
  enum status status = STATUS_OK;
  int *list = ARENA_TAKE(&arena, int, 1);
  for (size_t count = 1; list != NULL && count < 1 << 20; count *= 2) {
    list[count - 1] = (int)count;
    list = arena_grow(&arena, list, count, 2 * count, sizeof *list);
    if (list != NULL)
      assert_int_equal(list[count - 1], count);
  }
  if (list == NULL || arena_copy(&arena, document, sizeof document - 1) == NULL)
    status = STATUS_NO_MEMORY;
  arena_free(&arena);
  return status;
}

static const struct {
  const char *name;
  work do_work;
} works[] = {
    {"canonical_read", read_document},
    {"canonical_write", write_document},
    {"canonical_writer", stream},
    {"buffer", fill_buffer},
    {"arena", fill_arena},
};

static void each_failure_is_said_when_it_is_the_only_one(void **state)
{
  (void)state;
  for (size_t i = 0; i < sizeof works / sizeof *works; i++) {
    print_message("# %s\n", works[i].name);
    fail_each_allocation(works[i].do_work, false);
  }
}

static void each_failure_is_said_when_all_after_it_fail_too(void **state)
{
  (void)state;
  for (size_t i = 0; i < sizeof works / sizeof *works; i++) {
    print_message("# %s\n", works[i].name);
    fail_each_allocation(works[i].do_work, true);
  }
}

static void an_arena_can_be_used_after_a_failure(void **state)
{
  (void)state;
  struct arena arena = {0};
  char *first = arena_copy(&arena, "first", 5);
  assert_non_null(first);
  failing_malloc_arm(1, false);
  assert_null(ARENA_TAKE(&arena, char, 1 << 20));
  failing_malloc_disarm();
  assert_true(failing_malloc_fired());
  assert_int_equal(arena.taken, 6);
  assert_non_null(ARENA_TAKE(&arena, char, 1 << 20));
  assert_string_equal(first, "first");
  arena_free(&arena);
}

static void a_buffer_that_failed_keeps_what_it_had_and_takes_no_more(void **state)
{
  (void)state;
  struct buffer buffer = {0};
  buffer_add(&buffer, SPAN("kept"));
  failing_malloc_arm(1, false);
  buffer_format(&buffer, "%1000d", 1);
  failing_malloc_disarm();
  assert_true(buffer.failed);
  buffer_add(&buffer, SPAN("not"));
  buffer_add_byte(&buffer, 'n');
  buffer_add_integer(&buffer, 1);
  buffer_format(&buffer, "%d", 1);
  assert_true(span_equal(buffer_span(&buffer), SPAN("kept")));
  buffer_free(&buffer);
}

static void a_refusal_is_no_matter_of_memory(void **state)
{
  (void)state;
  struct fault fault;
  json_t *value;
  for (size_t k = 1; k < 20; k++) {
    failing_malloc_arm(k, false);
    enum status status = canonical_read(SPAN("{\"a\":[1,{}],\"b\":1.0}"), 100, &value, &fault);
    failing_malloc_disarm();
    assert_int_equal(status, failing_malloc_fired() ? STATUS_NO_MEMORY : STATUS_REFUSED);
  }
}

static int start(void **state)
{
  (void)state;
  json_set_alloc_funcs(malloc, free);
  struct fault fault;
  return canonical_read(span_of(document), sizeof document, &document_value, &fault) != STATUS_OK;
}

static int stop(void **state)
{
  (void)state;
  json_decref(document_value);
  return 0;
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_failure_is_said_when_it_is_the_only_one),
      cmocka_unit_test(each_failure_is_said_when_all_after_it_fail_too),
      cmocka_unit_test(an_arena_can_be_used_after_a_failure),
      cmocka_unit_test(a_buffer_that_failed_keeps_what_it_had_and_takes_no_more),
      cmocka_unit_test(a_refusal_is_no_matter_of_memory),
  };
  return cmocka_run_group_tests_name("base_memory", tests, start, stop);
}
