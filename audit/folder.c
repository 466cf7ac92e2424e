#include "audit/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_absence(int error)
{
  return error == ENOENT || error == ENOTDIR || error == ENAMETOOLONG;
}

enum status folder_open(const char *path, struct folder *folder, struct fault *fault)
{
  folder->left = FOLDER_BYTES_MAX;
  folder->descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder->descriptor >= 0)
    return STATUS_OK;
  if (is_absence(errno))
    return fault_set(fault, STATUS_REFUSED, NULL, "a board: a directory, or a file board.jsonl",
                     "there is no such directory");
  return fault_set(fault, STATUS_FAILED, NULL, NULL, "cannot open it: %s", strerror(errno));
}

bool folder_has(const struct folder *folder, const char *name)
{
  struct stat facts;
  return fstatat(folder->descriptor, name, &facts, 0) == 0;
}

/* Reads exactly `size` bytes. */
static enum status read_whole(int descriptor, const char *name, char *bytes, size_t size,
                              struct fault *fault)
{
  size_t length = 0;
  while (length < size) {
    ssize_t got = read(descriptor, bytes + length, size - length);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return fault_set(fault, STATUS_FAILED, name, NULL, "cannot read it: %s", strerror(errno));
    if (got == 0)
      return fault_set(fault, STATUS_FAILED, name, "a file that nobody writes to",
                       "it became shorter while it was read");
    length += (size_t)got;
  }
  return STATUS_OK;
}

static enum status read_opened(struct folder *folder, int descriptor, const char *name,
                               uint64_t limit, struct arena *arena, struct span *bytes,
                               struct fault *fault)
{
  struct stat facts;
  if (fstat(descriptor, &facts) != 0)
    return fault_set(fault, STATUS_FAILED, name, NULL, "cannot look at it: %s", strerror(errno));
  if (!S_ISREG(facts.st_mode))
    return fault_set(fault, STATUS_REFUSED, name, "a file", "it is something else than a file");
  uint64_t size = (uint64_t)facts.st_size;
  if (size > limit || size > SIZE_MAX / 2)
    return fault_set(fault, STATUS_REFUSED, name, NULL,
                     "it has %" PRIu64 " bytes, and at most %" PRIu64 " may be there", size, limit);
  if (size > folder->left)
    return fault_set(fault, STATUS_REFUSED, name, "at most 4 GiB in all files together",
                     "the files of the board are too large");
  char *copy = ARENA_TAKE(arena, char, (size_t)size);
  if (copy == NULL)
    return fault_no_memory(fault);
  folder->left -= size;
  *bytes = (struct span){.bytes = copy, .length = (size_t)size};
  return read_whole(descriptor, name, copy, (size_t)size, fault);
}

enum status folder_read(struct folder *folder, const char *name, uint64_t limit,
                        struct arena *arena, struct span *bytes, bool *found, struct fault *fault)
{
  /* Without O_NONBLOCK a pipe would wait for whoever writes to it. */
  int descriptor = openat(folder->descriptor, name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  int error = errno;
  *found = descriptor >= 0 || !is_absence(error);
  if (!*found)
    return fault_set(fault, STATUS_REFUSED, name, "a file", "there is no such file");
  if (descriptor < 0)
    return fault_set(fault, STATUS_FAILED, name, NULL, "cannot open it: %s", strerror(error));
  enum status status = read_opened(folder, descriptor, name, limit, arena, bytes, fault);
  close(descriptor);
  return status;
}

void folder_close(struct folder *folder)
{
  if (folder->descriptor >= 0)
    close(folder->descriptor);
  folder->descriptor = -1;
}
