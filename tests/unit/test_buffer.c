#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"

static void assert_holds(const struct buffer *buffer, const char *text)
{
  struct span span = buffer_span(buffer);
  assert_false(buffer->failed);
  assert_int_equal(span.length, strlen(text));
  assert_memory_equal(span.bytes, text, span.length);
}

static void an_empty_buffer_is_an_empty_span(void **state)
{
  (void)state;
  struct buffer buffer = {0};
  assert_non_null(buffer_span(&buffer).bytes);
  assert_int_equal(buffer_span(&buffer).length, 0);
  buffer_add(&buffer, SPAN(""));
  assert_holds(&buffer, "");
  buffer_free(&buffer);
}

static void what_is_added_stands_at_the_end(void **state)
{
  (void)state;
  struct buffer buffer = {0};
  buffer_add(&buffer, SPAN("cost"));
  buffer_add_byte(&buffer, '=');
  buffer_add_integer(&buffer, 120);
  buffer_format(&buffer, " %s%c %d%%", "EU", 'R', 7);
  buffer_format(&buffer, "%s", "");
  assert_holds(&buffer, "cost=120 EUR 7%");
  buffer_free(&buffer);
}

static void bytes_of_any_value_are_kept(void **state)
{
  (void)state;
  struct buffer buffer = {0};
  buffer_add(&buffer, SPAN("a\0b"));
  buffer_add_byte(&buffer, '\0');
  assert_true(span_equal(buffer_span(&buffer), SPAN("a\0b\0")));
  buffer_free(&buffer);
}

static void integers_are_written_in_decimal(void **state)
{
  (void)state;
  static const struct {
    int64_t value;
    const char *text;
  } cases[] = {
      {0, "0"},
      {-1, "-1"},
      {9, "9"},
      {10, "10"},
      {-10, "-10"},
      {INT64_C(9007199254740991), "9007199254740991"},
      {INT64_MAX, "9223372036854775807"},
      {INT64_MIN, "-9223372036854775808"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct buffer buffer = {0};
    buffer_add_integer(&buffer, cases[i].value);
    assert_holds(&buffer, cases[i].text);
    buffer_free(&buffer);
  }
}

static void it_grows_over_every_border(void **state)
{
  (void)state;
  struct buffer buffer = {0};
  for (size_t i = 0; i < 5000; i++) {
    assert_int_equal(buffer.length, i);
    buffer_add_byte(&buffer, (char)('a' + i % 26));
    assert_true(buffer.capacity >= buffer.length);
  }
  for (size_t i = 0; i < 5000; i++)
    assert_int_equal(buffer.bytes[i], 'a' + i % 26);
  assert_false(buffer.failed);
  buffer_free(&buffer);
}

static void one_addition_may_need_many_doublings(void **state)
{
  (void)state;
  static char large[100000];
  memset(large, 'x', sizeof large);
  struct buffer buffer = {0};
  buffer_add_byte(&buffer, '<');
  buffer_add(&buffer, (struct span){.bytes = large, .length = sizeof large});
  buffer_add_byte(&buffer, '>');
  assert_int_equal(buffer.length, sizeof large + 2);
  assert_int_equal(buffer.bytes[sizeof large], 'x');
  assert_int_equal(buffer.bytes[sizeof large + 1], '>');
  buffer_free(&buffer);
}

/* vsnprintf's terminator needs room too, but does not count. */
static void formats_of_every_length_fit(void **state)
{
  (void)state;
  for (int width = 1; width < 600; width++) {
    struct buffer buffer = {0};
    buffer_format(&buffer, "%*d", width, 7);
    assert_int_equal(buffer.length, width);
    assert_int_equal(buffer.bytes[width - 1], '7');
    buffer_add_byte(&buffer, '.');
    assert_int_equal(buffer.bytes[width], '.');
    buffer_free(&buffer);
  }
}

static void a_length_beyond_all_memory_fails(void **state)
{
  (void)state;
  struct buffer buffer = {0};
  buffer_add(&buffer, SPAN("kept"));
  /* Never read: there is no room for it. */
  buffer_add(&buffer, (struct span){.bytes = buffer.bytes, .length = SIZE_MAX});
  assert_true(buffer.failed);
  assert_true(span_equal(buffer_span(&buffer), SPAN("kept")));
  buffer_add(&buffer, SPAN("no more"));
  assert_int_equal(buffer.length, 4);
  buffer_free(&buffer);
}

static void a_freed_buffer_can_be_used_again(void **state)
{
  (void)state;
  struct buffer buffer = {0};
  buffer_add(&buffer, SPAN("first"));
  buffer.failed = true;
  buffer_free(&buffer);
  buffer_free(&buffer);
  buffer_add(&buffer, SPAN("second"));
  assert_holds(&buffer, "second");
  buffer_free(&buffer);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_empty_buffer_is_an_empty_span),
      cmocka_unit_test(what_is_added_stands_at_the_end),
      cmocka_unit_test(bytes_of_any_value_are_kept),
      cmocka_unit_test(integers_are_written_in_decimal),
      cmocka_unit_test(it_grows_over_every_border),
      cmocka_unit_test(one_addition_may_need_many_doublings),
      cmocka_unit_test(formats_of_every_length_fit),
      cmocka_unit_test(a_length_beyond_all_memory_fails),
      cmocka_unit_test(a_freed_buffer_can_be_used_again),
  };
  return cmocka_run_group_tests_name("buffer", tests, NULL, NULL);
}
