/* tile.h - the tree and its entries as files that a static server can serve: C2SP tlog-tiles.
 *
 * A *tile* of level L (not a level of the tree: eight of those are one of tiles) is 256 hashes of
 * neighbouring perfect subtrees of level 8 × L, one after the other: leaf hashes at L = 0, and
 * above them roots of full tiles. Its hash number i in tile number N is that of subtree
 * N × 256 + i. The last tile of a level is *partial* while it has less than 256 hashes. An *entry
 * bundle* has the entries under a tile of level 0, each after its length as a 16-bit number, the
 * high byte first.
 *
 *   tile/<L>/<N>             tile/entries/<N>             full
 *   tile/<L>/<N>.p/<W>       tile/entries/<N>.p/<W>       partial, with W hashes or entries
 *
 * N is written in groups of three digits, all but the last after an "x": 1234067 is x001/x234/067.
 * One spelling only: no zero before a number, no group more than needed.
 *
 * Tiles never change; a partial one is overtaken by wider ones and by the full one, which begin
 * with the same bytes. Nothing about what tiles contain is trusted: who wants to know hashes the
 * entries again, or makes a proof and checks it.
 */
#ifndef BALLOTS_TILE_H
#define BALLOTS_TILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ballots/merkle.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/span.h"

enum {
  TILE_HEIGHT = 8, /* levels of the tree that one of tiles spans */
  TILE_WIDTH = 256,
  TILE_LEVELS = 8,                        /* 0 to 7: what MERKLE_SIZE_MAX leaves need */
  TILE_BYTES = TILE_WIDTH * DIGEST_BYTES, /* of a full tile */
  TILE_ENTRY_MAX = 65535,                 /* bytes of an entry in a bundle */
  TILE_PATH_MAX = sizeof "tile/entries/x000/x000/x000/x000/x000/000.p/255" /* with a 0 */
};

enum tile_kind {
  TILE_HASHES,
  TILE_ENTRIES
};

/* A tile that some tree has. Of entries, the level is 0. */
struct tile {
  enum tile_kind kind;
  unsigned level;
  uint64_t index;
  unsigned width; /* hashes or entries, 1 to 256; 256 is a full tile */
};

/* --- names --- */

/* Writes the path and a 0. */
void tile_path(const struct tile *tile, char text[TILE_PATH_MAX]);

/* Reads a path. STATUS_REFUSED for any other spelling, and for a tile that no tree of at most
 * MERKLE_SIZE_MAX leaves has. */
enum status tile_read_path(struct span path, struct tile *tile, struct fault *fault) CHECKED;

/* --- the tiles of a tree --- */

/* Whether the tree of `size` leaves has this tile, and how wide it is there. */
bool tile_of(uint64_t size, enum tile_kind kind, unsigned level, uint64_t index, struct tile *tile);

/* All tiles that the tree of `newer` leaves has and that of `older` has not, in this width: tiles
 * of hashes level by level, then bundles of entries. From 0, all tiles of a tree.
 *
 *   struct tile_walk walk = {.older = 0, .newer = size};
 *   while (tile_walk_next(&walk, &tile)) …
 */
struct tile_walk {
  uint64_t older, newer; /* at most MERKLE_SIZE_MAX */
  unsigned row;          /* 0 at the start, as the next two: where the walk has come to */
  bool in_row;
  uint64_t index;
};

bool tile_walk_next(struct tile_walk *walk, struct tile *tile);

/* --- tiles of hashes, while a tree grows --- */

/* The last tile of each level. All zero is the tree without leaves. Of level L the first
 * (size >> 8 L) mod 256 hashes count: they are the partial tile, if any. To go on from a stored
 * tree, set `size` and copy the partial tiles. */
struct tile_edge {
  uint64_t size;
  struct digest hashes[TILE_LEVELS][TILE_WIDTH];
};

/* Appends a leaf to a tree of less than MERKLE_SIZE_MAX. Returns how many tiles are full now that
 * were not before: those of level 0, 1, … Each is the last full one of its level, number
 * (size >> 8 (L + 1)) - 1, and is in `hashes[L]`, all of it, until the next leaf. */
unsigned tile_append(struct tile_edge *edge, const struct digest *leaf);

/* The frontier of the tree. */
struct merkle_frontier tile_frontier(const struct tile_edge *edge);

/* The bytes of tiles are those of their hashes. */
struct span tile_bytes(const struct digest *hashes, size_t count);

/* --- reading hashes from tiles --- */

/* Where tiles come from. `read` gives the bytes of a tile, those of a wider one with the same
 * level and index, or fails. They are needed until its next call. */
struct tile_store {
  const void *context;
  uint64_t size; /* leaves of the tree whose tiles these are */
  enum status (*read)(const void *context, const struct tile *tile, struct span *bytes,
                      struct fault *fault);
};

/* The tile in which the hash of a perfect subtree stands, or those of the subtrees that it is made
 * of: `count` of them from number `first` on. False when the tree of `size` leaves has no such
 * subtree. */
bool tile_holding(uint64_t size, unsigned level, uint64_t index, struct tile *tile, unsigned *first,
                  unsigned *count);

/* The hash of a perfect subtree, from the bytes of the tile of tile_holding, or of a wider one
 * with its level and index. STATUS_REFUSED, with the tile's path, when they are neither. */
enum status tile_subtree(const struct tile *tile, unsigned first, unsigned count, struct span bytes,
                         struct digest *hash, struct fault *fault) CHECKED;

/* For proofs; one tile is read for each hash. Valid as long as `store`. */
struct merkle_source tile_source(const struct tile_store *store);

/* --- entry bundles --- */

/* Adds an entry to a bundle. STATUS_REFUSED when it has more than TILE_ENTRY_MAX bytes. A failed
 * allocation shows in the buffer. */
enum status tile_add_entry(struct buffer *bundle, struct span entry, struct fault *fault) CHECKED;

/* Reads a bundle of exactly `count` entries; they stay in the bundle's bytes. STATUS_REFUSED when
 * there are more or fewer, and then `entries` are not to be used. */
enum status tile_read_entries(struct span bundle, size_t count, struct span *entries,
                              struct fault *fault) CHECKED;

#endif
