/* Other spellings of what stands on a board, signed by those who must: each says the same, and each is
 * refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/canonical.h"
#include "tests/integration/board_files.h"
#include "tests/integration/forged_board.h"

/* SPAN_PRINT cuts what is long. */
#define WHOLE(span) (int)(span).length, (span).bytes

/* --- spellings of payloads, each signed by those who must --- */

__attribute__((format(printf, 1, 2))) static struct span format_span(const char *format, ...)
{
  char *text = NULL;
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(NULL, 0, format, arguments);
  va_end(arguments);
  assert_true(length > 0);
  text = ARENA_TAKE(&forged_arena, char, (size_t)length + 1);
  assert_non_null(text);
  va_start(arguments, format);
  vsnprintf(text, (size_t)length + 1, format, arguments);
  va_end(arguments);
  return (struct span){text, (size_t)length};
}

static void payload_is_refused(enum example_place place, struct span payload, const char *why,
                               const char *what)
{
  enum example_key signers[EXAMPLE_SIGNERS_MAX];
  size_t count = example_signers(place, signers);
  forged_refused(
      place,
      example_sign(forged_example.entries[place].kind, payload, signers, count, &forged_arena),
      "malformed", why, what);
}

/* A member of the payload as it stands there: "name":value. */
static struct span member_of(struct span payload, const char *name)
{
  struct fault fault;
  json_t *value = NULL;
  assert_int_equal(canonical_read(payload, ENVELOPE_MAX, &value, &fault), STATUS_OK);
  struct span text = forged_canonical(json_object_get(value, name));
  struct span member = format_span("\"%s\":%.*s", name, WHOLE(text));
  json_decref(value);
  return member;
}

static void payloads_have_one_spelling(void **state)
{
  (void)state;
  for (unsigned place = 0; place < EXAMPLE_ENTRIES; place++) {
    const enum example_place at = (enum example_place)place;
    const struct span payload = forged_envelope(at).payload;
    const struct span inside = {payload.bytes + 1, payload.length - 2};
    const struct span bytes = {payload.bytes + 2, payload.length - 2}; /* after {" */
    json_t *value = NULL;
    struct fault fault;
    const char *name;
    json_t *member;
    struct span twice;
    assert_int_equal(canonical_read(payload, ENVELOPE_MAX, &value, &fault), STATUS_OK);
    json_object_foreach(value, name, member)
    {
      twice = member_of(payload, name);
      payload_is_refused(at, format_span("{%.*s,%.*s}", WHOLE(inside), WHOLE(twice)),
                         "each name once", "a member stands twice");
    }
    twice = member_of(payload, json_object_iter_key(json_object_iter(value)));
    payload_is_refused(at, format_span("{%.*s,%.*s}", WHOLE(twice), WHOLE(inside)),
                       "each name once", "the first member stands twice");
    payload_is_refused(at, format_span("{%.*s,\"zz\":0}", WHOLE(inside)), "knows no such member",
                       "a member more");
    payload_is_refused(at, format_span("{ %.*s}", WHOLE(inside)), "not the name of a member",
                       "a space");
    payload_is_refused(at, format_span("%.*s\n", WHOLE(payload)), "the end of the text",
                       "a line break");
    payload_is_refused(at,
                       format_span("{\"\\u%04x%.*s", (unsigned)(unsigned char)bytes.bytes[0],
                                   (int)bytes.length - 1, bytes.bytes + 1),
                       "never used", "an escape that need not be");
    json_decref(value);
  }
}

/* The payload with `from`, which stands in it, written as `to`. */
static void respelling_is_refused(enum example_place place, const char *from, struct span to,
                                  const char *why, const char *what)
{
  const struct span payload = forged_envelope(place).payload;
  struct span copy = format_span("%.*s", WHOLE(payload));
  const char *there = strstr(copy.bytes, from);
  struct buffer text = {0};
  assert_non_null(there);
  buffer_add(&text, (struct span){copy.bytes, (size_t)(there - copy.bytes)});
  buffer_add(&text, to);
  buffer_add(&text, span_of(there + strlen(from)));
  payload_is_refused(place, board_files_take(&text, &forged_arena), why, what);
}

static void values_have_one_spelling(void **state)
{
  (void)state;
  static const struct {
    struct span to;
    const char *why, *what;
  } numbers[] =
      {
          {SPAN_INIT("\"credentials\":5.0"), "not an allowed number", "a fraction"},
          {SPAN_INIT("\"credentials\":5e0"), "not an allowed number", "an exponent"},
          {SPAN_INIT("\"credentials\":05"), "not an allowed number", "a leading zero"},
          {SPAN_INIT("\"credentials\":-0"), "not an allowed number", "-0"},
          {SPAN_INIT("\"credentials\":9007199254740992"), "not an allowed number", "2^53"},
          {SPAN_INIT("\"credentials\":\"5\""), "not a whole number", "a text"},
      },
    texts[] = {
        {SPAN_INIT("\"fr\":\"\\u0000"), "never used", "U+0000"},
        {SPAN_INIT("\"fr\":\"\0"), "control characters escaped", "a zero byte"},
        {SPAN_INIT("\"fr\":\"\\ud800"), "never used", "half a surrogate pair"},
        {SPAN_INIT("\"fr\":\"\xed\xa0\x80"), "is not UTF-8", "a surrogate in UTF-8"},
        {SPAN_INIT("\"fr\":\"\xc0\xaf"), "is not UTF-8", "UTF-8 too long"},
        {SPAN_INIT("\"fr\":\"\xff"), "is not UTF-8", "no UTF-8"},
        {SPAN_INIT("\"fr\":\"\\/"), "never used", "an escaped solidus"},
        {SPAN_INIT("\"fr\":\"\\u001F"), "one spelling of each escape", "an escape in capitals"},
        {SPAN_INIT("\"fr\":\"\t"), "control characters escaped", "a control character"},
    };
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
    respelling_is_refused(EXAMPLE_AT_OPEN, "\"credentials\":5", numbers[i].to, numbers[i].why,
                          numbers[i].what);
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    respelling_is_refused(EXAMPLE_AT_EARLY_NOTE, "\"fr\":\"", texts[i].to, texts[i].why,
                          texts[i].what);
}

/* --- spellings of lines --- */

/* The line with the last character before the padding of a base64 text raised by one, which sets a
 * spare bit. */
static struct span with_spare_bit(struct span line, const char *member, bool *spare)
{
  static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  struct span copy = format_span("%.*s", WHOLE(line));
  char *text = arena_copy(&forged_arena, copy.bytes, copy.length + 1);
  char *begin = strstr(text, member);
  assert_non_null(begin);
  char *end = strchr(begin + strlen(member), '"');
  assert_non_null(end);
  char *last = end - 1;
  *spare = *last == '=';
  while (*last == '=')
    last--;
  const char *value = strchr(alphabet, *last);
  assert_non_null(value);
  if (*spare)
    *last = value[1];
  return (struct span){text, line.length};
}

static void base64_has_no_spare_bits(void **state)
{
  (void)state;
  unsigned payloads = 0;
  for (unsigned place = 0; place < EXAMPLE_ENTRIES; place++) {
    bool spare;
    struct span line = with_spare_bit(forged_lines[place], "\"sig\":\"", &spare);
    assert_true(spare);
    forged_refused((enum example_place)place, line, "malformed", "spare bits of zero",
                   "a spare bit in a signature");
    line = with_spare_bit(forged_lines[place], "{\"payload\":\"", &spare);
    payloads += spare;
    if (spare)
      forged_refused((enum example_place)place, line, "malformed", "spare bits of zero",
                     "a spare bit in a payload");
  }
  assert_true(payloads > 3);
}

/* The first `from` of the line written as `to`. */
static void line_is_refused(enum example_place place, const char *from, const char *to,
                            const char *why, const char *what)
{
  struct span copy = format_span("%.*s", WHOLE(forged_lines[place]));
  const char *there = strstr(copy.bytes, from);
  assert_non_null(there);
  struct span line =
      format_span("%.*s%s%s", (int)(there - copy.bytes), copy.bytes, to, there + strlen(from));
  forged_refused(place, line, "malformed", why, what);
}

static void lines_have_one_spelling(void **state)
{
  (void)state;
  const enum example_place place = EXAMPLE_AT_LAST_BALLOT;
  static const char *const rows[][3] = {
      {"{\"payload\":", "{ \"payload\":", "a space"},
      {"{\"payload\":", "{\"payload\":\"\",\"payload\":", "a payload twice"},
      {"\"payloadType\":", "\"payloadType\":\"\",\"payloadType\":", "a type twice"},
      {"\"signatures\":[", "\"signatures\":[],\"signatures\":[", "signatures twice"},
      {"{\"keyid\":", "{\"keyid\":\"\",\"keyid\":", "a keyid twice"},
      {"\"sig\":", "\"sig\":\"\",\"sig\":", "a signature twice"},
      {"\"signatures\":", "\"extra\":0,\"signatures\":", "a member more"},
      {"{\"payload\":", "{\"\\u0070ayload\":", "an escape"},
      {".v1+json", ".v2+json", "a version that nobody knows"},
      {".v1+json", ".V1+JSON", "a type in capitals"},
      {"==\"}]}", "\"}]}", "no padding"},
      {"==\"}]}", "==\"}]}\r", "a carriage return"},
      {"\"}]}", "\"}],\"payload\":\"\"}", "another order"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    line_is_refused(place, rows[i][0], rows[i][1], "stands here", rows[i][2]);
}

/* Of kinds that two people sign, and of one. */
static void signatures_stand_once_and_in_order(void **state)
{
  (void)state;
  const struct envelope two = forged_envelope(EXAMPLE_AT_LOST);
  const struct envelope one = forged_envelope(EXAMPLE_AT_LAST_BALLOT);
  assert_int_equal(two.signature_count, 2);
  struct span copy = format_span("%.*s", WHOLE(forged_lines[EXAMPLE_AT_LOST]));
  const char *first = strstr(copy.bytes, "{\"keyid\":"),
             *second = strstr(first + 1, ",{\"keyid\":");
  assert_non_null(second);
  const int length = (int)(second - first);
  const int before = (int)(first - copy.bytes);
  forged_refused(
      EXAMPLE_AT_LOST,
      format_span("%.*s%.*s,%.*s]}", before, copy.bytes, length, second + 1, length, first),
      "malformed", "ascending order", "signatures in the other order");
  forged_refused(EXAMPLE_AT_LOST,
                 format_span("%.*s%.*s,%.*s]}", before, copy.bytes, length, first, length, first),
                 "malformed", "a key signs once", "one signature twice");
  forged_refused(EXAMPLE_AT_LOST, format_span("%.*s%.*s]}", before, copy.bytes, length, first),
                 "wrong-signer", "there are 1 signatures", "one signature of two");

  const enum example_key strangers[] = {EXAMPLE_CARD_5, EXAMPLE_STRANGER};
  forged_refused(EXAMPLE_AT_LAST_BALLOT,
                 example_sign(ENTRY_BALLOT, one.payload, strangers, 2, &forged_arena),
                 "wrong-signer", "there are 2 signatures", "a second signature");
  forged_refused(EXAMPLE_AT_LAST_BALLOT,
                 example_sign(ENTRY_BALLOT, one.payload, strangers + 1, 1, &forged_arena),
                 "wrong-signer", "does not have to sign", "a stranger's signature");
}

static void keyids_are_lower_case(void **state)
{
  (void)state;
  const struct envelope envelope = forged_envelope(EXAMPLE_AT_LAST_BALLOT);
  char hex[DIGEST_TEXT], upper[DIGEST_TEXT];
  digest_write(&envelope.signatures[0].key_id, hex);
  for (size_t i = 0; i < sizeof hex; i++)
    upper[i] = (char)(hex[i] >= 'a' && hex[i] <= 'f' ? hex[i] - 'a' + 'A' : hex[i]);
  assert_string_not_equal(hex, upper);
  line_is_refused(EXAMPLE_AT_LAST_BALLOT, hex, upper, "64 lower-case", "a keyid in capitals");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(payloads_have_one_spelling, forged_begin_test),
      cmocka_unit_test_setup(values_have_one_spelling, forged_begin_test),
      cmocka_unit_test_setup(base64_has_no_spare_bits, forged_begin_test),
      cmocka_unit_test_setup(lines_have_one_spelling, forged_begin_test),
      cmocka_unit_test_setup(signatures_stand_once_and_in_order, forged_begin_test),
      cmocka_unit_test_setup(keyids_are_lower_case, forged_begin_test),
  };
  return cmocka_run_group_tests(tests, forged_begin, forged_end);
}
