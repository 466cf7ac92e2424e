/* What is plain, to the byte; and that nothing is plain that is not canonical. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/canonical.h"
#include "base/plain.h"

/* Copied to a place of its own, so that a reader who goes past the end is seen. */
static bool takes(const char *text, struct span *value, struct span *rest, char **copy)
{
  size_t length = strlen(text);
  *copy = malloc(length + 1);
  assert_non_null(*copy);
  memcpy(*copy, text, length);
  char *shorter = realloc(*copy, length == 0 ? 1 : length);
  assert_non_null(shorter);
  *copy = shorter;
  *rest = (struct span){.bytes = shorter, .length = length};
  return plain_value(rest, value);
}

static void values_are_taken_whole(void **state)
{
  (void)state;
  static const char *const plain[] = {
      "true",
      "false",
      "null",
      "0",
      "-1",
      "9007199254740991",
      "-9007199254740991",
      "\"\"",
      "\" !#[]~\"",
      "[]",
      "{}",
      "[1,\"a\",null]",
      "{\"\":1,\"a\":[],\"aa\":{}}",
      "{\"A\":true,\"a\":true}",
      "[[[[[[[[]]]]]]]]",
      "{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{}}}}}}}}",
  };
  for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
    struct span value, rest;
    struct fault fault;
    json_t *read;
    char *copy;
    if (!takes(plain[i], &value, &rest, &copy))
      fail_msg("%s is plain", plain[i]);
    assert_true(span_equal(value, span_of(plain[i])));
    assert_int_equal(rest.length, 0);
    assert_int_equal(canonical_read(value, value.length, &read, &fault), STATUS_OK);
    json_decref(read);
    free(copy);
  }
}

static void what_follows_is_left(void **state)
{
  (void)state;
  struct span value, rest = SPAN("{\"a\":[1]},\"b\"");
  assert_true(plain_value(&rest, &value));
  assert_true(span_equal(value, SPAN("{\"a\":[1]}")));
  assert_true(span_equal(rest, SPAN(",\"b\"")));
  rest = SPAN("1.5");
  assert_true(plain_value(&rest, &value));
  assert_true(span_equal(rest, SPAN(".5")));
}

static void everything_else_is_not_plain(void **state)
{
  (void)state;
  static const char *const other[] = {
      "",
      " ",
      "t",
      "True",
      "nul",
      "-",
      "-0",
      "01",
      "+1",
      "--1",
      "1-",
      "9007199254740992",
      "-9007199254740992",
      "9223372036854775808",
      "99999999999999999999",
      "\"",
      "\"a",
      "\"\\n\"",
      "\"\\\\\"",
      "\"\xc3\xa9\"",
      "\"\x7f\"",
      "\"\x1f\"",
      "\"\n\"",
      "[",
      "[1",
      "[1,",
      "[1,]",
      "[,1]",
      "[1 ,2]",
      "[1,2}",
      "]",
      "{",
      "{\"a\"",
      "{\"a\":",
      "{\"a\":1",
      "{\"a\":1,",
      "{\"a\":1,}",
      "{\"a\":1]",
      "{a:1}",
      "{1:1}",
      "{\"a\" :1}",
      "{\"a\":1,\"a\":1}",
      "{\"b\":1,\"a\":1}",
      "{\"aa\":1,\"a\":1}",
      "{\"\":1,\"\":1}",
      "{\"\xc3\xa9\":1}",
      "{\"a\\\"\":1}",
      "[[[[[[[[[]]]]]]]]]",
      "{\"a\":[[[[[[[[]]]]]]]]}",
  };
  for (size_t i = 0; i < sizeof other / sizeof *other; i++) {
    struct span value, rest;
    char *copy;
    if (takes(other[i], &value, &rest, &copy))
      fail_msg("%s is not plain", other[i]);
    free(copy);
  }
}

static void texts_are_taken_by_their_bytes(void **state)
{
  (void)state;
  struct span text, rest = SPAN("\"p01\",\"p02\"");
  assert_true(plain_string(&rest, &text));
  assert_true(span_equal(text, SPAN("p01")));
  assert_true(plain_take(&rest, SPAN(",")));
  assert_false(plain_take(&rest, SPAN("\"p03")));
  assert_true(span_equal(rest, SPAN("\"p02\"")));
  assert_true(plain_take(&rest, SPAN("")));
  assert_false(plain_take(&rest, SPAN("\"p02\",")));
  assert_true(plain_take(&rest, SPAN("\"p02\"")));
  assert_false(plain_string(&rest, &text));
}

static void numbers_are_read(void **state)
{
  (void)state;
  static const struct {
    const char *text;
    int64_t value;
  } cases[] = {{"0", 0},
               {"-7", -7},
               {"12", 12},
               {"9007199254740991", CANONICAL_INTEGER_MAX},
               {"-9007199254740991", -CANONICAL_INTEGER_MAX}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct span rest = span_of(cases[i].text);
    int64_t value;
    assert_true(plain_integer(&rest, &value));
    assert_true(value == cases[i].value);
    assert_int_equal(rest.length, 0);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(values_are_taken_whole),
      cmocka_unit_test(what_follows_is_left),
      cmocka_unit_test(everything_else_is_not_plain),
      cmocka_unit_test(texts_are_taken_by_their_bytes),
      cmocka_unit_test(numbers_are_read),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
