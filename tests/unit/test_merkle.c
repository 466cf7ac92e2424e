#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ballots/merkle.h"
#include "base/hex.h"

static struct digest from_hex(const char *text)
{
  struct digest digest;
  assert_true(hex_read(span_of(text), digest.bytes, DIGEST_BYTES));
  return digest;
}

static void assert_digest(struct digest found, struct digest expected)
{
  assert_memory_equal(found.bytes, expected.bytes, DIGEST_BYTES);
}

/* --- the definitions of RFC 6962 section 2.1, as they are written there --- */

enum {
  LEAVES = 70 /* some past a power of two */
};

static struct digest leaves[LEAVES];

static uint64_t largest_power_below(uint64_t n)
{
  uint64_t k = 1;
  while (2 * k < n)
    k *= 2;
  return k;
}

static struct digest naive_root(const struct digest *d, uint64_t n)
{
  if (n == 0)
    return digest_of(SPAN(""));
  if (n == 1)
    return d[0];
  uint64_t k = largest_power_below(n);
  struct digest left = naive_root(d, k), right = naive_root(d + k, n - k);
  return merkle_parent(&left, &right);
}

static void naive_path(uint64_t m, const struct digest *d, uint64_t n, struct merkle_proof *proof)
{
  if (n == 1)
    return;
  uint64_t k = largest_power_below(n);
  if (m < k) {
    naive_path(m, d, k, proof);
    proof->hashes[proof->count++] = naive_root(d + k, n - k);
  } else {
    naive_path(m - k, d + k, n - k, proof);
    proof->hashes[proof->count++] = naive_root(d, k);
  }
}

static void naive_subproof(uint64_t m, const struct digest *d, uint64_t n, bool known,
                           struct merkle_proof *proof)
{
  if (m == n) {
    if (!known)
      proof->hashes[proof->count++] = naive_root(d, n);
    return;
  }
  uint64_t k = largest_power_below(n);
  if (m <= k) {
    naive_subproof(m, d, k, known, proof);
    proof->hashes[proof->count++] = naive_root(d + k, n - k);
  } else {
    naive_subproof(m - k, d + k, n - k, false, proof);
    proof->hashes[proof->count++] = naive_root(d, k);
  }
}

static struct merkle_head head_of(uint64_t size)
{
  return (struct merkle_head){.size = size, .root = naive_root(leaves, size)};
}

/* --- helpers --- */

static struct arena arena;
static struct merkle_growth all; /* of `leaves` from the first one on */
static struct merkle_source source;
static struct fault fault;

static struct merkle_growth grow(uint64_t from, uint64_t to)
{
  struct merkle_frontier frontier = {0};
  for (uint64_t i = 0; i < from; i++)
    merkle_append(&frontier, &leaves[i]);
  struct merkle_growth growth;
  assert_int_equal(
      merkle_grow(&frontier, leaves + from, (size_t)(to - from), &arena, &growth, &fault),
      STATUS_OK);
  return growth;
}

static struct merkle_proof inclusion(uint64_t index, uint64_t size,
                                     const struct merkle_source *from)
{
  struct merkle_plan plan;
  struct merkle_proof proof = {0};
  assert_int_equal(merkle_plan_inclusion(index, size, &plan, &fault), STATUS_OK);
  assert_int_equal(merkle_prove(&plan, from, &proof, &fault), STATUS_OK);
  return proof;
}

static struct merkle_proof consistency(uint64_t older, uint64_t newer,
                                       const struct merkle_source *from)
{
  struct merkle_plan plan;
  struct merkle_proof proof = {0};
  assert_int_equal(merkle_plan_consistency(older, newer, &plan, &fault), STATUS_OK);
  assert_int_equal(merkle_prove(&plan, from, &proof, &fault), STATUS_OK);
  return proof;
}

static void assert_proof(const struct merkle_proof *found, const struct merkle_proof *expected)
{
  assert_int_equal(found->count, expected->count);
  for (size_t i = 0; i < found->count; i++)
    assert_digest(found->hashes[i], expected->hashes[i]);
}

static int start(void **state)
{
  (void)state;
  for (size_t i = 0; i < LEAVES; i++) {
    char name[2] = {(char)i, 'x'};
    leaves[i] = merkle_leaf((struct span){.bytes = name, .length = sizeof name});
  }
  all = grow(0, LEAVES);
  source = merkle_growth_source(&all);
  return 0;
}

static int stop(void **state)
{
  (void)state;
  arena_free(&arena);
  return 0;
}

/* --- known answers --- */

/* The eight leaves that implementations of Certificate Transparency have tried since the first. */
static const struct span classic[] = {
    SPAN_INIT(""),
    SPAN_INIT("\x00"),
    SPAN_INIT("\x10"),
    SPAN_INIT("\x20\x21"),
    SPAN_INIT("\x30\x31"),
    SPAN_INIT("\x40\x41\x42\x43"),
    SPAN_INIT("\x50\x51\x52\x53\x54\x55\x56\x57"),
    SPAN_INIT("\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f"),
};

static const char *const classic_roots[] = {
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
};

static void the_roots_of_the_classic_leaves_are_known(void **state)
{
  (void)state;
  struct merkle_frontier frontier = {0};
  for (size_t size = 0; size <= 8; size++) {
    assert_int_equal(frontier.size, size);
    assert_digest(merkle_root(&frontier), from_hex(classic_roots[size]));
    if (size == 8)
      break;
    struct digest leaf = merkle_leaf(classic[size]);
    merkle_append(&frontier, &leaf);
  }
}

static void the_proofs_of_the_classic_leaves_are_known(void **state)
{
  (void)state;
  static const char *const path[] = {
      "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
      "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
      "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"};
  static const char *const from_six[] = {
      "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
      "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"};
  struct digest eight[8];
  for (size_t i = 0; i < 8; i++)
    eight[i] = merkle_leaf(classic[i]);
  struct merkle_frontier none = {0};
  struct merkle_growth growth;
  assert_int_equal(merkle_grow(&none, eight, 8, &arena, &growth, &fault), STATUS_OK);
  struct merkle_source from = merkle_growth_source(&growth);

  struct merkle_proof proof = inclusion(0, 8, &from);
  assert_int_equal(proof.count, 3);
  for (size_t i = 0; i < 3; i++)
    assert_digest(proof.hashes[i], from_hex(path[i]));
  proof = consistency(6, 8, &from);
  assert_int_equal(proof.count, 3);
  for (size_t i = 0; i < 3; i++)
    assert_digest(proof.hashes[i], from_hex(from_six[i]));
}

/* The nodes of the tree of seven leaves in RFC 9162 section 2.1.5, as they are called there. */
static struct digest node_called(char name, const struct digest *d)
{
  if (name >= 'a' && name <= 'f')
    return d[name - 'a'];
  if (name == 'j')
    return d[6];
  static const char *const halves[] = {"ab", "cd", "ef", "", "gh", "ij"};
  struct digest left = node_called(halves[name - 'g'][0], d);
  struct digest right = node_called(halves[name - 'g'][1], d);
  return merkle_parent(&left, &right);
}

static void has_nodes(const struct merkle_proof *proof, const char *names, const struct digest *d)
{
  assert_int_equal(proof->count, strlen(names));
  for (size_t i = 0; i < proof->count; i++)
    assert_digest(proof->hashes[i], node_called(names[i], d));
}

static void the_proofs_of_the_example_of_rfc_9162_are_those(void **state)
{
  (void)state;
  struct merkle_frontier none = {0};
  struct merkle_growth growth;
  assert_int_equal(merkle_grow(&none, leaves, 7, &arena, &growth, &fault), STATUS_OK);
  struct merkle_source from = merkle_growth_source(&growth);
  static const struct {
    uint64_t index;
    const char *nodes;
  } paths[] = {{0, "bhl"}, {3, "cgl"}, {4, "fjk"}, {6, "ik"}};
  for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
    struct merkle_proof proof = inclusion(paths[i].index, 7, &from);
    has_nodes(&proof, paths[i].nodes, leaves);
  }
  static const struct {
    uint64_t older;
    const char *nodes;
  } growths[] = {{3, "cdgl"}, {4, "l"}, {6, "ijk"}};
  for (size_t i = 0; i < sizeof growths / sizeof *growths; i++) {
    struct merkle_proof proof = consistency(growths[i].older, 7, &from);
    has_nodes(&proof, growths[i].nodes, leaves);
  }
}

static void an_entry_is_never_taken_for_a_node(void **state)
{
  (void)state;
  char bytes[2 * DIGEST_BYTES];
  memcpy(bytes, leaves[0].bytes, DIGEST_BYTES);
  memcpy(bytes + DIGEST_BYTES, leaves[1].bytes, DIGEST_BYTES);
  struct digest leaf = merkle_leaf((struct span){.bytes = bytes, .length = sizeof bytes});
  struct digest node = merkle_parent(&leaves[0], &leaves[1]);
  assert_int_not_equal(digest_compare(&leaf, &node), 0);
}

/* --- against the definitions --- */

static void roots_are_those_of_the_definition(void **state)
{
  (void)state;
  struct merkle_frontier frontier = {0};
  for (uint64_t size = 0; size <= LEAVES; size++) {
    assert_digest(merkle_root(&frontier), naive_root(leaves, size));
    if (size < LEAVES)
      merkle_append(&frontier, &leaves[size]);
  }
}

static void inclusion_proofs_are_those_of_the_definition_and_hold(void **state)
{
  (void)state;
  for (uint64_t size = 1; size <= LEAVES; size++) {
    struct merkle_head head = head_of(size);
    for (uint64_t index = 0; index < size; index++) {
      struct merkle_proof expected = {0};
      naive_path(index, leaves, size, &expected);
      struct merkle_proof proof = inclusion(index, size, &source);
      assert_proof(&proof, &expected);
      assert_true(merkle_includes(&head, index, &leaves[index], proof.hashes, proof.count));
    }
  }
}

static void consistency_proofs_are_those_of_the_definition_and_hold(void **state)
{
  (void)state;
  for (uint64_t newer = 0; newer <= LEAVES; newer++) {
    struct merkle_head new_head = head_of(newer);
    for (uint64_t older = 0; older <= newer; older++) {
      struct merkle_head old_head = head_of(older);
      struct merkle_proof expected = {0};
      if (older > 0)
        naive_subproof(older, leaves, newer, true, &expected);
      struct merkle_proof proof = consistency(older, newer, &source);
      assert_proof(&proof, &expected);
      assert_true(merkle_extends(&old_head, &new_head, proof.hashes, proof.count));
    }
  }
}

/* --- growth --- */

static void a_growth_ends_with_the_frontier_of_appending_one_by_one(void **state)
{
  (void)state;
  for (uint64_t from = 0; from <= LEAVES; from += 7) {
    struct merkle_frontier one_by_one = {0};
    for (uint64_t to = 0; to <= LEAVES; to++) {
      if (to >= from) {
        struct merkle_growth growth = grow(from, to);
        assert_memory_equal(&growth.after.size, &one_by_one.size, sizeof one_by_one.size);
        assert_digest(merkle_root(&growth.after), merkle_root(&one_by_one));
      }
      if (to < LEAVES)
        merkle_append(&one_by_one, &leaves[to]);
    }
  }
}

static void a_growth_proves_its_leaves_and_that_it_extends(void **state)
{
  (void)state;
  static const uint64_t sizes[] = {0, 1, 2, 3, 5, 7, 8, 9, 31, 32, 33, 47, 63, 64, 65, 70};
  enum {
    SIZES = sizeof sizes / sizeof *sizes
  };
  for (size_t i = 0; i < SIZES; i++)
    for (size_t j = i; j < SIZES; j++) {
      uint64_t from = sizes[i], to = sizes[j];
      struct merkle_growth growth = grow(from, to);
      struct merkle_source of_growth = merkle_growth_source(&growth);
      for (uint64_t index = from; index < to; index++) {
        struct merkle_proof expected = inclusion(index, to, &source);
        struct merkle_proof proof = inclusion(index, to, &of_growth);
        assert_proof(&proof, &expected);
      }
      struct merkle_proof expected = consistency(from, to, &source);
      struct merkle_proof proof = consistency(from, to, &of_growth);
      assert_proof(&proof, &expected);
    }
}

static void a_growth_says_what_it_has_not(void **state)
{
  (void)state;
  struct merkle_growth growth = grow(8, 12);
  struct merkle_source of_growth = merkle_growth_source(&growth);
  static const struct merkle_node absent[] = {{0, 7}, {0, 12}, {1, 3}, {2, 1},
                                              {3, 1}, {4, 0},  {63, 0}};
  for (size_t i = 0; i < sizeof absent / sizeof *absent; i++) {
    struct digest hash;
    assert_int_equal(
        of_growth.read(of_growth.context, absent[i].level, absent[i].index, &hash, &fault),
        STATUS_REFUSED);
    assert_non_null(strstr(fault.what, "is not kept"));
  }
  struct merkle_plan plan;
  struct merkle_proof proof = {0};
  assert_int_equal(merkle_plan_inclusion(0, 12, &plan, &fault), STATUS_OK);
  assert_int_equal(merkle_prove(&plan, &of_growth, &proof, &fault), STATUS_REFUSED);
  assert_string_equal(fault.what, "subtree 1 of level 0 is not kept");
}

static void a_frontier_is_loaded_from_stored_hashes(void **state)
{
  (void)state;
  for (uint64_t size = 0; size <= LEAVES; size++) {
    struct merkle_frontier frontier;
    assert_int_equal(merkle_load(&source, size, &frontier, &fault), STATUS_OK);
    assert_int_equal(frontier.size, size);
    assert_digest(merkle_root(&frontier), naive_root(leaves, size));
  }
  struct merkle_frontier untouched = {.size = 5};
  assert_int_equal(merkle_load(&source, LEAVES + 1, &untouched, &fault), STATUS_REFUSED);
  assert_int_equal(untouched.size, 5);
}

static void proofs_can_be_made_from_hashes_that_were_fetched_together(void **state)
{
  (void)state;
  struct merkle_plan plan;
  assert_int_equal(merkle_plan_inclusion(3, LEAVES, &plan, &fault), STATUS_OK);
  struct digest hashes[MERKLE_NODES_MAX];
  for (size_t i = 0; i < plan.node_count; i++)
    assert_int_equal(
        source.read(source.context, plan.nodes[i].level, plan.nodes[i].index, &hashes[i], &fault),
        STATUS_OK);
  struct merkle_proof proof, expected = inclusion(3, LEAVES, &source);
  merkle_prove_from(&plan, hashes, &proof);
  assert_proof(&proof, &expected);
}

/* --- what there is no proof of --- */

static void there_is_no_proof_of_what_is_not_there(void **state)
{
  (void)state;
  struct merkle_plan plan;
  assert_int_equal(merkle_plan_inclusion(0, 0, &plan, &fault), STATUS_REFUSED);
  assert_string_equal(fault.where, "index");
  assert_string_equal(fault.what, "there is no leaf 0 in a tree of 0");
  assert_string_equal(fault.expected, "an index below the size of the tree");
  assert_int_equal(merkle_plan_inclusion(9, 9, &plan, &fault), STATUS_REFUSED);
  assert_int_equal(merkle_plan_inclusion(0, MERKLE_SIZE_MAX + 1, &plan, &fault), STATUS_REFUSED);
  assert_string_equal(fault.where, "size");
  assert_string_equal(fault.what, "9223372036854775808 is more leaves than a tree can have");
  assert_int_equal(merkle_plan_consistency(4, 3, &plan, &fault), STATUS_REFUSED);
  assert_string_equal(fault.what, "a tree of 3 leaves does not begin with 4");
  assert_int_equal(merkle_plan_consistency(0, UINT64_MAX, &plan, &fault), STATUS_REFUSED);
  assert_string_equal(fault.where, "size");
}

/* --- altered proofs --- */

/* Each bit of the lowest and highest of each byte of what is compared, flipped. */
static void flip_inclusion(struct merkle_head head, uint64_t index)
{
  struct digest leaf = leaves[index];
  struct merkle_proof proof = inclusion(index, head.size, &source);
  for (size_t byte = 0; byte < DIGEST_BYTES; byte++) {
    leaf.bytes[byte] ^= 0x01;
    assert_false(merkle_includes(&head, index, &leaf, proof.hashes, proof.count));
    leaf.bytes[byte] ^= 0x01;
    head.root.bytes[byte] ^= 0x80;
    assert_false(merkle_includes(&head, index, &leaf, proof.hashes, proof.count));
    head.root.bytes[byte] ^= 0x80;
    for (size_t i = 0; i < proof.count; i++) {
      proof.hashes[i].bytes[byte] ^= 0x10;
      assert_false(merkle_includes(&head, index, &leaf, proof.hashes, proof.count));
      proof.hashes[i].bytes[byte] ^= 0x10;
    }
  }
  assert_true(merkle_includes(&head, index, &leaf, proof.hashes, proof.count));
}

static void no_byte_of_an_inclusion_proof_can_change(void **state)
{
  (void)state;
  for (uint64_t size = 1; size <= 20; size++)
    for (uint64_t index = 0; index < size; index++)
      flip_inclusion(head_of(size), index);
}

static void flip_consistency(struct merkle_head older, struct merkle_head newer)
{
  struct merkle_proof proof = consistency(older.size, newer.size, &source);
  for (size_t byte = 0; byte < DIGEST_BYTES; byte++) {
    older.root.bytes[byte] ^= 0x01;
    assert_false(merkle_extends(&older, &newer, proof.hashes, proof.count));
    older.root.bytes[byte] ^= 0x01;
    /* Nothing is known of what follows the empty tree: every root extends it. */
    newer.root.bytes[byte] ^= 0x80;
    assert_int_equal(merkle_extends(&older, &newer, proof.hashes, proof.count),
                     older.size == 0 && newer.size > 0);
    newer.root.bytes[byte] ^= 0x80;
    for (size_t i = 0; i < proof.count; i++) {
      proof.hashes[i].bytes[byte] ^= 0x10;
      assert_false(merkle_extends(&older, &newer, proof.hashes, proof.count));
      proof.hashes[i].bytes[byte] ^= 0x10;
    }
  }
  assert_true(merkle_extends(&older, &newer, proof.hashes, proof.count));
}

static void no_byte_of_a_consistency_proof_can_change(void **state)
{
  (void)state;
  for (uint64_t newer = 0; newer <= 18; newer++)
    for (uint64_t older = 0; older <= newer; older++)
      flip_consistency(head_of(older), head_of(newer));
}

static void a_proof_holds_for_one_index_and_one_size_only(void **state)
{
  (void)state;
  for (uint64_t size = 1; size <= 40; size++) {
    struct merkle_head head = head_of(size);
    for (uint64_t index = 0; index < size; index++) {
      struct merkle_proof proof = inclusion(index, size, &source);
      for (uint64_t other = 0; other <= size + 2; other++)
        assert_int_equal(merkle_includes(&head, other, &leaves[index], proof.hashes, proof.count),
                         other == index);
    }
  }
}

static void a_proof_has_neither_more_nor_fewer_hashes(void **state)
{
  (void)state;
  for (uint64_t size = 1; size <= 40; size++) {
    struct merkle_head head = head_of(size);
    for (uint64_t index = 0; index < size; index++) {
      struct merkle_proof proof = inclusion(index, size, &source);
      for (size_t count = 0; count <= proof.count + 2; count++)
        assert_int_equal(merkle_includes(&head, index, &leaves[index], proof.hashes, count),
                         count == proof.count);
      struct merkle_head older = head_of(index);
      proof = consistency(index, size, &source);
      for (size_t count = 0; count <= proof.count + 2; count++)
        assert_int_equal(merkle_extends(&older, &head, proof.hashes, count), count == proof.count);
    }
  }
}

static void nothing_but_itself_extends_a_tree_of_the_same_size(void **state)
{
  (void)state;
  struct merkle_head head = head_of(9), other = head_of(9);
  other.root.bytes[0] ^= 1;
  assert_true(merkle_extends(&head, &head, leaves, 0));
  assert_false(merkle_extends(&head, &head, leaves, 1));
  assert_false(merkle_extends(&head, &other, leaves, 0));
}

/* A root does not say of how many leaves it is, a proof says how high the tree is. */
static void a_tree_cannot_be_said_to_be_higher(void **state)
{
  (void)state;
  for (uint64_t size = 2; size <= 40; size++) {
    struct merkle_head head = head_of(size), older = head_of(size / 2);
    struct merkle_proof path = inclusion(0, size, &source);
    struct merkle_proof extension = consistency(older.size, size, &source);
    head.size *= 4;
    assert_false(merkle_includes(&head, 0, &leaves[0], path.hashes, path.count));
    assert_false(merkle_extends(&older, &head, extension.hashes, extension.count));
  }
}

static void hashes_of_a_proof_cannot_change_places(void **state)
{
  (void)state;
  struct merkle_head head = head_of(LEAVES), older = head_of(41);
  struct merkle_proof path = inclusion(5, LEAVES, &source);
  struct merkle_proof extension = consistency(41, LEAVES, &source);
  for (size_t i = 0; i + 1 < path.count; i++) {
    struct merkle_proof swapped = path;
    swapped.hashes[i] = path.hashes[i + 1];
    swapped.hashes[i + 1] = path.hashes[i];
    assert_false(merkle_includes(&head, 5, &leaves[5], swapped.hashes, swapped.count));
  }
  for (size_t i = 0; i + 1 < extension.count; i++) {
    struct merkle_proof swapped = extension;
    swapped.hashes[i] = extension.hashes[i + 1];
    swapped.hashes[i + 1] = extension.hashes[i];
    assert_false(merkle_extends(&older, &head, swapped.hashes, swapped.count));
  }
}

static void trees_that_differ_before_the_older_size_are_not_consistent(void **state)
{
  (void)state;
  struct merkle_head newer = head_of(20);
  for (uint64_t older = 1; older < 20; older++)
    for (uint64_t changed = 0; changed < older; changed++) {
      struct digest kept = leaves[changed];
      leaves[changed].bytes[0] ^= 1;
      struct merkle_head other = head_of(older);
      leaves[changed] = kept;
      struct merkle_proof proof = consistency(older, 20, &source);
      assert_false(merkle_extends(&other, &newer, proof.hashes, proof.count));
    }
}

static void an_empty_tree_has_one_root_only(void **state)
{
  (void)state;
  struct merkle_head empty = head_of(0), one = head_of(1), false_empty = {.root = leaves[0]};
  assert_true(merkle_extends(&empty, &one, NULL, 0));
  assert_true(merkle_extends(&empty, &empty, NULL, 0));
  assert_false(merkle_extends(&false_empty, &one, NULL, 0));
  assert_false(merkle_extends(&false_empty, &false_empty, NULL, 0));
  assert_false(merkle_extends(&empty, &false_empty, NULL, 0));
  assert_false(merkle_extends(&one, &empty, NULL, 0));
  assert_false(merkle_includes(&empty, 0, &leaves[0], NULL, 0));
  assert_true(merkle_includes(&one, 0, &leaves[0], NULL, 0));
}

/* --- the largest trees: all leaves are the same, so a subtree's hash depends on its level --- */

static enum status read_same(const void *context, unsigned level, uint64_t index,
                             struct digest *hash, struct fault *unused)
{
  (void)unused;
  assert_true(level < MERKLE_LEVELS);
  assert_true(index < MERKLE_SIZE_MAX >> level);
  *hash = ((const struct digest *)context)[level];
  return STATUS_OK;
}

static const uint64_t large_sizes[] = {
    UINT64_C(1) << 32, (UINT64_C(1) << 32) + 1, (UINT64_C(1) << 40) - 1, (UINT64_C(1) << 53) - 1,
    UINT64_C(1) << 62, (UINT64_C(1) << 62) + 1, MERKLE_SIZE_MAX - 1,     MERKLE_SIZE_MAX,
};
enum {
  LARGE_SIZES = sizeof large_sizes / sizeof *large_sizes
};

static void trees_are_right_up_to_the_largest(void **state)
{
  (void)state;
  struct digest same[MERKLE_LEVELS];
  same[0] = leaves[0];
  for (unsigned level = 1; level < MERKLE_LEVELS; level++)
    same[level] = merkle_parent(&same[level - 1], &same[level - 1]);
  struct merkle_source of_same = {.context = same, .read = read_same};

  for (size_t i = 0; i < LARGE_SIZES; i++) {
    uint64_t size = large_sizes[i];
    struct merkle_frontier frontier;
    assert_int_equal(merkle_load(&of_same, size, &frontier, &fault), STATUS_OK);
    struct merkle_head head = {.size = size, .root = merkle_root(&frontier)};
    const uint64_t indices[] = {0, 1, size / 3, size / 2 - 1, size / 2, size - 2, size - 1};
    for (size_t j = 0; j < sizeof indices / sizeof *indices; j++) {
      struct merkle_proof proof = inclusion(indices[j], size, &of_same);
      assert_true(merkle_includes(&head, indices[j], &leaves[0], proof.hashes, proof.count));

      uint64_t older = indices[j] + 1;
      assert_int_equal(merkle_load(&of_same, older, &frontier, &fault), STATUS_OK);
      struct merkle_head old_head = {.size = older, .root = merkle_root(&frontier)};
      proof = consistency(older, size, &of_same);
      assert_true(merkle_extends(&old_head, &head, proof.hashes, proof.count));
    }
  }
}

static void a_growth_over_the_largest_size_is_right(void **state)
{
  (void)state;
  struct digest same[MERKLE_LEVELS];
  same[0] = leaves[0];
  for (unsigned level = 1; level < MERKLE_LEVELS; level++)
    same[level] = merkle_parent(&same[level - 1], &same[level - 1]);
  struct merkle_source of_same = {.context = same, .read = read_same};
  struct digest more[3] = {leaves[0], leaves[0], leaves[0]};
  struct merkle_frontier before, after;
  assert_int_equal(merkle_load(&of_same, MERKLE_SIZE_MAX - 3, &before, &fault), STATUS_OK);
  assert_int_equal(merkle_load(&of_same, MERKLE_SIZE_MAX, &after, &fault), STATUS_OK);
  struct merkle_growth growth;
  assert_int_equal(merkle_grow(&before, more, 3, &arena, &growth, &fault), STATUS_OK);
  assert_int_equal(growth.after.size, MERKLE_SIZE_MAX);
  assert_digest(merkle_root(&growth.after), merkle_root(&after));
}

/* All would hold but for the size, which is one more than the largest. */
static void sizes_beyond_the_largest_are_refused(void **state)
{
  (void)state;
  struct digest same[MERKLE_LEVELS + 1];
  same[0] = leaves[0];
  for (unsigned level = 1; level <= MERKLE_LEVELS; level++)
    same[level] = merkle_parent(&same[level - 1], &same[level - 1]);
  struct merkle_head half = {.size = UINT64_C(1) << 62, .root = same[62]};
  struct merkle_head beyond = {.size = UINT64_C(1) << 63, .root = same[63]};
  assert_true(merkle_includes(&half, 5, &leaves[0], same, 62));
  assert_false(merkle_includes(&beyond, 5, &leaves[0], same, 63));
  assert_false(merkle_extends(&half, &beyond, &same[62], 1));
  assert_false(merkle_extends(&beyond, &beyond, NULL, 0));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_roots_of_the_classic_leaves_are_known),
      cmocka_unit_test(the_proofs_of_the_classic_leaves_are_known),
      cmocka_unit_test(the_proofs_of_the_example_of_rfc_9162_are_those),
      cmocka_unit_test(an_entry_is_never_taken_for_a_node),
      cmocka_unit_test(roots_are_those_of_the_definition),
      cmocka_unit_test(inclusion_proofs_are_those_of_the_definition_and_hold),
      cmocka_unit_test(consistency_proofs_are_those_of_the_definition_and_hold),
      cmocka_unit_test(a_growth_ends_with_the_frontier_of_appending_one_by_one),
      cmocka_unit_test(a_growth_proves_its_leaves_and_that_it_extends),
      cmocka_unit_test(a_growth_says_what_it_has_not),
      cmocka_unit_test(a_frontier_is_loaded_from_stored_hashes),
      cmocka_unit_test(proofs_can_be_made_from_hashes_that_were_fetched_together),
      cmocka_unit_test(there_is_no_proof_of_what_is_not_there),
      cmocka_unit_test(no_byte_of_an_inclusion_proof_can_change),
      cmocka_unit_test(no_byte_of_a_consistency_proof_can_change),
      cmocka_unit_test(a_proof_holds_for_one_index_and_one_size_only),
      cmocka_unit_test(a_proof_has_neither_more_nor_fewer_hashes),
      cmocka_unit_test(nothing_but_itself_extends_a_tree_of_the_same_size),
      cmocka_unit_test(a_tree_cannot_be_said_to_be_higher),
      cmocka_unit_test(hashes_of_a_proof_cannot_change_places),
      cmocka_unit_test(trees_that_differ_before_the_older_size_are_not_consistent),
      cmocka_unit_test(an_empty_tree_has_one_root_only),
      cmocka_unit_test(trees_are_right_up_to_the_largest),
      cmocka_unit_test(a_growth_over_the_largest_size_is_right),
      cmocka_unit_test(sizes_beyond_the_largest_are_refused),
  };
  return cmocka_run_group_tests_name("merkle", tests, start, stop);
}
