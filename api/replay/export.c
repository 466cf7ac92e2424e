#include "api/replay/export.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "api/replay/answer.h"
#include "api/replay/talk.h"
#include "ballots/admission.h"
#include "ballots/checkpoint.h"
#include "ballots/entry.h"
#include "ballots/tile.h"

enum {
  PATH_BYTES = 4096,
  POLL_MILLISECONDS = 100,
};

#define BOARD_MAX ((size_t)4 << 30) /* as the auditor reads */

static enum status make_folders(char *path, size_t from, struct fault *fault)
{
  for (char *at = path + from; (at = strchr(at, '/')) != NULL; *at++ = '/') {
    *at = '\0';
    if (mkdir(path, 0777) != 0 && errno != EEXIST)
      return fault_set(fault, STATUS_FAILED, path, NULL, "cannot be made: %s", strerror(errno));
  }
  return STATUS_OK;
}

static enum status create(const char *folder, const char *name, FILE **file, struct fault *fault)
{
  char path[PATH_BYTES];
  int length = snprintf(path, sizeof path, "%s/%s", folder, name);
  if (length < 0 || (size_t)length >= sizeof path)
    return fault_set(fault, STATUS_REFUSED, folder, NULL, "the name of the folder is too long");
  enum status status = make_folders(path, strlen(folder) + 1, fault);
  if (status != STATUS_OK)
    return status;
  *file = fopen(path, "wbx");
  if (*file == NULL)
    return fault_set(fault, STATUS_FAILED, path, NULL, "cannot be made: %s", strerror(errno));
  return STATUS_OK;
}

/* Fetches one file of the board. */
static enum status fetch(struct replay *replay, const char *folder, const char *name,
                         struct fault *fault)
{
  struct buffer path = {0};
  FILE *file;
  enum status status = create(folder, name, &file, fault);
  if (status != STATUS_OK)
    return status;
  buffer_format(&path, "/elections/%s/board/%s", replay->election, name);
  struct client_request request = {.method = "GET",
                                   .path = buffer_span(&path),
                                   .headers = SPAN(""),
                                   .body = SPAN(""),
                                   .limit = BOARD_MAX,
                                   .file = file};
  if (path.failed) {
    status = fault_no_memory(fault);
  } else {
    client_ask(replay->client, &request);
    status = answer_expect(&request, 200, 200, name, fault);
  }
  bool written = ferror(file) == 0;
  if ((fclose(file) != 0 || !written) && status == STATUS_OK)
    status = fault_set(fault, STATUS_FAILED, name, NULL, "cannot be written: %s", strerror(errno));
  buffer_free(&request.answer);
  buffer_free(&path);
  return status;
}

/* --- the checkpoint --- */

static enum status look_at_checkpoint(struct replay *replay, uint64_t *size, struct fault *fault)
{
  struct checkpoint checkpoint;
  struct span bytes;
  struct buffer path = {0};
  buffer_format(&path, "/elections/%s/board/checkpoint", replay->election);
  buffer_add_byte(&path, '\0');
  enum status status =
      path.failed ? fault_no_memory(fault) : talk_get(replay, path.bytes, NOTE_MAX, &bytes, fault);
  buffer_free(&path);
  if (status == STATUS_OK)
    status = checkpoint_read(bytes, &checkpoint, fault);
  if (status == STATUS_OK)
    status = checkpoint_verify(&checkpoint, &replay->board_key, fault);
  if (status == STATUS_OK)
    *size = checkpoint.head.size;
  return status;
}

/* The public checkpoint may lag behind the board, but not for long once the vote is over. */
static enum status wait_for_checkpoint(struct replay *replay, struct fault *fault)
{
  const struct timespec pause = {.tv_nsec = POLL_MILLISECONDS * 1000000L};
  time_t until = time(NULL) + (time_t)replay->options->patience;
  uint64_t size;
  for (;;) {
    enum status status = look_at_checkpoint(replay, &size, fault);
    if (status != STATUS_OK || size == replay->receipts.count)
      return status;
    if (size > replay->receipts.count)
      return fault_set(fault, STATUS_REFUSED, "checkpoint", NULL,
                       "the board has %" PRIu64 " entries, and receipts were given for %zu", size,
                       replay->receipts.count);
    if (time(NULL) > until)
      return fault_set(fault, STATUS_REFUSED, "checkpoint", NULL,
                       "the public one stays at %" PRIu64 " entries of %zu", size,
                       replay->receipts.count);
    (void)nanosleep(&pause, NULL);
  }
}

/* --- the files --- */

static enum status fetch_attachment(struct replay *replay, const char *folder,
                                    const struct attachment *attachment, struct fault *fault)
{
  char hex[DIGEST_TEXT], name[sizeof "attachments/" + DIGEST_TEXT];
  digest_write(&attachment->digest, hex);
  (void)snprintf(name, sizeof name, "attachments/%s", hex);
  return fetch(replay, folder, name, fault);
}

/* An entry that is not a ballot, as it stands on the board, and its attachment. */
static enum status fetch_entry(struct replay *replay, const char *folder, uint64_t index,
                               struct fault *fault)
{
  char name[sizeof "entries/" + 20];
  struct buffer path = {0};
  struct span line;
  struct entry entry = {0};
  (void)snprintf(name, sizeof name, "entries/%" PRIu64, index);
  buffer_format(&path, "/elections/%s/board/%s", replay->election, name);
  buffer_add_byte(&path, '\0');
  enum status status = fetch(replay, folder, name, fault);
  if (status == STATUS_OK && path.failed)
    status = fault_no_memory(fault);
  if (status == STATUS_OK)
    status = talk_get(replay, path.bytes, ENVELOPE_MAX, &line, fault);
  if (status == STATUS_OK)
    status = entry_read(line, &replay->arena, &entry, fault);
  if (status == STATUS_OK) {
    const struct attachment *attachment = admission_attachment(&entry);
    if (attachment != NULL)
      status = fetch_attachment(replay, folder, attachment, fault);
  }
  entry_release(&entry);
  buffer_free(&path);
  return status;
}

static enum status fetch_entries(struct replay *replay, const char *folder, struct fault *fault)
{
  const struct plan *plan = &replay->plan;
  uint64_t count = replay->receipts.count;
  bool *ballot = ARENA_TAKE(&replay->arena, bool, (size_t)count);
  enum status status = ballot == NULL ? fault_no_memory(fault) : STATUS_OK;
  for (size_t i = 0; status == STATUS_OK && i < plan->cast_count; i++)
    ballot[plan->casts[i].note.index] = true;
  for (uint64_t i = 0; status == STATUS_OK && i < count; i++)
    if (!ballot[i])
      status = fetch_entry(replay, folder, i, fault);
  return status;
}

static enum status fetch_tiles(struct replay *replay, const char *folder, struct fault *fault)
{
  struct tile_walk walk = {.newer = replay->receipts.count};
  struct tile tile;
  enum status status = STATUS_OK;
  while (status == STATUS_OK && tile_walk_next(&walk, &tile)) {
    char path[TILE_PATH_MAX];
    tile_path(&tile, path);
    status = fetch(replay, folder, path, fault);
  }
  return status;
}

enum status export_board(struct replay *replay, const char *folder, struct fault *fault)
{
  enum status status;
  if ((status = wait_for_checkpoint(replay, fault)) != STATUS_OK ||
      (status = fetch(replay, folder, "checkpoint", fault)) != STATUS_OK ||
      (status = fetch(replay, folder, "board.jsonl", fault)) != STATUS_OK ||
      (status = fetch_entries(replay, folder, fault)) != STATUS_OK)
    return status;
  return fetch_tiles(replay, folder, fault);
}
