/* receipts.h - the receipt of an entry that stands already: the one it was given, made again.
 *
 * An entry's receipt is its place in the tree of the first checkpoint that has it, which is that of
 * the batch it came with. Checkpoints are kept, and the hashes of that tree follow from the
 * leaves and the subtrees that are: so the same bytes sent again get the same receipt.
 */
#ifndef API_VOTING_RECEIPTS_H
#define API_VOTING_RECEIPTS_H

#include "api/server/db.h"
#include "ballots/merkle.h"
#include "ballots/tile.h"
#include "base/arena.h"

/* Set the first members, then call receipt_recall; the struct stays until `done`, which is called
 * from the loop, with the receipt in the arena, or with a span without bytes and a fault. */
struct receipt_recall {
  struct db *db;
  struct digest election;
  uint64_t index;
  struct arena *arena;
  void (*done)(void *context, struct span receipt, const struct fault *fault);
  void *context;
  /* its own: */
  struct db_unit unit;
  uint64_t size;
  struct span note;
  struct merkle_plan plan;
  struct tile tiles[DB_STATEMENTS_MAX];
  size_t tile_count;
};

void receipt_recall(struct receipt_recall *recall);

/* Adds the query for the hashes of a tile of hashes, which begin at its first. */
void tile_ask(struct db_unit *unit, const struct digest *election, const struct tile *tile);

#endif
