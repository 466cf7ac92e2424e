#include "engine/rules/shares/pair.h"

#include <float.h>
#include <math.h>

#include "engine/rules/shares/bound.h"
#include "engine/rules/shares/price.h"
#include "engine/rules/shares/run.h"

enum status pair_begin(struct pair *pair, const struct counting *counting, struct fault *fault)
{
  pair->bounds = ARENA_TAKE(counting->arena, struct pair_bound, counting->election->project_count);
  if (pair->bounds == NULL)
    return fault_no_memory(fault);
  enum status status = shares_begin(&pair->low, counting, fault);
  return status == STATUS_OK ? shares_begin(&pair->high, counting, fault) : status;
}

/* --- one split of a project's supporters, at both ends --- */

struct split {
  double low, high;             /* what those give who do not pay in full */
  double low_error, high_error; /* most that these are off */
  uint64_t weight;              /* of those who pay in full */
};

/* Those who do not have `price` · weight at the low end give all they have. */
static struct split split_at(const struct pair *pair, uint32_t project, double price)
{
  const struct support *support = pair->low.support;
  struct split split = {0};
  uint64_t voters = 0, terms = 0;

  for (size_t i = support->start[project]; i < support->start[project + 1]; i++) {
    const struct supporter *supporter = &support->supporters[i];
    const struct purse *low = &pair->low.purses[supporter->group];
    if (low->money < price * supporter->weight) {
      split.low += low->multiplicity * low->money;
      split.high += low->multiplicity * pair->high.purses[supporter->group].money;
      voters += low->multiplicity;
      terms++;
    } else
      split.weight += (uint64_t)low->multiplicity * supporter->weight;
  }
  split.low_error = bound_sum_error(&pair->low, voters, terms, split.low);
  split.high_error = bound_sum_error(&pair->high, voters, terms, split.high);
  return split;
}

/* Whether all supporters together cannot pay, at either end. */
static bool cannot_pay(const struct split *split, double cost)
{
  return split->weight == 0 && split->low + split->low_error < cost * (1 - PART_2_50) &&
         split->high + split->high_error < cost * (1 - PART_2_50);
}

static bool is_above(const struct pair_bound *bound, const struct pair_bound *rho)
{
  return bound->low > rho->low && bound->high > rho->high;
}

/* Looks for a split that proves at both ends that a project's rho is more than `rho`, by Newton's
 * steps at the low end; keeps the bounds it gives. */
static bool prove_above(struct pair *pair, uint32_t project, const struct pair_bound *rho)
{
  double cost = (double)shares_cost(&pair->low, project);
  double scale = (double)pair->low.support->scale[project];
  double price = pair->low.price[project];

  for (;;) {
    struct split split = split_at(pair, project, price);
    if (split.weight == 0) {
      bool out = cannot_pay(&split, cost);
      if (out)
        pair->bounds[project] = (struct pair_bound){HUGE_VAL, HUGE_VAL};
      return out;
    }
    double per = (1 - PART_2_48) / ((double)split.weight * scale);
    struct pair_bound bound = {.low = (cost - split.low - split.low_error) * per,
                               .high = (cost - split.high - split.high_error) * per};
    if (is_above(&bound, rho)) {
      pair->bounds[project] = bound;
      return true;
    }
    double next = (cost - split.low) / (double)split.weight;
    if (!(next > price * (1 + 0x1p-40)))
      return false;
    price = next;
  }
}

/* --- following both runs --- */

static void reset_bounds(struct pair *pair)
{
  const struct shares *low = &pair->low;
  for (uint32_t i = 0; i < low->support->project_count; i++) {
    double bound = low->round_of[i] != ROUND_NONE ? HUGE_VAL : low->lower[i];
    pair->bounds[i] = (struct pair_bound){bound, bound};
  }
}

static double upper_rho(struct shares *shares)
{
  return price_as_double(shares, &shares->best) /
         (double)shares->support->scale[shares->best.project] * (1 + PART_2_48);
}

static bool pays_in_full(uint8_t stand)
{
  return stand == STAND_FULL;
}

static bool pays_less(uint8_t stand)
{
  return stand == STAND_ALL || stand == STAND_OUT;
}

/* Whether one split describes how supporters pay at both ends; those whose money is just enough
 * fit either side of it. */
static bool stand_alike(const struct pair *pair, uint32_t project)
{
  const struct support *support = pair->low.support;
  size_t count = support->start[project + 1] - support->start[project];
  for (size_t i = 0; i < count; i++) {
    uint8_t low = pair->low.stands[i], high = pair->high.stands[i];
    if ((pays_in_full(low) && pays_less(high)) || (pays_less(low) && pays_in_full(high)))
      return false;
  }
  return true;
}

/* What doubles leave open, worked out exactly: whether a project comes later at both ends or is tied
 * with the one that is next at both, its supporters paying alike. */
static bool stays_behind(struct pair *pair, uint32_t project)
{
  struct shares *low = &pair->low, *high = &pair->high;
  low->trial.project = high->trial.project = project;
  bool low_pays = price_find(low, &low->trial), high_pays = price_find(high, &high->trial);
  if (!low_pays && !high_pays) {
    pair->bounds[project] = (struct pair_bound){HUGE_VAL, HUGE_VAL};
    return true;
  }
  if (!low_pays || !high_pays || !stand_alike(pair, project))
    return false;
  int low_order = price_compare_rho(low, &low->trial, &low->best);
  int high_order = price_compare_rho(high, &high->trial, &high->best);
  return (low_order > 0 && high_order > 0) || (low_order == 0 && high_order == 0);
}

/* Whether each other project comes later at both ends, or is tied at both; `next` is the first of
 * those that are tied at the low end. */
static bool others_stay_behind(struct pair *pair, uint32_t next)
{
  struct pair_bound rho = {.low = upper_rho(&pair->low), .high = upper_rho(&pair->high)};
  for (uint32_t i = 0; i < pair->low.support->project_count; i++) {
    if (i != next && !is_above(&pair->bounds[i], &rho) && !prove_above(pair, i, &rho) &&
        !stays_behind(pair, i))
      return false;
  }
  return true;
}

/* Whether nobody can pay for any of the projects that are left, at either end. */
static bool both_complete(struct pair *pair)
{
  const struct shares *low = &pair->low;
  for (uint32_t i = 0; i < low->support->project_count; i++) {
    if (low->round_of[i] != ROUND_NONE || pair->bounds[i].low > DBL_MAX ||
        low->support->votes[i] == 0)
      continue;
    struct split all = split_at(pair, i, DBL_MAX);
    if (!cannot_pay(&all, (double)shares_cost(low, i)))
      return false;
  }
  return true;
}

/* One round of both runs. `same` becomes false when they part, `over` true when both end. */
static enum status follow(struct pair *pair, bool *same, bool *over, struct fault *fault)
{
  struct shares *low = &pair->low, *high = &pair->high;
  size_t count;
  enum status status = shares_next(low, &count, fault);
  if (status == STATUS_OK)
    status = shares_reserve(high, fault);
  if (status != STATUS_OK)
    return status;

  *over = count == 0;
  if (count == 0) {
    *same = both_complete(pair);
    return STATUS_OK;
  }
  uint32_t next = counting_first(low->counting, low->tied, count);
  /* A rival's price may have been worked out after that of the one that is next. */
  bool known = low->best.project == next && low->stands_of == next;
  low->tied[0] = low->best.project = high->best.project = next;
  *same = (known || price_find(low, &low->best)) && price_find(high, &high->best) &&
          stand_alike(pair, next) && others_stay_behind(pair, next);
  if (!*same)
    return STATUS_OK;

  high->tied[0] = next;
  pair->bounds[next] = (struct pair_bound){HUGE_VAL, HUGE_VAL};
  status = shares_buy(low, 1, NULL, fault);
  return status == STATUS_OK ? shares_buy(high, 1, NULL, fault) : status;
}

enum status pair_compare(struct pair *pair, const struct endowment *low,
                         const struct endowment *high, bool *same, struct fault *fault)
{
  bool over = false;
  enum status status = shares_start(&pair->low, low, NULL, fault);
  if (status == STATUS_OK)
    status = shares_start(&pair->high, high, NULL, fault);
  if (status != STATUS_OK)
    return status;

  *same = true;
  reset_bounds(pair);
  while (status == STATUS_OK && *same && !over)
    status = follow(pair, same, &over, fault);
  return status;
}
