#include "engine/rules/phragmen.h"

#include <math.h>
#include <string.h>

#include "engine/rules/amounts.h"
#include "engine/rules/shares/shares.h"

#define AMOUNT_NONE UINT32_MAX

/* A count under way. The load of a voter is one of the amounts, that of the last project of the
 * ballot which was funded; before there is one, it is what was paid to Equal Shares: the endowment,
 * or a sum of the prices of the projects on the ballot, which are amounts as well. */
struct loads {
  struct counting *counting;
  const struct support *support;
  const struct phragmen_options *options;
  struct amounts amounts;
  uint32_t *load_of;      /* [group_count] which amount, or AMOUNT_NONE */
  uint64_t *coefficients; /* [amounts.capacity] 0 between uses */
  bool *waiting;          /* [project_count] may still be funded */
  double *lower;  /* [project_count] of those waiting that have support: s is at least this */
  bool *fresh;    /* [project_count] s was worked out this round */
  uint32_t *tied; /* [project_count] */
};

static int64_t cost_of(const struct loads *loads, uint32_t project)
{
  return loads->counting->election->projects[project].cost;
}

/* --- loads --- */

static void add_payments(struct loads *loads, uint32_t group)
{
  const struct shares *paid = loads->options->paid;
  const struct support *support = loads->support;
  uint64_t voters = support->multiplicity[group];
  if (paid->purses[group].out_in != ROUND_NONE) {
    loads->coefficients[paid->round_count] += voters; /* all they had */
    return;
  }
  for (size_t i = support->ballot_start[group]; i < support->ballot_start[group + 1]; i++) {
    uint32_t round = paid->round_of[support->ballot[i].project];
    if (round != ROUND_NONE)
      loads->coefficients[round] += voters * (uint64_t)support->ballot[i].value;
  }
}

/* s of a project, exactly. */
static void work_out(struct loads *loads, uint32_t project, struct ratio *s)
{
  const struct support *support = loads->support;
  for (size_t i = support->start[project]; i < support->start[project + 1]; i++) {
    uint32_t group = support->supporters[i].group;
    if (loads->load_of[group] != AMOUNT_NONE)
      loads->coefficients[loads->load_of[group]] += support->multiplicity[group];
    else if (loads->options->paid != NULL)
      add_payments(loads, group);
  }
  amounts_sum(&loads->amounts, (uint64_t)cost_of(loads, project), loads->coefficients,
              &s->numerator);
  s->divisor = support->votes[project];
}

/* The amounts of a run of Equal Shares: the price of each round, then the endowment. */
static enum status take_payments(struct loads *loads, struct fault *fault)
{
  const struct shares *paid = loads->options->paid;
  struct amounts *amounts = &loads->amounts;
  enum status status =
      amounts_adopt(amounts, &paid->denominator, paid->factors, paid->factor_count, fault);
  for (size_t i = 0; i <= paid->round_count && status == STATUS_OK; i++) {
    status = amounts_reserve(amounts, fault);
    if (status == STATUS_OK)
      amounts_add(amounts, i < paid->round_count ? &paid->prices[i] : &paid->endowment);
  }
  return status;
}

static enum status begin(struct loads *loads, struct counting *counting,
                         const struct phragmen_options *options, struct fault *fault)
{
  struct arena *arena = counting->arena;
  const struct support *support = &counting->support;
  size_t projects = support->project_count;
  size_t amounts = projects + (options->paid != NULL ? options->paid->round_count + 1 : 0);
  *loads = (struct loads){.counting = counting,
                          .support = support,
                          .options = options,
                          .load_of = ARENA_TAKE(arena, uint32_t, support->group_count),
                          .coefficients = ARENA_TAKE(arena, uint64_t, amounts),
                          .waiting = ARENA_TAKE(arena, bool, projects),
                          .lower = ARENA_TAKE(arena, double, projects),
                          .fresh = ARENA_TAKE(arena, bool, projects),
                          .tied = ARENA_TAKE(arena, uint32_t, projects)};
  if (loads->load_of == NULL || loads->coefficients == NULL || loads->waiting == NULL ||
      loads->lower == NULL || loads->fresh == NULL || loads->tied == NULL)
    return fault_no_memory(fault);
  for (size_t i = 0; i < support->group_count; i++)
    loads->load_of[i] = AMOUNT_NONE;
  enum status status =
      amounts_begin(&loads->amounts, arena, amounts, counting->settings->rule->name, fault);
  return status == STATUS_OK && options->paid != NULL ? take_payments(loads, fault) : status;
}

/* --- who may be funded --- */

static void miss(struct loads *loads, uint32_t project)
{
  struct project_result *result = &loads->counting->results[project];
  loads->waiting[project] = false;
  result->reason = REASON_DID_NOT_FIT;
  result->left = loads->counting->left;
}

static void list_waiting(struct loads *loads)
{
  const struct support *support = loads->support;
  for (uint32_t i = 0; i < support->project_count; i++) {
    uint64_t votes = support->votes[i];
    if (loads->counting->funded[i])
      continue;
    if (votes == 0 && !loads->options->fund_unsupported)
      loads->counting->results[i].reason = REASON_NO_SUPPORT;
    else if (cost_of(loads, i) > loads->counting->election->budget)
      miss(loads, i); /* never its turn, even where the count would stop at it */
    else
      loads->waiting[i] = true;
    if (votes > 0)
      loads->lower[i] = (double)cost_of(loads, i) / (double)votes * (1 - PART_2_48);
  }
}

static void drop_what_does_not_fit(struct loads *loads)
{
  for (uint32_t i = 0; i < loads->support->project_count; i++) {
    if (loads->waiting[i] && cost_of(loads, i) > loads->counting->left)
      miss(loads, i);
  }
}

/* --- a round --- */

/* The project of least lower bound among those whose s is still to be worked out this round. */
static bool find_least(const struct loads *loads, uint32_t *least)
{
  bool found = false;
  for (uint32_t i = 0; i < loads->support->project_count; i++) {
    if (!loads->waiting[i] || loads->support->votes[i] == 0 || loads->fresh[i])
      continue;
    if (!found || loads->lower[i] < loads->lower[*least])
      *least = i;
    found = true;
  }
  return found;
}

/* Puts into `tied` all those of least s, which `best` becomes, and returns how many: 0 when nothing
 * that has support is left. */
static size_t find_next(struct loads *loads)
{
  struct amounts *amounts = &loads->amounts;
  size_t count = 0;
  double upper = 0;
  uint32_t project = 0;
  memset(loads->fresh, 0, loads->support->project_count * sizeof *loads->fresh);
  while (find_least(loads, &project) && (count == 0 || loads->lower[project] <= upper)) {
    work_out(loads, project, &amounts->trial);
    double about = amounts_as_double(amounts, &amounts->trial);
    loads->lower[project] = about * (1 - PART_2_48);
    loads->fresh[project] = true;
    int order = count == 0 ? -1 : amounts_compare(amounts, &amounts->trial, &amounts->best);
    if (order < 0) {
      struct ratio better = amounts->trial;
      amounts->trial = amounts->best;
      amounts->best = better;
      upper = about * (1 + PART_2_48);
      count = 0;
    }
    if (order <= 0)
      loads->tied[count++] = project;
  }
  return count;
}

static size_t list_unsupported(struct loads *loads)
{
  size_t count = 0;
  for (uint32_t i = 0; i < loads->support->project_count; i++) {
    if (loads->waiting[i])
      loads->tied[count++] = i;
  }
  return count;
}

static enum status fund(struct loads *loads, size_t count, bool supported, struct fault *fault)
{
  struct counting *counting = loads->counting;
  const struct support *support = loads->support;
  uint32_t project = counting_first(counting, loads->tied, count);
  enum status status = STATUS_OK;
  if (count > 1)
    status = counting_tie(counting, loads->tied, count, fault);
  if (status != STATUS_OK)
    return status;

  struct round *round = counting_fund(counting, project, "phragmen");
  loads->waiting[project] = false;
  if (!supported)
    return STATUS_OK;
  /* Those that tie have one s, but not the same terms; each stands over its own votes. */
  work_out(loads, project, &loads->amounts.best);
  status = amounts_write(&loads->amounts, &loads->amounts.best, &round->load, fault);
  uint32_t number = (uint32_t)loads->amounts.count;
  amounts_keep(&loads->amounts, &loads->amounts.best);
  for (size_t i = support->start[project]; i < support->start[project + 1]; i++)
    loads->load_of[support->supporters[i].group] = number;
  return status;
}

/* Whether the count stops here: one of the `count` projects whose turn it is does not fit. */
static bool stops(struct loads *loads, size_t count)
{
  struct counting *counting = loads->counting;
  size_t missed = 0;
  for (size_t i = 0; i < count; i++) {
    if (cost_of(loads, loads->tied[i]) > counting->left)
      loads->tied[missed++] = loads->tied[i];
  }
  if (missed == 0)
    return false;
  uint32_t first = counting_first(counting, loads->tied, missed);
  for (size_t i = 0; i < missed; i++)
    miss(loads, loads->tied[i]);
  for (uint32_t i = 0; i < loads->support->project_count; i++) {
    struct project_result *result = &counting->results[i];
    if (!loads->waiting[i])
      continue;
    loads->waiting[i] = false;
    result->reason = REASON_AFTER_STOP;
    result->rival = first;
    result->left = counting->left;
  }
  return true;
}

enum status phragmen_fill(struct counting *counting, const struct phragmen_options *options,
                          struct fault *fault)
{
  struct loads loads;
  enum status status = begin(&loads, counting, options, fault);
  if (status != STATUS_OK)
    return status;
  list_waiting(&loads);
  for (;;) {
    if (!options->stop)
      drop_what_does_not_fit(&loads);
    status = amounts_reserve(&loads.amounts, fault);
    if (status != STATUS_OK)
      return status;
    size_t supported = find_next(&loads);
    size_t count = supported > 0 ? supported : list_unsupported(&loads);
    if (count == 0 || (options->stop && stops(&loads, count)))
      return STATUS_OK;
    status = fund(&loads, count, supported > 0, fault);
    if (status != STATUS_OK)
      return status;
  }
}

/* --- the rule --- */

static const struct setting phragmen_settings[] = {
    {.name = "on_miss",
     .kind = SETTING_WORD,
     .words = "stop skip",
     .fallback = "stop",
     .meaning = "when one of those whose turn it is does not fit: end, or leave out what does not "
                "fit and go on"},
    {.name = "fund_unsupported",
     .kind = SETTING_BOOLEAN,
     .fallback = "false",
     .meaning = "projects that nobody supports come last instead of never"},
    SETTING_ROW_BORDA_ZERO,
    SETTING_ROW_TIE_BREAK,
    SETTING_ROW_UTILITY,
};

static enum status phragmen_resolve(struct settings *settings, const struct election *election,
                                    struct arena *arena, struct fault *fault)
{
  (void)arena;
  return counting_resolve(settings, election, fault);
}

static enum status phragmen_count(const struct tally *tally, struct arena *arena,
                                  struct outcome *outcome, struct fault *fault)
{
  const struct phragmen_options options = {
      .stop = settings_has(tally->settings, "on_miss", "stop"),
      .fund_unsupported = settings_boolean(tally->settings, "fund_unsupported"),
  };
  struct counting counting;
  enum status status = counting_begin(&counting, tally, arena, fault);
  if (status == STATUS_OK)
    status = phragmen_fill(&counting, &options, fault);
  if (status == STATUS_OK)
    counting_end(&counting, tally->profile, outcome);
  return status;
}

const struct rule phragmen_rule = {
    .name = "phragmen",
    .summary = "share each cost among supporters; fund next what burdens them least",
    .settings = phragmen_settings,
    .setting_count = sizeof phragmen_settings / sizeof phragmen_settings[0],
    .resolve = phragmen_resolve,
    .count = phragmen_count,
};
