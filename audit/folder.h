/* folder.h - small files of a board's directory, each read whole.
 *
 * Only regular files are read, below the folder, and never more bytes than are allowed; so nothing
 * in a stranger's directory can make us wait or take all memory.
 */
#ifndef AUDIT_FOLDER_H
#define AUDIT_FOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/span.h"

struct folder {
  int descriptor; /* -1: not open */
  uint64_t left;  /* bytes that may still be read in all */
};

#define FOLDER_BYTES_MAX (UINT64_C(1) << 32) /* all files together */

/* STATUS_REFUSED when there is no such directory. */
enum status folder_open(const char *path, struct folder *folder, struct fault *fault) CHECKED;

/* Whether there is something of this name. */
bool folder_has(const struct folder *folder, const char *name);

/* Reads the file `name` into `arena`. STATUS_REFUSED when there is none, and then `*found` is false,
 * or when it is no regular file, has more than `limit` bytes or too much was read in all. */
enum status folder_read(struct folder *folder, const char *name, uint64_t limit,
                        struct arena *arena, struct span *bytes, bool *found,
                        struct fault *fault) CHECKED;

/* For a folder that was opened, or whose descriptor is -1. */
void folder_close(struct folder *folder);

#endif
