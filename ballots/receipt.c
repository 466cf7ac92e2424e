#include "ballots/receipt.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"

#define FIRST_LINE SPAN("c2sp.org/tlog-proof@v1")
#define INDEX      SPAN("index ")

enum {
  HASH_CHARACTERS = (DIGEST_BYTES + 2) / 3 * 4,
  LINES_BEFORE_PROOF = 2
};

void receipt_write(uint64_t index, const struct merkle_proof *proof, struct span checkpoint,
                   struct buffer *buffer)
{
  if (index >= MERKLE_SIZE_MAX)
    abort(); /* the caller's mistake: no tree has such a leaf */
  buffer_add(buffer, FIRST_LINE);
  buffer_add_byte(buffer, '\n');
  buffer_add(buffer, INDEX);
  buffer_add_integer(buffer, (int64_t)index);
  buffer_add_byte(buffer, '\n');
  for (size_t i = 0; i < proof->count; i++) {
    char text[HASH_CHARACTERS + 1];
    base64_write(proof->hashes[i].bytes, DIGEST_BYTES, text);
    text[HASH_CHARACTERS] = '\n';
    buffer_add(buffer, (struct span){.bytes = text, .length = sizeof text});
  }
  buffer_add_byte(buffer, '\n');
  buffer_add(buffer, checkpoint);
}

/* --- reading --- */

static bool read_hash(struct span line, struct digest *hash)
{
  size_t length;
  return base64_read(line, hash->bytes, DIGEST_BYTES, &length) && length == DIGEST_BYTES;
}

static enum status read_index(struct span line, uint64_t *index, struct fault *fault)
{
  int64_t number = -1;
  struct span digits = {.bytes = line.bytes + INDEX.length, .length = line.length - INDEX.length};
  if (line.length < INDEX.length || memcmp(line.bytes, INDEX.bytes, INDEX.length) != 0 ||
      !span_to_integer(digits, &number) || number < 0)
    return fault_set(fault, STATUS_REFUSED, "line 2", "'index ' and a whole number",
                     "'%.*s' is no index of an entry", SPAN_PRINT(line));
  *index = (uint64_t)number;
  return STATUS_OK;
}

/* Takes the lines up to the empty one. */
static enum status read_proof(struct span *rest, bool *more, struct merkle_proof *proof,
                              struct fault *fault)
{
  struct span line;
  proof->count = 0;
  while (span_split(rest, more, '\n', &line) && *more) {
    if (line.length == 0)
      return STATUS_OK;
    char where[32];
    snprintf(where, sizeof where, "line %zu", LINES_BEFORE_PROOF + 1 + proof->count);
    if (proof->count == MERKLE_PROOF_MAX)
      return fault_set(fault, STATUS_REFUSED, where, "at most 64 hashes",
                       "the proof is longer than any tree needs");
    if (!read_hash(line, &proof->hashes[proof->count]))
      return fault_set(fault, STATUS_REFUSED, where,
                       "the base64 of a hash of 32 bytes, or an empty line and the checkpoint",
                       "'%.*s' is no hash of a proof", SPAN_PRINT(line));
    proof->count++;
  }
  return fault_set(fault, STATUS_REFUSED, NULL, "an empty line and the checkpoint",
                   "the receipt ends after %zu hashes", proof->count);
}

/* A fault in "line 3" of the checkpoint is one in line 3 and as many as stand before it. */
static enum status read_checkpoint(struct span bytes, size_t lines_before,
                                   struct checkpoint *checkpoint, struct fault *fault)
{
  enum status status = checkpoint_read(bytes, checkpoint, fault);
  int64_t line;
  if (status != STATUS_REFUSED || strncmp(fault->where, "line ", 5) != 0 ||
      !span_to_integer(span_of(fault->where + 5), &line))
    return status;
  char where[48];
  snprintf(where, sizeof where, "line %" PRIu64, lines_before + (uint64_t)line);
  return fault_set(fault, status, where, fault->expected, "%s", fault->what);
}

static enum status check_shape(const struct receipt *receipt, struct fault *fault)
{
  struct merkle_plan plan;
  enum status status =
      merkle_plan_inclusion(receipt->index, receipt->checkpoint.head.size, &plan, fault);
  if (status != STATUS_OK)
    return status;
  if (receipt->proof.count == plan.count)
    return STATUS_OK;
  char expected[32];
  snprintf(expected, sizeof expected, "%zu hashes", plan.count);
  return fault_set(fault, STATUS_REFUSED, "inclusion proof", expected,
                   "%zu hashes for entry %" PRIu64 " of %" PRIu64, receipt->proof.count,
                   receipt->index, receipt->checkpoint.head.size);
}

enum status receipt_read(struct span bytes, struct receipt *receipt, struct fault *fault)
{
  struct span rest = bytes, line;
  bool more = true;
  if (!span_split(&rest, &more, '\n', &line) || !span_equal(line, FIRST_LINE))
    return fault_set(fault, STATUS_REFUSED, "line 1", "c2sp.org/tlog-proof@v1",
                     "'%.*s' begins no receipt", SPAN_PRINT(line));
  line = SPAN("");
  (void)span_split(&rest, &more, '\n', &line);
  enum status status = read_index(line, &receipt->index, fault);
  if (status == STATUS_OK)
    status = read_proof(&rest, &more, &receipt->proof, fault);
  if (status == STATUS_OK)
    status = read_checkpoint(rest, LINES_BEFORE_PROOF + receipt->proof.count + 1,
                             &receipt->checkpoint, fault);
  if (status == STATUS_OK)
    status = check_shape(receipt, fault);
  return status;
}

/* --- checking --- */

enum status receipt_check(const struct receipt *receipt, struct span entry,
                          const struct receipt_trust *trust, enum receipt_standing *standing,
                          struct fault *fault)
{
  const struct checkpoint *checkpoint = &receipt->checkpoint;
  size_t cosigned;
  enum status status = checkpoint_verify(checkpoint, trust->board, fault);
  if (status == STATUS_OK)
    status = checkpoint_count_witnesses(checkpoint, trust->witnesses, trust->witness_count,
                                        &cosigned, fault);
  if (status != STATUS_OK)
    return status;
  struct digest leaf = merkle_leaf(entry);
  if (!merkle_includes(&checkpoint->head, receipt->index, &leaf, receipt->proof.hashes,
                       receipt->proof.count))
    return fault_set(fault, STATUS_REFUSED, "inclusion proof",
                     "the entry's own bytes, without a line break",
                     "it does not lead from this entry to the root of the checkpoint");
  *standing = cosigned >= trust->quorum ? RECEIPT_FINAL : RECEIPT_PROVISIONAL;
  return STATUS_OK;
}
