/* tlog.c - our trees, proofs, tiles and checkpoints against those of Go's golang.org/x/mod/sumdb,
 * which are among the shared vectors (vectors/tlog.json): leaves, roots and proofs for many sizes,
 * tiles, and notes with the seed of the key that signed them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>
#include <sodium.h>

#include "ballots/checkpoint.h"
#include "ballots/receipt.h"
#include "ballots/tile.h"
#include "base/base64.h"
#include "base/hex.h"
#include "tests/oracle/files.h"

static struct arena arena;
static struct fault fault;
static json_t *vectors;
static size_t leaf_count;
static struct digest *leaves;
static struct merkle_growth growth;
static struct merkle_source source;

static json_t *member(const json_t *object, const char *name)
{
  json_t *value = json_object_get(object, name);
  assert_non_null(value);
  return value;
}

static uint64_t number(const json_t *object, const char *name)
{
  const json_t *value = member(object, name);
  assert_true(json_is_integer(value));
  return (uint64_t)json_integer_value(value);
}

static struct span text(const json_t *value)
{
  assert_true(json_is_string(value));
  return (struct span){.bytes = json_string_value(value), .length = json_string_length(value)};
}

static struct digest hash(const json_t *value)
{
  struct digest digest;
  size_t length;
  assert_true(base64_read(text(value), digest.bytes, sizeof digest.bytes, &length));
  assert_int_equal(length, sizeof digest.bytes);
  return digest;
}

static struct span entry(size_t index)
{
  return text(json_array_get(member(vectors, "leaves"), index));
}

static struct merkle_head head_of(uint64_t size)
{
  struct merkle_frontier frontier;
  assert_int_equal(merkle_load(&source, size, &frontier, &fault), STATUS_OK);
  return (struct merkle_head){.size = size, .root = merkle_root(&frontier)};
}

static struct merkle_proof make(const struct merkle_plan *plan)
{
  struct merkle_proof proof = {0};
  assert_int_equal(merkle_prove(plan, &source, &proof, &fault), STATUS_OK);
  return proof;
}

/* The proof of a vector. */
static struct merkle_proof proof_of(const json_t *vector)
{
  const json_t *hashes = member(vector, "proof");
  struct merkle_proof proof = {.count = json_array_size(hashes)};
  assert_in_range(proof.count, 0, MERKLE_PROOF_MAX);
  for (size_t i = 0; i < proof.count; i++)
    proof.hashes[i] = hash(json_array_get(hashes, i));
  return proof;
}

static void assert_proof(const struct merkle_proof *found, const struct merkle_proof *expected)
{
  assert_int_equal(found->count, expected->count);
  assert_memory_equal(found->hashes, expected->hashes, found->count * sizeof found->hashes[0]);
}

static void roots_are_the_same(void **state)
{
  (void)state;
  const json_t *roots = member(vectors, "roots"), *vector;
  size_t i;
  assert_true(json_array_size(roots) > 0);
  json_array_foreach(roots, i, vector)
  {
    struct merkle_head head = head_of(number(vector, "size"));
    struct digest expected = hash(member(vector, "root"));
    assert_int_equal(digest_compare(&head.root, &expected), 0);
  }
}

/* No byte of these proofs matters less than another: one in each hash is altered. */
static void inclusion_proofs_are_the_same_and_hold_unaltered_only(void **state)
{
  (void)state;
  const json_t *proofs = member(vectors, "inclusion"), *vector;
  size_t i;
  assert_true(json_array_size(proofs) > 0);
  json_array_foreach(proofs, i, vector)
  {
    uint64_t index = number(vector, "index");
    struct merkle_head head = head_of(number(vector, "size"));
    struct merkle_proof expected = proof_of(vector);
    struct merkle_plan plan;
    assert_int_equal(merkle_plan_inclusion(index, head.size, &plan, &fault), STATUS_OK);
    struct merkle_proof made = make(&plan);
    assert_proof(&made, &expected);
    assert_true(merkle_includes(&head, index, &leaves[index], expected.hashes, expected.count));
    for (size_t j = 0; j < expected.count; j++) {
      expected.hashes[j].bytes[i % DIGEST_BYTES] ^= 1;
      assert_false(merkle_includes(&head, index, &leaves[index], expected.hashes, expected.count));
      expected.hashes[j].bytes[i % DIGEST_BYTES] ^= 1;
    }
  }
}

static void consistency_proofs_are_the_same_and_hold_unaltered_only(void **state)
{
  (void)state;
  const json_t *proofs = member(vectors, "consistency"), *vector;
  size_t i;
  assert_true(json_array_size(proofs) > 0);
  json_array_foreach(proofs, i, vector)
  {
    struct merkle_head older = head_of(number(vector, "old"));
    struct merkle_head newer = head_of(number(vector, "size"));
    struct merkle_proof expected = proof_of(vector);
    struct merkle_plan plan;
    assert_int_equal(merkle_plan_consistency(older.size, newer.size, &plan, &fault), STATUS_OK);
    struct merkle_proof made = make(&plan);
    assert_proof(&made, &expected);
    assert_true(merkle_extends(&older, &newer, expected.hashes, expected.count));
    for (size_t j = 0; j < expected.count; j++) {
      expected.hashes[j].bytes[i % DIGEST_BYTES] ^= 1;
      assert_false(merkle_extends(&older, &newer, expected.hashes, expected.count));
      expected.hashes[j].bytes[i % DIGEST_BYTES] ^= 1;
    }
  }
}

/* The hashes of a tile as tile_append leaves them: full ones when they become full. */
static struct span tile_at(const struct tile *tile, uint64_t size, struct tile_edge *edge)
{
  *edge = (struct tile_edge){.size = 0};
  for (uint64_t i = 0; i < size; i++) {
    unsigned full = tile_append(edge, &leaves[i]);
    if (tile->width == TILE_WIDTH && tile->level < full &&
        tile->index == (edge->size >> TILE_HEIGHT * (tile->level + 1)) - 1)
      break;
  }
  return tile_bytes(edge->hashes[tile->level], tile->width);
}

static void tiles_are_the_same(void **state)
{
  (void)state;
  struct tile_edge *edge = arena_take(&arena, 1, sizeof *edge);
  const json_t *tiles = member(vectors, "tiles"), *vector;
  size_t i;
  assert_non_null(edge);
  assert_true(json_array_size(tiles) > 0);
  json_array_foreach(tiles, i, vector)
  {
    uint64_t size = number(vector, "size");
    struct tile tile, expected;
    char path[TILE_PATH_MAX], digest[DIGEST_TEXT];
    assert_int_equal(tile_read_path(text(member(vector, "path")), &tile, &fault), STATUS_OK);
    tile_path(&tile, path);
    assert_true(span_equal(span_of(path), text(member(vector, "path"))));
    assert_true(tile_of(size, TILE_HASHES, tile.level, tile.index, &expected));
    assert_int_equal(tile.width, expected.width);

    struct span bytes = tile_at(&tile, size, edge);
    assert_int_equal(bytes.length, number(vector, "bytes"));
    struct digest of_bytes = digest_of(bytes);
    digest_write(&of_bytes, digest);
    assert_true(span_equal(span_of(digest), text(member(vector, "sha256"))));
  }
}

/* Every tile of a tree of 700 is among the vectors, and none that it has not. */
static void the_walk_over_tiles_finds_the_same(void **state)
{
  (void)state;
  const json_t *tiles = member(vectors, "tiles"), *vector;
  size_t i, expected = 0, found = 0;
  json_array_foreach(tiles, i, vector)
  {
    expected += number(vector, "size") == leaf_count;
  }
  struct tile_walk walk = {.newer = leaf_count};
  for (struct tile tile; tile_walk_next(&walk, &tile);) {
    char path[TILE_PATH_MAX];
    tile_path(&tile, path);
    json_array_foreach(tiles, i, vector)
    {
      found += number(vector, "size") == leaf_count &&
               span_equal(span_of(path), text(member(vector, "path")));
    }
  }
  assert_true(expected > 0);
  assert_int_equal(found, expected);
}

static void checkpoints_are_verified_and_signed_the_same(void **state)
{
  (void)state;
  const json_t *about = member(vectors, "checkpoint"), *vector;
  const json_t *notes = member(about, "notes");
  struct note_key key;
  struct signing_key signing_key;
  uint8_t seed[SEED_BYTES];
  size_t i;
  assert_int_equal(note_key_read(text(member(about, "verifier_key")), &key, &fault), STATUS_OK);
  assert_true(hex_read(text(member(about, "seed_hex")), seed, sizeof seed));
  signing_key_make(seed, &signing_key);
  assert_memory_equal(&signing_key.public_key, &key.public_key, sizeof key.public_key);
  assert_true(json_array_size(notes) > 0);
  json_array_foreach(notes, i, vector)
  {
    struct checkpoint checkpoint;
    struct buffer again = {0};
    assert_int_equal(checkpoint_read(text(vector), &checkpoint, &fault), STATUS_OK);
    assert_int_equal(checkpoint_verify(&checkpoint, &key, &fault), STATUS_OK);
    struct merkle_head head = head_of(checkpoint.head.size);
    assert_int_equal(digest_compare(&head.root, &checkpoint.head.root), 0);
    checkpoint_sign(&head, &key, &signing_key, &again);
    assert_true(span_equal(buffer_span(&again), text(vector)));
    buffer_free(&again);
  }
}

/* Every leaf, under each of the signed checkpoints that has it. */
static void receipts_under_these_checkpoints_hold(void **state)
{
  (void)state;
  const json_t *about = member(vectors, "checkpoint"), *vector;
  struct note_key key;
  struct receipt_trust trust = {.board = &key};
  size_t i, checked = 0;
  assert_int_equal(note_key_read(text(member(about, "verifier_key")), &key, &fault), STATUS_OK);
  json_array_foreach(member(about, "notes"), i, vector)
  {
    struct checkpoint checkpoint;
    assert_int_equal(checkpoint_read(text(vector), &checkpoint, &fault), STATUS_OK);
    for (uint64_t index = 0; index < checkpoint.head.size; index += 7, checked++) {
      struct merkle_plan plan;
      struct receipt receipt;
      struct buffer bytes = {0};
      enum receipt_standing standing;
      assert_int_equal(merkle_plan_inclusion(index, checkpoint.head.size, &plan, &fault),
                       STATUS_OK);
      struct merkle_proof proof = make(&plan);
      receipt_write(index, &proof, text(vector), &bytes);
      assert_int_equal(receipt_read(buffer_span(&bytes), &receipt, &fault), STATUS_OK);
      assert_int_equal(receipt_check(&receipt, entry((size_t)index), &trust, &standing, &fault),
                       STATUS_OK);
      buffer_free(&bytes);
    }
  }
  assert_true(checked > 100);
}

static int start(void **state)
{
  (void)state;
  if (sodium_init() < 0)
    return -1;
  const json_t *entries = json_object_get(vectors, "leaves");
  leaf_count = json_array_size(entries);
  leaves = ARENA_TAKE(&arena, struct digest, leaf_count);
  if (leaf_count == 0 || leaves == NULL)
    return -1;
  for (size_t i = 0; i < leaf_count; i++)
    leaves[i] = merkle_leaf(entry(i));
  const struct merkle_frontier none = {0};
  if (merkle_grow(&none, leaves, leaf_count, &arena, &growth, &fault) != STATUS_OK)
    return -1;
  source = merkle_growth_source(&growth);
  return 0;
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(roots_are_the_same),
      cmocka_unit_test(inclusion_proofs_are_the_same_and_hold_unaltered_only),
      cmocka_unit_test(consistency_proofs_are_the_same_and_hold_unaltered_only),
      cmocka_unit_test(tiles_are_the_same),
      cmocka_unit_test(the_walk_over_tiles_finds_the_same),
      cmocka_unit_test(checkpoints_are_verified_and_signed_the_same),
      cmocka_unit_test(receipts_under_these_checkpoints_hold),
  };
  int failed = EXIT_FAILURE;
  const char *path = files_shared("vectors/tlog.json", &arena);
  if (path == NULL) {
    printf("1..0 # SKIP no vectors/tlog.json: neither in $BEFFROI_SHARED nor in ../shared\n");
    failed = EXIT_SUCCESS;
  } else if ((vectors = json_load_file(path, 0, NULL)) == NULL) {
    printf("1..1\nnot ok 1 - %s cannot be read\n", path);
  } else {
    failed = cmocka_run_group_tests_name("tlog", tests, start, NULL);
  }
  json_decref(vectors);
  arena_free(&arena);
  return failed;
}
