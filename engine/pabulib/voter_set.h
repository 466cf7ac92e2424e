/* voter_set.h - the voters met so far, to notice one that comes twice.
 */
#ifndef ENGINE_PABULIB_VOTER_SET_H
#define ENGINE_PABULIB_VOTER_SET_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/span.h"

struct voter_slot {
  const char *bytes; /* NULL: free */
  uint32_t length;
  uint32_t hash;
};

struct voter_set {
  struct arena *arena;
  size_t count;
  size_t mask; /* slots - 1; a power of two - 1 */
  struct voter_slot *slots;
};

enum voter_news {
  VOTER_NEW,
  VOTER_KNOWN,
  VOTER_CROWDED, /* not looked for: too many others share its place, which no honest ids do */
};

enum status voter_set_begin(struct voter_set *set, struct arena *arena,
                            struct fault *fault) CHECKED;

/* Adds a voter, of whose id the bytes are kept by reference, unless it is there already. */
enum status voter_set_add(struct voter_set *set, struct span voter, enum voter_news *news,
                          struct fault *fault) CHECKED;

#endif
