#include "engine/rules/exact/exact.h"

#include "base/wide.h"

/* One part in 2^48 covers a few roundings of a double, whatever precision they are done in. */
#define PART_2_48 0x1p-48

enum status exact_begin(struct exact *exact, const struct counting *counting, struct fault *fault)
{
  const struct support *support = &counting->support;
  struct arena *arena = counting->arena;
  size_t projects = support->project_count;
  *exact = (struct exact){
      .counting = counting,
      .support = support,
      .by_cost = settings_has(counting->settings, "utility", "cost"),
      .round_of = ARENA_TAKE(arena, uint32_t, projects),
      .bought = ARENA_TAKE(arena, uint32_t, projects),
      .payers = ARENA_TAKE(arena, uint64_t, projects),
      .paid = ARENA_TAKE(arena, bool, support->ballot_start[support->group_count]),
      .money = ARENA_TAKE(arena, double, support->group_count),
      .most = ARENA_TAKE(arena, uint64_t, projects),
      .fresh = ARENA_TAKE(arena, bool, projects),
      .tied = ARENA_TAKE(arena, uint32_t, projects),
      .coefficients = ARENA_TAKE(arena, uint64_t, projects + 2),
  };
  if (exact->round_of == NULL || exact->bought == NULL || exact->payers == NULL ||
      exact->paid == NULL || exact->money == NULL || exact->most == NULL || exact->fresh == NULL ||
      exact->tied == NULL || exact->coefficients == NULL)
    return fault_no_memory(fault);
  return amounts_begin(&exact->amounts, arena, projects + 2, counting->settings->rule->name, fault);
}

static bool make_room(struct exact *exact, struct natural *number)
{
  if (number->room >= exact->amounts.room)
    return true;
  mp_limb_t *limbs = ARENA_TAKE(exact->counting->arena, mp_limb_t, exact->amounts.room);
  if (limbs == NULL)
    return false;
  struct natural wider = natural_in(limbs, exact->amounts.room);
  natural_copy(&wider, number);
  *number = wider;
  return true;
}

enum status exact_reserve(struct exact *exact, struct fault *fault)
{
  enum status status = amounts_reserve(&exact->amounts, fault);
  if (status == STATUS_OK && !(make_room(exact, &exact->sum) && make_room(exact, &exact->product) &&
                               make_room(exact, &exact->slack.exact.numerator)))
    status = fault_no_memory(fault);
  return status;
}

uint64_t exact_cost(const struct exact *exact, uint32_t project)
{
  return (uint64_t)exact->counting->election->projects[project].cost;
}

int exact_compare(const struct exact *exact, uint32_t a, uint64_t k_a, uint32_t b, uint64_t k_b)
{
  uint64_t cost_a = exact_cost(exact, a), cost_b = exact_cost(exact, b);
  if (cost_a == 0 || cost_b == 0)
    return (cost_a > 0) - (cost_b > 0);
  if (exact->by_cost)
    return (k_a < k_b) - (k_a > k_b);
  return wide_compare_fractions(cost_a, k_a, cost_b, k_b);
}

static bool counts(const struct exact *exact, size_t mark)
{
  uint32_t round = exact->round_of[exact->support->ballot[mark].project];
  return exact->paid[mark] && round < exact->now;
}

void exact_money(struct exact *exact, uint32_t group, struct natural *money)
{
  const struct support *support = exact->support;
  natural_copy(money, &exact->amounts.items[0]);
  for (size_t i = support->ballot_start[group]; i < support->ballot_start[group + 1]; i++) {
    if (counts(exact, i))
      natural_subtract(money,
                       &exact->amounts.items[exact->round_of[support->ballot[i].project] + 1]);
  }
}

void exact_money_of_supporters(struct exact *exact, uint32_t project, struct natural *money)
{
  const struct support *support = exact->support;
  for (size_t i = support->start[project]; i < support->start[project + 1]; i++) {
    uint32_t group = support->supporters[i].group;
    for (size_t j = support->ballot_start[group]; j < support->ballot_start[group + 1]; j++) {
      if (counts(exact, j))
        exact->coefficients[exact->round_of[support->ballot[j].project] + 1] +=
            support->multiplicity[group];
    }
  }
  amounts_sum(&exact->amounts, 0, exact->coefficients, &exact->amounts.trial.numerator);
  natural_product(money, &exact->amounts.items[0], support->votes[project]);
  natural_subtract(money, &exact->amounts.trial.numerator);
}

/* The same as exact_holds, by whole numbers. With a slack of n / (D · d), D the common denominator:
 * money / D + n / (D · d) > cost / k. */
static bool holds_exactly(struct exact *exact, uint32_t group, uint64_t cost, uint64_t k,
                          const struct slack *slack)
{
  struct amounts *amounts = &exact->amounts;
  exact_money(exact, group, &exact->product);
  if (slack == NULL) {
    natural_product(&amounts->left, &exact->product, k);
    natural_product(&amounts->right, &amounts->denominator, cost);
    return natural_compare(&amounts->left, &amounts->right) >= 0;
  }
  natural_product(&amounts->spare, &exact->product, slack->exact.divisor);
  natural_add_product(&amounts->spare, &slack->exact.numerator, 1);
  natural_product(&amounts->left, &amounts->spare, k);
  natural_product(&amounts->spare, &amounts->denominator, cost);
  natural_product(&amounts->right, &amounts->spare, slack->exact.divisor);
  return natural_compare(&amounts->left, &amounts->right) > 0;
}

bool exact_holds(struct exact *exact, uint32_t group, uint32_t project, uint64_t k,
                 const struct slack *slack)
{
  uint64_t cost = exact_cost(exact, project);
  double price = (double)cost / (double)k, money = exact->money[group];
  double margin = exact->error + price * PART_2_48;
  if (slack != NULL && slack->without_end)
    return true;
  if (slack != NULL) {
    money += slack->about;
    margin += (slack->about + money) * PART_2_48;
  }
  if (money > price + margin)
    return true;
  if (money < price - margin)
    return false;
  return holds_exactly(exact, group, cost, k, slack);
}

/* From above: as long as fewer than k hold cost / k, no k above their number is enough. */
uint64_t exact_settle(struct exact *exact, uint32_t project, uint64_t most,
                      const struct slack *slack)
{
  const struct support *support = exact->support;
  uint64_t k = most, holders = 0;
  if (exact_cost(exact, project) == 0)
    return most; /* everyone holds nothing */
  for (; k > 0; k = holders) {
    holders = 0;
    for (size_t i = support->start[project]; i < support->start[project + 1]; i++) {
      uint32_t group = support->supporters[i].group;
      if (exact_holds(exact, group, project, k, slack))
        holders += support->multiplicity[group];
    }
    if (holders >= k)
      break;
  }
  return k;
}
