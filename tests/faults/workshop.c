#include "tests/faults/workshop.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>
#include <qrencode.h>
#include <sodium.h>

#include "audit/command.h"
#include "console/text.h"
#include "keys/command.h"
#include "keys/guard.h"
#include "tests/faults/failing_malloc.h"
#include "tests/faults/snapshot.h"

/* Only there a block never begins with what was in another: what is found was put there by us. */
#if defined(__SANITIZE_ADDRESS__)
#define BLOCKS_ARE_FRESH 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define BLOCKS_ARE_FRESH 1
#endif
#endif
#ifndef BLOCKS_ARE_FRESH
#define BLOCKS_ARE_FRESH 0
#endif

enum {
  WORDS_MAX = 40,
  WORD_BYTES = 512,
  OUTPUT_MAX = 1 << 16,
  FAILURES_MAX = 20000,
  DESCRIPTORS = 64,
  SECRETS = 64,
  SECRET_BYTES = 64,
  PIECES = 256
};

/* --- in the place of others --- */

void *__wrap_sodium_malloc(size_t size);
void *__real_sodium_malloc(size_t size);
void __wrap_sodium_free(void *memory);
void __real_sodium_free(void *memory);
void __wrap_randombytes_buf(void *bytes, size_t size);
int __wrap_crypto_pwhash_argon2id(unsigned char *out, unsigned long long out_length,
                                  const char *passphrase, unsigned long long length,
                                  const unsigned char *salt, unsigned long long operations,
                                  size_t memory, int algorithm);
QRcode *__wrap_QRcode_encodeString8bit(const char *text, int version, QRecLevel level);
QRcode *__real_QRcode_encodeString8bit(const char *text, int version, QRecLevel level);
int __wrap_open(const char *path, int flags, ...);
int __real_open(const char *path, int flags, ...);
int __wrap_open64(const char *path, int flags, ...);
int __real_open64(const char *path, int flags, ...);
ssize_t __wrap_write(int file, const void *bytes, size_t length);
ssize_t __real_write(int file, const void *bytes, size_t length);
int __wrap_fsync(int file);
int __wrap_rename(const char *from, const char *to);
int __real_rename(const char *from, const char *to);
int __wrap_mkdir(const char *path, mode_t mode);
int __real_mkdir(const char *path, mode_t mode);

static size_t guarded; /* of sodium_malloc, not yet given back */

void *__wrap_sodium_malloc(size_t size)
{
  if (failing_malloc_fails())
    return NULL;
  guarded++;
  return __real_sodium_malloc(size);
}

void __wrap_sodium_free(void *memory)
{
  guarded -= memory != NULL;
  __real_sodium_free(memory);
}

static unsigned dealt;

void workshop_deal(unsigned number)
{
  dealt = number;
}

static struct {
  size_t count;
  size_t lengths[PIECES];
  unsigned char bytes[PIECES][64];
} pieces;

void __wrap_randombytes_buf(void *bytes, size_t size)
{
  unsigned char seed[randombytes_SEEDBYTES] = {
      (unsigned char)pieces.count, (unsigned char)(pieces.count >> 8), (unsigned char)dealt};
  randombytes_buf_deterministic(bytes, size, seed);
  if (pieces.count < PIECES && size <= sizeof pieces.bytes[0]) {
    memcpy(pieces.bytes[pieces.count], bytes, size);
    pieces.lengths[pieces.count] = size;
  }
  pieces.count++;
}

int __wrap_crypto_pwhash_argon2id(unsigned char *out, unsigned long long out_length,
                                  const char *passphrase, unsigned long long length,
                                  const unsigned char *salt, unsigned long long operations,
                                  size_t memory, int algorithm)
{
  (void)operations;
  (void)memory;
  (void)algorithm;
  if (failing_malloc_fails())
    return -1;
  return crypto_generichash(out, (size_t)out_length, (const unsigned char *)passphrase, length,
                            salt, crypto_pwhash_argon2id_SALTBYTES);
}

QRcode *__wrap_QRcode_encodeString8bit(const char *text, int version, QRecLevel level)
{
  if (failing_malloc_fails()) {
    errno = ENOMEM;
    return NULL;
  }
  return __real_QRcode_encodeString8bit(text, version, level);
}

/* --- writes to the disk --- */

static struct {
  bool armed, fired;
  size_t failing, seen;
} disk;

static bool disk_fails(void)
{
  if (!disk.armed || ++disk.seen != disk.failing)
    return false;
  disk.fired = true;
  errno = ENOSPC;
  return true;
}

static mode_t mode_of(int flags, va_list arguments)
{
  return (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;
}

int __wrap_open(const char *path, int flags, ...)
{
  va_list arguments;
  va_start(arguments, flags);
  mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  return (flags & O_CREAT) != 0 && disk_fails() ? -1 : __real_open(path, flags, mode);
}

int __wrap_open64(const char *path, int flags, ...)
{
  va_list arguments;
  va_start(arguments, flags);
  mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  return (flags & O_CREAT) != 0 && disk_fails() ? -1 : __real_open64(path, flags, mode);
}

/* Half of what is written may be on a full disk already. */
ssize_t __wrap_write(int file, const void *bytes, size_t length)
{
  if (file <= STDERR_FILENO || !disk_fails())
    return __real_write(file, bytes, length);
  if (length > 1 && __real_write(file, bytes, length / 2) < 0)
    return -1;
  errno = ENOSPC;
  return -1;
}

int __wrap_fsync(int file)
{
  (void)file;
  return disk_fails() ? -1 : 0;
}

int __wrap_rename(const char *from, const char *to)
{
  return disk_fails() ? -1 : __real_rename(from, to);
}

int __wrap_mkdir(const char *path, mode_t mode)
{
  return disk_fails() ? -1 : __real_mkdir(path, mode);
}

/* --- secrets --- */

static struct secret {
  size_t length;
  unsigned char bytes[SECRET_BYTES];
  const char *file;
} secrets[SECRETS];
static size_t secret_count;
static bool may_begin[256]; /* a secret begins with this byte */
static size_t found_secret; /* its number + 1, in a block that was given back */

void workshop_secret(const void *bytes, size_t length, const char *file)
{
  assert_true(secret_count < SECRETS && length <= SECRET_BYTES);
  struct secret *secret = &secrets[secret_count++];
  secret->length = length;
  secret->file = file;
  memcpy(secret->bytes, bytes, length);
  may_begin[secret->bytes[0]] = true;
}

void workshop_forget_secrets(void)
{
  secret_count = 0;
  memset(may_begin, 0, sizeof may_begin);
}

/* Reads what arenas have poisoned, too. */
__attribute__((no_sanitize("address"))) static bool is_at(const unsigned char *block,
                                                          const struct secret *secret)
{
  for (size_t i = 0; i < secret->length; i++)
    if (block[i] != secret->bytes[i])
      return false;
  return true;
}

__attribute__((no_sanitize("address"))) static void look_for_secrets(const void *block)
{
  const size_t size = malloc_usable_size((void *)(uintptr_t)block);
  const unsigned char *bytes = block;
  for (size_t at = 0; at < size && found_secret == 0; at++)
    for (size_t i = 0; may_begin[bytes[at]] && i < secret_count; i++)
      if (secrets[i].length <= size - at && is_at(bytes + at, &secrets[i]))
        found_secret = i + 1;
}

/* --- running --- */

static char folder[] = "/tmp/workshop.XXXXXX";
static FILE *out, *complaints;
static char printed[OUTPUT_MAX], complained[OUTPUT_MAX];

typedef enum verdict command_function(int count, char **arguments);

static const struct {
  const char *name;
  command_function *run;
} commands[] = {
    {"board", board_run},   {"check-receipt", check_receipt_run},
    {"draw", draw_run},     {"manifest", manifest_run},
    {"new", new_run},       {"paper", paper_run},
    {"public", public_run}, {"registrar", registrar_run},
    {"sign", sign_run},     {"tally", tally_run},
    {"verify", verify_run}, {"vote", vote_run},
};

static command_function *command_of(const char *name)
{
  for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
    if (strcmp(commands[i].name, name) == 0)
      return commands[i].run;
  fail_msg("no command is called '%s'", name);
  return NULL;
}

static void read_back(FILE *file, char text[OUTPUT_MAX])
{
  rewind(file);
  size_t length = fread(text, 1, OUTPUT_MAX - 1, file);
  assert_in_range(length, 0, OUTPUT_MAX - 2);
  text[length] = '\0';
  assert_int_equal(ftruncate(fileno(file), 0), 0);
  rewind(file);
}

static size_t count_open(void)
{
  size_t count = 0;
  for (int i = 0; i < DESCRIPTORS; i++)
    count += fcntl(i, F_GETFD) >= 0;
  return count;
}

/* With its standard files in place of ours; a command may close them. */
static enum verdict run(const char *const *words)
{
  char texts[WORDS_MAX][WORD_BYTES], *arguments[WORDS_MAX + 1] = {NULL};
  int count = 0;
  for (; words[count] != NULL; count++) {
    assert_true(count < WORDS_MAX);
    assert_in_range(snprintf(texts[count], WORD_BYTES, "%s", words[count]), 0, WORD_BYTES - 1);
    arguments[count] = texts[count];
  }
  command_function *command = command_of(words[0]);
  fflush(stdout);
  fflush(stderr);
  const size_t open_before = count_open();
  int saved_out = dup(STDOUT_FILENO), saved_errors = dup(STDERR_FILENO);
  assert_true(dup2(fileno(out), STDOUT_FILENO) >= 0);
  assert_true(dup2(fileno(complaints), STDERR_FILENO) >= 0);
  pieces.count = 0;
  found_secret = 0;
  failing_malloc_watch(BLOCKS_ARE_FRESH ? look_for_secrets : NULL);

  enum verdict verdict = command(count, arguments);

  failing_malloc_watch(NULL);
  failing_malloc_disarm();
  disk.armed = false;
  assert_true(dup2(saved_out, STDOUT_FILENO) >= 0);
  assert_true(dup2(saved_errors, STDERR_FILENO) >= 0);
  close(saved_out);
  close(saved_errors);
  read_back(out, printed);
  read_back(complaints, complained);
  assert_int_equal(count_open(), open_before);
  assert_int_equal(guarded, 0);
  if (found_secret > 0)
    fail_msg("%s: secret %zu was in memory that was given back", words[0], found_secret - 1);
  return verdict;
}

const char *workshop_run(const char *const *words, enum verdict verdict)
{
  enum verdict found = run(words);
  if (found != verdict)
    fail_msg("%s %s: verdict %d instead of %d: %s", words[0], words[1] == NULL ? "" : words[1],
             (int)found, (int)verdict, complained);
  return printed;
}

const char *workshop_do(const char *const *words)
{
  return workshop_run(words, VERDICT_HOLDS);
}

const char *workshop_rehearse(const char *const *words)
{
  static struct snapshot before, after;
  snapshot_take(&before);
  workshop_do(words);
  snapshot_take(&after);
  snapshot_restore(&before, &after);
  snapshot_free(&before);
  snapshot_free(&after);
  return printed;
}

size_t workshop_random(size_t length, unsigned char found[][64], size_t most)
{
  size_t count = 0;
  for (size_t i = 0; i < pieces.count && i < PIECES && count < most; i++)
    if (pieces.lengths[i] == length)
      memcpy(found[count++], pieces.bytes[i], 64);
  return count;
}

/* --- failing --- */

enum failure {
  ALLOCATION_ONCE,
  ALLOCATION_FOR_EVER,
  DISK,
  FAILURES
};

static const char *const failure_names[] = {"allocation", "allocation, and all after it,",
                                            "write to the disk"};

static void arm(enum failure failure, size_t k)
{
  if (failure == DISK) {
    disk.armed = true;
    disk.fired = false;
    disk.failing = k;
    disk.seen = 0;
  } else {
    failing_malloc_arm(k, failure == ALLOCATION_FOR_EVER);
  }
}

static bool has_fired(enum failure failure)
{
  return failure == DISK ? disk.fired : failing_malloc_fired();
}

/* One command, and what it does when nothing fails. */
struct work {
  const char *const *words;
  enum workshop_law law;
  enum verdict verdict;
  char answer[OUTPUT_MAX];
  struct snapshot before, after, now;
};

static void check_secrets_in_files(const struct snapshot *now)
{
  char path[SNAPSHOT_PATH];
  for (size_t i = 0; i < secret_count; i++) {
    const struct span bytes = {.bytes = (const char *)secrets[i].bytes,
                               .length = secrets[i].length};
    if (snapshot_holds(now, bytes, secrets[i].file, path))
      fail_msg("secret %zu is in %s", i, path);
  }
}

/* What is left is enough to go on from. */
static void check_resumed(struct work *work)
{
  static struct snapshot then;
  char path[SNAPSHOT_PATH];
  const bool done = snapshot_same(&work->now, &work->after, path);
  enum verdict verdict = run(work->words);
  /* What was done already is refused the second time. */
  if (!done && verdict != work->verdict)
    fail_msg("run again: verdict %d: %s", (int)verdict, complained);
  snapshot_take(&then);
  if (!snapshot_same(&then, &work->after, path))
    fail_msg("run again: %s is not what it is without a failure", path);
  snapshot_free(&work->now);
  work->now = then;
}

/* From what it is now, to what it was; which then has other times. */
static void put_back(struct work *work)
{
  snapshot_restore(&work->before, &work->now);
  snapshot_free(&work->before);
  snapshot_free(&work->now);
  snapshot_take(&work->before);
}

static void check_folder(struct work *work, enum failure failure, size_t k)
{
  char path[SNAPSHOT_PATH];
  if (work->law == WORKSHOP_WHOLE && snapshot_is_now(&work->before))
    return;
  snapshot_take(&work->now);
  const bool whole = snapshot_same(&work->now, &work->before, path) ||
                     snapshot_same(&work->now, &work->after, path);
  if (!whole)
    check_secrets_in_files(&work->now);
  if (work->law == WORKSHOP_RESUMED)
    check_resumed(work);
  else if (!whole)
    fail_msg("%s %s: after failure of %s %zu %s is neither as it was nor whole", work->words[0],
             work->words[1], failure_names[failure], k, path);
  put_back(work);
}

/* Whether the failure came to pass. */
static bool fail_one(struct work *work, enum failure failure, size_t k)
{
  arm(failure, k);
  enum verdict verdict = run(work->words);
  bool fired = has_fired(failure);
  if (fired && verdict == VERDICT_UNFINISHED) {
    if (complained[0] == '\0' || printed[0] != '\0')
      fail_msg("%s %s: %s %zu fails: answer '%s', complaint '%s'", work->words[0], work->words[1],
               failure_names[failure], k, printed, complained);
  } else if (verdict != work->verdict || strcmp(printed, work->answer) != 0) {
    fail_msg("%s %s: %s %zu fails: verdict %d, answer '%s', complaint '%s'", work->words[0],
             work->words[1], failure_names[failure], k, (int)verdict, printed, complained);
  }
  check_folder(work, failure, k);
  return fired;
}

const char *workshop_fail_each_ending(const char *const *words, enum workshop_law law,
                                      enum verdict verdict)
{
  static struct work work;
  work.words = words;
  work.law = law;
  work.verdict = verdict;
  snapshot_take(&work.before);
  memcpy(work.answer, workshop_run(words, verdict), OUTPUT_MAX);
  snapshot_take(&work.after);
  check_secrets_in_files(&work.after);
  snapshot_take(&work.now);
  put_back(&work);
  for (unsigned failure = 0; failure < FAILURES; failure++) {
    const size_t stride = failure == ALLOCATION_FOR_EVER && getenv("BEFFROI_ALL") == NULL ? 7 : 1;
    size_t k = 1;
    while (fail_one(&work, (enum failure)failure, k)) {
      k += stride;
      assert_true(k < FAILURES_MAX);
    }
    if (failure != DISK)
      assert_true(k > 1); /* one did fail */
  }
  snapshot_restore(&work.after, &work.before);
  snapshot_free(&work.before);
  snapshot_free(&work.after);
  memcpy(printed, work.answer, OUTPUT_MAX);
  return printed;
}

const char *workshop_fail_each(const char *const *words, enum workshop_law law)
{
  return workshop_fail_each_ending(words, law, VERDICT_HOLDS);
}

/* --- the folder --- */

void workshop_put(const char *name, const char *text)
{
  FILE *file = fopen(name, "wb");
  assert_non_null(file);
  assert_true(fputs(text, file) >= 0);
  assert_int_equal(fclose(file), 0);
}

char *workshop_get(const char *name)
{
  char *text = malloc(OUTPUT_MAX);
  FILE *file = fopen(name, "rb");
  assert_non_null(text);
  if (file == NULL)
    fail_msg("there is no %s", name);
  size_t length = fread(text, 1, OUTPUT_MAX - 1, file);
  fclose(file);
  text[length] = '\0';
  return text;
}

int workshop_begin(void **state)
{
  (void)state;
  struct fault fault;
  json_set_alloc_funcs(malloc, free);
  out = tmpfile();
  complaints = tmpfile();
  if (out == NULL || complaints == NULL || mkdtemp(folder) == NULL || chdir(folder) != 0 ||
      guard_begin(&fault) != STATUS_OK || !console_begin("workshop"))
    return -1;
  return 0;
}

int workshop_end(void **state)
{
  (void)state;
  char command[sizeof "rm -r " + sizeof folder];
  fclose(out);
  fclose(complaints);
  snprintf(command, sizeof command, "rm -r %s", folder);
  return chdir("/") != 0 || system(command);
}
