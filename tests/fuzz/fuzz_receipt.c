/* fuzz_receipt.c - a receipt: whatever is accepted has an index within the tree and is written as
 * the bytes that were read; and checking it, true or false, does nothing else.
 */
#include <stdint.h>
#include <stdlib.h>

#include "ballots/receipt.h"
#include "tests/unit/signers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
  if (!holds)
    abort();
}

static void rewrite(const struct receipt *receipt, struct span expected)
{
  struct buffer checkpoint = {0}, whole = {0};
  note_write(&receipt->checkpoint.note, &checkpoint);
  receipt_write(receipt->index, &receipt->proof, buffer_span(&checkpoint), &whole);
  must(span_equal(buffer_span(&whole), expected));
  buffer_free(&checkpoint);
  buffer_free(&whole);
}

static void check(const struct receipt *receipt)
{
  const struct signer board = signer_make("board", NOTE_KEY_SIGNER, 1);
  const struct signer witness = signer_make("witness", NOTE_KEY_COSIGNER, 2);
  struct receipt_trust trust = {
      .board = &board.key, .witnesses = &witness.key, .witness_count = 1, .quorum = 1};
  struct fault fault = {.status = STATUS_OK};
  enum receipt_standing standing;
  if (receipt_check(receipt, SPAN("entry"), &trust, &standing, &fault) != STATUS_OK)
    must(fault.status == STATUS_REFUSED && fault.what[0] != '\0' && fault.expected[0] != '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  const struct span bytes = {.bytes = size == 0 ? "" : (const char *)data, .length = size};
  struct receipt receipt;
  struct fault fault = {.status = STATUS_OK};
  if (receipt_read(bytes, &receipt, &fault) == STATUS_OK) {
    must(receipt.index < receipt.checkpoint.head.size);
    rewrite(&receipt, bytes);
    check(&receipt);
  } else {
    must(fault.status == STATUS_REFUSED && fault.what[0] != '\0' && fault.expected[0] != '\0');
    must(span_is_utf8(span_of(fault.what)));
  }
  return 0;
}
