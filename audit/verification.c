#include "audit/verification.h"

#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "audit/ahead.h"
#include "audit/tile_check.h"

enum {
  TELL_EVERY = 256 /* entries */
};

size_t verification_cores(void)
{
  long cores = sysconf(_SC_NPROCESSORS_ONLN);
  if (cores < 1)
    return 1;
  return cores > AHEAD_THREADS_MAX ? AHEAD_THREADS_MAX : (size_t)cores;
}

uint64_t verification_unused(const struct verification *verification)
{
  const struct board_head *head = &verification->board.head;
  return head->credentials - head->replacements - head->struck_for_paper - head->standing;
}

/* --- the entries --- */

static enum status append(struct verification *verification, size_t index,
                          const struct ahead_entry *ahead, enum refusal *refusal,
                          struct fault *fault)
{
  struct board *board = &verification->board;
  struct span line = verification->source.lines[index];
  struct digest leaf;

  if (board_source_withheld(line, &leaf))
    return board_append_withheld(board, &leaf, refusal, fault);
  if (ahead == NULL || !ahead->judged)
    return board_append(board, line, refusal, fault);
  return board_append_judged(board, &ahead->entry, &ahead->choice, refusal, fault);
}

/* Appends one; a refusal becomes the problem. */
static enum status step(struct verification *verification, size_t index,
                        const struct ahead_entry *ahead, struct fault *fault)
{
  enum refusal refusal = REFUSAL_NONE;
  enum status status = append(verification, index, ahead, &refusal, fault);
  if (status != STATUS_REFUSED)
    return status;
  verification->problem = (struct problem){.refusal = refusal, .indexed = true, .index = index};
  return problem_take(&verification->problem, PROBLEM_ENTRY, status, fault);
}

static bool is_broken(const struct verification *verification)
{
  return verification->problem.kind != PROBLEM_NONE;
}

static void tell(const struct progress *progress, size_t index)
{
  if (progress != NULL && index % TELL_EVERY == 0)
    progress->tell(progress->context, "entries", index);
}

static enum status walk_rest(struct verification *verification, const struct progress *progress,
                             struct fault *fault)
{
  const struct board_source *source = &verification->source;
  const struct board *board = &verification->board;
  struct ahead *ahead = calloc(1, sizeof *ahead);
  if (ahead == NULL)
    return fault_no_memory(fault);
  enum status status =
      ahead_begin(ahead, board->head.manifest, board->head.projects, source->lines + 1,
                  source->count - 1, verification->threads, verification->arena, fault);
  for (size_t i = 1; i < source->count && status == STATUS_OK && !is_broken(verification); i++) {
    tell(progress, i);
    status = step(verification, i, ahead_next(ahead), fault);
  }
  ahead_end(ahead);
  free(ahead);
  return status;
}

static enum status walk(struct verification *verification, const struct progress *progress,
                        struct fault *fault)
{
  const struct board_source *source = &verification->source;
  enum status status = STATUS_OK;
  if (source->count > 0)
    status = step(verification, 0, NULL, fault);
  if (status == STATUS_OK && source->count > 1 && !is_broken(verification))
    status = walk_rest(verification, progress, fault);
  if (status == STATUS_OK && !is_broken(verification))
    verification->problem = source->problem;
  return status;
}

/* --- what was withheld --- */

static void check_release(struct verification *verification)
{
  const struct board_head *head = &verification->board.head;
  struct digest leaf;
  bool released = head->phase >= PHASE_CLOSED && (!head->manifest->paper || head->paper_given);
  if (!released || verification->board.withheld == 0)
    return;
  size_t index = 0;
  while (!board_source_withheld(verification->source.lines[index], &leaf))
    index++;
  verification->problem =
      (struct problem){.kind = PROBLEM_BODY_MISSING, .indexed = true, .index = index};
  fault_set(&verification->problem.fault, STATUS_REFUSED, NULL,
            "all ballots, once the vote is over", "%" PRIu64 " ballots are withheld",
            verification->board.withheld);
}

/* --- the checkpoint --- */

static enum status compare_head(const struct verification *verification, struct fault *fault)
{
  const struct merkle_head *said = &verification->checkpoint.head;
  struct digest root = board_root(&verification->board);
  char expected[DIGEST_TEXT], found[DIGEST_TEXT];
  if (said->size != verification->board.head.size)
    return fault_set(fault, STATUS_REFUSED, "checkpoint", "as many entries as it was signed for",
                     "it is for %" PRIu64 " entries, and there are %" PRIu64, said->size,
                     verification->board.head.size);
  digest_write(&root, expected);
  digest_write(&said->root, found);
  if (digest_compare(&root, &said->root) != 0)
    return fault_set(fault, STATUS_REFUSED, "checkpoint", expected,
                     "the root that was signed is %s", found);
  return STATUS_OK;
}

static enum status note_witnesses(struct verification *verification, struct fault *fault)
{
  const struct manifest *manifest = verification->board.head.manifest;
  size_t count = 0;
  for (size_t i = 0; i < manifest->witness_count; i++) {
    struct cosignature seen;
    enum status status =
        checkpoint_cosigned(&verification->checkpoint, &manifest->witnesses[i], &seen, fault);
    if (status != STATUS_OK)
      return status;
    if (seen.present)
      verification->witnesses[verification->witness_count++] =
          (struct witness_seen){.name = manifest->witnesses[i].name, .time = seen.time};
  }
  enum status status = checkpoint_count_witnesses(&verification->checkpoint, manifest->witnesses,
                                                  manifest->witness_count, &count, fault);
  if (status == STATUS_OK && count < manifest->witness_quorum)
    return fault_set(fault, STATUS_REFUSED, "checkpoint", "the quorum that the manifest names",
                     "%zu witnesses have cosigned, and %u are wanted", count,
                     manifest->witness_quorum);
  return status;
}

/* The board has no times; but whoever saw a tree at some moment saw all that is in it. */
static enum status compare_times(const struct verification *verification, struct fault *fault)
{
  const struct board_head *head = &verification->board.head;
  const struct manifest *manifest = head->manifest;
  for (size_t i = 0; i < verification->witness_count; i++) {
    const struct witness_seen *seen = &verification->witnesses[i];
    if (verification->board.kinds[ENTRY_BALLOT] > 0 && seen->time < manifest->opens)
      return fault_set(fault, STATUS_REFUSED, "checkpoint", "no ballots before voting.opens",
                       "%.*s saw ballots %" PRId64 " s before that", SPAN_PRINT(seen->name),
                       manifest->opens - seen->time);
    if (head->phase >= PHASE_CLOSED && manifest->has_closes && seen->time < manifest->closes)
      return fault_set(fault, STATUS_REFUSED, "checkpoint", "no close before voting.closes",
                       "%.*s saw the close %" PRId64 " s before that", SPAN_PRINT(seen->name),
                       manifest->closes - seen->time);
  }
  return STATUS_OK;
}

/* The first of these that is refused names the problem. */
static enum status check_checkpoint(struct verification *verification)
{
  struct problem *problem = &verification->problem;
  struct fault fault;
  const struct note_key *key = &verification->board.head.manifest->board_key;
  enum problem_kind kind = PROBLEM_CHECKPOINT_MALFORMED;
  enum status status =
      checkpoint_read(verification->source.checkpoint, &verification->checkpoint, &fault);
  if (status == STATUS_OK) {
    kind = PROBLEM_CHECKPOINT_UNSIGNED;
    status = checkpoint_verify(&verification->checkpoint, key, &fault);
  }
  if (status == STATUS_OK) {
    kind = PROBLEM_CHECKPOINT_DIFFERS;
    status = compare_head(verification, &fault);
  }
  if (status == STATUS_OK) {
    kind = PROBLEM_WITNESSES_MISSING;
    status = note_witnesses(verification, &fault);
  }
  if (status == STATUS_OK) {
    kind = PROBLEM_TOO_EARLY;
    status = compare_times(verification, &fault);
  }
  verification->has_checkpoint = status == STATUS_OK;
  return problem_take(problem, kind, status, &fault);
}

/* --- the count --- */

static enum status count(struct verification *verification, struct fault *fault)
{
  const struct board *board = &verification->board;
  const struct manifest *manifest = board->head.manifest;
  char id[DIGEST_TEXT];
  enum status status = board_count(board, verification->arena, &verification->profile,
                                   &verification->outcome, &verification->uncounted);
  if (status == STATUS_REFUSED)
    return STATUS_OK;
  if (status != STATUS_OK) {
    *fault = verification->uncounted;
    return status;
  }
  digest_write(&manifest->id, id);
  outcome_write(&verification->outcome, &manifest->election, &manifest->settings, span_of(id),
                &verification->written);
  verification->counted = true;
  return verification->written.failed ? fault_no_memory(fault) : STATUS_OK;
}

/* --- all of it --- */

static enum status check(struct verification *verification, const struct progress *progress,
                         struct fault *fault)
{
  enum status status = walk(verification, progress, fault);
  if (status == STATUS_OK && !is_broken(verification))
    check_release(verification);
  if (status == STATUS_OK && !is_broken(verification) && verification->source.has_checkpoint)
    status = check_checkpoint(verification);
  if (status == STATUS_OK && !is_broken(verification))
    status = tile_check(&verification->source, &verification->board, &verification->tiles,
                        &verification->problem, fault);
  if (status == STATUS_OK && !is_broken(verification))
    status = count(verification, fault);
  return status == STATUS_OK ? board_source_unchanged(&verification->source, fault) : status;
}

enum status verification_run(const char *path, size_t threads, const struct progress *progress,
                             struct arena *arena, struct verification *verification,
                             struct fault *fault)
{
  *verification = (struct verification){.arena = arena, .threads = threads};
  verification->key_checker =
      (struct key_checker){.context = &verification->threads, .check = ahead_check_keys};
  enum status status = board_source_open(path, arena, &verification->source, fault);
  if (status != STATUS_OK)
    return status;
  struct attachment_source attachments = board_source_attachments(&verification->source);
  board_begin(&verification->board, arena, &attachments);
  verification->board.key_checker = &verification->key_checker;
  verification->board.progress = progress;
  return check(verification, progress, fault);
}

void verification_free(struct verification *verification)
{
  if (verification->arena == NULL)
    return;
  board_source_close(&verification->source);
  buffer_free(&verification->written);
}
