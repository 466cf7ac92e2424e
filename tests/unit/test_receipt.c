#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "ballots/receipt.h"
#include "tests/unit/signers.h"

#define ORIGIN "vote.example/faidherbe/projets"

enum {
  ENTRIES = 11,
  INDEX = 6
};

static struct fault fault;
static struct receipt receipt;
static struct signer board, witness, second_witness;
static struct arena arena;
static struct merkle_growth tree;
static struct merkle_source source;
static struct receipt_trust trust; /* of the board alone */

static struct span entry_of(size_t index)
{
  static const char letters[ENTRIES + 1] = "abcdefghijk";
  return (struct span){.bytes = letters + index, .length = 1};
}

static struct merkle_growth grow(size_t count)
{
  struct digest leaves[ENTRIES];
  for (size_t i = 0; i < count; i++)
    leaves[i] = merkle_leaf(entry_of(i));
  const struct merkle_frontier none = {0};
  struct merkle_growth growth;
  assert_int_equal(merkle_grow(&none, leaves, count, &arena, &growth, &fault), STATUS_OK);
  return growth;
}

static int start(void **state)
{
  (void)state;
  if (sodium_init() < 0)
    return -1;
  board = signer_make(ORIGIN, NOTE_KEY_SIGNER, 1);
  witness = signer_make("witness.example/w1", NOTE_KEY_COSIGNER, 2);
  second_witness = signer_make("witness.example/w2", NOTE_KEY_COSIGNER, 3);
  tree = grow(ENTRIES);
  source = merkle_growth_source(&tree);
  trust.board = &board.key;
  return 0;
}

static int stop(void **state)
{
  (void)state;
  arena_free(&arena);
  return 0;
}

static struct merkle_head head_of(const struct merkle_growth *growth)
{
  return (struct merkle_head){.size = growth->after.size, .root = merkle_root(&growth->after)};
}

static struct merkle_proof prove(uint64_t index, uint64_t size)
{
  struct merkle_plan plan;
  struct merkle_proof proof = {0};
  assert_int_equal(merkle_plan_inclusion(index, size, &plan, &fault), STATUS_OK);
  assert_int_equal(merkle_prove(&plan, &source, &proof, &fault), STATUS_OK);
  return proof;
}

/* The checkpoint of the tree, cosigned by so many witnesses. */
static struct buffer sign(size_t witnesses)
{
  struct buffer bytes = {0};
  struct checkpoint checkpoint;
  struct merkle_head head = head_of(&tree);
  checkpoint_sign(&head, &board.key, &board.signing_key, &bytes);
  assert_int_equal(checkpoint_read(buffer_span(&bytes), &checkpoint, &fault), STATUS_OK);
  size_t length = checkpoint.note.text.length;
  const struct signer *signers[] = {&witness, &second_witness};
  for (size_t i = 0; i < witnesses; i++)
    signer_cosign(signers[i], (struct span){.bytes = bytes.bytes, .length = length}, 1679315147,
                  &bytes);
  return bytes;
}

static struct buffer issue(uint64_t index, size_t witnesses)
{
  struct buffer checkpoint = sign(witnesses), bytes = {0};
  struct merkle_proof proof = prove(index, ENTRIES);
  receipt_write(index, &proof, buffer_span(&checkpoint), &bytes);
  assert_false(bytes.failed);
  buffer_free(&checkpoint);
  return bytes;
}

static void read_again(const struct buffer *bytes)
{
  assert_int_equal(receipt_read(buffer_span(bytes), &receipt, &fault), STATUS_OK);
}

/* --- writing and reading --- */

static void a_receipt_is_index_proof_and_checkpoint(void **state)
{
  (void)state;
  struct buffer bytes = issue(INDEX, 1);
  static const char beginning[] = "c2sp.org/tlog-proof@v1\nindex 6\n";
  assert_memory_equal(bytes.bytes, beginning, sizeof beginning - 1);
  read_again(&bytes);
  assert_int_equal(receipt.index, INDEX);
  assert_int_equal(receipt.proof.count, 4);
  struct merkle_proof proof = prove(INDEX, ENTRIES);
  assert_memory_equal(receipt.proof.hashes, proof.hashes, 4 * sizeof proof.hashes[0]);
  assert_int_equal(receipt.checkpoint.head.size, ENTRIES);
  assert_int_equal(receipt.checkpoint.note.signature_count, 2);
  buffer_free(&bytes);
}

static void every_entry_has_a_receipt_that_holds(void **state)
{
  (void)state;
  for (size_t index = 0; index < ENTRIES; index++) {
    struct buffer bytes = issue(index, 0);
    enum receipt_standing standing = RECEIPT_PROVISIONAL;
    read_again(&bytes);
    assert_int_equal(receipt_check(&receipt, entry_of(index), &trust, &standing, &fault),
                     STATUS_OK);
    assert_int_equal(standing, RECEIPT_FINAL);
    buffer_free(&bytes);
  }
}

static void the_only_entry_has_an_empty_proof(void **state)
{
  (void)state;
  struct merkle_growth one = grow(1);
  struct merkle_head head = head_of(&one);
  struct merkle_proof proof = prove(0, 1);
  struct buffer checkpoint = {0}, bytes = {0};
  checkpoint_sign(&head, &board.key, &board.signing_key, &checkpoint);
  receipt_write(0, &proof, buffer_span(&checkpoint), &bytes);
  static const char beginning[] = "c2sp.org/tlog-proof@v1\nindex 0\n\n" ORIGIN "\n1\n";
  assert_memory_equal(bytes.bytes, beginning, sizeof beginning - 1);
  read_again(&bytes);
  enum receipt_standing standing;
  assert_int_equal(receipt_check(&receipt, entry_of(0), &trust, &standing, &fault), STATUS_OK);
  buffer_free(&checkpoint);
  buffer_free(&bytes);
}

/* A checkpoint of six entries that nobody signed: enough to be read. */
#define HASH       "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
#define FIRST      "c2sp.org/tlog-proof@v1\n"
#define CHECKPOINT "\nboard\n6\n" HASH "\n— board AQIDBAU=\n"

static void other_receipts_are_refused(void **state)
{
  (void)state;
  static const struct {
    const char *text, *where, *what;
  } cases[] = {
      {"", "line 1", "'' begins no receipt"},
      {"c2sp.org/tlog-proof@v1", "line 2", "'' is no index of an entry"},
      {FIRST, "line 2", "'' is no index of an entry"},
      {"c2sp.org/tlog-proof@v2\nindex 0\n" HASH HASH HASH CHECKPOINT, "line 1",
       "'c2sp.org/tlog-proof@v2' begins no receipt"},
      {"\n" FIRST "index 0\n" HASH HASH HASH CHECKPOINT, "line 1", "'' begins no receipt"},
      {FIRST "extra AAAA\nindex 0\n" HASH HASH HASH CHECKPOINT, "line 2",
       "'extra AAAA' is no index of an entry"},
      {FIRST "index\n" HASH HASH HASH CHECKPOINT, "line 2", "'index' is no index of an entry"},
      {FIRST "index \n" HASH HASH HASH CHECKPOINT, "line 2", "'index ' is no index of an entry"},
      {FIRST "index  0\n" HASH HASH HASH CHECKPOINT, "line 2",
       "'index  0' is no index of an entry"},
      {FIRST "index 00\n" HASH HASH HASH CHECKPOINT, "line 2",
       "'index 00' is no index of an entry"},
      {FIRST "index -1\n" HASH HASH HASH CHECKPOINT, "line 2",
       "'index -1' is no index of an entry"},
      {FIRST "Index 0\n" HASH HASH HASH CHECKPOINT, "line 2", "'Index 0' is no index of an entry"},
      {FIRST "index 9223372036854775808\n" HASH HASH HASH CHECKPOINT, "line 2",
       "'index 9223372036854775808' is no index of an entry"},
      {FIRST "index 6\n" HASH HASH HASH CHECKPOINT, "index", "there is no leaf 6 in a tree of 6"},
      {FIRST "index 9223372036854775807\n" HASH CHECKPOINT, "index",
       "there is no leaf 9223372036854775807 in a tree of 6"},
      {FIRST "index 0\n" HASH HASH CHECKPOINT, "inclusion proof", "2 hashes for entry 0 of 6"},
      {FIRST "index 0\n" HASH HASH HASH HASH CHECKPOINT, "inclusion proof",
       "4 hashes for entry 0 of 6"},
      {FIRST "index 4\n" HASH HASH HASH CHECKPOINT, "inclusion proof", "3 hashes for entry 4 of 6"},
      {FIRST "index 0\n" HASH "AAAA\n" HASH CHECKPOINT, "line 4", "'AAAA' is no hash of a proof"},
      {FIRST "index 0\nAAAA" HASH CHECKPOINT, "line 3",
       "'AAAAAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=' is no hash of a proof"},
      {FIRST "index 0\n" HASH HASH HASH "board\n", "line 6", "'board' is no hash of a proof"},
      {FIRST "index 0\n" HASH HASH, "", "the receipt ends after 2 hashes"},
      {FIRST "index 0\n" HASH HASH "AAE", "", "the receipt ends after 2 hashes"},
      {FIRST "index 0\n" HASH "\n", "", "these 0 bytes are no signed note"},
      {FIRST "index 0\n" HASH HASH HASH "\n" CHECKPOINT, "line 10",
       "the checkpoint has more than origin, size and root"},
      {FIRST "index 0\n" HASH HASH HASH "\nboard\n06\n" HASH "\n— board AQIDBAU=\n", "line 8",
       "'06' is no size of a tree"},
      {FIRST "index 0\n" HASH HASH HASH "\nboard\n6\n" HASH "\n— board AQIDBAU\n", "line 11",
       "this is no signature: 'AQIDBAU'"},
      {FIRST "index 0\n" HASH HASH HASH CHECKPOINT "more\n", "line 12",
       "this is no signature: 'more'"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    if (receipt_read(span_of(cases[i].text), &receipt, &fault) != STATUS_REFUSED)
      fail_msg("case %zu was read", i);
    assert_string_equal(fault.where, cases[i].where);
    assert_string_equal(fault.what, cases[i].what);
    assert_true(fault.expected[0] != '\0');
  }
  assert_int_equal(
      receipt_read(SPAN(FIRST "index 0\n" HASH HASH HASH CHECKPOINT), &receipt, &fault), STATUS_OK);
  assert_int_equal(receipt_read(SPAN(FIRST "index 4\n" HASH HASH CHECKPOINT), &receipt, &fault),
                   STATUS_OK);
}

static void a_proof_is_never_longer_than_any_tree_needs(void **state)
{
  (void)state;
  struct buffer bytes = {0};
  buffer_add(&bytes, SPAN(FIRST "index 0\n"));
  for (size_t i = 0; i <= MERKLE_PROOF_MAX; i++)
    buffer_add(&bytes, SPAN(HASH));
  buffer_add(&bytes, SPAN(CHECKPOINT));
  assert_int_equal(receipt_read(buffer_span(&bytes), &receipt, &fault), STATUS_REFUSED);
  assert_string_equal(fault.where, "line 67");
  assert_string_equal(fault.what, "the proof is longer than any tree needs");
  buffer_free(&bytes);
}

static void no_byte_can_be_missing(void **state)
{
  (void)state;
  struct buffer bytes = issue(INDEX, 0);
  for (size_t length = 0; length < bytes.length; length++)
    assert_int_equal(
        receipt_read((struct span){.bytes = bytes.bytes, .length = length}, &receipt, &fault),
        STATUS_REFUSED);
  buffer_free(&bytes);
}

/* --- checking --- */

static void a_receipt_is_for_one_entry_only(void **state)
{
  (void)state;
  struct buffer bytes = issue(INDEX, 0);
  enum receipt_standing standing;
  read_again(&bytes);
  for (size_t i = 0; i < ENTRIES; i++)
    assert_int_equal(receipt_check(&receipt, entry_of(i), &trust, &standing, &fault),
                     i == INDEX ? STATUS_OK : STATUS_REFUSED);
  assert_int_equal(receipt_check(&receipt, SPAN("g\n"), &trust, &standing, &fault), STATUS_REFUSED);
  assert_string_equal(fault.where, "inclusion proof");
  assert_string_equal(fault.what, "it does not lead from this entry to the root of the checkpoint");
  assert_string_equal(fault.expected, "the entry's own bytes, without a line break");
  buffer_free(&bytes);
}

static void a_receipt_is_for_one_index_only(void **state)
{
  (void)state;
  struct buffer checkpoint = sign(0);
  struct merkle_proof proof = prove(INDEX, ENTRIES);
  enum receipt_standing standing;
  for (uint64_t index = 0; index < 8; index++) { /* all of them with a proof of four hashes */
    struct buffer bytes = {0};
    receipt_write(index, &proof, buffer_span(&checkpoint), &bytes);
    read_again(&bytes);
    assert_int_equal(receipt_check(&receipt, entry_of(INDEX), &trust, &standing, &fault),
                     index == INDEX ? STATUS_OK : STATUS_REFUSED);
    buffer_free(&bytes);
  }
  buffer_free(&checkpoint);
}

static void a_receipt_of_another_board_is_refused(void **state)
{
  (void)state;
  struct signer other = signer_make("vote.example/other", NOTE_KEY_SIGNER, 1);
  struct signer impostor = signer_make(ORIGIN, NOTE_KEY_SIGNER, 9);
  struct receipt_trust in_other = {.board = &other.key}, in_impostor = {.board = &impostor.key};
  struct buffer bytes = issue(INDEX, 0);
  enum receipt_standing standing;
  read_again(&bytes);
  assert_int_equal(receipt_check(&receipt, entry_of(INDEX), &in_other, &standing, &fault),
                   STATUS_REFUSED);
  assert_string_equal(fault.where, "origin");
  assert_int_equal(receipt_check(&receipt, entry_of(INDEX), &in_impostor, &standing, &fault),
                   STATUS_REFUSED);
  assert_string_equal(fault.where, "signatures");
  buffer_free(&bytes);
}

static void without_a_quorum_of_witnesses_it_is_provisional(void **state)
{
  (void)state;
  const struct note_key both[] = {witness.key, second_witness.key};
  for (size_t signing = 0; signing <= 2; signing++) {
    struct buffer bytes = issue(INDEX, signing);
    read_again(&bytes);
    for (size_t quorum = 0; quorum <= 3; quorum++) {
      struct receipt_trust in_both = {
          .board = &board.key, .witnesses = both, .witness_count = 2, .quorum = quorum};
      enum receipt_standing standing = RECEIPT_FINAL;
      assert_int_equal(receipt_check(&receipt, entry_of(INDEX), &in_both, &standing, &fault),
                       STATUS_OK);
      assert_int_equal(standing, signing >= quorum ? RECEIPT_FINAL : RECEIPT_PROVISIONAL);
    }
    buffer_free(&bytes);
  }
}

static void a_witness_whose_line_does_not_hold_spoils_it(void **state)
{
  (void)state;
  struct receipt_trust in_one = {
      .board = &board.key, .witnesses = &witness.key, .witness_count = 1};
  struct buffer checkpoint = sign(0), bytes = {0};
  struct merkle_proof proof = prove(INDEX, ENTRIES);
  signer_cosign(&witness, SPAN("another text\n"), 5, &checkpoint);
  receipt_write(INDEX, &proof, buffer_span(&checkpoint), &bytes);
  read_again(&bytes);
  enum receipt_standing standing;
  assert_int_equal(receipt_check(&receipt, entry_of(INDEX), &in_one, &standing, &fault),
                   STATUS_REFUSED);
  assert_string_equal(fault.where, "cosignatures");
  assert_int_equal(receipt_check(&receipt, entry_of(INDEX), &trust, &standing, &fault), STATUS_OK);
  buffer_free(&checkpoint);
  buffer_free(&bytes);
}

static void no_bit_can_change(void **state)
{
  (void)state;
  struct receipt_trust in_one = {
      .board = &board.key, .witnesses = &witness.key, .witness_count = 1, .quorum = 1};
  struct buffer bytes = issue(INDEX, 1);
  enum receipt_standing standing;
  for (size_t i = 0; i < bytes.length; i++)
    for (unsigned bit = 0; bit < 8; bit++) {
      bytes.bytes[i] = (char)(bytes.bytes[i] ^ (1 << bit));
      if (receipt_read(buffer_span(&bytes), &receipt, &fault) == STATUS_OK &&
          receipt_check(&receipt, entry_of(INDEX), &in_one, &standing, &fault) == STATUS_OK &&
          standing == RECEIPT_FINAL)
        fail_msg("bit %u of byte %zu could change", bit, i);
      bytes.bytes[i] = (char)(bytes.bytes[i] ^ (1 << bit));
    }
  read_again(&bytes);
  assert_int_equal(receipt_check(&receipt, entry_of(INDEX), &in_one, &standing, &fault), STATUS_OK);
  assert_int_equal(standing, RECEIPT_FINAL);
  buffer_free(&bytes);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_receipt_is_index_proof_and_checkpoint),
      cmocka_unit_test(every_entry_has_a_receipt_that_holds),
      cmocka_unit_test(the_only_entry_has_an_empty_proof),
      cmocka_unit_test(other_receipts_are_refused),
      cmocka_unit_test(a_proof_is_never_longer_than_any_tree_needs),
      cmocka_unit_test(no_byte_can_be_missing),
      cmocka_unit_test(a_receipt_is_for_one_entry_only),
      cmocka_unit_test(a_receipt_is_for_one_index_only),
      cmocka_unit_test(a_receipt_of_another_board_is_refused),
      cmocka_unit_test(without_a_quorum_of_witnesses_it_is_provisional),
      cmocka_unit_test(a_witness_whose_line_does_not_hold_spoils_it),
      cmocka_unit_test(no_bit_can_change),
  };
  return cmocka_run_group_tests_name("receipt", tests, start, stop);
}
