#include "console/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static const char expected_size[] = "at most 4 GiB, and no more than this machine can address";

static uint64_t size_limit(void)
{
  /* Half of what can be addressed: the rest is needed to count. */
  return SIZE_MAX / 2 < SOURCE_BYTES_MAX ? SIZE_MAX / 2 : SOURCE_BYTES_MAX;
}

/* What can be mended by naming another file is refused; the rest is the system's. */
static enum status system_fault(int error, const char *verb, struct fault *fault)
{
  switch (error) {
  case ENOENT:
  case ENOTDIR:
  case ENAMETOOLONG:
    return fault_set(fault, STATUS_REFUSED, NULL, "the path of a file, or '-' for standard input",
                     "there is no such file");
  case EISDIR:
    return fault_set(fault, STATUS_REFUSED, NULL, "a file", "it is a directory");
  case ENOMEM:
    return fault_no_memory(fault);
  default:
    return fault_set(fault, STATUS_FAILED, NULL, NULL, "cannot %s it: %s", verb, strerror(error));
  }
}

static enum status refuse_size(struct fault *fault)
{
  return fault_set(fault, STATUS_REFUSED, NULL, expected_size, "the file is too large");
}

static enum status read_all(struct source *source, struct fault *fault)
{
  size_t capacity = 0, length = 0;

  for (;;) {
    if (length == capacity) {
      if (capacity >= size_limit())
        return refuse_size(fault);
      capacity = capacity == 0 ? 1 << 16 : 2 * capacity;
      char *larger = realloc(source->read, capacity);
      if (larger == NULL)
        return fault_no_memory(fault);
      source->read = larger;
    }
    ssize_t got = read(source->descriptor, source->read + length, capacity - length);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return system_fault(errno, "read", fault);
    if (got == 0)
      break;
    length += (size_t)got;
  }
  source->text = (struct span){.bytes = source->read, .length = length};
  return STATUS_OK;
}

static enum status map_all(struct source *source, const struct stat *facts, struct fault *fault)
{
  if ((uint64_t)facts->st_size > size_limit())
    return refuse_size(fault);

  void *bytes = mmap(NULL, (size_t)facts->st_size, PROT_READ, MAP_PRIVATE, source->descriptor, 0);
  if (bytes == MAP_FAILED)
    return system_fault(errno, "map", fault);
  source->mapped = true;
  source->size = facts->st_size;
  source->changed = facts->st_mtim;
  source->text = (struct span){.bytes = bytes, .length = (size_t)facts->st_size};
  return STATUS_OK;
}

enum status source_open(const char *path, struct source *source, struct fault *fault)
{
  struct stat facts;
  enum status status;

  *source = (struct source){.text = SPAN_INIT(""), .descriptor = STDIN_FILENO};
  if (strcmp(path, "-") != 0)
    source->descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (source->descriptor < 0 || fstat(source->descriptor, &facts) != 0)
    status = system_fault(errno, "open", fault);
  else if (S_ISREG(facts.st_mode) && facts.st_size > 0 && source->descriptor != STDIN_FILENO)
    status = map_all(source, &facts, fault);
  else
    status = read_all(source, fault); /* also files of /proc, which claim to be empty */

  if (status != STATUS_OK)
    source_close(source);
  return status;
}

enum status source_unchanged(const struct source *source, struct fault *fault)
{
  struct stat facts;

  if (!source->mapped)
    return STATUS_OK;
  if (fstat(source->descriptor, &facts) != 0)
    return system_fault(errno, "look at", fault);
  if (facts.st_size != source->size || facts.st_mtim.tv_sec != source->changed.tv_sec ||
      facts.st_mtim.tv_nsec != source->changed.tv_nsec)
    return fault_set(fault, STATUS_FAILED, NULL, "a file that nobody writes to",
                     "it was changed while it was read");
  return STATUS_OK;
}

void source_close(struct source *source)
{
  if (source->mapped)
    munmap((void *)(uintptr_t)source->text.bytes, source->text.length);
  free(source->read);
  if (source->descriptor > STDERR_FILENO)
    close(source->descriptor);
  *source = (struct source){.text = SPAN_INIT("")};
}
