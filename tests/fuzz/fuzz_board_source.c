/* fuzz_board_source.c - a directory with a board's files, whatever they are: opening it ends, with
 * lines that lie within what was read, or with a refusal or a problem that is said.
 *
 * An input is a sequence of files, each
 *
 *   <a byte: which of the names below> <three bytes: length, the high byte first> <the file>
 *
 * of which the last one may be cut short. A later file of the same name takes the place of an
 * earlier.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/board_source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
  HEAD = 4,
  PATH_BYTES = 256
};

static const char *const names[] = {
    "board.jsonl",
    "checkpoint",
    "tile/entries/000.p/2",
    "tile/entries/000.p/7",
    "tile/entries/000",
    "tile/0/000",
    "tile/0/000.p/2",
    "tile/0/000.p/7",
    "entries/0",
    "entries/1",
    "entries/2",
    "entries/256",
    "tile/entries/001.p/1",
    "tile/0/001.p/1",
    "attachments/0000000000000000000000000000000000000000000000000000000000000000",
};

enum {
  NAMES = sizeof names / sizeof *names
};

static bool is_there[NAMES];
static char folder[] = "/tmp/fuzz-board-source-XXXXXX";

static void must(bool holds)
{
  if (!holds)
    abort();
}

static void take_away(void)
{
  static const char *const folders[] = {"tile/entries/000.p",
                                        "tile/entries/001.p",
                                        "tile/entries",
                                        "tile/0/000.p",
                                        "tile/0/001.p",
                                        "tile/0",
                                        "tile",
                                        "entries",
                                        "attachments"};
  char path[PATH_BYTES];
  for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
    snprintf(path, sizeof path, "%s/%s", folder, folders[i]);
    rmdir(path);
  }
  rmdir(folder);
}

static void make_folders(void)
{
  static const char *const folders[] = {
      "tile",       "tile/entries", "tile/entries/000.p", "tile/entries/001.p",
      "tile/0",     "tile/0/000.p", "tile/0/001.p",       "entries",
      "attachments"};
  char path[PATH_BYTES];
  must(mkdtemp(folder) != NULL);
  for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
    snprintf(path, sizeof path, "%s/%s", folder, folders[i]);
    must(mkdir(path, 0700) == 0);
  }
  atexit(take_away);
}

static void path_of(size_t name, char path[PATH_BYTES])
{
  snprintf(path, PATH_BYTES, "%s/%s", folder, names[name]);
}

static void put(size_t name, const uint8_t *bytes, size_t length)
{
  char path[PATH_BYTES];
  path_of(name, path);
  int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  must(descriptor >= 0 && write(descriptor, bytes, length) == (ssize_t)length);
  close(descriptor);
  is_there[name] = true;
}

static void put_all(const uint8_t *data, size_t size)
{
  while (size >= HEAD) {
    size_t length = (size_t)data[1] << 16 | (size_t)data[2] << 8 | data[3];
    if (length > size - HEAD)
      length = size - HEAD;
    put(data[0] % NAMES, data + HEAD, length);
    data += HEAD + length;
    size -= HEAD + length;
  }
}

static void remove_all(void)
{
  char path[PATH_BYTES];
  for (size_t i = 0; i < NAMES; i++) {
    path_of(i, path);
    if (is_there[i])
      unlink(path);
    is_there[i] = false;
  }
}

/* Reads every byte of every line, so that a sanitizer sees one that is not there. */
static void read_lines(const struct board_source *source)
{
  struct digest leaf;
  size_t withheld = 0, kinds = 0;
  for (size_t i = 0; i < source->count; i++) {
    const struct span line = source->lines[i];
    must(line.bytes != NULL && line.length <= SOURCE_BYTES_MAX);
    must(line.length == 0 || memchr(line.bytes, '\n', line.length) == NULL || source->bundled);
    withheld += board_source_withheld(line, &leaf);
    for (int kind = 0; kind < ENTRY_KIND_COUNT; kind++)
      kinds += board_source_is_kind(line, (enum entry_kind)kind);
  }
  must(withheld + kinds <= source->count);
}

static void read_board(const char *path)
{
  struct arena arena = {.limit = 64 << 20};
  struct board_source source;
  struct fault fault = {.status = STATUS_OK};
  struct attachment attachment = {.length = 1};
  struct span bytes;
  enum status status = board_source_open(path, &arena, &source, &fault);
  if (status == STATUS_OK) {
    must(source.problem.kind == PROBLEM_NONE || source.problem.fault.what[0] != '\0');
    must(source.count > 0 || source.problem.kind != PROBLEM_NONE);
    read_lines(&source);
    struct attachment_source attachments = board_source_attachments(&source);
    (void)attachments.read(attachments.context, &attachment, &bytes, &fault);
    must(board_source_unchanged(&source, &fault) == STATUS_OK);
    board_source_close(&source);
  } else {
    must(fault.what[0] != '\0');
    must(status == STATUS_REFUSED || status == STATUS_NO_MEMORY);
  }
  arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  char path[PATH_BYTES];
  static bool begun;
  if (!begun)
    make_folders();
  begun = true;
  put_all(data, size);
  read_board(folder);
  path_of(0, path);
  if (is_there[0])
    read_board(path);
  remove_all();
  return 0;
}
