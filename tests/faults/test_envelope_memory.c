/* The k-th allocation fails: an envelope is then neither read, signed nor written, and says so. */
#include <string.h>

#include "tests/faults/failing_malloc.h"
#include "tests/unit/envelope_example.h"

/* Larger than the first block of an arena and than the first sizes of a buffer. */
static char long_payload[20000];

static struct span long_text(void)
{
  return (struct span){.bytes = long_payload, .length = sizeof long_payload};
}

typedef enum status (*work)(struct fault *fault);

static struct buffer line;

static enum status read_it(struct fault *fault)
{
  struct arena arena = {0};
  struct envelope envelope;
  enum status status = envelope_read(buffer_span(&line), &arena, &envelope, fault);
  if (status == STATUS_OK)
    assert_true(span_equal(envelope.payload, long_text()));
  arena_free(&arena);
  return status;
}

static enum status sign_it(struct fault *fault)
{
  struct arena arena = {0};
  struct signing_key key = key_number(0);
  struct envelope_signature signature;
  enum status status = envelope_sign(kind, long_text(), &key, &arena, &signature, fault);
  arena_free(&arena);
  return status;
}

static enum status write_it(struct fault *fault)
{
  struct buffer buffer = {0};
  struct envelope_signature signature = {.key_id = {.bytes = {1}}};
  buffer_add(&buffer, SPAN("before"));
  bool failed_before = buffer.failed;
  size_t before = buffer.length;
  enum status status = envelope_write(kind, long_text(), &signature, 1, &buffer, fault);
  if (status == STATUS_OK)
    assert_true(buffer.length > sizeof long_payload);
  else
    assert_int_equal(buffer.length, before);
  assert_true(status != STATUS_OK || !failed_before);
  buffer_free(&buffer);
  return status;
}

static void fail_each_allocation(work do_work, bool for_ever)
{
  for (size_t k = 1;; k++) {
    struct fault fault = {0};
    failing_malloc_arm(k, for_ever);
    enum status status = do_work(&fault);
    failing_malloc_disarm();
    if (!failing_malloc_fired()) {
      assert_true(k > 1);
      assert_int_equal(status, STATUS_OK);
      return;
    }
    assert_int_equal(status, STATUS_NO_MEMORY);
    assert_int_equal(fault.status, STATUS_NO_MEMORY);
    assert_string_equal(fault.what, "out of memory");
  }
}

static void reading_says_that_there_is_no_memory(void **state)
{
  (void)state;
  fail_each_allocation(read_it, false);
  fail_each_allocation(read_it, true);
}

static void signing_says_that_there_is_no_memory(void **state)
{
  (void)state;
  fail_each_allocation(sign_it, false);
  fail_each_allocation(sign_it, true);
}

static void writing_says_that_there_is_no_memory(void **state)
{
  (void)state;
  fail_each_allocation(write_it, false);
  fail_each_allocation(write_it, true);
}

static void an_arena_with_a_bound_is_an_allocation_that_fails(void **state)
{
  (void)state;
  struct arena arena = {.limit = 10000};
  struct envelope envelope;
  struct fault fault = {0};
  assert_int_equal(envelope_read(buffer_span(&line), &arena, &envelope, &fault), STATUS_NO_MEMORY);
  arena_free(&arena);
}

/* The frame of an envelope is read before anything is allocated. */
static void a_refusal_of_the_frame_is_no_matter_of_memory(void **state)
{
  (void)state;
  struct arena arena = {0};
  struct envelope envelope;
  struct fault fault = {0};
  failing_malloc_arm(1, true);
  enum status status =
      envelope_read(SPAN(LINE("AAA=", "text/plain", "")), &arena, &envelope, &fault);
  failing_malloc_disarm();
  assert_int_equal(status, STATUS_REFUSED);
  assert_false(failing_malloc_fired());
}

static int start(void **state)
{
  (void)state;
  memset(long_payload, 'x', sizeof long_payload);
  struct envelope_signature signature = sign(0, long_text());
  struct fault fault;
  return envelope_write(kind, long_text(), &signature, 1, &line, &fault) != STATUS_OK;
}

static int stop(void **state)
{
  (void)state;
  buffer_free(&line);
  return 0;
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reading_says_that_there_is_no_memory),
      cmocka_unit_test(signing_says_that_there_is_no_memory),
      cmocka_unit_test(writing_says_that_there_is_no_memory),
      cmocka_unit_test(an_arena_with_a_bound_is_an_allocation_that_fails),
      cmocka_unit_test(a_refusal_of_the_frame_is_no_matter_of_memory),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
