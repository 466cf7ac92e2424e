#include "api/voting/marks.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/server/log.h"
#include "base/hex.h"

enum {
  SIZE_DIGITS = 20,
  MARK = SIZE_DIGITS + 1 + 2 * DIGEST_BYTES + 1 /* "SIZE ROOT\n" */
};

struct marks {
  int folder; /* below 0: there are none */
};

static enum status failed(const char *what, const char *name, struct fault *fault)
{
  return fault_set(fault, STATUS_FAILED, "voting.marks", NULL, "%s '%s': %s", what, name,
                   strerror(errno));
}

enum status marks_open(const char *folder, struct marks **marks, struct fault *fault)
{
  struct marks *made = malloc(sizeof *made);
  if (made == NULL)
    return fault_no_memory(fault);
  made->folder = -1;
  if (folder[0] != '\0') {
    if (mkdir(folder, 0700) == 0 || errno == EEXIST)
      made->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (made->folder < 0) {
      free(made);
      return failed("cannot open the folder", folder, fault);
    }
  }
  *marks = made;
  return STATUS_OK;
}

void marks_close(struct marks *marks)
{
  if (marks == NULL)
    return;
  if (marks->folder >= 0)
    (void)close(marks->folder);
  free(marks);
}

/* --- a mark --- */

static bool read_mark(const char text[MARK], struct merkle_head *mark)
{
  mark->size = 0;
  for (size_t i = 0; i < SIZE_DIGITS; i++) {
    if (text[i] < '0' || text[i] > '9')
      return false;
    mark->size = 10 * mark->size + (uint64_t)(text[i] - '0');
  }
  const struct span root = {.bytes = text + SIZE_DIGITS + 1, .length = 2 * DIGEST_BYTES};
  return text[SIZE_DIGITS] == ' ' && text[MARK - 1] == '\n' &&
         hex_read(root, mark->root.bytes, DIGEST_BYTES);
}

static void write_mark(const struct merkle_frontier *tree, char text[MARK + 1])
{
  char root[DIGEST_TEXT];
  const struct digest digest = merkle_root(tree);
  digest_write(&digest, root);
  (void)snprintf(text, MARK + 1, "%0*" PRIu64 " %s\n", SIZE_DIGITS, tree->size, root);
}

/* Opens a board's mark; one that is new is empty. */
static int open_mark(const struct marks *marks, const struct digest *election,
                     char name[DIGEST_TEXT])
{
  digest_write(election, name);
  return openat(marks->folder, name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
}

/* An empty file is the mark of an empty tree. */
static enum status take_mark(int file, const char *name, struct merkle_head *mark,
                             struct fault *fault)
{
  char text[MARK];
  ssize_t length = pread(file, text, sizeof text, 0);
  if (length < 0)
    return failed("cannot read the mark", name, fault);
  *mark = (struct merkle_head){.size = 0};
  if (length == 0 || (length == MARK && read_mark(text, mark)))
    return STATUS_OK;
  return fault_set(fault, STATUS_FAILED, "voting.marks", NULL, "the mark '%s' is damaged", name);
}

enum status marks_check(const struct marks *marks, const struct digest *election,
                        const struct merkle_frontier *tree, struct fault *fault)
{
  char name[DIGEST_TEXT];
  struct merkle_head mark;
  if (marks->folder < 0)
    return STATUS_OK;
  int file = open_mark(marks, election, name);
  if (file < 0)
    return failed("cannot open the mark", name, fault);
  enum status status = take_mark(file, name, &mark, fault);
  (void)close(file);
  if (status != STATUS_OK || mark.size < tree->size || mark.size == 0)
    return status;
  const struct digest root = merkle_root(tree);
  if (mark.size > tree->size)
    return fault_set(fault, STATUS_FAILED, "voting.marks", NULL,
                     "the board '%s' has %" PRIu64 " entries, and %" PRIu64
                     " were signed: was the database restored to an older state?",
                     name, tree->size, mark.size);
  if (memcmp(mark.root.bytes, root.bytes, DIGEST_BYTES) != 0)
    return fault_set(fault, STATUS_FAILED, "voting.marks", NULL,
                     "the board '%s' is another one than was signed, with %" PRIu64
                     " entries too: was the database restored?",
                     name, mark.size);
  return STATUS_OK;
}

void marks_set(const struct marks *marks, const struct digest *election,
               const struct merkle_frontier *tree)
{
  char name[DIGEST_TEXT], text[MARK + 1];
  struct merkle_head mark;
  struct fault fault;
  if (marks->folder < 0)
    return;
  int file = open_mark(marks, election, name);
  enum status status = file < 0 ? failed("cannot open the mark", name, &fault)
                                : take_mark(file, name, &mark, &fault);
  /* Another worker may have been faster with a larger one. */
  if (status == STATUS_OK && mark.size < tree->size) {
    write_mark(tree, text);
    if (pwrite(file, text, MARK, 0) != MARK)
      status = failed("cannot write the mark", name, &fault);
  }
  if (file >= 0)
    (void)close(file);
  if (status != STATUS_OK)
    log_fault(LOG_ERROR, "mark-not-written", &fault);
}
