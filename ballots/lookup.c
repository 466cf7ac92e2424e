#include "ballots/lookup.h"

#include <string.h>

enum {
  SLOTS_FIRST = 64,
  ROWS_MAX = 1 << 30 /* twice as many slots are a number of 32 bits */
};

static const uint8_t *row_at(const struct lookup_rows *rows, size_t row)
{
  return (const uint8_t *)rows->bytes + row * rows->stride;
}

/* The slot of the row that begins with `bytes`, or the free one where it belongs. */
static size_t find_slot(const uint32_t *slots, size_t size, const struct lookup_rows *rows,
                        const uint8_t bytes[LOOKUP_BYTES])
{
  uint32_t start;
  memcpy(&start, bytes, sizeof start);
  size_t slot = start & (size - 1);
  while (slots[slot] != 0 && memcmp(row_at(rows, slots[slot] - 1), bytes, LOOKUP_BYTES) != 0)
    slot = (slot + 1) & (size - 1);
  return slot;
}

int64_t lookup_find(const struct lookup *lookup, const struct lookup_rows *rows,
                    const uint8_t bytes[LOOKUP_BYTES])
{
  if (lookup->size == 0)
    return -1;
  return (int64_t)lookup->slots[find_slot(lookup->slots, lookup->size, rows, bytes)] - 1;
}

enum status lookup_reserve(struct lookup *lookup, const struct lookup_rows *rows, size_t more,
                           struct arena *arena, struct fault *fault)
{
  if (more > ROWS_MAX - rows->count)
    return fault_no_memory(fault);
  size_t size = lookup->size == 0 ? SLOTS_FIRST : lookup->size;
  while (size / 2 < rows->count + more)
    size *= 2;
  if (size == lookup->size)
    return STATUS_OK;

  uint32_t *slots = ARENA_TAKE(arena, uint32_t, size);
  if (slots == NULL)
    return fault_no_memory(fault);
  for (size_t row = 0; row < rows->count; row++)
    slots[find_slot(slots, size, rows, row_at(rows, row))] = (uint32_t)row + 1;
  *lookup = (struct lookup){.slots = slots, .size = size};
  return STATUS_OK;
}

void lookup_add_last(struct lookup *lookup, const struct lookup_rows *rows)
{
  size_t row = rows->count - 1;
  lookup->slots[find_slot(lookup->slots, lookup->size, rows, row_at(rows, row))] =
      (uint32_t)row + 1;
}
