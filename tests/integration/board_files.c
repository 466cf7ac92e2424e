#include "tests/integration/board_files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "ballots/checkpoint.h"
#include "ballots/tile.h"

enum {
  PATH_BYTES = 4096
};

void board_files_must(bool holds, const char *what, const struct fault *fault)
{
  if (holds)
    return;
  fprintf(stderr, "%s: %s: %s\n", what, fault == NULL ? "" : fault->where,
          fault == NULL ? "failed" : fault->what);
  exit(1);
}

/* --- files --- */

static void make_folders(char *path, size_t from)
{
  for (char *at = path + from; (at = strchr(at, '/')) != NULL; at++) {
    *at = '\0';
    board_files_must(mkdir(path, 0777) == 0 || errno == EEXIST, path, NULL);
    *at = '/';
  }
}

void board_files_keep(const char *folder, const char *name, struct span bytes)
{
  char path[PATH_BYTES];
  int length = snprintf(path, sizeof path, "%s/%s", folder, name);
  board_files_must(length > 0 && length < (int)sizeof path, name, NULL);
  make_folders(path, strlen(folder));
  FILE *file = fopen(path, "wb");
  board_files_must(file != NULL && fwrite(bytes.bytes, 1, bytes.length, file) == bytes.length &&
                       fclose(file) == 0,
                   path, NULL);
}

struct span board_files_take(struct buffer *buffer, struct arena *arena)
{
  char *bytes = buffer->failed ? NULL : arena_copy(arena, buffer->bytes, buffer->length);
  board_files_must(bytes != NULL, "memory", NULL);
  struct span taken = {.bytes = bytes, .length = buffer->length};
  buffer_free(buffer);
  return taken;
}

/* --- a board --- */

static void keep_lines(const char *folder, const struct span *lines, size_t count)
{
  struct buffer text = {0};
  for (size_t i = 0; i < count; i++) {
    buffer_add(&text, lines[i]);
    buffer_add_byte(&text, '\n');
  }
  board_files_must(!text.failed, "memory", NULL);
  board_files_keep(folder, "board.jsonl", buffer_span(&text));
  buffer_free(&text);
}

static void keep_tiles(const char *folder, const struct span *lines, size_t count)
{
  struct tile_walk walk = {.newer = count};
  struct tile tile;
  struct digest leaves[TILE_WIDTH];
  char path[TILE_PATH_MAX];
  struct fault fault;
  board_files_must(count <= TILE_WIDTH, "more entries than a tile has", NULL);
  for (size_t i = 0; i < count; i++)
    leaves[i] = merkle_leaf(lines[i]);
  while (tile_walk_next(&walk, &tile)) {
    struct buffer bytes = {0};
    if (tile.kind == TILE_HASHES)
      buffer_add(&bytes, tile_bytes(leaves, tile.width));
    for (size_t i = 0; tile.kind == TILE_ENTRIES && i < tile.width; i++)
      board_files_must(tile_add_entry(&bytes, lines[i], &fault) == STATUS_OK, "bundle", &fault);
    tile_path(&tile, path);
    board_files_must(!bytes.failed, "memory", NULL);
    board_files_keep(folder, path, buffer_span(&bytes));
    buffer_free(&bytes);
  }
}

void board_files_keep_entries(const char *folder, const struct span *lines, size_t count)
{
  keep_lines(folder, lines, count);
  keep_tiles(folder, lines, count);
}

void board_files_keep_attachment(const char *folder, const struct attachment *attachment,
                                 struct span bytes)
{
  char digits[DIGEST_TEXT];
  char name[sizeof "attachments/" + DIGEST_TEXT];
  digest_write(&attachment->digest, digits);
  (void)snprintf(name, sizeof name, "attachments/%s", digits);
  board_files_keep(folder, name, bytes);
}

struct span board_files_checkpoint(const struct span *lines, size_t count,
                                   const struct signer *board, const struct signer *witness,
                                   uint64_t time, struct arena *arena)
{
  struct merkle_frontier tree = {0};
  struct buffer text = {0};
  struct checkpoint read;
  struct fault fault;
  for (size_t i = 0; i < count; i++) {
    const struct digest leaf = merkle_leaf(lines[i]);
    merkle_append(&tree, &leaf);
  }
  const struct merkle_head head = {.size = count, .root = merkle_root(&tree)};
  checkpoint_sign(&head, &board->key, &board->signing_key, &text);
  const struct span alone = board_files_take(&text, arena);
  if (witness == NULL)
    return alone;
  board_files_must(checkpoint_read(alone, &read, &fault) == STATUS_OK, "checkpoint", &fault);
  buffer_add(&text, alone);
  signer_cosign(witness, read.note.text, time, &text);
  return board_files_take(&text, arena);
}
