#include "ballots/tile.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATH_EXPECTED                                                                              \
  "tile/<L>/<N> or tile/entries/<N>, with .p/<W> if partial; numbers without needless zeros, N "   \
  "in "                                                                                            \
  "groups as x001/x234/067"

static void require(bool holds)
{
  if (!holds)
    abort();
}

/* --- names --- */

/* Whether some tree has so many subtrees of the tile's level. */
static bool exists(const struct tile *tile)
{
  if (tile->level >= TILE_LEVELS || tile->index > MERKLE_SIZE_MAX / TILE_WIDTH)
    return false;
  return tile->index * TILE_WIDTH + tile->width <= MERKLE_SIZE_MAX >> TILE_HEIGHT * tile->level;
}

/* Of TILE_PATH_MAX characters, those before `at` are written. */
static size_t write_index(uint64_t index, char text[TILE_PATH_MAX], size_t at)
{
  unsigned groups[7]; /* an index has at most 20 digits */
  size_t count = 0;
  do {
    groups[count++] = (unsigned)(index % 1000);
    index /= 1000;
  } while (index > 0);
  while (count-- > 0)
    at += (size_t)snprintf(text + at, TILE_PATH_MAX - at, count > 0 ? "x%03u/" : "%03u",
                           groups[count]);
  return at;
}

void tile_path(const struct tile *tile, char text[TILE_PATH_MAX])
{
  require(exists(tile));
  size_t at = 0;
  if (tile->kind == TILE_ENTRIES)
    at += (size_t)snprintf(text, TILE_PATH_MAX, "tile/entries/");
  else
    at += (size_t)snprintf(text, TILE_PATH_MAX, "tile/%u/", tile->level);
  at = write_index(tile->index, text, at);
  if (tile->width < TILE_WIDTH)
    snprintf(text + at, TILE_PATH_MAX - at, ".p/%u", tile->width);
}

static bool take(struct span *rest, struct span beginning)
{
  if (rest->length < beginning.length ||
      memcmp(rest->bytes, beginning.bytes, beginning.length) != 0)
    return false;
  rest->bytes += beginning.length;
  rest->length -= beginning.length;
  return true;
}

/* Takes one group of exactly three digits. */
static bool take_group(struct span *rest, uint64_t *index)
{
  if (rest->length < 3)
    return false;
  for (size_t i = 0; i < 3; i++) {
    char digit = rest->bytes[i];
    if (digit < '0' || digit > '9')
      return false;
    *index = *index * 10 + (uint64_t)(digit - '0');
  }
  rest->bytes += 3;
  rest->length -= 3;
  return true;
}

static bool take_index(struct span *rest, uint64_t *index)
{
  *index = 0;
  bool first = true;
  for (; take(rest, SPAN("x")); first = false)
    if (*index > MERKLE_SIZE_MAX / 1000 || !take_group(rest, index) || (first && *index == 0) ||
        !take(rest, SPAN("/")))
      return false;
  return *index <= MERKLE_SIZE_MAX / 1000 && take_group(rest, index);
}

static bool parse_path(struct span path, struct tile *tile)
{
  struct span level;
  bool more = true;
  if (!take(&path, SPAN("tile/")) || !span_split(&path, &more, '/', &level) || !more)
    return false;
  int64_t number = 0;
  tile->kind = span_equal(level, SPAN("entries")) ? TILE_ENTRIES : TILE_HASHES;
  if (tile->kind == TILE_HASHES &&
      (!span_to_integer(level, &number) || number < 0 || number >= TILE_LEVELS))
    return false;
  tile->level = (unsigned)number;
  if (!take_index(&path, &tile->index))
    return false;
  number = TILE_WIDTH;
  if (take(&path, SPAN(".p/"))) {
    if (!span_to_integer(path, &number) || number < 1 || number >= TILE_WIDTH)
      return false;
  } else if (path.length > 0) {
    return false;
  }
  tile->width = (unsigned)number;
  return exists(tile);
}

enum status tile_read_path(struct span path, struct tile *tile, struct fault *fault)
{
  struct tile parsed;
  if (!parse_path(path, &parsed))
    return fault_set(fault, STATUS_REFUSED, "path", PATH_EXPECTED, "'%.*s' names no tile",
                     SPAN_PRINT(path));
  *tile = parsed;
  return STATUS_OK;
}

/* --- the tiles of a tree --- */

bool tile_of(uint64_t size, enum tile_kind kind, unsigned level, uint64_t index, struct tile *tile)
{
  if (size > MERKLE_SIZE_MAX || level >= TILE_LEVELS || (kind == TILE_ENTRIES && level > 0))
    return false;
  uint64_t hashes = size >> TILE_HEIGHT * level;
  if (index > MERKLE_SIZE_MAX / TILE_WIDTH || index * TILE_WIDTH >= hashes)
    return false;
  uint64_t left = hashes - index * TILE_WIDTH;
  *tile = (struct tile){.kind = kind, .level = level, .index = index};
  tile->width = left < TILE_WIDTH ? (unsigned)left : TILE_WIDTH;
  return true;
}

bool tile_walk_next(struct tile_walk *walk, struct tile *tile)
{
  require(walk->newer <= MERKLE_SIZE_MAX && walk->older <= walk->newer);
  for (; walk->row <= TILE_LEVELS; walk->row++) {
    bool entries = walk->row == TILE_LEVELS;
    unsigned level = entries ? 0 : walk->row;
    uint64_t older = walk->older >> TILE_HEIGHT * level;
    if (!walk->in_row)
      walk->index = older / TILE_WIDTH;
    walk->in_row = walk->newer >> TILE_HEIGHT * level > older;
    if (walk->in_row &&
        tile_of(walk->newer, entries ? TILE_ENTRIES : TILE_HASHES, level, walk->index, tile)) {
      walk->index++;
      return true;
    }
    walk->in_row = false;
  }
  return false;
}

/* --- tiles of hashes, while a tree grows --- */

/* Of the perfect tree over `count` hashes, a power of two up to TILE_WIDTH. */
static struct digest perfect_root(const struct digest *hashes, unsigned count)
{
  struct digest row[TILE_WIDTH];
  memcpy(row, hashes, count * sizeof *row);
  for (; count > 1; count /= 2)
    for (unsigned i = 0; i < count / 2; i++)
      row[i] = merkle_parent(&row[2 * i], &row[2 * i + 1]);
  return row[0];
}

unsigned tile_append(struct tile_edge *edge, const struct digest *leaf)
{
  require(edge->size < MERKLE_SIZE_MAX);
  edge->hashes[0][edge->size % TILE_WIDTH] = *leaf;
  edge->size++;
  unsigned level = 0;
  for (uint64_t hashes = edge->size; hashes % TILE_WIDTH == 0; level++) {
    hashes /= TILE_WIDTH;
    edge->hashes[level + 1][(hashes - 1) % TILE_WIDTH] =
        perfect_root(edge->hashes[level], TILE_WIDTH);
  }
  return level;
}

struct merkle_frontier tile_frontier(const struct tile_edge *edge)
{
  struct merkle_frontier frontier = {.size = edge->size};
  for (unsigned level = 0; level < MERKLE_LEVELS; level++) {
    if ((edge->size >> level & 1) == 0)
      continue;
    unsigned within = level % TILE_HEIGHT;
    uint64_t first = ((edge->size >> level) - 1) << within;
    frontier.roots[level] =
        perfect_root(&edge->hashes[level / TILE_HEIGHT][first % TILE_WIDTH], 1U << within);
  }
  return frontier;
}

_Static_assert(sizeof(struct digest) == DIGEST_BYTES, "hashes stand without gaps");

struct span tile_bytes(const struct digest *hashes, size_t count)
{
  return (struct span){.bytes = (const char *)hashes, .length = count * DIGEST_BYTES};
}

/* --- reading hashes from tiles --- */

bool tile_holding(uint64_t size, unsigned level, uint64_t index, struct tile *tile, unsigned *first,
                  unsigned *count)
{
  if (size > MERKLE_SIZE_MAX || level >= MERKLE_LEVELS || index >= size >> level)
    return false;
  unsigned within = level % TILE_HEIGHT;
  uint64_t hash = index << within;
  *first = (unsigned)(hash % TILE_WIDTH);
  *count = 1U << within;
  return tile_of(size, TILE_HASHES, level / TILE_HEIGHT, hash / TILE_WIDTH, tile);
}

enum status tile_subtree(const struct tile *tile, unsigned first, unsigned count, struct span bytes,
                         struct digest *hash, struct fault *fault)
{
  if (bytes.length % DIGEST_BYTES != 0 || bytes.length > TILE_BYTES ||
      bytes.length < (size_t)tile->width * DIGEST_BYTES) {
    char path[TILE_PATH_MAX];
    tile_path(tile, path);
    return fault_set(fault, STATUS_REFUSED, path, "hashes of 32 bytes, as many as the path says",
                     "%zu bytes are no tile of %u hashes", bytes.length, tile->width);
  }
  require(first + count <= tile->width);
  struct digest hashes[TILE_WIDTH];
  memcpy(hashes, bytes.bytes + (size_t)first * DIGEST_BYTES, (size_t)count * DIGEST_BYTES);
  *hash = perfect_root(hashes, count);
  return STATUS_OK;
}

static enum status read_tile(const void *context, unsigned level, uint64_t index,
                             struct digest *hash, struct fault *fault)
{
  const struct tile_store *store = context;
  struct tile tile;
  unsigned first;
  unsigned count;
  if (!tile_holding(store->size, level, index, &tile, &first, &count))
    return fault_set(fault, STATUS_REFUSED, NULL, "a subtree that the tree has",
                     "a tree of %" PRIu64 " has no subtree %" PRIu64 " of level %u", store->size,
                     index, level);
  struct span bytes;
  enum status status = store->read(store->context, &tile, &bytes, fault);
  return status == STATUS_OK ? tile_subtree(&tile, first, count, bytes, hash, fault) : status;
}

struct merkle_source tile_source(const struct tile_store *store)
{
  return (struct merkle_source){.context = store, .read = read_tile};
}

/* --- entry bundles --- */

enum status tile_add_entry(struct buffer *bundle, struct span entry, struct fault *fault)
{
  if (entry.length > TILE_ENTRY_MAX)
    return fault_set(fault, STATUS_REFUSED, "entry", "at most 65535 bytes",
                     "an entry of %zu bytes does not fit a bundle", entry.length);
  buffer_add_byte(bundle, (char)(entry.length >> 8));
  buffer_add_byte(bundle, (char)(entry.length & 0xff));
  buffer_add(bundle, entry);
  return STATUS_OK;
}

enum status tile_read_entries(struct span bundle, size_t count, struct span *entries,
                              struct fault *fault)
{
  const unsigned char *bytes = (const unsigned char *)bundle.bytes;
  size_t left = bundle.length;
  for (size_t i = 0; i < count; i++) {
    size_t length = left < 2 ? 0 : (size_t)bytes[0] << 8 | bytes[1];
    if (left < 2 || left - 2 < length)
      return fault_set(fault, STATUS_REFUSED, "bundle", "each entry after its length in 16 bits",
                       "it ends within entry %zu of %zu", i + 1, count);
    entries[i] = (struct span){.bytes = (const char *)bytes + 2, .length = length};
    bytes += 2 + length;
    left -= 2 + length;
  }
  if (left > 0)
    return fault_set(fault, STATUS_REFUSED, "bundle", "nothing after its last entry",
                     "%zu bytes follow the %zu entries", left, count);
  return STATUS_OK;
}
