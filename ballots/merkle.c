#include "ballots/merkle.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* --- hashes --- */

/* The first byte keeps an entry from being taken for a node, and the other way round. */
#define LEAF_PREFIX SPAN("\x00")
enum {
  NODE_PREFIX = 0x01
};

struct digest merkle_leaf(struct span entry)
{
  return digest_of_both(LEAF_PREFIX, entry);
}

struct digest merkle_parent(const struct digest *left, const struct digest *right)
{
  char bytes[1 + 2 * DIGEST_BYTES] = {NODE_PREFIX};
  memcpy(bytes + 1, left->bytes, DIGEST_BYTES);
  memcpy(bytes + 1 + DIGEST_BYTES, right->bytes, DIGEST_BYTES);
  return digest_of((struct span){.bytes = bytes, .length = sizeof bytes});
}

static bool equal(const struct digest *a, const struct digest *b)
{
  return digest_compare(a, b) == 0;
}

/* What a caller can only get wrong by a mistake in the program. */
static void require(bool holds)
{
  if (!holds)
    abort();
}

/* --- appending --- */

void merkle_append(struct merkle_frontier *frontier, const struct digest *leaf)
{
  require(frontier->size < MERKLE_SIZE_MAX);
  struct digest hash = *leaf;
  unsigned level = 0;
  for (; (frontier->size >> level & 1) != 0; level++)
    hash = merkle_parent(&frontier->roots[level], &hash);
  frontier->roots[level] = hash;
  frontier->size++;
}

struct digest merkle_root(const struct merkle_frontier *frontier)
{
  struct digest root = digest_of(SPAN(""));
  bool started = false;
  for (unsigned level = 0; level < MERKLE_LEVELS; level++) {
    if ((frontier->size >> level & 1) == 0)
      continue;
    root = started ? merkle_parent(&frontier->roots[level], &root) : frontier->roots[level];
    started = true;
  }
  return root;
}

/* --- stored hashes --- */

enum status merkle_load(const struct merkle_source *source, uint64_t size,
                        struct merkle_frontier *frontier, struct fault *fault)
{
  require(size <= MERKLE_SIZE_MAX);
  struct merkle_frontier loaded = {.size = size};
  for (unsigned level = 0; level < MERKLE_LEVELS; level++) {
    if ((size >> level & 1) == 0)
      continue;
    enum status status =
        source->read(source->context, level, (size >> level) - 1, &loaded.roots[level], fault);
    if (status != STATUS_OK)
      return status;
  }
  *frontier = loaded;
  return STATUS_OK;
}

/* The hashes of one level. The first one kept is the left child of the first parent that is new;
 * it is old itself where the number of the level's old hashes is odd, and then in the frontier. */
static struct digest *grow_level(const struct merkle_frontier *before, unsigned level,
                                 struct merkle_growth *growth, struct arena *arena)
{
  uint64_t old = before->size >> level;
  growth->first[level] = old & ~UINT64_C(1);
  growth->end[level] = growth->after.size >> level;
  uint64_t count = growth->end[level] - growth->first[level];
  struct digest *hashes = count > SIZE_MAX ? NULL : ARENA_TAKE(arena, struct digest, (size_t)count);
  growth->hashes[level] = hashes;
  if (hashes != NULL && (old & 1) != 0)
    hashes[0] = before->roots[level];
  return hashes;
}

static void hash_level(uint64_t old, unsigned level, const struct merkle_growth *growth,
                       struct digest *hashes)
{
  const struct digest *below = growth->hashes[level - 1];
  for (uint64_t index = old; index < growth->end[level]; index++) {
    const struct digest *left = below + (size_t)(2 * index - growth->first[level - 1]);
    hashes[index - growth->first[level]] = merkle_parent(left, left + 1);
  }
}

enum status merkle_grow(const struct merkle_frontier *before, const struct digest *leaves,
                        size_t count, struct arena *arena, struct merkle_growth *growth,
                        struct fault *fault)
{
  require(before->size <= MERKLE_SIZE_MAX && count <= MERKLE_SIZE_MAX - before->size);
  *growth = (struct merkle_growth){.after.size = before->size + count};
  for (unsigned level = 0; level < MERKLE_LEVELS; level++) {
    uint64_t old = before->size >> level;
    if (growth->after.size >> level == 0)
      break;
    struct digest *hashes = grow_level(before, level, growth, arena);
    if (hashes == NULL)
      return fault_no_memory(fault);
    if (level > 0)
      hash_level(old, level, growth, hashes);
    else if (count > 0)
      memcpy(hashes + (old & 1), leaves, count * sizeof *leaves);
    if ((growth->end[level] & 1) != 0)
      growth->after.roots[level] = hashes[growth->end[level] - 1 - growth->first[level]];
  }
  return STATUS_OK;
}

static enum status read_growth(const void *context, unsigned level, uint64_t index,
                               struct digest *hash, struct fault *fault)
{
  const struct merkle_growth *growth = context;
  if (level >= MERKLE_LEVELS || index >= growth->end[level] || index < growth->first[level])
    return fault_set(fault, STATUS_REFUSED, NULL, "a subtree that the new leaves need or complete",
                     "subtree %" PRIu64 " of level %u is not kept", index, level);
  *hash = growth->hashes[level][index - growth->first[level]];
  return STATUS_OK;
}

struct merkle_source merkle_growth_source(const struct merkle_growth *growth)
{
  return (struct merkle_source){.context = growth, .read = read_growth};
}

/* --- making proofs --- */

/* The perfect subtrees of the leaves from `begin` to `end`. `begin` is a multiple of a power of
 * two not below their number, as it is for every right part of a tree. */
static void plan_range(uint64_t begin, uint64_t end, struct merkle_plan *plan)
{
  uint8_t parts = 0;
  for (unsigned level = MERKLE_LEVELS; level-- > 0;) {
    if (((end - begin) >> level & 1) == 0)
      continue;
    plan->nodes[plan->node_count++] = (struct merkle_node){.level = level, .index = begin >> level};
    begin += UINT64_C(1) << level;
    parts++;
  }
  plan->parts[plan->count++] = parts;
}

struct range {
  uint64_t begin, end;
};

/* The way from the root of the tree of `size` leaves down to where the first `target` of them end:
 * to the last of these leaves, or (`whole`) to the largest subtree of which it is the last leaf and
 * that is on this way. What is passed on the left and on the right are the proof's hashes, from
 * the highest down; a proof of consistency also has the subtree itself, unless that begins with the
 * first leaf: then it is the older tree, which whoever checks the proof knows. */
static size_t descend(uint64_t target, uint64_t size, bool whole, struct range *passed)
{
  struct range here = {.begin = 0, .end = size};
  size_t count = 0;
  while (here.end - here.begin > 1 && !(whole && here.end == target)) {
    uint64_t half = 1;
    while (here.end - here.begin - half > half)
      half *= 2;
    uint64_t middle = here.begin + half;
    if (target <= middle) {
      passed[count++] = (struct range){.begin = middle, .end = here.end};
      here.end = middle;
    } else {
      passed[count++] = (struct range){.begin = here.begin, .end = middle};
      here.begin = middle;
    }
  }
  if (whole && here.begin > 0)
    passed[count++] = here;
  return count;
}

static void plan_descent(uint64_t target, uint64_t size, bool whole, struct merkle_plan *plan)
{
  struct range passed[MERKLE_PROOF_MAX];
  size_t count = descend(target, size, whole, passed);
  while (count-- > 0)
    plan_range(passed[count].begin, passed[count].end, plan);
}

static enum status check_size(uint64_t size, struct fault *fault)
{
  if (size <= MERKLE_SIZE_MAX)
    return STATUS_OK;
  return fault_set(fault, STATUS_REFUSED, "size", "at most 9223372036854775807 leaves",
                   "%" PRIu64 " is more leaves than a tree can have", size);
}

enum status merkle_plan_inclusion(uint64_t index, uint64_t size, struct merkle_plan *plan,
                                  struct fault *fault)
{
  enum status status = check_size(size, fault);
  if (status != STATUS_OK)
    return status;
  if (index >= size)
    return fault_set(fault, STATUS_REFUSED, "index", "an index below the size of the tree",
                     "there is no leaf %" PRIu64 " in a tree of %" PRIu64, index, size);
  plan->count = 0;
  plan->node_count = 0;
  plan_descent(index + 1, size, false, plan);
  return STATUS_OK;
}

enum status merkle_plan_consistency(uint64_t older, uint64_t newer, struct merkle_plan *plan,
                                    struct fault *fault)
{
  enum status status = check_size(newer, fault);
  if (status != STATUS_OK)
    return status;
  if (older > newer)
    return fault_set(fault, STATUS_REFUSED, "size", "the smaller tree first",
                     "a tree of %" PRIu64 " leaves does not begin with %" PRIu64, newer, older);
  plan->count = 0;
  plan->node_count = 0;
  if (older > 0)
    plan_descent(older, newer, true, plan);
  return STATUS_OK;
}

enum status merkle_prove(const struct merkle_plan *plan, const struct merkle_source *source,
                         struct merkle_proof *proof, struct fault *fault)
{
  struct digest hashes[MERKLE_NODES_MAX];
  for (size_t i = 0; i < plan->node_count; i++) {
    const struct merkle_node *node = &plan->nodes[i];
    enum status status = source->read(source->context, node->level, node->index, &hashes[i], fault);
    if (status != STATUS_OK)
      return status;
  }
  merkle_prove_from(plan, hashes, proof);
  return STATUS_OK;
}

void merkle_prove_from(const struct merkle_plan *plan, const struct digest *hashes,
                       struct merkle_proof *proof)
{
  proof->count = plan->count;
  for (size_t i = 0; i < plan->count; i++) {
    size_t parts = plan->parts[i];
    struct digest hash = hashes[parts - 1];
    for (size_t part = parts - 1; part-- > 0;)
      hash = merkle_parent(&hashes[part], &hash);
    proof->hashes[i] = hash;
    hashes += parts;
  }
}

/* --- checking proofs --- */

bool merkle_includes(const struct merkle_head *head, uint64_t index, const struct digest *leaf,
                     const struct digest *proof, size_t count)
{
  if (head->size > MERKLE_SIZE_MAX || index >= head->size)
    return false;
  uint64_t here = index, last = head->size - 1; /* of the level that `hash` is on */
  struct digest hash = *leaf;
  for (size_t i = 0; i < count; i++) {
    if (last == 0)
      return false;
    if ((here & 1) != 0 || here == last) {
      hash = merkle_parent(&proof[i], &hash);
      /* Without a right neighbour a node goes up as it is, until it is itself a right child. */
      for (; (here & 1) == 0 && here != 0; here >>= 1)
        last >>= 1;
    } else {
      hash = merkle_parent(&hash, &proof[i]);
    }
    here >>= 1;
    last >>= 1;
  }
  return last == 0 && equal(&hash, &head->root);
}

/* Both trees are larger than 0 and `older` is the smaller. */
static bool extends_properly(const struct merkle_head *older, const struct merkle_head *newer,
                             const struct digest *proof, size_t count)
{
  uint64_t here = older->size - 1, last = newer->size - 1;
  for (; (here & 1) != 0; here >>= 1)
    last >>= 1;
  /* An older tree that is perfect is its own first hash, so the proof does not repeat it. */
  struct digest first = older->root;
  if (here != 0) {
    if (count == 0)
      return false;
    first = *proof++;
    count--;
  }

  struct digest old_hash = first, new_hash = first;
  for (size_t i = 0; i < count; i++) {
    if (last == 0)
      return false;
    if ((here & 1) != 0 || here == last) {
      old_hash = merkle_parent(&proof[i], &old_hash);
      new_hash = merkle_parent(&proof[i], &new_hash);
      for (; (here & 1) == 0 && here != 0; here >>= 1)
        last >>= 1;
    } else {
      new_hash = merkle_parent(&new_hash, &proof[i]);
    }
    here >>= 1;
    last >>= 1;
  }
  return last == 0 && equal(&old_hash, &older->root) && equal(&new_hash, &newer->root);
}

bool merkle_extends(const struct merkle_head *older, const struct merkle_head *newer,
                    const struct digest *proof, size_t count)
{
  if (newer->size > MERKLE_SIZE_MAX || older->size > newer->size)
    return false;
  struct digest nothing = digest_of(SPAN(""));
  if (older->size == 0 && !equal(&older->root, &nothing))
    return false;
  if (older->size == newer->size)
    return count == 0 && equal(&older->root, &newer->root);
  if (older->size == 0)
    return count == 0;
  return extends_properly(older, newer, proof, count);
}
