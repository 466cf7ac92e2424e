#include "engine/guarantees/guarantees.h"

#include "engine/guarantees/categories.h"
#include "engine/guarantees/ejr.h"
#include "engine/guarantees/spread.h"

static enum status sum_costs(const struct election *election, const bool *funded,
                             struct guarantees *guarantees, struct fault *fault)
{
  for (size_t i = 0; i < election->project_count; i++) {
    if (!funded[i])
      continue;
    if (election->projects[i].cost > MONEY_MAX - guarantees->spent)
      return fault_set(fault, STATUS_REFUSED, "funded", "at most 9007199254740991 in all",
                       "the funded projects cost more than any budget");
    guarantees->spent += election->projects[i].cost;
    guarantees->funded++;
  }
  return STATUS_OK;
}

/* Of each group: how many funded projects its ballot names, and what they cost. */
static void sum_utilities(const struct election *election, const struct support *support,
                          const bool *funded, uint64_t *counts, uint64_t *costs)
{
  for (size_t group = 0; group < support->group_count; group++) {
    for (size_t at = support->ballot_start[group]; at < support->ballot_start[group + 1]; at++) {
      const uint32_t project = support->ballot[at].project;
      if (!funded[project])
        continue;
      counts[group]++;
      costs[group] += (uint64_t)election->projects[project].cost;
    }
  }
}

enum status guarantees_find(const struct election *election, const struct profile *profile,
                            const bool *funded, struct arena *arena, struct guarantees *guarantees,
                            struct fault *fault)
{
  struct support support;
  *guarantees = (struct guarantees){.budget = election->budget};
  enum status status = sum_costs(election, funded, guarantees, fault);
  if (status == STATUS_OK)
    status = support_make(election, profile, UTILITY_CARDINALITY, arena, &support, fault);
  if (status != STATUS_OK)
    return status;

  uint64_t *counts = ARENA_TAKE(arena, uint64_t, support.group_count);
  uint64_t *costs = ARENA_TAKE(arena, uint64_t, support.group_count);
  if (counts == NULL || costs == NULL)
    return fault_no_memory(fault);
  sum_utilities(election, &support, funded, counts, costs);
  for (size_t i = 0; i < support.project_count; i++)
    guarantees->votes += support.votes[i];

  status = ejr_find(election, &support, funded, counts, MEASURE_CARDINALITY, arena,
                    &guarantees->by_cardinality, fault);
  if (status == STATUS_OK)
    status = ejr_find(election, &support, funded, costs, MEASURE_COST, arena, &guarantees->by_cost,
                      fault);
  if (status == STATUS_OK)
    status = spread_find(&support, counts, costs, arena, &guarantees->spread, fault);
  if (status == STATUS_OK)
    status = categories_find(election, &support, funded, arena, guarantees, fault);
  return status;
}
