#include "api/replay/receipts.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ballots/receipt.h"

void receipts_begin(struct receipts *receipts, const struct note_key *board, struct arena *arena)
{
  *receipts = (struct receipts){.board = board, .arena = arena};
}

static enum status keep_head(struct receipts *receipts, const struct merkle_head *head,
                             struct fault *fault)
{
  if (receipts->head_count == receipts->head_capacity) {
    size_t capacity = receipts->head_capacity > 0 ? 2 * receipts->head_capacity : 256;
    struct merkle_head *heads = arena_grow(receipts->arena, receipts->heads, receipts->head_count,
                                           capacity, sizeof *receipts->heads);
    if (heads == NULL)
      return fault_no_memory(fault);
    receipts->heads = heads;
    receipts->head_capacity = capacity;
  }
  receipts->heads[receipts->head_count++] = *head;
  return STATUS_OK;
}

/* All entries of a batch are under one checkpoint, whose signature takes longer to verify than all
 * the rest of a receipt. */
static enum status verify_checkpoint(struct receipts *receipts, const struct checkpoint *checkpoint,
                                     struct span bytes, struct fault *fault)
{
  struct digest digest = digest_of(bytes);
  for (size_t i = 0; i < RECEIPTS_VERIFIED; i++)
    if (digest_compare(&receipts->verified[i], &digest) == 0)
      return STATUS_OK;
  enum status status = checkpoint_verify(checkpoint, receipts->board, fault);
  if (status == STATUS_OK)
    status = keep_head(receipts, &checkpoint->head, fault);
  if (status == STATUS_OK)
    receipts->verified[receipts->verified_next++ % RECEIPTS_VERIFIED] = digest;
  return status;
}

enum status receipts_check(struct receipts *receipts, struct span line, struct span bytes,
                           struct receipt_note *note, struct fault *fault)
{
  struct receipt receipt;
  enum status status = receipt_read(bytes, &receipt, fault);
  if (status != STATUS_OK)
    return status;
  const char *begin = receipt.checkpoint.note.text.bytes;
  const struct span checkpoint = {.bytes = begin,
                                  .length = (size_t)(bytes.bytes + bytes.length - begin)};
  *note = (struct receipt_note){
      .index = receipt.index, .leaf = merkle_leaf(line), .receipt = digest_of(bytes)};
  status = verify_checkpoint(receipts, &receipt.checkpoint, checkpoint, fault);
  if (status == STATUS_OK && !merkle_includes(&receipt.checkpoint.head, note->index, &note->leaf,
                                              receipt.proof.hashes, receipt.proof.count))
    status = fault_set(fault, STATUS_REFUSED, "receipt", NULL,
                       "its proof does not lead from the entry sent to the checkpoint");
  receipts->checked += status == STATUS_OK;
  return status;
}

enum status receipts_keep(struct receipts *receipts, const struct receipt_note *note,
                          struct fault *fault)
{
  if (receipts->count == receipts->capacity) {
    size_t capacity = receipts->capacity > 0 ? 2 * receipts->capacity : 1024;
    struct receipt_note *notes = arena_grow(receipts->arena, receipts->notes, receipts->count,
                                            capacity, sizeof *receipts->notes);
    if (notes == NULL)
      return fault_no_memory(fault);
    receipts->notes = notes;
    receipts->capacity = capacity;
  }
  receipts->notes[receipts->count++] = *note;
  return STATUS_OK;
}

static int compare_notes(const void *a, const void *b)
{
  const struct receipt_note *first = a, *second = b;
  return (first->index > second->index) - (first->index < second->index);
}

enum status receipts_sort(struct receipts *receipts, struct fault *fault)
{
  if (receipts->count > 0)
    qsort(receipts->notes, receipts->count, sizeof *receipts->notes, compare_notes);
  for (size_t i = 0; i < receipts->count; i++)
    if (receipts->notes[i].index != i)
      return fault_set(fault, STATUS_REFUSED, "receipts", NULL,
                       receipts->notes[i].index < i
                           ? "two different entries have receipts for index %zu"
                           : "nothing that was sent has a receipt for index %zu",
                       receipts->notes[i].index < i ? i - 1 : i);
  return STATUS_OK;
}

struct digest receipts_root(const struct receipts *receipts)
{
  struct merkle_frontier tree = {0};
  for (size_t i = 0; i < receipts->count; i++)
    merkle_append(&tree, &receipts->notes[i].leaf);
  return merkle_root(&tree);
}

static int compare_heads(const void *a, const void *b)
{
  const struct merkle_head *first = a, *second = b;
  return (first->size > second->size) - (first->size < second->size);
}

enum status receipts_check_heads(const struct receipts *receipts, struct fault *fault)
{
  struct merkle_frontier tree = {0};
  size_t added = 0;
  if (receipts->head_count > 0)
    qsort(receipts->heads, receipts->head_count, sizeof *receipts->heads, compare_heads);
  for (size_t i = 0; i < receipts->head_count; i++) {
    const struct merkle_head *head = &receipts->heads[i];
    while (added < head->size && added < receipts->count)
      merkle_append(&tree, &receipts->notes[added++].leaf);
    struct digest root = merkle_root(&tree);
    if (added != head->size || digest_compare(&root, &head->root) != 0)
      return fault_set(fault, STATUS_REFUSED, "receipts", NULL,
                       "a checkpoint of size %" PRIu64 " was signed that is not of this board",
                       head->size);
  }
  return STATUS_OK;
}
