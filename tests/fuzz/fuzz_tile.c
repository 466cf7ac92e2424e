/* fuzz_tile.c - the path of a tile, and the same bytes as an entry bundle: whatever is accepted is
 * written as the bytes that were read.
 */
#include <stdint.h>
#include <stdlib.h>

#include "ballots/tile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
  if (!holds)
    abort();
}

static void read_path(struct span bytes)
{
  struct tile tile;
  struct fault fault = {.status = STATUS_OK};
  char path[TILE_PATH_MAX];
  if (tile_read_path(bytes, &tile, &fault) == STATUS_OK) {
    tile_path(&tile, path);
    must(span_equal(span_of(path), bytes));
  } else {
    must(fault.status == STATUS_REFUSED && fault.what[0] != '\0');
  }
}

static void read_bundle(struct span bytes, size_t count)
{
  struct span entries[TILE_WIDTH];
  struct buffer bundle = {0};
  struct fault fault = {.status = STATUS_OK};
  if (tile_read_entries(bytes, count, entries, &fault) == STATUS_OK) {
    for (size_t i = 0; i < count; i++)
      must(tile_add_entry(&bundle, entries[i], &fault) == STATUS_OK);
    must(span_equal(buffer_span(&bundle), bytes));
  } else {
    must(fault.status == STATUS_REFUSED && fault.what[0] != '\0');
  }
  buffer_free(&bundle);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  const struct span bytes = {.bytes = size == 0 ? "" : (const char *)data, .length = size};
  read_path(bytes);
  for (size_t count = 0; count <= 4; count++)
    read_bundle(bytes, count);
  read_bundle(bytes, TILE_WIDTH);
  return 0;
}
