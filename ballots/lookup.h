/* lookup.h - rows found by the 32 bytes that each begins with: a key, a digest.
 *
 * The rows lie in an array of the caller; the table knows only their numbers, four bytes for each
 * row and as many to spare. Where a row stands in it follows from its first bytes, which are as
 * good as random in keys and digests. Rows are never taken out.
 */
#ifndef BALLOTS_LOOKUP_H
#define BALLOTS_LOOKUP_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"

enum {
  LOOKUP_BYTES = 32
};

/* All zero is a table without rows. */
struct lookup {
  uint32_t *slots; /* row + 1, 0: free; at least half of them are */
  size_t size;     /* slots: 0 or a power of two */
};

/* Where the rows are now: each is `stride` bytes and begins with its LOOKUP_BYTES. */
struct lookup_rows {
  const void *bytes;
  size_t stride;
  size_t count;
};

/* The row that begins with these bytes, or -1. */
int64_t lookup_find(const struct lookup *lookup, const struct lookup_rows *rows,
                    const uint8_t bytes[LOOKUP_BYTES]);

/* Makes room, in `arena`, for as many rows more than are there. Fails only for want of memory, and
 * then nothing has changed. */
enum status lookup_reserve(struct lookup *lookup, const struct lookup_rows *rows, size_t more,
                           struct arena *arena, struct fault *fault) CHECKED;

/* Adds the last row, for which there must be room and which must not be known. */
void lookup_add_last(struct lookup *lookup, const struct lookup_rows *rows);

#endif
