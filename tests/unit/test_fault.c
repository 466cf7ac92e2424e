#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/fault.h"
#include "base/span.h"

static void all_parts_are_kept(void **state)
{
  (void)state;
  struct fault fault;
  enum status status =
      fault_set(&fault, STATUS_FAILED, "line 3", "a number", "'%s' is %d", "12a", 7);
  assert_int_equal(status, STATUS_FAILED);
  assert_int_equal(fault.status, STATUS_FAILED);
  assert_string_equal(fault.where, "line 3");
  assert_string_equal(fault.what, "'12a' is 7");
  assert_string_equal(fault.expected, "a number");
}

static void nothing_to_say_is_empty(void **state)
{
  (void)state;
  struct fault fault;
  memset(&fault, 'x', sizeof fault);
  assert_int_equal(fault_set(&fault, STATUS_REFUSED, NULL, NULL, "%s", ""), STATUS_REFUSED);
  assert_string_equal(fault.where, "");
  assert_string_equal(fault.what, "");
  assert_string_equal(fault.expected, "");
}

static void a_failed_allocation_has_one_spelling(void **state)
{
  (void)state;
  struct fault fault;
  memset(&fault, 'x', sizeof fault);
  assert_int_equal(fault_no_memory(&fault), STATUS_NO_MEMORY);
  assert_int_equal(fault.status, STATUS_NO_MEMORY);
  assert_string_equal(fault.what, "out of memory");
  assert_string_equal(fault.where, "");
  assert_string_equal(fault.expected, "");
}

static void what_cannot_be_shown_is_replaced(void **state)
{
  (void)state;
#define REPLACED "\xef\xbf\xbd"
  static const struct {
    const char *said, *shown;
  } cases[] = {
      {"a\nb", "a" REPLACED "b"},                            /* line feed */
      {"\x01\x1f\t\r", REPLACED REPLACED REPLACED REPLACED}, /* C0 */
      {" ~", " ~"},                                          /* the last before DEL */
      {"\x7f", REPLACED},                                    /* DEL */
      {"\xc2\x80\xc2\x9f", REPLACED REPLACED},               /* C1 */
      {"\xc2\xa0", "\xc2\xa0"},                              /* after C1 */
      {"\x1b[31m", REPLACED "[31m"},                         /* a terminal's colour */
      {"\xe2\x80\xa8\xe2\x80\xa9", REPLACED REPLACED},       /* U+2028, U+2029 */
      {"\xe2\x80\xae"
       "abc\xe2\x81\xa6",
       REPLACED "abc" REPLACED},                                          /* U+202E, U+2066 */
      {"\xe2\x80\xaf\xe2\x80\xa7", "\xe2\x80\xaf\xe2\x80\xa7"},           /* U+202F, U+2027 */
      {"\xff\xfe", REPLACED REPLACED},                                    /* never in UTF-8 */
      {"\xc0\xaf", REPLACED REPLACED},                                    /* overlong */
      {"\xed\xa0\x80", REPLACED REPLACED REPLACED},                       /* a surrogate */
      {"\xc3", REPLACED},                                                 /* cut short */
      {"\xc3(", REPLACED "("},                                            /* a wrong second byte */
      {"\xf0\x9f\x98\x80 \xe2\x82\xac", "\xf0\x9f\x98\x80 \xe2\x82\xac"}, /* as it is */
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct fault fault;
    fault_set(&fault, STATUS_REFUSED, cases[i].said, cases[i].said, "%s", cases[i].said);
    assert_string_equal(fault.where, cases[i].shown);
    assert_string_equal(fault.what, cases[i].shown);
    assert_string_equal(fault.expected, cases[i].shown);
  }
}

static void too_long_a_text_is_cut_to_its_field(void **state)
{
  (void)state;
  char text[1000];
  memset(text, 'x', sizeof text - 1);
  text[sizeof text - 1] = '\0';
  struct fault fault;
  fault_set(&fault, STATUS_REFUSED, text, text, "%s", text);
  assert_int_equal(strlen(fault.where), FAULT_WHERE - 1);
  assert_int_equal(strlen(fault.what), FAULT_WHAT - 1);
  assert_int_equal(strlen(fault.expected), FAULT_EXPECTED - 1);
}

static void a_text_that_just_fits_is_whole(void **state)
{
  (void)state;
  char text[FAULT_WHAT];
  memset(text, 'x', sizeof text - 1);
  text[sizeof text - 1] = '\0';
  struct fault fault;
  fault_set(&fault, STATUS_REFUSED, NULL, NULL, "%s", text);
  assert_string_equal(fault.what, text);
}

/* Each length of character, at each distance from the end of the field. */
static void no_character_is_split_by_the_cut(void **state)
{
  (void)state;
  static const char *const characters[] = {"\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80"};
  for (size_t i = 0; i < sizeof characters / sizeof *characters; i++)
    for (size_t before = FAULT_WHAT - 8; before < FAULT_WHAT; before++) {
      char text[FAULT_WHAT + 16] = {0};
      memset(text, 'x', before);
      snprintf(text + before, sizeof text - before, "%syyyyyyyy", characters[i]);
      struct fault fault;
      fault_set(&fault, STATUS_REFUSED, text, text, "%s", text);
      assert_true(span_is_utf8(span_of(fault.where)));
      assert_true(span_is_utf8(span_of(fault.what)));
      assert_true(span_is_utf8(span_of(fault.expected)));
      assert_null(strstr(fault.what, REPLACED));
      size_t shown = strlen(fault.what);
      bool fits = before + strlen(characters[i]) < FAULT_WHAT;
      assert_int_equal(shown, fits ? FAULT_WHAT - 1 : before);
    }
}

static void a_replacement_is_not_split_either(void **state)
{
  (void)state;
  char text[1000];
  memset(text, '\x01', sizeof text - 1);
  text[sizeof text - 1] = '\0';
  struct fault fault;
  fault_set(&fault, STATUS_REFUSED, text, text, "%s", text);
  assert_true(span_is_utf8(span_of(fault.where)));
  assert_true(span_is_utf8(span_of(fault.what)));
  assert_int_equal(strlen(fault.where), (FAULT_WHERE - 1) / 3 * 3);
  assert_int_equal(strlen(fault.what), (FAULT_WHAT - 1) / 3 * 3);
}

static void a_fault_can_be_told_again_with_more(void **state)
{
  (void)state;
  struct fault fault;
  fault_set(&fault, STATUS_REFUSED, "line 3", "a number", "'a' is not");
  fault_set(&fault, fault.status, fault.where, fault.expected, "project 7: %s", fault.what);
  assert_string_equal(fault.where, "line 3");
  assert_string_equal(fault.what, "project 7: 'a' is not");
  assert_string_equal(fault.expected, "a number");
}

static void nothing_after_the_field_is_read_from_a_span(void **state)
{
  (void)state;
  char *bytes = malloc(3);
  assert_non_null(bytes);
  memcpy(bytes, "abc", 3);
  struct span span = {.bytes = bytes, .length = 3};
  struct fault fault;
  fault_set(&fault, STATUS_REFUSED, NULL, NULL, "'%.*s'", SPAN_PRINT(span));
  assert_string_equal(fault.what, "'abc'");
  free(bytes);
}

static void names_are_listed_as_long_as_they_fit(void **state)
{
  (void)state;
  char list[FAULT_EXPECTED] = "";
  fault_add_name(list, "votes");
  fault_add_name(list, "cost");
  assert_string_equal(list, "votes, cost");

  char one_of[FAULT_EXPECTED] = "one of ";
  fault_add_name(one_of, "id");
  fault_add_name(one_of, "draw");
  assert_string_equal(one_of, "one of id, draw");

  for (int i = 0; i < FAULT_EXPECTED; i++)
    fault_add_name(list, "a-name");
  assert_in_range(strlen(list), FAULT_EXPECTED - 8, FAULT_EXPECTED - 1);
  fault_add_name(list, "another-name");
  assert_null(strstr(list, "another"));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(all_parts_are_kept),
      cmocka_unit_test(nothing_to_say_is_empty),
      cmocka_unit_test(a_failed_allocation_has_one_spelling),
      cmocka_unit_test(what_cannot_be_shown_is_replaced),
      cmocka_unit_test(too_long_a_text_is_cut_to_its_field),
      cmocka_unit_test(a_text_that_just_fits_is_whole),
      cmocka_unit_test(no_character_is_split_by_the_cut),
      cmocka_unit_test(a_replacement_is_not_split_either),
      cmocka_unit_test(a_fault_can_be_told_again_with_more),
      cmocka_unit_test(nothing_after_the_field_is_read_from_a_span),
      cmocka_unit_test(names_are_listed_as_long_as_they_fit),
  };
  return cmocka_run_group_tests_name("fault", tests, NULL, NULL);
}
