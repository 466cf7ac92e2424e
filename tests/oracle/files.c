#include "tests/oracle/files.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

bool files_read(const char *path, struct arena *arena, struct span *content)
{
  struct stat about;
  bool read = false;
  FILE *file = fopen(path, "rb");
  if (file == NULL)
    return false;
  if (fstat(fileno(file), &about) == 0 && S_ISREG(about.st_mode)) {
    size_t size = (size_t)about.st_size;
    char *bytes = arena_take(arena, size + 1, 1);
    read = bytes != NULL && fread(bytes, 1, size, file) == size;
    *content = (struct span){.bytes = bytes, .length = size};
  }
  fclose(file);
  return read;
}

const char *files_join(const char *folder, const char *name, struct arena *arena)
{
  size_t size = strlen(folder) + strlen(name) + 2;
  char *path = arena_take(arena, size, 1);
  if (path == NULL)
    abort();
  snprintf(path, size, "%s/%s", folder, name);
  return path;
}

const char *files_shared(const char *name, struct arena *arena)
{
  struct stat about;
  const char *folder = getenv("BEFFROI_SHARED");
  const char *path = files_join(folder != NULL ? folder : SOURCE_ROOT "/../shared", name, arena);
  return stat(path, &about) == 0 ? path : NULL;
}

static bool ends_with(const char *name, const char *suffix)
{
  size_t length = strlen(name), wanted = strlen(suffix);
  return length >= wanted && strcmp(name + length - wanted, suffix) == 0;
}

static int compare_names(const void *a, const void *b)
{
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

size_t files_list(const char *folder, const char *suffix, struct arena *arena,
                  const char *const **names)
{
  size_t count = 0, capacity = 0;
  const char **found = NULL;
  DIR *directory = opendir(folder);
  if (directory == NULL)
    return 0;
  for (const struct dirent *entry; (entry = readdir(directory)) != NULL;) {
    if (!ends_with(entry->d_name, suffix))
      continue;
    if (count == capacity) {
      found = arena_grow(arena, found, count, capacity = 2 * capacity + 64, sizeof *found);
      if (found == NULL)
        abort();
    }
    found[count] = arena_copy(arena, entry->d_name, strlen(entry->d_name));
    if (found[count++] == NULL)
      abort();
  }
  closedir(directory);
  if (count > 0)
    qsort(found, count, sizeof *found, compare_names);
  *names = found;
  return count;
}
