#include "api/replay/replay.h"

#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <ftw.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "api/replay/casting.h"
#include "api/replay/check.h"
#include "api/replay/export.h"
#include "api/replay/options.h"
#include "api/replay/processor.h"
#include "api/replay/report.h"
#include "api/replay/stages.h"
#include "base/base64.h"
#include "console/source.h"

enum {
  KEY_FILE = 2 * SEED_BYTES + 1, /* hex digits and a line break */
  KEY_TEXT = (PUBLIC_KEY_BYTES + 2) / 3 * 4,
  REPLY_SECONDS = 20,
  FOLDERS_OPEN = 16,
};

/* --- the organiser's key --- */

static enum status read_key(const char *path, struct signing_key *key, struct fault *fault)
{
  char text[KEY_FILE + 1];
  uint8_t seed[SEED_BYTES];
  size_t length;
  FILE *file = fopen(path, "re");
  if (file == NULL)
    return fault_set(fault, STATUS_REFUSED, path, NULL, "cannot be read: %s", strerror(errno));
  setbuf(file, NULL); /* no copy of the seed stays behind */
  size_t got = fread(text, 1, sizeof text, file);
  (void)fclose(file);
  while (got > 0 && text[got - 1] == '\n')
    got--;
  bool good = got == KEY_FILE - 1 &&
              sodium_hex2bin(seed, sizeof seed, text, got, NULL, &length, NULL) == 0 &&
              length == sizeof seed;
  if (good)
    signing_key_make(seed, key);
  sodium_memzero(seed, sizeof seed);
  sodium_memzero(text, sizeof text);
  return good ? STATUS_OK
              : fault_set(fault, STATUS_REFUSED, path, "64 hex digits", "it holds no seed");
}

static enum status write_key(const char *path, struct buffer *answer, struct fault *fault)
{
  uint8_t seed[SEED_BYTES];
  char text[KEY_FILE + 1], public[KEY_TEXT];
  struct signing_key key;
  int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (descriptor < 0)
    return fault_set(fault, STATUS_REFUSED, path, NULL, "cannot be made: %s", strerror(errno));
  randombytes_buf(seed, sizeof seed);
  signing_key_make(seed, &key);
  (void)sodium_bin2hex(text, sizeof text, seed, sizeof seed);
  text[KEY_FILE - 1] = '\n';
  bool written = write(descriptor, text, KEY_FILE) == KEY_FILE;
  written = close(descriptor) == 0 && written;
  base64_write(key.public_key.bytes, PUBLIC_KEY_BYTES, public);
  buffer_add(answer, (struct span){.bytes = public, .length = sizeof public});
  buffer_add_byte(answer, '\n');
  sodium_memzero(seed, sizeof seed);
  sodium_memzero(text, sizeof text);
  signing_key_wipe(&key);
  return written ? STATUS_OK
                 : fault_set(fault, STATUS_FAILED, path, NULL, "cannot be written: %s",
                             strerror(errno));
}

/* --- the folder of the board --- */

static int remove_one(const char *path, const struct stat *facts, int kind, struct FTW *where)
{
  (void)facts;
  (void)kind;
  (void)where;
  return remove(path);
}

/* The folder asked for, or one for now: `*path` is then from malloc, and it is to be removed. */
static enum status make_folder(const struct replay_options *options, char **path,
                               struct fault *fault)
{
  const char *parent = getenv("TMPDIR");
  struct buffer name = {0};
  if (options->export != NULL)
    buffer_format(&name, "%s", options->export);
  else
    buffer_format(&name, "%s/beffroi-replay-XXXXXX", parent == NULL ? "/tmp" : parent);
  buffer_add_byte(&name, '\0');
  *path = NULL;
  if (name.failed) {
    buffer_free(&name);
    return fault_no_memory(fault);
  }
  bool made = options->export != NULL ? mkdir(name.bytes, 0777) == 0 : mkdtemp(name.bytes) != NULL;
  if (!made) {
    fault_set(fault, STATUS_REFUSED, options->export == NULL ? "TMPDIR" : "--export",
              "a new folder", "'%s' cannot be made: %s", name.bytes, strerror(errno));
    buffer_free(&name);
    return STATUS_REFUSED;
  }
  *path = name.bytes;
  return STATUS_OK;
}

static void leave_folder(const struct replay_options *options, char *path)
{
  if (path != NULL && options->export == NULL)
    (void)nftw(path, remove_one, FOLDERS_OPEN, FTW_DEPTH | FTW_PHYS);
  free(path);
}

/* --- the way through --- */

double replay_now(void)
{
  struct timespec time;
  (void)clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static enum status connect_to_service(struct replay *replay, struct fault *fault)
{
  const struct replay_options *options = replay->options;
  const struct client_options voters = {.connections = options->connections,
                                        .patience = options->patience,
                                        .reply_seconds = REPLY_SECONDS};
  const struct client_options officers = {
      .connections = 1, .patience = options->patience, .reply_seconds = REPLY_SECONDS};
  const char *address = options->officers == NULL ? options->url : options->officers;
  replay->base = event_base_new();
  if (replay->base == NULL)
    return fault_no_memory(fault);
  enum status status =
      client_open(replay->base, span_of(options->url), &voters, &replay->client, fault);
  if (status == STATUS_OK)
    status = client_open(replay->base, span_of(address), &officers, &replay->officers, fault);
  return status;
}

static double used(const pid_t *pids, size_t count, double before)
{
  double after = processor_seconds(pids, count);
  return before < 0 || after < before ? -1 : after - before;
}

static enum status cast_all(struct replay *replay, struct fault *fault)
{
  const struct replay_options *options = replay->options;
  enum status status = casting_sign(replay, fault);
  if (status != STATUS_OK)
    return status;
  double server = processor_seconds(options->server, options->server_count);
  double postgres = processor_seconds(options->postgres, options->postgres_count);
  replay->times.began = replay_now();
  status = casting_run(replay, fault);
  replay->times.casting = replay_now() - replay->times.began;
  replay->times.server = used(options->server, options->server_count, server);
  replay->times.postgres = used(options->postgres, options->postgres_count, postgres);
  return status;
}

static enum status hold(struct replay *replay, struct span text, const char *folder,
                        struct fault *fault)
{
  enum status status;
  if ((status = read_key(replay->options->organiser_key, &replay->organiser, fault)) != STATUS_OK ||
      (status = stages_read(replay, text, fault)) != STATUS_OK ||
      (status = connect_to_service(replay, fault)) != STATUS_OK ||
      (status = stages_open(replay, fault)) != STATUS_OK ||
      (status = cast_all(replay, fault)) != STATUS_OK ||
      (status = stages_check_standing(replay, fault)) != STATUS_OK ||
      (replay->options->again && (status = casting_run_again(replay, fault)) != STATUS_OK) ||
      (status = stages_close(replay, fault)) != STATUS_OK ||
      (status = stages_end(replay, fault)) != STATUS_OK ||
      (status = export_board(replay, folder, fault)) != STATUS_OK ||
      (status = check_receipts(replay, folder, fault)) != STATUS_OK ||
      (status = check_audit(replay, folder, fault)) != STATUS_OK)
    return status;
  check_published(replay);
  return STATUS_OK;
}

static void release(struct replay *replay)
{
  client_close(replay->officers);
  client_close(replay->client);
  if (replay->base != NULL)
    event_base_free(replay->base);
  signing_key_wipe(&replay->organiser);
  signing_key_wipe(&replay->registrar);
  if (replay->voters != NULL)
    sodium_memzero(replay->voters,
                   (size_t)restage_voters(&replay->restage) * sizeof *replay->voters);
  buffer_free(&replay->outcome);
  arena_free(&replay->arena);
}

static enum verdict tell(const struct replay *replay)
{
  struct buffer text = {0};
  enum verdict verdict = replay_holds(replay) ? VERDICT_HOLDS : VERDICT_DOES_NOT_HOLD;
  if (replay->options->json)
    replay_report_write(replay, &text);
  else
    replay_report_add(replay, console_width(), &text);
  verdict = replay->options->json ? console_write(&text, verdict) : console_show(&text, verdict);
  buffer_free(&text);
  return verdict;
}

/* A refusal before the election was opened is of the file or the request; after it, of the service,
 * which has promised otherwise. */
static enum verdict complain(const struct replay *replay, const struct fault *fault)
{
  enum verdict verdict = console_complain(replay->options->file, fault);
  bool begun = replay->receipts.count > 0;
  return verdict == VERDICT_UNUSABLE && begun ? VERDICT_DOES_NOT_HOLD : verdict;
}

static enum verdict replay_election(const struct replay_options *options)
{
  struct replay *replay = calloc(1, sizeof *replay);
  struct source source = {0};
  struct fault fault;
  char *folder = NULL;
  enum verdict verdict;
  if (replay == NULL) {
    fault_no_memory(&fault);
    return console_complain(options->file, &fault);
  }
  replay->options = options;
  enum status status = source_open(options->file, &source, &fault);
  if (status == STATUS_OK)
    status = make_folder(options, &folder, &fault);
  if (status == STATUS_OK)
    status = hold(replay, source.text, folder, &fault);
  verdict = status == STATUS_OK ? tell(replay) : complain(replay, &fault);
  leave_folder(options, folder);
  release(replay);
  source_close(&source);
  free(replay);
  return verdict;
}

enum verdict replay_run(int count, char **arguments)
{
  struct replay_options options;
  struct buffer text = {0};
  struct fault fault;
  enum replay_task task;
  enum status status;

  if (sodium_init() < 0)
    status = fault_set(&fault, STATUS_FAILED, "libsodium", NULL, "it cannot be started");
  else
    status = signature_library_check(&fault);
  if (status == STATUS_OK)
    status = replay_options_read(count, arguments, &options, &task, &fault);
  if (status == STATUS_OK && task == REPLAY_ELECTION)
    return replay_election(&options);
  if (status == STATUS_OK && task == REPLAY_HELP)
    replay_options_add_help(&text);
  else if (status == STATUS_OK)
    status = write_key(options.file, &text, &fault);
  enum verdict verdict =
      status == STATUS_OK ? console_show(&text, VERDICT_HOLDS) : console_complain(NULL, &fault);
  buffer_free(&text);
  return verdict;
}
