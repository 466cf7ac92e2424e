/* Exact Equal Shares as its definition reads: every voter's money is a rational of its own, and
 * the buyers of a project are found by leaving out the poorest as long as they cannot pay. */
#include "tests/oracle/exact.h"

#include <stdlib.h>
#include <string.h>

struct purchase {
  uint32_t project;
  size_t payers;
  bool *paid; /* [voters] */
};

struct run {
  size_t count;
  struct purchase *purchases;
  mpq_t *before; /* [(count + 1) * voters] money before each purchase, and at the end */
  int64_t spent;
  const uint32_t **tied;
  size_t *tied_count;
};

struct state {
  const struct oracle_count *count;
  size_t voters, projects;
  bool *supports; /* [voters * projects] */
  mpq_t term, price;
};

static int64_t cost_of(const struct state *state, uint32_t project)
{
  return state->count->election->projects[project].cost;
}

static void read_ballots(struct state *state)
{
  const struct oracle_ballots *ballots = state->count->ballots;
  struct oracle_reading reading =
      oracle_reading_of(state->count->election, ballots, state->count->settings->utility);
  size_t voter = 0;
  for (size_t i = 0; i < ballots->count; i++)
    for (uint32_t k = ballots->times != NULL ? ballots->times[i] : 1; k > 0; k--, voter++)
      for (size_t mark = 0; mark < ballots->choices[i].count; mark++)
        if (oracle_weight(&reading, &ballots->choices[i], mark) > 0)
          state->supports[voter * state->projects + ballots->choices[i].marks[mark].project] = true;
}

/* price = cost / k */
static void set_price(struct state *state, uint32_t project, size_t k)
{
  oracle_set(state->price, cost_of(state, project));
  oracle_set(state->term, (int64_t)k);
  mpq_div(state->price, state->price, state->term);
}

/* Who buys the project: `buyers` and their number. */
static size_t find_buyers(struct state *state, uint32_t project, mpq_t *money, bool *buyers)
{
  size_t count = 0;
  for (size_t voter = 0; voter < state->voters; voter++) {
    buyers[voter] = state->supports[voter * state->projects + project];
    count += buyers[voter];
  }
  while (count > 0) {
    size_t poorest = SIZE_MAX;
    for (size_t voter = 0; voter < state->voters; voter++)
      if (buyers[voter] && (poorest == SIZE_MAX || mpq_cmp(money[voter], money[poorest]) < 0))
        poorest = voter;
    set_price(state, project, count);
    if (mpq_cmp(money[poorest], state->price) >= 0)
      return count;
    buyers[poorest] = false;
    count--;
  }
  return 0;
}

/* rho of a project bought by k, as a rational; free projects come before all others. */
static int compare_rho(struct state *state, uint32_t a, size_t k_a, uint32_t b, size_t k_b)
{
  const int64_t *scale = state->count->facts->scale;
  if (cost_of(state, a) == 0 || cost_of(state, b) == 0)
    return (cost_of(state, a) > 0) - (cost_of(state, b) > 0);
  mpq_t first, second;
  mpq_inits(first, second, (mpq_ptr)NULL);
  set_price(state, a, k_a);
  oracle_set(first, scale[a]);
  mpq_div(first, state->price, first);
  set_price(state, b, k_b);
  oracle_set(second, scale[b]);
  mpq_div(second, state->price, second);
  int order = mpq_cmp(first, second);
  mpq_clears(first, second, (mpq_ptr)NULL);
  return order;
}

static bool goes_before(struct state *state, uint32_t a, size_t k_a, uint32_t b, size_t k_b)
{
  const uint32_t *order = state->count->facts->order;
  int difference = compare_rho(state, a, k_a, b, k_b);
  return difference != 0 ? difference < 0 : order[a] < order[b];
}

static void list_tied(struct state *state, const size_t *buyers, uint32_t best, struct run *run)
{
  uint32_t *tied = ORACLE_TAKE(state->count->arena, uint32_t, state->projects);
  size_t count = 0;
  for (uint32_t project = 0; project < state->projects; project++)
    if (buyers[project] > 0 &&
        compare_rho(state, project, buyers[project], best, buyers[best]) == 0) {
      size_t place = count++;
      const uint32_t *order = state->count->facts->order;
      for (; place > 0 && order[tied[place - 1]] > order[project]; place--)
        tied[place] = tied[place - 1];
      tied[place] = project;
    }
  run->tied[run->count] = tied;
  run->tied_count[run->count] = count;
}

/* `whole`: goes on past the budget. */
static void run_from(struct state *state, mpq_srcptr endowment, bool whole, struct run *run)
{
  struct arena *arena = state->count->arena;
  bool *funded = ORACLE_TAKE(arena, bool, state->projects);
  size_t *buyers = ORACLE_TAKE(arena, size_t, state->projects);
  *run = (struct run){.purchases = ORACLE_TAKE(arena, struct purchase, state->projects),
                      .before = oracle_numbers((state->projects + 1) * state->voters),
                      .tied = ORACLE_TAKE(arena, const uint32_t *, state->projects),
                      .tied_count = ORACLE_TAKE(arena, size_t, state->projects)};
  for (size_t voter = 0; voter < state->voters; voter++)
    mpq_set(run->before[voter], endowment);
  while (whole || run->spent <= state->count->election->budget) {
    mpq_t *money = run->before + run->count * state->voters;
    bool *who = ORACLE_TAKE(arena, bool, state->voters);
    uint32_t best = UINT32_MAX;
    for (uint32_t project = 0; project < state->projects; project++) {
      buyers[project] = funded[project] ? 0 : find_buyers(state, project, money, who);
      if (buyers[project] > 0 &&
          (best == UINT32_MAX || goes_before(state, project, buyers[project], best, buyers[best])))
        best = project;
    }
    if (best == UINT32_MAX)
      return;
    list_tied(state, buyers, best, run);
    size_t count = find_buyers(state, best, money, who);
    set_price(state, best, count);
    for (size_t voter = 0; voter < state->voters; voter++) {
      mpq_set(money[state->voters + voter], money[voter]);
      if (who[voter])
        mpq_sub(money[state->voters + voter], money[voter], state->price);
    }
    funded[best] = true;
    run->spent += cost_of(state, best);
    run->purchases[run->count++] = (struct purchase){best, count, who};
  }
}

static void run_free(struct state *state, struct run *run)
{
  oracle_numbers_free(run->before, (state->projects + 1) * state->voters);
}

/* --- add-opt --- */

static int compare_rationals(const void *a, const void *b)
{
  return -mpq_cmp(*(const mpq_srcptr *)a, *(const mpq_srcptr *)b);
}

static bool is_bought(const struct run *run, uint32_t project, size_t before)
{
  for (size_t i = 0; i < before; i++)
    if (run->purchases[i].project == project)
      return true;
  return false;
}

/* Lowers `raise` to what k supporters of the project lack to buy it as purchase `place`, if it
 * would go before the one made there. `raise` is negative while there is none. */
static void try_to_buy(struct state *state, const struct run *run, size_t place, uint32_t project,
                       mpq_srcptr *richest, mpq_t raise)
{
  size_t supporters = 0;
  mpq_t lack;
  mpq_init(lack);
  for (size_t voter = 0; voter < state->voters; voter++)
    if (state->supports[voter * state->projects + project])
      richest[supporters++] = run->before[place * state->voters + voter];
  qsort(richest, supporters, sizeof *richest, compare_rationals);
  for (size_t k = 1; k <= supporters; k++) {
    const struct purchase *made = place < run->count ? &run->purchases[place] : NULL;
    if (made != NULL &&
        (made->project == project ? k <= made->payers
                                  : !goes_before(state, project, k, made->project, made->payers)))
      continue;
    set_price(state, project, k);
    mpq_sub(lack, state->price, richest[k - 1]);
    if (mpq_sgn(lack) <= 0)
      oracle_fail("a project was not bought that could have been");
    if (mpq_sgn(raise) < 0 || mpq_cmp(lack, raise) < 0)
      mpq_set(raise, lack);
  }
  mpq_clear(lack);
}

static bool same_run(const struct state *state, const struct run *a, const struct run *b)
{
  bool same = a->count == b->count;
  for (size_t i = 0; same && i < a->count; i++)
    same = a->purchases[i].project == b->purchases[i].project &&
           memcmp(a->purchases[i].paid, b->purchases[i].paid, state->voters) == 0;
  return same;
}

/* Whether every purchase is the same just below the raised endowment, and not at it. */
static void check_raise(struct state *state, const struct run *run, mpq_srcptr endowment,
                        mpq_srcptr raise)
{
  struct run below, at;
  mpq_t raised;
  mpq_init(raised);
  oracle_set(raised, 4096);
  mpq_div(raised, raise, raised);
  mpq_sub(raised, raise, raised);
  mpq_add(raised, raised, endowment);
  run_from(state, raised, true, &below);
  mpq_add(raised, endowment, raise);
  run_from(state, raised, true, &at);
  if (!same_run(state, run, &below) || same_run(state, run, &at))
    oracle_fail("the raise is not where the run changes");
  run_free(state, &below);
  run_free(state, &at);
  mpq_clear(raised);
}

/* Negative when nothing can change. */
static void find_raise(struct state *state, const struct run *run, mpq_srcptr endowment,
                       mpq_t raise)
{
  bool skip = state->count->settings->add_opt_skip;
  mpq_srcptr *richest = ORACLE_TAKE(state->count->arena, mpq_srcptr, state->voters);
  mpq_set_si(raise, -1, 1);
  for (size_t place = 0; place <= run->count; place++)
    for (uint32_t project = 0; project < state->projects; project++)
      if (!is_bought(run, project, skip ? run->count : place) && cost_of(state, project) > 0)
        try_to_buy(state, run, place, project, richest, raise);
  if (!skip && mpq_sgn(raise) > 0)
    check_raise(state, run, endowment, raise);
}

static const char *reason_to_stop(const struct state *state, const struct run *run)
{
  const struct oracle_count *count = state->count;
  int64_t left = count->election->budget - run->spent;
  bool all = true, exhaustive = true;
  if (left < 0)
    return "overspend";
  for (uint32_t project = 0; project < state->projects; project++) {
    bool missing = count->facts->votes[project] > 0 && !is_bought(run, project, run->count);
    all = all && !missing;
    exhaustive = exhaustive && !(missing && cost_of(state, project) <= left);
  }
  if (all)
    return "all-funded";
  return exhaustive && count->settings->stop_exhaustive ? "exhaustive" : NULL;
}

static void raise_until_stopped(struct state *state, mpq_t endowment, struct run *kept,
                                struct oracle_result *result)
{
  struct run next;
  mpq_t raise, raised;
  mpq_inits(raise, raised, (mpq_ptr)NULL);
  while ((result->stopped = reason_to_stop(state, kept)) == NULL) {
    find_raise(state, kept, endowment, raise);
    if (mpq_sgn(raise) < 0)
      oracle_fail("nothing changes however much money there is");
    mpq_add(raised, endowment, raise);
    run_from(state, raised, false, &next);
    result->steps++;
    if (next.spent > state->count->election->budget) {
      result->stopped = "overspend";
      run_free(state, &next);
      break;
    }
    run_free(state, kept);
    *kept = next;
    mpq_set(endowment, raised);
  }
  mpq_clears(raise, raised, (mpq_ptr)NULL);
}

/* --- what is told --- */

static int64_t floor_of_sum(const struct state *state, uint32_t project, mpq_t *amounts)
{
  mpq_t sum;
  mpq_init(sum);
  for (size_t voter = 0; voter < state->voters; voter++)
    if (state->supports[voter * state->projects + project])
      mpq_add(sum, sum, amounts[voter]);
  int64_t whole = oracle_floor(sum);
  mpq_clear(sum);
  return whole;
}

static void tell_money(struct state *state, const struct run *run, struct oracle_result *result)
{
  struct arena *arena = state->count->arena;
  int64_t *had = ORACLE_TAKE(arena, int64_t, state->projects);
  int64_t *left = ORACLE_TAKE(arena, int64_t, state->projects);
  int64_t *paid = ORACLE_TAKE(arena, int64_t, state->projects * state->projects);
  for (uint32_t p = 0; p < state->projects; p++) {
    had[p] = floor_of_sum(state, p, run->before);
    left[p] = floor_of_sum(state, p, run->before + run->count * state->voters);
    for (size_t i = 0; i < run->count; i++) {
      int64_t payers = 0;
      for (size_t voter = 0; voter < state->voters; voter++)
        payers += run->purchases[i].paid[voter] && state->supports[voter * state->projects + p];
      set_price(state, run->purchases[i].project, run->purchases[i].payers);
      oracle_set(state->term, payers);
      mpq_mul(state->price, state->price, state->term);
      paid[p * state->projects + run->purchases[i].project] = oracle_floor(state->price);
    }
  }
  result->had = had;
  result->left = left;
  result->paid = paid;
}

static void tell(struct state *state, const struct run *run, struct oracle_result *result)
{
  struct oracle_round *rounds = ORACLE_TAKE(state->count->arena, struct oracle_round, run->count);
  for (size_t i = 0; i < run->count; i++) {
    const struct purchase *purchase = &run->purchases[i];
    set_price(state, purchase->project, purchase->payers);
    if (cost_of(state, purchase->project) > 0) {
      oracle_set(state->term, state->count->facts->scale[purchase->project]);
      mpq_div(state->price, state->price, state->term);
    }
    rounds[i] = (struct oracle_round){.project = purchase->project,
                                      .rho = oracle_text(state->price, state->count->arena),
                                      .paid_full = purchase->payers};
    oracle_select(state->count->election, result, purchase->project);
  }
  result->rounds = rounds;
  result->round_count = run->count;
  result->tied = run->tied;
  result->tied_count = run->tied_count;
  tell_money(state, run, result);
}

void oracle_exact(const struct oracle_count *count, struct oracle_result *result)
{
  size_t voters = count->facts->voters, projects = count->facts->project_count;
  struct state state = {.count = count,
                        .voters = voters,
                        .projects = projects,
                        .supports = ORACLE_TAKE(count->arena, bool, voters *projects)};
  struct run run;
  mpq_t endowment;
  mpq_inits(state.term, state.price, endowment, (mpq_ptr)NULL);
  read_ballots(&state);
  oracle_set(endowment, count->election->budget);
  oracle_set(state.term, voters > 0 ? (int64_t)voters : 1);
  mpq_div(endowment, endowment, state.term);
  run_from(&state, endowment, false, &run);
  if (count->settings->add_opt)
    raise_until_stopped(&state, endowment, &run, result);
  tell(&state, &run, result);
  result->endowment = oracle_text(endowment, count->arena);
  run_free(&state, &run);
  mpq_clears(state.term, state.price, endowment, (mpq_ptr)NULL);
}
