#include "engine/rules/max_welfare.h"

#include "engine/natural.h"
#include "engine/order.h"
#include "engine/rules/counting.h"
#include "engine/rules/welfare/knapsack.h"

static uint64_t cost_of(const struct counting *counting, uint32_t project)
{
  return (uint64_t)counting->election->projects[project].cost;
}

/* Of all voters together: at most 2^83 by cost, and 2^62 otherwise. */
static struct wide utility_of_all(const struct counting *counting, uint32_t project)
{
  return wide_product(counting->support.weight[project], counting->support.scale[project]);
}

/* --- the things to choose from --- */

/* What a project's utility has to be divided by, once its cost is cancelled if it is a factor. */
static uint64_t per_of(const struct counting *counting, uint32_t project)
{
  uint64_t cost = cost_of(counting, project);
  return counting->support.scale[project] == cost ? 1 : cost;
}

static int compare_densities(const void *context, uint32_t a, uint32_t b)
{
  const struct counting *counting = context;
  const uint64_t *weight = counting->support.weight;
  int order =
      wide_compare_fractions(weight[b], per_of(counting, b), weight[a], per_of(counting, a));
  return order != 0 ? order : (counting->order[a] < counting->order[b] ? -1 : 1);
}

static bool may_be_chosen(const struct counting *counting, uint32_t project)
{
  return counting->support.votes[project] > 0 && cost_of(counting, project) > 0 &&
         cost_of(counting, project) <= (uint64_t)counting->election->budget;
}

static enum status list_things(const struct counting *counting, struct knapsack_thing **things,
                               size_t *count, struct fault *fault)
{
  size_t projects = counting->support.project_count;
  uint32_t *list = ARENA_TAKE(counting->arena, uint32_t, 2 * projects);
  *things = ARENA_TAKE(counting->arena, struct knapsack_thing, projects);
  if (list == NULL || *things == NULL)
    return fault_no_memory(fault);
  *count = 0;
  for (uint32_t i = 0; i < projects; i++) {
    if (may_be_chosen(counting, i))
      list[(*count)++] = i;
  }
  order_sort(list, list + projects, *count, compare_densities, counting);
  for (size_t i = 0; i < *count; i++)
    (*things)[i] = (struct knapsack_thing){.project = list[i],
                                           .place = counting->order[list[i]],
                                           .cost = cost_of(counting, list[i]),
                                           .utility = utility_of_all(counting, list[i]),
                                           .gain = counting->support.weight[list[i]],
                                           .per = per_of(counting, list[i])};
  return STATUS_OK;
}

/* --- the outcome --- */

static int compare_turns(const void *context, uint32_t a, uint32_t b)
{
  const struct counting *counting = context;
  bool free_a = cost_of(counting, a) == 0, free_b = cost_of(counting, b) == 0;
  if (free_a != free_b)
    return free_a ? -1 : 1;
  return counting->order[a] < counting->order[b] ? -1 : 1;
}

static enum status fund(struct counting *counting, uint32_t project, struct fault *fault)
{
  mp_limb_t limbs[2 * NATURAL_LIMBS_OF_64];
  struct natural utility = natural_in(limbs, 2 * NATURAL_LIMBS_OF_64);
  natural_set(&utility, utility_of_all(counting, project));
  char *text = ARENA_TAKE(counting->arena, char, natural_text_room(&utility));
  if (text == NULL)
    return fault_no_memory(fault);
  struct round *round = counting_fund(counting, project, "max-welfare");
  round->utility = (struct span){.bytes = text, .length = natural_text(&utility, text)};
  return STATUS_OK;
}

/* What the best sets differ on: `pair` becomes the first project of the tie list that only the first
 * of them has, and the first that only the last has. False where there is one best set. */
static bool find_choice(const struct counting *counting, const struct knapsack_thing *things,
                        size_t count, uint32_t pair[2])
{
  bool found[2] = {false, false};
  for (size_t i = 0; i < count; i++) {
    const size_t side = things[i].in_last ? 1 : 0;
    if (things[i].in_first == things[i].in_last)
      continue;
    if (!found[side] || things[i].place < counting->order[pair[side]])
      pair[side] = things[i].project;
    found[side] = true;
  }
  return found[0];
}

static enum status fund_all(struct counting *counting, const struct knapsack_thing *things,
                            size_t count, struct fault *fault)
{
  size_t projects = counting->support.project_count, chosen = 0;
  uint32_t *list = ARENA_TAKE(counting->arena, uint32_t, 2 * projects);
  uint32_t pair[2] = {0, 0};
  bool choice = find_choice(counting, things, count, pair);
  if (list == NULL)
    return fault_no_memory(fault);
  for (uint32_t i = 0; i < projects; i++) {
    if (counting->support.votes[i] > 0 && cost_of(counting, i) == 0)
      list[chosen++] = i;
  }
  for (size_t i = 0; i < count; i++) {
    if (things[i].in_first)
      list[chosen++] = things[i].project;
  }
  order_sort(list, list + projects, chosen, compare_turns, counting);
  enum status status = STATUS_OK;
  for (size_t i = 0; i < chosen && status == STATUS_OK; i++) {
    const uint32_t project = list[i];
    if (choice && project == pair[0])
      status = counting_tie(counting, pair, 2, fault);
    if (status == STATUS_OK)
      status = fund(counting, project, fault);
  }
  return status;
}

/* What is not chosen does not fit: with it in what is left, the set would be of more use. */
static void give_reasons(struct counting *counting)
{
  for (uint32_t i = 0; i < counting->support.project_count; i++) {
    struct project_result *result = &counting->results[i];
    if (counting->funded[i] || counting->support.votes[i] == 0)
      continue;
    result->reason = REASON_DID_NOT_FIT;
    result->left = counting->left;
  }
}

/* --- the rule --- */

static const struct setting max_welfare_settings[] = {
    SETTING_ROW_BORDA_ZERO,
    SETTING_ROW_TIE_BREAK,
    SETTING_ROW_UTILITY,
};

static enum status max_welfare_resolve(struct settings *settings, const struct election *election,
                                       struct arena *arena, struct fault *fault)
{
  (void)arena;
  return counting_resolve(settings, election, fault);
}

static enum status max_welfare_count(const struct tally *tally, struct arena *arena,
                                     struct outcome *outcome, struct fault *fault)
{
  struct counting counting;
  struct knapsack_thing *things = NULL;
  size_t count = 0;
  enum status status = counting_begin(&counting, tally, arena, fault);
  if (status == STATUS_OK)
    status = list_things(&counting, &things, &count, fault);
  if (status == STATUS_OK && count > 0)
    status = knapsack_solve(things, count, (uint64_t)tally->election->budget, KNAPSACK_WORDS_MAX,
                            arena, fault);
  if (status == STATUS_OK)
    status = fund_all(&counting, things, count, fault);
  if (status != STATUS_OK)
    return status;
  give_reasons(&counting);
  counting_end(&counting, tally->profile, outcome);
  return STATUS_OK;
}

const struct rule max_welfare_rule = {
    .name = "max-welfare",
    .summary = "of all sets of projects that fit, fund the one of most use to all together",
    .settings = max_welfare_settings,
    .setting_count = sizeof max_welfare_settings / sizeof max_welfare_settings[0],
    .resolve = max_welfare_resolve,
    .count = max_welfare_count,
};
