#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ballots/difference.h"
#include "base/buffer.h"

static void differs(const char *expected, const char *found, const char *where, const char *should,
                    const char *is)
{
  struct fault fault = {0};
  assert_int_equal(difference_find("outcome", span_of(expected), span_of(found), &fault),
                   STATUS_REFUSED);
  assert_string_equal(fault.where, where);
  assert_string_equal(fault.expected, should);
  assert_string_equal(fault.what, is);
}

static void equal_texts_do_not_differ(void **state)
{
  (void)state;
  struct fault fault;
  assert_int_equal(difference_find("outcome", SPAN("{\"a\":1}"), SPAN("{\"a\":1}"), &fault),
                   STATUS_OK);
}

static void a_value_is_found(void **state)
{
  (void)state;
  differs("{\"a\":1,\"b\":[{\"c\":2}]}", "{\"a\":1,\"b\":[{\"c\":3}]}", "outcome/b/0/c", "2",
          "here stands 3");
  differs("{\"a\":\"x\"}", "{\"a\":\"y\"}", "outcome/a", "\"x\"", "here stands \"y\"");
  differs("{\"a\":true}", "{\"a\":null}", "outcome/a", "true", "here stands null");
  differs("1", "2", "outcome", "1", "here stands 2");
}

static void the_first_of_several_is_found(void **state)
{
  (void)state;
  differs("{\"a\":1,\"b\":2}", "{\"a\":3,\"b\":4}", "outcome/a", "1", "here stands 3");
  differs("[1,2,3]", "[1,5,6]", "outcome/1", "2", "here stands 5");
}

static void what_is_missing_or_too_much_is_found(void **state)
{
  (void)state;
  differs("[1,2]", "[1]", "outcome/1", "2", "here stands nothing");
  differs("[1]", "[1,2]", "outcome/1", "nothing", "here stands 2");
  differs("{\"a\":1,\"b\":2}", "{\"a\":1}", "outcome/b", "2", "here stands nothing");
  differs("{\"b\":2}", "{\"a\":1,\"b\":2}", "outcome/a", "nothing", "here stands 1");
}

static void another_type_is_shown_whole(void **state)
{
  (void)state;
  differs("{\"a\":[]}", "{\"a\":{}}", "outcome/a", "[]", "here stands {}");
  differs("{\"a\":[1]}", "{\"a\":1}", "outcome/a", "[1]", "here stands 1");
}

static void a_long_value_is_cut(void **state)
{
  (void)state;
  char text[400];
  memset(text, 'x', sizeof text);
  text[0] = '"';
  text[sizeof text - 1] = '"';
  struct fault fault = {0};
  struct span found = {.bytes = text, .length = sizeof text};
  assert_int_equal(difference_find("outcome", SPAN("1"), found, &fault), STATUS_REFUSED);
  assert_int_equal(strlen(fault.what), strlen("here stands ") + 120);
}

static void a_long_way_is_cut(void **state)
{
  (void)state;
  char one[600] = "";
  char other[600] = "";
  struct buffer expected = {0};
  for (int i = 0; i < 20; i++)
    buffer_add(&expected, SPAN("{\"a_long_name\":"));
  buffer_add(&expected, SPAN("1"));
  for (int i = 0; i < 20; i++)
    buffer_add_byte(&expected, '}');
  memcpy(one, expected.bytes, expected.length);
  memcpy(other, expected.bytes, expected.length);
  *strchr(other, '1') = '2';
  buffer_free(&expected);
  struct fault fault = {0};
  assert_int_equal(difference_find("outcome", span_of(one), span_of(other), &fault),
                   STATUS_REFUSED);
  assert_int_equal(strlen(fault.where), FAULT_WHERE - 1);
  assert_string_equal(fault.expected, "1");
}

static void a_text_that_is_not_canonical_is_refused_as_such(void **state)
{
  (void)state;
  struct fault fault = {0};
  assert_int_equal(difference_find("outcome", SPAN("{}"), SPAN("{ }"), &fault), STATUS_REFUSED);
  assert_string_equal(fault.where, "byte 2");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(equal_texts_do_not_differ),
      cmocka_unit_test(a_value_is_found),
      cmocka_unit_test(the_first_of_several_is_found),
      cmocka_unit_test(what_is_missing_or_too_much_is_found),
      cmocka_unit_test(another_type_is_shown_whole),
      cmocka_unit_test(a_long_value_is_cut),
      cmocka_unit_test(a_long_way_is_cut),
      cmocka_unit_test(a_text_that_is_not_canonical_is_refused_as_such),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
