#include "tests/faults/snapshot.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static void read_file(struct snapshot_file *file, size_t length)
{
  FILE *stream = fopen(file->path, "rb");
  file->length = length;
  file->bytes = malloc(length + 1);
  assert_non_null(stream);
  assert_non_null(file->bytes);
  assert_int_equal(fread(file->bytes, 1, length + 1, stream), length);
  fclose(stream);
}

static void take_folder(struct snapshot *snapshot, const char *folder)
{
  struct dirent **found = NULL;
  int count = scandir(folder, &found, NULL, alphasort);
  assert_true(count >= 0);
  for (int i = 0; i < count; i++) {
    struct stat facts;
    const char *name = found[i]->d_name;
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
      free(found[i]);
      continue;
    }
    assert_true(snapshot->count < SNAPSHOT_FILES);
    struct snapshot_file *file = &snapshot->files[snapshot->count++];
    int length = strcmp(folder, ".") == 0
                     ? snprintf(file->path, SNAPSHOT_PATH, "%s", name)
                     : snprintf(file->path, SNAPSHOT_PATH, "%s/%s", folder, name);
    free(found[i]);
    assert_in_range(length, 1, SNAPSHOT_PATH - 1);
    assert_int_equal(lstat(file->path, &facts), 0);
    file->mode = facts.st_mode & 07777;
    file->folder = S_ISDIR(facts.st_mode);
    file->number = facts.st_ino;
    file->changed = facts.st_ctim;
    file->bytes = NULL;
    file->length = 0;
    if (file->folder)
      take_folder(snapshot, file->path);
    else
      read_file(file, (size_t)facts.st_size);
  }
  free(found);
}

void snapshot_take(struct snapshot *snapshot)
{
  snapshot->count = 0;
  take_folder(snapshot, ".");
}

static size_t count_names(const char *folder)
{
  size_t count = 0;
  DIR *names = opendir(folder);
  const struct dirent *name;
  assert_non_null(names);
  while ((name = readdir(names)) != NULL)
    count += strcmp(name->d_name, ".") != 0 && strcmp(name->d_name, "..") != 0;
  closedir(names);
  return count;
}

/* Nobody here writes into a file that is there: another takes its place, with another number. */
bool snapshot_is_now(const struct snapshot *snapshot)
{
  struct stat facts;
  size_t count = count_names(".");
  for (size_t i = 0; i < snapshot->count; i++) {
    const struct snapshot_file *file = &snapshot->files[i];
    if (lstat(file->path, &facts) != 0 || facts.st_ino != file->number ||
        facts.st_ctim.tv_sec != file->changed.tv_sec ||
        facts.st_ctim.tv_nsec != file->changed.tv_nsec)
      return false;
    if (file->folder)
      count += count_names(file->path);
  }
  return count == snapshot->count;
}

void snapshot_free(struct snapshot *snapshot)
{
  for (size_t i = 0; i < snapshot->count; i++)
    free(snapshot->files[i].bytes);
  snapshot->count = 0;
}

static const struct snapshot_file *find(const struct snapshot *snapshot, const char *path)
{
  for (size_t i = 0; i < snapshot->count; i++)
    if (strcmp(snapshot->files[i].path, path) == 0)
      return &snapshot->files[i];
  return NULL;
}

static bool file_same(const struct snapshot_file *one, const struct snapshot_file *other)
{
  return one->folder == other->folder && one->mode == other->mode && one->length == other->length &&
         (one->folder || memcmp(one->bytes, other->bytes, one->length) == 0);
}

bool snapshot_same(const struct snapshot *one, const struct snapshot *other,
                   char difference[SNAPSHOT_PATH])
{
  const struct snapshot *sides[2] = {one, other};
  for (int side = 0; side < 2; side++)
    for (size_t i = 0; i < sides[side]->count; i++) {
      const struct snapshot_file *file = &sides[side]->files[i];
      const struct snapshot_file *there = find(sides[1 - side], file->path);
      memcpy(difference, file->path, SNAPSHOT_PATH);
      if (there == NULL || !file_same(file, there))
        return false;
    }
  return true;
}

static void make_file(const struct snapshot_file *file)
{
  if (file->folder) {
    assert_int_equal(mkdir(file->path, file->mode), 0);
    return;
  }
  FILE *stream = fopen(file->path, "wb");
  assert_non_null(stream);
  assert_int_equal(fwrite(file->bytes, 1, file->length, stream), file->length);
  assert_int_equal(fclose(stream), 0);
  assert_int_equal(chmod(file->path, file->mode), 0);
}

void snapshot_restore(const struct snapshot *snapshot, const struct snapshot *now)
{
  for (size_t i = now->count; i-- > 0;) {
    const struct snapshot_file *file = &now->files[i];
    const struct snapshot_file *right = find(snapshot, file->path);
    if (right == NULL || !file_same(right, file))
      assert_int_equal(remove(file->path), 0);
  }
  for (size_t i = 0; i < snapshot->count; i++) {
    const struct snapshot_file *there = find(now, snapshot->files[i].path);
    if (there == NULL || !file_same(there, &snapshot->files[i]))
      make_file(&snapshot->files[i]);
  }
}

static bool bytes_hold(const char *bytes, size_t length, struct span wanted)
{
  const char *end = bytes + length;
  for (const char *at = bytes;
       (at = memchr(at, wanted.bytes[0], (size_t)(end - at))) != NULL && at < end; at++)
    if ((size_t)(end - at) >= wanted.length && memcmp(at, wanted.bytes, wanted.length) == 0)
      return true;
  return false;
}

bool snapshot_holds(const struct snapshot *snapshot, struct span bytes, const char *but,
                    char path[SNAPSHOT_PATH])
{
  for (size_t i = 0; i < snapshot->count; i++) {
    const struct snapshot_file *file = &snapshot->files[i];
    if (file->folder || (but != NULL && strcmp(file->path, but) == 0))
      continue;
    memcpy(path, file->path, SNAPSHOT_PATH);
    if (bytes_hold(file->bytes, file->length, bytes))
      return true;
  }
  return false;
}
