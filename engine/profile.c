#include "engine/profile.h"

#include <inttypes.h>

enum {
  FIRST_GROUPS = 64,
  FIRST_MARKS = 512,
  FIRST_SLOTS = 128
};

enum status profile_begin(struct profile_builder *builder, struct arena *arena,
                          const struct election *election, bool group_equal, struct fault *fault)
{
  *builder = (struct profile_builder){
      .arena = arena,
      .profile = {.project_count = election->project_count, .kind = election->ballot.kind},
      .group_equal = group_equal,
      .group_capacity = FIRST_GROUPS,
      .mark_capacity = FIRST_MARKS,
      .multiplicity = ARENA_TAKE(arena, uint32_t, FIRST_GROUPS),
      .start = ARENA_TAKE(arena, size_t, FIRST_GROUPS + 1),
      .project = ARENA_TAKE(arena, uint32_t, FIRST_MARKS),
      .hash = ARENA_TAKE(arena, uint64_t, FIRST_GROUPS),
      .slots = ARENA_TAKE(arena, uint32_t, FIRST_SLOTS),
      .mask = FIRST_SLOTS - 1,
  };
  if (builder->multiplicity == NULL || builder->start == NULL || builder->project == NULL ||
      builder->hash == NULL || builder->slots == NULL)
    return fault_no_memory(fault);
  return STATUS_OK;
}

/* --- room for what is added ---
 *
 * Each capacity moves only when every array that shares it has grown, so that after a failure the
 * builder is as it was. */

/* `capacity` doubled until it holds `needed`, or 0 when no array can be that long. */
static size_t enlarge(size_t capacity, uint64_t needed)
{
  while (capacity < needed) {
    if (capacity > SIZE_MAX / 4)
      return 0;
    capacity *= 2;
  }
  return capacity;
}

static bool reserve_groups(struct profile_builder *builder, uint32_t extra)
{
  const size_t count = builder->profile.group_count;
  if (extra <= builder->group_capacity - count)
    return true;
  const size_t capacity = enlarge(builder->group_capacity, (uint64_t)count + extra);
  if (capacity == 0)
    return false;

  struct arena *arena = builder->arena;
  uint32_t *multiplicity =
      arena_grow(arena, builder->multiplicity, count, capacity, sizeof(*multiplicity));
  size_t *start = arena_grow(arena, builder->start, count + 1, capacity + 1, sizeof(*start));
  uint64_t *hash = arena_grow(arena, builder->hash, count, capacity, sizeof(*hash));
  if (multiplicity == NULL || start == NULL || hash == NULL)
    return false;
  builder->multiplicity = multiplicity;
  builder->start = start;
  builder->hash = hash;
  builder->group_capacity = capacity;
  return true;
}

static size_t mark_count(const struct profile_builder *builder)
{
  return builder->start[builder->profile.group_count];
}

static bool reserve_marks(struct profile_builder *builder, uint64_t extra)
{
  const size_t count = mark_count(builder);
  if (extra <= builder->mark_capacity - count)
    return true;
  const size_t capacity = enlarge(builder->mark_capacity, count + extra);
  if (capacity == 0)
    return false;

  uint32_t *project =
      arena_grow(builder->arena, builder->project, count, capacity, sizeof(*project));
  int32_t *value = NULL;
  if (builder->value != NULL)
    value = arena_grow(builder->arena, builder->value, count, capacity, sizeof(*value));
  if (project == NULL || (builder->value != NULL && value == NULL))
    return false;
  builder->project = project;
  builder->value = value;
  builder->mark_capacity = capacity;
  return true;
}

/* Values are kept from the first that is not 1. */
static bool reserve_values(struct profile_builder *builder, const struct choice *choice)
{
  bool needed = false;
  for (size_t i = 0; i < choice->count && !needed; i++)
    needed = choice->marks[i].value != 1;
  if (!needed || builder->value != NULL)
    return true;

  int32_t *value = ARENA_TAKE(builder->arena, int32_t, builder->mark_capacity);
  if (value == NULL)
    return false;
  for (size_t i = 0; i < mark_count(builder); i++)
    value[i] = 1;
  builder->value = value;
  return true;
}

/* --- equal ballots --- */

/* Each step is a permutation of the 64 bits, so that no mark can undo what the ones before it
 * said; the multipliers are odd with bits everywhere. */
static uint64_t hash_marks(const struct choice *choice)
{
  uint64_t hash = UINT64_C(0x9e3779b97f4a7c15) * ((uint64_t)choice->count + 1);
  for (size_t i = 0; i < choice->count; i++) {
    const struct mark *mark = &choice->marks[i];
    hash ^= (uint64_t)mark->project << 32 | (uint32_t)mark->value;
    hash *= UINT64_C(0xd6e8feb86659fd93);
    hash ^= hash >> 32;
  }
  hash *= UINT64_C(0xbf58476d1ce4e5b9);
  return hash ^ hash >> 29;
}

static bool group_is(const struct profile_builder *builder, size_t group,
                     const struct choice *choice)
{
  const size_t start = builder->start[group];
  if (builder->start[group + 1] - start != choice->count)
    return false;
  for (size_t i = 0; i < choice->count; i++) {
    const struct mark *mark = &choice->marks[i];
    const int32_t value = builder->value == NULL ? 1 : builder->value[start + i];
    if (builder->project[start + i] != mark->project || value != mark->value)
      return false;
  }
  return true;
}

/* The slot of the first group equal to `choice`, or the free one where it belongs. */
static size_t find_slot(const struct profile_builder *builder, uint64_t hash,
                        const struct choice *choice)
{
  size_t slot = (size_t)hash & builder->mask;
  while (builder->slots[slot] != 0) {
    const size_t group = builder->slots[slot] - 1;
    if (builder->hash[group] == hash && group_is(builder, group, choice))
      break;
    slot = (slot + 1) & builder->mask;
  }
  return slot;
}

/* Keeps at least half of the table free with one more group in it. */
static bool reserve_slot(struct profile_builder *builder)
{
  const size_t size = builder->mask + 1;
  if (builder->profile.distinct < size / 2)
    return true;
  const size_t larger = enlarge(size, (uint64_t)size * 2);
  if (larger == 0)
    return false;
  uint32_t *slots = ARENA_TAKE(builder->arena, uint32_t, larger);
  if (slots == NULL)
    return false;
  for (size_t i = 0; i < size; i++) {
    if (builder->slots[i] == 0)
      continue;
    size_t slot = (size_t)builder->hash[builder->slots[i] - 1] & (larger - 1);
    while (slots[slot] != 0)
      slot = (slot + 1) & (larger - 1);
    slots[slot] = builder->slots[i];
  }
  builder->slots = slots;
  builder->mask = larger - 1;
  return true;
}

/* --- adding --- */

static void append_group(struct profile_builder *builder, const struct choice *choice,
                         uint64_t hash, uint32_t multiplicity)
{
  const size_t group = builder->profile.group_count++;
  const size_t start = builder->start[group];
  builder->multiplicity[group] = multiplicity;
  builder->hash[group] = hash;
  builder->start[group + 1] = start + choice->count;
  for (size_t i = 0; i < choice->count; i++) {
    builder->project[start + i] = choice->marks[i].project;
    if (builder->value != NULL)
      builder->value[start + i] = choice->marks[i].value;
  }
}

enum status profile_add(struct profile_builder *builder, const struct choice *choice,
                        uint32_t times, struct fault *fault)
{
  struct profile *profile = &builder->profile;
  if (times == 0)
    return STATUS_OK;
  if (times > PROFILE_VOTERS_MAX - profile->voters)
    return fault_set(fault, STATUS_REFUSED, "voters", "at most 1073741824 voters",
                     "%" PRIu64 " voters and %" PRIu32 " more are too many", profile->voters,
                     times);
  if (!reserve_slot(builder))
    return fault_no_memory(fault);

  const uint64_t hash = hash_marks(choice);
  const size_t slot = find_slot(builder, hash, choice);
  const bool known = builder->slots[slot] != 0;
  if (known && builder->group_equal) {
    builder->multiplicity[builder->slots[slot] - 1] += times;
  } else {
    const uint32_t groups = builder->group_equal ? 1 : times;
    if (!reserve_groups(builder, groups) ||
        !reserve_marks(builder, (uint64_t)groups * choice->count) ||
        !reserve_values(builder, choice))
      return fault_no_memory(fault);
    if (!known) {
      builder->slots[slot] = (uint32_t)profile->group_count + 1;
      profile->distinct++;
    }
    for (uint32_t i = 0; i < groups; i++)
      append_group(builder, choice, hash, builder->group_equal ? times : 1);
  }
  profile->voters += times;
  if (choice->count == 0)
    profile->blank += times;
  return STATUS_OK;
}

struct profile profile_end(struct profile_builder *builder)
{
  struct profile profile = builder->profile;
  profile.multiplicity = builder->multiplicity;
  profile.start = builder->start;
  profile.project = builder->project;
  profile.value = builder->value;
  return profile;
}
