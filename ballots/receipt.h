/* receipt.h - proof that an entry stands on a board, to be checked by anyone, anywhere: a C2SP
 * tlog-proof file.
 *
 *   c2sp.org/tlog-proof@v1
 *   index <of the entry, from 0, in decimal>
 *   <a hash of the inclusion proof in base64>      each on a line, the lowest first
 *   <an empty line>
 *   <the checkpoint, as in ballots/checkpoint.h>
 *
 * The standard allows a line of `extra` data before the index, which nothing vouches for: we write
 * none and refuse it. Refused too is an index that is not below the checkpoint's size, and a proof
 * with more or fewer hashes than that index and size need. So a receipt has one spelling.
 *
 * What it proves: the board has signed that this entry has this index in the tree of the checkpoint.
 * Where an election has a quorum of witnesses, a receipt with fewer of their cosignatures is
 * *provisional*: the board might show others another tree.
 */
#ifndef BALLOTS_RECEIPT_H
#define BALLOTS_RECEIPT_H

#include <stddef.h>
#include <stdint.h>

#include "ballots/checkpoint.h"
#include "ballots/merkle.h"
#include "ballots/note.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/span.h"

struct receipt {
  uint64_t index;
  struct merkle_proof proof;
  struct checkpoint checkpoint;
};

/* Adds the receipt to `buffer`. `checkpoint` are the bytes of the signed checkpoint in whose tree
 * `proof` is. A failed allocation shows in the buffer. */
void receipt_write(uint64_t index, const struct merkle_proof *proof, struct span checkpoint,
                   struct buffer *buffer);

/* Reads a receipt. `bytes` must outlive it. Nothing is verified. STATUS_REFUSED says in which line,
 * counted from 1. */
enum status receipt_read(struct span bytes, struct receipt *receipt, struct fault *fault) CHECKED;

/* Whom to believe: from the manifest, or from who asks. */
struct receipt_trust {
  const struct note_key *board;     /* of type NOTE_KEY_SIGNER */
  const struct note_key *witnesses; /* of type NOTE_KEY_COSIGNER */
  size_t witness_count;
  size_t quorum; /* witnesses that are enough; 0: none are needed */
};

enum receipt_standing {
  RECEIPT_FINAL,
  RECEIPT_PROVISIONAL /* fewer witnesses than the quorum; all else holds */
};

/* Whether the receipt is for this entry, whole and without line break. STATUS_REFUSED when the
 * checkpoint is not the board's, the entry is not in its tree at that index, or a line of one of
 * the witnesses does not hold. */
enum status receipt_check(const struct receipt *receipt, struct span entry,
                          const struct receipt_trust *trust, enum receipt_standing *standing,
                          struct fault *fault) CHECKED;

#endif
