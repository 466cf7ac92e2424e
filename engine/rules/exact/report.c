#include <string.h>

#include "engine/rules/exact/exact.h"

/* What the supporters of a project paid together for each project that was funded. */
static enum status list_payments(struct exact *exact, uint32_t project,
                                 struct project_result *result, struct fault *fault)
{
  const struct support *support = exact->support;
  struct payment *payments = ARENA_TAKE(exact->counting->arena, struct payment, exact->round_count);
  if (payments == NULL)
    return fault_no_memory(fault);
  for (size_t i = support->start[project]; i < support->start[project + 1]; i++) {
    uint32_t group = support->supporters[i].group;
    for (size_t j = support->ballot_start[group]; j < support->ballot_start[group + 1]; j++) {
      if (exact->paid[j])
        exact->coefficients[exact->round_of[support->ballot[j].project]] +=
            support->multiplicity[group];
    }
  }
  for (size_t round = 0; round < exact->round_count; round++) {
    uint64_t payers = exact->coefficients[round];
    exact->coefficients[round] = 0;
    if (payers == 0 || exact_cost(exact, exact->bought[round]) == 0)
      continue;
    natural_product(&exact->sum, &exact->amounts.items[round + 1], payers);
    payments[result->payment_count++] =
        (struct payment){.project = exact->bought[round],
                         .amount = (int64_t)amounts_whole(&exact->amounts, &exact->sum, MONEY_MAX)};
  }
  result->payments = payments;
  return STATUS_OK;
}

static enum status explain(struct exact *exact, struct counting *books, uint32_t project,
                           struct fault *fault)
{
  struct project_result *result = &books->results[project];
  struct amounts *amounts = &exact->amounts;
  natural_product(&exact->sum, &amounts->items[0], result->votes);
  natural_product(&exact->product, &amounts->denominator, exact_cost(exact, project));
  if (exact->round_of[project] == EXACT_NONE)
    result->reason = result->votes == 0                                  ? REASON_NO_SUPPORT
                     : natural_compare(&exact->sum, &exact->product) < 0 ? REASON_TOO_LITTLE_SUPPORT
                                                                         : REASON_MONEY_USED;
  result->shares_known = true;
  result->supporters_had = (int64_t)amounts_whole(amounts, &exact->sum, MONEY_MAX);
  exact_money_of_supporters(exact, project, &exact->sum);
  result->supporters_left = (int64_t)amounts_whole(amounts, &exact->sum, MONEY_MAX);
  return list_payments(exact, project, result, fault);
}

enum status exact_explain(struct exact *exact, struct counting *books, struct fault *fault)
{
  enum status status = exact_reserve(exact, fault);
  for (uint32_t i = 0; status == STATUS_OK && i < exact->support->project_count; i++)
    status = explain(exact, books, i, fault);
  return status;
}
