#include "audit/fetch.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "audit/board_source.h"
#include "audit/folder.h"
#include "ballots/admission.h"
#include "ballots/checkpoint.h"
#include "ballots/digest.h"
#include "ballots/entry.h"
#include "ballots/tile.h"
#include "base/buffer.h"
#include "console/source.h"

enum {
  BUNDLE_BYTES_MAX = TILE_WIDTH * (2 + TILE_ENTRY_MAX),
  LENGTH_BYTES = 2, /* before each entry of a bundle */
  NAME_MAX_BYTES = 128,
};

struct fetch {
  struct client *client;
  const struct address *address;
  struct store *store;
  uint64_t left;       /* bytes of small files, in all */
  struct buffer bytes; /* of one small file */
  bool has_lines;      /* there is a board.jsonl */
  uint64_t lines;      /* line breaks in it */
  bool has_head;       /* there is a checkpoint that can be read */
  uint64_t size;       /* entries that it is for */
};

/* --- one file --- */

/* Says which file it was. */
static enum status name_fault(const char *name, enum status status, const struct fault *inner,
                              struct fault *fault)
{
  if (status == STATUS_NO_MEMORY)
    return fault_no_memory(fault);
  return fault_set(fault, status, name, inner->expected, "%s", inner->what);
}

static enum status ask(struct fetch *fetch, const char *name, const struct receiver *receiver,
                       bool *found, struct fault *fault)
{
  struct address address;
  struct reply reply;
  struct fault inner;
  enum status status = address_below(fetch->address, name, &address, &inner);
  if (status == STATUS_OK)
    status = client_get(fetch->client, &address, receiver, &reply, &inner);
  *found = status == STATUS_OK && reply.status == 200;
  return status == STATUS_OK ? STATUS_OK : name_fault(name, status, &inner, fault);
}

/* Into the buffer; of a file that is too large one byte too many. */
static enum status ask_small(struct fetch *fetch, const char *name, uint64_t limit, bool *found,
                             struct fault *fault)
{
  const struct receiver receiver = client_into(&fetch->bytes, limit + 1);
  fetch->bytes.length = 0;
  enum status status = ask(fetch, name, &receiver, found, fault);
  if (status != STATUS_OK || !*found)
    return status;
  if (fetch->bytes.length > fetch->left)
    return fault_set(fault, STATUS_FAILED, name, "at most 4 GiB in all files but board.jsonl",
                     "the files of the board are too large");
  fetch->left -= fetch->bytes.length;
  return STATUS_OK;
}

/* A file that never changes, into the store. */
static enum status keep_small(struct fetch *fetch, const char *name, uint64_t limit, bool *found,
                              struct fault *fault)
{
  *found = store_has(fetch->store, name);
  if (*found)
    return STATUS_OK;
  enum status status = ask_small(fetch, name, limit, found, fault);
  if (status == STATUS_OK && *found)
    status = store_put(fetch->store, name, buffer_span(&fetch->bytes), fault);
  return status;
}

/* --- tiles --- */

/* The bytes of the first `width` entries of a bundle; all of one that has fewer. */
static size_t beginning_of_bundle(struct span bundle, unsigned width)
{
  const unsigned char *bytes = (const unsigned char *)bundle.bytes;
  size_t at = 0;
  for (unsigned i = 0; i < width && bundle.length - at >= LENGTH_BYTES; i++) {
    size_t entry = (size_t)bytes[at] << 8 | bytes[at + 1];
    at += LENGTH_BYTES;
    at += entry < bundle.length - at ? entry : bundle.length - at;
  }
  return at;
}

static enum status keep_tile(struct fetch *fetch, const struct tile *tile, bool *found,
                             struct fault *fault)
{
  const struct tile whole = {
      .kind = tile->kind, .level = tile->level, .index = tile->index, .width = TILE_WIDTH};
  uint64_t limit = tile->kind == TILE_ENTRIES ? BUNDLE_BYTES_MAX : TILE_BYTES;
  char path[TILE_PATH_MAX], whole_path[TILE_PATH_MAX];
  tile_path(tile, path);
  tile_path(&whole, whole_path);
  enum status status = keep_small(fetch, path, limit, found, fault);
  if (status != STATUS_OK || *found || tile->width == TILE_WIDTH)
    return status;
  status = ask_small(fetch, whole_path, limit, found, fault);
  if (status != STATUS_OK || !*found)
    return status;
  size_t wanted = tile->kind == TILE_ENTRIES
                      ? beginning_of_bundle(buffer_span(&fetch->bytes), tile->width)
                      : (size_t)tile->width * DIGEST_BYTES;
  if (fetch->bytes.length > wanted)
    fetch->bytes.length = wanted;
  return store_put(fetch->store, path, buffer_span(&fetch->bytes), fault);
}

static enum status keep_singles(struct fetch *fetch, const struct tile *bundle, struct fault *fault)
{
  const struct tile leaves = {.kind = TILE_HASHES, .index = bundle->index, .width = bundle->width};
  char name[NAME_MAX_BYTES];
  bool found;
  enum status status = keep_tile(fetch, &leaves, &found, fault);
  for (uint64_t i = 0; i < bundle->width && status == STATUS_OK; i++) {
    (void)snprintf(name, sizeof name, "entries/%" PRIu64, bundle->index * TILE_WIDTH + i);
    status = keep_small(fetch, name, TILE_ENTRY_MAX, &found, fault);
  }
  return status;
}

/* The entries, where there is no board.jsonl. */
static enum status keep_entries(struct fetch *fetch, struct fault *fault)
{
  struct tile tile;
  bool found;
  enum status status = STATUS_OK;
  if (fetch->size > BOARD_ENTRIES_MAX)
    return fault_set(fault, STATUS_REFUSED, "checkpoint", "at most 67,108,864 entries",
                     "the board is too large to be read here");
  for (uint64_t i = 0; status == STATUS_OK && tile_of(fetch->size, TILE_ENTRIES, 0, i, &tile);
       i++) {
    status = keep_tile(fetch, &tile, &found, fault);
    if (status == STATUS_OK && !found)
      status = keep_singles(fetch, &tile, fault);
  }
  return status;
}

static enum status keep_tree(struct fetch *fetch, struct fault *fault)
{
  struct tile_walk walk = {.newer = fetch->has_head ? fetch->size : fetch->lines};
  struct tile tile;
  bool found;
  enum status status = STATUS_OK;
  if (walk.newer > BOARD_ENTRIES_MAX)
    return STATUS_OK; /* there is no board of this size, and verification says so */
  while (status == STATUS_OK && tile_walk_next(&walk, &tile))
    status = keep_tile(fetch, &tile, &found, fault);
  return status;
}

/* --- checkpoint and lines --- */

static enum status begin_lines(void *context, struct fault *fault)
{
  struct fetch *fetch = context;
  fetch->lines = 0;
  return store_begin(fetch->store, fault);
}

static enum status add_lines(void *context, struct span bytes, struct fault *fault)
{
  struct fetch *fetch = context;
  for (size_t i = 0; i < bytes.length; i++)
    fetch->lines += bytes.bytes[i] == '\n';
  return store_add(fetch->store, bytes, fault);
}

/* What is not there any more goes from the store too. */
static enum status keep_checkpoint(struct fetch *fetch, struct fault *fault)
{
  struct checkpoint checkpoint;
  struct fault ignored;
  bool found;
  enum status status = ask_small(fetch, "checkpoint", NOTE_MAX, &found, fault);
  if (status != STATUS_OK)
    return status;
  fetch->has_head =
      found && checkpoint_read(buffer_span(&fetch->bytes), &checkpoint, &ignored) == STATUS_OK;
  fetch->size = fetch->has_head ? checkpoint.head.size : 0;
  return found ? store_put(fetch->store, "checkpoint", buffer_span(&fetch->bytes), fault)
               : store_remove(fetch->store, "checkpoint", fault);
}

static enum status keep_lines(struct fetch *fetch, struct fault *fault)
{
  const struct receiver receiver = {
      .context = fetch, .limit = SOURCE_BYTES_MAX, .begin = begin_lines, .add = add_lines};
  struct address address;
  struct reply reply = {.status = 0};
  struct fault inner;
  enum status status = address_below(fetch->address, "board.jsonl", &address, &inner);
  if (status == STATUS_OK)
    status = client_get(fetch->client, &address, &receiver, &reply, &inner);
  if (status != STATUS_OK)
    return name_fault("board.jsonl", status, &inner, fault);
  if (reply.cut)
    return fault_set(fault, STATUS_FAILED, "board.jsonl", "at most 4 GiB",
                     "the server sends more than a board may have");
  fetch->has_lines = reply.status == 200;
  return fetch->has_lines ? store_end(fetch->store, "board.jsonl", fault)
                          : store_remove(fetch->store, "board.jsonl", fault);
}

static bool sizes_differ(const struct fetch *fetch)
{
  return fetch->has_lines && fetch->has_head && fetch->lines != fetch->size;
}

/* Both, until they are of one size or of sizes that stay as they are. */
static enum status keep_head(struct fetch *fetch, struct fault *fault)
{
  static const struct timespec second = {.tv_sec = 1};
  uint64_t lines = 0, size = 0;
  for (int round = 1; round <= FETCH_ROUNDS; round++) {
    enum status status = keep_checkpoint(fetch, fault);
    if (status == STATUS_OK)
      status = keep_lines(fetch, fault);
    if (status != STATUS_OK || !sizes_differ(fetch))
      return status;
    if (round > 1 && lines == fetch->lines && size == fetch->size)
      return STATUS_OK;
    lines = fetch->lines;
    size = fetch->size;
    (void)nanosleep(&second, NULL);
  }
  return fault_set(fault, STATUS_FAILED, NULL, "a board that keeps still while it is read",
                   "it changes: the checkpoint is for %" PRIu64
                   " entries, and board.jsonl has %" PRIu64 "; try again later",
                   size, lines);
}

/* --- attachments --- */

static enum status keep_attachment(struct fetch *fetch, const struct attachment *attachment,
                                   struct fault *fault)
{
  char digits[DIGEST_TEXT], name[NAME_MAX_BYTES];
  bool found;
  digest_write(&attachment->digest, digits);
  (void)snprintf(name, sizeof name, "attachments/%s", digits);
  return keep_small(fetch, name, attachment->length, &found, fault);
}

/* `*more` is false after a line that is none: nothing after it will be looked at. */
static enum status keep_attachment_of(struct fetch *fetch, struct span line, struct arena *arena,
                                      bool *more, struct fault *fault)
{
  struct digest leaf;
  struct entry entry;
  if (board_source_withheld(line, &leaf) || board_source_is_kind(line, ENTRY_BALLOT))
    return STATUS_OK;
  enum status status = entry_read(line, arena, &entry, fault);
  *more = status == STATUS_OK;
  if (status != STATUS_OK)
    return status == STATUS_REFUSED ? STATUS_OK : status;
  const struct attachment *attachment = admission_attachment(&entry);
  if (attachment != NULL)
    status = keep_attachment(fetch, attachment, fault);
  entry_release(&entry);
  return status;
}

static enum status keep_attachments(struct fetch *fetch, struct fault *fault)
{
  struct arena lines = {0}, arena = {0};
  struct board_source source;
  bool more = true;
  enum status status = board_source_open(fetch->store->path, &lines, &source, fault);
  if (status == STATUS_OK) {
    for (size_t i = 0; i < source.count && more && status == STATUS_OK; i++) {
      status = keep_attachment_of(fetch, source.lines[i], &arena, &more, fault);
      arena_free(&arena);
    }
    board_source_close(&source);
  }
  arena_free(&lines);
  return status;
}

/* --- all of it --- */

static enum status keep_all(struct fetch *fetch, bool tiles, struct fault *fault)
{
  enum status status = keep_head(fetch, fault);
  if (status != STATUS_OK)
    return status;
  if (!fetch->has_lines && !store_has(fetch->store, "checkpoint"))
    return fault_set(fault, STATUS_REFUSED, NULL, "the address of …/board/",
                     "there is no board here: neither checkpoint nor board.jsonl");
  if (!fetch->has_lines)
    status = keep_entries(fetch, fault);
  if (status == STATUS_OK)
    status = keep_attachments(fetch, fault);
  if (status == STATUS_OK && tiles)
    status = keep_tree(fetch, fault);
  return status;
}

enum status fetch_board(struct client *client, const struct address *address, bool tiles,
                        struct store *store, struct fault *fault)
{
  struct fetch fetch = {
      .client = client, .address = address, .store = store, .left = FOLDER_BYTES_MAX};
  enum status status = keep_all(&fetch, tiles, fault);
  buffer_free(&fetch.bytes);
  return status;
}
