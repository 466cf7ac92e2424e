#include "base/arena.h"

#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_SANITIZED
#endif
#endif

/* What was not handed out must not be touched: only the sanitizer can see to that. */
#ifdef ARENA_SANITIZED
#include <sanitizer/asan_interface.h>
#define FORBID(bytes, length) ASAN_POISON_MEMORY_REGION((bytes), (length))
#define ALLOW(bytes, length)  ASAN_UNPOISON_MEMORY_REGION((bytes), (length))
#else
#define FORBID(bytes, length) ((void)(bytes), (void)(length))
#define ALLOW(bytes, length)  ((void)(bytes), (void)(length))
#endif

enum {
  BLOCK_SMALLEST = 4096,
  BLOCK_LARGEST = 1024 * 1024,
  ALIGNMENT = alignof(max_align_t)
};

struct arena_block {
  struct arena_block *older;
  size_t size;     /* of the whole block, this header included */
  size_t used;     /* of `bytes` */
  size_t from_all; /* in the newest block: the sizes of all blocks together */
  alignas(max_align_t) unsigned char bytes[];
};

static size_t block_room(const struct arena_block *block)
{
  return block == NULL ? 0 : block->size - sizeof(struct arena_block) - block->used;
}

/* The next block's size, twice the last one's as long as that is reasonable; 0 when `needed`
 * bytes with their header are more than the bound leaves. */
static size_t next_size(const struct arena *arena, size_t needed)
{
  const struct arena_block *newest = arena->newest;
  size_t size = newest == NULL ? BLOCK_SMALLEST : newest->size;
  if (newest != NULL && size < BLOCK_LARGEST)
    size *= 2;
  while (size < needed && size < BLOCK_LARGEST)
    size *= 2;
  if (size > BLOCK_LARGEST)
    size = BLOCK_LARGEST;
  if (size < needed)
    size = needed;
  if (arena->limit == 0)
    return size;

  size_t before = newest == NULL ? 0 : newest->from_all;
  size_t left = before < arena->limit ? arena->limit - before : 0;
  if (needed > left)
    return 0;
  return size < left ? size : left;
}

/* A block with room for `room` bytes, or NULL. */
static struct arena_block *add_block(struct arena *arena, size_t room)
{
  size_t needed = sizeof(struct arena_block) + room;
  size_t size = next_size(arena, needed);
  if (size == 0)
    return NULL;
  struct arena_block *block = calloc(1, size);
  if (block == NULL)
    return NULL;
  block->size = size;
  FORBID(block->bytes, size - sizeof *block);

  struct arena_block *newest = arena->newest;
  if (newest != NULL && needed > BLOCK_LARGEST) {
    /* It will be full, the newest is not: that one goes on being taken from. */
    block->older = newest->older;
    newest->older = block;
    newest->from_all += size;
    return block;
  }
  block->older = newest;
  block->from_all = size + (newest == NULL ? 0 : newest->from_all);
  arena->newest = block;
  return block;
}

/* The bytes of an array, and with what alignment adds; false when there is no such number. */
static bool array_length(size_t count, size_t size, size_t *length, size_t *aligned)
{
  if (size != 0 && count > SIZE_MAX / size)
    return false;
  *length = count * size;
  if (*length > SIZE_MAX - sizeof(struct arena_block) - ALIGNMENT)
    return false;
  *aligned = (*length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  return true;
}

void *arena_take(struct arena *arena, size_t count, size_t size)
{
  size_t length;
  size_t aligned;
  if (!array_length(count, size, &length, &aligned))
    return NULL;
  struct arena_block *block = arena->newest;
  if (block == NULL || block_room(block) < aligned)
    block = add_block(arena, aligned);
  if (block == NULL)
    return NULL;

  void *bytes = block->bytes + block->used;
  ALLOW(bytes, length);
  block->used += aligned;
  arena->taken += length;
  return bytes;
}

/* Where `old` begins in the newest block, if it is the last thing taken from it. */
static bool is_last(const struct arena *arena, const void *old, size_t aligned, size_t *begin)
{
  const struct arena_block *newest = arena->newest;
  if (newest == NULL || newest->used < aligned)
    return false;
  *begin = newest->used - aligned;
  return old == newest->bytes + *begin;
}

void *arena_grow(struct arena *arena, const void *old, size_t old_count, size_t new_count,
                 size_t size)
{
  size_t old_length;
  size_t old_aligned;
  size_t length;
  size_t aligned;
  if (!array_length(old_count, size, &old_length, &old_aligned) ||
      !array_length(new_count, size, &length, &aligned))
    return NULL;
  if (length < old_length)
    abort(); /* the caller's mistake: nothing can be kept of what does not fit */

  size_t begin;
  if (is_last(arena, old, old_aligned, &begin) &&
      aligned - old_aligned <= block_room(arena->newest)) {
    unsigned char *bytes = arena->newest->bytes + begin;
    ALLOW(bytes, length);
    /* The old array may have had a few elements more than are kept. */
    memset(bytes + old_length, 0, (old_aligned < length ? old_aligned : length) - old_length);
    arena->newest->used = begin + aligned;
    arena->taken += length - old_length;
    return bytes;
  }

  void *bytes = arena_take(arena, new_count, size);
  if (bytes != NULL && old_length > 0)
    memcpy(bytes, old, old_length);
  return bytes;
}

char *arena_copy(struct arena *arena, const void *bytes, size_t length)
{
  if (length == SIZE_MAX)
    return NULL;
  char *copy = arena_take(arena, length + 1, 1);
  if (copy != NULL && length > 0)
    memcpy(copy, bytes, length);
  return copy;
}

void arena_free(struct arena *arena)
{
  struct arena_block *block = arena->newest;
  while (block != NULL) {
    struct arena_block *older = block->older;
    free(block);
    block = older;
  }
  arena->newest = NULL;
  arena->taken = 0;
}
