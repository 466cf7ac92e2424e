#include "engine/guarantees/guarantees.h"

/* What a project's supporters paid for it. */
static int64_t paid_for(const struct project_result *result, uint32_t project)
{
  for (size_t i = 0; i < result->payment_count; i++) {
    if (result->payments[i].project == project)
      return result->payments[i].amount;
  }
  return 0;
}

/* Amounts are rounded down: for whole costs, what is left is less than the cost exactly when its
 * whole part is. */
static enum payment_flaw find_flaw(const struct project_result *result, uint32_t project,
                                   int64_t cost, bool bought, int64_t *amount)
{
  if (result->votes == 0)
    return PAYMENT_SOUND;
  *amount = bought ? paid_for(result, project) : result->supporters_left;
  if (bought)
    return *amount == cost ? PAYMENT_SOUND : PAYMENT_NOT_THE_COST;
  return *amount < cost ? PAYMENT_SOUND : PAYMENT_COULD_PAY;
}

enum status guarantees_price(const struct outcome *outcome, const struct election *election,
                             struct arena *arena, struct pricing *pricing, struct fault *fault)
{
  bool *bought = ARENA_TAKE(arena, bool, outcome->project_count);
  if (bought == NULL)
    return fault_no_memory(fault);
  *pricing = (struct pricing){.known = true};
  for (size_t i = 0; i < outcome->project_count; i++)
    pricing->known = pricing->known && outcome->projects[i].shares_known;
  if (!pricing->known)
    return STATUS_OK;

  for (size_t i = 0; i < outcome->round_count; i++) {
    if (!outcome->rounds[i].shares_known)
      continue;
    bought[outcome->rounds[i].project] = true;
    pricing->bought++;
  }
  for (uint32_t i = 0; i < outcome->project_count && pricing->flaw == PAYMENT_SOUND; i++) {
    pricing->project = i;
    pricing->flaw = find_flaw(&outcome->projects[i], i, election->projects[i].cost, bought[i],
                              &pricing->amount);
  }
  return STATUS_OK;
}
