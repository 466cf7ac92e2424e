#include <stdio.h>
#include <string.h>

#include "tests/unit/envelope_example.h"

#define KIND_EXPECTED "a kind: 1 to 32 lower-case letters and hyphens, a letter first"

static void assert_written(struct span expected, struct span text,
                           const struct envelope_signature *signatures, size_t count)
{
  struct buffer buffer = {0};
  struct fault fault = {0};
  if (envelope_write(kind, text, signatures, count, &buffer, &fault) != STATUS_OK)
    fail_msg("refused: %s: %s (%s)", fault.where, fault.what, fault.expected);
  assert_true(span_equal(buffer_span(&buffer), expected));
  buffer_free(&buffer);
}

/* --- what is signed --- */

/* The example of DSSE's protocol.md. */
static void the_encoding_is_that_of_the_specification(void **state)
{
  (void)state;
  struct arena arena = {0};
  struct span signed_bytes;
  struct fault fault;
  assert_int_equal(envelope_authenticate(SPAN("http://example.com/HelloWorld"), SPAN("hello world"),
                                         &arena, &signed_bytes, &fault),
                   STATUS_OK);
  assert_true(
      span_equal(signed_bytes, SPAN("DSSEv1 29 http://example.com/HelloWorld 11 hello world")));
  arena_free(&arena);
}

static void the_encoding_of_nothing_ends_in_a_space(void **state)
{
  (void)state;
  struct arena arena = {0};
  struct span signed_bytes;
  struct fault fault;
  assert_int_equal(envelope_authenticate(SPAN(""), SPAN(""), &arena, &signed_bytes, &fault),
                   STATUS_OK);
  assert_true(span_equal(signed_bytes, SPAN("DSSEv1 0  0 ")));
  arena_free(&arena);
}

/* Computed by another program: OpenSSL's Ed25519 over the encoding made by hand. */
static void a_signature_is_that_of_another_program(void **state)
{
  (void)state;
  struct envelope_signature signature = sign(0, payload);
  assert_written(SPAN(LINE_1), payload, &signature, 1);
}

/* --- length --- */

/* What an envelope with one signature and no payload takes; the payload adds 4 for each 3. */
enum {
  FRAME = sizeof LINE("", TYPE, SIGNED(KEY_ID_1, SIGNATURE_1)) - 1,
  LARGEST = (ENVELOPE_MAX - FRAME) / 4 * 3,
};

static void the_longest_line_is_written_and_read(void **state)
{
  (void)state;
  static char bytes[LARGEST];
  struct span text = {.bytes = bytes, .length = sizeof bytes};
  struct envelope_signature signature = sign(0, text);
  struct public_key key = key_number(0).public_key;
  struct buffer buffer = {0};
  struct arena arena = {0};
  struct fault fault;
  assert_int_equal(envelope_write(kind, text, &signature, 1, &buffer, &fault), STATUS_OK);
  assert_in_range(buffer.length, ENVELOPE_MAX - 3, ENVELOPE_MAX);
  struct envelope envelope = read_line(buffer_span(&buffer), &arena);
  assert_true(span_equal(envelope.payload, text));
  assert_int_equal(envelope_verify(&envelope, &key, 1, &fault), STATUS_OK);
  buffer_free(&buffer);
  arena_free(&arena);
}

static void a_longer_line_is_not_written(void **state)
{
  (void)state;
  static char bytes[LARGEST + 1];
  char what[64];
  struct span text = {.bytes = bytes, .length = sizeof bytes};
  struct envelope_signature signature = sign(0, text);
  struct buffer buffer = {0};
  struct fault fault = {0};
  buffer_add(&buffer, SPAN("before"));
  assert_int_equal(envelope_write(kind, text, &signature, 1, &buffer, &fault), STATUS_REFUSED);
  snprintf(what, sizeof what, "the line has %d bytes", FRAME + (LARGEST / 3 + 1) * 4);
  assert_string_equal(fault.what, what);
  assert_string_equal(fault.where, "envelope");
  assert_string_equal(fault.expected, "at most 65535 bytes");
  assert_true(span_equal(buffer_span(&buffer), SPAN("before")));
  buffer_free(&buffer);
}

/* --- verifying --- */

static void verify_refuses(struct span line, const struct public_key *keys, size_t count,
                           const char *where, const char *what, const char *expected)
{
  struct arena arena = {0};
  struct fault fault = {0};
  struct envelope envelope = read_line(line, &arena);
  assert_int_equal(envelope_verify(&envelope, keys, count, &fault), STATUS_REFUSED);
  assert_int_equal(fault.status, STATUS_REFUSED);
  assert_string_equal(fault.where, where);
  assert_string_equal(fault.what, what);
  assert_string_equal(fault.expected, expected);
  arena_free(&arena);
}

static void an_envelope_signed_by_the_keys_asked_for_holds(void **state)
{
  (void)state;
  struct public_key keys[] = {key_number(0).public_key, key_number(1).public_key};
  struct public_key reversed[] = {keys[1], keys[0]};
  struct arena arena = {0};
  struct fault fault;
  struct envelope one = read_line(SPAN(LINE_1), &arena);
  struct envelope two = read_line(SPAN(LINE_1_2), &arena);
  assert_int_equal(envelope_verify(&one, keys, 1, &fault), STATUS_OK);
  assert_int_equal(envelope_verify(&two, keys, 2, &fault), STATUS_OK);
  assert_int_equal(envelope_verify(&two, reversed, 2, &fault), STATUS_OK);
  arena_free(&arena);
}

static void too_few_and_too_many_signatures_are_refused(void **state)
{
  (void)state;
  struct public_key keys[] = {key_number(0).public_key, key_number(1).public_key};
  verify_refuses(SPAN(LINE_1), keys, 2, "/signatures", "there are 1 signatures", "2");
  verify_refuses(SPAN(LINE_1_2), keys, 1, "/signatures", "there are 2 signatures", "1");
  verify_refuses(SPAN(LINE_1), keys, 0, "/signatures", "there are 1 signatures", "0");
  verify_refuses(SPAN(LINE_1), keys, 1000000, "/signatures", "there are 1 signatures", "1000000");
}

static void a_key_that_was_not_asked_for_is_refused(void **state)
{
  (void)state;
  struct public_key keys[] = {key_number(1).public_key, key_number(2).public_key};
  struct public_key twice[] = {keys[0], keys[0]};
  static const char *const what = KEY_ID_1 " does not have to sign this";
  static const char *const expected = "the keyid of a key that has to sign";
  verify_refuses(SPAN(LINE_1), keys, 1, "/signatures/0", what, expected);
  verify_refuses(SPAN(LINE_1_2), keys, 2, "/signatures/0", what, expected);
  verify_refuses(SPAN(LINE_1_2), twice, 2, "/signatures/0", what, expected);
}

static void a_signature_that_does_not_hold_is_refused(void **state)
{
  (void)state;
  struct public_key keys[] = {key_number(0).public_key, key_number(1).public_key};
  static const char *const what_1 = "the signature by " KEY_ID_1 " does not hold";
  static const char *const what_2 = "the signature by " KEY_ID_2 " does not hold";
  static const char *const expected = "an Ed25519 signature of this payloadType and payload";
  /* another payload, another kind, another's signature, and only the second of two wrong */
  verify_refuses(SPAN(LINE("", TYPE, SIGNED(KEY_ID_1, SIGNATURE_1))), keys, 1, "/signatures/0",
                 what_1, expected);
  verify_refuses(
      SPAN(LINE(PAYLOAD_1, "application/vnd.beffroi.open.v1+json", SIGNED(KEY_ID_1, SIGNATURE_1))),
      keys, 1, "/signatures/0", what_1, expected);
  verify_refuses(SPAN(LINE(PAYLOAD_1, TYPE, SIGNED(KEY_ID_1, SIGNATURE_2))), keys, 1,
                 "/signatures/0", what_1, expected);
  verify_refuses(
      SPAN(LINE(PAYLOAD_1, TYPE, SIGNED(KEY_ID_1, SIGNATURE_1) "," SIGNED(KEY_ID_2, SIGNATURE_1))),
      keys, 2, "/signatures/1", what_2, expected);
}

/* --- writing --- */

static void signatures_are_written_in_order(void **state)
{
  (void)state;
  struct envelope_signature first = sign(0, payload);
  struct envelope_signature second = sign(1, payload);
  assert_written(SPAN(LINE_1_2), payload, (struct envelope_signature[]){first, second}, 2);
  assert_written(SPAN(LINE_1_2), payload, (struct envelope_signature[]){second, first}, 2);
}

static void eight_signatures_in_any_order_are_written_as_one(void **state)
{
  (void)state;
  struct envelope_signature signatures[ENVELOPE_SIGNATURES];
  struct buffer first = {0};
  struct fault fault;
  for (unsigned i = 0; i < ENVELOPE_SIGNATURES; i++)
    signatures[i] = sign(i, payload);
  assert_int_equal(envelope_write(kind, payload, signatures, ENVELOPE_SIGNATURES, &first, &fault),
                   STATUS_OK);
  for (size_t turn = 0; turn < 50; turn++) {
    size_t i = turn * 5 % ENVELOPE_SIGNATURES;
    size_t j = (turn * 3 + turn / 8) % ENVELOPE_SIGNATURES;
    struct envelope_signature moved = signatures[i];
    signatures[i] = signatures[j];
    signatures[j] = moved;
    assert_written(buffer_span(&first), payload, signatures, ENVELOPE_SIGNATURES);
  }
  buffer_free(&first);
}

static void write_refuses(struct span of_kind, const struct envelope_signature *signatures,
                          size_t count, const char *where, const char *what, const char *expected)
{
  struct buffer buffer = {0};
  struct fault fault = {0};
  buffer_add(&buffer, SPAN("before"));
  assert_int_equal(envelope_write(of_kind, payload, signatures, count, &buffer, &fault),
                   STATUS_REFUSED);
  assert_string_equal(fault.where, where);
  assert_string_equal(fault.what, what);
  assert_string_equal(fault.expected, expected);
  assert_true(span_equal(buffer_span(&buffer), SPAN("before")));
  buffer_free(&buffer);
}

static void what_would_not_be_read_is_not_written(void **state)
{
  (void)state;
  struct envelope_signature signatures[ENVELOPE_SIGNATURES + 1];
  for (unsigned i = 0; i < ENVELOPE_SIGNATURES + 1; i++)
    signatures[i] = sign(i, payload);
  write_refuses(kind, signatures, 0, "/signatures", "there are 0 signatures", "1 to 8");
  write_refuses(kind, signatures, 9, "/signatures", "there are 9 signatures", "1 to 8");
  signatures[4] = signatures[0];
  write_refuses(kind, signatures, 5, "/signatures", KEY_ID_1 " signs twice",
                "at most one signature by each key");
  static const char *const kinds[] = {
      "", "-", "Note", "note ", "note\"", "n0te", "abcdefghijklmnopqrstuvwxyz-abcdef"};
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    char what[80];
    snprintf(what, sizeof what, "'%s' is no kind", kinds[i]);
    write_refuses(span_of(kinds[i]), signatures, 1, "payloadType", what, KIND_EXPECTED);
  }
}

static void what_could_not_be_written_is_not_signed(void **state)
{
  (void)state;
  struct arena arena = {0};
  struct signing_key key = key_number(0);
  struct envelope_signature signature;
  struct fault fault = {0};
  assert_int_equal(envelope_sign(SPAN("no kind"), payload, &key, &arena, &signature, &fault),
                   STATUS_REFUSED);
  assert_string_equal(fault.what, "'no kind' is no kind");
  assert_string_equal(fault.where, "payloadType");
  assert_string_equal(fault.expected, KIND_EXPECTED);
  arena_free(&arena);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_encoding_is_that_of_the_specification),
      cmocka_unit_test(the_encoding_of_nothing_ends_in_a_space),
      cmocka_unit_test(a_signature_is_that_of_another_program),
      cmocka_unit_test(the_longest_line_is_written_and_read),
      cmocka_unit_test(a_longer_line_is_not_written),
      cmocka_unit_test(an_envelope_signed_by_the_keys_asked_for_holds),
      cmocka_unit_test(too_few_and_too_many_signatures_are_refused),
      cmocka_unit_test(a_key_that_was_not_asked_for_is_refused),
      cmocka_unit_test(a_signature_that_does_not_hold_is_refused),
      cmocka_unit_test(signatures_are_written_in_order),
      cmocka_unit_test(eight_signatures_in_any_order_are_written_as_one),
      cmocka_unit_test(what_would_not_be_read_is_not_written),
      cmocka_unit_test(what_could_not_be_written_is_not_signed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
