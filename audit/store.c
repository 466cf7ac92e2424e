#include "audit/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
  NAME_MAX_BYTES = 128
};

static const char part_name[] = "part"; /* of the file that is being written */

struct store_name {
  const struct store_name *before;
  bool folder;
  char name[NAME_MAX_BYTES];
};

static enum status system_fault(const char *name, const char *verb, struct fault *fault)
{
  int error = errno;
  if (error == ENOSPC || error == EDQUOT)
    return fault_set(fault, STATUS_FAILED, name, "room for the board: --keep DIR, or TMPDIR",
                     "cannot %s it: %s", verb, strerror(error));
  return fault_set(fault, STATUS_FAILED, name, NULL, "cannot %s it: %s", verb, strerror(error));
}

/* --- what goes again --- */

/* The store whose directory goes with the process. */
static struct store *volatile temporary;

static const int ending_signals[] = {SIGHUP, SIGINT, SIGTERM};

enum {
  ENDING_SIGNALS = sizeof ending_signals / sizeof *ending_signals
};

static struct sigaction actions_before[ENDING_SIGNALS];

/* Only calls that are safe in a signal. */
static void take_away(struct store *store)
{
  for (const struct store_name *made = store->made; made != NULL; made = made->before)
    (void)unlinkat(store->descriptor, made->name, made->folder ? AT_REMOVEDIR : 0);
  (void)rmdir(store->path);
}

static void end_by(int signal_number)
{
  struct sigaction usual = {.sa_handler = SIG_DFL};
  if (temporary != NULL)
    take_away(temporary);
  /* It comes once more when this returns, and then it ends the process. */
  (void)sigaction(signal_number, &usual, NULL);
  (void)raise(signal_number);
}

/* A signal that is ignored stays so: nohup. */
static void watch_signals(struct store *store)
{
  struct sigaction end = {.sa_handler = end_by};
  temporary = store;
  for (size_t i = 0; i < ENDING_SIGNALS; i++) {
    if (sigaction(ending_signals[i], NULL, &actions_before[i]) == 0 &&
        actions_before[i].sa_handler != SIG_IGN)
      (void)sigaction(ending_signals[i], &end, NULL);
  }
}

static void leave_signals(void)
{
  for (size_t i = 0; i < ENDING_SIGNALS; i++)
    (void)sigaction(ending_signals[i], &actions_before[i], NULL);
  temporary = NULL;
}

/* Remembers a name before there is something that has it. */
static enum status remember(struct store *store, const char *name, bool folder, struct fault *fault)
{
  if (!store->temporary)
    return STATUS_OK;
  struct store_name *made = ARENA_TAKE(store->arena, struct store_name, 1);
  if (made == NULL)
    return fault_no_memory(fault);
  made->before = store->made;
  made->folder = folder;
  (void)snprintf(made->name, sizeof made->name, "%s", name);
  store->made = made;
  return STATUS_OK;
}

/* --- opening --- */

static enum status open_directory(struct store *store, struct fault *fault)
{
  store->descriptor = open(store->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (store->descriptor >= 0)
    return STATUS_OK;
  return system_fault(store->path, "open", fault);
}

enum status store_open_temporary(struct store *store, struct arena *arena, struct fault *fault)
{
  static const char name[] = "/beffroi-audit.XXXXXX";
  const char *folder = getenv("TMPDIR");
  *store = (struct store){.descriptor = -1, .part = -1, .arena = arena};
  if (folder == NULL || folder[0] == '\0')
    folder = "/tmp";
  size_t size = strlen(folder) + sizeof name;
  char *path = ARENA_TAKE(arena, char, size);
  if (path == NULL)
    return fault_no_memory(fault);
  (void)snprintf(path, size, "%s%s", folder, name);
  store->path = path;
  if (mkdtemp(path) == NULL)
    return system_fault(folder, "make a directory in", fault);
  store->temporary = true;
  watch_signals(store);
  enum status status = open_directory(store, fault);
  return status == STATUS_OK ? remember(store, part_name, false, fault) : status;
}

/* Whether there is nothing in it. */
static bool is_empty(const char *path)
{
  size_t count = 0;
  DIR *directory = opendir(path);
  while (directory != NULL && readdir(directory) != NULL)
    count++;
  if (directory != NULL)
    (void)closedir(directory);
  return directory != NULL && count == 2; /* "." and ".." */
}

enum status store_open_kept(struct store *store, const char *path, struct arena *arena,
                            struct fault *fault)
{
  *store = (struct store){.path = path, .descriptor = -1, .part = -1, .arena = arena};
  if (mkdir(path, S_IRWXU | S_IRWXG | S_IRWXO) != 0 && errno != EEXIST)
    return system_fault(path, "make", fault);
  enum status status = open_directory(store, fault);
  if (status == STATUS_OK && !store_has(store, "board.jsonl") && !store_has(store, "checkpoint") &&
      !is_empty(path))
    status = fault_set(fault, STATUS_REFUSED, path,
                       "a new directory, an empty one, or that of an earlier --keep",
                       "there is something else in it");
  return status;
}

bool store_has(const struct store *store, const char *name)
{
  struct stat facts;
  return fstatat(store->descriptor, name, &facts, 0) == 0;
}

/* --- files --- */

static void forget_part(struct store *store)
{
  if (store->part < 0)
    return;
  (void)close(store->part);
  (void)unlinkat(store->descriptor, part_name, 0);
  store->part = -1;
}

enum status store_begin(struct store *store, struct fault *fault)
{
  forget_part(store);
  (void)unlinkat(store->descriptor, part_name, 0); /* of a process that was ended */
  store->part = openat(store->descriptor, part_name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                       S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH);
  return store->part >= 0 ? STATUS_OK : system_fault(store->path, "write to", fault);
}

enum status store_add(struct store *store, struct span bytes, struct fault *fault)
{
  while (bytes.length > 0) {
    ssize_t written = write(store->part, bytes.bytes, bytes.length);
    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      return system_fault(store->path, "write to", fault);
    bytes.bytes += written;
    bytes.length -= (size_t)written;
  }
  return STATUS_OK;
}

static enum status make_folders(struct store *store, const char *name, struct fault *fault)
{
  char folder[NAME_MAX_BYTES];
  enum status status = STATUS_OK;
  for (const char *slash = strchr(name, '/'); slash != NULL && status == STATUS_OK;
       slash = strchr(slash + 1, '/')) {
    (void)snprintf(folder, sizeof folder, "%.*s", (int)(slash - name), name);
    if (store_has(store, folder))
      continue;
    status = remember(store, folder, true, fault);
    if (status == STATUS_OK &&
        mkdirat(store->descriptor, folder, S_IRWXU | S_IRWXG | S_IRWXO) != 0 && errno != EEXIST)
      status = system_fault(folder, "make", fault);
  }
  return status;
}

enum status store_end(struct store *store, const char *name, struct fault *fault)
{
  enum status status = make_folders(store, name, fault);
  if (status == STATUS_OK)
    status = remember(store, name, false, fault);
  if (status != STATUS_OK)
    return status;
  int closed = close(store->part);
  store->part = -1;
  if (closed != 0 || renameat(store->descriptor, part_name, store->descriptor, name) != 0)
    return system_fault(name, "write", fault);
  return STATUS_OK;
}

enum status store_put(struct store *store, const char *name, struct span bytes, struct fault *fault)
{
  enum status status = store_begin(store, fault);
  if (status == STATUS_OK)
    status = store_add(store, bytes, fault);
  return status == STATUS_OK ? store_end(store, name, fault) : status;
}

enum status store_remove(struct store *store, const char *name, struct fault *fault)
{
  if (unlinkat(store->descriptor, name, 0) == 0 || errno == ENOENT)
    return STATUS_OK;
  return system_fault(name, "take away", fault);
}

void store_close(struct store *store)
{
  if (store->path == NULL)
    return;
  forget_part(store);
  if (store->temporary) {
    take_away(store);
    leave_signals();
  }
  if (store->descriptor >= 0)
    (void)close(store->descriptor);
  *store = (struct store){.path = NULL};
}
