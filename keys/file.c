#include "keys/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "console/source.h"

enum {
  OWNER_ONLY = S_IRUSR | S_IWUSR,
  TRIES = 1000
};

static enum status system_fault(const char *path, const char *verb, struct fault *fault)
{
  int error = errno;
  if (error == EEXIST)
    return fault_set(fault, STATUS_REFUSED, path, "a path where nothing is yet",
                     "there is something already");
  if (error == ENOENT || error == ENOTDIR)
    return fault_set(fault, STATUS_REFUSED, path, "a path in a folder that exists",
                     "cannot %s it: %s", verb, strerror(error));
  return fault_set(fault, STATUS_FAILED, path, NULL, "cannot %s it: %s", verb, strerror(error));
}

enum status file_read(const char *path, size_t limit, struct arena *arena, struct span *bytes,
                      struct fault *fault)
{
  struct source source;
  struct fault inner;
  const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
  enum status status = source_open(path, &source, &inner);
  if (status != STATUS_OK)
    return fault_set(fault, status, name, inner.expected, "%s", inner.what);

  char *copy = NULL;
  if (source.text.length > limit)
    status = fault_set(fault, STATUS_REFUSED, name, NULL, "it has %zu bytes, more than %zu",
                       source.text.length, limit);
  else if ((copy = arena_copy(arena, source.text.bytes, source.text.length)) == NULL)
    status = fault_no_memory(fault);
  else if ((status = source_unchanged(&source, &inner)) != STATUS_OK)
    status = fault_set(fault, status, name, inner.expected, "%s", inner.what);
  if (status == STATUS_OK)
    *bytes = (struct span){.bytes = copy, .length = source.text.length};
  source_close(&source);
  return status;
}

char *file_path(struct arena *arena, const char *folder, const char *name)
{
  size_t size = strlen(folder) + 1 + strlen(name) + 1;
  char *path = ARENA_TAKE(arena, char, size);
  if (path != NULL)
    snprintf(path, size, "%s/%s", folder, name);
  return path;
}

/* --- folders --- */

/* A name is durable once its folder is. */
static enum status settle(const char *path, struct fault *fault)
{
  char folder[4096] = ".";
  const char *slash = strrchr(path, '/');
  size_t length = slash == NULL ? 0 : slash == path ? 1 : (size_t)(slash - path);
  if (length >= sizeof folder) {
    errno = ENAMETOOLONG;
    return system_fault(path, "make", fault);
  }
  if (length > 0) {
    memcpy(folder, path, length);
    folder[length] = '\0';
  }
  int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0)
    return system_fault(path, "settle", fault);
  bool settled = fsync(descriptor) == 0;
  enum status status = settled ? STATUS_OK : system_fault(path, "settle", fault);
  close(descriptor);
  return status;
}

enum status file_make_folder(const char *path, struct fault *fault)
{
  if (mkdir(path, S_IRWXU) != 0)
    return system_fault(path, "make", fault);
  enum status status = settle(path, fault);
  if (status != STATUS_OK)
    rmdir(path);
  return status;
}

enum status file_make_folders(const char *path, struct fault *fault)
{
  char folder[4096];
  size_t length = strlen(path);
  if (length >= sizeof folder) {
    errno = ENAMETOOLONG;
    return system_fault(path, "make", fault);
  }
  for (size_t i = 1; i < length; i++) {
    if (path[i] != '/')
      continue;
    memcpy(folder, path, i);
    folder[i] = '\0';
    struct stat facts;
    if (stat(folder, &facts) == 0)
      continue;
    enum status status = file_make_folder(folder, fault);
    if (status != STATUS_OK)
      return status;
  }
  return STATUS_OK;
}

/* --- files --- */

enum status file_begin(struct file_writer *writer, const char *path, struct fault *fault)
{
  *writer = (struct file_writer){.path = path};
  writer->descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, OWNER_ONLY);
  return writer->descriptor < 0 ? system_fault(path, "make", fault) : STATUS_OK;
}

enum status file_add(struct file_writer *writer, struct span bytes, struct fault *fault)
{
  while (bytes.length > 0) {
    ssize_t written = write(writer->descriptor, bytes.bytes, bytes.length);
    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      return system_fault(writer->path, "write", fault);
    bytes.bytes += written;
    bytes.length -= (size_t)written;
  }
  return STATUS_OK;
}

/* Whether all bytes are on the disk. */
static enum status finish(struct file_writer *writer, struct fault *fault)
{
  enum status status =
      fsync(writer->descriptor) == 0 ? STATUS_OK : system_fault(writer->path, "write", fault);
  if (close(writer->descriptor) != 0 && status == STATUS_OK)
    status = system_fault(writer->path, "write", fault);
  writer->descriptor = -1;
  if (status != STATUS_OK)
    unlink(writer->path);
  return status;
}

/* Makes the name of a new file durable, or takes the file away. */
static enum status settle_new(const char *path, struct fault *fault)
{
  enum status status = settle(path, fault);
  if (status != STATUS_OK)
    unlink(path);
  return status;
}

enum status file_end(struct file_writer *writer, struct fault *fault)
{
  enum status status = finish(writer, fault);
  return status == STATUS_OK ? settle_new(writer->path, fault) : status;
}

void file_abandon(struct file_writer *writer)
{
  if (writer->descriptor < 0)
    return;
  close(writer->descriptor);
  unlink(writer->path);
  writer->descriptor = -1;
}

static enum status write_new(struct file_writer *writer, struct span bytes, struct fault *fault)
{
  enum status status = file_add(writer, bytes, fault);
  if (status != STATUS_OK) {
    file_abandon(writer);
    return status;
  }
  return finish(writer, fault);
}

enum status file_make(const char *path, struct span bytes, struct fault *fault)
{
  struct file_writer writer;
  enum status status = file_begin(&writer, path, fault);
  if (status == STATUS_OK)
    status = write_new(&writer, bytes, fault);
  return status == STATUS_OK ? settle_new(path, fault) : status;
}

enum status file_replace(const char *path, struct span bytes, bool *replaced, struct fault *fault)
{
  struct file_writer writer = {.descriptor = -1};
  char temporary[4096];
  enum status status = STATUS_FAILED;
  *replaced = false;
  if (strlen(path) + sizeof ".new-12345" > sizeof temporary) {
    errno = ENAMETOOLONG;
    return system_fault(path, "make", fault);
  }
  /* What an interrupted run left behind is in the way of one name only. */
  for (int i = 0; i < TRIES && status != STATUS_OK; i++) {
    snprintf(temporary, sizeof temporary, "%s.new-%d", path, i);
    status = file_begin(&writer, temporary, fault);
    if (status != STATUS_OK && errno != EEXIST)
      return status;
  }
  if (status == STATUS_OK)
    status = write_new(&writer, bytes, fault);
  if (status != STATUS_OK)
    return status;
  if (rename(temporary, path) != 0) {
    status = system_fault(path, "put in place", fault);
    unlink(temporary);
    return status;
  }
  *replaced = true;
  return settle(path, fault);
}
