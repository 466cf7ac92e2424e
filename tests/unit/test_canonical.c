#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/canonical.h"

enum {
  ANY_SIZE = 1000000
};

static enum status read_text(struct span text, struct fault *fault)
{
  json_t *value = NULL;
  enum status status = canonical_read(text, ANY_SIZE, &value, fault);
  if (status == STATUS_OK)
    json_decref(value);
  else
    assert_null(value);
  return status;
}

static void accepts(struct span text)
{
  struct fault fault = {0};
  struct buffer again = {0};
  json_t *value = NULL;
  if (canonical_read(text, text.length, &value, &fault) != STATUS_OK)
    fail_msg("'%.*s' refused: %s: %s (%s)", SPAN_PRINT(text), fault.where, fault.what,
             fault.expected);
  assert_int_equal(canonical_write(value, &again, &fault), STATUS_OK);
  assert_true(span_equal(buffer_span(&again), text));
  json_decref(value);
  buffer_free(&again);
}

struct refusal {
  struct span text;
  const char *where, *what, *expected;
};

static void refuses(const struct refusal *cases, size_t count)
{
  for (size_t i = 0; i < count; i++) {
    struct fault fault = {0};
    if (read_text(cases[i].text, &fault) != STATUS_REFUSED)
      fail_msg("'%.*s' was not refused", SPAN_PRINT(cases[i].text));
    assert_int_equal(fault.status, STATUS_REFUSED);
    assert_string_equal(fault.where, cases[i].where);
    assert_string_equal(fault.what, cases[i].what);
    assert_string_equal(fault.expected, cases[i].expected);
  }
}
#define REFUSES(cases) refuses((cases), sizeof(cases) / sizeof *(cases))

/* --- what is read --- */

static void values_of_each_kind_are_read(void **state)
{
  (void)state;
  static const struct span texts[] = {
      SPAN_INIT("{}"),
      SPAN_INIT("[]"),
      SPAN_INIT("\"\""),
      SPAN_INIT("0"),
      SPAN_INIT("-1"),
      SPAN_INIT("true"),
      SPAN_INIT("false"),
      SPAN_INIT("null"),
      SPAN_INIT("[[],{},\"\",0,null]"),
      SPAN_INIT("{\"\":0,\"A\":[1,2],\"B\":{\"a\":{}},\"a\":true}"),
      SPAN_INIT("[9007199254740991,-9007199254740991,10,100]"),
  };
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    accepts(texts[i]);
}

static void values_are_what_the_text_says(void **state)
{
  (void)state;
  struct fault fault;
  json_t *value = NULL;
  struct span text = SPAN("{\"cost\":-12,\"list\":[true,null],\"name\":\"a\\n\xc3\xa9\"}");
  assert_int_equal(canonical_read(text, text.length, &value, &fault), STATUS_OK);
  assert_int_equal(json_object_size(value), 3);
  assert_int_equal(json_integer_value(json_object_get(value, "cost")), -12);
  const json_t *list = json_object_get(value, "list");
  assert_int_equal(json_array_size(list), 2);
  assert_true(json_is_true(json_array_get(list, 0)));
  assert_true(json_is_null(json_array_get(list, 1)));
  assert_string_equal(json_string_value(json_object_get(value, "name")), "a\n\xc3\xa9");
  json_decref(value);
}

/* RFC 8785 section 3.2.2: what the example in section 3.2.4 looks like without its fractions. */
static void the_example_of_rfc_8785_is_read(void **state)
{
  (void)state;
  accepts(SPAN("{\"literals\":[null,true,false],\"numbers\":[333333333],"
               "\"string\":\"\xe2\x82\xac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}"));
}

/* RFC 8785 section 3.2.2.2. */
static void control_characters_have_one_escape(void **state)
{
  (void)state;
  accepts(SPAN("\"\\u0001\\u0002\\u0003\\u0004\\u0005\\u0006\\u0007\\b\\t\\n\\u000b\\f\\r\\u000e"
               "\\u000f\\u0010\\u0011\\u0012\\u0013\\u0014\\u0015\\u0016\\u0017\\u0018\\u0019"
               "\\u001a\\u001b\\u001c\\u001d\\u001e\\u001f \\\"/\\\\\x7f\""));
}

static void other_characters_stand_for_themselves(void **state)
{
  (void)state;
  accepts(SPAN("\"\x7f \xc2\x80 \xe2\x80\xa8 \xef\xbf\xbf \xef\xbb\xbf \xf4\x8f\xbf\xbf\""));
}

static void names_may_need_escapes(void **state)
{
  (void)state;
  accepts(SPAN("{\"\\n\":{\"\\u0001\":[\"x\\\\\"],\"\\\"\":\"y\"},\"\\r\":1,\"/\":2,\"1\":3}"));
}

/* RFC 8785 section 3.2.3, without the names that are not ASCII, and more. */
static void members_are_sorted_by_the_bytes_of_their_names(void **state)
{
  (void)state;
  accepts(SPAN("{\"\":0,\"\\r\":\"Carriage Return\",\"1\":\"One\",\"</script>\":2,\"A\":3,"
               "\"a\":4,\"a\\u0001\":5,\"aa\":6,\"b\":7,\"\x7f\":8}"));
}

static void names_may_come_again_elsewhere(void **state)
{
  (void)state;
  accepts(SPAN("{\"a\":{\"a\":1},\"b\":[{\"a\":1},{\"a\":2}]}"));
}

/* `depth` arrays inside each other, an object innermost. */
static struct span nested(char *text, int depth)
{
  size_t length = (size_t)depth;
  memset(text, '[', length - 1);
  memcpy(text + length - 1, "{}", 2);
  memset(text + length + 1, ']', length - 1);
  return (struct span){.bytes = text, .length = 2 * length};
}

static void depth_is_bounded(void **state)
{
  (void)state;
  char text[2 * (CANONICAL_DEPTH_MAX + 1)];
  accepts(nested(text, CANONICAL_DEPTH_MAX));

  const struct refusal cases[] = {
      {nested(text, CANONICAL_DEPTH_MAX + 1), "byte 33",
       "'{}]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]' begins one too many",
       "at most 32 arrays and objects inside each other"},
  };
  REFUSES(cases);
}

static void values_beside_each_other_are_not_deep(void **state)
{
  (void)state;
  char text[1 + 3 * 2 * CANONICAL_DEPTH_MAX];
  for (size_t i = 1; i + 2 < sizeof text; i += 3)
    memcpy(text + i, "[],", 3);
  text[0] = '[';
  text[sizeof text - 1] = ']';
  accepts((struct span){.bytes = text, .length = sizeof text});
}

static void endless_depth_is_refused_without_a_stack_for_it(void **state)
{
  (void)state;
  static char text[ANY_SIZE];
  memset(text, '[', sizeof text);
  struct fault fault;
  assert_int_equal(read_text((struct span){.bytes = text, .length = sizeof text}, &fault),
                   STATUS_REFUSED);
  assert_string_equal(fault.where, "byte 33");
}

static void size_is_bounded(void **state)
{
  (void)state;
  struct fault fault;
  json_t *value = NULL;
  assert_int_equal(canonical_read(SPAN("[1,2]"), 5, &value, &fault), STATUS_OK);
  json_decref(value);
  value = NULL;
  assert_int_equal(canonical_read(SPAN("[1,2]"), 4, &value, &fault), STATUS_REFUSED);
  assert_null(value);
  assert_string_equal(fault.where, "");
  assert_string_equal(fault.what, "the text has 5 bytes");
  assert_string_equal(fault.expected, "at most 4 bytes");
}

/* --- what is refused --- */

#define A_VALUE     "a JSON value, without blanks"
#define A_NUMBER    "a whole number from -9007199254740991 to 9007199254740991"
#define AN_ESCAPE   "one of \\\" \\\\ \\b \\f \\n \\r \\t \\u"
#define A_CHARACTER "a character above U+001F itself, not escaped, and no U+0000"
#define CLOSING     "the rest of a string, with control characters escaped, and '\"'"
#define CUT         "the text ends too early"

static void a_text_that_ends_too_early_is_refused(void **state)
{
  (void)state;
  static const struct refusal cases[] = {
      {SPAN_INIT(""), "byte 1", CUT, A_VALUE},
      {SPAN_INIT("{"), "byte 2", CUT, "'\"' and a name"},
      {SPAN_INIT("{\"a"), "byte 4", CUT, CLOSING},
      {SPAN_INIT("{\"a\""), "byte 5", CUT, "':'"},
      {SPAN_INIT("{\"a\":"), "byte 6", CUT, A_VALUE},
      {SPAN_INIT("{\"a\":1"), "byte 7", CUT, "',' or '}'"},
      {SPAN_INIT("{\"a\":1,"), "byte 8", CUT, "'\"' and a name"},
      {SPAN_INIT("["), "byte 2", CUT, A_VALUE},
      {SPAN_INIT("[1"), "byte 3", CUT, "',' or ']'"},
      {SPAN_INIT("[1,"), "byte 4", CUT, A_VALUE},
      {SPAN_INIT("\"a"), "byte 3", CUT, CLOSING},
      {SPAN_INIT("\"\\"), "byte 3", CUT, "the rest of an escape"},
      {SPAN_INIT("\"\\u00"), "byte 6", CUT, "four hexadecimal digits"},
  };
  REFUSES(cases);
}

static void every_beginning_of_a_text_is_refused(void **state)
{
  (void)state;
  const struct span text = SPAN("{\"a\":[1,{\"b\":\"\\u0001\\n\xc3\xa9\"},true,null],\"c\":false}");
  for (size_t length = 0; length < text.length; length++) {
    /* In memory of its own, so that the sanitizer sees a step too far. */
    char *bytes = malloc(length + 1);
    assert_non_null(bytes);
    char *end = bytes + 1;
    memcpy(end, text.bytes, length);
    struct fault fault = {0};
    assert_int_equal(read_text((struct span){.bytes = end, .length = length}, &fault),
                     STATUS_REFUSED);
    free(bytes);
  }
  accepts(text);
}

static void blanks_are_refused(void **state)
{
  (void)state;
  static const struct refusal cases[] = {
      {SPAN_INIT(" 1"), "byte 1", "' 1' does not begin with a value", A_VALUE},
      {SPAN_INIT("1 "), "byte 2", "' ' follows the value", "the end of the text"},
      {SPAN_INIT("1\n"), "byte 2", "'\xef\xbf\xbd' follows the value", "the end of the text"},
      {SPAN_INIT("[1, 2]"), "byte 4", "' 2]' does not begin with a value", A_VALUE},
      {SPAN_INIT("[1 ,2]"), "byte 3", "' ,2]' follows an element", "',' or ']'"},
      {SPAN_INIT("[ ]"), "byte 2", "' ]' does not begin with a value", A_VALUE},
      {SPAN_INIT("{ }"), "byte 2", "' }' is not the name of a member", "'\"' and a name"},
      {SPAN_INIT("{\"a\" :1}"), "byte 5", "' :1}' follows the name of a member", "':'"},
      {SPAN_INIT("{\"a\": 1}"), "byte 6", "' 1}' does not begin with a value", A_VALUE},
      {SPAN_INIT("{\"a\":1 }"), "byte 7", "' }' follows a member", "',' or '}'"},
      {SPAN_INIT("{\"a\":1, \"b\":2}"), "byte 8", "' \"b\":2}' is not the name of a member",
       "'\"' and a name"},
  };
  REFUSES(cases);
}

static void what_is_not_json_is_refused(void **state)
{
  (void)state;
  static const struct refusal cases[] = {
      {SPAN_INIT("[1,]"), "byte 4", "']' does not begin with a value", A_VALUE},
      {SPAN_INIT("[,1]"), "byte 2", "',1]' does not begin with a value", A_VALUE},
      {SPAN_INIT("[1;2]"), "byte 3", "';2]' follows an element", "',' or ']'"},
      {SPAN_INIT("[1}"), "byte 3", "'}' follows an element", "',' or ']'"},
      {SPAN_INIT("{\"a\":1,}"), "byte 8", "'}' is not the name of a member", "'\"' and a name"},
      {SPAN_INIT("{a:1}"), "byte 2", "'a:1}' is not the name of a member", "'\"' and a name"},
      {SPAN_INIT("{\"a\"=1}"), "byte 5", "'=1}' follows the name of a member", "':'"},
      {SPAN_INIT("{\"a\":}"), "byte 6", "'}' does not begin with a value", A_VALUE},
      {SPAN_INIT("{\"a\":1]"), "byte 7", "']' follows a member", "',' or '}'"},
      {SPAN_INIT("'a'"), "byte 1", "''a'' does not begin with a value", A_VALUE},
      {SPAN_INIT("True"), "byte 1", "'True' does not begin with a value", A_VALUE},
      {SPAN_INIT("nul"), "byte 1", "'nul' does not begin with a value", A_VALUE},
      {SPAN_INIT("NaN"), "byte 1", "'NaN' does not begin with a value", A_VALUE},
      {SPAN_INIT("/**/1"), "byte 1", "'/**/1' does not begin with a value", A_VALUE},
      {SPAN_INIT("]"), "byte 1", "']' does not begin with a value", A_VALUE},
      {SPAN_INIT("nullx"), "byte 5", "'x' follows the value", "the end of the text"},
      {SPAN_INIT("{}{}"), "byte 3", "'{}' follows the value", "the end of the text"},
      {SPAN_INIT("[1]]"), "byte 4", "']' follows the value", "the end of the text"},
      {SPAN_INIT("\"a\"\"b\""), "byte 4", "'\"b\"' follows the value", "the end of the text"},
      {SPAN_INIT("\xef\xbb\xbf{}"), "byte 1", "'\xef\xbb\xbf{}' does not begin with a value",
       A_VALUE},
  };
  REFUSES(cases);
}

static void a_zero_byte_is_refused(void **state)
{
  (void)state;
  static const struct refusal cases[] = {
      {SPAN_INIT("1\0"), "byte 2", "'", "the end of the text"},
      {SPAN_INIT("\0"), "byte 1", "'", A_VALUE},
      {SPAN_INIT("[1,\0]"), "byte 4", "'", A_VALUE},
      {SPAN_INIT("\"a\0b\""), "byte 3", "'", CLOSING},
      {SPAN_INIT("[12\0,3]"), "byte 4", "'", "',' or ']'"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct fault fault = {0};
    assert_int_equal(read_text(cases[i].text, &fault), STATUS_REFUSED);
    assert_string_equal(fault.where, cases[i].where);
    assert_string_equal(fault.expected, cases[i].expected);
    assert_non_null(strstr(fault.what, "U+0000"));
  }
}

static void numbers_have_one_spelling_and_a_bound(void **state)
{
  (void)state;
  static const char *const numbers[] = {
      "1.0",
      "0.5",
      "1e2",
      "1E2",
      "1e+2",
      "10e-1",
      "-0",
      "-0.0",
      "00",
      "01",
      "-01",
      "-",
      "--1",
      "1.",
      "1-",
      "1+1",
      "-e",
      "9007199254740992",
      "-9007199254740992",
      "9007199254740996",
      "9223372036854775807",
      "-9223372036854775808",
      "9223372036854775808",
      "18446744073709551617",
      "295147905179352830000",
      "1e21",
      "1e400",
  };
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    char text[64];
    char what[96];
    snprintf(text, sizeof text, "[7,%s]", numbers[i]);
    snprintf(what, sizeof what, "'%s' is not an allowed number", numbers[i]);
    const struct refusal cases[] = {{span_of(text), "byte 4", what, A_NUMBER}};
    REFUSES(cases);
  }
  static const struct refusal cases[] = {
      {SPAN_INIT("+1"), "byte 1", "'+1' does not begin with a value", A_VALUE},
      {SPAN_INIT(".5"), "byte 1", "'.5' does not begin with a value", A_VALUE},
      {SPAN_INIT("0x1"), "byte 2", "'x1' follows the value", "the end of the text"},
      {SPAN_INIT("Infinity"), "byte 1", "'Infinity' does not begin with a value", A_VALUE},
  };
  REFUSES(cases);
}

static void needless_escapes_are_refused(void **state)
{
  (void)state;
  static const struct refusal cases[] = {
      {SPAN_INIT("\"\\/\""), "byte 2", "'\\/\"' begins with an escape that is never used",
       AN_ESCAPE},
      {SPAN_INIT("\"\\'\""), "byte 2", "'\\'\"' begins with an escape that is never used",
       AN_ESCAPE},
      {SPAN_INIT("\"\\x41\""), "byte 2", "'\\x41\"' begins with an escape that is never used",
       AN_ESCAPE},
      {SPAN_INIT("\"\\U0001\""), "byte 2", "'\\U0001\"' begins with an escape that is never used",
       AN_ESCAPE},
      {SPAN_INIT("\"a\\u0041\""), "byte 3", "'\\u0041\"' begins with an escape that is never used",
       A_CHARACTER},
      {SPAN_INIT("\"\\u0020\""), "byte 2", "'\\u0020\"' begins with an escape that is never used",
       A_CHARACTER},
      {SPAN_INIT("\"\\u0022\""), "byte 2", "'\\u0022\"' begins with an escape that is never used",
       A_CHARACTER},
      {SPAN_INIT("\"\\u007f\""), "byte 2", "'\\u007f\"' begins with an escape that is never used",
       A_CHARACTER},
      {SPAN_INIT("\"\\u20ac\""), "byte 2", "'\\u20ac\"' begins with an escape that is never used",
       A_CHARACTER},
      {SPAN_INIT("\"\\u0000\""), "byte 2", "'\\u0000\"' begins with an escape that is never used",
       A_CHARACTER},
      {SPAN_INIT("{\"\\u0000\":1}"), "byte 3",
       "'\\u0000\":1}' begins with an escape that is never used", A_CHARACTER},
      {SPAN_INIT("\"\\ud83d\\ude00\""), "byte 2",
       "'\\ud83d\\ude00\"' begins with an escape that is never used", A_CHARACTER},
      {SPAN_INIT("\"\\ud800\""), "byte 2", "'\\ud800\"' begins with an escape that is never used",
       A_CHARACTER},
      {SPAN_INIT("\"\\udead\""), "byte 2", "'\\udead\"' begins with an escape that is never used",
       A_CHARACTER},
      {SPAN_INIT("\"\\u00g0\""), "byte 6", "'g0\"' is not a hexadecimal digit",
       "four hexadecimal digits"},
      {SPAN_INIT("\"\\u1\""), "byte 5", "'\"' is not a hexadecimal digit",
       "four hexadecimal digits"},
      {SPAN_INIT("\"\\u-001\""), "byte 4", "'-001\"' is not a hexadecimal digit",
       "four hexadecimal digits"},
  };
  REFUSES(cases);
}

#define SPELLING ": members sorted, and one spelling of each escape"

static void other_spellings_of_escapes_are_refused(void **state)
{
  (void)state;
  static const struct refusal cases[] = {
      {SPAN_INIT("\"\\u000a\""), "byte 3", "'u000a\"' is not the canonical spelling",
       "'n\"'" SPELLING},
      {SPAN_INIT("\"\\u0008\\u0009\""), "byte 3", "'u0008\\u0009\"' is not the canonical spelling",
       "'b\\t\"'" SPELLING},
      {SPAN_INIT("\"\\u001F\""), "byte 7", "'F\"' is not the canonical spelling", "'f\"'" SPELLING},
      {SPAN_INIT("\"\xc3\xa9\\u000B\""), "byte 9", "'B\"' is not the canonical spelling",
       "'b\"'" SPELLING},
  };
  REFUSES(cases);
}

static void control_characters_must_be_escaped(void **state)
{
  (void)state;
  for (int i = 0; i < 0x20; i++) {
    char text[] = {'"', 'a', (char)i, '"'};
    struct fault fault = {0};
    assert_int_equal(read_text((struct span){.bytes = text, .length = 4}, &fault), STATUS_REFUSED);
    assert_string_equal(fault.where, "byte 3");
    assert_string_equal(fault.expected, CLOSING);
  }
}

static void text_that_is_not_utf8_is_refused(void **state)
{
  (void)state;
#define BAD "\xef\xbf\xbd"
  static const struct refusal cases[] = {
      {SPAN_INIT("\"\xc0\xaf\""), "byte 2", "'" BAD BAD "\"' is not UTF-8", "text in UTF-8"},
      {SPAN_INIT("\"\xe0\x80\xaf\""), "byte 2", "'" BAD BAD BAD "\"' is not UTF-8",
       "text in UTF-8"},
      {SPAN_INIT("\"\xed\xa0\xbd\""), "byte 2", "'" BAD BAD BAD "\"' is not UTF-8",
       "text in UTF-8"},
      {SPAN_INIT("\"\xf4\x90\x80\x80\""), "byte 2", "'" BAD BAD BAD BAD "\"' is not UTF-8",
       "text in UTF-8"},
      {SPAN_INIT("\"\xc3\xa9\xff\""), "byte 4", "'" BAD "\"' is not UTF-8", "text in UTF-8"},
      {SPAN_INIT("{\"\xe9\":1}"), "byte 3", "'" BAD "\":1}' is not UTF-8", "text in UTF-8"},
      {SPAN_INIT("\"\xc3"), "byte 2", "'" BAD "' is not UTF-8", "text in UTF-8"},
      {SPAN_INIT("\xff"), "byte 1", "'" BAD "' is not UTF-8", "text in UTF-8"},
  };
  REFUSES(cases);
}

static void members_out_of_order_are_refused(void **state)
{
  (void)state;
  static const struct refusal cases[] = {
      {SPAN_INIT("{\"b\":1,\"a\":2}"), "byte 3", "'b\":1,\"a\":2}' is not the canonical spelling",
       "'a\":2,\"b\":1}'" SPELLING},
      {SPAN_INIT("{\"aa\":1,\"a\":2}"), "byte 4", "'a\":1,\"a\":2}' is not the canonical spelling",
       "'\":2,\"aa\":1}'" SPELLING},
      {SPAN_INIT("[{\"a\":{\"d\":0,\"c\":0}}]"), "byte 9",
       "'d\":0,\"c\":0}}]' is not the canonical spelling", "'c\":0,\"d\":0}}]'" SPELLING},
      /* by bytes, not by letters */
      {SPAN_INIT("{\"a\":1,\"B\":2}"), "byte 3", "'a\":1,\"B\":2}' is not the canonical spelling",
       "'B\":2,\"a\":1}'" SPELLING},
      /* by the name, not by its spelling: U+000D comes before '1' */
      {SPAN_INIT("{\"1\":1,\"\\r\":2}"), "byte 3",
       "'1\":1,\"\\r\":2}' is not the canonical spelling", "'\\r\":2,\"1\":1}'" SPELLING},
  };
  REFUSES(cases);
}

#define EURO "\xe2\x82\xac"

static void what_is_shown_is_cut_between_characters(void **state)
{
  (void)state;
  static const struct refusal cases[] = {
      {SPAN_INIT("[{\"b\":0,\"a\":\"" EURO EURO EURO EURO EURO EURO EURO EURO EURO "\"}]"),
       "byte 4",
       "'b\":0,\"a\":\"" EURO EURO EURO EURO EURO EURO EURO EURO "' is not the canonical spelling",
       "'a\":\"" EURO EURO EURO EURO EURO EURO EURO EURO EURO "\"'" SPELLING},
  };
  REFUSES(cases);
}

static void a_member_given_twice_is_refused(void **state)
{
  (void)state;
  static const struct refusal cases[] = {
      {SPAN_INIT("{\"a\":1,\"a\":1}"), "byte 8",
       "'\"a\":1}' begins with a name that was there before", "each name once"},
      {SPAN_INIT("{\"a\":1,\"b\":1,\"a\":2}"), "byte 14",
       "'\"a\":2}' begins with a name that was there before", "each name once"},
      {SPAN_INIT("{\"\":1,\"\":2}"), "byte 7", "'\"\":2}' begins with a name that was there before",
       "each name once"},
      {SPAN_INIT("{\"\\n\":1,\"\\u000a\":2}"), "byte 9",
       "'\"\\u000a\":2}' begins with a name that was there before", "each name once"},
  };
  REFUSES(cases);
}

static void names_are_ascii(void **state)
{
  (void)state;
  static const struct refusal cases[] = {
      {SPAN_INIT("{\"\xc3\xa9\":1}"), "byte 2",
       "'\"\xc3\xa9\":1}' begins with a name that is not ASCII", "a name in ASCII"},
      {SPAN_INIT("{\"a\":1,\"b\xf0\x9f\x98\x80\":1}"), "byte 8",
       "'\"b\xf0\x9f\x98\x80\":1}' begins with a name that is not ASCII", "a name in ASCII"},
  };
  REFUSES(cases);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(values_of_each_kind_are_read),
      cmocka_unit_test(values_are_what_the_text_says),
      cmocka_unit_test(the_example_of_rfc_8785_is_read),
      cmocka_unit_test(control_characters_have_one_escape),
      cmocka_unit_test(other_characters_stand_for_themselves),
      cmocka_unit_test(names_may_need_escapes),
      cmocka_unit_test(members_are_sorted_by_the_bytes_of_their_names),
      cmocka_unit_test(names_may_come_again_elsewhere),
      cmocka_unit_test(depth_is_bounded),
      cmocka_unit_test(values_beside_each_other_are_not_deep),
      cmocka_unit_test(endless_depth_is_refused_without_a_stack_for_it),
      cmocka_unit_test(size_is_bounded),
      cmocka_unit_test(a_text_that_ends_too_early_is_refused),
      cmocka_unit_test(every_beginning_of_a_text_is_refused),
      cmocka_unit_test(blanks_are_refused),
      cmocka_unit_test(what_is_not_json_is_refused),
      cmocka_unit_test(a_zero_byte_is_refused),
      cmocka_unit_test(numbers_have_one_spelling_and_a_bound),
      cmocka_unit_test(needless_escapes_are_refused),
      cmocka_unit_test(other_spellings_of_escapes_are_refused),
      cmocka_unit_test(control_characters_must_be_escaped),
      cmocka_unit_test(text_that_is_not_utf8_is_refused),
      cmocka_unit_test(members_out_of_order_are_refused),
      cmocka_unit_test(what_is_shown_is_cut_between_characters),
      cmocka_unit_test(a_member_given_twice_is_refused),
      cmocka_unit_test(names_are_ascii),
  };
  return cmocka_run_group_tests_name("canonical", tests, NULL, NULL);
}
