#include "engine/guarantees/spread.h"

#include "engine/order.h"

static int by_value(const void *context, uint32_t a, uint32_t b)
{
  const uint64_t *values = context;
  return (values[a] > values[b]) - (values[a] < values[b]);
}

static enum status find_levels(const struct support *support, const uint64_t *counts,
                               struct arena *arena, struct spread *spread, struct fault *fault)
{
  uint64_t most = 0;
  for (size_t group = 0; group < support->group_count; group++)
    most = counts[group] > most ? counts[group] : most;
  uint64_t *levels = ARENA_TAKE(arena, uint64_t, (size_t)most + 1);
  if (levels == NULL)
    return fault_no_memory(fault);
  for (size_t group = 0; group < support->group_count; group++)
    levels[counts[group]] += support->multiplicity[group];
  spread->levels = levels;
  spread->level_count = (size_t)most + 1;
  return STATUS_OK;
}

/* With x_1 ≤ … ≤ x_n the coefficient is  sum of (2i - n - 1) · x_i / (n · sum of x_i).  k equal
 * voters after the first `before` add k · (2 · before + k - n) · x to the sum, which is less than 0
 * for the poorer half. All of it stays below n · n · x, with n ≤ 2^30 and x ≤ 2^53. */
static enum status find_gini(const struct support *support, const uint64_t *values,
                             struct arena *arena, struct portion *gini, struct fault *fault)
{
  const size_t groups = support->group_count;
  const uint64_t voters = support->voters;
  uint32_t *order = ARENA_TAKE(arena, uint32_t, groups);
  uint32_t *spare = ARENA_TAKE(arena, uint32_t, groups);
  struct wide richer = {0}, poorer = {0}, sum = {0};
  uint64_t before = 0;
  if (order == NULL || spare == NULL)
    return fault_no_memory(fault);
  for (size_t i = 0; i < groups; i++)
    order[i] = (uint32_t)i;
  order_sort(order, spare, groups, by_value, values);
  for (size_t i = 0; i < groups; i++) {
    const uint64_t count = support->multiplicity[order[i]], value = values[order[i]];
    const uint64_t place = 2 * before + count;
    if (place >= voters)
      richer = wide_sum(richer, wide_product(count * (place - voters), value));
    else
      poorer = wide_sum(poorer, wide_product(count * (voters - place), value));
    sum = wide_sum(sum, wide_product(count, value));
    before += count;
  }
  *gini = (struct portion){.part = wide_difference(richer, poorer),
                           .whole = portion_product(sum, voters)};
  return STATUS_OK;
}

enum status spread_find(const struct support *support, const uint64_t *counts,
                        const uint64_t *costs, struct arena *arena, struct spread *spread,
                        struct fault *fault)
{
  *spread = (struct spread){.voters = support->voters};
  enum status status = find_levels(support, counts, arena, spread, fault);
  if (status == STATUS_OK)
    status = find_gini(support, counts, arena, &spread->gini_by_cardinality, fault);
  if (status == STATUS_OK)
    status = find_gini(support, costs, arena, &spread->gini_by_cost, fault);
  if (status == STATUS_OK)
    status = portion_write(&spread->gini_by_cardinality, arena, &spread->gini_by_cardinality_text,
                           fault);
  if (status == STATUS_OK)
    status = portion_write(&spread->gini_by_cost, arena, &spread->gini_by_cost_text, fault);
  return status;
}
