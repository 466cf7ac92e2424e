#include "audit/board_source.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "ballots/checkpoint.h"
#include "ballots/tile.h"
#include "base/hex.h"

enum {
  CHECKPOINT_BYTES_MAX = NOTE_MAX,
  BUNDLE_BYTES_MAX = TILE_WIDTH * (2 + TILE_ENTRY_MAX),
  NAME_MAX_BYTES = 128,
};

#define LEAF_BEGINNING "{\"leaf\":\""
#define LEAF_END       "\"}"

bool board_source_withheld(struct span line, struct digest *leaf)
{
  static const size_t head = sizeof LEAF_BEGINNING - 1, tail = sizeof LEAF_END - 1;
  size_t digits = 2 * (size_t)DIGEST_BYTES;
  if (line.length != head + digits + tail || memcmp(line.bytes, LEAF_BEGINNING, head) != 0 ||
      memcmp(line.bytes + head + digits, LEAF_END, tail) != 0)
    return false;
  return hex_read((struct span){.bytes = line.bytes + head, .length = digits}, leaf->bytes,
                  DIGEST_BYTES);
}

bool board_source_is_kind(struct span line, enum entry_kind kind)
{
  static const struct span head = SPAN_INIT("{\"payload\":\"");
  char
      tail[sizeof "\",\"payloadType\":\"application/vnd.beffroi..v1+json\"" + ENVELOPE_KIND_LENGTH];
  if (line.length < head.length)
    return false;
  /* A payload is base64: it ends at the first quote. */
  const char *quote = memchr(line.bytes + head.length, '"', line.length - head.length);
  if (quote == NULL)
    return false;
  int length =
      snprintf(tail, sizeof tail, "\",\"payloadType\":\"application/vnd.beffroi.%s.v1+json\"",
               entry_kind_name(kind));
  size_t left = line.length - (size_t)(quote - line.bytes);
  return left >= (size_t)length && memcmp(quote, tail, (size_t)length) == 0;
}

/* --- board.jsonl --- */

static size_t count_lines(struct span text)
{
  size_t count = 0;
  const char *at = text.bytes, *end = text.bytes + text.length;
  while (at < end) {
    const char *stop = memchr(at, '\n', (size_t)(end - at));
    at = stop == NULL ? end : stop + 1;
    count++;
  }
  return count;
}

static void refuse_line(struct board_source *source, size_t index, const char *what,
                        const char *expected)
{
  source->problem = (struct problem){
      .kind = PROBLEM_ENTRY, .refusal = REFUSAL_MALFORMED, .indexed = true, .index = index};
  fault_set(&source->problem.fault, STATUS_REFUSED, NULL, expected, "%s", what);
}

static enum status split_lines(struct board_source *source, struct fault *fault)
{
  struct span text = source->file.text;
  size_t count = count_lines(text);
  if (count > BOARD_ENTRIES_MAX)
    return fault_set(fault, STATUS_REFUSED, NULL, "at most 67,108,864 lines", "it has %zu lines",
                     count);
  source->lines = ARENA_TAKE(source->arena, struct span, count);
  if (source->lines == NULL)
    return fault_no_memory(fault);

  const char *at = text.bytes, *end = text.bytes + text.length;
  for (size_t i = 0; i < count; i++) {
    const char *stop = memchr(at, '\n', (size_t)(end - at));
    if (stop == NULL) {
      refuse_line(source, i, "the last line is not ended: the file may have been cut short",
                  "a line break after each entry");
      break;
    }
    source->lines[source->count++] = (struct span){.bytes = at, .length = (size_t)(stop - at)};
    at = stop + 1;
  }
  if (count == 0)
    refuse_line(source, 0, "the board has no entry", "a manifest as the first entry");
  return STATUS_OK;
}

/* --- bundles and single entries --- */

static enum status take_bundle(struct board_source *source, const struct tile *tile,
                               struct span bytes, struct fault *fault)
{
  struct fault inner;
  enum status status = tile_read_entries(bytes, tile->width, source->lines + source->count, &inner);
  if (status == STATUS_OK) {
    source->count += tile->width;
    return STATUS_OK;
  }
  char path[TILE_PATH_MAX];
  tile_path(tile, path);
  return fault_set(fault, status, path, inner.expected, "%s", inner.what);
}

/* The line that stands for an entry whose body is not there. */
static enum status take_leaf(struct board_source *source, struct span hashes, size_t place,
                             struct fault *fault)
{
  size_t length = sizeof LEAF_BEGINNING - 1 + 2 * (size_t)DIGEST_BYTES + sizeof LEAF_END - 1;
  char *text = ARENA_TAKE(source->arena, char, length + 1);
  char digits[DIGEST_TEXT];
  struct digest leaf;
  if (text == NULL)
    return fault_no_memory(fault);
  memcpy(leaf.bytes, hashes.bytes + place * DIGEST_BYTES, DIGEST_BYTES);
  digest_write(&leaf, digits);
  (void)snprintf(text, length + 1, LEAF_BEGINNING "%s" LEAF_END, digits);
  source->lines[source->count++] = (struct span){.bytes = text, .length = length};
  return STATUS_OK;
}

/* Entries of which no bundle is there: each from its own file, else its leaf from the tile. */
static enum status take_singles(struct board_source *source, const struct tile *bundle,
                                struct fault *fault)
{
  struct tile tile = {.kind = TILE_HASHES, .index = bundle->index, .width = bundle->width};
  char path[TILE_PATH_MAX], name[NAME_MAX_BYTES];
  struct span hashes = SPAN(""), line;
  bool found, hashed;

  tile_path(&tile, path);
  enum status status =
      folder_read(&source->folder, path, TILE_BYTES, source->arena, &hashes, &hashed, fault);
  if (status != STATUS_OK && hashed)
    return status;
  for (size_t i = 0; i < bundle->width; i++) {
    (void)snprintf(name, sizeof name, "entries/%zu", source->count);
    status =
        folder_read(&source->folder, name, TILE_ENTRY_MAX, source->arena, &line, &found, fault);
    if (status == STATUS_OK)
      source->lines[source->count++] = line;
    else if (!found && hashes.length == (size_t)bundle->width * DIGEST_BYTES)
      status = take_leaf(source, hashes, i, fault);
    if (status != STATUS_OK)
      return status;
  }
  return STATUS_OK;
}

static enum status take_part(struct board_source *source, const struct tile *tile,
                             struct fault *fault)
{
  char path[TILE_PATH_MAX];
  struct span bytes;
  bool found;
  tile_path(tile, path);
  enum status status =
      folder_read(&source->folder, path, BUNDLE_BYTES_MAX, source->arena, &bytes, &found, fault);
  if (status == STATUS_OK)
    return take_bundle(source, tile, bytes, fault);
  return found ? status : take_singles(source, tile, fault);
}

static enum status gather(struct board_source *source, struct fault *fault)
{
  struct checkpoint checkpoint;
  struct tile tile;
  struct fault inner;
  enum status status = checkpoint_read(source->checkpoint, &checkpoint, &inner);
  if (status != STATUS_OK)
    return problem_take(&source->problem, PROBLEM_CHECKPOINT_MALFORMED, status, &inner);
  uint64_t size = checkpoint.head.size;
  if (size > BOARD_ENTRIES_MAX)
    return fault_set(fault, STATUS_REFUSED, "checkpoint", "at most 67,108,864 entries",
                     "the board is too large to be read here");
  source->lines = ARENA_TAKE(source->arena, struct span, (size_t)size);
  if (source->lines == NULL)
    return fault_no_memory(fault);
  for (uint64_t i = 0; tile_of(size, TILE_ENTRIES, 0, i, &tile); i++) {
    status = take_part(source, &tile, &inner);
    if (status == STATUS_OK)
      continue;
    source->problem.indexed = true;
    source->problem.index = source->count;
    *fault = inner;
    return problem_take(&source->problem, PROBLEM_ENTRY_MISSING, status, &inner);
  }
  if (size == 0)
    refuse_line(source, 0, "the board has no entry", "a manifest as the first entry");
  return STATUS_OK;
}

/* --- opening --- */

static bool is_directory(const char *path)
{
  struct stat facts;
  return stat(path, &facts) == 0 && S_ISDIR(facts.st_mode);
}

/* The path of `name` beside `path`, or in it when it is a directory. */
static char *path_of(struct arena *arena, const char *folder, size_t length, const char *name)
{
  size_t size = length + strlen(name) + 2;
  char *path = ARENA_TAKE(arena, char, size);
  if (path != NULL)
    (void)snprintf(path, size, "%.*s%s", (int)length, folder, name);
  return path;
}

static enum status read_checkpoint(struct board_source *source, struct fault *fault)
{
  struct fault inner;
  bool found;
  enum status status = folder_read(&source->folder, "checkpoint", CHECKPOINT_BYTES_MAX,
                                   source->arena, &source->checkpoint, &found, &inner);
  source->has_checkpoint = status == STATUS_OK;
  if (status == STATUS_OK || !found)
    return STATUS_OK;
  *fault = inner;
  return problem_take(&source->problem, PROBLEM_CHECKPOINT_MALFORMED, status, &inner);
}

static enum status open_file(struct board_source *source, const char *path, struct fault *fault)
{
  enum status status = source_open(path, &source->file, fault);
  return status == STATUS_OK ? split_lines(source, fault) : status;
}

static enum status open_directory(struct board_source *source, const char *path,
                                  struct fault *fault)
{
  if (folder_has(&source->folder, "board.jsonl")) {
    const char *file = path_of(source->arena, path, strlen(path), "/board.jsonl");
    return file == NULL ? fault_no_memory(fault) : open_file(source, file, fault);
  }
  source->bundled = true;
  if (source->has_checkpoint)
    return gather(source, fault);
  if (source->problem.kind != PROBLEM_NONE)
    return STATUS_OK;
  return fault_set(fault, STATUS_REFUSED, NULL,
                   "board.jsonl, or checkpoint beside tile/entries and entries",
                   "there is no board in this directory");
}

enum status board_source_open(const char *path, struct arena *arena, struct board_source *source,
                              struct fault *fault)
{
  bool directory = is_directory(path);
  const char *slash = strrchr(path, '/');
  const char *folder = path;

  *source = (struct board_source){.folder = {.descriptor = -1}, .arena = arena};
  if (!directory) {
    folder = slash == NULL ? "." : path_of(arena, path, (size_t)(slash - path) + 1, "");
    if (folder == NULL)
      return fault_no_memory(fault);
  }
  enum status status = folder_open(folder, &source->folder, fault);
  if (status == STATUS_OK)
    status = read_checkpoint(source, fault);
  if (status == STATUS_OK)
    status = directory ? open_directory(source, path, fault) : open_file(source, path, fault);
  if (status != STATUS_OK)
    board_source_close(source);
  return status;
}

/* --- attachments --- */

static enum status read_attachment(void *context, const struct attachment *attachment,
                                   struct span *bytes, struct fault *fault)
{
  struct board_source *source = context;
  char digits[DIGEST_TEXT], name[NAME_MAX_BYTES];
  bool found;
  digest_write(&attachment->digest, digits);
  (void)snprintf(name, sizeof name, "attachments/%s", digits);
  return folder_read(&source->folder, name, ATTACHMENT_MAX, source->arena, bytes, &found, fault);
}

struct attachment_source board_source_attachments(struct board_source *source)
{
  return (struct attachment_source){.context = source, .read = read_attachment};
}

enum status board_source_unchanged(const struct board_source *source, struct fault *fault)
{
  return source_unchanged(&source->file, fault);
}

void board_source_close(struct board_source *source)
{
  source_close(&source->file);
  folder_close(&source->folder);
}
