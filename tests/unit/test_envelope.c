#include <stdio.h>
#include <string.h>

#include "tests/unit/envelope_example.h"

/* Where things stand in LINE_1, counted from 1. */
enum {
  PAYLOAD_AT = 13,
  TYPE_AT = PAYLOAD_AT + 24 + 17,
  KIND_AT = TYPE_AT + 24,
  SIGNATURES_AT = TYPE_AT + 36 + 16,
  KEY_ID_AT = SIGNATURES_AT + 10,
  SIGNATURE_AT = KEY_ID_AT + 64 + 9,
  AFTER_SIGNATURE = SIGNATURE_AT + 88,
  END = AFTER_SIGNATURE + 4,
};

static void is_refused_there(struct span line, const char *where, const char *what,
                             const char *expected)
{
  struct arena arena = {0};
  struct envelope envelope;
  struct fault fault = {0};
  enum status status = envelope_read(line, &arena, &envelope, &fault);
  arena_free(&arena);
  if (status != STATUS_REFUSED)
    fail_msg("'%.*s' was not refused", SPAN_PRINT(line));
  assert_int_equal(fault.status, STATUS_REFUSED);
  assert_string_equal(fault.where, where);
  assert_string_equal(fault.what, what);
  assert_string_equal(fault.expected, expected);
}

static void is_refused(struct span line, int byte, const char *what, const char *expected)
{
  char where[32];
  snprintf(where, sizeof where, "byte %d", byte);
  is_refused_there(line, where, what, expected);
}

/* --- reading --- */

static void an_envelope_is_read(void **state)
{
  (void)state;
  static const struct span line = SPAN_INIT(LINE_1);
  struct arena arena = {0};
  struct envelope envelope = read_line(line, &arena);
  char id[DIGEST_TEXT];
  assert_true(span_equal(envelope.type, SPAN(TYPE)));
  assert_true(span_equal(envelope.kind, kind));
  assert_true(span_equal(envelope.payload, payload));
  assert_true(
      span_equal(envelope.signed_bytes, SPAN("DSSEv1 36 " TYPE " 16 {\"text\":\"hello\"}")));
  assert_int_equal(envelope.signature_count, 1);
  digest_write(&envelope.signatures[0].key_id, id);
  assert_string_equal(id, KEY_ID_1);
  /* In place: the line is looked at, the payload is the end of what is signed. */
  assert_ptr_equal(envelope.kind.bytes, line.bytes + KIND_AT - 1);
  assert_ptr_equal(envelope.payload.bytes + envelope.payload.length,
                   envelope.signed_bytes.bytes + envelope.signed_bytes.length);
  arena_free(&arena);
}

static void every_kind_on_a_board_is_read(void **state)
{
  (void)state;
  static const char *const kinds[] = {
      "manifest",
      "pages",
      "electorate",
      "key-commit",
      "key-share",
      "key-confirm",
      "open",
      "ballot",
      "revocation",
      "close",
      "paper",
      "draw",
      "shuffle",
      "opening",
      "result",
      "note",
      "a",
      "a-",
      "abcdefghijklmnopqrstuvwxyz-abcde",
  };
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    struct arena arena = {0};
    struct buffer buffer = {0};
    struct fault fault;
    struct signing_key key = key_number(0);
    struct envelope_signature signature;
    assert_int_equal(envelope_sign(span_of(kinds[i]), payload, &key, &arena, &signature, &fault),
                     STATUS_OK);
    assert_int_equal(envelope_write(span_of(kinds[i]), payload, &signature, 1, &buffer, &fault),
                     STATUS_OK);
    struct envelope envelope = read_line(buffer_span(&buffer), &arena);
    assert_true(span_equal(envelope.kind, span_of(kinds[i])));
    assert_int_equal(envelope_verify(&envelope, &key.public_key, 1, &fault), STATUS_OK);
    buffer_free(&buffer);
    arena_free(&arena);
  }
}

static void payloads_of_each_length_and_byte_are_read_back(void **state)
{
  (void)state;
  char bytes[1000];
  for (size_t i = 0; i < sizeof bytes; i++)
    bytes[i] = (char)(i * 7);
  struct envelope_signature signature = sign(0, payload);
  for (size_t length = 0; length <= sizeof bytes; length += length < 10 ? 1 : 45) {
    struct span text = {.bytes = bytes, .length = length};
    struct buffer buffer = {0};
    struct arena arena = {0};
    struct fault fault;
    assert_int_equal(envelope_write(kind, text, &signature, 1, &buffer, &fault), STATUS_OK);
    struct envelope envelope = read_line(buffer_span(&buffer), &arena);
    assert_true(span_equal(envelope.payload, text));
    assert_memory_equal(&envelope.signatures[0], &signature, sizeof signature);
    buffer_free(&buffer);
    arena_free(&arena);
  }
}

static void eight_signatures_are_read(void **state)
{
  (void)state;
  struct envelope_signature signatures[ENVELOPE_SIGNATURES];
  struct public_key keys[ENVELOPE_SIGNATURES];
  for (unsigned i = 0; i < ENVELOPE_SIGNATURES; i++) {
    signatures[i] = sign(i, payload);
    keys[i] = key_number(i).public_key;
  }
  struct buffer buffer = {0};
  struct arena arena = {0};
  struct fault fault;
  assert_int_equal(envelope_write(kind, payload, signatures, ENVELOPE_SIGNATURES, &buffer, &fault),
                   STATUS_OK);
  struct envelope envelope = read_line(buffer_span(&buffer), &arena);
  assert_int_equal(envelope.signature_count, ENVELOPE_SIGNATURES);
  for (size_t i = 1; i < ENVELOPE_SIGNATURES; i++)
    assert_true(digest_compare(&envelope.signatures[i - 1].key_id, &envelope.signatures[i].key_id) <
                0);
  assert_int_equal(envelope_verify(&envelope, keys, ENVELOPE_SIGNATURES, &fault), STATUS_OK);
  buffer_free(&buffer);
  arena_free(&arena);
}

/* --- refusing: the frame --- */

static void a_line_cut_anywhere_is_refused_at_its_end(void **state)
{
  (void)state;
  static const char line[] = LINE_1_2;
  char where[32];
  for (size_t length = 0; length < sizeof line - 1; length++) {
    struct arena arena = {0};
    struct envelope envelope;
    struct fault fault = {0};
    struct span cut = {.bytes = line, .length = length};
    assert_int_equal(envelope_read(cut, &arena, &envelope, &fault), STATUS_REFUSED);
    snprintf(where, sizeof where, "byte %zu", length + 1);
    assert_string_equal(fault.where, where);
    assert_string_equal(fault.what, "the line ends here");
    arena_free(&arena);
  }
}

/* A second spelling of one thing would be a second entry that says the same. */
static void no_byte_of_a_line_can_be_another_and_say_the_same(void **state)
{
  (void)state;
  static const struct span line = SPAN_INIT(LINE_1);
  char altered[sizeof LINE_1];
  struct arena kept = {0};
  struct envelope original = read_line(line, &kept);
  for (size_t at = 0; at < line.length; at++)
    for (int byte = 0; byte < 256; byte++) {
      memcpy(altered, line.bytes, line.length);
      if (altered[at] == (char)byte)
        continue;
      altered[at] = (char)byte;
      struct arena arena = {0};
      struct envelope envelope;
      struct fault fault = {0};
      struct span text = {.bytes = altered, .length = line.length};
      if (envelope_read(text, &arena, &envelope, &fault) == STATUS_OK)
        assert_true(!span_equal(envelope.signed_bytes, original.signed_bytes) ||
                    memcmp(envelope.signatures, original.signatures, sizeof *original.signatures) !=
                        0);
      arena_free(&arena);
    }
  arena_free(&kept);
}

static void a_frame_that_differs_is_refused_where_it_does(void **state)
{
  (void)state;
  is_refused(SPAN(" " LINE_1), 1, "' ' stands here", "{\"payload\":\" from byte 1");
  is_refused(SPAN("{ \"payload\":\"\""), 2, "' ' stands here", "{\"payload\":\" from byte 1");
  is_refused(SPAN("{\"payloadType\":\"" TYPE "\""), 10, "'T' stands here",
             "{\"payload\":\" from byte 1");
  is_refused(SPAN("{\"payload\":\"\",\"signatures\":[]}"), 16, "'s' stands here",
             "\",\"payloadType\":\" from byte 13");
  is_refused(SPAN(LINE("", TYPE "\",\"x\":\"", "")), 13 + 17 + 36 + 3, "'x' stands here",
             "\",\"signatures\":[ from byte 66");
  is_refused(SPAN(LINE_1 "\n"), END, "the byte 0x0a stands here", "the end of the line");
  is_refused(SPAN(LINE_1 " "), END, "' ' stands here", "the end of the line");
  is_refused(SPAN("\xef\xbb\xbf" LINE_1), 1, "the byte 0xef stands here",
             "{\"payload\":\" from byte 1");
}

static void signatures_are_framed_too(void **state)
{
  (void)state;
  is_refused(SPAN(LINE(PAYLOAD_1, TYPE, "")), SIGNATURES_AT, "']' stands here",
             "at least one signature");
  is_refused(SPAN(LINE(PAYLOAD_1, TYPE, "{\"sig\":\"")), SIGNATURES_AT + 2, "'s' stands here",
             "{\"keyid\":\" from byte 106");
  is_refused(SPAN(LINE(PAYLOAD_1, TYPE, "{\"keyid\":\"" KEY_ID_1 "\"}")), KEY_ID_AT + 65,
             "'}' stands here", "\",\"sig\":\" from byte 180");
  is_refused(SPAN(LINE(PAYLOAD_1, TYPE, "{\"keyid\":\"" KEY_ID_1 "\",\"sig\":\"" SIGNATURE_1 "\"")),
             AFTER_SIGNATURE + 1, "']' stands here", "\"} from byte 277");
  is_refused(SPAN(LINE(PAYLOAD_1, TYPE, SIGNED(KEY_ID_1, SIGNATURE_1) " ")), AFTER_SIGNATURE + 2,
             "' ' stands here", "]} from byte 279");
  is_refused(SPAN(LINE(PAYLOAD_1, TYPE, SIGNED(KEY_ID_1, SIGNATURE_1) ",")), AFTER_SIGNATURE + 3,
             "']' stands here", "{\"keyid\":\" from byte 280");
}

static void a_line_that_is_too_long_is_refused_unread(void **state)
{
  (void)state;
  static char bytes[ENVELOPE_MAX + 1];
  struct span line = {.bytes = bytes, .length = sizeof bytes};
  is_refused_there(line, "envelope", "the line has 65536 bytes", "at most 65535 bytes");
  line.length--;
  is_refused(line, 1, "the byte 0x00 stands here", "{\"payload\":\" from byte 1");
}

/* --- refusing: what stands in the frame --- */

#define BASE64_EXPECTED "a character of base64: A-Z, a-z, 0-9, '+', '/'"
#define MORE_EXPECTED   "more base64: its characters, with '=' at the end, are a multiple of four"
#define SPARE_EXPECTED  "base64 whose last character has spare bits of zero"

static void a_payload_that_is_no_base64_is_refused(void **state)
{
  (void)state;
  static const struct {
    struct span line;
    int byte;
    const char *what, *expected;
  } cases[] = {
      {SPAN_INIT(LINE("AAA-", TYPE, "")), 16, "'-' stands here", BASE64_EXPECTED},
      {SPAN_INIT(LINE("_AAA", TYPE, "")), 13, "'_' stands here", BASE64_EXPECTED},
      {SPAN_INIT(LINE("AA\nA", TYPE, "")), 15, "the byte 0x0a stands here", BASE64_EXPECTED},
      {SPAN_INIT(LINE("AA\\/", TYPE, "")), 15, "'\\' stands here", BASE64_EXPECTED},
      {SPAN_INIT(LINE("AAA", TYPE, "")), 16, "'\"' stands here", MORE_EXPECTED},
      {SPAN_INIT(LINE("AAAAA", TYPE, "")), 18, "'\"' stands here", MORE_EXPECTED},
      {SPAN_INIT(LINE("AA=", TYPE, "")), 16, "'\"' stands here", MORE_EXPECTED},
      {SPAN_INIT(LINE("=", TYPE, "")), 14, "'\"' stands here", MORE_EXPECTED},
      {SPAN_INIT(LINE("A===", TYPE, "")), 14, "'=' stands here", BASE64_EXPECTED},
      {SPAN_INIT(LINE("====", TYPE, "")), 13, "'=' stands here", BASE64_EXPECTED},
      {SPAN_INIT(LINE("AA=A", TYPE, "")), 15, "'=' stands here", BASE64_EXPECTED},
      {SPAN_INIT(LINE("AA==AAAA", TYPE, "")), 15, "'=' stands here", BASE64_EXPECTED},
      {SPAN_INIT(LINE("AAAAAB==", TYPE, "")), 18, "'B' stands here", SPARE_EXPECTED},
      {SPAN_INIT(LINE("AAB=", TYPE, "")), 15, "'B' stands here", SPARE_EXPECTED},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    is_refused(cases[i].line, cases[i].byte, cases[i].what, cases[i].expected);
}

#define KIND_EXPECTED "a kind: 1 to 32 lower-case letters and hyphens, a letter first"

static void a_type_that_is_not_ours_is_refused(void **state)
{
  (void)state;
  static const struct {
    struct span line;
    int byte;
    const char *what, *expected;
  } cases[] = {
      {SPAN_INIT(LINE(PAYLOAD_1, "text/plain", "")), TYPE_AT, "'t' stands here",
       "application/vnd.beffroi. from byte 54"},
      {SPAN_INIT(LINE(PAYLOAD_1, "application/vnd.beffroi..v1+json", "")), KIND_AT,
       "'.' stands here", KIND_EXPECTED},
      {SPAN_INIT(LINE(PAYLOAD_1, "application/vnd.beffroi.-a.v1+json", "")), KIND_AT,
       "'-' stands here", KIND_EXPECTED},
      {SPAN_INIT(LINE(PAYLOAD_1, "application/vnd.beffroi.Note.v1+json", "")), KIND_AT,
       "'N' stands here", KIND_EXPECTED},
      {SPAN_INIT(LINE(PAYLOAD_1, "application/vnd.beffroi.note2.v1+json", "")), KIND_AT + 4,
       "'2' stands here", KIND_EXPECTED " and then .v1+json"},
      {SPAN_INIT(LINE(PAYLOAD_1, "application/vnd.beffroi.note.v2+json", "")), KIND_AT + 6,
       "'2' stands here", ".v1+json from byte 82"},
      {SPAN_INIT(LINE(PAYLOAD_1,
                      "application/vnd.beffroi.abcdefghijklmnopqrstuvwxyz-abcdef.v1+json", "")),
       KIND_AT + 32, "'f' stands here", ".v1+json after a kind of at most 32 characters"},
      {SPAN_INIT(LINE(PAYLOAD_1, TYPE ";x=y", "")), TYPE_AT + 36, "';' stands here",
       "\",\"signatures\":[ from byte 90"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    is_refused(cases[i].line, cases[i].byte, cases[i].what, cases[i].expected);
}

#define KEY_ID_EXPECTED "a keyid of 64 lower-case hexadecimal digits"

static void a_keyid_that_is_none_is_refused(void **state)
{
  (void)state;
  is_refused(SPAN(LINE(PAYLOAD_1, TYPE, SIGNED("", SIGNATURE_1))), KEY_ID_AT, "'\"' stands here",
             KEY_ID_EXPECTED);
  is_refused(SPAN(LINE(PAYLOAD_1, TYPE, SIGNED("21fe31DF", SIGNATURE_1))), KEY_ID_AT + 6,
             "'D' stands here", KEY_ID_EXPECTED);
  is_refused(SPAN(LINE(PAYLOAD_1, TYPE, SIGNED("21fe31dg", SIGNATURE_1))), KEY_ID_AT + 7,
             "'g' stands here", KEY_ID_EXPECTED);
  is_refused(SPAN(LINE(PAYLOAD_1, TYPE, SIGNED(KEY_ID_1 "0", SIGNATURE_1))), KEY_ID_AT + 64,
             "'0' stands here", "\",\"sig\":\" from byte 180");
}

#define SIGNATURE_EXPECTED "a signature: 86 characters of base64 and =="

/* 80 characters of base64. */
#define EIGHTY "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

static void a_signature_that_is_none_is_refused(void **state)
{
  (void)state;
  static const struct {
    struct span line;
    int byte;
    const char *what, *expected;
  } cases[] = {
      {SPAN_INIT(LINE(PAYLOAD_1, TYPE, SIGNED(KEY_ID_1, ""))), SIGNATURE_AT, "'\"' stands here",
       SIGNATURE_EXPECTED},
      {SPAN_INIT(LINE(PAYLOAD_1, TYPE, SIGNED(KEY_ID_1, EIGHTY "AA=="))), SIGNATURE_AT + 82,
       "'=' stands here", SIGNATURE_EXPECTED},
      {SPAN_INIT(LINE(PAYLOAD_1, TYPE, SIGNED(KEY_ID_1, EIGHTY "AAAA-A=="))), SIGNATURE_AT + 84,
       "'-' stands here", SIGNATURE_EXPECTED},
      {SPAN_INIT(LINE(PAYLOAD_1, TYPE, SIGNED(KEY_ID_1, EIGHTY "AAAAAAAA"))), SIGNATURE_AT + 86,
       "'A' stands here", SIGNATURE_EXPECTED},
      {SPAN_INIT(LINE(PAYLOAD_1, TYPE, SIGNED(KEY_ID_1, EIGHTY "AAAAAAA="))), SIGNATURE_AT + 86,
       "'A' stands here", SIGNATURE_EXPECTED},
      {SPAN_INIT(LINE(PAYLOAD_1, TYPE, SIGNED(KEY_ID_1, EIGHTY "AAAAAA=A"))), SIGNATURE_AT + 87,
       "'A' stands here", SIGNATURE_EXPECTED},
      {SPAN_INIT(LINE(PAYLOAD_1, TYPE, SIGNED(KEY_ID_1, EIGHTY "AAAAAB=="))), SIGNATURE_AT + 85,
       "'B' stands here", SPARE_EXPECTED},
      {SPAN_INIT(LINE(PAYLOAD_1, TYPE, SIGNED(KEY_ID_1, EIGHTY "AAAAAA==="))), SIGNATURE_AT + 88,
       "'=' stands here", "\"} from byte 277"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    is_refused(cases[i].line, cases[i].byte, cases[i].what, cases[i].expected);
}

static void keyids_out_of_order_or_twice_are_refused(void **state)
{
  (void)state;
  int second = KEY_ID_AT + (int)sizeof SIGNED(KEY_ID_1, SIGNATURE_1);
  is_refused(
      SPAN(LINE(PAYLOAD_1, TYPE, SIGNED(KEY_ID_2, SIGNATURE_2) "," SIGNED(KEY_ID_1, SIGNATURE_1))),
      second, "'2' stands here", "a keyid after the one before: they are in ascending order");
  is_refused(
      SPAN(LINE(PAYLOAD_1, TYPE, SIGNED(KEY_ID_1, SIGNATURE_1) "," SIGNED(KEY_ID_1, SIGNATURE_2))),
      second, "'2' stands here", "another keyid than the one before: a key signs once");
}

static void a_ninth_signature_is_refused(void **state)
{
  (void)state;
  struct buffer buffer = {0};
  char id[DIGEST_TEXT];
  buffer_add(&buffer, SPAN("{\"payload\":\"\",\"payloadType\":\"" TYPE "\",\"signatures\":["));
  size_t comma = 0;
  for (uint8_t i = 0; i < ENVELOPE_SIGNATURES + 1; i++) {
    comma = buffer.length;
    struct digest digest = {.bytes = {i}};
    digest_write(&digest, id);
    buffer_format(&buffer, "%s{\"keyid\":\"%s\",\"sig\":\"" SIGNATURE_1 "\"}", i == 0 ? "" : ",",
                  id);
  }
  buffer_add(&buffer, SPAN("]}"));
  is_refused(buffer_span(&buffer), (int)comma + 1, "',' stands here", "at most 8 signatures");
  buffer_free(&buffer);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_envelope_is_read),
      cmocka_unit_test(every_kind_on_a_board_is_read),
      cmocka_unit_test(payloads_of_each_length_and_byte_are_read_back),
      cmocka_unit_test(eight_signatures_are_read),
      cmocka_unit_test(a_line_cut_anywhere_is_refused_at_its_end),
      cmocka_unit_test(no_byte_of_a_line_can_be_another_and_say_the_same),
      cmocka_unit_test(a_frame_that_differs_is_refused_where_it_does),
      cmocka_unit_test(signatures_are_framed_too),
      cmocka_unit_test(a_line_that_is_too_long_is_refused_unread),
      cmocka_unit_test(a_payload_that_is_no_base64_is_refused),
      cmocka_unit_test(a_type_that_is_not_ours_is_refused),
      cmocka_unit_test(a_keyid_that_is_none_is_refused),
      cmocka_unit_test(a_signature_that_is_none_is_refused),
      cmocka_unit_test(keyids_out_of_order_or_twice_are_refused),
      cmocka_unit_test(a_ninth_signature_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
