#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "api/replay/receipts.h"
#include "ballots/checkpoint.h"
#include "ballots/receipt.h"
#include "tests/unit/signers.h"

enum {
  ENTRIES = 5
};

static const struct span lines[ENTRIES] = {SPAN_INIT("one"), SPAN_INIT("two"), SPAN_INIT("three"),
                                           SPAN_INIT("four"), SPAN_INIT("five")};

struct place {
  struct arena arena;
  struct signer board;
  struct receipts receipts;
  struct fault fault;
};

static void begin(struct place *place)
{
  *place = (struct place){.board = signer_make("host/a/b/c", NOTE_KEY_SIGNER, 1)};
  receipts_begin(&place->receipts, &place->board.key, &place->arena);
}

/* The receipt of an entry under the head of the first `size`, signed by `signer`. */
static struct buffer receipt_of(size_t index, size_t size, const struct signer *signer)
{
  const struct merkle_frontier none = {0};
  struct arena arena = {0};
  struct digest leaves[ENTRIES];
  struct merkle_growth growth;
  struct merkle_plan plan;
  struct merkle_proof proof;
  struct buffer checkpoint = {0}, receipt = {0};
  struct fault fault;
  for (size_t i = 0; i < size; i++)
    leaves[i] = merkle_leaf(lines[i]);
  assert_int_equal(merkle_grow(&none, leaves, size, &arena, &growth, &fault), STATUS_OK);
  assert_int_equal(merkle_plan_inclusion(index, size, &plan, &fault), STATUS_OK);
  const struct merkle_source source = merkle_growth_source(&growth);
  assert_int_equal(merkle_prove(&plan, &source, &proof, &fault), STATUS_OK);
  const struct merkle_head head = {.size = size, .root = merkle_root(&growth.after)};
  checkpoint_sign(&head, &signer->key, &signer->signing_key, &checkpoint);
  receipt_write(index, &proof, buffer_span(&checkpoint), &receipt);
  assert_false(receipt.failed);
  buffer_free(&checkpoint);
  arena_free(&arena);
  return receipt;
}

static enum status check(struct place *place, size_t line, size_t index, size_t size,
                         const struct signer *signer)
{
  struct receipt_note note;
  struct buffer receipt = receipt_of(index, size, signer);
  enum status status =
      receipts_check(&place->receipts, lines[line], buffer_span(&receipt), &note, &place->fault);
  if (status == STATUS_OK) {
    assert_int_equal(note.index, index);
    assert_int_equal(receipts_keep(&place->receipts, &note, &place->fault), STATUS_OK);
  }
  buffer_free(&receipt);
  return status;
}

static void receipts_in_any_order_make_a_board(void **state)
{
  static const size_t order[ENTRIES] = {3, 0, 4, 1, 2};
  struct place place;
  struct merkle_frontier tree = {0};
  (void)state;
  begin(&place);
  for (size_t i = 0; i < ENTRIES; i++) {
    assert_int_equal(check(&place, order[i], order[i], ENTRIES, &place.board), STATUS_OK);
    const struct digest leaf = merkle_leaf(lines[i]);
    merkle_append(&tree, &leaf);
  }
  assert_int_equal(place.receipts.checked, ENTRIES);
  assert_int_equal(place.receipts.head_count, 1);
  assert_int_equal(receipts_sort(&place.receipts, &place.fault), STATUS_OK);
  const struct digest root = receipts_root(&place.receipts), expected = merkle_root(&tree);
  assert_int_equal(digest_compare(&root, &expected), 0);
  assert_int_equal(receipts_check_heads(&place.receipts, &place.fault), STATUS_OK);
  arena_free(&place.arena);
}

static void a_receipt_of_another_entry_or_board_is_refused(void **state)
{
  const struct signer other = signer_make("host/a/b/c", NOTE_KEY_SIGNER, 2);
  struct place place;
  (void)state;
  begin(&place);
  assert_int_equal(check(&place, 1, 2, ENTRIES, &place.board), STATUS_REFUSED);
  assert_int_equal(check(&place, 1, 1, ENTRIES, &other), STATUS_REFUSED);
  assert_int_equal(place.receipts.checked, 0);
  /* A checkpoint that was verified is known only with all its bytes. */
  assert_int_equal(check(&place, 1, 1, ENTRIES, &place.board), STATUS_OK);
  assert_int_equal(check(&place, 2, 2, ENTRIES, &other), STATUS_REFUSED);
  arena_free(&place.arena);
}

static void what_has_no_receipt_is_noticed(void **state)
{
  struct place place;
  (void)state;
  begin(&place);
  assert_int_equal(check(&place, 0, 0, ENTRIES, &place.board), STATUS_OK);
  assert_int_equal(check(&place, 2, 2, ENTRIES, &place.board), STATUS_OK);
  assert_int_equal(receipts_sort(&place.receipts, &place.fault), STATUS_REFUSED);
  assert_non_null(strstr(place.fault.what, "index 1"));
  arena_free(&place.arena);
}

static void one_index_twice_is_noticed(void **state)
{
  struct place place;
  (void)state;
  begin(&place);
  for (size_t i = 0; i < 3; i++)
    assert_int_equal(check(&place, i, i, ENTRIES, &place.board), STATUS_OK);
  assert_int_equal(check(&place, 2, 2, 3, &place.board), STATUS_OK);
  assert_int_equal(receipts_sort(&place.receipts, &place.fault), STATUS_REFUSED);
  assert_non_null(strstr(place.fault.what, "index 2"));
  arena_free(&place.arena);
}

static void a_checkpoint_of_another_past_is_noticed(void **state)
{
  struct place place;
  (void)state;
  begin(&place);
  for (size_t i = 0; i < ENTRIES; i++)
    assert_int_equal(check(&place, i, i, i + 1, &place.board), STATUS_OK);
  assert_int_equal(receipts_sort(&place.receipts, &place.fault), STATUS_OK);
  assert_int_equal(receipts_check_heads(&place.receipts, &place.fault), STATUS_OK);
  place.receipts.notes[1].leaf.bytes[0] ^= 1;
  assert_int_equal(receipts_check_heads(&place.receipts, &place.fault), STATUS_REFUSED);
  assert_non_null(strstr(place.fault.what, "size 2"));
  arena_free(&place.arena);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(receipts_in_any_order_make_a_board),
      cmocka_unit_test(a_receipt_of_another_entry_or_board_is_refused),
      cmocka_unit_test(what_has_no_receipt_is_noticed),
      cmocka_unit_test(one_index_twice_is_noticed),
      cmocka_unit_test(a_checkpoint_of_another_past_is_noticed),
  };
  if (sodium_init() < 0)
    return 1;
  return cmocka_run_group_tests_name("replay_receipts", tests, NULL, NULL);
}
