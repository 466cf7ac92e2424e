/* tree.c - how long it takes to append entries to a tree, to prove them and to check receipts,
 * beside what libsodium needs for one node's hash.
 *
 * Processor time for one piece of each work, the median of several rounds; the works take turns,
 * so that what else the machine does falls on all of them. Times are told, never asserted; that
 * every proof holds is.
 */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ballots/receipt.h"
#include "ballots/tile.h"

enum {
  LEAVES = 100000,
  ENTRY = 700, /* bytes of an entry: a ballot with five projects, about */
  BATCH = 32,  /* leaves appended together, as the service does */
  ROUNDS = 9,
  PIECES = 2000, /* of the shorter works in a round */
};

static struct arena arena;
static struct fault fault;
static char entry[ENTRY];
static struct digest leaves[LEAVES];
static struct merkle_frontier frontier;
static struct merkle_growth all;
static struct merkle_source memory;
static struct merkle_head head;
static struct note_key key;
static struct signing_key signing_key;
static struct buffer signed_head, receipts[PIECES];

static void must(bool holds, const char *what)
{
  if (holds)
    return;
  fprintf(stderr, "bench_tree: %s: %s\n", what, fault.what);
  exit(1);
}

static double processor_seconds(void)
{
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static struct span entry_of(size_t index)
{
  snprintf(entry, sizeof entry, "%08zu", index);
  return (struct span){.bytes = entry, .length = sizeof entry};
}

static uint64_t leaf_in_round(size_t piece)
{
  return (uint64_t)piece * (LEAVES / PIECES);
}

/* --- the works; each returns how many pieces it did --- */

static size_t hash_nodes(void)
{
  unsigned char bytes[65] = {1};
  for (size_t i = 0; i < LEAVES; i++)
    crypto_hash_sha256(bytes + 1, bytes, sizeof bytes);
  return LEAVES;
}

static size_t hash_entries(void)
{
  for (size_t i = 0; i < LEAVES; i++)
    leaves[i] = merkle_leaf(entry_of(i));
  return LEAVES;
}

static size_t append(void)
{
  frontier.size = 0;
  for (size_t i = 0; i < LEAVES; i++)
    merkle_append(&frontier, &leaves[i]);
  return LEAVES;
}

static size_t append_to_tiles(void)
{
  static struct tile_edge edge;
  edge.size = 0;
  for (size_t i = 0; i < LEAVES; i++)
    (void)tile_append(&edge, &leaves[i]);
  return LEAVES;
}

/* With what the proofs of the new leaves need. */
static size_t append_batches(void)
{
  struct merkle_frontier at = {.size = 0};
  for (size_t i = 0; i + BATCH <= LEAVES; i += BATCH) {
    struct arena of_batch = {0};
    struct merkle_growth growth;
    must(merkle_grow(&at, leaves + i, BATCH, &of_batch, &growth, &fault) == STATUS_OK, "growing");
    at = growth.after;
    arena_free(&of_batch);
  }
  return LEAVES / BATCH * BATCH;
}

static struct merkle_proof prove(uint64_t index)
{
  struct merkle_plan plan;
  struct merkle_proof proof;
  must(merkle_plan_inclusion(index, LEAVES, &plan, &fault) == STATUS_OK, "planning");
  must(merkle_prove(&plan, &memory, &proof, &fault) == STATUS_OK, "proving");
  return proof;
}

static size_t prove_inclusion(void)
{
  for (size_t i = 0; i < PIECES; i++)
    (void)prove(leaf_in_round(i));
  return PIECES;
}

static size_t check_inclusion(void)
{
  const struct merkle_proof proof = prove(LEAVES / 3);
  for (size_t i = 0; i < PIECES; i++)
    must(merkle_includes(&head, LEAVES / 3, &leaves[LEAVES / 3], proof.hashes, proof.count),
         "a proof does not hold");
  return PIECES;
}

static size_t sign_checkpoint(void)
{
  for (size_t i = 0; i < PIECES; i++) {
    signed_head.length = 0;
    checkpoint_sign(&head, &key, &signing_key, &signed_head);
  }
  return PIECES;
}

/* The proof and the file, under a checkpoint that is signed already. */
static size_t write_receipts(void)
{
  for (size_t i = 0; i < PIECES; i++) {
    const struct merkle_proof proof = prove(leaf_in_round(i));
    receipts[i].length = 0;
    receipt_write(leaf_in_round(i), &proof, buffer_span(&signed_head), &receipts[i]);
  }
  return PIECES;
}

static size_t check_receipts(void)
{
  const struct receipt_trust trust = {.board = &key};
  for (size_t i = 0; i < PIECES; i++) {
    struct receipt receipt;
    enum receipt_standing standing;
    must(receipt_read(buffer_span(&receipts[i]), &receipt, &fault) == STATUS_OK, "reading");
    must(receipt_check(&receipt, entry_of((size_t)leaf_in_round(i)), &trust, &standing, &fault) ==
             STATUS_OK,
         "checking");
  }
  return PIECES;
}

static const struct {
  const char *title;
  size_t (*run)(void);
} works[] = {
    {"libsodium: SHA-256 of one node", hash_nodes},
    {"leaf hash of an entry of 700 bytes", hash_entries},
    {"append a leaf hash to the frontier", append},
    {"append it to tiles", append_to_tiles},
    {"append it in a batch of 32, ready to prove", append_batches},
    {"make an inclusion proof, 100,000 leaves in memory", prove_inclusion},
    {"check it", check_inclusion},
    {"sign a checkpoint", sign_checkpoint},
    {"prove and write a receipt", write_receipts},
    {"read and check a receipt", check_receipts},
};

enum {
  WORKS = sizeof works / sizeof *works
};

static void prepare(void)
{
  const uint8_t seed[SEED_BYTES] = {1};
  const struct merkle_frontier none = {0};
  must(sodium_init() >= 0, "libsodium");
  signing_key_make(seed, &signing_key);
  must(note_key_make(SPAN("vote.example.fr/bpl-2027/faidherbe/projets"), NOTE_KEY_SIGNER,
                     &signing_key.public_key, &key, &fault) == STATUS_OK,
       "the key");
  memset(entry, 'e', sizeof entry);
  hash_entries();
  must(merkle_grow(&none, leaves, LEAVES, &arena, &all, &fault) == STATUS_OK, "the tree");
  memory = merkle_growth_source(&all);
  head = (struct merkle_head){.size = LEAVES, .root = merkle_root(&all.after)};
}

static int compare(const void *a, const void *b)
{
  double first = *(const double *)a, second = *(const double *)b;
  return (first > second) - (first < second);
}

int main(void)
{
  static double seconds[WORKS][ROUNDS];
  prepare();
  for (size_t round = 0; round < ROUNDS; round++)
    for (size_t i = 0; i < WORKS; i++) {
      double begin = processor_seconds();
      size_t pieces = works[i].run();
      seconds[i][round] = (processor_seconds() - begin) / (double)pieces;
    }
  for (size_t i = 0; i < WORKS; i++) {
    qsort(seconds[i], ROUNDS, sizeof seconds[i][0], compare);
    double median = seconds[i][ROUNDS / 2];
    printf("%-50s %8.2f µs %12.0f / s\n", works[i].title, median * 1e6, 1 / median);
  }
  for (size_t i = 0; i < PIECES; i++)
    buffer_free(&receipts[i]);
  buffer_free(&signed_head);
  arena_free(&arena);
  return 0;
}
