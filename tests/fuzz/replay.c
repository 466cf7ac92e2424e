/* replay.c - runs a fuzz driver without a fuzzer: over each file of a folder of seeds, whole and
 * cut short at every byte.
 *
 * Usage: replay_<name> FOLDER. Says what it did as TAP, one case for each file. What a driver
 * finds ends the program, so the last "# reading" line names the file.
 */
#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
  CUTS_MAX = 4096
}; /* of one file, so that a large seed does not take minutes */

/* The bytes of a file in memory of exactly that size, or NULL. */
static uint8_t *read_file(const char *path, size_t *size)
{
  uint8_t *bytes = NULL;
  FILE *file = fopen(path, "rb");
  if (file == NULL)
    return NULL;
  if (fseek(file, 0, SEEK_END) != 0)
    goto done;
  long length = ftell(file);
  if (length < 0 || fseek(file, 0, SEEK_SET) != 0)
    goto done;
  *size = (size_t)length;
  bytes = malloc(*size + (*size == 0));
  if (bytes != NULL && fread(bytes, 1, *size, file) != *size) {
    free(bytes);
    bytes = NULL;
  }
done:
  fclose(file);
  return bytes;
}

/* A copy of its own, so that a sanitizer sees a byte read too far. */
static int feed(const uint8_t *bytes, size_t size)
{
  uint8_t *copy = malloc(size + (size == 0));
  if (copy == NULL)
    return -1;
  if (size > 0)
    memcpy(copy, bytes, size);
  LLVMFuzzerTestOneInput(copy, size);
  free(copy);
  return 0;
}

static int replay(const char *path)
{
  size_t size = 0;
  uint8_t *bytes = read_file(path, &size);
  if (bytes == NULL)
    return -1;
  size_t step = size / CUTS_MAX + 1;
  int result = 0;
  for (size_t cut = 0; result == 0 && cut < size; cut += step)
    result = feed(bytes, cut);
  if (result == 0)
    result = feed(bytes, size);
  free(bytes);
  return result;
}

static int is_seed(const struct dirent *entry)
{
  return entry->d_name[0] != '.';
}

int main(int count, char **arguments)
{
  if (count != 2) {
    fprintf(stderr, "usage: %s FOLDER\n", arguments[0]);
    return 2;
  }
  struct dirent **entries = NULL;
  int found = scandir(arguments[1], &entries, is_seed, alphasort);
  if (found < 1) {
    printf("1..1\nnot ok 1 - seeds\n# no file in %s\n", arguments[1]);
    return 1;
  }
  printf("1..%d\n", found);
  int failed = 0;
  for (int i = 0; i < found; i++) {
    char path[4096];
    int length = snprintf(path, sizeof path, "%s/%s", arguments[1], entries[i]->d_name);
    printf("# reading %s\n", entries[i]->d_name);
    fflush(stdout);
    bool done = length > 0 && (size_t)length < sizeof path && replay(path) == 0;
    printf("%s %d - %s\n", done ? "ok" : "not ok", i + 1, entries[i]->d_name);
    failed += !done;
    free(entries[i]);
  }
  free(entries);
  return failed > 0;
}
