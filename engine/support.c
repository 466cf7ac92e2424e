#include "engine/support.h"

#include <inttypes.h>
#include <string.h>

#define KIND(kind) (1U << (kind))

enum {
  KINDS_ANY = KIND(BALLOT_APPROVAL) | KIND(BALLOT_POINTS) | KIND(BALLOT_RANKING) |
              KIND(BALLOT_SCORES) | KIND(BALLOT_SPLIT) | KIND(BALLOT_ANSWER),
  KINDS_VALUED = KIND(BALLOT_POINTS) | KIND(BALLOT_SCORES) | KIND(BALLOT_SPLIT),
  KINDS_RANKED = KIND(BALLOT_RANKING),
};

static const struct utility_row {
  const char *name;
  unsigned kinds; /* of ballots that can be read so */
} utilities[] = {
    [UTILITY_CARDINALITY] = {"cardinality", KINDS_ANY},
    [UTILITY_COST] = {"cost", KINDS_ANY},
    [UTILITY_POINTS] = {"points", KINDS_VALUED},
    [UTILITY_BORDA] = {"borda", KINDS_RANKED},
    [UTILITY_BORDA_ZERO] = {"borda-zero", KINDS_RANKED},
    [UTILITY_BORDA_MAX] = {"borda-max", KINDS_RANKED},
};

enum {
  UTILITY_COUNT = sizeof(utilities) / sizeof(utilities[0])
};

/* Weights fit a mark's value, so no sum of theirs over voters leaves 62 bits. */
_Static_assert((uint64_t)INT32_MAX *PROFILE_VOTERS_MAX < UINT64_C(1) << 62,
               "sums of weights must fit 62 bits");

bool utility_of(struct span name, enum utility *utility)
{
  for (unsigned i = 0; i < UTILITY_COUNT; i++) {
    if (span_equal(name, span_of(utilities[i].name))) {
      *utility = (enum utility)i;
      return true;
    }
  }
  return false;
}

const char *utility_name(enum utility utility)
{
  return utilities[utility].name;
}

enum utility utility_default(enum ballot_kind kind)
{
  static const enum utility defaults[] = {
      [BALLOT_APPROVAL] = UTILITY_CARDINALITY, [BALLOT_POINTS] = UTILITY_POINTS,
      [BALLOT_RANKING] = UTILITY_BORDA,        [BALLOT_SCORES] = UTILITY_POINTS,
      [BALLOT_SPLIT] = UTILITY_POINTS,         [BALLOT_ANSWER] = UTILITY_CARDINALITY,
  };
  return defaults[kind];
}

enum status utility_check(enum utility utility, const struct election *election,
                          struct fault *fault)
{
  const struct ballot_form *form = &election->ballot;
  if ((utilities[utility].kinds & KIND(form->kind)) != 0) {
    if (utility != UTILITY_BORDA_MAX || form->max <= MARK_VALUE_MAX)
      return STATUS_OK;
    return fault_set(fault, STATUS_REFUSED, "utility",
                     "rankings of at most 1000000000 projects for 'borda-max'",
                     "the ballots allow %" PRId64 " ranks", form->max);
  }
  char expected[FAULT_EXPECTED] = "one of ";
  for (unsigned i = 0; i < UTILITY_COUNT; i++) {
    if ((utilities[i].kinds & KIND(form->kind)) != 0)
      fault_add_name(expected, utilities[i].name);
  }
  return fault_set(fault, STATUS_REFUSED, "utility", expected, "'%s' ballots have no utility '%s'",
                   ballot_kind_name(form->kind), utility_name(utility));
}

/* --- what a mark is worth --- */

struct reading {
  const struct profile *profile;
  enum utility utility;
  int64_t longest; /* borda-max: ranks of the longest ranking allowed */
};

static int64_t mark_value(const struct profile *profile, size_t at)
{
  return profile->value == NULL ? 1 : profile->value[at];
}

/* Of mark `at` on a ballot of `length` marks; 0 or less: no support. */
static int64_t mark_weight(const struct reading *reading, size_t length, size_t at)
{
  const int64_t value = mark_value(reading->profile, at);
  switch (reading->utility) {
  case UTILITY_CARDINALITY:
  case UTILITY_COST:
    return reading->profile->kind == BALLOT_POINTS || value > 0;
  case UTILITY_POINTS:
    return value;
  case UTILITY_BORDA:
    return (int64_t)length - value + 1;
  case UTILITY_BORDA_ZERO:
    return (int64_t)length - value;
  case UTILITY_BORDA_MAX:
    return reading->longest - value + 1;
  }
  return 0;
}

/* What a city publishes, whatever the utility. */
static int64_t mark_score(const struct profile *profile, size_t length, size_t at)
{
  const int64_t value = mark_value(profile, at);
  return profile->kind == BALLOT_RANKING ? (int64_t)length - value + 1 : value;
}

static size_t ballot_length(const struct profile *profile, size_t group)
{
  return profile->start[group + 1] - profile->start[group];
}

static int64_t find_longest(const struct election *election, const struct profile *profile)
{
  int64_t longest = election->ballot.max;
  if (longest != LIMIT_NONE)
    return longest;
  for (size_t group = 0; group < profile->group_count; group++) {
    const int64_t length = (int64_t)ballot_length(profile, group);
    if (longest < length)
      longest = length;
  }
  return longest;
}

/* --- the two sides --- */

struct sides {
  uint64_t *votes;
  int64_t *score;
  uint64_t *scale;
  uint64_t *weight;
  size_t *start; /* while filling: where the next supporter of the project goes */
  struct supporter *supporters;
  size_t *ballot_start;
  struct mark *ballot;
};

/* Sums by project, and how many groups support each in start[project + 1]. */
static void sum_marks(const struct reading *reading, struct sides *sides)
{
  const struct profile *profile = reading->profile;
  for (size_t group = 0; group < profile->group_count; group++) {
    const size_t length = ballot_length(profile, group);
    const uint64_t voters = profile->multiplicity[group];
    for (size_t at = profile->start[group]; at < profile->start[group + 1]; at++) {
      const size_t project = profile->project[at];
      const int64_t weight = mark_weight(reading, length, at);
      sides->score[project] += (int64_t)voters * mark_score(profile, length, at);
      if (weight <= 0)
        continue;
      sides->votes[project] += voters;
      sides->weight[project] += voters * (uint64_t)weight;
      sides->start[project + 1]++;
    }
  }
}

static void fill_sides(const struct reading *reading, struct sides *sides)
{
  const struct profile *profile = reading->profile;
  size_t next = 0;
  for (size_t group = 0; group < profile->group_count; group++) {
    const size_t length = ballot_length(profile, group);
    for (size_t at = profile->start[group]; at < profile->start[group + 1]; at++) {
      const uint32_t project = profile->project[at];
      const int64_t weight = mark_weight(reading, length, at);
      if (weight <= 0)
        continue;
      sides->supporters[sides->start[project]++] =
          (struct supporter){.group = (uint32_t)group, .weight = (uint32_t)weight};
      sides->ballot[next++] = (struct mark){.project = project, .value = (int32_t)weight};
    }
    sides->ballot_start[group + 1] = next;
  }
}

/* Filling moved each start to where the next project starts. */
static void restore_starts(size_t *start, size_t project_count)
{
  memmove(start + 1, start, project_count * sizeof(*start));
  start[0] = 0;
}

static bool take_sums(struct sides *sides, const struct profile *profile, struct arena *arena)
{
  const size_t projects = profile->project_count;
  sides->votes = ARENA_TAKE(arena, uint64_t, projects);
  sides->score = ARENA_TAKE(arena, int64_t, projects);
  sides->scale = ARENA_TAKE(arena, uint64_t, projects);
  sides->weight = ARENA_TAKE(arena, uint64_t, projects);
  sides->start = ARENA_TAKE(arena, size_t, projects + 1);
  sides->ballot_start = ARENA_TAKE(arena, size_t, profile->group_count + 1);
  return sides->votes != NULL && sides->score != NULL && sides->scale != NULL &&
         sides->weight != NULL && sides->start != NULL && sides->ballot_start != NULL;
}

/* A default above 0 would make every voter a supporter of what the ballot does not name; until that
 * is counted it must not be passed over in silence. */
static enum status check_unscored(const struct election *election, struct fault *fault)
{
  if (election->ballot.unscored <= 0)
    return STATUS_OK;
  return fault_set(fault, STATUS_REFUSED, "ballot", "a default score of 0 or less",
                   "projects without a score would have %" PRId32
                   ", and rules here count only what ballots name",
                   election->ballot.unscored);
}

enum status support_make(const struct election *election, const struct profile *profile,
                         enum utility utility, struct arena *arena, struct support *support,
                         struct fault *fault)
{
  struct reading reading = {.profile = profile, .utility = utility};
  enum status status = utility_check(utility, election, fault);
  if (status == STATUS_OK)
    status = check_unscored(election, fault);
  if (status != STATUS_OK)
    return status;
  if (utility == UTILITY_BORDA_MAX)
    reading.longest = find_longest(election, profile);

  const size_t projects = profile->project_count;
  struct sides sides = {0};
  if (!take_sums(&sides, profile, arena))
    return fault_no_memory(fault);
  sum_marks(&reading, &sides);
  for (size_t project = 0; project < projects; project++) {
    sides.start[project + 1] += sides.start[project];
    sides.scale[project] = utility == UTILITY_COST ? (uint64_t)election->projects[project].cost : 1;
  }

  const size_t supports = sides.start[projects];
  sides.supporters = ARENA_TAKE(arena, struct supporter, supports);
  sides.ballot = ARENA_TAKE(arena, struct mark, supports);
  if (sides.supporters == NULL || sides.ballot == NULL)
    return fault_no_memory(fault);
  fill_sides(&reading, &sides);
  restore_starts(sides.start, projects);

  *support = (struct support){
      .project_count = projects,
      .group_count = profile->group_count,
      .voters = profile->voters,
      .multiplicity = profile->multiplicity,
      .votes = sides.votes,
      .score = sides.score,
      .scale = sides.scale,
      .weight = sides.weight,
      .start = sides.start,
      .supporters = sides.supporters,
      .ballot_start = sides.ballot_start,
      .ballot = sides.ballot,
  };
  return STATUS_OK;
}
