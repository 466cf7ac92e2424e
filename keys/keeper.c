#include "keys/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ballots/checkpoint.h"
#include "ballots/receipt.h"
#include "ballots/tile.h"
#include "keys/file.h"

enum {
  BOARD_MAX = 1 << 30, /* bytes of board.jsonl */
  NAME_MAX_BYTES = sizeof "attachments/" + DIGEST_TEXT
};

static char *path_in(const struct keeper *keeper, const char *name)
{
  return file_path(keeper->arena, keeper->folder, name);
}

static bool is_there(const char *path)
{
  struct stat facts;
  return stat(path, &facts) == 0;
}

/* --- attachments --- */

static void name_attachment(const struct digest *digest, char name[NAME_MAX_BYTES])
{
  char hex[DIGEST_TEXT];
  digest_write(digest, hex);
  snprintf(name, NAME_MAX_BYTES, "attachments/%s", hex);
}

static enum status read_attachment(void *context, const struct attachment *attachment,
                                   struct span *bytes, struct fault *fault)
{
  struct keeper *keeper = context;
  char name[NAME_MAX_BYTES];
  name_attachment(&attachment->digest, name);
  char *path = path_in(keeper, name);
  if (path == NULL)
    return fault_no_memory(fault);
  if (!is_there(path))
    return fault_set(fault, STATUS_REFUSED, name, "the file with that SHA-256, stored by --attach",
                     "the board does not have it");
  return file_read(path, ATTACHMENT_MAX, keeper->arena, bytes, fault);
}

/* Writes a file of the folder, and the folders that it is in. */
static enum status put(const struct keeper *keeper, const char *name, struct span bytes,
                       struct fault *fault)
{
  bool replaced;
  char *path = path_in(keeper, name);
  if (path == NULL)
    return fault_no_memory(fault);
  enum status status = file_make_folders(path, fault);
  return status == STATUS_OK ? file_replace(path, bytes, &replaced, fault) : status;
}

enum status keeper_attach(struct keeper *keeper, struct span bytes, struct fault *fault)
{
  char name[NAME_MAX_BYTES];
  struct digest digest = digest_of(bytes);
  if (bytes.length == 0 || bytes.length > ATTACHMENT_MAX)
    return fault_set(fault, STATUS_REFUSED, NULL, "1 byte to 64 MiB",
                     "an attachment of %zu bytes is not allowed", bytes.length);
  name_attachment(&digest, name);
  return put(keeper, name, bytes, fault);
}

/* --- opening --- */

/* The lock goes when the process does, whatever ends it. */
static enum status take_lock(struct keeper *keeper, struct fault *fault)
{
  struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  char *path = path_in(keeper, "lock");
  if (path == NULL)
    return fault_no_memory(fault);
  keeper->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (keeper->lock < 0)
    return fault_set(fault, STATUS_FAILED, path, NULL, "cannot open it: %s", strerror(errno));
  if (fcntl(keeper->lock, F_SETLK, &whole) == 0)
    return STATUS_OK;
  if (errno == EACCES || errno == EAGAIN)
    return fault_set(fault, STATUS_FAILED, keeper->folder, "nobody else at work on it",
                     "somebody else is writing to this board");
  return fault_set(fault, STATUS_FAILED, path, NULL, "cannot lock it: %s", strerror(errno));
}

static enum status keep_line(struct keeper *keeper, struct span line, struct fault *fault)
{
  size_t count = (size_t)keeper->board.head.size;
  if (count == keeper->line_capacity) {
    size_t larger = count == 0 ? 64 : 2 * count;
    struct span *lines =
        arena_grow(keeper->arena, keeper->lines, count, larger, sizeof *keeper->lines);
    if (lines == NULL)
      return fault_no_memory(fault);
    keeper->lines = lines;
    keeper->line_capacity = larger;
  }
  keeper->lines[count] = line;
  return STATUS_OK;
}

enum status keeper_append(struct keeper *keeper, struct span line, enum refusal *refusal,
                          struct fault *fault)
{
  *refusal = REFUSAL_NONE;
  enum status status = keep_line(keeper, line, fault);
  return status == STATUS_OK ? board_append(&keeper->board, line, refusal, fault) : status;
}

bool keeper_ends_with(const struct keeper *keeper, struct span lines, size_t *first)
{
  size_t count = 0;
  struct span rest = lines, line;
  bool more = true;
  while (span_split(&rest, &more, '\n', &line) && (more || line.length > 0))
    count++;
  if (count == 0 || count > keeper->stored)
    return false;
  rest = lines;
  more = true;
  for (size_t i = keeper->stored - count; i < keeper->stored; i++)
    if (!span_split(&rest, &more, '\n', &line) || !span_equal(line, keeper->lines[i]))
      return false;
  *first = keeper->stored - count;
  return true;
}

static enum status check_checkpoint(const struct checkpoint *checkpoint, const struct digest *root,
                                    const struct keeper *keeper, struct fault *fault)
{
  if (checkpoint->head.size > keeper->board.head.size)
    return fault_set(fault, STATUS_REFUSED, "checkpoint",
                     "a board.jsonl with all entries that the checkpoint was signed for",
                     "it is of %" PRIu64 " entries, and the board has %" PRIu64,
                     checkpoint->head.size, keeper->board.head.size);
  if (digest_compare(&checkpoint->head.root, root) != 0)
    return fault_set(fault, STATUS_REFUSED, "checkpoint", "the root of the board's entries",
                     "it was signed for other entries than the board has");
  if (keeper->board.head.manifest == NULL)
    return STATUS_OK;
  return checkpoint_verify(checkpoint, &keeper->board.head.manifest->board_key, fault);
}

/* Appends what is on the disk; `*root` is that of the first `size` entries. */
static enum status replay(struct keeper *keeper, const char *path, uint64_t size,
                          struct digest *root, struct fault *fault)
{
  struct span text, line;
  struct fault inner;
  enum refusal refusal;
  bool more = true;
  if (size == 0)
    *root = board_root(&keeper->board);
  enum status status = file_read(path, BOARD_MAX, keeper->arena, &text, fault);
  if (status != STATUS_OK)
    return status;
  while (span_split(&text, &more, '\n', &line)) {
    if (!more && line.length == 0)
      break;
    status = keeper_append(keeper, line, &refusal, &inner);
    if (status != STATUS_OK)
      return fault_set(fault, status, path, inner.expected, "line %" PRIu64 ": %s: %s: %s",
                       keeper->board.head.size + 1, refusal_name(refusal), inner.where, inner.what);
    if (keeper->board.head.size == size)
      *root = board_root(&keeper->board);
  }
  keeper->stored = (size_t)keeper->board.head.size;
  return STATUS_OK;
}

static enum status read_board(struct keeper *keeper, struct fault *fault)
{
  struct checkpoint checkpoint = {.head = {.size = 0}};
  struct digest root;
  char *board = path_in(keeper, "board.jsonl"), *signed_head = path_in(keeper, "checkpoint");
  enum status status = STATUS_OK;
  if (board == NULL || signed_head == NULL)
    return fault_no_memory(fault);
  bool has_checkpoint = is_there(signed_head);
  if (has_checkpoint)
    status = file_read(signed_head, NOTE_MAX, keeper->arena, &keeper->signed_head, fault);
  if (status == STATUS_OK && has_checkpoint)
    status = checkpoint_read(keeper->signed_head, &checkpoint, fault);
  if (status == STATUS_OK && is_there(board))
    status = replay(keeper, board, checkpoint.head.size, &root, fault);
  if (status == STATUS_OK && has_checkpoint)
    status = check_checkpoint(&checkpoint, &root, keeper, fault);
  return status;
}

enum status keeper_open(struct keeper *keeper, const char *folder, struct arena *arena,
                        struct fault *fault)
{
  *keeper = (struct keeper){.folder = folder, .arena = arena, .lock = -1, .signed_head = SPAN("")};
  const struct attachment_source attachments = {.context = keeper, .read = read_attachment};
  board_begin(&keeper->board, arena, &attachments);
  enum status status = is_there(folder) ? STATUS_OK : file_make_folder(folder, fault);
  if (status == STATUS_OK)
    status = take_lock(keeper, fault);
  if (status == STATUS_OK)
    status = read_board(keeper, fault);
  return status;
}

void keeper_close(struct keeper *keeper)
{
  if (keeper->lock >= 0)
    close(keeper->lock);
  keeper->lock = -1;
}

/* --- writing --- */

static enum status put_entries(const struct keeper *keeper, struct fault *fault)
{
  enum status status = STATUS_OK;
  for (size_t i = keeper->stored; i < keeper->board.head.size && status == STATUS_OK; i++) {
    char name[sizeof "entries/18446744073709551615"];
    if (keeper->board.entries[i].credential != 0)
      continue;
    snprintf(name, sizeof name, "entries/%zu", i);
    status = put(keeper, name, keeper->lines[i], fault);
  }
  return status;
}

static enum status put_bundle(const struct keeper *keeper, const struct tile *tile,
                              const char *path, struct fault *fault)
{
  struct buffer bundle = {0};
  enum status status = STATUS_OK;
  for (unsigned i = 0; i < tile->width && status == STATUS_OK; i++)
    status = tile_add_entry(&bundle, keeper->lines[(size_t)tile->index * TILE_WIDTH + i], fault);
  if (status == STATUS_OK)
    status =
        bundle.failed ? fault_no_memory(fault) : put(keeper, path, buffer_span(&bundle), fault);
  buffer_free(&bundle);
  return status;
}

/* The tree of the first `size` entries. */
static enum status grow_tree(const struct keeper *keeper, size_t size, struct merkle_growth *growth,
                             struct fault *fault)
{
  const struct merkle_frontier nothing = {0};
  struct digest *leaves = ARENA_TAKE(keeper->arena, struct digest, size);
  if (leaves == NULL)
    return fault_no_memory(fault);
  for (size_t i = 0; i < size; i++)
    leaves[i] = keeper->board.entries[i].leaf;
  return merkle_grow(&nothing, leaves, size, keeper->arena, growth, fault);
}

static enum status put_tiles(const struct keeper *keeper, struct fault *fault)
{
  const size_t size = (size_t)keeper->board.head.size;
  struct merkle_growth growth;
  struct tile_walk walk = {.older = keeper->stored, .newer = size};
  struct tile tile;
  enum status status = grow_tree(keeper, size, &growth, fault);
  while (status == STATUS_OK && tile_walk_next(&walk, &tile)) {
    char path[TILE_PATH_MAX];
    tile_path(&tile, path);
    if (tile.kind == TILE_ENTRIES)
      status = put_bundle(keeper, &tile, path, fault);
    else
      status = put(
          keeper, path,
          tile_bytes(&growth.hashes[tile.level * TILE_HEIGHT][tile.index * TILE_WIDTH], tile.width),
          fault);
  }
  return status;
}

static enum status put_lines(const struct keeper *keeper, struct fault *fault)
{
  struct buffer text = {0};
  for (size_t i = 0; i < keeper->board.head.size; i++) {
    buffer_add(&text, keeper->lines[i]);
    buffer_add_byte(&text, '\n');
  }
  enum status status =
      text.failed ? fault_no_memory(fault) : put(keeper, "board.jsonl", buffer_span(&text), fault);
  buffer_free(&text);
  return status;
}

static enum status put_checkpoint(const struct keeper *keeper, const struct signing_key *key,
                                  struct fault *fault)
{
  struct buffer note = {0};
  const struct merkle_head head = {.size = keeper->board.head.size,
                                   .root = board_root(&keeper->board)};
  checkpoint_sign(&head, &keeper->board.head.manifest->board_key, key, &note);
  enum status status =
      note.failed ? fault_no_memory(fault) : put(keeper, "checkpoint", buffer_span(&note), fault);
  buffer_free(&note);
  return status;
}

static enum status check_key(const struct keeper *keeper, const struct signing_key *key,
                             struct fault *fault)
{
  const struct manifest *manifest = keeper->board.head.manifest;
  if (manifest != NULL &&
      memcmp(manifest->board_key.public_key.bytes, key->public_key.bytes, PUBLIC_KEY_BYTES) == 0)
    return STATUS_OK;
  return fault_set(fault, STATUS_REFUSED, "--key", "the key that board.key of the manifest names",
                   "it is not the board's key");
}

enum status keeper_commit(struct keeper *keeper, const struct signing_key *key, struct fault *fault)
{
  enum status status = key == NULL ? STATUS_OK : check_key(keeper, key, fault);
  if (status == STATUS_OK)
    status = put_entries(keeper, fault);
  if (status == STATUS_OK)
    status = put_tiles(keeper, fault);
  if (status == STATUS_OK)
    status = put_lines(keeper, fault);
  if (status != STATUS_OK)
    return status;
  keeper->stored = (size_t)keeper->board.head.size;
  return key == NULL ? STATUS_OK : put_checkpoint(keeper, key, fault);
}

/* --- receipts --- */

static enum status prove(const struct keeper *keeper, uint64_t index, uint64_t size,
                         struct merkle_proof *proof, struct fault *fault)
{
  struct merkle_growth growth;
  struct merkle_plan plan;
  enum status status = grow_tree(keeper, (size_t)size, &growth, fault);
  if (status != STATUS_OK)
    return status;
  const struct merkle_source source = merkle_growth_source(&growth);
  status = merkle_plan_inclusion(index, size, &plan, fault);
  return status == STATUS_OK ? merkle_prove(&plan, &source, proof, fault) : status;
}

enum status keeper_receipt(const struct keeper *keeper, const struct digest *leaf,
                           struct buffer *receipt, struct fault *fault)
{
  struct checkpoint checkpoint = {.head = {.size = 0}};
  struct merkle_proof proof;
  enum status status = STATUS_OK;
  uint64_t index = 0;
  while (index < keeper->stored && digest_compare(&keeper->board.entries[index].leaf, leaf) != 0)
    index++;
  if (index == keeper->stored)
    return fault_set(fault, STATUS_REFUSED, keeper->folder, "an entry of this board",
                     "the entry is not on it");
  if (keeper->signed_head.length > 0)
    status = checkpoint_read(keeper->signed_head, &checkpoint, fault);
  if (status == STATUS_OK && index >= checkpoint.head.size)
    status = fault_set(fault, STATUS_REFUSED, keeper->folder,
                       "a checkpoint: 'board append' with the board's --key",
                       "the board's key has not signed for the entry yet");
  if (status == STATUS_OK)
    status = prove(keeper, index, checkpoint.head.size, &proof, fault);
  if (status != STATUS_OK)
    return status;
  receipt_write(index, &proof, keeper->signed_head, receipt);
  return receipt->failed ? fault_no_memory(fault) : STATUS_OK;
}
