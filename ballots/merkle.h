/* merkle.h - the tree over a board's entries: RFC 6962 section 2.1 with SHA-256.
 *
 * A leaf hash is SHA-256(0x00 ‖ entry), the hash of a node SHA-256(0x01 ‖ left ‖ right). The left
 * part of a tree of n > 1 leaves has the largest power of two below n, so a tree is made of
 * *perfect* subtrees, one for each bit set in n, the largest on the left. A perfect subtree never
 * changes once its leaves are there: it is named by (level, index), its leaves being those from
 * index × 2^level on, 2^level of them; level 0 are the leaf hashes.
 *
 * So a board that grows keeps its frontier, the roots of its perfect subtrees; proofs are made of
 * perfect subtrees, wherever they are stored; and whoever checks a proof needs nothing stored.
 */
#ifndef BALLOTS_MERKLE_H
#define BALLOTS_MERKLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ballots/digest.h"
#include "base/arena.h"
#include "base/fault.h"
#include "base/span.h"

#define MERKLE_SIZE_MAX ((uint64_t)INT64_MAX) /* leaves of a tree */

enum {
  MERKLE_LEVELS = 63,    /* of perfect subtrees: 0 to 62, as many as MERKLE_SIZE_MAX has bits */
  MERKLE_PROOF_MAX = 64, /* hashes of a proof */
  MERKLE_NODES_MAX = 128 /* perfect subtrees that a proof is made of */
};

/* --- hashes --- */

/* The leaf hash of an entry. */
struct digest merkle_leaf(struct span entry);

/* The hash of a node from those of its two children. */
struct digest merkle_parent(const struct digest *left, const struct digest *right);

/* --- appending --- */

/* All zero is the tree without leaves. */
struct merkle_frontier {
  uint64_t size;                      /* leaves, at most MERKLE_SIZE_MAX */
  struct digest roots[MERKLE_LEVELS]; /* where bit `level` of the size is set */
};

/* The tree must have less than MERKLE_SIZE_MAX leaves. */
void merkle_append(struct merkle_frontier *frontier, const struct digest *leaf);

/* The root over all leaves; of no leaf, SHA-256 of nothing. */
struct digest merkle_root(const struct merkle_frontier *frontier);

/* --- stored hashes --- */

/* Where hashes of perfect subtrees come from: tiles, a database, memory. A proof made from wrong
 * hashes is a wrong proof, which no check accepts. */
struct merkle_source {
  const void *context;
  enum status (*read)(const void *context, unsigned level, uint64_t index, struct digest *hash,
                      struct fault *fault);
};

/* The frontier of the first `size` leaves, at most MERKLE_SIZE_MAX. Fails as the source does. */
enum status merkle_load(const struct merkle_source *source, uint64_t size,
                        struct merkle_frontier *frontier, struct fault *fault) CHECKED;

/* What appending several leaves adds to a tree: all perfect subtrees that it has and had not, and
 * those of its frontier before. That is enough for the proof of inclusion of each new leaf in the
 * new tree and for the proof of consistency between the two; starting from the tree without
 * leaves, for every proof. */
struct merkle_growth {
  struct merkle_frontier after;
  /* Of each level the hashes of subtrees first, first + 1, … up to end, which is not there. */
  const struct digest *hashes[MERKLE_LEVELS];
  uint64_t first[MERKLE_LEVELS];
  uint64_t end[MERKLE_LEVELS];
};

/* Appends `count` leaves to the tree of `before`, with at most MERKLE_SIZE_MAX in all. The hashes
 * are in `arena`: two for each leaf, about. Fails only for want of memory. */
enum status merkle_grow(const struct merkle_frontier *before, const struct digest *leaves,
                        size_t count, struct arena *arena, struct merkle_growth *growth,
                        struct fault *fault) CHECKED;

/* Valid as long as `growth`. STATUS_REFUSED for what is not there. */
struct merkle_source merkle_growth_source(const struct merkle_growth *growth);

/* --- making proofs ---
 *
 * First what a proof is made of, which depends on numbers alone; then its hashes. Whoever must
 * not wait for a store fetches the hashes of all `nodes` at once and calls merkle_prove_from. */

struct merkle_proof {
  size_t count;
  struct digest hashes[MERKLE_PROOF_MAX]; /* the lowest first */
};

struct merkle_node {
  unsigned level;
  uint64_t index;
};

struct merkle_plan {
  size_t count;                    /* hashes of the proof */
  uint8_t parts[MERKLE_PROOF_MAX]; /* how many of the nodes, from the left, make each of them */
  size_t node_count;
  struct merkle_node nodes[MERKLE_NODES_MAX];
};

/* The proof that a leaf stands in the tree of `size` leaves (RFC 9162 section 2.1.3.1).
 * STATUS_REFUSED when there is no such leaf or no such tree. */
enum status merkle_plan_inclusion(uint64_t index, uint64_t size, struct merkle_plan *plan,
                                  struct fault *fault) CHECKED;

/* The proof that the tree of `older` leaves is the beginning of that of `newer` ones (RFC 9162
 * section 2.1.4.1). Empty when one of them is empty or they are the same. STATUS_REFUSED when
 * `older` is the larger or `newer` no size of a tree. */
enum status merkle_plan_consistency(uint64_t older, uint64_t newer, struct merkle_plan *plan,
                                    struct fault *fault) CHECKED;

/* Fails as the source does. */
enum status merkle_prove(const struct merkle_plan *plan, const struct merkle_source *source,
                         struct merkle_proof *proof, struct fault *fault) CHECKED;

/* `hashes[i]` is that of `plan->nodes[i]`. */
void merkle_prove_from(const struct merkle_plan *plan, const struct digest *hashes,
                       struct merkle_proof *proof);

/* --- checking proofs ---
 *
 * Nothing about the arguments is trusted; what does not fit is false. */

/* A tree and what it hashes to. */
struct merkle_head {
  uint64_t size;
  struct digest root;
};

/* Whether `leaf` is leaf number `index`, counted from 0, of the tree with this head (RFC 9162
 * section 2.1.3.2). */
bool merkle_includes(const struct merkle_head *head, uint64_t index, const struct digest *leaf,
                     const struct digest *proof, size_t count);

/* Whether the tree of `older` is the beginning of that of `newer` (RFC 9162 section 2.1.4.2).
 * Every tree begins with the empty one, by an empty proof. */
bool merkle_extends(const struct merkle_head *older, const struct merkle_head *newer,
                    const struct digest *proof, size_t count);

#endif
