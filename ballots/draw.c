#include "ballots/draw.h"

#include <stdlib.h>

#include "ballots/digest.h"

struct lot {
  struct digest digest;
  uint32_t project;
};

static int compare(const void *a, const void *b)
{
  const struct lot *first = a, *second = b;
  return digest_compare(&first->digest, &second->digest);
}

enum status draw_lots(const struct election *election, const uint8_t seed[DRAW_SEED_BYTES],
                      struct arena *arena, const uint32_t **places, struct fault *fault)
{
  size_t count = election->project_count;
  struct lot *lots = ARENA_TAKE(arena, struct lot, count);
  uint32_t *place = ARENA_TAKE(arena, uint32_t, count);
  if (lots == NULL || place == NULL)
    return fault_no_memory(fault);

  struct span prefix = {.bytes = (const char *)seed, .length = DRAW_SEED_BYTES};
  for (size_t i = 0; i < count; i++) {
    lots[i].digest = digest_of_both(prefix, election->projects[i].id);
    lots[i].project = (uint32_t)i;
  }
  qsort(lots, count, sizeof *lots, compare);
  for (size_t i = 0; i < count; i++)
    place[lots[i].project] = (uint32_t)i;
  *places = place;
  return STATUS_OK;
}
