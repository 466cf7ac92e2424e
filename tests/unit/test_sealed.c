#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "keys/guard.h"
#include "keys/officer.h"
#include "keys/sealed.h"

static const struct span passphrase = SPAN_INIT("correct horse battery");
static const struct sealed_cost cheap = {.memory = SEALED_MEMORY_MIN, .operations = 1};

static struct buffer seal(struct span secret)
{
  struct buffer file = {0};
  struct fault fault;
  assert_int_equal(sealed_write("cards", SPAN("a town"), secret, passphrase, &cheap, &file, &fault),
                   STATUS_OK);
  return file;
}

static void refuses(struct span file, const char *purpose, struct span given, const char *where,
                    const char *what)
{
  struct sealed sealed;
  struct fault fault;
  assert_int_equal(sealed_read(file, purpose, given, &sealed, &fault), STATUS_REFUSED);
  assert_null(sealed.secret);
  assert_string_equal(fault.where, where);
  assert_string_equal(fault.what, what);
}

static const char no_opening[] =
    "it does not open: the passphrase is wrong, or the file was altered";

/* The file with `old`, which must be there, replaced by `new`. */
static struct buffer altered(const struct buffer *file, const char *old, const char *new)
{
  struct buffer copy = {0};
  size_t length = strlen(old);
  for (size_t i = 0; i + length <= file->length; i++) {
    if (memcmp(file->bytes + i, old, length) != 0)
      continue;
    buffer_add(&copy, (struct span){file->bytes, i});
    buffer_add(&copy, span_of(new));
    buffer_add(&copy, (struct span){file->bytes + i + length, file->length - i - length});
    return copy;
  }
  fail_msg("'%s' is not there", old);
  return copy;
}

static void refuses_altered(const char *old, const char *new, const char *where, const char *what)
{
  struct buffer file = seal(SPAN("a secret"));
  struct buffer other = altered(&file, old, new);
  refuses(buffer_span(&other), "cards", passphrase, where, what);
  buffer_free(&other);
  buffer_free(&file);
}

static void what_is_sealed_is_opened(void **state)
{
  (void)state;
  static const struct span secrets[] = {SPAN_INIT(""), SPAN_INIT("a secret"), SPAN_INIT("\0\xff")};
  for (size_t i = 0; i < 3; i++) {
    struct buffer file = seal(secrets[i]);
    struct sealed sealed;
    struct fault fault;
    assert_int_equal(sealed_read(buffer_span(&file), "cards", passphrase, &sealed, &fault),
                     STATUS_OK);
    assert_true(span_equal((struct span){sealed.secret, sealed.length}, secrets[i]));
    assert_true(span_equal(buffer_span(&sealed.about), SPAN("a town")));
    sealed_free(&sealed);
    buffer_free(&file);
  }
}

static void no_two_files_are_alike(void **state)
{
  (void)state;
  struct buffer a = seal(SPAN("a secret")), b = seal(SPAN("a secret"));
  assert_false(span_equal(buffer_span(&a), buffer_span(&b)));
  buffer_free(&a);
  buffer_free(&b);
}

static void the_public_part_needs_no_passphrase(void **state)
{
  (void)state;
  struct buffer file = seal(SPAN("a secret")), about = {0};
  struct fault fault;
  assert_int_equal(sealed_read_about(buffer_span(&file), "cards", &about, &fault), STATUS_OK);
  assert_true(span_equal(buffer_span(&about), SPAN("a town")));
  buffer_free(&about);
  buffer_free(&file);
}

static void a_wrong_passphrase_is_refused(void **state)
{
  (void)state;
  struct buffer file = seal(SPAN("a secret"));
  refuses(buffer_span(&file), "cards", SPAN("correct horse batterx"), "cipher", no_opening);
  refuses(buffer_span(&file), "cards", SPAN(""), "cipher", no_opening);
  buffer_free(&file);
}

static void another_purpose_is_refused(void **state)
{
  (void)state;
  struct buffer file = seal(SPAN("a secret"));
  refuses(buffer_span(&file), "officer-key", passphrase, "purpose",
          "'cards' is another kind of file");
  buffer_free(&file);
}

static void the_public_part_is_authenticated(void **state)
{
  (void)state;
  refuses_altered("a town", "a city", "cipher", no_opening);
  refuses_altered("\"operations\":1", "\"operations\":2", "cipher", no_opening);
}

static void silly_costs_are_refused_before_they_are_paid(void **state)
{
  (void)state;
  static const char out[] = "it is out of bounds";
  refuses_altered("\"memory\":8388608", "\"memory\":8388607", "kdf.memory", out);
  refuses_altered("\"memory\":8388608", "\"memory\":1073741825", "kdf.memory", out);
  refuses_altered("\"memory\":8388608", "\"memory\":-1", "kdf.memory", out);
  refuses_altered("\"memory\":8388608", "\"memory\":\"8\"", "kdf.memory", out);
  refuses_altered("\"operations\":1", "\"operations\":0", "kdf.operations", out);
  refuses_altered("\"operations\":1", "\"operations\":17", "kdf.operations", out);
}

static void what_is_not_of_this_format_is_refused(void **state)
{
  (void)state;
  refuses_altered("beffroi-keys/1", "beffroi-keys/2", "format", "it is no file of beffroi-keys");
  refuses_altered("argon2id13", "argon2i13", "kdf.algorithm", "it is not known");
  refuses_altered("\"salt\":\"", "\"salt\":\"AAAA", "kdf.salt", "it is no salt");
  refuses_altered("\"nonce\":\"", "\"nonce\":\"AAAA", "nonce", "it is no nonce");
  refuses_altered("\"purpose\"", "\"purpose2\"", "purpose", "'' is another kind of file");
  refuses(SPAN("[]"), "cards", passphrase, "format", "it is no file of beffroi-keys");
}

/* Every byte of the file counts. */
static void each_altered_byte_is_noticed(void **state)
{
  (void)state;
  struct buffer file = seal(SPAN("a secret"));
  for (size_t i = 0; i < file.length; i++) {
    struct sealed sealed;
    struct fault fault;
    file.bytes[i] ^= 1;
    assert_int_equal(sealed_read(buffer_span(&file), "cards", passphrase, &sealed, &fault),
                     STATUS_REFUSED);
    file.bytes[i] ^= 1;
  }
  buffer_free(&file);
}

static void an_officers_key_is_made_and_read(void **state)
{
  (void)state;
  struct buffer file = {0};
  struct fault fault;
  struct public_key made, claimed;
  struct signing_key *key = NULL;
  assert_int_equal(officer_make(passphrase, &cheap, &made, &file, &fault), STATUS_OK);
  assert_int_equal(officer_read_public(buffer_span(&file), &claimed, &fault), STATUS_OK);
  assert_int_equal(officer_read(buffer_span(&file), passphrase, &key, &fault), STATUS_OK);
  assert_memory_equal(made.bytes, claimed.bytes, PUBLIC_KEY_BYTES);
  assert_memory_equal(made.bytes, key->public_key.bytes, PUBLIC_KEY_BYTES);
  struct signature signature = signature_make(key, SPAN("text"));
  assert_true(signature_holds(&signature, SPAN("text"), &made));
  officer_free(key);
  buffer_free(&file);
}

/* A file that was sealed as an officer's and holds no key, or another's. */
static void what_holds_no_key_is_refused(void **state)
{
  (void)state;
  static const struct {
    struct span about, secret;
    const char *where;
  } cases[] = {
      {SPAN_INIT("no key"), SPAN_INIT("0123456789abcdef0123456789abcdef"), "about"},
      {SPAN_INIT("11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="),
       SPAN_INIT("0123456789abcdef0123456789abcdef"), "about"},
      {SPAN_INIT("11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="), SPAN_INIT("short"), "cipher"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct buffer file = {0};
    struct fault fault;
    struct signing_key *key = NULL;
    assert_int_equal(sealed_write("officer-key", cases[i].about, cases[i].secret, passphrase,
                                  &cheap, &file, &fault),
                     STATUS_OK);
    assert_int_equal(officer_read(buffer_span(&file), passphrase, &key, &fault), STATUS_REFUSED);
    assert_null(key);
    if (i > 0)
      assert_string_equal(fault.where, cases[i].where);
    buffer_free(&file);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_is_sealed_is_opened),
      cmocka_unit_test(no_two_files_are_alike),
      cmocka_unit_test(the_public_part_needs_no_passphrase),
      cmocka_unit_test(a_wrong_passphrase_is_refused),
      cmocka_unit_test(another_purpose_is_refused),
      cmocka_unit_test(the_public_part_is_authenticated),
      cmocka_unit_test(silly_costs_are_refused_before_they_are_paid),
      cmocka_unit_test(what_is_not_of_this_format_is_refused),
      cmocka_unit_test(each_altered_byte_is_noticed),
      cmocka_unit_test(an_officers_key_is_made_and_read),
      cmocka_unit_test(what_holds_no_key_is_refused),
  };
  struct fault fault;
  if (guard_begin(&fault) != STATUS_OK)
    return 1;
  return cmocka_run_group_tests_name("sealed", tests, NULL, NULL);
}
