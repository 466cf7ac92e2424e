/* source.h - the bytes of a file that we are asked to look at.
 *
 * A regular file is mapped rather than copied; "-" (standard input), pipes and devices are read to
 * their end. A mapped file belongs to the file system and can still change:
 *   - one that becomes shorter makes the next access a SIGBUS; the program's main ends it then,
 *     with a message and "could not finish", because half a file must never become a result;
 *   - one whose content changes may be read half old and half new: ask source_unchanged once all
 *     has been read, and before anything is said about it.
 */
#ifndef CONSOLE_SOURCE_H
#define CONSOLE_SOURCE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "base/fault.h"
#include "base/span.h"

#define SOURCE_BYTES_MAX (UINT64_C(1) << 32) /* 4 GiB; less where addresses are shorter */

struct source {
  struct span text; /* valid until source_close */
  bool mapped;
  char *read; /* not mapped: from malloc */
  int descriptor;
  off_t size; /* mapped: when it was opened, as the time of the last change */
  struct timespec changed;
};

/* Opens `path`. STATUS_REFUSED: there is no such file, it is a directory, or it is too large.
 * STATUS_FAILED: the system does not let us read it. */
enum status source_open(const char *path, struct source *source, struct fault *fault) CHECKED;

/* STATUS_FAILED when a mapped file was written to since it was opened. */
enum status source_unchanged(const struct source *source, struct fault *fault) CHECKED;

/* For a source that was opened, or is all zero. */
void source_close(struct source *source);

#endif
