/* Expanding approvals as its definition reads: every voter has a purse of its own, and a price is
 * found by letting those give all they have who hold less than an equal part of what is left to pay. */
#include "tests/oracle/expanding.h"

struct state {
  const struct oracle_count *count;
  size_t voters, projects;
  size_t *rank;    /* [voters * projects] from 1; 0: no support */
  mpq_t *money;    /* [voters] */
  bool *gives_all; /* [voters] of the price looked for last */
  bool *funded;    /* [projects] */
  mpq_t *paid;     /* [projects * voters] what each paid for each */
  mpq_t sum, part, price, least;
  size_t round_count;
  struct oracle_round *rounds; /* [projects] */
  const uint32_t **tied;       /* [projects] */
  size_t *tied_count;          /* [projects] */
};

static int64_t cost_of(const struct state *state, uint32_t project)
{
  return state->count->election->projects[project].cost;
}

static void rank_voter(struct state *state, const struct choice *choice, size_t voter)
{
  struct oracle_reading reading = oracle_reading_of(state->count->election, state->count->ballots,
                                                    state->count->settings->utility);
  for (size_t mark = 0; mark < choice->count; mark++) {
    int64_t weight = oracle_weight(&reading, choice, mark);
    size_t rank = 1;
    for (size_t other = 0; other < choice->count; other++)
      rank += oracle_weight(&reading, choice, other) > weight;
    if (weight > 0)
      state->rank[voter * state->projects + choice->marks[mark].project] = rank;
  }
}

static void rank_all(struct state *state)
{
  const struct oracle_ballots *ballots = state->count->ballots;
  size_t voter = 0;
  for (size_t i = 0; i < ballots->count; i++)
    for (uint32_t k = ballots->times != NULL ? ballots->times[i] : 1; k > 0; k--)
      rank_voter(state, &ballots->choices[i], voter++);
}

static bool supports(const struct state *state, size_t voter, uint32_t project, size_t most)
{
  size_t rank = state->rank[voter * state->projects + project];
  return rank > 0 && rank <= most;
}

/* state->part = (cost - what those give who give all) / the others; false when there are none. */
static bool divide(struct state *state, uint32_t project, size_t most)
{
  int64_t others = 0;
  oracle_set(state->sum, cost_of(state, project));
  for (size_t voter = 0; voter < state->voters; voter++) {
    if (!supports(state, voter, project, most))
      continue;
    if (state->gives_all[voter])
      mpq_sub(state->sum, state->sum, state->money[voter]);
    else
      others++;
  }
  if (others == 0)
    return false;
  oracle_set(state->part, others);
  mpq_div(state->part, state->sum, state->part);
  return true;
}

static void check_price(struct state *state, uint32_t project, size_t most)
{
  mpq_set_ui(state->sum, 0, 1);
  for (size_t voter = 0; voter < state->voters; voter++)
    if (supports(state, voter, project, most))
      mpq_add(state->sum, state->sum,
              mpq_cmp(state->money[voter], state->price) < 0 ? state->money[voter] : state->price);
  oracle_set(state->part, cost_of(state, project));
  if (!mpq_equal(state->sum, state->part))
    oracle_fail("a price does not make the cost");
}

/* state->price, and who gives all; false when it is more than they hold. */
static bool find_price(struct state *state, uint32_t project, size_t most)
{
  bool changed = true;
  for (size_t voter = 0; voter < state->voters; voter++)
    state->gives_all[voter] = false;
  while (changed) {
    changed = false;
    if (!divide(state, project, most))
      return false;
    for (size_t voter = 0; voter < state->voters; voter++)
      if (supports(state, voter, project, most) && !state->gives_all[voter] &&
          mpq_cmp(state->money[voter], state->part) < 0)
        state->gives_all[voter] = changed = true;
  }
  mpq_set(state->price, state->part);
  check_price(state, project, most);
  return true;
}

/* Those of least price that can be paid for, free ones only or none of these, in the order of the
 * tie list. */
static size_t find_tied(struct state *state, size_t most, bool free_ones, uint32_t *tied)
{
  const uint32_t *order = state->count->facts->order;
  size_t count = 0;
  for (uint32_t project = 0; project < state->projects; project++) {
    if (state->funded[project] || (cost_of(state, project) == 0) != free_ones ||
        !find_price(state, project, most))
      continue;
    int difference = count == 0 ? -1 : mpq_cmp(state->price, state->least);
    if (difference < 0) {
      mpq_set(state->least, state->price);
      count = 0;
    }
    if (difference > 0)
      continue;
    size_t place = count++;
    for (; place > 0 && order[tied[place - 1]] > order[project]; place--)
      tied[place] = tied[place - 1];
    tied[place] = project;
  }
  return count;
}

static void buy(struct state *state, uint32_t project, size_t most, struct oracle_result *result)
{
  struct oracle_round *round = &state->rounds[state->round_count++];
  if (!find_price(state, project, most))
    oracle_fail("a project can no longer be paid for");
  *round = (struct oracle_round){.project = project,
                                 .rho = oracle_text(state->price, state->count->arena),
                                 .rank = cost_of(state, project) > 0 ? most : 0};
  for (size_t voter = 0; voter < state->voters; voter++) {
    mpq_ptr money = state->money[voter], paid = state->paid[project * state->voters + voter];
    if (!supports(state, voter, project, most))
      continue;
    bool all = mpq_cmp(money, state->price) < 0;
    mpq_set(paid, all ? money : state->price);
    if (!all)
      round->paid_full += mpq_sgn(money) > 0 || cost_of(state, project) == 0;
    else
      round->paid_all += mpq_sgn(money) > 0;
    mpq_sub(money, money, paid);
  }
  state->funded[project] = true;
  oracle_select(state->count->election, result, project);
}

static void buy_all(struct state *state, size_t most, bool free_ones, struct oracle_result *result)
{
  for (;;) {
    uint32_t *tied = ORACLE_TAKE(state->count->arena, uint32_t, state->projects);
    size_t count = find_tied(state, most, free_ones, tied);
    if (count == 0)
      return;
    state->tied[state->round_count] = tied;
    state->tied_count[state->round_count] = count;
    buy(state, tied[0], most, result);
  }
}

/* Sums over all who support a project, whatever its rank. */
static int64_t floor_of_sum(struct state *state, uint32_t project, mpq_t *amounts)
{
  mpq_set_ui(state->sum, 0, 1);
  for (size_t voter = 0; voter < state->voters; voter++)
    if (supports(state, voter, project, state->projects))
      mpq_add(state->sum, state->sum, amounts[voter]);
  return oracle_floor(state->sum);
}

static void tell_money(struct state *state, struct oracle_result *result)
{
  struct arena *arena = state->count->arena;
  int64_t *left = ORACLE_TAKE(arena, int64_t, state->projects);
  int64_t *paid = ORACLE_TAKE(arena, int64_t, state->projects * state->projects);
  for (uint32_t p = 0; p < state->projects; p++) {
    left[p] = floor_of_sum(state, p, state->money);
    for (uint32_t q = 0; q < state->projects; q++)
      paid[p * state->projects + q] = floor_of_sum(state, p, state->paid + q * state->voters);
  }
  result->left = left;
  result->paid = paid;
}

void oracle_expanding(const struct oracle_count *count, struct oracle_result *result)
{
  size_t voters = count->facts->voters, projects = count->facts->project_count;
  struct arena *arena = count->arena;
  int64_t *had = ORACLE_TAKE(arena, int64_t, projects);
  struct state state = {.count = count,
                        .voters = voters,
                        .projects = projects,
                        .rank = ORACLE_TAKE(arena, size_t, voters * projects),
                        .money = oracle_numbers(voters),
                        .gives_all = ORACLE_TAKE(arena, bool, voters),
                        .funded = ORACLE_TAKE(arena, bool, projects),
                        .paid = oracle_numbers(projects * voters),
                        .rounds = ORACLE_TAKE(arena, struct oracle_round, projects),
                        .tied = ORACLE_TAKE(arena, const uint32_t *, projects),
                        .tied_count = ORACLE_TAKE(arena, size_t, projects)};
  mpq_inits(state.sum, state.part, state.price, state.least, (mpq_ptr)NULL);
  rank_all(&state);
  for (size_t voter = 0; voter < voters; voter++) {
    oracle_set(state.money[voter], count->election->budget);
    oracle_set(state.part, (int64_t)voters);
    mpq_div(state.money[voter], state.money[voter], state.part);
  }
  for (uint32_t project = 0; project < projects; project++)
    had[project] = floor_of_sum(&state, project, state.money);
  buy_all(&state, projects, true, result);
  for (size_t most = 1; most <= projects; most++)
    buy_all(&state, most, false, result);
  tell_money(&state, result);
  result->had = had;
  result->rounds = state.rounds;
  result->round_count = state.round_count;
  result->tied = state.tied;
  result->tied_count = state.tied_count;
  oracle_numbers_free(state.money, voters);
  oracle_numbers_free(state.paid, projects * voters);
  mpq_clears(state.sum, state.part, state.price, state.least, (mpq_ptr)NULL);
}
