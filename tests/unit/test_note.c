#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "ballots/note.h"
#include "base/base64.h"
#include "tests/unit/signers.h"

static struct fault fault;
static struct note note;

/* --- known answers --- */

/* The example of C2SP signed-note, and the note that Go's package sumdb/note is tested with. */
static const struct {
  const char *key, *note;
} known[] = {
    {"example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
     "This is an example message.\n"
     "\n"
     "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKu"
     "wHjG1Yu72IneyaQM=\n"},
    {"PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
     "If you think cryptography is the answer to your problem,\n"
     "then you don't know what your problem is.\n"
     "\n"
     "— PeterNeumann "
     "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6"
     "KE6RyyBwJnAM=\n"},
};

static void notes_of_others_are_verified(void **state)
{
  (void)state;
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    struct note_key key;
    assert_int_equal(note_key_read(span_of(known[i].key), &key, &fault), STATUS_OK);
    assert_int_equal(key.type, NOTE_KEY_SIGNER);
    assert_int_equal(note_read(span_of(known[i].note), &note, &fault), STATUS_OK);
    assert_int_equal(note.signature_count, 1);
    assert_int_equal(note_verify(&note, &key, &fault), STATUS_OK);
  }
}

/* --- verifier keys --- */

static void a_verifier_key_says_name_id_and_type(void **state)
{
  (void)state;
  struct note_key key;
  assert_int_equal(note_key_read(span_of(known[0].key), &key, &fault), STATUS_OK);
  assert_true(span_equal(key.name, SPAN("example.com/foo")));
  assert_int_equal(key.id, 0x530d903a);
}

static void verifier_keys_are_written_as_they_are_read(void **state)
{
  (void)state;
  struct signer witness = signer_make("witness.example/w1", NOTE_KEY_COSIGNER, 3);
  struct buffer text = {0};
  note_key_write(&witness.key, &text);
  struct note_key key;
  assert_int_equal(note_key_read(buffer_span(&text), &key, &fault), STATUS_OK);
  assert_int_equal(key.type, NOTE_KEY_COSIGNER);
  assert_int_equal(key.id, witness.key.id);
  assert_true(span_equal(key.name, witness.key.name));
  assert_memory_equal(&key.public_key, &witness.key.public_key, sizeof key.public_key);
  buffer_free(&text);

  assert_int_equal(note_key_read(span_of(known[1].key), &key, &fault), STATUS_OK);
  note_key_write(&key, &text);
  assert_true(span_equal(buffer_span(&text), span_of(known[1].key)));
  buffer_free(&text);
}

static void the_type_is_part_of_the_id(void **state)
{
  (void)state;
  struct signer signer = signer_make("a", NOTE_KEY_SIGNER, 1);
  struct signer cosigner = signer_make("a", NOTE_KEY_COSIGNER, 1);
  struct signer other = signer_make("b", NOTE_KEY_SIGNER, 1);
  assert_true(signer.key.id != cosigner.key.id);
  assert_true(signer.key.id != other.key.id);
}

static void other_verifier_keys_are_refused(void **state)
{
  (void)state;
  static const char *const texts[] = {
      "",
      "example.com/foo",
      "example.com/foo+530d903a",
      "example.com/foo+530d903a+",
      "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
      "example.com/fo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
      "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
      "example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
      "example.com/foo+530d903+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
      "example.com/foo+0530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
      "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k=",
      "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2",
      "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv",
      "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2kAAAA",
      "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k\n",
      " example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
      "example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
  };
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    struct note_key key = {.id = 77};
    if (note_key_read(span_of(texts[i]), &key, &fault) != STATUS_REFUSED)
      fail_msg("'%s' was read", texts[i]);
    assert_int_equal(key.id, 77);
  }
}

static void a_refused_verifier_key_says_why(void **state)
{
  (void)state;
  struct note_key key;
  assert_int_equal(
      note_key_read(SPAN("a+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"), &key, &fault),
      STATUS_REFUSED);
  assert_string_equal(fault.where, "verifier key");
  assert_non_null(strstr(fault.what, "530d903b is not the id of 'a+"));
  assert_non_null(strstr(fault.expected, ", from the name, the type and the key"));

  assert_int_equal(
      note_key_read(SPAN("a+530d903b+BukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"), &key, &fault),
      STATUS_REFUSED);
  assert_non_null(strstr(fault.what, "is a key of type 6"));
  assert_string_equal(fault.expected, "type 1 (Ed25519) or 4 (cosignature of a checkpoint)");

  assert_int_equal(note_key_read(SPAN("a+b"), &key, &fault), STATUS_REFUSED);
  assert_string_equal(fault.what, "'a+b' is no verifier key of Ed25519");
}

/* The identity, encoded canonically: its id would be right, the point is not admitted. */
static void a_verifier_key_of_no_point_of_prime_order_is_refused(void **state)
{
  (void)state;
  struct public_key identity = {.bytes = {1}};
  struct note_key key;
  assert_int_equal(note_key_make(SPAN("a"), NOTE_KEY_SIGNER, &identity, &key, &fault), STATUS_OK);
  struct buffer text = {0};
  note_key_write(&key, &text);
  assert_int_equal(note_key_read(buffer_span(&text), &key, &fault), STATUS_REFUSED);
  assert_string_equal(fault.where, "public key");
  buffer_free(&text);
}

static void names_of_keys_are_printable_ascii_without_space_or_plus(void **state)
{
  (void)state;
  char name[NOTE_NAME_MAX + 1];
  memset(name, 'n', sizeof name);
  assert_true(note_is_key_name((struct span){.bytes = name, .length = NOTE_NAME_MAX}));
  assert_false(note_is_key_name((struct span){.bytes = name, .length = NOTE_NAME_MAX + 1}));
  assert_false(note_is_key_name(SPAN("")));
  unsigned allowed = 0;
  for (unsigned byte = 0; byte < 256; byte++) {
    name[1] = (char)byte;
    allowed += note_is_key_name((struct span){.bytes = name, .length = 3});
  }
  assert_int_equal(allowed, 94 - 1);
  struct note_key key;
  struct public_key any = {.bytes = {1}};
  assert_int_equal(note_key_make(SPAN("a b"), NOTE_KEY_SIGNER, &any, &key, &fault), STATUS_REFUSED);
  assert_string_equal(fault.what, "'a b' is no name of a key");
}

/* --- reading notes --- */

#define SIG "AQIDBAU=" /* key id 01020304, one byte of signature */

static void a_note_is_text_and_signatures(void **state)
{
  (void)state;
  assert_int_equal(note_read(SPAN("one\n\ntwo\n\n— a " SIG "\n— b/c " SIG "\n"), &note, &fault),
                   STATUS_OK);
  assert_true(span_equal(note.text, SPAN("one\n\ntwo\n")));
  assert_int_equal(note.signature_count, 2);
  assert_true(span_equal(note.signatures[1].name, SPAN("b/c")));
  assert_int_equal(note.signatures[1].key_id, 0x01020304);
  uint8_t byte = 0;
  assert_true(note_signature_bytes(&note.signatures[1], &byte, 1));
  assert_int_equal(byte, 5);
  uint8_t bytes[2];
  assert_false(note_signature_bytes(&note.signatures[1], bytes, 2));
}

static void what_looks_like_a_signature_in_the_text_is_text(void **state)
{
  (void)state;
  assert_int_equal(note_read(SPAN("one\n\n— a " SIG "\n\n— b " SIG "\n"), &note, &fault),
                   STATUS_OK);
  assert_true(span_equal(note.text, SPAN("one\n\n— a " SIG "\n")));
  assert_int_equal(note.signature_count, 1);
}

/* The text may be empty lines; the last empty one is not part of it. */
static void empty_lines_belong_to_the_text(void **state)
{
  (void)state;
  assert_int_equal(note_read(SPAN("\n\n— a " SIG "\n"), &note, &fault), STATUS_OK);
  assert_true(span_equal(note.text, SPAN("\n")));
  assert_int_equal(note_read(SPAN("a\n\n\n— a " SIG "\n"), &note, &fault), STATUS_OK);
  assert_true(span_equal(note.text, SPAN("a\n\n")));
}

static void other_notes_are_refused(void **state)
{
  (void)state;
  static const struct {
    struct span bytes;
    const char *where, *what;
  } cases[] = {
      {SPAN_INIT(""), "", "these 0 bytes are no signed note"},
      {SPAN_INIT("\n"), "", "these 1 bytes are no signed note"},
      {SPAN_INIT("\n\n"), "", "these 2 bytes are no signed note"},
      {SPAN_INIT("text\n"), "", "these 5 bytes are no signed note"},
      {SPAN_INIT("text\n\n"), "", "these 6 bytes are no signed note"},
      {SPAN_INIT("\n— a " SIG "\n"), "", "these 16 bytes are no signed note"},
      {SPAN_INIT("t\n— a " SIG "\n"), "", "these 17 bytes are no signed note"},
      {SPAN_INIT("t\n\n— a " SIG), "", "these 17 bytes are no signed note"},
      {SPAN_INIT("t\n\n— a " SIG "\n\n"), "", "these 19 bytes are no signed note"},
      {SPAN_INIT("t\n\n- a " SIG "\n"), "line 3", "this is no signature: '- a " SIG "'"},
      {SPAN_INIT("t\n\n—a " SIG "\n"), "line 3", "this is no signature: '—a " SIG "'"},
      {SPAN_INIT("t\n\n — a " SIG "\n"), "line 3", "this is no signature: ' — a " SIG "'"},
      {SPAN_INIT("t\n\n— a " SIG "\nx\n"), "line 4", "this is no signature: 'x'"},
      {SPAN_INIT("1\n2\n\n— a " SIG "\nx\n"), "line 5", "this is no signature: 'x'"},
      {SPAN_INIT("t\n\n—  " SIG "\n"), "line 3", "this names no key: '—  " SIG "'"},
      {SPAN_INIT("t\n\n— " SIG "\n"), "line 3", "this names no key: '— " SIG "'"},
      {SPAN_INIT("t\n\n— a+b " SIG "\n"), "line 3", "this names no key: '— a+b " SIG "'"},
      {SPAN_INIT("t\n\n— a\xc2\xa0z " SIG "\n"), "line 3",
       "this names no key: '— a\xc2\xa0z " SIG "'"},
      {SPAN_INIT("t\n\n— a\xe3\x80\x80z " SIG "\n"), "line 3",
       "this names no key: '— a\xe3\x80\x80z " SIG "'"},
      {SPAN_INIT("t\n\n— a \n"), "line 3", "this is no signature: ''"},
      {SPAN_INIT("t\n\n— a b " SIG "\n"), "line 3", "this is no signature: 'b " SIG "'"},
      {SPAN_INIT("t\n\n— a AQIDBA==\n"), "line 3", "this is no signature: 'AQIDBA=='"},
      {SPAN_INIT("t\n\n— a AQIDBAU\n"), "line 3", "this is no signature: 'AQIDBAU'"},
      {SPAN_INIT("t\n\n— a AQIDBAV=\n"), "line 3", "this is no signature: 'AQIDBAV='"},
      {SPAN_INIT("t\n\n— a " SIG " \n"), "line 3", "this is no signature: '" SIG " '"},
      {SPAN_INIT("t\n\n— a " SIG "\n— b " SIG "\n— a " SIG "\n"), "line 5",
       "a second signature of: 'a'"},
      {SPAN_INIT("t\r\n\n— a " SIG "\n"), "line 1", "the byte 0x0d stands here"},
      {SPAN_INIT("t\n\n— a " SIG "\r\n"), "line 3", "the byte 0x0d stands here"},
      {SPAN_INIT("t\n\t\n\n— a " SIG "\n"), "line 2", "the byte 0x09 stands here"},
      {SPAN_INIT("\0\n\n— a " SIG "\n"), "line 1", "the byte 0x00 stands here"},
      {SPAN_INIT("\xff\n\n— a " SIG "\n"), "", "a note that is not UTF-8"},
      {SPAN_INIT("\xed\xa0\x80\n\n— a " SIG "\n"), "", "a note that is not UTF-8"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    if (note_read(cases[i].bytes, &note, &fault) != STATUS_REFUSED)
      fail_msg("case %zu was read", i);
    assert_string_equal(fault.where, cases[i].where);
    assert_string_equal(fault.what, cases[i].what);
    assert_true(fault.expected[0] != '\0');
  }
}

static void all_unicode_spaces_end_no_name(void **state)
{
  (void)state;
  static const char *const spaces[] = {
      "\xc2\x85",     "\xc2\xa0",     "\xe1\x9a\x80", "\xe2\x80\x80", "\xe2\x80\x8a",
      "\xe2\x80\xa8", "\xe2\x80\xa9", "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80",
  };
  static const char *const letters[] = {"\xc2\x84",     "\xc2\xa1",     "\xe2\x80\x8b",
                                        "\xe2\x80\x90", "\xe3\x80\x81", "\x7f"};
  char text[64];
  for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++) {
    snprintf(text, sizeof text, "t\n\n— a%s " SIG "\n", spaces[i]);
    assert_int_equal(note_read(span_of(text), &note, &fault), STATUS_REFUSED);
  }
  for (size_t i = 0; i < sizeof letters / sizeof *letters; i++) {
    snprintf(text, sizeof text, "t\n\n— a%s " SIG "\n", letters[i]);
    assert_int_equal(note_read(span_of(text), &note, &fault), STATUS_OK);
  }
}

static void names_of_one_key_may_have_different_ids(void **state)
{
  (void)state;
  assert_int_equal(note_read(SPAN("t\n\n— a " SIG "\n— a BQIDBAU=\n"), &note, &fault), STATUS_OK);
  assert_int_equal(note.signature_count, 2);
}

/* Lines as long as those of post-quantum keys, whole and with one character spoilt. */
static void signatures_of_any_length_are_read(void **state)
{
  (void)state;
  for (size_t length = 5; length < 400; length++) {
    struct buffer text = {0};
    uint8_t bytes[400];
    char encoded[600];
    memset(bytes, 0xa5, sizeof bytes);
    base64_write(bytes, length, encoded);
    buffer_format(&text, "t\n\n— a %.*s\n", (int)base64_text_length(length), encoded);
    assert_int_equal(note_read(buffer_span(&text), &note, &fault), STATUS_OK);
    assert_int_equal(note.signatures[0].key_id, 0xa5a5a5a5);
    size_t first = text.length - 1 - base64_text_length(length);
    for (size_t at = first; at < text.length - 1; at += 1 + length / 9) {
      char kept = text.bytes[at];
      text.bytes[at] = at + 5 < text.length ? '=' : '!';
      assert_int_equal(note_read(buffer_span(&text), &note, &fault), STATUS_REFUSED);
      text.bytes[at] = kept;
    }
    buffer_free(&text);
  }
}

/* Base64 may be padded at its end only, however long it is: here after so many characters. */
static void padding_ends_a_signature(void **state)
{
  (void)state;
  for (size_t length = 8; length <= 600; length += 4) {
    struct buffer text = {0};
    buffer_add(&text, SPAN("t\n\n— a "));
    for (size_t i = 1; i < length; i++)
      buffer_add_byte(&text, 'A');
    buffer_add(&text, SPAN("=\n"));
    assert_int_equal(note_read(buffer_span(&text), &note, &fault), STATUS_OK);
    text.length--;
    buffer_add(&text, SPAN("AAAA\n"));
    assert_int_equal(note_read(buffer_span(&text), &note, &fault), STATUS_REFUSED);
    buffer_free(&text);
  }
}

static void build(struct buffer *text, size_t signatures, size_t length)
{
  buffer_add(text, SPAN("t"));
  for (size_t i = 0; i < length; i++)
    buffer_add_byte(text, 'x');
  buffer_add(text, SPAN("\n\n"));
  for (size_t i = 0; i < signatures; i++)
    buffer_format(text, "— k%zu " SIG "\n", i);
}

static void at_most_thirty_two_signatures(void **state)
{
  (void)state;
  struct buffer text = {0};
  build(&text, NOTE_SIGNATURES_MAX, 0);
  assert_int_equal(note_read(buffer_span(&text), &note, &fault), STATUS_OK);
  assert_int_equal(note.signature_count, NOTE_SIGNATURES_MAX);
  buffer_free(&text);
  build(&text, NOTE_SIGNATURES_MAX + 1, 0);
  assert_int_equal(note_read(buffer_span(&text), &note, &fault), STATUS_REFUSED);
  assert_string_equal(fault.where, "line 35");
  assert_string_equal(fault.what, "one signature too many: '— k32 " SIG "'");
  buffer_free(&text);
}

static void at_most_so_many_bytes(void **state)
{
  (void)state;
  struct buffer text = {0};
  build(&text, 1, 0);
  size_t rest = NOTE_MAX - text.length;
  buffer_free(&text);
  build(&text, 1, rest);
  assert_int_equal(note_read(buffer_span(&text), &note, &fault), STATUS_OK);
  buffer_free(&text);
  build(&text, 1, rest + 1);
  assert_int_equal(note_read(buffer_span(&text), &note, &fault), STATUS_REFUSED);
  assert_string_equal(fault.what, "131073 bytes are too long for a note");
  buffer_free(&text);
}

/* --- signing and verifying --- */

static void what_is_signed_is_read_verified_and_written_again(void **state)
{
  (void)state;
  struct signer signer = signer_make("vote.example/a", NOTE_KEY_SIGNER, 1);
  struct buffer signed_note = {0}, again = {0};
  assert_int_equal(
      note_sign(SPAN("one\n\nthree é\n"), &signer.key, &signer.signing_key, &signed_note, &fault),
      STATUS_OK);
  assert_int_equal(note_read(buffer_span(&signed_note), &note, &fault), STATUS_OK);
  assert_true(span_equal(note.text, SPAN("one\n\nthree é\n")));
  assert_int_equal(note_verify(&note, &signer.key, &fault), STATUS_OK);
  note_write(&note, &again);
  assert_true(span_equal(buffer_span(&again), buffer_span(&signed_note)));
  buffer_free(&signed_note);
  buffer_free(&again);
}

static void a_text_that_is_none_is_not_signed(void **state)
{
  (void)state;
  static const struct {
    struct span text;
    const char *what;
  } cases[] = {
      {SPAN_INIT(""), "the text of a note does not end with a line break"},
      {SPAN_INIT("text"), "the text of a note does not end with a line break"},
      {SPAN_INIT("te\txt\n"), "the byte 0x09 stands here"},
      {SPAN_INIT("\xff\n"), "a note that is not UTF-8"},
  };
  struct signer signer = signer_make("a", NOTE_KEY_SIGNER, 1);
  struct buffer buffer = {0};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    assert_int_equal(note_sign(cases[i].text, &signer.key, &signer.signing_key, &buffer, &fault),
                     STATUS_REFUSED);
    assert_string_equal(fault.what, cases[i].what);
    assert_int_equal(buffer.length, 0);
  }
}

/* The longest text that is signed makes a note that is read. */
static void a_signed_note_is_never_too_long(void **state)
{
  (void)state;
  char name[NOTE_NAME_MAX + 1] = {0};
  memset(name, 'n', NOTE_NAME_MAX);
  struct signer signer = signer_make(name, NOTE_KEY_SIGNER, 1);
  char *text = malloc(NOTE_MAX);
  assert_non_null(text);
  size_t length = NOTE_MAX - 600;
  enum status status = STATUS_OK;
  for (; status == STATUS_OK; length++) {
    memset(text, 'x', length);
    text[length - 1] = '\n';
    struct buffer buffer = {0};
    status = note_sign((struct span){.bytes = text, .length = length}, &signer.key,
                       &signer.signing_key, &buffer, &fault);
    if (status == STATUS_OK && length % 16 == 0)
      assert_int_equal(note_read(buffer_span(&buffer), &note, &fault), STATUS_OK);
    buffer_free(&buffer);
  }
  assert_in_range(length, NOTE_MAX - 599, NOTE_MAX);
  free(text);
}

static void no_byte_of_a_signed_note_can_change(void **state)
{
  (void)state;
  struct note_key key;
  assert_int_equal(note_key_read(span_of(known[0].key), &key, &fault), STATUS_OK);
  char bytes[256];
  size_t length = strlen(known[0].note);
  memcpy(bytes, known[0].note, length);
  for (size_t i = 0; i < length; i++)
    for (unsigned bit = 0; bit < 8; bit++) {
      bytes[i] = (char)(bytes[i] ^ (1 << bit));
      struct span altered = {.bytes = bytes, .length = length};
      if (note_read(altered, &note, &fault) == STATUS_OK &&
          note_verify(&note, &key, &fault) != STATUS_REFUSED)
        fail_msg("bit %u of byte %zu could change", bit, i);
      bytes[i] = (char)(bytes[i] ^ (1 << bit));
    }
}

static void lines_of_other_keys_change_nothing(void **state)
{
  (void)state;
  struct signer board = signer_make("board", NOTE_KEY_SIGNER, 1);
  struct signer same_name = signer_make("board", NOTE_KEY_SIGNER, 2);
  struct buffer bytes = {0};
  const struct span text = SPAN_INIT("text\n");
  uint8_t rubbish[SIGNATURE_BYTES] = {0};
  buffer_add(&bytes, SPAN("text\n\n— unknown " SIG "\n"));
  note_add_signature(&same_name.key, rubbish, sizeof rubbish, &bytes);
  struct signature signature = signature_make(&board.signing_key, text);
  note_add_signature(&board.key, signature.bytes, sizeof signature.bytes, &bytes);
  assert_int_equal(note_read(buffer_span(&bytes), &note, &fault), STATUS_OK);
  assert_int_equal(note_verify(&note, &board.key, &fault), STATUS_OK);
  assert_int_equal(note_verify(&note, &same_name.key, &fault), STATUS_REFUSED);
  assert_string_equal(fault.where, "signatures");
  assert_string_equal(fault.what, "that of 'board' does not hold");
  buffer_free(&bytes);
}

static void a_note_without_the_key_is_refused(void **state)
{
  (void)state;
  struct signer other = signer_make("example.com/foo", NOTE_KEY_SIGNER, 9);
  assert_int_equal(note_read(span_of(known[0].note), &note, &fault), STATUS_OK);
  assert_null(note_find(&note, &other.key));
  assert_int_equal(note_verify(&note, &other.key, &fault), STATUS_REFUSED);
  assert_non_null(strstr(fault.what, "'example.com/foo' with key id "));
  assert_non_null(strstr(fault.what, " has not signed"));
}

static void a_signature_of_another_length_does_not_hold(void **state)
{
  (void)state;
  struct signer board = signer_make("board", NOTE_KEY_SIGNER, 1);
  struct signature signature = signature_make(&board.signing_key, SPAN("text\n"));
  uint8_t longer[SIGNATURE_BYTES + 8] = {0};
  memcpy(longer, signature.bytes, SIGNATURE_BYTES);
  static const size_t lengths[] = {1, 63, 65, 72};
  for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
    struct buffer bytes = {0};
    buffer_add(&bytes, SPAN("text\n\n"));
    note_add_signature(&board.key, longer, lengths[i], &bytes);
    assert_int_equal(note_read(buffer_span(&bytes), &note, &fault), STATUS_OK);
    assert_int_equal(note_verify(&note, &board.key, &fault), STATUS_REFUSED);
    buffer_free(&bytes);
  }
}

static int start(void **state)
{
  (void)state;
  return sodium_init() < 0;
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(notes_of_others_are_verified),
      cmocka_unit_test(a_verifier_key_says_name_id_and_type),
      cmocka_unit_test(verifier_keys_are_written_as_they_are_read),
      cmocka_unit_test(the_type_is_part_of_the_id),
      cmocka_unit_test(other_verifier_keys_are_refused),
      cmocka_unit_test(a_refused_verifier_key_says_why),
      cmocka_unit_test(a_verifier_key_of_no_point_of_prime_order_is_refused),
      cmocka_unit_test(names_of_keys_are_printable_ascii_without_space_or_plus),
      cmocka_unit_test(a_note_is_text_and_signatures),
      cmocka_unit_test(what_looks_like_a_signature_in_the_text_is_text),
      cmocka_unit_test(empty_lines_belong_to_the_text),
      cmocka_unit_test(other_notes_are_refused),
      cmocka_unit_test(all_unicode_spaces_end_no_name),
      cmocka_unit_test(names_of_one_key_may_have_different_ids),
      cmocka_unit_test(signatures_of_any_length_are_read),
      cmocka_unit_test(padding_ends_a_signature),
      cmocka_unit_test(at_most_thirty_two_signatures),
      cmocka_unit_test(at_most_so_many_bytes),
      cmocka_unit_test(what_is_signed_is_read_verified_and_written_again),
      cmocka_unit_test(a_text_that_is_none_is_not_signed),
      cmocka_unit_test(a_signed_note_is_never_too_long),
      cmocka_unit_test(no_byte_of_a_signed_note_can_change),
      cmocka_unit_test(lines_of_other_keys_change_nothing),
      cmocka_unit_test(a_note_without_the_key_is_refused),
      cmocka_unit_test(a_signature_of_another_length_does_not_hold),
  };
  return cmocka_run_group_tests_name("note", tests, start, NULL);
}
