#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/canonical.h"

/* What a person drafted, and the canonical text of it. */
static void becomes(struct span draft, struct span canonical)
{
  struct fault fault = {0};
  struct buffer text = {0};
  json_t *value = NULL;
  if (canonical_read_draft(draft, draft.length, &value, &fault) != STATUS_OK)
    fail_msg("'%.*s' refused: %s: %s (%s)", SPAN_PRINT(draft), fault.where, fault.what,
             fault.expected);
  assert_int_equal(canonical_write(value, &text, &fault), STATUS_OK);
  if (!span_equal(buffer_span(&text), canonical))
    fail_msg("'%.*s' is not '%.*s'", SPAN_PRINT(buffer_span(&text)), SPAN_PRINT(canonical));
  buffer_free(&text);
  json_decref(value);
}

static void is_refused(struct span draft, const char *where, const char *what)
{
  struct fault fault = {0};
  json_t *value = NULL;
  assert_int_equal(canonical_read_draft(draft, 1000, &value, &fault), STATUS_REFUSED);
  assert_null(value);
  assert_string_equal(fault.where, where);
  assert_string_equal(fault.what, what);
}

static void blanks_may_stand_between_all_parts(void **state)
{
  (void)state;
  becomes(SPAN(" \t\r\n{ \"b\" : [ 1 ,\n2 ] , \"a\" : { } , \"c\" : [ ] } \n"),
          SPAN("{\"a\":{},\"b\":[1,2],\"c\":[]}"));
  becomes(SPAN("\n true "), SPAN("true"));
}

/* Of the test data that the authors of RFC 8785 publish beside it (arrays, structures, unicode,
 * values): all but fractions, and names that are not ASCII. */
static void the_samples_of_rfc_8785_become_canonical(void **state)
{
  (void)state;
  becomes(SPAN("[\n  56,\n  {\n    \"d\": true,\n    \"10\": null,\n    \"1\": [ ]\n  }\n]\n"),
          SPAN("[56,{\"1\":[],\"10\":null,\"d\":true}]"));
  becomes(SPAN("{\n  \"1\": {\"f\": {\"f\": \"hi\",\"F\": 5} ,\"\\n\": 56},\n  \"10\": { },\n  "
               "\"\": \"empty\",\n  \"a\": { },\n  \"111\": [ {\"e\": \"yes\",\"E\": \"no\" } ],\n"
               "  \"A\": { }\n}"),
          SPAN("{\"\":\"empty\",\"1\":{\"\\n\":56,\"f\":{\"F\":5,\"f\":\"hi\"}},\"10\":{},\"111\":"
               "[{\"E\":\"no\",\"e\":\"yes\"}],\"A\":{},\"a\":{}}"));
  becomes(SPAN("{\n  \"Unnormalized Unicode\":\"A\\u030a\"\n}"),
          SPAN("{\"Unnormalized Unicode\":\"A\xcc\x8a\"}"));
  becomes(SPAN("{\n  \"string\": \"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\",\n"
               "  \"literals\": [null, true, false]\n}"),
          SPAN("{\"literals\":[null,true,false],\"string\":\"\xe2\x82\xac$\\u000f\\nA'B\\\"\\\\\\\\"
               "\\\"/\"}"));
}

static void blanks_within_texts_stay(void **state)
{
  (void)state;
  becomes(SPAN(" \" a  b \" "), SPAN("\" a  b \""));
}

static void every_escape_is_read(void **state)
{
  (void)state;
  becomes(SPAN("\"\\/\\u0041\\u00e9\\u20ac\\uD83D\\uDE00\\u000a\""), SPAN("\"/Aé€😀\\n\""));
  becomes(SPAN("\"\\u007f\\u0080\\u07ff\\u0800\\uffff\""),
          SPAN("\"\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf\""));
}

static void halves_of_characters_are_refused(void **state)
{
  (void)state;
  is_refused(SPAN("\"\\ud83d\""), "byte 2", "'\\ud83d\"' begins with half a character");
  is_refused(SPAN("\"\\ude00\""), "byte 2", "'\\ude00\"' begins with half a character");
  is_refused(SPAN("\"\\ud83d\\u0041\""), "byte 2",
             "'\\ud83d\\u0041\"' begins with half a character");
}

static void what_canonical_text_cannot_say_is_refused(void **state)
{
  (void)state;
  is_refused(SPAN("\"\\u0000\""), "byte 2", "'\\u0000\"' begins with an escape that is never used");
  is_refused(SPAN("[1.5]"), "byte 2", "'1.5' is not an allowed number");
  is_refused(SPAN("{\"a\":1, \"a\":2}"), "byte 9",
             "'\"a\":2}' begins with a name that was there before");
}

static void blanks_are_the_four_of_json(void **state)
{
  (void)state;
  is_refused(SPAN("[1,\v2]"), "byte 4", "'�2]' does not begin with a value");
  is_refused(SPAN("1 2"), "byte 3", "'2' follows the value");
}

static void what_is_not_json_is_refused(void **state)
{
  (void)state;
  is_refused(SPAN("{a:1}"), "byte 2", "'a:1}' is not the name of a member");
  is_refused(SPAN("[1,]"), "byte 4", "']' does not begin with a value");
  is_refused(SPAN("  "), "byte 3", "the text ends too early");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(blanks_may_stand_between_all_parts),
      cmocka_unit_test(the_samples_of_rfc_8785_become_canonical),
      cmocka_unit_test(blanks_within_texts_stay),
      cmocka_unit_test(every_escape_is_read),
      cmocka_unit_test(halves_of_characters_are_refused),
      cmocka_unit_test(what_canonical_text_cannot_say_is_refused),
      cmocka_unit_test(blanks_are_the_four_of_json),
      cmocka_unit_test(what_is_not_json_is_refused),
  };
  return cmocka_run_group_tests_name("canonical_draft", tests, NULL, NULL);
}
