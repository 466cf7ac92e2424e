#include "engine/guarantees/ejr.h"

#include "base/wide.h"
#include "engine/order.h"

struct search {
  const struct support *support;
  const uint64_t *utilities;
  enum measure measure;
  int64_t budget;
  uint32_t *groups, *spare;
};

static int by_utility(const void *context, uint32_t a, uint32_t b)
{
  const struct search *search = context;
  uint64_t first = search->utilities[a], second = search->utilities[b];
  return (first > second) - (first < second);
}

/* Whether so many voters' share is enough for a project of this cost more than `utility`. */
static bool affords(const struct search *search, uint64_t voters, int64_t cost, uint64_t utility)
{
  const uint64_t budget = (uint64_t)search->budget;
  uint64_t need = (uint64_t)cost;
  if (search->measure == MEASURE_COST) {
    need += utility;
  } else if (need > 0) {
    if (utility + 1 > budget / need) /* more than everybody's share */
      return false;
    need *= utility + 1;
  }
  return wide_compare(wide_product(need, search->support->voters), wide_product(voters, budget)) <=
         0;
}

/* Goes up the supporters of a project by utility, and stops at the first level at which all up to
 * there are too badly off. */
static bool find_breach(struct search *search, uint32_t project, int64_t cost,
                        struct breach *breach)
{
  const struct support *support = search->support;
  const size_t start = support->start[project];
  const size_t count = support->start[project + 1] - start;
  uint64_t voters = 0;
  if (cost > search->budget)
    return false;
  for (size_t i = 0; i < count; i++)
    search->groups[i] = support->supporters[start + i].group;
  order_sort(search->groups, search->spare, count, by_utility, search);
  for (size_t i = 0; i < count; i++) {
    const uint64_t utility = search->utilities[search->groups[i]];
    voters += support->multiplicity[search->groups[i]];
    if (i + 1 < count && search->utilities[search->groups[i + 1]] == utility)
      continue;
    if (!affords(search, voters, cost, utility))
      continue;
    *breach = (struct breach){.project = project, .voters = voters, .utility = (int64_t)utility};
    return true;
  }
  return false;
}

enum status ejr_find(const struct election *election, const struct support *support,
                     const bool *funded, const uint64_t *utilities, enum measure measure,
                     struct arena *arena, struct ejr *ejr, struct fault *fault)
{
  struct search search = {.support = support,
                          .utilities = utilities,
                          .measure = measure,
                          .budget = election->budget,
                          .groups = ARENA_TAKE(arena, uint32_t, support->group_count),
                          .spare = ARENA_TAKE(arena, uint32_t, support->group_count)};
  struct breach *breaches = ARENA_TAKE(arena, struct breach, support->project_count);
  if (search.groups == NULL || search.spare == NULL || breaches == NULL)
    return fault_no_memory(fault);

  *ejr = (struct ejr){.breaches = breaches};
  for (uint32_t i = 0; i < support->project_count; i++) {
    if (!funded[i] &&
        find_breach(&search, i, election->projects[i].cost, &breaches[ejr->breach_count]))
      ejr->breach_count++;
  }
  return STATUS_OK;
}
