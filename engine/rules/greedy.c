#include "engine/rules/greedy.h"

#include "base/wide.h"
#include "engine/choice.h"
#include "engine/order.h"

/* --- order of merit --- */

struct merit_order {
  const struct counting *counting;
  enum merit merit;
};

/* Utility summed over voters is weight · scale. */
static int compare_scores(const struct support *support, uint32_t a, uint32_t b)
{
  return wide_compare(wide_product(support->weight[b], support->scale[b]),
                      wide_product(support->weight[a], support->scale[a]));
}

/* weight · scale / cost for costs > 0. The scale is either the cost, and cancels, or 1. */
static int compare_densities(const struct counting *counting, uint32_t a, uint32_t b)
{
  const struct support *support = &counting->support;
  uint64_t cost_a = (uint64_t)counting->election->projects[a].cost;
  uint64_t cost_b = (uint64_t)counting->election->projects[b].cost;
  uint64_t per_a = support->scale[a] == cost_a ? 1 : cost_a;
  uint64_t per_b = support->scale[b] == cost_b ? 1 : cost_b;
  return wide_compare_fractions(support->weight[b], per_b, support->weight[a], per_a);
}

static int compare_published(const struct support *support, uint32_t a, uint32_t b)
{
  return (support->score[a] < support->score[b]) - (support->score[a] > support->score[b]);
}

/* Projects at no cost go first when they have support; what nobody supports goes last. */
static int standing(const struct counting *counting, uint32_t project)
{
  if (counting->support.votes[project] == 0)
    return 2;
  return counting->election->projects[project].cost == 0 ? 0 : 1;
}

static int compare_merit(const void *context, uint32_t a, uint32_t b)
{
  const struct merit_order *merit = context;
  const struct counting *counting = merit->counting;
  int standing_a = standing(counting, a), standing_b = standing(counting, b);
  if (standing_a != standing_b)
    return standing_a - standing_b;
  if (standing_a == 0)
    return (counting->support.weight[a] < counting->support.weight[b]) -
           (counting->support.weight[a] > counting->support.weight[b]);
  if (standing_a == 2)
    return 0;
  switch (merit->merit) {
  case MERIT_SCORE:
    return compare_scores(&counting->support, a, b);
  case MERIT_DENSITY:
    return compare_densities(counting, a, b);
  case MERIT_PUBLISHED:
    return compare_published(&counting->support, a, b);
  }
  return 0;
}

static int compare_merit_then_ties(const void *context, uint32_t a, uint32_t b)
{
  const struct merit_order *merit = context;
  int order = compare_merit(context, a, b);
  if (order != 0)
    return order;
  return merit->counting->order[a] < merit->counting->order[b] ? -1 : 1;
}

/* --- exclusive alternatives --- */

static bool share_category(struct span a, struct span b)
{
  struct span rest_a = a, part_a;
  bool more_a = a.length > 0;
  while (span_split(&rest_a, &more_a, ',', &part_a)) {
    struct span rest_b = b, part_b;
    bool more_b = b.length > 0;
    while (span_split(&rest_b, &more_b, ',', &part_b)) {
      if (span_equal(part_a, part_b))
        return true;
    }
  }
  return false;
}

static bool exclude_each_other(const struct counting *counting,
                               const struct greedy_options *options, uint32_t a, uint32_t b)
{
  if (options->group != NULL && options->group[a] != 0 && options->group[a] == options->group[b])
    return true;
  return options->one_per_category && share_category(counting->election->projects[a].category,
                                                     counting->election->projects[b].category);
}

static bool find_funded_rival(const struct counting *counting, const struct greedy_options *options,
                              uint32_t project, uint32_t *rival)
{
  for (size_t i = 0; i < counting->round_count; i++) {
    if (exclude_each_other(counting, options, counting->selected[i], project)) {
      *rival = counting->selected[i];
      return true;
    }
  }
  return false;
}

/* --- going down the list --- */

static bool is_eligible(const struct counting *counting, const struct greedy_options *options,
                        uint32_t project)
{
  if (counting->support.votes[project] == 0 && !options->fund_unsupported)
    return false;
  return counting->support.score[project] >= options->threshold;
}

/* The candidates in order of merit; those that may not be funded get their reason. */
static size_t list_candidates(struct counting *counting, const struct greedy_options *options,
                              uint32_t *list)
{
  size_t count = 0;
  for (uint32_t i = 0; i < counting->election->project_count; i++) {
    if (counting->funded[i])
      continue;
    if (is_eligible(counting, options, i))
      list[count++] = i;
    else
      counting->results[i].reason =
          counting->support.votes[i] == 0 ? REASON_NO_SUPPORT : REASON_BELOW_THRESHOLD;
  }
  return count;
}

/* Records the tie of the run of equal projects that begins at `list[start]`, if there is one. */
static enum status note_tie(struct counting *counting, const struct merit_order *merit,
                            uint32_t *list, size_t count, size_t start, struct fault *fault)
{
  if (start > 0 && compare_merit(merit, list[start - 1], list[start]) == 0)
    return STATUS_OK;
  size_t end = start + 1;
  while (end < count && compare_merit(merit, list[start], list[end]) == 0)
    end++;
  return end - start < 2 ? STATUS_OK : counting_tie(counting, list + start, end - start, fault);
}

/* Whether the count goes on after this project's turn. */
static bool take_turn(struct counting *counting, const struct greedy_options *options,
                      uint32_t project)
{
  struct project_result *result = &counting->results[project];
  if (find_funded_rival(counting, options, project, &result->rival)) {
    result->reason = REASON_EXCLUDED;
    return true;
  }
  if (counting->election->projects[project].cost <= counting->left) {
    counting_fund(counting, project, options->stage);
    return true;
  }
  result->reason = REASON_DID_NOT_FIT;
  result->left = counting->left;
  return !options->stop;
}

enum status greedy_fill(struct counting *counting, const struct greedy_options *options,
                        struct fault *fault)
{
  struct merit_order merit = {.counting = counting, .merit = options->merit};
  uint32_t *list = ARENA_TAKE(counting->arena, uint32_t, 2 * counting->election->project_count);
  if (list == NULL)
    return fault_no_memory(fault);

  size_t count = list_candidates(counting, options, list);
  order_sort(list, list + counting->election->project_count, count, compare_merit_then_ties,
             &merit);

  size_t turn = 0;
  bool more = true;
  for (; turn < count && more; turn++) {
    enum status status = note_tie(counting, &merit, list, count, turn, fault);
    if (status != STATUS_OK)
      return status;
    more = take_turn(counting, options, list[turn]);
  }
  for (size_t i = turn; i < count; i++) {
    counting->results[list[i]].reason = REASON_AFTER_STOP;
    counting->results[list[i]].rival = list[turn - 1];
    counting->results[list[i]].left = counting->left;
  }
  return STATUS_OK;
}

/* --- the rule --- */

static const struct setting greedy_settings[] = {
    {.name = "by",
     .kind = SETTING_WORD,
     .words = "score density",
     .fallback = "score",
     .meaning = "order of the projects: sum of utilities, or that sum per cost"},
    {.name = "on_miss",
     .kind = SETTING_WORD,
     .words = "skip stop",
     .fallback = "skip",
     .meaning = "at a project that does not fit: go on to the next, or end"},
    {.name = "threshold",
     .kind = SETTING_INTEGER,
     .fallback = "0",
     .meaning = "least number of votes (approvals) or points (points, scores, rankings)"},
    {.name = "one_per",
     .kind = SETTING_WORD,
     .words = "none category",
     .fallback = "none",
     .meaning = "category: at most one project of each category"},
    {.name = "exclusive",
     .kind = SETTING_GROUPS,
     .fallback = "",
     .meaning = "groups of alternatives, at most one of each: a+b,c+d+e"},
    {.name = "fund_unsupported",
     .kind = SETTING_BOOLEAN,
     .fallback = "false",
     .meaning = "projects that nobody supports come last instead of never"},
    SETTING_ROW_BORDA_ZERO,
    SETTING_ROW_TIE_BREAK,
    SETTING_ROW_UTILITY,
};

static enum status read_member(const struct project_index *index, struct span id, uint32_t number,
                               uint32_t *group, struct fault *fault)
{
  int64_t project = project_index_find(index, id);
  if (project < 0)
    return fault_set(fault, STATUS_REFUSED, "exclusive", "ids of projects, such as a+b,c+d+e",
                     "no project is called '%.*s'", SPAN_PRINT(id));
  if (group[project] != 0)
    return fault_set(fault, STATUS_REFUSED, "exclusive", "each project in one group, once",
                     "'%.*s' stands twice", SPAN_PRINT(id));
  group[project] = number;
  return STATUS_OK;
}

/* Numbers the groups of "a+b,c+d+e"; *group is NULL when there are none. */
static enum status read_groups(struct span text, const struct election *election,
                               struct arena *arena, const uint32_t **group, struct fault *fault)
{
  struct project_index index;
  *group = NULL;
  if (text.length == 0)
    return STATUS_OK;

  uint32_t *numbers = ARENA_TAKE(arena, uint32_t, election->project_count);
  if (numbers == NULL)
    return fault_no_memory(fault);
  enum status status = project_index_make(election, arena, &index, fault);

  struct span rest = text, part;
  bool more = true;
  for (uint32_t number = 1; status == STATUS_OK && span_split(&rest, &more, ',', &part); number++) {
    struct span ids = part, id;
    bool more_ids = true;
    while (status == STATUS_OK && span_split(&ids, &more_ids, '+', &id))
      status = read_member(&index, id, number, numbers, fault);
  }
  *group = numbers;
  return status;
}

static enum status greedy_resolve(struct settings *settings, const struct election *election,
                                  struct arena *arena, struct fault *fault)
{
  const uint32_t *group;
  enum status status = counting_resolve(settings, election, fault);
  if (status != STATUS_OK)
    return status;
  return read_groups(settings_text(settings, "exclusive"), election, arena, &group, fault);
}

static enum status greedy_count(const struct tally *tally, struct arena *arena,
                                struct outcome *outcome, struct fault *fault)
{
  const struct settings *settings = tally->settings;
  struct counting counting;
  struct greedy_options options = {
      .stage = "greedy",
      .merit = settings_has(settings, "by", "density") ? MERIT_DENSITY : MERIT_SCORE,
      .stop = settings_has(settings, "on_miss", "stop"),
      .threshold = settings_integer(settings, "threshold"),
      .one_per_category = settings_has(settings, "one_per", "category"),
      .fund_unsupported = settings_boolean(settings, "fund_unsupported"),
  };

  enum status status = counting_begin(&counting, tally, arena, fault);
  if (status == STATUS_OK)
    status = read_groups(settings_text(settings, "exclusive"), tally->election, arena,
                         &options.group, fault);
  if (status == STATUS_OK)
    status = greedy_fill(&counting, &options, fault);
  if (status == STATUS_OK)
    counting_end(&counting, tally->profile, outcome);
  return status;
}

const struct rule greedy_rule = {
    .name = "greedy",
    .summary = "fund the projects with most support first, whatever fits",
    .settings = greedy_settings,
    .setting_count = sizeof greedy_settings / sizeof greedy_settings[0],
    .resolve = greedy_resolve,
    .count = greedy_count,
};
