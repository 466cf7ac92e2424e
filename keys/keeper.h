/* keeper.h - a board kept in a folder, without a service: for tests and small committees.
 *
 *   board.jsonl               the entries, one a line: what the board is
 *   attachments/<hex>         the files that entries name, by their SHA-256
 *   entries/<index>           each entry that is no ballot, by itself
 *   tile/…                    the tree and its entries (ballots/tile.h)
 *   checkpoint                size and root, signed by the board's key
 *   lock                      held while somebody writes
 *
 * Several entries are appended together or not at all. Everything they need is on the disk before
 * board.jsonl takes the place of the one before, in one step; the checkpoint follows. A folder
 * whose board.jsonl is behind its checkpoint, or not what the checkpoint says, is refused: an older
 * state was put back.
 *
 * Bodies of ballots stand in board.jsonl and in tiles as soon as they are cast, so the folder is
 * not to be published before the vote is closed.
 */
#ifndef KEYS_KEEPER_H
#define KEYS_KEEPER_H

#include <stdbool.h>
#include <stddef.h>

#include "ballots/board.h"
#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/span.h"

struct keeper {
  const char *folder;
  struct arena *arena;
  struct board board;
  int lock;
  size_t stored;           /* entries on the disk */
  struct span signed_head; /* the checkpoint when it was opened; empty without one */
  struct span *lines;      /* [board.head.size] */
  size_t line_capacity;
};

/* Opens a folder for its one writer, or makes it, and reads its board. `folder` and `arena` must
 * outlive the keeper, and nobody may move it. STATUS_REFUSED for a board that does not hold. */
enum status keeper_open(struct keeper *keeper, const char *folder, struct arena *arena,
                        struct fault *fault) CHECKED;

/* Stores an attachment for good. */
enum status keeper_attach(struct keeper *keeper, struct span bytes, struct fault *fault) CHECKED;

/* Appends a line in memory, which must outlive the keeper. Answers as board_append does. */
enum status keeper_append(struct keeper *keeper, struct span line, enum refusal *refusal,
                          struct fault *fault) CHECKED;

/* Whether what is on the disk ends with these lines: they were appended before, perhaps by a run
 * that could not finish. `*first` is then the entry that the first of them is. */
bool keeper_ends_with(const struct keeper *keeper, struct span lines, size_t *first);

/* Puts on the disk what was appended. With a key, which must be the manifest's of the board, the
 * checkpoint too; without, that of before stays. */
enum status keeper_commit(struct keeper *keeper, const struct signing_key *key,
                          struct fault *fault) CHECKED;

/* Adds the receipt of an entry (ballots/receipt.h), proved in the tree of the checkpoint that was
 * there when the folder was opened.
 * STATUS_REFUSED when the entry is not on the board, or no checkpoint has it yet. */
enum status keeper_receipt(const struct keeper *keeper, const struct digest *leaf,
                           struct buffer *receipt, struct fault *fault) CHECKED;

/* For a keeper that was opened, or whose opening failed. */
void keeper_close(struct keeper *keeper);

#endif
