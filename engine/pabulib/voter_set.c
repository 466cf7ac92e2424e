#include "engine/pabulib/voter_set.h"

#include <string.h>

enum {
  FIRST_SLOTS = 1024,
  /* In a table that is half free, chance does not make anyone look further than a hundred slots. */
  PROBES_MAX = 1024
};

enum status voter_set_begin(struct voter_set *set, struct arena *arena, struct fault *fault)
{
  *set = (struct voter_set){
      .arena = arena,
      .mask = FIRST_SLOTS - 1,
      .slots = ARENA_TAKE(arena, struct voter_slot, FIRST_SLOTS),
  };
  return set->slots == NULL ? fault_no_memory(fault) : STATUS_OK;
}

static uint32_t hash_voter(struct span voter)
{
  uint64_t hash = UINT64_C(0x9e3779b97f4a7c15) ^ voter.length;
  for (size_t i = 0; i < voter.length; i += sizeof hash) {
    const size_t left = voter.length - i;
    uint64_t eight = 0;
    memcpy(&eight, voter.bytes + i, left < sizeof eight ? left : sizeof eight);
    hash = (hash ^ eight) * UINT64_C(0xd6e8feb86659fd93);
    hash ^= hash >> 32;
  }
  hash *= UINT64_C(0xbf58476d1ce4e5b9);
  return (uint32_t)(hash >> 32);
}

/* Keeps half of the slots free. Those that cannot be put anywhere near are left out. */
static bool reserve(struct voter_set *set)
{
  const size_t size = set->mask + 1;
  if (set->count < size / 2)
    return true;
  if (size > SIZE_MAX / 2)
    return false;
  struct voter_slot *slots = ARENA_TAKE(set->arena, struct voter_slot, size * 2);
  if (slots == NULL)
    return false;
  set->count = 0;
  for (size_t i = 0; i < size; i++) {
    if (set->slots[i].bytes == NULL)
      continue;
    for (size_t probe = 0; probe < PROBES_MAX; probe++) {
      struct voter_slot *slot = &slots[(set->slots[i].hash + probe) & (size * 2 - 1)];
      if (slot->bytes != NULL)
        continue;
      *slot = set->slots[i];
      set->count++;
      break;
    }
  }
  set->slots = slots;
  set->mask = size * 2 - 1;
  return true;
}

enum status voter_set_add(struct voter_set *set, struct span voter, enum voter_news *news,
                          struct fault *fault)
{
  if (!reserve(set))
    return fault_no_memory(fault);
  const uint32_t hash = hash_voter(voter);
  for (size_t probe = 0; probe < PROBES_MAX; probe++) {
    struct voter_slot *slot = &set->slots[(hash + probe) & set->mask];
    if (slot->bytes == NULL) {
      *slot =
          (struct voter_slot){.bytes = voter.bytes, .length = (uint32_t)voter.length, .hash = hash};
      set->count++;
      *news = VOTER_NEW;
      return STATUS_OK;
    }
    if (slot->hash == hash && slot->length == voter.length &&
        memcmp(slot->bytes, voter.bytes, voter.length) == 0) {
      *news = VOTER_KNOWN;
      return STATUS_OK;
    }
  }
  *news = VOTER_CROWDED;
  return STATUS_OK;
}
