#include "engine/rules/cstv/ledger.h"

#include <stdlib.h>
#include <string.h>

#include "engine/order.h"

enum {
  UNIT_LIMBS = LEDGER_BITS / GMP_NUMB_BITS,
  /* Money below 2^53 and one rounding up; scratch also holds the largest product in between: a sum
   * over 2^30 voters, times a factor below 2^64 and the unit. */
  MONEY_LIMBS = UNIT_LIMBS + 128 / GMP_NUMB_BITS,
  SCRATCH_LIMBS = 2 * UNIT_LIMBS + 512 / GMP_NUMB_BITS,
};

/* --- numbers --- */

static void add_one(struct natural *number, const struct natural *unit)
{
  /* The unit's limbs are 0 but for the last, which is 1: a 1 to add. */
  const struct natural one = {.limbs = unit->limbs + unit->size - 1, .size = 1, .room = 1};
  natural_add_product(number, &one, 1);
}

/* Divides by the unit, rounding down; whether anything was cut off. */
static bool drop_unit(struct natural *number)
{
  bool rest = false;
  for (size_t i = 0; i < UNIT_LIMBS && i < number->size; i++)
    rest = rest || number->limbs[i] != 0;
  if (number->size <= UNIT_LIMBS) {
    number->size = 0;
    return rest;
  }
  number->size -= UNIT_LIMBS;
  memmove(number->limbs, number->limbs + UNIT_LIMBS, number->size * sizeof *number->limbs);
  return rest;
}

static bool set_room(struct ledger *ledger, struct natural *number, size_t room)
{
  mp_limb_t *limbs = ARENA_TAKE(ledger->counting->arena, mp_limb_t, room);
  if (limbs != NULL)
    *number = natural_in(limbs, room);
  return limbs != NULL;
}

static bool make_numbers(struct ledger *ledger)
{
  struct natural *numbers[] = {&ledger->unit,      &ledger->sum_low,   &ledger->sum_high,
                               &ledger->part_low,  &ledger->part_high, &ledger->left_low,
                               &ledger->left_high, &ledger->right_low, &ledger->right_high,
                               &ledger->scratch,   &ledger->spare,     &ledger->factor};
  bool made = true;
  for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
    made = made && set_room(ledger, numbers[i], SCRATCH_LIMBS);
  size_t groups = ledger->support->group_count;
  mp_limb_t *limbs = ARENA_TAKE(ledger->counting->arena, mp_limb_t, 2 * MONEY_LIMBS * groups);
  if (!made || limbs == NULL)
    return false;
  for (size_t i = 0; i < groups; i++) {
    ledger->low[i] = natural_in(limbs + 2 * MONEY_LIMBS * i, MONEY_LIMBS);
    ledger->high[i] = natural_in(limbs + 2 * MONEY_LIMBS * i + MONEY_LIMBS, MONEY_LIMBS);
  }
  ledger->unit.size = UNIT_LIMBS + 1;
  ledger->unit.limbs[UNIT_LIMBS] = 1;
  return true;
}

static void endow(struct ledger *ledger)
{
  const struct support *support = ledger->support;
  uint64_t voters = support->voters > 0 ? support->voters : 1;
  natural_product(&ledger->scratch, &ledger->unit, (uint64_t)ledger->counting->election->budget);
  bool rest = natural_divide(&ledger->scratch, &ledger->scratch, voters) > 0;
  for (size_t i = 0; i < support->group_count; i++) {
    natural_copy(&ledger->low[i], &ledger->scratch);
    natural_copy(&ledger->high[i], &ledger->scratch);
    if (rest)
      add_one(&ledger->high[i], &ledger->unit);
    ledger->out_in[i] = EVENT_NONE;
    for (size_t at = support->ballot_start[i]; at < support->ballot_start[i + 1]; at++)
      ledger->open[i] += (uint64_t)support->ballot[at].value;
  }
  for (size_t i = 0; i < support->project_count; i++)
    ledger->closed_in[i] = EVENT_NONE;
}

enum status ledger_begin(struct ledger *ledger, const struct counting *counting,
                         struct fault *fault)
{
  const struct support *support = &counting->support;
  struct arena *arena = counting->arena;
  *ledger = (struct ledger){.counting = counting,
                            .support = support,
                            .low = ARENA_TAKE(arena, struct natural, support->group_count),
                            .high = ARENA_TAKE(arena, struct natural, support->group_count),
                            .open = ARENA_TAKE(arena, uint64_t, support->group_count),
                            .out_in = ARENA_TAKE(arena, uint32_t, support->group_count),
                            .closed_in = ARENA_TAKE(arena, uint32_t, support->project_count),
                            .events = ARENA_TAKE(arena, struct event, support->project_count)};
  if (ledger->low == NULL || ledger->high == NULL || ledger->open == NULL ||
      ledger->out_in == NULL || ledger->closed_in == NULL || ledger->events == NULL ||
      !make_numbers(ledger))
    return fault_no_memory(fault);
  endow(ledger);
  return STATUS_OK;
}

uint64_t ledger_cost(const struct ledger *ledger, uint32_t project)
{
  return (uint64_t)ledger->counting->election->projects[project].cost;
}

/* --- sums between bounds --- */

bool ledger_takes_part(const struct ledger *ledger, uint32_t group, enum part part, uint32_t when)
{
  uint32_t out_in = ledger->out_in[group];
  if (part == PART_ALL)
    return out_in == when;
  return part == PART_REST ? out_in > when : out_in >= when;
}

/* sum = the bounds of a sum over supporters. */
static void add_up(struct ledger *ledger, enum part part, uint32_t project)
{
  const struct support *support = ledger->support;
  bool given = part == PART_SUPPORT || part == PART_REST;
  ledger->sum_low.size = ledger->sum_high.size = 0;
  for (size_t i = support->start[project]; i < support->start[project + 1]; i++) {
    uint32_t group = support->supporters[i].group;
    uint64_t factor = support->multiplicity[group];
    if (!ledger_takes_part(ledger, group, part, ledger->event_count))
      continue;
    if (!given) {
      natural_add_product(&ledger->sum_low, &ledger->low[group], factor);
      natural_add_product(&ledger->sum_high, &ledger->high[group], factor);
      continue;
    }
    factor *= support->supporters[i].weight;
    natural_product(&ledger->scratch, &ledger->low[group], factor);
    (void)natural_divide(&ledger->scratch, &ledger->scratch, ledger->open[group]);
    natural_add_product(&ledger->sum_low, &ledger->scratch, 1);
    natural_product(&ledger->scratch, &ledger->high[group], factor);
    if (natural_divide(&ledger->scratch, &ledger->scratch, ledger->open[group]) > 0)
      add_one(&ledger->sum_high, &ledger->unit);
    natural_add_product(&ledger->sum_high, &ledger->scratch, 1);
  }
}

static void bound_side(struct ledger *ledger, const struct ledger_side *side, struct natural *low,
                       struct natural *high)
{
  natural_set(&ledger->factor, side->constant);
  natural_multiply(low, &ledger->factor, &ledger->unit);
  natural_copy(high, low);
  for (size_t i = 0; i < side->count; i++) {
    add_up(ledger, side->terms[i].part, side->terms[i].project);
    natural_add_product(low, &ledger->sum_low, side->terms[i].factor);
    natural_add_product(high, &ledger->sum_high, side->terms[i].factor);
  }
}

enum status ledger_compare(struct ledger *ledger, const struct ledger_side *left,
                           const struct ledger_side *right, int *order, struct fault *fault)
{
  bound_side(ledger, left, &ledger->left_low, &ledger->left_high);
  bound_side(ledger, right, &ledger->right_low, &ledger->right_high);
  if (natural_compare(&ledger->left_low, &ledger->right_high) > 0)
    *order = 1;
  else if (natural_compare(&ledger->left_high, &ledger->right_low) < 0)
    *order = -1;
  else if (natural_compare(&ledger->left_low, &ledger->right_high) == 0 &&
           natural_compare(&ledger->left_high, &ledger->right_low) == 0)
    *order = 0;
  else
    return replay_compare(ledger, left, right, order, fault);
  return STATUS_OK;
}

/* The nearest whole number to a bound. */
static int64_t nearest(struct ledger *ledger, const struct natural *bound)
{
  natural_product(&ledger->scratch, bound, 2);
  natural_add_product(&ledger->scratch, &ledger->unit, 1);
  (void)drop_unit(&ledger->scratch);
  return (int64_t)(natural_to_integer(&ledger->scratch, 2 * (uint64_t)MONEY_MAX + 1) / 2);
}

enum status ledger_support(struct ledger *ledger, uint32_t project, int64_t *support,
                           struct fault *fault)
{
  add_up(ledger, PART_SUPPORT, project);
  int64_t most = nearest(ledger, &ledger->sum_high);
  *support = nearest(ledger, &ledger->sum_low);
  while (*support < most) {
    const struct ledger_side twice = {.count = 1, .terms = {{PART_SUPPORT, project, 2}}};
    const struct ledger_side half = {.constant = {.low = 2 * (uint64_t)*support + 1}};
    int order = 0;
    enum status status = ledger_compare(ledger, &twice, &half, &order, fault);
    if (status != STATUS_OK || order < 0)
      return status;
    ++*support;
  }
  return STATUS_OK;
}

/* --- closing --- */

static struct event *enter(struct ledger *ledger, uint32_t project)
{
  const struct support *support = ledger->support;
  struct event *event = &ledger->events[ledger->event_count];
  *event = (struct event){.project = project};
  ledger->closed_in[project] = ledger->event_count++;
  for (size_t i = support->start[project]; i < support->start[project + 1]; i++)
    ledger->open[support->supporters[i].group] -= support->supporters[i].weight;
  return event;
}

void ledger_close(struct ledger *ledger, uint32_t project)
{
  (void)enter(ledger, project);
}

static void give_all(struct ledger *ledger, uint32_t group)
{
  ledger->out_in[group] = ledger->event_count;
}

void ledger_consume(struct ledger *ledger, uint32_t project)
{
  const struct support *support = ledger->support;
  for (size_t i = support->start[project]; i < support->start[project + 1]; i++) {
    uint32_t group = support->supporters[i].group;
    if (ledger_takes_part(ledger, group, PART_MONEY, ledger->event_count))
      give_all(ledger, group);
  }
  (void)enter(ledger, project);
}

/* --- paying --- */

/* money = money · (1 - ratio · weight / open), the ratio in units; rounded down, or up. */
static void reduce(struct ledger *ledger, struct natural *money, const struct natural *ratio,
                   uint64_t weight, uint64_t open, bool up)
{
  natural_product(&ledger->scratch, ratio, weight);
  natural_product(&ledger->factor, &ledger->unit, open);
  if (natural_compare(&ledger->factor, &ledger->scratch) <= 0) {
    money->size = 0;
    return;
  }
  natural_subtract(&ledger->factor, &ledger->scratch);
  natural_multiply(&ledger->scratch, money, &ledger->factor);
  bool rest = natural_divide(&ledger->scratch, &ledger->scratch, open) > 0;
  rest = drop_unit(&ledger->scratch) || rest;
  natural_copy(money, &ledger->scratch);
  if (up && rest)
    add_one(money, &ledger->unit);
}

/* ratio = dividend / divisor in units, rounded down. */
static void divide(struct ledger *ledger, const struct natural *dividend,
                   const struct natural *divisor, struct natural *ratio)
{
  natural_multiply(&ledger->scratch, dividend, &ledger->unit);
  natural_quotient(ratio, &ledger->scratch, divisor, &ledger->spare);
}

/* Bounds of (cost - what those give who give all) / (what the others give): part_low and part_high;
 * false when there is no upper one. */
static bool bound_ratio(struct ledger *ledger, uint32_t project)
{
  natural_product(&ledger->left_low, &ledger->unit, ledger_cost(ledger, project));
  natural_copy(&ledger->left_high, &ledger->left_low);
  add_up(ledger, PART_ALL, project);
  if (natural_compare(&ledger->left_low, &ledger->sum_high) > 0)
    natural_subtract(&ledger->left_low, &ledger->sum_high);
  else
    ledger->left_low.size = 0;
  if (natural_compare(&ledger->left_high, &ledger->sum_low) > 0)
    natural_subtract(&ledger->left_high, &ledger->sum_low);
  else
    ledger->left_high.size = 0;
  add_up(ledger, PART_REST, project);
  ledger->part_low.size = ledger->part_high.size = 0;
  if (!natural_is_zero(&ledger->sum_high))
    divide(ledger, &ledger->left_low, &ledger->sum_high, &ledger->part_low);
  if (natural_is_zero(&ledger->sum_low))
    return false;
  divide(ledger, &ledger->left_high, &ledger->sum_low, &ledger->part_high);
  add_one(&ledger->part_high, &ledger->unit);
  return true;
}

/* Those who do not give all pay; who gives all is marked by now. */
static void settle(struct ledger *ledger, uint32_t project)
{
  const struct support *support = ledger->support;
  bool bounded = bound_ratio(ledger, project), pays = false;
  for (size_t i = support->start[project]; i < support->start[project + 1]; i++) {
    uint32_t group = support->supporters[i].group, weight = support->supporters[i].weight;
    if (!ledger_takes_part(ledger, group, PART_REST, ledger->event_count))
      continue;
    pays = true;
    if (bounded)
      reduce(ledger, &ledger->low[group], &ledger->part_high, weight, ledger->open[group], false);
    else
      ledger->low[group].size = 0;
    reduce(ledger, &ledger->high[group], &ledger->part_low, weight, ledger->open[group], true);
  }
  enter(ledger, project)->pays = pays && ledger_cost(ledger, project) > 0;
}

void ledger_pay(struct ledger *ledger, uint32_t project)
{
  settle(ledger, project);
}

/* --- raising --- */

/* Whose money runs out first: the one who has given the largest part of it. */
static int compare_reach(const void *context, uint32_t a, uint32_t b)
{
  const struct ledger *ledger = context;
  const struct supporter *first = &ledger->support->supporters[a];
  const struct supporter *second = &ledger->support->supporters[b];
  return wide_compare_fractions(ledger->open[first->group], first->weight,
                                ledger->open[second->group], second->weight);
}

static enum status line_up(struct ledger *ledger, uint32_t project, uint32_t **line, size_t *count,
                           struct fault *fault)
{
  const struct support *support = ledger->support;
  size_t start = support->start[project], end = support->start[project + 1];
  *line = ARENA_TAKE(ledger->counting->arena, uint32_t, 2 * (end - start));
  *count = 0;
  if (*line == NULL || end > UINT32_MAX)
    return fault_no_memory(fault);
  for (size_t i = start; i < end; i++) {
    if (ledger_takes_part(ledger, support->supporters[i].group, PART_MONEY, ledger->event_count))
      (*line)[(*count)++] = (uint32_t)i;
  }
  order_sort(*line, *line + (end - start), *count, compare_reach, ledger);
  return STATUS_OK;
}

/* Whether the ratio that is needed, (cost - all) / rest, is at least what this supporter can reach:
 * cost · weight against all · weight + rest · open. */
static enum status runs_out(struct ledger *ledger, uint32_t project,
                            const struct supporter *supporter, bool *out, struct fault *fault)
{
  uint64_t weight = supporter->weight;
  const struct ledger_side asked = {.constant = wide_product(ledger_cost(ledger, project), weight)};
  const struct ledger_side given = {
      .count = 2,
      .terms = {{PART_ALL, project, weight}, {PART_REST, project, ledger->open[supporter->group]}}};
  int order = 0;
  enum status status = ledger_compare(ledger, &asked, &given, &order, fault);
  *out = order >= 0;
  return status;
}

enum status ledger_transfer(struct ledger *ledger, uint32_t project, struct fault *fault)
{
  const struct supporter *supporters = ledger->support->supporters;
  uint32_t *line;
  size_t count, next = 0;
  enum status status = line_up(ledger, project, &line, &count, fault);
  while (status == STATUS_OK && next < count) {
    bool out = false;
    status = runs_out(ledger, project, &supporters[line[next]], &out, fault);
    if (status != STATUS_OK || !out)
      break;
    size_t level = next;
    for (; next < count && compare_reach(ledger, line[level], line[next]) == 0; next++)
      give_all(ledger, supporters[line[next]].group);
  }
  if (status == STATUS_OK)
    settle(ledger, project);
  return status;
}
