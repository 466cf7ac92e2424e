#include "engine/rules/counting.h"

#include <inttypes.h>
#include <stdlib.h>

#include "engine/order.h"

/* The setting has been resolved. */
static enum status utility_read(const struct settings *settings, enum utility *utility,
                                struct fault *fault)
{
  struct span name = settings_text(settings, "utility");
  if (!utility_of(name, utility))
    return fault_set(fault, STATUS_REFUSED, "utility", NULL, "no utility is called '%.*s'",
                     SPAN_PRINT(name));
  if (!settings_boolean(settings, "borda_zero"))
    return STATUS_OK;
  if (*utility != UTILITY_BORDA)
    return fault_set(fault, STATUS_REFUSED, "borda_zero", "utility borda",
                     "it says nothing about the utility '%.*s'", SPAN_PRINT(name));
  *utility = UTILITY_BORDA_ZERO;
  return STATUS_OK;
}

enum status counting_resolve(struct settings *settings, const struct election *election,
                             struct fault *fault)
{
  enum utility utility;
  if (settings_follows(settings, "utility"))
    settings_fill(settings, "utility",
                  span_of(utility_name(utility_default(election->ballot.kind))));
  enum status status = utility_read(settings, &utility, fault);
  return status == STATUS_OK ? utility_check(utility, election, fault) : status;
}

/* Outcomes say scores, and canonical JSON holds no more. */
static enum status check_scores(const struct counting *counting, struct fault *fault)
{
  for (size_t i = 0; i < counting->election->project_count; i++) {
    int64_t score = counting->support.score[i];
    if (score < -CANONICAL_INTEGER_MAX || score > CANONICAL_INTEGER_MAX)
      return fault_set(fault, STATUS_REFUSED, "ballots",
                       "a score of at most 9007199254740991 for each project",
                       "all together they give '%.*s' a score of %" PRId64,
                       SPAN_PRINT(counting->election->projects[i].id), score);
  }
  return STATUS_OK;
}

static enum status make_order(struct counting *counting, const uint32_t *draw, struct fault *fault)
{
  enum status status =
      tiebreak_read(settings_text(counting->settings, "tie_break"), &counting->tiebreak, fault);
  if (status != STATUS_OK)
    return status;
  counting->facts = (struct tie_facts){.election = counting->election,
                                       .votes = counting->support.votes,
                                       .score = counting->support.score,
                                       .draw = draw};
  return tiebreak_order(&counting->tiebreak, &counting->facts, counting->arena, &counting->order,
                        fault);
}

static enum status make_books(struct counting *counting, struct fault *fault)
{
  size_t count = counting->election->project_count;
  counting->funded = ARENA_TAKE(counting->arena, bool, count);
  counting->results = ARENA_TAKE(counting->arena, struct project_result, count);
  counting->selected = ARENA_TAKE(counting->arena, uint32_t, count);
  counting->rounds = ARENA_TAKE(counting->arena, struct round, count);
  counting->completions = ARENA_TAKE(counting->arena, struct completion_report, COMPLETIONS_MAX);
  if (counting->funded == NULL || counting->results == NULL || counting->selected == NULL ||
      counting->rounds == NULL || counting->completions == NULL)
    return fault_no_memory(fault);

  for (size_t i = 0; i < count; i++)
    counting->results[i] = (struct project_result){.reason = REASON_NO_SUPPORT,
                                                   .votes = counting->support.votes[i],
                                                   .score = counting->support.score[i],
                                                   .left = -1,
                                                   .effective_support = SPAN("")};
  return STATUS_OK;
}

enum status counting_begin(struct counting *counting, const struct tally *tally,
                           struct arena *arena, struct fault *fault)
{
  *counting = (struct counting){.election = tally->election,
                                .settings = tally->settings,
                                .arena = arena,
                                .progress = tally->progress,
                                .left = tally->election->budget};

  enum utility utility;
  enum status status = utility_read(tally->settings, &utility, fault);
  if (status == STATUS_OK)
    status =
        support_make(tally->election, tally->profile, utility, arena, &counting->support, fault);
  if (status == STATUS_OK)
    status = check_scores(counting, fault);
  if (status == STATUS_OK)
    status = make_order(counting, tally->draw, fault);
  if (status == STATUS_OK)
    status = make_books(counting, fault);
  return status;
}

struct round *counting_fund(struct counting *counting, uint32_t project, const char *stage)
{
  struct round *round = &counting->rounds[counting->round_count];
  counting->left -= counting->election->projects[project].cost;
  counting->funded[project] = true;
  counting->results[project].reason = REASON_FUNDED;
  counting->selected[counting->round_count++] = project;
  *round = (struct round){.project = project,
                          .stage = stage,
                          .left = counting->left,
                          .rho = SPAN(""),
                          .money_left = SPAN(""),
                          .load = SPAN(""),
                          .utility = SPAN("")};
  return round;
}

static int compare_by_order(const void *context, uint32_t a, uint32_t b)
{
  const uint32_t *order = context;
  return (order[a] > order[b]) - (order[a] < order[b]);
}

enum status counting_tie(struct counting *counting, uint32_t *projects, size_t count,
                         struct fault *fault)
{
  uint32_t *kept = ARENA_TAKE(counting->arena, uint32_t, 2 * count);
  if (kept == NULL)
    return fault_no_memory(fault);
  if (counting->tie_count == counting->tie_capacity) {
    size_t capacity = counting->tie_capacity == 0 ? 16 : 2 * counting->tie_capacity;
    struct tie *ties =
        arena_grow(counting->arena, counting->ties, counting->tie_count, capacity, sizeof *ties);
    if (ties == NULL)
      return fault_no_memory(fault);
    counting->ties = ties;
    counting->tie_capacity = capacity;
  }

  order_sort(projects, kept, count, compare_by_order, counting->order);
  for (size_t i = 0; i < count; i++)
    kept[i] = projects[i];
  counting->ties[counting->tie_count++] = (struct tie){
      .round = counting->round_count,
      .count = count,
      .projects = kept,
      .decided_by = tiebreak_decides(&counting->tiebreak, &counting->facts, kept[0], kept[1])};
  return STATUS_OK;
}

uint32_t counting_first(const struct counting *counting, const uint32_t *projects, size_t count)
{
  uint32_t first = projects[0];
  for (size_t i = 1; i < count; i++) {
    if (counting->order[projects[i]] < counting->order[first])
      first = projects[i];
  }
  return first;
}

struct completion_report *counting_completion(struct counting *counting, const char *name)
{
  struct completion_report *report = &counting->completions[counting->completion_count++];
  if (counting->completion_count > COMPLETIONS_MAX)
    abort(); /* settings_set admits each completion once */
  *report = (struct completion_report){.name = name, .endowment = SPAN("")};
  return report;
}

void counting_end(const struct counting *counting, const struct profile *profile,
                  struct outcome *outcome)
{
  *outcome = (struct outcome){.voters = profile->voters,
                              .distinct_ballots = profile->distinct,
                              .budget = counting->election->budget,
                              .spent = counting->election->budget - counting->left,
                              .selected_count = counting->round_count,
                              .selected = counting->selected,
                              .project_count = counting->election->project_count,
                              .projects = counting->results,
                              .round_count = counting->round_count,
                              .rounds = counting->rounds,
                              .tie_count = counting->tie_count,
                              .ties = counting->ties,
                              .completion_count = counting->completion_count,
                              .completions = counting->completions};
}
