#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/canonical.h"

#define A_NUMBER "a whole number from -9007199254740991 to 9007199254740991"
#define BAD      "\xef\xbf\xbd" /* U+FFFD, which stands for what cannot be shown */

static void is_read_back(struct span text)
{
  struct fault fault = {0};
  json_t *value;
  if (canonical_read(text, text.length, &value, &fault) != STATUS_OK)
    fail_msg("refused: %s: %s (%s)", fault.where, fault.what, fault.expected);
  json_decref(value);
}

/* --- a tree --- */

/* Gives `value` back. */
static void writes(json_t *value, const char *text)
{
  struct buffer buffer = {0};
  struct arena arena = {0};
  struct fault fault = {0};
  struct span kept;
  assert_non_null(value);
  if (canonical_write(value, &buffer, &fault) != STATUS_OK)
    fail_msg("refused: %s: %s (%s)", fault.where, fault.what, fault.expected);
  struct span span = buffer_span(&buffer);
  assert_int_equal(span.length, strlen(text));
  assert_memory_equal(span.bytes, text, span.length);
  assert_int_equal(canonical_text(value, &arena, &kept, &fault), STATUS_OK);
  assert_true(span_equal(kept, span));
  arena_free(&arena);
  buffer_free(&buffer);
  json_decref(value);
}

/* Gives `value` back. */
static void refuses_to_write(json_t *value, const char *where, const char *what,
                             const char *expected)
{
  struct buffer buffer = {0};
  struct fault fault = {0};
  assert_non_null(value);
  buffer_add(&buffer, SPAN("before"));
  assert_int_equal(canonical_write(value, &buffer, &fault), STATUS_REFUSED);
  assert_int_equal(fault.status, STATUS_REFUSED);
  assert_string_equal(fault.where, where);
  assert_string_equal(fault.what, what);
  assert_string_equal(fault.expected, expected);
  assert_true(span_equal(buffer_span(&buffer), SPAN("before")));
  assert_false(buffer.failed);
  buffer_free(&buffer);
  json_decref(value);
}

static void values_of_each_kind_are_written(void **state)
{
  (void)state;
  writes(json_object(), "{}");
  writes(json_array(), "[]");
  writes(json_true(), "true");
  writes(json_false(), "false");
  writes(json_null(), "null");
  writes(json_string(""), "\"\"");
  writes(json_integer(0), "0");
  writes(json_integer(CANONICAL_INTEGER_MAX), "9007199254740991");
  writes(json_integer(-CANONICAL_INTEGER_MAX), "-9007199254740991");
  writes(json_pack("[[],{},s,[n,b]]", "x", 1), "[[],{},\"x\",[null,true]]");
}

/* RFC 8785 section 3.2.3, without the names that are not ASCII, and more. */
static void members_are_written_in_order(void **state)
{
  (void)state;
  writes(json_pack("{s:s,s:s}", "1", "One", "\r", "Carriage Return"),
         "{\"\\r\":\"Carriage Return\",\"1\":\"One\"}");
  writes(json_pack("{s:i,s:i,s:i,s:i,s:i,s:{s:i,s:i}}", "b", 1, "B", 2, "aa", 3, "a", 4, "", 5,
                   "\x7f", "y", 6, "x", 7),
         "{\"\":5,\"B\":2,\"a\":4,\"aa\":3,\"b\":1,\"\x7f\":{\"x\":7,\"y\":6}}");
}

/* RFC 8785 section 3.2.2, the string of the example. */
static void strings_are_escaped_where_they_must_be(void **state)
{
  (void)state;
  writes(json_string("\xe2\x82\xac$\x0f\x0a"
                     "A'\x42\x22\x5c\\\"/"),
         "\"\xe2\x82\xac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"");
  writes(json_string("\b\t\n\f\r\x01\x1f\x7f \xe2\x80\xa8"),
         "\"\\b\\t\\n\\f\\r\\u0001\\u001f\x7f \xe2\x80\xa8\"");
}

static void much_is_written_in_order_too(void **state)
{
  (void)state;
  json_t *object = json_object();
  char name[8];
  for (int i = 999; i >= 0; i--) {
    snprintf(name, sizeof name, "%03d", i * 7 % 1000);
    assert_int_equal(json_object_set_new(object, name, json_integer(i)), 0);
  }
  struct buffer buffer = {0};
  struct fault fault;
  assert_int_equal(canonical_write(object, &buffer, &fault), STATUS_OK);
  is_read_back(buffer_span(&buffer));
  assert_memory_equal(buffer.bytes, "{\"000\":0,\"001\":143,", 19);
  buffer_free(&buffer);
  json_decref(object);
}

static void it_is_added_to_what_the_buffer_holds(void **state)
{
  (void)state;
  struct buffer buffer = {0};
  struct fault fault;
  json_t *value = json_pack("[i]", 1);
  buffer_add(&buffer, SPAN("a:"));
  assert_int_equal(canonical_write(value, &buffer, &fault), STATUS_OK);
  assert_int_equal(canonical_write(value, &buffer, &fault), STATUS_OK);
  assert_true(span_equal(buffer_span(&buffer), SPAN("a:[1][1]")));
  json_decref(value);
  buffer_free(&buffer);
}

static void what_canonical_json_cannot_say_is_not_written(void **state)
{
  (void)state;
  refuses_to_write(json_real(1.5), "", "1.5 is a number with a fraction or an exponent", A_NUMBER);
  refuses_to_write(json_pack("[i,f]", 1, 2.0), "/1", "2 is a number with a fraction or an exponent",
                   A_NUMBER);
  refuses_to_write(json_pack("{s:[{s:I}]}", "projects", "cost", CANONICAL_INTEGER_MAX + 1),
                   "/projects/0/cost", "9007199254740992 is too large", A_NUMBER);
  refuses_to_write(json_integer(INT64_MIN), "", "-9223372036854775808 is too large", A_NUMBER);
  refuses_to_write(json_pack("{s:o}", "a", json_stringn_nocheck("x\0y", 3)), "/a",
                   "U+0000 comes after 'x'", "text without U+0000");
  refuses_to_write(json_stringn_nocheck("\xed\xa0\x80", 3), "", "'" BAD BAD BAD "' is not UTF-8",
                   "text in UTF-8");
  refuses_to_write(json_pack("{s:{s:i}}", "a", "\xc3\xa9", 1), "/a",
                   "'\xc3\xa9' cannot name a member", "a name in ASCII without U+0000");
  json_t *object = json_object();
  assert_int_equal(json_object_setn_new_nocheck(object, "b\0c", 3, json_null()), 0);
  refuses_to_write(object, "", "'b' cannot name a member", "a name in ASCII without U+0000");
}

static json_t *deep(int depth)
{
  json_t *value = json_object();
  for (int i = 1; i < depth; i++)
    value = i % 2 ? json_pack("[o]", value) : json_pack("{s:o}", "a", value);
  return value;
}

static void depth_is_bounded_when_written(void **state)
{
  (void)state;
  struct buffer buffer = {0};
  struct fault fault;
  json_t *value = deep(CANONICAL_DEPTH_MAX);
  assert_int_equal(canonical_write(value, &buffer, &fault), STATUS_OK);
  is_read_back(buffer_span(&buffer));
  buffer_free(&buffer);
  json_decref(value);
  refuses_to_write(deep(CANONICAL_DEPTH_MAX + 1),
                   "/a/0/a/0/a/0/a/0/a/0/a/0/a/0/a/0/a/0/a/0/a/0/a/0/a/0/a/0/a/0/a/0",
                   "one more is inside 32 others",
                   "at most 32 arrays and objects inside each other");
}

static void a_long_way_there_is_cut(void **state)
{
  (void)state;
  char name[200];
  char where[FAULT_WHERE];
  memset(name, 'n', sizeof name - 1);
  name[sizeof name - 1] = '\0';
  memset(where, 'n', sizeof where - 1);
  where[0] = '/';
  where[sizeof where - 1] = '\0';
  refuses_to_write(json_pack("{s:[f]}", name, 0.5), where,
                   "0.5 is a number with a fraction or an exponent", A_NUMBER);
}

static void a_buffer_that_failed_before_is_no_memory(void **state)
{
  (void)state;
  struct buffer buffer = {.failed = true};
  struct fault fault = {0};
  json_t *value = json_pack("{s:[i,i],s:{s:n}}", "b", 1, 2, "a", "c");
  assert_int_equal(canonical_write(value, &buffer, &fault), STATUS_NO_MEMORY);
  assert_int_equal(fault.status, STATUS_NO_MEMORY);
  json_decref(value);
}

/* --- without a tree --- */

static void the_writer_makes_the_same_text(void **state)
{
  (void)state;
  struct buffer buffer = {0};
  struct canonical_writer writer;
  canonical_begin(&writer, &buffer);
  canonical_object(&writer);
  canonical_member_integer(&writer, "a", -7);
  canonical_member(&writer, "b");
  canonical_array(&writer);
  canonical_null(&writer);
  canonical_boolean(&writer, true);
  canonical_object(&writer);
  canonical_end(&writer);
  canonical_array(&writer);
  canonical_end(&writer);
  canonical_string(&writer, SPAN("\x01\xc3\xa9"));
  canonical_integer(&writer, CANONICAL_INTEGER_MAX);
  canonical_end(&writer);
  canonical_member_boolean(&writer, "b\n", false);
  canonical_member_string(&writer, "c", SPAN("/\":"));
  canonical_end(&writer);
  assert_true(
      span_equal(buffer_span(&buffer),
                 SPAN("{\"a\":-7,\"b\":[null,true,{},[],\"\\u0001\xc3\xa9\",9007199254740991],"
                      "\"b\\n\":false,\"c\":\"/\\\":\"}")));
  is_read_back(buffer_span(&buffer));
  buffer_free(&buffer);
}

static void a_value_alone_is_written(void **state)
{
  (void)state;
  struct buffer buffer = {0};
  struct canonical_writer writer;
  canonical_begin(&writer, &buffer);
  canonical_string(&writer, SPAN(""));
  assert_true(span_equal(buffer_span(&buffer), SPAN("\"\"")));
  buffer_free(&buffer);
}

static void the_greatest_depth_is_written(void **state)
{
  (void)state;
  struct buffer buffer = {0};
  struct canonical_writer writer;
  canonical_begin(&writer, &buffer);
  for (int i = 1; i < CANONICAL_DEPTH_MAX; i++)
    canonical_array(&writer);
  canonical_object(&writer);
  for (int i = 0; i < CANONICAL_DEPTH_MAX; i++)
    canonical_end(&writer);
  is_read_back(buffer_span(&buffer));
  assert_int_equal(buffer.length, 2 * CANONICAL_DEPTH_MAX);
  buffer_free(&buffer);
}

/* --- mistakes of the program that writes --- */

static void member_twice(struct canonical_writer *writer)
{
  canonical_object(writer);
  canonical_member_integer(writer, "a", 1);
  canonical_member_integer(writer, "a", 1);
}

static void member_out_of_order(struct canonical_writer *writer)
{
  canonical_object(writer);
  canonical_member_integer(writer, "b", 1);
  canonical_member_integer(writer, "a", 1);
}

static void name_not_ascii(struct canonical_writer *writer)
{
  canonical_object(writer);
  canonical_member(writer, "\xc3\xa9");
}

static void member_in_array(struct canonical_writer *writer)
{
  canonical_array(writer);
  canonical_member(writer, "a");
}

static void member_of_nothing(struct canonical_writer *writer)
{
  canonical_member(writer, "a");
}

static void member_without_value(struct canonical_writer *writer)
{
  canonical_object(writer);
  canonical_member(writer, "a");
  canonical_member(writer, "b");
}

static void last_member_without_value(struct canonical_writer *writer)
{
  canonical_object(writer);
  canonical_member(writer, "a");
  canonical_end(writer);
}

static void value_without_name(struct canonical_writer *writer)
{
  canonical_object(writer);
  canonical_string(writer, SPAN(":"));
}

static void second_value_of_a_member(struct canonical_writer *writer)
{
  canonical_object(writer);
  canonical_member_string(writer, "a", SPAN(":"));
  canonical_null(writer);
}

static void end_of_nothing(struct canonical_writer *writer)
{
  canonical_end(writer);
}

static void number_too_large(struct canonical_writer *writer)
{
  canonical_integer(writer, CANONICAL_INTEGER_MAX + 1);
}

static void number_too_small(struct canonical_writer *writer)
{
  canonical_integer(writer, -CANONICAL_INTEGER_MAX - 1);
}

static void too_deep(struct canonical_writer *writer)
{
  for (int i = 0; i <= CANONICAL_DEPTH_MAX; i++)
    canonical_array(writer);
}

static bool aborts(void (*mistake)(struct canonical_writer *writer))
{
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    struct buffer buffer = {0};
    struct canonical_writer writer;
    signal(SIGABRT, SIG_DFL);
    canonical_begin(&writer, &buffer);
    mistake(&writer);
    _exit(0);
  }
  int status;
  assert_int_equal(waitpid(child, &status, 0), child);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

static void a_mistake_of_the_program_aborts(void **state)
{
  (void)state;
  static void (*const mistakes[])(struct canonical_writer *) = {
      member_twice,
      member_out_of_order,
      name_not_ascii,
      member_in_array,
      member_of_nothing,
      member_without_value,
      last_member_without_value,
      value_without_name,
      second_value_of_a_member,
      end_of_nothing,
      number_too_large,
      number_too_small,
      too_deep,
  };
  for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++)
    if (!aborts(mistakes[i]))
      fail_msg("mistake %zu was let through", i);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(values_of_each_kind_are_written),
      cmocka_unit_test(members_are_written_in_order),
      cmocka_unit_test(strings_are_escaped_where_they_must_be),
      cmocka_unit_test(much_is_written_in_order_too),
      cmocka_unit_test(it_is_added_to_what_the_buffer_holds),
      cmocka_unit_test(what_canonical_json_cannot_say_is_not_written),
      cmocka_unit_test(depth_is_bounded_when_written),
      cmocka_unit_test(a_long_way_there_is_cut),
      cmocka_unit_test(a_buffer_that_failed_before_is_no_memory),
      cmocka_unit_test(the_writer_makes_the_same_text),
      cmocka_unit_test(a_value_alone_is_written),
      cmocka_unit_test(the_greatest_depth_is_written),
      cmocka_unit_test(a_mistake_of_the_program_aborts),
  };
  return cmocka_run_group_tests_name("canonical_write", tests, NULL, NULL);
}
