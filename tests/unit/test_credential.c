#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ballots/credential.h"
#include "base/hex.h"

static const char origin[] = "vote.example.fr/bpl-2027/faidherbe";

static struct code the_code(void)
{
  struct code code;
  struct fault fault;
  assert_int_equal(code_read(SPAN("Y06WN-ZG14D-2PF2D-BSQP5"), &code, &fault), STATUS_OK);
  return code;
}

static struct credential derive(const char *at)
{
  struct code code = the_code();
  struct credential credential;
  struct fault fault = {0};
  if (credential_derive(&code, span_of(at), &credential, &fault) != STATUS_OK)
    fail_msg("%s: %s (%s)", fault.where, fault.what, fault.expected);
  return credential;
}

static void assert_hex(const uint8_t bytes[32], const char *expected)
{
  char text[65];
  hex_write(bytes, 32, text);
  assert_string_equal(text, expected);
}

static void origin_is_refused(struct span at, const char *where, const char *what,
                              const char *expected)
{
  struct fault fault = {0};
  if (credential_origin_check(at, &fault) != STATUS_REFUSED)
    fail_msg("'%.*s' was not refused", SPAN_PRINT(at));
  assert_int_equal(fault.status, STATUS_REFUSED);
  assert_string_equal(fault.where, where);
  assert_string_equal(fault.what, what);
  assert_string_equal(fault.expected, expected);
}

/* --- what follows from a code: computed by other programs (Python's hmac, OpenSSL) --- */

static void the_seed_and_key_are_those_of_other_programs(void **state)
{
  (void)state;
  struct credential credential = derive(origin);
  assert_hex(credential.key.seed,
             "7cb0311f46fb19787a658ce1471ff965496a4cc9f997ee3e11b0a86dfbb51478");
  assert_hex(credential.key.public_key.bytes,
             "3444b5ba47b530130802ea5caa786bac34f4c01e881b242b0e4308fd8bdea872");
}

static void the_login_secret_is_that_of_other_programs(void **state)
{
  (void)state;
  struct credential credential = derive(origin);
  assert_hex(credential.login, "8487ed84f83c3b264373a27461afcfb35c5415112d6bbfa10ab6710467d41c04");
}

static void another_origin_gives_other_secrets(void **state)
{
  (void)state;
  struct credential credential = derive("a/b/c");
  assert_hex(credential.key.seed,
             "c442c29b3bb869668ce23eea99bd98025842b1af78af709556c9c5c7cc436598");
  assert_hex(credential.login, "77fd716dcd4e059943058d8ac99d9f462e6b9dc7a323ca507613c2e76dca3750");
}

static void the_card_number_is_of_the_public_key(void **state)
{
  (void)state;
  char text[CARD_NUMBER_TEXT];
  struct credential credential = derive(origin);
  card_number(&credential.key.public_key, text);
  assert_string_equal(text, "FDMGX2KK");
  credential = derive("a/b/c");
  card_number(&credential.key.public_key, text);
  assert_string_equal(text, "NV2EMMSA");
}

static void the_derived_key_signs_and_is_admitted(void **state)
{
  (void)state;
  struct credential credential = derive(origin);
  struct public_key admitted;
  struct fault fault;
  assert_int_equal(public_key_admit(credential.key.public_key.bytes, &admitted, &fault), STATUS_OK);
  struct signature signature = signature_make(&credential.key, SPAN("a ballot"));
  assert_true(signature_holds(&signature, SPAN("a ballot"), &admitted));
}

static void a_wiped_credential_is_zero(void **state)
{
  (void)state;
  static const struct credential nothing;
  struct credential credential = derive(origin);
  credential_wipe(&credential);
  assert_memory_equal(&credential, &nothing, sizeof credential);
}

static void nothing_is_derived_at_a_place_that_is_none(void **state)
{
  (void)state;
  static const struct credential nothing;
  struct code code = the_code();
  struct credential credential = derive(origin);
  struct fault fault = {0};
  assert_int_equal(credential_derive(&code, SPAN("a/b"), &credential, &fault), STATUS_REFUSED);
  assert_string_equal(fault.what, "'a/b' has not three parts");
  assert_memory_equal(&credential, &nothing, sizeof credential);
}

/* --- origins --- */

static void origins_of_three_parts_are_accepted(void **state)
{
  (void)state;
  struct fault fault;
  assert_int_equal(credential_origin_check(span_of(origin), &fault), STATUS_OK);
  assert_int_equal(credential_origin_check(SPAN("a/b/c"), &fault), STATUS_OK);
  assert_int_equal(credential_origin_check(SPAN("!/~/,"), &fault), STATUS_OK);
}

static void origins_of_other_shapes_are_refused(void **state)
{
  (void)state;
  static const struct {
    struct span at;
    const char *what;
  } cases[] = {
      {SPAN_INIT(""), "'' has not three parts"},
      {SPAN_INIT("a"), "'a' has not three parts"},
      {SPAN_INIT("a/b"), "'a/b' has not three parts"},
      {SPAN_INIT("a/b/c/d"), "'a/b/c/d' has not three parts"},
      {SPAN_INIT("/b/c"), "'/b/c' has not three parts"},
      {SPAN_INIT("a//c"), "'a//c' has not three parts"},
      {SPAN_INIT("a/b/"), "'a/b/' has not three parts"},
      {SPAN_INIT("a/b/c/"), "'a/b/c/' has not three parts"},
      {SPAN_INIT("//"), "'//' has not three parts"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    origin_is_refused(cases[i].at, "credentials.origin", cases[i].what,
                      "host/campaign/scope, as in vote.example.fr/bpl-2027/faidherbe");
}

static void bytes_that_no_origin_has_are_told_by_their_place(void **state)
{
  (void)state;
  static const struct {
    struct span at;
    const char *where, *what;
  } cases[] = {
      {SPAN_INIT("a b/c/d"), "credentials.origin, byte 2", "the byte 0x20 stands here"},
      {SPAN_INIT("a/b/c+"), "credentials.origin, byte 6", "the byte 0x2b stands here"},
      {SPAN_INIT("\x1f/b/c"), "credentials.origin, byte 1", "the byte 0x1f stands here"},
      {SPAN_INIT("a/b/c\x7f"), "credentials.origin, byte 6", "the byte 0x7f stands here"},
      {SPAN_INIT("a/b\0/c"), "credentials.origin, byte 4", "the byte 0x00 stands here"},
      {SPAN_INIT("a/\xc3\xa9/c"), "credentials.origin, byte 3", "the byte 0xc3 stands here"},
      {SPAN_INIT("a/b/c\n"), "credentials.origin, byte 6", "the byte 0x0a stands here"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    origin_is_refused(cases[i].at, cases[i].where, cases[i].what,
                      "printable ASCII without space and '+'");
}

static void an_origin_has_at_most_255_bytes(void **state)
{
  (void)state;
  char text[CREDENTIAL_ORIGIN_MAX + 1];
  struct fault fault;
  memset(text, 'x', sizeof text);
  text[10] = text[20] = '/';
  struct span longest = {.bytes = text, .length = CREDENTIAL_ORIGIN_MAX};
  assert_int_equal(credential_origin_check(longest, &fault), STATUS_OK);
  longest.length++;
  origin_is_refused(longest, "credentials.origin", "it has 256 bytes", "at most 255 bytes");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_seed_and_key_are_those_of_other_programs),
      cmocka_unit_test(the_login_secret_is_that_of_other_programs),
      cmocka_unit_test(another_origin_gives_other_secrets),
      cmocka_unit_test(the_card_number_is_of_the_public_key),
      cmocka_unit_test(the_derived_key_signs_and_is_admitted),
      cmocka_unit_test(a_wiped_credential_is_zero),
      cmocka_unit_test(nothing_is_derived_at_a_place_that_is_none),
      cmocka_unit_test(origins_of_three_parts_are_accepted),
      cmocka_unit_test(origins_of_other_shapes_are_refused),
      cmocka_unit_test(bytes_that_no_origin_has_are_told_by_their_place),
      cmocka_unit_test(an_origin_has_at_most_255_bytes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
