/* fuzz_pabulib.c - a .pb file.
 *
 * What is refused is refused at a line and column. What is read is a valid election, and is written
 * as a file that reads back to the same and is then written as the same bytes.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "engine/pabulib.h"
#include "tests/unit/pabulib_same.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
  KEYS_ADDED = 15 /* at most: those that the election decides */
};

static void must(bool holds)
{
  if (!holds)
    abort();
}

static void check_profile(const struct pabulib *file)
{
  const struct profile *profile = &file->profile;
  uint64_t voters = 0;
  for (size_t group = 0; group < profile->group_count; group++) {
    voters += profile->multiplicity[group];
    for (size_t i = profile->start[group]; i < profile->start[group + 1]; i++) {
      must(profile->project[i] < file->election.project_count);
      must(i == profile->start[group] || profile->project[i - 1] < profile->project[i]);
    }
  }
  must(voters == profile->voters);
}

static void check_written(const struct pabulib *file, const struct pabulib_options *options,
                          size_t size, struct arena *arena)
{
  struct buffer first = {0};
  struct buffer second = {0};
  struct pabulib again;
  struct fault fault = {0};
  const enum status status = pabulib_write(file, &first, &fault);
  /* Keys are added to META, and quotes doubled in lines: that may be too much of either. */
  if (status == STATUS_REFUSED)
    must(file->meta_count + KEYS_ADDED > PABULIB_META_MAX || size > PABULIB_LINE_MAX / 3);
  if (status != STATUS_OK)
    goto done;
  /* What breaks the limits is a warning here: it was accepted before. */
  must(pabulib_read(buffer_span(&first), options, arena, &again, &fault) == STATUS_OK);
  must(pabulib_difference(file, &again) == NULL);
  must(pabulib_write(&again, &second, &fault) == STATUS_OK);
  must(span_equal(buffer_span(&first), buffer_span(&second)));
done:
  buffer_free(&first);
  buffer_free(&second);
}

static enum status read_with(struct pabulib_options options, struct span text)
{
  struct arena arena = {0};
  struct pabulib file;
  struct fault fault = {0};
  const enum status status = pabulib_read(text, &options, &arena, &file, &fault);
  must(status == STATUS_OK || fault.status == status);
  if (status == STATUS_OK) {
    must(election_check(&file.election, &fault) == STATUS_OK);
    check_profile(&file);
    check_written(&file, &options, text.length, &arena);
  } else {
    must(strncmp(fault.where, "line ", 5) == 0 && fault.what[0] != '\0' &&
         fault.expected[0] != '\0');
  }
  arena_free(&arena);
  return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  const struct span text = {.bytes = size == 0 ? "" : (const char *)data, .length = size};
  const enum status lenient = read_with((struct pabulib_options){0}, text);
  const enum status strict =
      read_with((struct pabulib_options){.keep_equal_apart = true, .refuse_invalid = true}, text);
  must(strict != STATUS_OK || lenient == STATUS_OK);
  return 0;
}
