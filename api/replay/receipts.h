/* receipts.h - the receipts that a client was given, each checked when it comes, and what the board
 * must be once all are there.
 *
 * Of a receipt are kept the entry's leaf hash and index and the digest of its bytes; and of each
 * checkpoint seen its size and root, so that in the end every one of them can be held to the board.
 */
#ifndef API_REPLAY_RECEIPTS_H
#define API_REPLAY_RECEIPTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ballots/digest.h"
#include "ballots/merkle.h"
#include "ballots/note.h"
#include "base/arena.h"
#include "base/fault.h"
#include "base/span.h"

/* Of an entry that was answered with a receipt. */
struct receipt_note {
  uint64_t index;
  struct digest leaf;
  struct digest receipt; /* SHA-256 of its bytes */
};

enum {
  RECEIPTS_VERIFIED = 64 /* checkpoints whose signatures are not asked again */
};

struct receipts {
  const struct note_key *board;
  struct arena *arena;
  uint64_t checked; /* receipts that passed, those of the same line again too */
  size_t count, capacity;
  struct receipt_note *notes; /* one for each entry; in the order of indexes after receipts_sort */
  size_t head_count, head_capacity;
  struct merkle_head *heads; /* of every checkpoint seen, once each */
  /* The last checkpoints that were verified, by the digest of their text and signatures. */
  size_t verified_next;
  struct digest verified[RECEIPTS_VERIFIED];
};

/* `board` and `arena` outlive the receipts. */
void receipts_begin(struct receipts *receipts, const struct note_key *board, struct arena *arena);

/* Checks the receipt for `line`, the bytes that were sent: it is whole, for this entry, under a
 * checkpoint of the board. STATUS_REFUSED says what does not hold. It is not kept: receipts_keep. */
enum status receipts_check(struct receipts *receipts, struct span line, struct span bytes,
                           struct receipt_note *note, struct fault *fault) CHECKED;

enum status receipts_keep(struct receipts *receipts, const struct receipt_note *note,
                          struct fault *fault) CHECKED;

/* Puts the notes in the order of their indexes. STATUS_REFUSED when they are not 0, 1, 2, …: the
 * board has an entry that nobody here sent, or gave one index twice. */
enum status receipts_sort(struct receipts *receipts, struct fault *fault) CHECKED;

/* The root over all entries; sorted. */
struct digest receipts_root(const struct receipts *receipts);

/* Whether each checkpoint seen is of the tree over the first entries, as many as it says; sorted. */
enum status receipts_check_heads(const struct receipts *receipts, struct fault *fault) CHECKED;

#endif
