/* make_board - the example board as files, for verify.py.
 *
 * Usage: make_board FOLDER [COUNT [RESULT [TIME]]]. Writes there the first COUNT entries (else all) of the
 * board of tests/unit/board_example.h as a whole directory: board.jsonl, attachments, the checkpoint
 * with its cosignature, tiles and entry bundles. The result is counted; with RESULT, unless
 * empty, that text stands in its place, signed. The witness cosigns at TIME, else after the close.
 * The same every time.
 */
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "ballots/board.h"
#include "ballots/checkpoint.h"
#include "ballots/tile.h"
#include "tests/unit/board_example.h"
#include "tests/unit/signers.h"

enum {
  TIME = 1805569200, /* a little after the close */
  PATH_BYTES = 4096
};

static const char *folder;
static struct arena arena;
static struct fault fault;
static struct board_example example;

static void must(bool holds, const char *what)
{
  if (holds)
    return;
  fprintf(stderr, "make_board: %s: %s: %s\n", what, fault.where, fault.what);
  exit(1);
}

/* --- files --- */

static void make_folders(char *path)
{
  for (char *at = path + strlen(folder) + 1; (at = strchr(at, '/')) != NULL; at++) {
    *at = '\0';
    must(mkdir(path, 0777) == 0 || errno == EEXIST, path);
    *at = '/';
  }
}

static void keep(const char *name, struct span bytes)
{
  char path[PATH_BYTES];
  must(snprintf(path, sizeof path, "%s/%s", folder, name) < (int)sizeof path, name);
  make_folders(path);
  FILE *file = fopen(path, "wb");
  must(file != NULL && fwrite(bytes.bytes, 1, bytes.length, file) == bytes.length &&
           fclose(file) == 0,
       path);
}

/* --- the result --- */

static enum status read_attachment(void *context, const struct attachment *attachment,
                                   struct span *bytes, struct fault *why)
{
  (void)context;
  for (size_t i = 0; i < EXAMPLE_ATTACHMENTS; i++) {
    if (digest_compare(&example.attachments[i].name.digest, &attachment->digest) != 0)
      continue;
    *bytes = example.attachments[i].bytes;
    return STATUS_OK;
  }
  return fault_set(why, STATUS_REFUSED, NULL, NULL, "there is no such attachment");
}

/* What the board counts to before its result. */
static struct span count_board(void)
{
  const struct attachment_source attachments = {.read = read_attachment};
  struct board board;
  struct buffer outcome = {0};
  enum refusal refusal = REFUSAL_NONE;
  board_begin(&board, &arena, &attachments);
  for (size_t i = 0; i < EXAMPLE_AT_RESULT; i++)
    must(board_append(&board, example.entries[i].line, &refusal, &fault) == STATUS_OK, "append");
  must(board_outcome(&board, &outcome, &fault) == STATUS_OK, "count");
  struct span kept = {.bytes = arena_copy(&arena, outcome.bytes, outcome.length),
                      .length = outcome.length};
  must(kept.bytes != NULL, "memory");
  buffer_free(&outcome);
  return kept;
}

static void set_result(struct span outcome)
{
  const enum example_key organiser = EXAMPLE_ORGANISER;
  struct example_attachment *attachment = &example.attachments[EXAMPLE_ATTACHMENTS - 1];
  struct example_entry *result = &example.entries[EXAMPLE_AT_RESULT];
  attachment->bytes = outcome;
  attachment->name = (struct attachment){.digest = digest_of(outcome), .length = outcome.length};
  result->entry.body.result.outcome = attachment->name;
  result->line =
      example_sign(ENTRY_RESULT, example_payload(&result->entry, &arena), &organiser, 1, &arena);
  result->leaf = merkle_leaf(result->line);
}

/* --- the board as files --- */

static void keep_lines(size_t count)
{
  struct buffer lines = {0};
  for (size_t i = 0; i < count; i++) {
    buffer_add(&lines, example.entries[i].line);
    buffer_add_byte(&lines, '\n');
  }
  keep("board.jsonl", buffer_span(&lines));
  buffer_free(&lines);
}

static void keep_attachments(void)
{
  for (size_t i = 0; i < EXAMPLE_ATTACHMENTS; i++) {
    char digits[DIGEST_TEXT], name[PATH_BYTES];
    digest_write(&example.attachments[i].name.digest, digits);
    (void)snprintf(name, sizeof name, "attachments/%s", digits);
    keep(name, example.attachments[i].bytes);
  }
}

static void keep_tiles(size_t count)
{
  struct tile_walk walk = {.newer = count};
  struct tile tile;
  struct digest leaves[EXAMPLE_ENTRIES];
  char path[TILE_PATH_MAX];
  for (size_t i = 0; i < count; i++)
    leaves[i] = example.entries[i].leaf;
  while (tile_walk_next(&walk, &tile)) {
    struct buffer bytes = {0};
    if (tile.kind == TILE_HASHES)
      buffer_add(&bytes, tile_bytes(leaves, tile.width));
    for (size_t i = 0; tile.kind == TILE_ENTRIES && i < tile.width; i++)
      must(tile_add_entry(&bytes, example.entries[i].line, &fault) == STATUS_OK, "bundle");
    tile_path(&tile, path);
    keep(path, buffer_span(&bytes));
    buffer_free(&bytes);
  }
}

static void keep_checkpoint(size_t count, uint64_t time)
{
  const struct signer board = {.signing_key = example_key(EXAMPLE_BOARD)};
  const struct signing_key witness_key = example_key(EXAMPLE_WITNESS);
  struct signer witness = {.signing_key = witness_key};
  struct merkle_frontier tree = {0};
  struct note_key key;
  struct buffer checkpoint = {0};
  struct checkpoint read;
  must(note_key_make(SPAN("vote.example.fr/bpl-2027/faidherbe/projets"), NOTE_KEY_SIGNER,
                     &board.signing_key.public_key, &key, &fault) == STATUS_OK &&
           note_key_make(SPAN("witness.example.org"), NOTE_KEY_COSIGNER, &witness_key.public_key,
                         &witness.key, &fault) == STATUS_OK,
       "keys");
  for (size_t i = 0; i < count; i++)
    merkle_append(&tree, &example.entries[i].leaf);
  struct merkle_head head = {.size = count, .root = merkle_root(&tree)};
  checkpoint_sign(&head, &key, &board.signing_key, &checkpoint);
  must(checkpoint_read(buffer_span(&checkpoint), &read, &fault) == STATUS_OK, "checkpoint");
  keep("unwitnessed", buffer_span(&checkpoint));
  size_t length = read.note.text.length;
  signer_cosign(&witness, (struct span){.bytes = checkpoint.bytes, .length = length}, time,
                &checkpoint);
  keep("checkpoint", buffer_span(&checkpoint));
  buffer_free(&checkpoint);
}

int main(int argument_count, char **arguments)
{
  int64_t count = EXAMPLE_ENTRIES, time = TIME;
  bool good = argument_count >= 2 && argument_count <= 5 && sodium_init() >= 0;
  if (good && argument_count > 2)
    good = span_to_integer(span_of(arguments[2]), &count) && count >= 1 && count <= EXAMPLE_ENTRIES;
  if (good && argument_count > 4)
    good = span_to_integer(span_of(arguments[4]), &time) && time >= 0;
  if (!good) {
    fprintf(stderr, "make_board: usage: make_board FOLDER [COUNT [RESULT [TIME]]]\n");
    return 2;
  }
  folder = arguments[1];
  board_example_make(&arena, &example);
  bool given = argument_count > 3 && arguments[3][0] != '\0';
  set_result(given ? span_of(arguments[3]) : count_board());
  keep_lines((size_t)count);
  keep_attachments();
  keep_tiles((size_t)count);
  keep_checkpoint((size_t)count, (uint64_t)time);
  board_example_release(&example);
  arena_free(&arena);
  return 0;
}
