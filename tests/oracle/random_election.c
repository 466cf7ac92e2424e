#include "tests/oracle/random_election.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/oracle/facts.h"

uint64_t random_next(struct random_source *source)
{
  uint64_t z = source->state += UINT64_C(0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
  return z ^ (z >> 31);
}

uint64_t random_below(struct random_source *source, uint64_t bound)
{
  uint64_t excess = (UINT64_MAX % bound + 1) % bound, number;
  do
    number = random_next(source);
  while (number > UINT64_MAX - excess);
  return number % bound;
}

bool random_once_in(struct random_source *source, uint64_t times)
{
  return random_below(source, times) == 0;
}

static struct span text_of(const char *text, struct arena *arena)
{
  size_t length = strlen(text);
  char *copy = ORACLE_TAKE(arena, char, length + 1);
  memcpy(copy, text, length);
  return (struct span){.bytes = copy, .length = length};
}

/* --- ballots --- */

static int compare_marks(const void *a, const void *b)
{
  const struct mark *first = a, *second = b;
  return (first->project > second->project) - (first->project < second->project);
}

/* A value for a mark that is number `rank` of its ballot. */
static int32_t mark_value(struct random_source *source, enum ballot_kind kind, size_t rank)
{
  switch (kind) {
  case BALLOT_POINTS:
    if (random_once_in(source, 6))
      return 0;
    return (int32_t)random_below(source, random_once_in(source, 4) ? 10 : 3) + 1;
  case BALLOT_SCORES: {
    int32_t score = (int32_t)random_below(source, 7) - 2;
    return score != 0 ? score : 5;
  }
  case BALLOT_RANKING:
    return (int32_t)rank + 1;
  case BALLOT_SPLIT:
  case BALLOT_APPROVAL:
  case BALLOT_ANSWER:
    break;
  }
  return 1;
}

/* A ballot of the projects given, from the most wanted down. */
static struct choice ballot_of(struct random_source *source, enum ballot_kind kind,
                               const uint32_t *wanted, size_t count, struct arena *arena)
{
  struct mark *marks = ORACLE_TAKE(arena, struct mark, count);
  int32_t rest = SPLIT_TOTAL;
  for (size_t i = 0; i < count; i++) {
    marks[i] = (struct mark){.project = wanted[i], .value = mark_value(source, kind, i)};
    if (kind == BALLOT_SPLIT) {
      int32_t others = (int32_t)(count - 1 - i);
      marks[i].value =
          others == 0 ? rest : 1 + (int32_t)random_below(source, (uint64_t)(rest - others));
      rest -= marks[i].value;
    }
  }
  qsort(marks, count, sizeof *marks, compare_marks);
  return (struct choice){.count = count, .marks = marks};
}

/* Puts `count` of the `total` places, drawn without repetition, to the front. */
static void draw(struct random_source *source, uint32_t *places, size_t total, size_t count)
{
  for (size_t i = 0; i < count; i++) {
    size_t other = i + (size_t)random_below(source, total - i);
    uint32_t place = places[i];
    places[i] = places[other];
    places[other] = place;
  }
}

/* --- small elections --- */

static const char *const small_ids[] = {"10", "9",  "1",  "2",  "007", "7",   "a",
                                        "b",  "A1", "aa", "é1", "p-3", "p_3", "100"};

static const char *const small_categories[] = {"", "", "x", "y", "x,y", "z,y"};

enum {
  SMALL_PROJECTS = 8,
  SMALL_VOTERS = 12,
  SMALL_IDS = sizeof small_ids / sizeof *small_ids,
  SMALL_CATEGORIES = sizeof small_categories / sizeof *small_categories,
};

static struct project *small_projects(struct random_source *source, size_t count, int64_t scale,
                                      struct arena *arena)
{
  static const int64_t costs[] = {0, 1, 2, 2, 3, 4, 5, 6, 6, 10, 12, 30};
  struct project *projects = ORACLE_TAKE(arena, struct project, count);
  uint64_t variety = 1 + random_below(source, sizeof costs / sizeof *costs);
  uint32_t ids[SMALL_IDS];
  for (uint32_t i = 0; i < SMALL_IDS; i++)
    ids[i] = i;
  draw(source, ids, SMALL_IDS, count);
  for (size_t i = 0; i < count; i++) {
    uint64_t which =
        variety < 4 ? 12 - variety + random_below(source, variety) : random_below(source, variety);
    projects[i] = (struct project){
        .id = text_of(small_ids[ids[i]], arena),
        .cost = costs[which] * scale,
        .title = SPAN(""),
        .category = text_of(small_categories[random_below(source, SMALL_CATEGORIES)], arena)};
  }
  return projects;
}

static void small_ballots(struct random_source *source, size_t voters, struct arena *arena,
                          struct random_election *made)
{
  size_t projects = made->election.project_count;
  enum ballot_kind kind = made->election.ballot.kind;
  uint32_t supported[SMALL_PROJECTS];
  size_t supported_count = 0;
  for (uint32_t i = 0; i < projects; i++)
    if (!random_once_in(source, 6))
      supported[supported_count++] = i;
  made->ballots = ORACLE_TAKE(arena, struct choice, voters);
  made->ballot_count = voters;
  for (size_t voter = 0; voter < voters; voter++) {
    if (voter > 0 && random_once_in(source, 3)) {
      made->ballots[voter] = made->ballots[random_below(source, voter)];
      continue;
    }
    size_t count = (size_t)random_below(source, supported_count + 1);
    if (kind == BALLOT_ANSWER && count > 1)
      count = 1;
    draw(source, supported, supported_count, count);
    made->ballots[voter] = ballot_of(source, kind, supported, count, arena);
  }
}

void random_election_small(struct random_source *source, struct arena *arena,
                           struct random_election *made)
{
  static const int64_t scales[] = {1, 1, 1, 7, 100, 1000000007};
  size_t projects = 1 + (size_t)random_below(source, SMALL_PROJECTS);
  size_t voters = random_once_in(source, 30) ? 0 : 1 + (size_t)random_below(source, SMALL_VOTERS);
  int64_t scale = scales[random_below(source, sizeof scales / sizeof *scales)];
  enum ballot_kind kind = (enum ballot_kind)random_below(source, BALLOT_ANSWER + 1);
  made->election = (struct election){
      .title = SPAN("made from a seed"),
      .currency = SPAN("EUR"),
      .minor_unit = scale == 100 ? 2 : 0,
      .budget = (int64_t)random_below(source, random_once_in(source, 3) ? 60 : 20) * scale,
      .ballot = ballot_form_any(kind),
      .project_count = projects,
      .projects = small_projects(source, projects, scale, arena)};
  if (random_once_in(source, 4))
    made->election.budget += (int64_t)random_below(source, (uint64_t)scale);
  if (kind == BALLOT_RANKING && random_once_in(source, 2))
    made->election.ballot.max = (int64_t)projects;
  small_ballots(source, voters, arena, made);
}

/* --- large elections --- */

enum {
  DISTRICTS = 8,
  LARGE_BALLOT = 12, /* projects named at most */
};

/* Costs from 5,000 to about 640,000, most of them small. */
static int64_t large_cost(struct random_source *source)
{
  uint64_t doublings = random_below(source, 4) + random_below(source, 4);
  uint64_t cost = (UINT64_C(5000) << doublings) + random_below(source, UINT64_C(5000) << doublings);
  return (int64_t)(random_once_in(source, 3) ? cost : cost / 1000 * 1000);
}

/* A project: the smallest of `tries` draws is likely to be one of the first, the popular ones. */
static uint32_t popular(struct random_source *source, size_t projects, unsigned tries)
{
  uint64_t place = random_below(source, projects);
  for (; tries > 1; tries--) {
    uint64_t other = random_below(source, projects);
    place = other < place ? other : place;
  }
  return (uint32_t)place;
}

static size_t large_wanted(struct random_source *source, size_t projects, uint32_t *wanted)
{
  uint64_t district = random_below(source, DISTRICTS);
  size_t most = projects < LARGE_BALLOT ? projects : LARGE_BALLOT;
  size_t goal = 1 + (size_t)random_below(source, most), count = 0;
  for (unsigned attempt = 0; attempt < 4 * LARGE_BALLOT && count < goal; attempt++) {
    uint32_t project = popular(source, projects, 3);
    bool known = random_once_in(source, 3) || project % DISTRICTS == district;
    for (size_t i = 0; i < count; i++)
      known &= wanted[i] != project;
    if (known)
      wanted[count++] = project;
  }
  return count;
}

void random_election_large(struct random_source *source, const struct random_sizes *sizes,
                           struct arena *arena, struct random_election *made)
{
  struct project *projects = ORACLE_TAKE(arena, struct project, sizes->projects);
  int64_t total = 0;
  for (size_t i = 0; i < sizes->projects; i++) {
    char text[64];
    snprintf(text, sizeof text, "%zu", i + 1);
    projects[i].id = text_of(text, arena);
    snprintf(text, sizeof text, "Project %zu", i + 1);
    projects[i].title = text_of(text, arena);
    snprintf(text, sizeof text, "district %zu", i % DISTRICTS + 1);
    projects[i].category = text_of(text, arena);
    projects[i].cost = large_cost(source);
    total += projects[i].cost;
  }
  made->election = (struct election){.title = SPAN("Made from a seed"),
                                     .currency = SPAN("EUR"),
                                     .budget = total / 4,
                                     .ballot = ballot_form_any(sizes->kind),
                                     .project_count = sizes->projects,
                                     .projects = projects};
  made->ballots = ORACLE_TAKE(arena, struct choice, sizes->voters);
  made->ballot_count = sizes->voters;
  for (size_t voter = 0; voter < sizes->voters; voter++) {
    uint32_t wanted[LARGE_BALLOT];
    size_t count = random_once_in(source, 100) ? 0 : large_wanted(source, sizes->projects, wanted);
    made->ballots[voter] = ballot_of(source, sizes->kind, wanted, count, arena);
  }
}

/* --- as others take them --- */

struct profile random_election_profile(const struct random_election *made, bool group_equal,
                                       struct arena *arena)
{
  struct profile_builder builder;
  struct fault fault;
  if (profile_begin(&builder, arena, &made->election, group_equal, &fault) != STATUS_OK)
    oracle_fail("no profile: %s", fault.what);
  for (size_t i = 0; i < made->ballot_count; i++)
    if (profile_add(&builder, &made->ballots[i], 1, &fault) != STATUS_OK)
      oracle_fail("ballot %zu: %s", i, fault.what);
  return profile_end(&builder);
}

struct oracle_ballots random_election_ballots(const struct random_election *made)
{
  return (struct oracle_ballots){.count = made->ballot_count, .choices = made->ballots};
}
