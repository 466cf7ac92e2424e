/* every_byte - no byte of a board's files, nor of a receipt, can be another.
 *
 * Usage: every_byte [--all]. Flips one bit of every 97th byte of each file of a small board that is
 * complete, and checks the board again each time; with --all each bit of each byte. The same board is
 * tried as board.jsonl, as entry bundles and as single entries, since each is read another way. Then
 * the same with a receipt and its entry.
 *
 * All is done in this process and copies of it, one for each core, since a process for each flip
 * would take hours. The board is made by make_board, the receipt by make_receipts, both found in
 * BUILD_ROOT. Says what it found as TAP, one case for each file, with the number of flips.
 */
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "audit/verification.h"
#include "ballots/receipt.h"
#include "console/source.h"

enum {
  PATH_BYTES = 512,
  COMMAND_BYTES = 2048,
  FILES_MAX = 64,
  WORKERS_MAX = 16,
  STEP = 97, /* bytes from one flip to the next, unless --all */
  TEXT_MAX = 4096
};

/* How the entries stand in the folder. */
enum layout {
  LAYOUT_LINES,
  LAYOUT_BUNDLES,
  LAYOUT_SINGLES,
  LAYOUT_RECEIPT,
  LAYOUT_COUNT
};

static const char *const layout_names[] = {
    [LAYOUT_LINES] = "board.jsonl",
    [LAYOUT_BUNDLES] = "bundles",
    [LAYOUT_SINGLES] = "single entries",
    [LAYOUT_RECEIPT] = "a receipt",
};

static char root[] = "/tmp/every_byte.XXXXXX";
static bool all;
static size_t workers;

__attribute__((format(printf, 1, 2))) static _Noreturn void give_up(const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  printf("Bail out! ");
  vprintf(format, arguments);
  printf("\n");
  va_end(arguments);
  fflush(stdout);
  _exit(1);
}

__attribute__((format(printf, 2, 3))) static void path_set(char path[PATH_BYTES],
                                                           const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(path, PATH_BYTES, format, arguments);
  va_end(arguments);
  if (length < 0 || length >= PATH_BYTES)
    give_up("a path is too long");
}

__attribute__((format(printf, 1, 2))) static void command(const char *format, ...)
{
  char text[COMMAND_BYTES];
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  if (length < 0 || length >= COMMAND_BYTES || system(text) != 0)
    give_up("cannot %s", text);
}

/* --- what is looked at --- */

/* A folder of its own for each process: each alters its files in turn. */
static void folder_of(enum layout layout, size_t worker, char path[PATH_BYTES])
{
  path_set(path, "%s/%d-%zu", root, (int)layout, worker);
}

static void write_file(const char *path, struct span bytes)
{
  FILE *file = fopen(path, "wb");
  if (file == NULL || fwrite(bytes.bytes, 1, bytes.length, file) != bytes.length ||
      fclose(file) != 0)
    give_up("cannot write %s", path);
}

static void split_lines(const char *folder)
{
  struct source source;
  struct fault fault;
  struct span rest, line;
  char path[PATH_BYTES];
  bool more = true;
  path_set(path, "%s/board.jsonl", folder);
  if (source_open(path, &source, &fault) != STATUS_OK)
    give_up("cannot read %s", path);
  path_set(path, "%s/entries", folder);
  if (mkdir(path, 0700) != 0)
    give_up("cannot make %s", path);
  rest = source.text;
  for (size_t i = 0; span_split(&rest, &more, '\n', &line) && line.length > 0; i++) {
    path_set(path, "%s/entries/%zu", folder, i);
    write_file(path, line);
  }
  source_close(&source);
}

static void make(enum layout layout, size_t worker)
{
  char folder[PATH_BYTES];
  folder_of(layout, worker, folder);
  if (mkdir(folder, 0700) != 0)
    give_up("cannot make %s", folder);
  if (layout == LAYOUT_RECEIPT) {
    command("\"$BUILD_ROOT\"/tests/integration/make_receipts %s", folder);
    return;
  }
  command("\"$BUILD_ROOT\"/tests/integration/make_board %s && rm %s/unwitnessed", folder, folder);
  if (layout == LAYOUT_SINGLES)
    split_lines(folder);
  if (layout != LAYOUT_LINES)
    command("rm %s/board.jsonl", folder);
  if (layout == LAYOUT_SINGLES)
    command("rm -r %s/tile/entries", folder);
}

/* --- whether it holds --- */

static bool board_holds(const char *folder)
{
  struct arena arena = {0};
  struct fault fault;
  struct verification *verification = calloc(1, sizeof *verification);
  if (verification == NULL)
    give_up("no memory");
  enum status status = verification_run(folder, 1, NULL, &arena, verification, &fault);
  const struct problem *problem = &verification->problem;
  if (status != STATUS_OK)
    give_up("could not finish: %s: %s", fault.where, fault.what);
  if (problem->kind != PROBLEM_NONE &&
      (problem_name(problem)[0] == '\0' || problem->fault.what[0] == '\0'))
    give_up("a board was refused without a word");
  bool holds = problem->kind == PROBLEM_NONE;
  verification_free(verification);
  free(verification);
  arena_free(&arena);
  return holds;
}

static void read_into(const char *folder, const char *name, char text[TEXT_MAX], struct span *read)
{
  char path[PATH_BYTES];
  path_set(path, "%s/%s", folder, name);
  FILE *file = fopen(path, "rb");
  size_t length = file == NULL ? TEXT_MAX : fread(text, 1, TEXT_MAX, file);
  if (length == TEXT_MAX || fclose(file) != 0)
    give_up("cannot read %s", path);
  *read = (struct span){.bytes = text, .length = length};
}

/* The key points into `text`. */
static struct note_key read_key(const char *folder, const char *name, char text[TEXT_MAX])
{
  struct span read;
  struct note_key key;
  struct fault fault;
  read_into(folder, name, text, &read);
  if (note_key_read(read, &key, &fault) != STATUS_OK)
    give_up("%s: %s", name, fault.what);
  return key;
}

static bool receipt_holds(const char *folder)
{
  char receipt_text[TEXT_MAX], entry_text[TEXT_MAX], key_texts[3][TEXT_MAX];
  struct span bytes, entry;
  struct receipt receipt;
  enum receipt_standing standing;
  struct fault fault;
  struct note_key keys[3];
  static const char *const key_files[] = {"vkey", "witness-1", "witness-2"};
  for (size_t i = 0; i < 3; i++)
    keys[i] = read_key(folder, key_files[i], key_texts[i]);
  const struct receipt_trust trust = {
      .board = &keys[0], .witnesses = keys + 1, .witness_count = 2, .quorum = 2};
  read_into(folder, "cosigned", receipt_text, &bytes);
  read_into(folder, "entry", entry_text, &entry);
  enum status status = receipt_read(bytes, &receipt, &fault);
  if (status == STATUS_OK)
    status = receipt_check(&receipt, entry, &trust, &standing, &fault);
  if (status != STATUS_OK && (status != STATUS_REFUSED || fault.what[0] == '\0'))
    give_up("could not finish: %s: %s", fault.where, fault.what);
  return status == STATUS_OK && standing == RECEIPT_FINAL;
}

static bool holds(enum layout layout, const char *folder)
{
  return layout == LAYOUT_RECEIPT ? receipt_holds(folder) : board_holds(folder);
}

/* --- the flips --- */

static uint64_t flips_in(size_t length)
{
  return all ? (uint64_t)length * 8 : (length + STEP - 1) / STEP;
}

/* Where flip `number` is: without --all the bit is another one from byte to byte. */
static void place_of(uint64_t number, size_t *place, unsigned *bit)
{
  *place = (size_t)(all ? number / 8 : number * STEP);
  *bit = (unsigned)(number % 8);
}

/* The share of one process; returns how many flips it saw refused. */
static uint64_t flip_share(enum layout layout, const char *name, size_t worker)
{
  char folder[PATH_BYTES], path[PATH_BYTES];
  struct stat facts;
  uint64_t refused = 0;
  folder_of(layout, worker, folder);
  path_set(path, "%s/%s", folder, name);
  int file = open(path, O_RDWR | O_CLOEXEC);
  if (file < 0 || fstat(file, &facts) != 0)
    give_up("cannot open %s", path);
  for (uint64_t number = worker; number < flips_in((size_t)facts.st_size); number += workers) {
    size_t place;
    unsigned bit;
    unsigned char byte;
    place_of(number, &place, &bit);
    if (pread(file, &byte, 1, (off_t)place) != 1)
      give_up("cannot read %s", path);
    const unsigned char altered = (unsigned char)(byte ^ 1U << bit);
    if (pwrite(file, &altered, 1, (off_t)place) != 1)
      give_up("cannot write %s", path);
    if (holds(layout, folder)) {
      printf("# %s: it holds with bit %u of byte %zu flipped\n", name, bit, place);
      fflush(stdout);
    } else {
      refused++;
    }
    if (pwrite(file, &byte, 1, (off_t)place) != 1)
      give_up("cannot write %s", path);
  }
  close(file);
  if (!holds(layout, folder))
    give_up("it does not hold once all is as it was");
  return refused;
}

/* Flips seen refused by all processes together. */
static uint64_t flip_file(enum layout layout, const char *name)
{
  int ends[WORKERS_MAX][2];
  pid_t children[WORKERS_MAX];
  uint64_t sum = 0;
  fflush(stdout);
  for (size_t i = 0; i < workers; i++) {
    if (pipe(ends[i]) != 0 || (children[i] = fork()) < 0)
      give_up("cannot start another process");
    if (children[i] == 0) {
      uint64_t refused = flip_share(layout, name, i);
      _exit(write(ends[i][1], &refused, sizeof refused) == sizeof refused ? 0 : 1);
    }
    close(ends[i][1]);
  }
  for (size_t i = 0; i < workers; i++) {
    uint64_t refused = 0;
    int status = 1;
    bool told = read(ends[i][0], &refused, sizeof refused) == sizeof refused;
    close(ends[i][0]);
    if (waitpid(children[i], &status, 0) != children[i] || status != 0 || !told)
      printf("# a process ended early\n");
    else
      sum += refused;
  }
  return sum;
}

/* --- all files --- */

struct files {
  size_t count;
  char names[FILES_MAX][PATH_BYTES]; /* below the folder */
};

static void list_files(const char *folder, const char *below, struct files *files)
{
  char path[PATH_BYTES];
  struct dirent **found = NULL;
  path_set(path, "%s/%s", folder, below);
  int count = scandir(path, &found, NULL, alphasort);
  if (count < 0)
    give_up("cannot list %s", path);
  for (int i = 0; i < count; i++) {
    char name[PATH_BYTES], whole[PATH_BYTES];
    struct stat facts;
    path_set(name, "%s%s%s", below, below[0] == '\0' ? "" : "/", found[i]->d_name);
    bool hidden = found[i]->d_name[0] == '.';
    free(found[i]);
    if (hidden)
      continue;
    path_set(whole, "%s/%s", folder, name);
    if (stat(whole, &facts) != 0)
      give_up("cannot look at %s", whole);
    if (S_ISDIR(facts.st_mode)) {
      list_files(folder, name, files);
    } else if (files->count == FILES_MAX) {
      give_up("too many files");
    } else {
      memcpy(files->names[files->count++], name, PATH_BYTES);
    }
  }
  free(found);
}

static void list(enum layout layout, struct files *files)
{
  char folder[PATH_BYTES];
  files->count = 0;
  if (layout == LAYOUT_RECEIPT) {
    path_set(files->names[files->count++], "cosigned");
    path_set(files->names[files->count++], "entry");
    return;
  }
  folder_of(layout, 0, folder);
  list_files(folder, "", files);
}

static bool try_file(enum layout layout, const char *name, unsigned number)
{
  char folder[PATH_BYTES], path[PATH_BYTES];
  struct stat facts;
  folder_of(layout, 0, folder);
  path_set(path, "%s/%s", folder, name);
  if (stat(path, &facts) != 0)
    give_up("cannot look at %s", path);
  const uint64_t flips = flips_in((size_t)facts.st_size);
  const uint64_t refused = flip_file(layout, name);
  const bool good = refused == flips && flips > 0;
  printf("%s %u - %s, %.40s: %" PRIu64 " of %" PRIu64 " flips refused\n", good ? "ok" : "not ok",
         number, layout_names[layout], name, refused, flips);
  return good;
}

int main(int count, char **arguments)
{
  static struct files files;
  unsigned number = 0, failed = 0;
  all = count == 2 && strcmp(arguments[1], "--all") == 0;
  if (count > 2 || (count == 2 && !all) || getenv("BUILD_ROOT") == NULL) {
    fprintf(stderr, "usage: every_byte [--all], with BUILD_ROOT\n");
    return 2;
  }
  if (sodium_init() < 0 || mkdtemp(root) == NULL)
    give_up("cannot begin");
  workers = verification_cores() < WORKERS_MAX ? verification_cores() : WORKERS_MAX;
  for (unsigned layout = 0; layout < LAYOUT_COUNT; layout++) {
    for (size_t worker = 0; worker < workers; worker++)
      make((enum layout)layout, worker);
    list((enum layout)layout, &files);
    for (size_t i = 0; i < files.count; i++)
      failed += !try_file((enum layout)layout, files.names[i], ++number);
  }
  printf("1..%u\n", number);
  command("rm -r %s", root);
  return failed > 0;
}
