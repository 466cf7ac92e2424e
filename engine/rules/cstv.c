#include "engine/rules/cstv.h"

#include "engine/rules/counting.h"
#include "engine/rules/cstv/ledger.h"

enum measure {
  MEASURE_EXCESS,
  MEASURE_RATIO,
  MEASURE_SUPPORT,
};

static const struct variant {
  const char *name;
  bool transfers; /* MT… */
  enum measure measure;
} variants[] = {
    {"ewt", false, MEASURE_EXCESS},   {"ewtc", false, MEASURE_RATIO},
    {"ewts", false, MEASURE_SUPPORT}, {"mt", true, MEASURE_EXCESS},
    {"mtc", true, MEASURE_RATIO},     {"mts", true, MEASURE_SUPPORT},
};

struct cstv {
  struct counting *counting;
  const struct support *support;
  const struct variant *variant;
  struct ledger ledger;
  bool *waiting;        /* [project_count] neither funded nor eliminated nor set aside */
  bool *eligible;       /* [project_count] */
  bool *aside;          /* [project_count] eliminated, or set aside */
  uint32_t *eliminated; /* [eliminated_count] in order */
  size_t eliminated_count;
  uint32_t *tied; /* [project_count] */
};

static const struct variant *variant_of(const struct settings *settings)
{
  const struct variant *variant = variants;
  while (!settings_has(settings, "variant", variant->name))
    variant++;
  return variant;
}

static enum status begin(struct cstv *cstv, struct counting *counting, struct fault *fault)
{
  struct arena *arena = counting->arena;
  size_t projects = counting->support.project_count;
  *cstv = (struct cstv){.counting = counting,
                        .support = &counting->support,
                        .variant = variant_of(counting->settings),
                        .waiting = ARENA_TAKE(arena, bool, projects),
                        .eligible = ARENA_TAKE(arena, bool, projects),
                        .aside = ARENA_TAKE(arena, bool, projects),
                        .eliminated = ARENA_TAKE(arena, uint32_t, projects),
                        .tied = ARENA_TAKE(arena, uint32_t, projects)};
  if (cstv->waiting == NULL || cstv->eligible == NULL || cstv->aside == NULL ||
      cstv->eliminated == NULL || cstv->tied == NULL)
    return fault_no_memory(fault);
  bool fund_unsupported = settings_boolean(counting->settings, "fund_unsupported");
  for (size_t i = 0; i < projects; i++)
    cstv->waiting[i] = fund_unsupported || cstv->support->votes[i] > 0;
  return ledger_begin(&cstv->ledger, counting, fault);
}

static uint64_t cost_of(const struct cstv *cstv, uint32_t project)
{
  return ledger_cost(&cstv->ledger, project);
}

/* --- comparing --- */

static struct ledger_side support_of(uint32_t project, uint64_t factor, uint64_t constant)
{
  return (struct ledger_side){
      .count = 1, .terms = {{PART_SUPPORT, project, factor}}, .constant = {.low = constant}};
}

/* What costs nothing and has no support is worth no more than what costs a little. */
static uint64_t divisor_of(const struct cstv *cstv, uint32_t project)
{
  uint64_t cost = cost_of(cstv, project);
  return cost > 0 ? cost : 1;
}

/* >0 when `a` is better. */
static enum status compare(struct cstv *cstv, uint32_t a, uint32_t b, int *order,
                           struct fault *fault)
{
  struct ledger_side left = support_of(a, 1, 0), right = support_of(b, 1, 0);
  if (cstv->variant->measure == MEASURE_EXCESS) {
    left.constant.low = cost_of(cstv, b);
    right.constant.low = cost_of(cstv, a);
  } else if (cstv->variant->measure == MEASURE_RATIO) {
    left.terms[0].factor = divisor_of(cstv, b);
    right.terms[0].factor = divisor_of(cstv, a);
  }
  return ledger_compare(&cstv->ledger, &left, &right, order, fault);
}

/* Puts into `tied` the best of those marked, or with `sign` -1 the worst, and how many these are. */
static enum status find_best(struct cstv *cstv, const bool *among, int sign, size_t *count,
                             struct fault *fault)
{
  *count = 0;
  for (uint32_t i = 0; i < cstv->support->project_count; i++) {
    int order = 1;
    if (!among[i])
      continue;
    if (*count > 0) {
      enum status status = compare(cstv, i, cstv->tied[0], &order, fault);
      if (status != STATUS_OK)
        return status;
      order *= sign;
    }
    if (order > 0)
      *count = 0;
    if (order >= 0)
      cstv->tied[(*count)++] = i;
  }
  return STATUS_OK;
}

/* Whether a project's part, all that is given to it or all that its supporters have, is its cost. */
static enum status has_cost(struct cstv *cstv, uint32_t project, enum part part, bool *has,
                            struct fault *fault)
{
  const struct ledger_side sum = {.count = 1, .terms = {{part, project, 1}}};
  const struct ledger_side cost = {.constant = {.low = cost_of(cstv, project)}};
  int order = 0;
  *has = false;
  if (cstv->support->votes[project] == 0)
    return STATUS_OK;
  enum status status = ledger_compare(&cstv->ledger, &sum, &cost, &order, fault);
  *has = order >= 0;
  return status;
}

/* --- funding --- */

/* The one that the tie list puts first, of the `count` in `tied`; a tie is noted. */
static enum status choose(struct cstv *cstv, size_t count, uint32_t *project, struct fault *fault)
{
  *project = counting_first(cstv->counting, cstv->tied, count);
  return count > 1 ? counting_tie(cstv->counting, cstv->tied, count, fault) : STATUS_OK;
}

/* Funds it with what was given to it, or what it can be given. */
static enum status fund(struct cstv *cstv, uint32_t project, bool transfer, struct fault *fault)
{
  struct round *round =
      counting_fund(cstv->counting, project, transfer ? "minimal-transfer" : "cstv");
  round->support_known = true;
  enum status status = ledger_support(&cstv->ledger, project, &round->support, fault);
  cstv->waiting[project] = false;
  if (status != STATUS_OK)
    return status;
  if (transfer)
    return ledger_transfer(&cstv->ledger, project, fault);
  if (cost_of(cstv, project) > 0)
    ledger_pay(&cstv->ledger, project);
  else
    ledger_close(&cstv->ledger, project);
  return STATUS_OK;
}

/* Projects that cost nothing are funded first, for nothing. */
static enum status fund_free(struct cstv *cstv, struct fault *fault)
{
  for (;;) {
    size_t count = 0;
    uint32_t project = 0;
    for (uint32_t i = 0; i < cstv->support->project_count; i++) {
      if (cstv->waiting[i] && cstv->support->votes[i] > 0 && cost_of(cstv, i) == 0)
        cstv->tied[count++] = i;
    }
    if (count == 0)
      return STATUS_OK;
    enum status status = choose(cstv, count, &project, fault);
    if (status == STATUS_OK)
      status = fund(cstv, project, false, fault);
    if (status != STATUS_OK)
      return status;
  }
}

static enum status fund_eligible(struct cstv *cstv, bool *funded, struct fault *fault)
{
  size_t count = 0;
  uint32_t project = 0;
  enum status status = STATUS_OK;
  for (uint32_t i = 0; i < cstv->support->project_count && status == STATUS_OK; i++) {
    cstv->eligible[i] = false;
    if (cstv->waiting[i])
      status = has_cost(cstv, i, PART_SUPPORT, &cstv->eligible[i], fault);
  }
  if (status == STATUS_OK)
    status = find_best(cstv, cstv->eligible, 1, &count, fault);
  *funded = count > 0;
  if (status == STATUS_OK && count > 0)
    status = choose(cstv, count, &project, fault);
  if (status == STATUS_OK && count > 0)
    status = fund(cstv, project, false, fault);
  return status;
}

/* --- when nothing has its cost --- */

/* Of equal ones that goes which the tie list puts last; the tie is told of it and the one before. */
static enum status eliminate_worst(struct cstv *cstv, bool *more, struct fault *fault)
{
  size_t count = 0;
  enum status status = find_best(cstv, cstv->waiting, -1, &count, fault);
  *more = count > 0;
  if (status != STATUS_OK || count == 0)
    return status;
  const uint32_t *order = cstv->counting->order;
  uint32_t last[2] = {cstv->tied[0], cstv->tied[0]};
  for (size_t i = 1; i < count; i++) {
    uint32_t project = cstv->tied[i];
    if (order[project] > order[last[1]]) {
      last[0] = last[1];
      last[1] = project;
    } else if (last[0] == last[1] || order[project] > order[last[0]])
      last[0] = project;
  }
  uint32_t worst = last[1];
  if (count > 1)
    status = counting_tie(cstv->counting, last, 2, fault);
  cstv->waiting[worst] = false;
  cstv->aside[worst] = true;
  cstv->eliminated[cstv->eliminated_count++] = worst;
  ledger_close(&cstv->ledger, worst);
  return status;
}

static enum status transfer_to_best(struct cstv *cstv, bool *more, struct fault *fault)
{
  size_t count = 0;
  uint32_t project = 0;
  enum status status = STATUS_OK;
  for (uint32_t i = 0; i < cstv->support->project_count && status == STATUS_OK; i++) {
    bool reachable = false;
    if (!cstv->waiting[i])
      continue;
    status = has_cost(cstv, i, PART_MONEY, &reachable, fault);
    cstv->waiting[i] = reachable;
    cstv->aside[i] = !reachable;
  }
  if (status == STATUS_OK)
    status = find_best(cstv, cstv->waiting, 1, &count, fault);
  *more = count > 0;
  if (status == STATUS_OK && count > 0)
    status = choose(cstv, count, &project, fault);
  if (status == STATUS_OK && count > 0)
    status = fund(cstv, project, true, fault);
  return status;
}

static enum status fund_supported(struct cstv *cstv, struct fault *fault)
{
  const struct progress *progress = cstv->counting->progress;
  enum status status = fund_free(cstv, fault);
  bool more = true;
  while (status == STATUS_OK && more) {
    if (progress != NULL)
      progress->tell(progress->context, "cstv", cstv->ledger.event_count);
    status = fund_eligible(cstv, &more, fault);
    if (status == STATUS_OK && !more)
      status = cstv->variant->transfers ? transfer_to_best(cstv, &more, fault)
                                        : eliminate_worst(cstv, &more, fault);
  }
  return status;
}

/* --- what is left of the budget --- */

static bool take_if_it_fits(struct cstv *cstv, uint32_t project, const char *stage)
{
  struct counting *counting = cstv->counting;
  struct project_result *result = &counting->results[project];
  cstv->aside[project] = false;
  if (counting->election->projects[project].cost <= counting->left) {
    (void)counting_fund(counting, project, stage);
    return true;
  }
  result->reason = REASON_DID_NOT_FIT;
  result->left = counting->left;
  return false;
}

static enum status fill_up(struct cstv *cstv, struct fault *fault)
{
  for (size_t i = cstv->eliminated_count; i-- > 0;)
    (void)take_if_it_fits(cstv, cstv->eliminated[i], "reverse-elimination");
  for (;;) {
    size_t count = 0;
    uint32_t project = 0;
    enum status status = find_best(cstv, cstv->aside, 1, &count, fault);
    if (status != STATUS_OK || count == 0)
      return status;
    status = choose(cstv, count, &project, fault);
    if (status != STATUS_OK)
      return status;
    if (take_if_it_fits(cstv, project, "acceptance"))
      ledger_consume(&cstv->ledger, project);
  }
}

/* --- the rule --- */

static const struct setting cstv_settings[] = {
    {.name = "variant",
     .kind = SETTING_WORD,
     .words = "ewt ewtc ewts mt mtc mts",
     .fallback = "mtc",
     .meaning = "when no project has its cost: ewt… eliminates the worst, mt… raises what "
                "supporters give to the best; which is by excess, with c by support per cost, "
                "with s by support"},
    {.name = "fund_unsupported",
     .kind = SETTING_BOOLEAN,
     .fallback = "false",
     .meaning = "projects that nobody supports come last instead of never"},
    {.name = "utility",
     .kind = SETTING_WORD,
     .words = "cardinality points borda borda-max",
     .fallback = NULL,
     .meaning = "in what proportion a ballot divides its money: equally, by points or by rank; "
                "unless given: cardinality for approvals, points for points and scores, borda for "
                "rankings"},
    SETTING_ROW_BORDA_ZERO,
    SETTING_ROW_TIE_BREAK,
};

static enum status cstv_resolve(struct settings *settings, const struct election *election,
                                struct arena *arena, struct fault *fault)
{
  (void)arena;
  return counting_resolve(settings, election, fault);
}

static enum status cstv_count(const struct tally *tally, struct arena *arena,
                              struct outcome *outcome, struct fault *fault)
{
  struct counting counting;
  struct cstv cstv;
  enum status status = counting_begin(&counting, tally, arena, fault);
  if (status == STATUS_OK)
    status = begin(&cstv, &counting, fault);
  if (status == STATUS_OK)
    status = fund_supported(&cstv, fault);
  if (status == STATUS_OK)
    status = fill_up(&cstv, fault);
  if (status == STATUS_OK)
    counting_end(&counting, tally->profile, outcome);
  return status;
}

const struct rule cstv_rule = {
    .name = "cstv",
    .summary = "each ballot divides an equal part of the budget; what a project cannot use goes to "
               "the others of the ballot",
    .settings = cstv_settings,
    .setting_count = sizeof cstv_settings / sizeof cstv_settings[0],
    .resolve = cstv_resolve,
    .count = cstv_count,
};
