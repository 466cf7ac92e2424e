#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "ballots/checkpoint.h"
#include "tests/unit/signers.h"

#define ORIGIN     "vote.example/faidherbe/projets"
#define EMPTY_ROOT "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
#define ROOT       "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
#define SIG        "AQIDBAU="

static struct fault fault;
static struct checkpoint checkpoint;
static struct signer board, witness, second_witness;
static struct merkle_head head = {.size = 12345};

static int start(void **state)
{
  (void)state;
  if (sodium_init() < 0)
    return -1;
  for (uint8_t i = 0; i < DIGEST_BYTES; i++)
    head.root.bytes[i] = i;
  board = signer_make(ORIGIN, NOTE_KEY_SIGNER, 1);
  witness = signer_make("witness.example/w1", NOTE_KEY_COSIGNER, 2);
  second_witness = signer_make("witness.example/w2", NOTE_KEY_COSIGNER, 3);
  return 0;
}

static struct buffer sign_head(void)
{
  struct buffer bytes = {0};
  checkpoint_sign(&head, &board.key, &board.signing_key, &bytes);
  assert_false(bytes.failed);
  return bytes;
}

static void read_again(const struct buffer *bytes)
{
  assert_int_equal(checkpoint_read(buffer_span(bytes), &checkpoint, &fault), STATUS_OK);
}

static const struct span signed_text = SPAN_INIT(ORIGIN "\n12345\n" ROOT "\n");

/* --- signing, reading, verifying --- */

/* The example of C2SP tlog-checkpoint and tlog-cosignature. Its keys are not published. */
static void the_example_of_the_specification_is_read(void **state)
{
  (void)state;
  const struct span text = SPAN(
      "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
      "\n"
      "\xe2\x80\x94 example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4UR"
      "YN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
      "\xe2\x80\x94 witness.example.com/w1 "
      "jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9"
      "dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n");
  char root[DIGEST_TEXT];
  assert_int_equal(checkpoint_read(text, &checkpoint, &fault), STATUS_OK);
  assert_true(span_equal(checkpoint.origin, SPAN("example.com/behind-the-sofa")));
  assert_int_equal(checkpoint.head.size, 20852163);
  digest_write(&checkpoint.head.root, root);
  assert_string_equal(root, "0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62");
  assert_int_equal(checkpoint.note.signature_count, 2);
  assert_int_equal(checkpoint_verify(&checkpoint, &board.key, &fault), STATUS_REFUSED);
}

static void a_checkpoint_is_three_lines_and_the_boards_signature(void **state)
{
  (void)state;
  struct buffer bytes = sign_head();
  read_again(&bytes);
  assert_true(span_equal(checkpoint.note.text, signed_text));
  assert_true(span_equal(checkpoint.origin, SPAN(ORIGIN)));
  assert_int_equal(checkpoint.head.size, 12345);
  assert_memory_equal(&checkpoint.head.root, &head.root, DIGEST_BYTES);
  assert_int_equal(checkpoint.note.signature_count, 1);
  assert_int_equal(checkpoint_verify(&checkpoint, &board.key, &fault), STATUS_OK);
  buffer_free(&bytes);
}

static void the_same_head_is_signed_with_the_same_bytes(void **state)
{
  (void)state;
  struct buffer a = sign_head(), b = sign_head();
  assert_true(span_equal(buffer_span(&a), buffer_span(&b)));
  buffer_free(&a);
  buffer_free(&b);
}

static void the_largest_origin_and_size_are_read_again(void **state)
{
  (void)state;
  char name[NOTE_NAME_MAX + 1] = {0};
  memset(name, 'o', NOTE_NAME_MAX);
  struct signer signer = signer_make(name, NOTE_KEY_SIGNER, 1);
  struct merkle_head largest = {.size = MERKLE_SIZE_MAX};
  struct buffer bytes = {0};
  checkpoint_sign(&largest, &signer.key, &signer.signing_key, &bytes);
  read_again(&bytes);
  size_t text = checkpoint.note.text.length;
  signer_cosign(&witness, (struct span){.bytes = bytes.bytes, .length = text}, INT64_MAX, &bytes);
  read_again(&bytes);
  assert_int_equal(checkpoint.head.size, INT64_MAX);
  assert_int_equal(checkpoint_verify(&checkpoint, &signer.key, &fault), STATUS_OK);
  struct cosignature cosignature;
  assert_int_equal(checkpoint_cosigned(&checkpoint, &witness.key, &cosignature, &fault), STATUS_OK);
  assert_true(cosignature.present);
  assert_int_equal(cosignature.time, INT64_MAX);
  buffer_free(&bytes);
}

static void the_empty_tree_has_a_checkpoint(void **state)
{
  (void)state;
  static const struct merkle_frontier none;
  struct merkle_head empty = {.size = 0, .root = merkle_root(&none)};
  struct buffer bytes = {0};
  checkpoint_sign(&empty, &board.key, &board.signing_key, &bytes);
  read_again(&bytes);
  assert_true(span_equal(checkpoint.note.text, SPAN(ORIGIN "\n0\n" EMPTY_ROOT "\n")));
  buffer_free(&bytes);
}

static void other_checkpoints_are_refused(void **state)
{
  (void)state;
#define NOTE(text) SPAN_INIT(text "\n\n— a " SIG "\n")
  static const struct {
    struct span bytes;
    const char *where, *what;
  } cases[] = {
      {NOTE("o"), "", "a checkpoint of 1 lines"},
      {NOTE("o\n5"), "", "a checkpoint of 2 lines"},
      {NOTE("o\n5\n" ROOT "\nmore"), "line 4",
       "the checkpoint has more than origin, size and root"},
      {NOTE("o\n5\n" ROOT "\n"), "line 4", "the checkpoint has more than origin, size and root"},
      {NOTE("\n5\n" ROOT), "line 1", "'' is no origin of a board"},
      {NOTE("a b\n5\n" ROOT), "line 1", "'a b' is no origin of a board"},
      {NOTE("a+b\n5\n" ROOT), "line 1", "'a+b' is no origin of a board"},
      {NOTE("é\n5\n" ROOT), "line 1", "'é' is no origin of a board"},
      {NOTE("o\n\n" ROOT), "line 2", "'' is no size of a tree"},
      {NOTE("o\n05\n" ROOT), "line 2", "'05' is no size of a tree"},
      {NOTE("o\n-5\n" ROOT), "line 2", "'-5' is no size of a tree"},
      {NOTE("o\n+5\n" ROOT), "line 2", "'+5' is no size of a tree"},
      {NOTE("o\n5 \n" ROOT), "line 2", "'5 ' is no size of a tree"},
      {NOTE("o\n0x5\n" ROOT), "line 2", "'0x5' is no size of a tree"},
      {NOTE("o\n9223372036854775808\n" ROOT), "line 2",
       "'9223372036854775808' is no size of a tree"},
      {NOTE("o\n5\nAAAA"), "line 3", "'AAAA' is no root of a tree"},
      {NOTE("o\n5\nAA" ROOT), "line 3", "'AA" ROOT "' is no root of a tree"},
      {NOTE("o\n5\n" ROOT "AAAA"), "line 3", "'" ROOT "AAAA' is no root of a tree"},
      {NOTE("o\n5\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9="), "line 3",
       "'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9=' is no root of a tree"},
      {NOTE("o\n0\n" ROOT), "line 3", "'" ROOT "' is not the root of the empty tree"},
      {SPAN_INIT("o\n5\n" ROOT "\n"), "", "these 49 bytes are no signed note"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    if (checkpoint_read(cases[i].bytes, &checkpoint, &fault) != STATUS_REFUSED)
      fail_msg("case %zu was read", i);
    assert_string_equal(fault.where, cases[i].where);
    assert_string_equal(fault.what, cases[i].what);
    assert_true(fault.expected[0] != '\0');
  }
}

static void another_boards_checkpoint_is_refused(void **state)
{
  (void)state;
  struct signer other = signer_make("vote.example/other", NOTE_KEY_SIGNER, 1);
  struct buffer bytes = sign_head();
  read_again(&bytes);
  assert_int_equal(checkpoint_verify(&checkpoint, &other.key, &fault), STATUS_REFUSED);
  assert_string_equal(fault.where, "origin");
  assert_string_equal(fault.what, "'" ORIGIN "' is another board");
  assert_string_equal(fault.expected, "vote.example/other");
  buffer_free(&bytes);
}

/* The origin of one board, truly signed by another one. */
static void a_board_cannot_speak_for_another(void **state)
{
  (void)state;
  struct signer other = signer_make("vote.example/other", NOTE_KEY_SIGNER, 1);
  struct buffer bytes = {0};
  assert_int_equal(note_sign(signed_text, &other.key, &other.signing_key, &bytes, &fault),
                   STATUS_OK);
  read_again(&bytes);
  assert_int_equal(checkpoint_verify(&checkpoint, &other.key, &fault), STATUS_REFUSED);
  assert_string_equal(fault.where, "origin");
  assert_int_equal(checkpoint_verify(&checkpoint, &board.key, &fault), STATUS_REFUSED);
  assert_string_equal(fault.where, "signatures");
  buffer_free(&bytes);
}

static void another_key_of_the_same_name_is_not_the_board(void **state)
{
  (void)state;
  struct signer impostor = signer_make(ORIGIN, NOTE_KEY_SIGNER, 9);
  struct buffer bytes = {0};
  checkpoint_sign(&head, &impostor.key, &impostor.signing_key, &bytes);
  read_again(&bytes);
  assert_int_equal(checkpoint_verify(&checkpoint, &board.key, &fault), STATUS_REFUSED);
  assert_non_null(strstr(fault.what, "has not signed"));
  buffer_free(&bytes);
}

/* --- cosignatures --- */

static void a_witness_gives_the_time(void **state)
{
  (void)state;
  static const int64_t times[] = {0, 1, 1679315147, INT64_MAX};
  for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
    struct buffer bytes = sign_head();
    signer_cosign(&witness, signed_text, (uint64_t)times[i], &bytes);
    read_again(&bytes);
    struct cosignature cosignature;
    assert_int_equal(checkpoint_cosigned(&checkpoint, &witness.key, &cosignature, &fault),
                     STATUS_OK);
    assert_true(cosignature.present);
    assert_int_equal(cosignature.time, times[i]);
    assert_int_equal(checkpoint_cosigned(&checkpoint, &second_witness.key, &cosignature, &fault),
                     STATUS_OK);
    assert_false(cosignature.present);
    assert_int_equal(checkpoint_verify(&checkpoint, &board.key, &fault), STATUS_OK);
    buffer_free(&bytes);
  }
}

static void assert_cosignature_refused(const struct buffer *bytes, const char *what)
{
  struct cosignature cosignature = {.present = true};
  size_t cosigned = 77;
  read_again(bytes);
  assert_int_equal(checkpoint_cosigned(&checkpoint, &witness.key, &cosignature, &fault),
                   STATUS_REFUSED);
  assert_false(cosignature.present);
  assert_string_equal(fault.where, "cosignatures");
  assert_string_equal(fault.what, what);
  assert_int_equal(checkpoint_count_witnesses(&checkpoint, &witness.key, 1, &cosigned, &fault),
                   STATUS_REFUSED);
}

static void a_cosignature_of_another_time_or_checkpoint_does_not_hold(void **state)
{
  (void)state;
  struct buffer bytes = sign_head();
  signer_cosign_as(&witness, signed_text, 1000, 1001, &bytes);
  assert_cosignature_refused(&bytes, "that of 'witness.example/w1' does not hold");
  buffer_free(&bytes);

  bytes = sign_head();
  signer_cosign(&witness, SPAN(ORIGIN "\n12346\n" ROOT "\n"), 1000, &bytes);
  assert_cosignature_refused(&bytes, "that of 'witness.example/w1' does not hold");
  buffer_free(&bytes);
}

/* The text alone, signed with the witness's key: without the two lines before it, it would be a
 * signature of a note. */
static void a_signature_of_the_text_is_no_cosignature(void **state)
{
  (void)state;
  struct buffer bytes = sign_head();
  struct signature signature = signature_make(&witness.signing_key, signed_text);
  uint8_t timed[8 + SIGNATURE_BYTES] = {0};
  memcpy(timed + 8, signature.bytes, SIGNATURE_BYTES);
  note_add_signature(&witness.key, timed, sizeof timed, &bytes);
  assert_cosignature_refused(&bytes, "that of 'witness.example/w1' does not hold");
  buffer_free(&bytes);
}

static void a_time_out_of_range_is_refused(void **state)
{
  (void)state;
  struct buffer bytes = sign_head();
  signer_cosign(&witness, signed_text, (uint64_t)INT64_MAX + 1, &bytes);
  assert_cosignature_refused(&bytes, "that of 'witness.example/w1' has a time out of range");
  buffer_free(&bytes);
}

static void a_cosignature_has_its_length(void **state)
{
  (void)state;
  static const size_t lengths[] = {1, 64, 71, 73};
  uint8_t zeros[80] = {0};
  for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
    struct buffer bytes = sign_head();
    note_add_signature(&witness.key, zeros, lengths[i], &bytes);
    assert_cosignature_refused(&bytes, "that of 'witness.example/w1' has another length");
    buffer_free(&bytes);
  }
}

static size_t count(const struct buffer *bytes, const struct note_key *witnesses, size_t number)
{
  size_t cosigned = 77;
  read_again(bytes);
  assert_int_equal(checkpoint_count_witnesses(&checkpoint, witnesses, number, &cosigned, &fault),
                   STATUS_OK);
  return cosigned;
}

static void witnesses_are_counted(void **state)
{
  (void)state;
  struct signer stranger = signer_make("witness.example/w3", NOTE_KEY_COSIGNER, 4);
  const struct note_key both[] = {witness.key, second_witness.key};
  struct buffer bytes = sign_head();
  assert_int_equal(count(&bytes, both, 2), 0);
  signer_cosign(&stranger, signed_text, 5, &bytes);
  assert_int_equal(count(&bytes, both, 2), 0);
  signer_cosign(&second_witness, signed_text, 6, &bytes);
  assert_int_equal(count(&bytes, both, 2), 1);
  signer_cosign(&witness, signed_text, 7, &bytes);
  assert_int_equal(count(&bytes, both, 2), 2);
  assert_int_equal(count(&bytes, both, 1), 1);
  assert_int_equal(count(&bytes, NULL, 0), 0);
  buffer_free(&bytes);
}

/* A cosignature says nothing of the witness's name, so it can be put under another one. */
static void one_key_under_two_names_counts_once(void **state)
{
  (void)state;
  struct signer alias = signer_make("witness.example/alias", NOTE_KEY_COSIGNER, 2);
  const struct note_key list[] = {alias.key, witness.key};
  struct buffer bytes = sign_head();
  signer_cosign(&witness, signed_text, 7, &bytes);
  assert_int_equal(count(&bytes, list, 2), 1);
  signer_cosign(&alias, signed_text, 7, &bytes);
  assert_int_equal(count(&bytes, list, 2), 1);
  buffer_free(&bytes);
}

static void the_boards_own_signature_is_no_witness(void **state)
{
  (void)state;
  struct signer as_witness = signer_make(ORIGIN, NOTE_KEY_COSIGNER, 1);
  struct buffer bytes = sign_head();
  assert_int_equal(count(&bytes, &as_witness.key, 1), 0);
  buffer_free(&bytes);
}

/* --- altered checkpoints --- */

static bool still_as_good(struct span bytes, const struct note_key *witnesses)
{
  size_t cosigned = 0;
  return checkpoint_read(bytes, &checkpoint, &fault) == STATUS_OK &&
         checkpoint_verify(&checkpoint, &board.key, &fault) == STATUS_OK &&
         checkpoint_count_witnesses(&checkpoint, witnesses, 2, &cosigned, &fault) == STATUS_OK &&
         cosigned == 2;
}

static void no_bit_can_change(void **state)
{
  (void)state;
  const struct note_key both[] = {witness.key, second_witness.key};
  struct buffer bytes = sign_head();
  signer_cosign(&witness, signed_text, 1679315147, &bytes);
  signer_cosign(&second_witness, signed_text, 1679315148, &bytes);
  assert_true(still_as_good(buffer_span(&bytes), both));
  for (size_t i = 0; i < bytes.length; i++)
    for (unsigned bit = 0; bit < 8; bit++) {
      bytes.bytes[i] = (char)(bytes.bytes[i] ^ (1 << bit));
      if (still_as_good(buffer_span(&bytes), both))
        fail_msg("bit %u of byte %zu could change", bit, i);
      bytes.bytes[i] = (char)(bytes.bytes[i] ^ (1 << bit));
    }
  buffer_free(&bytes);
}

static void no_byte_can_be_missing(void **state)
{
  (void)state;
  struct buffer bytes = sign_head();
  for (size_t length = 0; length < bytes.length; length++)
    assert_int_equal(
        checkpoint_read((struct span){.bytes = bytes.bytes, .length = length}, &checkpoint, &fault),
        STATUS_REFUSED);
  buffer_free(&bytes);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_example_of_the_specification_is_read),
      cmocka_unit_test(a_checkpoint_is_three_lines_and_the_boards_signature),
      cmocka_unit_test(the_same_head_is_signed_with_the_same_bytes),
      cmocka_unit_test(the_largest_origin_and_size_are_read_again),
      cmocka_unit_test(the_empty_tree_has_a_checkpoint),
      cmocka_unit_test(other_checkpoints_are_refused),
      cmocka_unit_test(another_boards_checkpoint_is_refused),
      cmocka_unit_test(a_board_cannot_speak_for_another),
      cmocka_unit_test(another_key_of_the_same_name_is_not_the_board),
      cmocka_unit_test(a_witness_gives_the_time),
      cmocka_unit_test(a_cosignature_of_another_time_or_checkpoint_does_not_hold),
      cmocka_unit_test(a_signature_of_the_text_is_no_cosignature),
      cmocka_unit_test(a_time_out_of_range_is_refused),
      cmocka_unit_test(a_cosignature_has_its_length),
      cmocka_unit_test(witnesses_are_counted),
      cmocka_unit_test(one_key_under_two_names_counts_once),
      cmocka_unit_test(the_boards_own_signature_is_no_witness),
      cmocka_unit_test(no_bit_can_change),
      cmocka_unit_test(no_byte_can_be_missing),
  };
  return cmocka_run_group_tests_name("checkpoint", tests, start, NULL);
}
