/* arena.h - memory for one piece of work, taken piece by piece and given back all at once.
 *
 * A request or a tally takes everything from one arena, so there is nothing to free on the way
 * and nothing to leak on an error. Blocks come from malloc and grow with the work.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

struct arena_block;

/* All zero is an empty arena without a bound: `struct arena arena = {0};` */
struct arena {
  struct arena_block *newest;
  size_t taken; /* bytes handed out so far, for reports */
  size_t limit; /* most bytes to take from malloc; 0: no bound */
};

/* `count` elements of `size` bytes each, all zero, aligned for any type; NULL when malloc fails,
 * the bound is reached or the product overflows. For a count of 0 still a valid address. */
void *arena_take(struct arena *arena, size_t count, size_t size);

#define ARENA_TAKE(arena, type, count) ((type *)arena_take((arena), (count), sizeof(type)))

/* A larger array in place of `old`, of which `old_count` elements are kept and the rest is zero;
 * the old one stays until the arena goes. NULL as arena_take. Grow by doubling. */
void *arena_grow(struct arena *arena, const void *old, size_t old_count, size_t new_count,
                 size_t size);

/* A copy of `length` bytes with a 0 after them. NULL as arena_take. */
char *arena_copy(struct arena *arena, const void *bytes, size_t length);

/* Gives everything back; the arena is empty and can be used again. */
void arena_free(struct arena *arena);

#endif
