#include "engine/margins/variant.h"

#include "engine/order.h"

/* --- who leaves first --- */

static int32_t value_at(const struct profile *profile, size_t mark)
{
  return profile->value == NULL ? 1 : profile->value[mark];
}

static int compare_marks(const struct profile *profile, size_t a, size_t b)
{
  const uint32_t first = profile->project[a], second = profile->project[b];
  if (first != second)
    return first < second ? -1 : 1;
  return (value_at(profile, a) > value_at(profile, b)) -
         (value_at(profile, a) < value_at(profile, b));
}

/* Fewest projects first, then by what the ballots say; equal ballots may go in any order. */
static int compare_ballots(const void *context, uint32_t a, uint32_t b)
{
  const struct profile *profile = context;
  const size_t length_a = profile->start[a + 1] - profile->start[a];
  const size_t length_b = profile->start[b + 1] - profile->start[b];
  int order = (length_a > length_b) - (length_a < length_b);
  for (size_t i = 0; i < length_a && order == 0; i++)
    order = compare_marks(profile, profile->start[a] + i, profile->start[b] + i);
  return order;
}

/* The place of the project's mark on a group's ballot, or `none` where it has none. */
static size_t find_mark(const struct profile *profile, size_t group, uint32_t project, size_t none)
{
  size_t low = profile->start[group], high = profile->start[group + 1];
  const size_t end = high;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (profile->project[middle] < project)
      low = middle + 1;
    else
      high = middle;
  }
  return low < end && profile->project[low] == project ? low : none;
}

enum status variant_leavers(const struct profile *profile, uint32_t project, struct arena *arena,
                            struct leavers *leavers, struct fault *fault)
{
  uint32_t *groups = ARENA_TAKE(arena, uint32_t, profile->group_count);
  uint32_t *spare = ARENA_TAKE(arena, uint32_t, profile->group_count);
  if (groups == NULL || spare == NULL)
    return fault_no_memory(fault);
  *leavers = (struct leavers){.project = project, .groups = groups};
  for (size_t group = 0; group < profile->group_count; group++) {
    const size_t mark = find_mark(profile, group, project, SIZE_MAX);
    if (mark == SIZE_MAX || (profile->kind == BALLOT_SCORES && value_at(profile, mark) <= 0))
      continue;
    groups[leavers->count++] = (uint32_t)group;
    leavers->voters += profile->multiplicity[group];
  }
  order_sort(groups, spare, leavers->count, compare_ballots, profile);
  return STATUS_OK;
}

/* --- profiles as they grow --- */

struct growing {
  const struct profile *from;
  uint32_t *multiplicity;
  size_t *start;
  uint32_t *project;
  int32_t *value;
  size_t group_count;
};

/* With room for every group of `from` and `more`, and for `marks` beside theirs. */
static bool grow_from(struct growing *growing, const struct profile *from, size_t more,
                      size_t marks, struct arena *arena)
{
  const size_t groups = from->group_count + more;
  const size_t all = from->start[from->group_count] + marks;
  *growing = (struct growing){.from = from,
                              .multiplicity = ARENA_TAKE(arena, uint32_t, groups),
                              .start = ARENA_TAKE(arena, size_t, groups + 1),
                              .project = ARENA_TAKE(arena, uint32_t, all),
                              .value = ARENA_TAKE(arena, int32_t, all)};
  return growing->multiplicity != NULL && growing->start != NULL && growing->project != NULL &&
         growing->value != NULL;
}

static void add_mark(struct growing *growing, uint32_t project, int32_t value)
{
  const size_t at = growing->start[growing->group_count + 1]++;
  growing->project[at] = project;
  growing->value[at] = value;
}

static void begin_group(struct growing *growing)
{
  growing->start[growing->group_count + 1] = growing->start[growing->group_count];
}

static void end_group(struct growing *growing, uint32_t voters)
{
  growing->multiplicity[growing->group_count++] = voters;
}

/* A group as it is, without the mark at `without` if it has it. On a ranking those below move up. */
static void copy_group(struct growing *growing, size_t group, uint32_t voters, size_t without)
{
  const struct profile *from = growing->from;
  const bool has = without >= from->start[group] && without < from->start[group + 1];
  begin_group(growing);
  for (size_t mark = from->start[group]; mark < from->start[group + 1]; mark++) {
    const int32_t value = value_at(from, mark);
    const bool below = has && from->kind == BALLOT_RANKING && value > value_at(from, without);
    if (mark != without)
      add_mark(growing, from->project[mark], value - below);
  }
  end_group(growing, voters);
}

static struct profile grown(const struct growing *growing, uint64_t voters)
{
  struct profile profile = *growing->from;
  profile.voters = voters;
  profile.group_count = growing->group_count;
  profile.multiplicity = growing->multiplicity;
  profile.start = growing->start;
  profile.project = growing->project;
  profile.value = growing->value;
  return profile;
}

/* --- variants --- */

enum status variant_leave(const struct profile *profile, const struct leavers *leavers,
                          uint64_t voters, struct arena *arena, struct profile *variant,
                          struct fault *fault)
{
  struct growing growing;
  uint32_t *leave = ARENA_TAKE(arena, uint32_t, profile->group_count);
  if (leave == NULL || !grow_from(&growing, profile, 1, profile->project_count, arena))
    return fault_no_memory(fault);
  for (size_t i = 0; i < leavers->count && voters > 0; i++) {
    const uint32_t group = leavers->groups[i], all = profile->multiplicity[group];
    leave[group] = voters < all ? (uint32_t)voters : all;
    voters -= leave[group];
  }
  for (size_t group = 0; group < profile->group_count; group++) {
    const uint32_t stay = profile->multiplicity[group] - leave[group];
    if (leave[group] > 0)
      copy_group(&growing, group, leave[group],
                 find_mark(profile, group, leavers->project, SIZE_MAX));
    if (stay > 0)
      copy_group(&growing, group, stay, SIZE_MAX);
  }
  *variant = grown(&growing, profile->voters);
  return STATUS_OK;
}

enum status variant_without(const struct profile *profile, uint32_t project, struct arena *arena,
                            struct profile *variant, struct fault *fault)
{
  struct growing growing;
  if (!grow_from(&growing, profile, 0, 0, arena))
    return fault_no_memory(fault);
  for (size_t group = 0; group < profile->group_count; group++)
    copy_group(&growing, group, profile->multiplicity[group],
               find_mark(profile, group, project, SIZE_MAX));
  *variant = grown(&growing, profile->voters);
  return STATUS_OK;
}

/* The most that any ballot gives to one project. */
static int32_t most_given(const struct profile *profile)
{
  int32_t most = 1;
  if (profile->kind == BALLOT_RANKING || profile->value == NULL)
    return most;
  for (size_t mark = 0; mark < profile->start[profile->group_count]; mark++)
    most = profile->value[mark] > most ? profile->value[mark] : most;
  return most;
}

enum status variant_join(const struct profile *profile, uint32_t project, uint32_t voters,
                         struct arena *arena, struct profile *variant, struct fault *fault)
{
  struct growing growing;
  if (!grow_from(&growing, profile, 1, 1, arena))
    return fault_no_memory(fault);
  for (size_t group = 0; group < profile->group_count; group++)
    copy_group(&growing, group, profile->multiplicity[group], SIZE_MAX);
  begin_group(&growing);
  add_mark(&growing, project, most_given(profile));
  end_group(&growing, voters);
  *variant = grown(&growing, profile->voters + voters);
  return STATUS_OK;
}
