#include "audit/tile_check.h"

#include <stdlib.h>

#include "ballots/tile.h"
#include "base/buffer.h"

struct check {
  struct board_source *source;
  const struct board *board;
  uint64_t *compared;
  struct problem *problem;
  struct arena arena;    /* of one file */
  struct tile_edge edge; /* of the leaves so far */
  struct buffer bundle;
};

/* Compares the file of `tile`, if there is one, with what it must be. */
static enum status compare(struct check *check, const struct tile *tile, struct span expected,
                           struct fault *fault)
{
  char path[TILE_PATH_MAX];
  struct span found;
  bool there;
  tile_path(tile, path);
  enum status status = folder_read(&check->source->folder, path, expected.length, &check->arena,
                                   &found, &there, fault);
  if (status == STATUS_REFUSED && !there)
    return STATUS_OK;
  if (status == STATUS_OK && !span_equal(found, expected))
    status = fault_set(fault, STATUS_REFUSED, path, "a file made from these entries",
                       "it is not of this tree");
  arena_free(&check->arena);
  *check->compared += status == STATUS_OK;
  return problem_take(check->problem, PROBLEM_TILE_DIFFERS, status, fault);
}

static bool is_broken(const struct check *check)
{
  return check->problem->kind != PROBLEM_NONE;
}

/* A full tile after a leaf was appended. */
static enum status compare_full(struct check *check, unsigned level, struct fault *fault)
{
  struct tile tile = {.kind = TILE_HASHES,
                      .level = level,
                      .index = (check->edge.size >> (TILE_HEIGHT * (level + 1))) - 1,
                      .width = TILE_WIDTH};
  return compare(check, &tile, tile_bytes(check->edge.hashes[level], TILE_WIDTH), fault);
}

static enum status compare_hashes(struct check *check, struct fault *fault)
{
  uint64_t size = check->board->head.size;
  enum status status = STATUS_OK;
  for (uint64_t i = 0; i < size && status == STATUS_OK; i++) {
    unsigned full = tile_append(&check->edge, &check->board->entries[i].leaf);
    for (unsigned level = 0; level < full && status == STATUS_OK && !is_broken(check); level++)
      status = compare_full(check, level, fault);
  }
  for (unsigned level = 0; level < TILE_LEVELS && status == STATUS_OK && !is_broken(check);
       level++) {
    uint64_t hashes = size >> (TILE_HEIGHT * level);
    struct tile tile = {.kind = TILE_HASHES,
                        .level = level,
                        .index = hashes / TILE_WIDTH,
                        .width = (unsigned)(hashes % TILE_WIDTH)};
    if (tile.width > 0)
      status = compare(check, &tile, tile_bytes(check->edge.hashes[level], tile.width), fault);
  }
  return status;
}

/* Whether the bundle can be made from the lines; then it is in the buffer. */
static bool make_bundle(struct check *check, const struct tile *tile)
{
  struct digest leaf;
  struct fault fault;
  check->bundle.length = 0;
  for (size_t i = 0; i < tile->width; i++) {
    struct span line = check->source->lines[(size_t)tile->index * TILE_WIDTH + i];
    if (board_source_withheld(line, &leaf) ||
        tile_add_entry(&check->bundle, line, &fault) != STATUS_OK)
      return false;
  }
  return true;
}

static enum status compare_bundles(struct check *check, struct fault *fault)
{
  struct tile tile;
  enum status status = STATUS_OK;
  for (uint64_t i = 0; status == STATUS_OK && !is_broken(check) &&
                       tile_of(check->board->head.size, TILE_ENTRIES, 0, i, &tile);
       i++) {
    if (!make_bundle(check, &tile))
      continue;
    status = check->bundle.failed ? fault_no_memory(fault)
                                  : compare(check, &tile, buffer_span(&check->bundle), fault);
  }
  return status;
}

enum status tile_check(struct board_source *source, const struct board *board, uint64_t *compared,
                       struct problem *problem, struct fault *fault)
{
  if (!folder_has(&source->folder, "tile"))
    return STATUS_OK;
  struct check *check = calloc(1, sizeof *check);
  if (check == NULL)
    return fault_no_memory(fault);
  *check =
      (struct check){.source = source, .board = board, .compared = compared, .problem = problem};
  enum status status = compare_hashes(check, fault);
  if (status == STATUS_OK && !is_broken(check) && !source->bundled)
    status = compare_bundles(check, fault);
  buffer_free(&check->bundle);
  arena_free(&check->arena);
  free(check);
  return status;
}
