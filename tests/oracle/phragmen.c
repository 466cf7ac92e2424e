/* Phragmén's sequential rule as its definition reads: every s(c) is worked out in every round from
 * the load of each voter (or group of voters with one ballot), which is a rational kept for it. */
#include "tests/oracle/phragmen.h"

#include <string.h>

struct state {
  const struct oracle_count *count;
  mpq_t *loads; /* [ballots] */
  bool *funded; /* [projects] */
  bool *out;    /* [projects] dearer than the whole budget */
  mpq_t s, least, term;
};

static bool names(const struct state *state, const struct choice *choice, uint32_t project)
{
  const struct oracle_count *count = state->count;
  struct oracle_reading reading =
      oracle_reading_of(count->election, count->ballots, count->settings->utility);
  for (size_t mark = 0; mark < choice->count; mark++)
    if (choice->marks[mark].project == project)
      return oracle_weight(&reading, choice, mark) > 0;
  return false;
}

/* state->s = (cost + loads of supporters) / supporters */
static void work_out(struct state *state, uint32_t project)
{
  const struct oracle_ballots *ballots = state->count->ballots;
  int64_t supporters = 0;
  oracle_set(state->s, state->count->election->projects[project].cost);
  for (size_t i = 0; i < ballots->count; i++) {
    if (!names(state, &ballots->choices[i], project))
      continue;
    int64_t times = ballots->times != NULL ? ballots->times[i] : 1;
    supporters += times;
    oracle_set(state->term, times);
    mpq_mul(state->term, state->term, state->loads[i]);
    mpq_add(state->s, state->s, state->term);
  }
  if (supporters != (int64_t)state->count->facts->votes[project])
    oracle_fail("a project has other supporters than votes");
  oracle_set(state->term, supporters);
  mpq_div(state->s, state->s, state->term);
}

static bool fits(const struct state *state, const struct oracle_result *result, uint32_t project)
{
  return state->count->election->projects[project].cost <=
         state->count->election->budget - result->spent;
}

static bool may_be_funded(const struct state *state, const struct oracle_result *result,
                          uint32_t project)
{
  return !state->funded[project] && !state->out[project] &&
         (state->count->settings->stop_at_miss || fits(state, result, project));
}

/* All those of least s, in the order of the tie list; s is left in state->least. */
static size_t find_tied(struct state *state, const struct oracle_result *result, uint32_t *tied)
{
  const struct oracle_facts *facts = state->count->facts;
  size_t count = 0;
  for (uint32_t project = 0; project < facts->project_count; project++) {
    if (!may_be_funded(state, result, project) || facts->votes[project] == 0)
      continue;
    work_out(state, project);
    int order = count == 0 ? -1 : mpq_cmp(state->s, state->least);
    if (order < 0) {
      mpq_set(state->least, state->s);
      count = 0;
    }
    if (order <= 0)
      tied[count++] = project;
  }
  if (count == 0 && state->count->settings->fund_unsupported)
    for (uint32_t project = 0; project < facts->project_count; project++)
      if (may_be_funded(state, result, project))
        tied[count++] = project;
  for (size_t i = 1; i < count; i++)
    for (size_t k = i; k > 0 && facts->order[tied[k]] < facts->order[tied[k - 1]]; k--) {
      uint32_t swap = tied[k];
      tied[k] = tied[k - 1];
      tied[k - 1] = swap;
    }
  return count;
}

static void fund(struct state *state, uint32_t project, struct oracle_purchase *purchase,
                 struct oracle_result *result)
{
  const struct oracle_ballots *ballots = state->count->ballots;
  state->funded[project] = true;
  oracle_select(state->count->election, result, project);
  if (state->count->facts->votes[project] == 0)
    return;
  purchase->load = oracle_text(state->least, state->count->arena);
  for (size_t i = 0; i < ballots->count; i++) {
    if (!names(state, &ballots->choices[i], project))
      continue;
    if (mpq_cmp(state->loads[i], state->least) > 0)
      oracle_fail("a load would fall");
    mpq_set(state->loads[i], state->least);
  }
}

void oracle_phragmen(const struct oracle_count *count, mpq_t *loads, struct oracle_result *result)
{
  size_t projects = count->facts->project_count;
  struct state state = {.count = count,
                        .loads = loads,
                        .funded = ORACLE_TAKE(count->arena, bool, projects),
                        .out = ORACLE_TAKE(count->arena, bool, projects)};
  struct oracle_purchase *purchases = ORACLE_TAKE(count->arena, struct oracle_purchase, projects);
  mpq_inits(state.s, state.least, state.term, (mpq_ptr)NULL);
  for (size_t i = 0; i < result->selected_count; i++)
    state.funded[result->selected[i]] = true;
  for (size_t i = 0; i < projects; i++)
    state.out[i] = count->election->projects[i].cost > count->election->budget;
  result->stage = "phragmen";
  result->purchases = purchases;
  result->purchases_from = result->selected_count;
  for (;;) {
    uint32_t *tied = ORACLE_TAKE(count->arena, uint32_t, projects);
    size_t tied_count = find_tied(&state, result, tied);
    bool all_fit = true;
    for (size_t i = 0; i < tied_count; i++)
      all_fit = all_fit && fits(&state, result, tied[i]);
    if (tied_count == 0 || !all_fit)
      break;
    struct oracle_purchase *purchase = &purchases[result->purchase_count++];
    *purchase = (struct oracle_purchase){.tied_count = tied_count, .tied = tied};
    fund(&state, tied[0], purchase, result);
  }
  mpq_clears(state.s, state.least, state.term, (mpq_ptr)NULL);
}
