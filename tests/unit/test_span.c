#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/span.h"
#include "base/utf8.h"

static void assert_span(struct span span, const char *text)
{
  assert_int_equal(span.length, strlen(text));
  assert_memory_equal(span.bytes, text, span.length);
}

static void a_literal_and_a_string_make_the_same_span(void **state)
{
  (void)state;
  static const struct span fixed = SPAN_INIT("word");
  assert_span(SPAN("word"), "word");
  assert_span(span_of("word"), "word");
  assert_span(fixed, "word");
  assert_int_equal(SPAN("a\0b").length, 3);
  assert_non_null(SPAN("").bytes);
  assert_int_equal(SPAN("").length, 0);
}

static void equal_means_the_same_bytes(void **state)
{
  (void)state;
  assert_true(span_equal(SPAN(""), SPAN("")));
  assert_true(span_equal(SPAN("a\0b"), SPAN("a\0b")));
  assert_false(span_equal(SPAN("a\0b"), SPAN("a\0c")));
  assert_false(span_equal(SPAN("a"), SPAN("ab")));
  assert_false(span_equal(SPAN("A"), SPAN("a")));
}

static void order_is_of_unsigned_bytes_a_prefix_first(void **state)
{
  (void)state;
  static const struct span sorted[] = {SPAN_INIT(""),     SPAN_INIT("\0"),   SPAN_INIT("A"),
                                       SPAN_INIT("AA"),   SPAN_INIT("B"),    SPAN_INIT("a"),
                                       SPAN_INIT("\x7f"), SPAN_INIT("\x80"), SPAN_INIT("\xff")};
  size_t count = sizeof sorted / sizeof *sorted;
  for (size_t i = 0; i < count; i++)
    for (size_t j = 0; j < count; j++) {
      int order = span_compare(sorted[i], sorted[j]);
      assert_true(i < j ? order < 0 : i > j ? order > 0 : order == 0);
    }
}

static void trim_takes_spaces_and_tabs_only(void **state)
{
  (void)state;
  assert_span(span_trim(SPAN(" \t a b\t ")), "a b");
  assert_span(span_trim(SPAN("a")), "a");
  assert_span(span_trim(SPAN("")), "");
  assert_span(span_trim(SPAN(" \t ")), "");
  assert_span(span_trim(SPAN("\n a\r")), "\n a\r");
}

/* The parts of `text`, each with "|" after it. */
static void assert_parts(const char *text, const char *parts)
{
  char found[64] = {0};
  struct span rest = span_of(text);
  struct span part;
  bool more = true;
  while (span_split(&rest, &more, ',', &part)) {
    size_t used = strlen(found);
    snprintf(found + used, sizeof found - used, "%.*s|", SPAN_PRINT(part));
  }
  assert_string_equal(found, parts);
  assert_int_equal(rest.length, 0);
  assert_false(more);
}

static void split_gives_empty_parts_too(void **state)
{
  (void)state;
  assert_parts("a,b,c", "a|b|c|");
  assert_parts("abc", "abc|");
  assert_parts("", "|");
  assert_parts(",", "||");
  assert_parts("a,", "a||");
  assert_parts(",a", "|a|");
  assert_parts("a,,b", "a||b|");
}

static void split_takes_nothing_when_used_up(void **state)
{
  (void)state;
  struct span rest = SPAN("untouched");
  struct span part = SPAN("this too");
  bool more = false;
  assert_false(span_split(&rest, &more, ',', &part));
  assert_span(rest, "untouched");
  assert_span(part, "this too");
  assert_false(more);
}

static void integers_are_read(void **state)
{
  (void)state;
  static const struct {
    struct span text;
    int64_t value;
  } cases[] = {
      {SPAN_INIT("0"), 0},
      {SPAN_INIT("7"), 7},
      {SPAN_INIT("-7"), -7},
      {SPAN_INIT("10"), 10},
      {SPAN_INIT("9007199254740991"), INT64_C(9007199254740991)},
      {SPAN_INIT("9223372036854775807"), INT64_MAX},
      {SPAN_INIT("9223372036854775799"), INT64_MAX - 8},
      {SPAN_INIT("-9223372036854775807"), -INT64_MAX},
      {SPAN_INIT("-9223372036854775808"), INT64_MIN},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    int64_t value = 99;
    assert_true(span_to_integer(cases[i].text, &value));
    assert_true(value == cases[i].value);
  }
}

static void what_is_no_integer_is_refused(void **state)
{
  (void)state;
  static const struct span cases[] = {
      SPAN_INIT(""),
      SPAN_INIT("-"),
      SPAN_INIT("+1"),
      SPAN_INIT("--1"),
      SPAN_INIT("00"),
      SPAN_INIT("01"),
      SPAN_INIT("-0"),
      SPAN_INIT("-01"),
      SPAN_INIT(" 1"),
      SPAN_INIT("1 "),
      SPAN_INIT("1.0"),
      SPAN_INIT("1e2"),
      SPAN_INIT("0x1"),
      SPAN_INIT("1\0"),
      SPAN_INIT("a"),
      SPAN_INIT("1-"),
      SPAN_INIT("1/"),
      SPAN_INIT("1:"),
      SPAN_INIT("\xd9\xa1"), /* an Arabic 1 */
      SPAN_INIT("9223372036854775808"),
      SPAN_INIT("-9223372036854775809"),
      SPAN_INIT("18446744073709551616"),
      SPAN_INIT("18446744073709551617"),
      SPAN_INIT("92233720368547758070"),
      SPAN_INIT("99999999999999999999999999"),
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    int64_t value = 99;
    if (span_to_integer(cases[i], &value))
      fail_msg("'%.*s' was taken for a number", SPAN_PRINT(cases[i]));
    assert_int_equal(value, 99);
  }
}

static void an_integer_ends_with_its_span(void **state)
{
  (void)state;
  int64_t value;
  assert_true(span_to_integer((struct span){.bytes = "1234", .length = 2}, &value));
  assert_int_equal(value, 12);
}

static void well_formed_utf8_is_known(void **state)
{
  (void)state;
  static const struct span cases[] = {
      SPAN_INIT(""),
      SPAN_INIT("a\0b\x7f"),
      SPAN_INIT("\xc2\x80"),
      SPAN_INIT("\xdf\xbf"), /* U+0080, U+07FF */
      SPAN_INIT("\xe0\xa0\x80"),
      SPAN_INIT("\xef\xbf\xbf"), /* U+0800, U+FFFF */
      SPAN_INIT("\xed\x9f\xbf"),
      SPAN_INIT("\xee\x80\x80"), /* around the surrogates */
      SPAN_INIT("\xf0\x90\x80\x80"),
      SPAN_INIT("\xf4\x8f\xbf\xbf"), /* U+10000, U+10FFFF */
      SPAN_INIT("\xf1\x80\x80\x80"),
      SPAN_INIT("\xf3\xbf\xbf\xbf"),
      SPAN_INIT("caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80."),
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_true(span_is_utf8(cases[i]));
}

static void malformed_utf8_is_known(void **state)
{
  (void)state;
  static const struct span cases[] = {
      SPAN_INIT("\x80"),
      SPAN_INIT("\xbf"), /* nothing before them */
      SPAN_INIT("\xc0\x80"),
      SPAN_INIT("\xc1\xbf"), /* overlong, two bytes */
      SPAN_INIT("\xe0\x80\x80"),
      SPAN_INIT("\xe0\x9f\xbf"), /* overlong, three */
      SPAN_INIT("\xf0\x80\x80\x80"),
      SPAN_INIT("\xf0\x8f\xbf\xbf"), /* overlong, four */
      SPAN_INIT("\xed\xa0\x80"),
      SPAN_INIT("\xed\xbf\xbf"), /* surrogates */
      SPAN_INIT("\xf4\x90\x80\x80"),
      SPAN_INIT("\xf5\x80\x80\x80"), /* above U+10FFFF */
      SPAN_INIT("\xf8\x88\x80\x80\x80"),
      SPAN_INIT("\xfe"),
      SPAN_INIT("\xff"),
      SPAN_INIT("\xc3"),
      SPAN_INIT("\xe2\x82"),
      SPAN_INIT("\xf0\x9f\x98"), /* cut */
      SPAN_INIT("\xc3\xc3"),
      SPAN_INIT("\xe2\x82\x28"),
      SPAN_INIT("\xf0\x9f\x98\xc0"),
      SPAN_INIT("fine \xc3\xa9, then \xff"),
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_false(span_is_utf8(cases[i]));
}

/* The bytes of each number, made by the definition and read back. */
static void every_character_is_read_back(void **state)
{
  (void)state;
  for (uint32_t number = 0; number <= 0x110000; number++) {
    unsigned char bytes[4] = {0};
    size_t length = number < 0x80 ? 1 : number < 0x800 ? 2 : number < 0x10000 ? 3 : 4;
    static const unsigned char marks[] = {0, 0x00, 0xc0, 0xe0, 0xf0};
    uint32_t rest = number;
    for (size_t i = length - 1; i > 0; i--, rest >>= 6)
      bytes[i] = (unsigned char)(0x80 | (rest & 0x3f));
    bytes[0] = (unsigned char)(marks[length] | rest);

    bool is_character = number <= 0x10ffff && (number < 0xd800 || number > 0xdfff);
    uint32_t found = UINT32_MAX;
    assert_int_equal(utf8_read((const char *)bytes, 4, &found), is_character ? length : 0);
    if (is_character)
      assert_int_equal(found, number);
    assert_int_equal(utf8_read((const char *)bytes, length - 1, &found), 0);
  }
}

static void long_text_is_shortened_for_printing(void **state)
{
  (void)state;
  char text[300] = {0};
  char shown[400];
  memset(text, 'x', sizeof text - 1);
  struct span span = span_of(text);
  snprintf(shown, sizeof shown, "%.*s", SPAN_PRINT(span));
  assert_int_equal(strlen(shown), 256);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_literal_and_a_string_make_the_same_span),
      cmocka_unit_test(equal_means_the_same_bytes),
      cmocka_unit_test(order_is_of_unsigned_bytes_a_prefix_first),
      cmocka_unit_test(trim_takes_spaces_and_tabs_only),
      cmocka_unit_test(split_gives_empty_parts_too),
      cmocka_unit_test(split_takes_nothing_when_used_up),
      cmocka_unit_test(integers_are_read),
      cmocka_unit_test(what_is_no_integer_is_refused),
      cmocka_unit_test(an_integer_ends_with_its_span),
      cmocka_unit_test(well_formed_utf8_is_known),
      cmocka_unit_test(malformed_utf8_is_known),
      cmocka_unit_test(every_character_is_read_back),
      cmocka_unit_test(long_text_is_shortened_for_printing),
  };
  return cmocka_run_group_tests_name("span", tests, NULL, NULL);
}
