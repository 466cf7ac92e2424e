/* checkpoint.h - what a board was at one moment, signed: C2SP tlog-checkpoint and tlog-cosignature.
 *
 * A checkpoint is a note (ballots/note.h) whose text has exactly three lines:
 *
 *   <origin: which board>        1 to 255 printable ASCII characters, neither space nor "+"
 *   <size: entries>              in decimal, without a zero before it
 *   <root of the tree>           in base64; of size 0, SHA-256 of nothing
 *
 * signed by the board's key, whose name is the origin. The standard allows further lines, which no
 * reader of the tree can check, and advises against them: here they are refused, so that a
 * checkpoint says nothing but size and root and has one spelling.
 *
 * A *cosignature* is a further line of the note, by a witness, who says that this is the largest
 * head of the board that he has seen and that it extends all he saw before. It is made of a time,
 * in seconds since 1970 as a 64-bit number, high byte first, and an Ed25519 signature of
 *
 *   cosignature/v1
 *   time <seconds in decimal>
 *   <the text of the checkpoint>
 */
#ifndef BALLOTS_CHECKPOINT_H
#define BALLOTS_CHECKPOINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ballots/merkle.h"
#include "ballots/note.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/span.h"

struct checkpoint {
  struct span origin;
  struct merkle_head head;
  struct note note; /* that it was read from */
};

/* Adds to `buffer` the note of the checkpoint, signed by the board. The origin is the name of
 * `key`, which is that of `signing_key` and of type NOTE_KEY_SIGNER; the size is at most
 * MERKLE_SIZE_MAX. A failed allocation shows in the buffer. */
void checkpoint_sign(const struct merkle_head *head, const struct note_key *key,
                     const struct signing_key *signing_key, struct buffer *buffer);

/* Reads a checkpoint with its signatures, of which none is verified. `bytes` must outlive
 * `checkpoint`. STATUS_REFUSED says in which line, counted from 1. */
enum status checkpoint_read(struct span bytes, struct checkpoint *checkpoint,
                            struct fault *fault) CHECKED;

/* Whether the checkpoint is one of the board with this key, of type NOTE_KEY_SIGNER: its origin is
 * the key's name and the key has signed it. */
enum status checkpoint_verify(const struct checkpoint *checkpoint, const struct note_key *board,
                              struct fault *fault) CHECKED;

struct cosignature {
  bool present;
  int64_t time; /* of the witness's clock: seconds since 1970 */
};

/* Looks for the cosignature of a witness, whose key is of type NOTE_KEY_COSIGNER. None is no fault;
 * one that does not hold is STATUS_REFUSED, and with it the whole checkpoint. */
enum status checkpoint_cosigned(const struct checkpoint *checkpoint, const struct note_key *witness,
                                struct cosignature *cosignature, struct fault *fault) CHECKED;

/* How many of these witnesses have cosigned. One public key counts once, under whatever names it
 * is listed. Fails as checkpoint_cosigned does. */
enum status checkpoint_count_witnesses(const struct checkpoint *checkpoint,
                                       const struct note_key *witnesses, size_t count,
                                       size_t *cosigned, struct fault *fault) CHECKED;

#endif
