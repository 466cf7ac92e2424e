#include "engine/margins/margins.h"

#include "engine/margins/proof.h"
#include "engine/margins/search.h"
#include "engine/margins/variant.h"

enum {
  QUESTIONS = 3,
  COST_STEPS = 64 /* parts of what a cost can change by, the first of which is tried first */
};

/* One project, and what is asked of it. */
struct inquiry {
  const struct tally *tally;
  const struct outcome *outcome;
  uint32_t project;
  bool funded;
  struct leavers leavers; /* of a project that is funded */
  uint64_t steps;         /* counts so far, for the progress */
};

static bool is_funded(const struct outcome *outcome, uint32_t project)
{
  return outcome->projects[project].reason == REASON_FUNDED;
}

/* Whether the project ends otherwise when the tally is this one. */
static enum status count_again(struct inquiry *inquiry, const struct election *election,
                               const struct profile *profile, struct arena *arena, bool *changed,
                               struct fault *fault)
{
  const struct progress *progress = inquiry->tally->progress;
  struct tally tally = *inquiry->tally;
  struct outcome outcome;
  tally.election = election;
  tally.profile = profile;
  tally.progress = NULL;
  if (progress != NULL)
    progress->tell(progress->context, "margins", ++inquiry->steps);
  enum status status = rule_count_ballots(&tally, arena, &outcome, fault);
  if (status == STATUS_OK)
    *changed = is_funded(&outcome, inquiry->project) != inquiry->funded;
  return status;
}

/* --- votes --- */

static enum status ask_votes(void *context, int64_t number, bool *changed, struct fault *fault)
{
  struct inquiry *inquiry = context;
  const struct profile *profile = inquiry->tally->profile;
  struct arena arena = {0};
  struct profile variant;
  enum status status =
      inquiry->funded
          ? variant_leave(profile, &inquiry->leavers, (uint64_t)number, &arena, &variant, fault)
          : variant_join(profile, inquiry->project, (uint32_t)number, &arena, &variant, fault);
  if (status == STATUS_OK)
    status = count_again(inquiry, inquiry->tally->election, &variant, &arena, changed, fault);
  arena_free(&arena);
  return status;
}

static enum status find_votes(struct inquiry *inquiry, uint64_t counts, struct margin *margin,
                              struct fault *fault)
{
  const enum change change = inquiry->funded ? CHANGE_SUPPORTERS_LEAVE : CHANGE_FURTHER_VOTERS;
  const struct search_question question = {
      .ask = ask_votes,
      .context = inquiry,
      .most = inquiry->funded ? (int64_t)inquiry->leavers.voters
                              : (int64_t)(PROFILE_VOTERS_MAX - inquiry->tally->profile->voters),
      .first = 1,
      .monotone = proof_monotone(inquiry->tally, change),
      .counts = counts,
  };
  return search_least(&question, margin, fault);
}

/* --- cost --- */

static enum status ask_cost(void *context, int64_t number, bool *changed, struct fault *fault)
{
  struct inquiry *inquiry = context;
  const struct election *election = inquiry->tally->election;
  struct arena arena = {0};
  struct election variant = *election;
  struct project *projects = ARENA_TAKE(&arena, struct project, election->project_count);
  enum status status = STATUS_OK;
  if (projects == NULL) {
    status = fault_no_memory(fault);
  } else {
    for (size_t i = 0; i < election->project_count; i++)
      projects[i] = election->projects[i];
    projects[inquiry->project].cost += inquiry->funded ? number : -number;
    variant.projects = projects;
    status = count_again(inquiry, &variant, inquiry->tally->profile, &arena, changed, fault);
  }
  arena_free(&arena);
  return status;
}

/* What costs more than the budget is not funded. */
static enum status find_cost(struct inquiry *inquiry, uint64_t counts, struct margin *margin,
                             struct fault *fault)
{
  const struct election *election = inquiry->tally->election;
  const int64_t cost = election->projects[inquiry->project].cost;
  const int64_t dearest = election->budget < MONEY_MAX ? election->budget + 1 : MONEY_MAX;
  const int64_t most = inquiry->funded ? dearest - cost : cost;
  const struct search_question question = {
      .ask = ask_cost,
      .context = inquiry,
      .most = most,
      .first = most / COST_STEPS + 1,
      .monotone = proof_monotone(inquiry->tally, CHANGE_COST),
      .counts = counts,
  };
  return search_least(&question, margin, fault);
}

/* --- rivals --- */

static enum status ask_rival(struct inquiry *inquiry, uint32_t rival, bool *changed,
                             struct fault *fault)
{
  struct arena arena = {0};
  struct profile variant;
  enum status status = variant_without(inquiry->tally->profile, rival, &arena, &variant, fault);
  if (status == STATUS_OK)
    status = count_again(inquiry, inquiry->tally->election, &variant, &arena, changed, fault);
  arena_free(&arena);
  return status;
}

static enum status find_rivals(struct inquiry *inquiry, uint64_t counts, struct arena *arena,
                               struct margins *margins, struct fault *fault)
{
  const struct outcome *outcome = inquiry->outcome;
  uint32_t *rivals = ARENA_TAKE(arena, uint32_t, outcome->selected_count);
  enum status status = STATUS_OK;
  if (rivals == NULL)
    return fault_no_memory(fault);
  margins->rivals = rivals;
  for (size_t i = 0; i < outcome->selected_count && status == STATUS_OK; i++) {
    bool changed = false;
    if (outcome->selected[i] == inquiry->project)
      continue;
    if (margins->rivals_tried == counts) {
      margins->rivals_left++;
      continue;
    }
    margins->rivals_tried++;
    status = ask_rival(inquiry, outcome->selected[i], &changed, fault);
    if (status == STATUS_OK && changed)
      rivals[margins->rival_count++] = outcome->selected[i];
  }
  return status;
}

enum status margins_find(const struct tally *tally, const struct outcome *outcome, uint32_t project,
                         uint64_t counts, struct arena *arena, struct margins *margins,
                         struct fault *fault)
{
  struct inquiry inquiry = {.tally = tally,
                            .outcome = outcome,
                            .project = project,
                            .funded = is_funded(outcome, project)};
  const uint64_t part = counts / QUESTIONS;
  enum status status = STATUS_OK;
  *margins = (struct margins){.project = project, .funded = inquiry.funded};
  if (inquiry.funded)
    status = variant_leavers(tally->profile, project, arena, &inquiry.leavers, fault);
  if (status == STATUS_OK)
    status = find_votes(&inquiry, part, &margins->votes, fault);
  if (status == STATUS_OK)
    status = find_cost(&inquiry, part, &margins->cost, fault);
  if (status == STATUS_OK)
    status = find_rivals(&inquiry, part, arena, margins, fault);
  return status;
}
