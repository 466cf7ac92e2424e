/* Cumulative support transfer voting as its definition reads: what each voter gives each project is a
 * rational of its own, which every transfer changes. */
#include "tests/oracle/cstv.h"

#include <string.h>

enum measure {
  EXCESS,
  RATIO,
  SUPPORT
};

struct state {
  const struct oracle_count *count;
  struct oracle_result *result;
  size_t voters, projects;
  bool transfers;
  enum measure measure;
  mpq_t *given;  /* [voters * projects] */
  bool *all;     /* [voters] gives all it has in the transfer at hand */
  bool *open;    /* [projects] can be given to */
  bool *waiting; /* [projects] may have its cost yet */
  bool *aside;   /* [projects] */
  uint32_t *eliminated;
  size_t eliminated_count;
  struct oracle_step *steps;
  struct oracle_tie *ties; /* [2 * projects] */
  int64_t *missed;
  mpq_t sum, other, factor, term;
};

static int64_t cost_of(const struct state *state, uint32_t project)
{
  return state->count->election->projects[project].cost;
}

static mpq_ptr given(struct state *state, size_t voter, uint32_t project)
{
  return state->given[voter * state->projects + project];
}

/* --- what is given --- */

static void divide_money(struct state *state, const struct choice *choice, size_t voter)
{
  const struct oracle_count *count = state->count;
  struct oracle_reading reading =
      oracle_reading_of(count->election, count->ballots, count->settings->utility);
  int64_t points = 0;
  for (size_t mark = 0; mark < choice->count; mark++) {
    int64_t weight = oracle_weight(&reading, choice, mark);
    points += weight > 0 ? weight : 0;
  }
  for (size_t mark = 0; mark < choice->count; mark++) {
    mpq_ptr amount = given(state, voter, choice->marks[mark].project);
    int64_t weight = oracle_weight(&reading, choice, mark);
    if (weight <= 0)
      continue;
    oracle_set(amount, weight);
    oracle_set(state->term, points);
    mpq_div(amount, amount, state->term);
    oracle_set(state->term, count->election->budget);
    mpq_mul(amount, amount, state->term);
    oracle_set(state->term, (int64_t)state->voters);
    mpq_div(amount, amount, state->term);
  }
}

/* to = what all give it */
static void support_of(struct state *state, uint32_t project, mpq_t to)
{
  mpq_set_ui(to, 0, 1);
  for (size_t voter = 0; voter < state->voters; voter++)
    mpq_add(to, to, given(state, voter, project));
}

/* to = what a voter gives to anything open */
static void money_of(struct state *state, size_t voter, mpq_t to)
{
  mpq_set_ui(to, 0, 1);
  for (uint32_t project = 0; project < state->projects; project++)
    if (state->open[project])
      mpq_add(to, to, given(state, voter, project));
}

/* A voter's `amount` goes to what it gives to, in proportion; it may be negative. */
static void spread(struct state *state, size_t voter, mpq_t amount)
{
  money_of(state, voter, state->factor);
  if (mpq_sgn(state->factor) == 0)
    return;
  mpq_div(state->factor, amount, state->factor);
  oracle_set(state->term, 1);
  mpq_add(state->factor, state->factor, state->term);
  for (uint32_t project = 0; project < state->projects; project++)
    if (state->open[project])
      mpq_mul(given(state, voter, project), given(state, voter, project), state->factor);
}

/* What voters give it beyond `part` of it goes elsewhere. */
static void close_project(struct state *state, uint32_t project, mpq_t part)
{
  mpq_t rest;
  mpq_init(rest);
  state->open[project] = false;
  state->waiting[project] = false;
  for (size_t voter = 0; voter < state->voters; voter++) {
    mpq_mul(rest, given(state, voter, project), part);
    mpq_sub(rest, given(state, voter, project), rest);
    spread(state, voter, rest);
    mpq_set_ui(given(state, voter, project), 0, 1);
  }
  mpq_clear(rest);
}

/* --- comparing --- */

static void measure_of(struct state *state, uint32_t project, mpq_t to)
{
  int64_t cost = cost_of(state, project);
  support_of(state, project, to);
  if (state->measure == SUPPORT)
    return;
  oracle_set(state->term, state->measure == RATIO && cost == 0 ? 1 : cost);
  if (state->measure == RATIO)
    mpq_div(to, to, state->term);
  else
    mpq_sub(to, to, state->term);
}

/* Those of the best, or the worst, measure in the order of the tie list. */
static size_t find(struct state *state, const bool *among, int sign, uint32_t *tied)
{
  const uint32_t *order = state->count->facts->order;
  size_t count = 0;
  for (uint32_t project = 0; project < state->projects; project++) {
    if (!among[project])
      continue;
    measure_of(state, project, state->sum);
    int difference = count == 0 ? 1 : sign * mpq_cmp(state->sum, state->other);
    if (difference > 0) {
      mpq_set(state->other, state->sum);
      count = 0;
    }
    if (difference < 0)
      continue;
    size_t place = count++;
    for (; place > 0 && order[tied[place - 1]] > order[project]; place--)
      tied[place] = tied[place - 1];
    tied[place] = project;
  }
  return count;
}

static void note_tie(struct state *state, const uint32_t *tied, size_t count)
{
  struct oracle_tie *tie = &state->ties[state->result->tie_count];
  uint32_t *kept = ORACLE_TAKE(state->count->arena, uint32_t, count);
  if (count < 2)
    return;
  memcpy(kept, tied, count * sizeof *kept);
  *tie =
      (struct oracle_tie){.round = state->result->selected_count, .count = count, .projects = kept};
  state->result->tie_count++;
}

/* --- funding --- */

static void enter(struct state *state, uint32_t project, const char *stage, int64_t support)
{
  state->steps[state->result->selected_count] =
      (struct oracle_step){.stage = stage, .support = support};
  oracle_select(state->count->election, state->result, project);
}

static int64_t nearest(struct state *state, uint32_t project)
{
  support_of(state, project, state->sum);
  mpq_set_ui(state->term, 1, 2);
  mpq_add(state->sum, state->sum, state->term);
  return oracle_floor(state->sum);
}

/* The part of its support that is its cost. */
static void fund(struct state *state, uint32_t project, const char *stage, int64_t support)
{
  mpq_t part;
  mpq_init(part);
  support_of(state, project, state->sum);
  if (mpq_sgn(state->sum) > 0) {
    oracle_set(part, cost_of(state, project));
    mpq_div(part, part, state->sum);
  }
  enter(state, project, stage, support);
  close_project(state, project, part);
  mpq_clear(part);
}

static bool has_cost(struct state *state, uint32_t project)
{
  support_of(state, project, state->sum);
  oracle_set(state->term, cost_of(state, project));
  return state->count->facts->votes[project] > 0 && mpq_cmp(state->sum, state->term) >= 0;
}

static bool fund_best(struct state *state, bool free_ones)
{
  bool *eligible = ORACLE_TAKE(state->count->arena, bool, state->projects);
  uint32_t *tied = ORACLE_TAKE(state->count->arena, uint32_t, state->projects);
  size_t count = 0;
  for (uint32_t project = 0; project < state->projects; project++)
    eligible[project] = state->waiting[project] && has_cost(state, project) &&
                        (!free_ones || cost_of(state, project) == 0);
  if (!free_ones) {
    count = find(state, eligible, 1, tied);
  } else {
    for (uint32_t project = 0; project < state->projects; project++)
      if (eligible[project])
        tied[count++] = project;
    for (size_t i = 1; i < count; i++)
      for (size_t k = i;
           k > 0 && state->count->facts->order[tied[k]] < state->count->facts->order[tied[k - 1]];
           k--) {
        uint32_t swap = tied[k];
        tied[k] = tied[k - 1];
        tied[k - 1] = swap;
      }
  }
  if (count == 0)
    return false;
  note_tie(state, tied, count);
  fund(state, tied[0], "cstv", nearest(state, tied[0]));
  return true;
}

static bool eliminate(struct state *state)
{
  uint32_t *tied = ORACLE_TAKE(state->count->arena, uint32_t, state->projects);
  size_t count = find(state, state->waiting, -1, tied);
  mpq_t nothing;
  if (count == 0)
    return false;
  if (count > 1)
    note_tie(state, tied + count - 2, 2);
  mpq_init(nothing);
  state->eliminated[state->eliminated_count++] = tied[count - 1];
  close_project(state, tied[count - 1], nothing);
  mpq_clear(nothing);
  return true;
}

/* --- minimal transfers --- */

static bool reachable(struct state *state, uint32_t project)
{
  mpq_set_ui(state->sum, 0, 1);
  for (size_t voter = 0; voter < state->voters; voter++) {
    if (mpq_sgn(given(state, voter, project)) == 0)
      continue;
    money_of(state, voter, state->other);
    mpq_add(state->sum, state->sum, state->other);
  }
  oracle_set(state->term, cost_of(state, project));
  return state->count->facts->votes[project] > 0 && mpq_cmp(state->sum, state->term) >= 0;
}

/* state->other = the ratio at which those who do not give all make up for what is missing; false
 * when all do. */
static bool ratio_of(struct state *state, uint32_t project)
{
  mpq_set_ui(state->sum, 0, 1);
  oracle_set(state->other, cost_of(state, project));
  for (size_t voter = 0; voter < state->voters; voter++) {
    if (state->all[voter]) {
      money_of(state, voter, state->factor);
      mpq_sub(state->other, state->other, state->factor);
    } else {
      mpq_add(state->sum, state->sum, given(state, voter, project));
    }
  }
  if (mpq_sgn(state->sum) == 0)
    return false;
  mpq_div(state->other, state->other, state->sum);
  return true;
}

static void find_ratio(struct state *state, uint32_t project)
{
  bool changed = true;
  memset(state->all, 0, state->voters * sizeof *state->all);
  while (changed && ratio_of(state, project)) {
    changed = false;
    for (size_t voter = 0; voter < state->voters; voter++) {
      money_of(state, voter, state->factor);
      mpq_mul(state->term, given(state, voter, project), state->other);
      if (!state->all[voter] && mpq_sgn(state->term) > 0 && mpq_cmp(state->term, state->factor) > 0)
        state->all[voter] = changed = true;
    }
  }
}

static void transfer(struct state *state, uint32_t project)
{
  int64_t support = nearest(state, project);
  mpq_t ratio, money;
  mpq_inits(ratio, money, (mpq_ptr)NULL);
  find_ratio(state, project);
  mpq_set(ratio, state->other);
  for (size_t voter = 0; voter < state->voters; voter++) {
    mpq_ptr here = given(state, voter, project);
    if (mpq_sgn(here) == 0)
      continue;
    money_of(state, voter, money);
    if (state->all[voter]) {
      mpq_sub(money, here, money);
    } else {
      mpq_mul(money, here, ratio);
      mpq_sub(money, here, money);
    }
    /* `money` is now minus what the others lose to this one. */
    state->open[project] = false;
    spread(state, voter, money);
    state->open[project] = true;
    mpq_sub(here, here, money);
  }
  support_of(state, project, state->sum);
  oracle_set(state->term, cost_of(state, project));
  if (!mpq_equal(state->sum, state->term))
    oracle_fail("a transfer does not make the cost");
  fund(state, project, "minimal-transfer", support);
  mpq_clears(ratio, money, (mpq_ptr)NULL);
}

static bool transfer_to_best(struct state *state)
{
  uint32_t *tied = ORACLE_TAKE(state->count->arena, uint32_t, state->projects);
  for (uint32_t project = 0; project < state->projects; project++)
    if (state->waiting[project] && !reachable(state, project)) {
      state->waiting[project] = false;
      state->aside[project] = true;
    }
  size_t count = find(state, state->waiting, 1, tied);
  if (count == 0)
    return false;
  note_tie(state, tied, count);
  transfer(state, tied[0]);
  return true;
}

/* --- the end --- */

static bool take_if_it_fits(struct state *state, uint32_t project, const char *stage)
{
  int64_t left = state->count->election->budget - state->result->spent;
  if (cost_of(state, project) > left) {
    state->missed[project] = left;
    return false;
  }
  enter(state, project, stage, -1);
  return true;
}

static void accept_all(struct state *state)
{
  uint32_t *tied = ORACLE_TAKE(state->count->arena, uint32_t, state->projects);
  for (;;) {
    size_t count = find(state, state->aside, 1, tied);
    if (count == 0)
      return;
    note_tie(state, tied, count);
    state->aside[tied[0]] = false;
    if (!take_if_it_fits(state, tied[0], "acceptance"))
      continue;
    for (size_t voter = 0; voter < state->voters; voter++)
      if (mpq_sgn(given(state, voter, tied[0])) > 0)
        for (uint32_t project = 0; project < state->projects; project++)
          mpq_set_ui(given(state, voter, project), 0, 1);
  }
}

static void read_variant(struct state *state)
{
  const char *name = state->count->settings->variant;
  state->transfers = name[0] == 'm';
  name += strlen(state->transfers ? "mt" : "ewt");
  state->measure = *name == 'c' ? RATIO : *name == 's' ? SUPPORT : EXCESS;
}

static void run(struct state *state)
{
  while (fund_best(state, true))
    ;
  while (fund_best(state, false) || (state->transfers ? transfer_to_best(state) : eliminate(state)))
    ;
  while (state->eliminated_count > 0)
    (void)take_if_it_fits(state, state->eliminated[--state->eliminated_count],
                          "reverse-elimination");
  accept_all(state);
}

void oracle_cstv(const struct oracle_count *count, struct oracle_result *result)
{
  size_t voters = count->facts->voters, projects = count->facts->project_count;
  struct arena *arena = count->arena;
  struct state state = {.count = count,
                        .result = result,
                        .voters = voters,
                        .projects = projects,
                        .given = oracle_numbers(voters * projects),
                        .all = ORACLE_TAKE(arena, bool, voters),
                        .open = ORACLE_TAKE(arena, bool, projects),
                        .waiting = ORACLE_TAKE(arena, bool, projects),
                        .aside = ORACLE_TAKE(arena, bool, projects),
                        .eliminated = ORACLE_TAKE(arena, uint32_t, projects),
                        .steps = ORACLE_TAKE(arena, struct oracle_step, projects),
                        .ties = ORACLE_TAKE(arena, struct oracle_tie, 2 * projects + 1),
                        .missed = ORACLE_TAKE(arena, int64_t, projects)};
  size_t voter = 0;
  mpq_inits(state.sum, state.other, state.factor, state.term, (mpq_ptr)NULL);
  read_variant(&state);
  for (size_t i = 0; i < count->ballots->count; i++)
    for (uint32_t k = count->ballots->times != NULL ? count->ballots->times[i] : 1; k > 0; k--)
      divide_money(&state, &count->ballots->choices[i], voter++);
  for (size_t i = 0; i < projects; i++) {
    state.open[i] = true;
    state.waiting[i] = count->facts->votes[i] > 0 || count->settings->fund_unsupported;
    state.missed[i] = -1;
  }
  run(&state);
  result->steps_of_cstv = state.steps;
  result->ties = state.ties;
  result->missed = state.missed;
  oracle_numbers_free(state.given, voters * projects);
  mpq_clears(state.sum, state.other, state.factor, state.term, (mpq_ptr)NULL);
}
