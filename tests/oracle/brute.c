#include <stdlib.h>

#include "tests/oracle/cstv.h"
#include "tests/oracle/exact.h"
#include "tests/oracle/expanding.h"
#include "tests/oracle/maximin.h"
#include "tests/oracle/phragmen.h"
#include "tests/oracle/welfare.h"

/* One supporter of the project at hand: a single voter. */
struct payer {
  size_t voter;
  mpq_ptr money;
  mpq_t utility;
  mpq_t ratio; /* money per unit of utility */
};

struct brute {
  const struct oracle_count *count;
  size_t voters;
  size_t projects;
  mpq_t *money;   /* [voters] */
  mpq_t *utility; /* [voters * projects]; what a project at no cost is worth does not matter */
  bool *supports; /* [voters * projects] */
  mpq_t *paid;    /* [voters * projects] in the run at hand */
  mpq_t *price;   /* [projects] of the round at hand */
  bool *offered;  /* [projects] can be bought in the round at hand */
  struct payer *payers;
  size_t *tied_count;
  uint32_t **tied;
};

static void brute_make(struct brute *brute, const struct oracle_count *count)
{
  const struct oracle_ballots *ballots = count->ballots;
  size_t voters = count->facts->voters, projects = count->facts->project_count;
  struct oracle_reading reading =
      oracle_reading_of(count->election, ballots, count->settings->utility);
  *brute = (struct brute){.count = count,
                          .voters = voters,
                          .projects = projects,
                          .money = oracle_numbers(voters),
                          .utility = oracle_numbers(voters * projects),
                          .supports = ORACLE_TAKE(count->arena, bool, voters *projects),
                          .paid = oracle_numbers(voters * projects),
                          .price = oracle_numbers(projects),
                          .offered = ORACLE_TAKE(count->arena, bool, projects),
                          .payers = ORACLE_TAKE(count->arena, struct payer, voters)};
  size_t voter = 0;
  for (size_t i = 0; i < ballots->count; i++) {
    const struct choice *choice = &ballots->choices[i];
    for (uint32_t k = ballots->times != NULL ? ballots->times[i] : 1; k > 0; k--, voter++) {
      for (size_t mark = 0; mark < choice->count; mark++) {
        size_t cell = voter * projects + choice->marks[mark].project;
        int64_t weight = oracle_weight(&reading, choice, mark);
        brute->supports[cell] = weight > 0;
        oracle_set(brute->utility[cell], weight);
        if (count->settings->utility == ORACLE_COST)
          oracle_set(brute->utility[cell],
                     weight * count->election->projects[choice->marks[mark].project].cost);
      }
    }
  }
  for (size_t i = 0; i < voters; i++) {
    mpq_init(brute->payers[i].utility);
    mpq_init(brute->payers[i].ratio);
  }
}

static void brute_free(struct brute *brute)
{
  oracle_numbers_free(brute->money, brute->voters);
  oracle_numbers_free(brute->utility, brute->voters * brute->projects);
  oracle_numbers_free(brute->paid, brute->voters * brute->projects);
  oracle_numbers_free(brute->price, brute->projects);
  for (size_t i = 0; i < brute->voters; i++) {
    mpq_clear(brute->payers[i].utility);
    mpq_clear(brute->payers[i].ratio);
  }
}

/* --- the price of a project, by its definition --- */

/* min(money, price × utility) into `share`. */
static void share_of(mpq_t share, mpq_srcptr money, mpq_srcptr price, mpq_srcptr utility)
{
  mpq_mul(share, price, utility);
  if (mpq_cmp(money, share) < 0)
    mpq_set(share, money);
}

static void check_price(const struct brute *brute, size_t payers, mpq_srcptr price, mpq_srcptr cost)
{
  mpq_t sum, share;
  mpq_inits(sum, share, (mpq_ptr)NULL);
  for (size_t i = 0; i < payers; i++) {
    share_of(share, brute->payers[i].money, price, brute->payers[i].utility);
    mpq_add(sum, sum, share);
  }
  if (!mpq_equal(sum, cost))
    oracle_fail("the shares at a price do not add up to the cost");
  mpq_clears(sum, share, (mpq_ptr)NULL);
}

static int compare_payers(const void *a, const void *b)
{
  const struct payer *first = a, *second = b;
  return mpq_cmp(first->ratio, second->ratio);
}

static size_t find_payers(struct brute *brute, size_t project)
{
  size_t payers = 0;
  for (size_t voter = 0; voter < brute->voters; voter++) {
    size_t cell = voter * brute->projects + project;
    if (!brute->supports[cell])
      continue;
    struct payer *payer = &brute->payers[payers++];
    payer->voter = voter;
    payer->money = brute->money[voter];
    mpq_set(payer->utility, brute->utility[cell]);
    if (mpq_sgn(payer->utility) != 0)
      mpq_div(payer->ratio, payer->money, payer->utility);
  }
  qsort(brute->payers, payers, sizeof *brute->payers, compare_payers);
  return payers;
}

/* The first of those in line who can pay as much per unit of utility as everyone behind them, once
 * all before them have given what they have, sets the price. */
static bool find_price(struct brute *brute, size_t project)
{
  size_t payers = find_payers(brute, project);
  bool found = false;
  mpq_t cost, rest, weight;
  mpq_inits(cost, rest, weight, (mpq_ptr)NULL);
  oracle_set(cost, brute->count->election->projects[project].cost);
  for (size_t first = 0; first < payers && !found; first++) {
    mpq_set(rest, cost);
    mpq_set_ui(weight, 0, 1);
    for (size_t i = 0; i < payers; i++) {
      if (i < first)
        mpq_sub(rest, rest, brute->payers[i].money);
      else
        mpq_add(weight, weight, brute->payers[i].utility);
    }
    if (mpq_sgn(cost) == 0)
      mpq_set_ui(brute->price[project], 0, 1);
    else
      mpq_div(brute->price[project], rest, weight);
    found = mpq_cmp(brute->payers[first].ratio, brute->price[project]) >= 0;
  }
  if (found)
    check_price(brute, payers, brute->price[project], cost);
  mpq_clears(cost, rest, weight, (mpq_ptr)NULL);
  return found;
}

/* --- a run --- */

/* The projects of the least price, in the order of the tie list; returns how many. */
static size_t find_cheapest(const struct brute *brute, uint32_t *cheapest)
{
  const uint32_t *order = brute->count->facts->order;
  size_t count = 0;
  for (uint32_t project = 0; project < brute->projects; project++) {
    if (!brute->offered[project])
      continue;
    int difference = count == 0 ? -1 : mpq_cmp(brute->price[project], brute->price[cheapest[0]]);
    if (difference > 0)
      continue;
    if (difference < 0)
      count = 0;
    size_t place = count++;
    for (; place > 0 && order[project] < order[cheapest[place - 1]]; place--)
      cheapest[place] = cheapest[place - 1];
    cheapest[place] = project;
  }
  return count;
}

static void pay(struct brute *brute, uint32_t project, struct oracle_run *run)
{
  size_t place = run->count++;
  mpq_t full, share;
  mpq_inits(full, share, (mpq_ptr)NULL);
  run->project[place] = project;
  run->funded[project] = true;
  run->spent += brute->count->election->projects[project].cost;
  run->paid_full[place] = 0;
  run->paid_all[place] = 0;
  mpq_set(run->rho[place], brute->price[project]);
  for (size_t voter = 0; voter < brute->voters; voter++) {
    size_t cell = voter * brute->projects + project;
    if (!brute->supports[cell])
      continue;
    mpq_mul(full, brute->price[project], brute->utility[cell]);
    share_of(share, brute->money[voter], brute->price[project], brute->utility[cell]);
    mpq_sub(brute->money[voter], brute->money[voter], share);
    mpq_set(brute->paid[cell], share);
    run->paid_full[place] += mpq_equal(share, full) != 0;
    run->paid_all[place] += mpq_equal(share, full) == 0 && mpq_sgn(share) > 0;
  }
  mpq_clears(full, share, (mpq_ptr)NULL);
}

static void run_from(void *state, mpq_srcptr endowment, struct oracle_run *run)
{
  struct brute *brute = state;
  for (size_t voter = 0; voter < brute->voters; voter++)
    mpq_set(brute->money[voter], endowment);
  for (size_t cell = 0; cell < brute->voters * brute->projects; cell++)
    mpq_set_ui(brute->paid[cell], 0, 1);
  for (;;) {
    for (size_t project = 0; project < brute->projects; project++)
      brute->offered[project] = !run->funded[project] && find_price(brute, project);
    uint32_t *cheapest = ORACLE_TAKE(brute->count->arena, uint32_t, brute->projects);
    size_t tied = find_cheapest(brute, cheapest);
    if (tied == 0)
      return;
    brute->tied_count[run->count] = tied;
    brute->tied[run->count] = cheapest;
    pay(brute, cheapest[0], run);
  }
}

/* --- what supporters had, paid and have left --- */

static void sum_for_supporters(const struct brute *brute, size_t project, mpq_t *amounts,
                               size_t stride, mpq_t sum)
{
  mpq_set_ui(sum, 0, 1);
  for (size_t voter = 0; voter < brute->voters; voter++)
    if (brute->supports[voter * brute->projects + project])
      mpq_add(sum, sum, amounts[voter * stride]);
}

static void report_money(struct brute *brute, const struct oracle_run *kept,
                         struct oracle_result *result)
{
  size_t projects = brute->projects;
  int64_t *had = ORACLE_TAKE(brute->count->arena, int64_t, projects);
  int64_t *left = ORACLE_TAKE(brute->count->arena, int64_t, projects);
  int64_t *paid = ORACLE_TAKE(brute->count->arena, int64_t, projects * projects);
  mpq_t sum;
  mpq_init(sum);
  for (size_t p = 0; p < projects; p++) {
    oracle_set(sum, (int64_t)brute->count->facts->votes[p]);
    mpq_mul(sum, sum, kept->endowment);
    had[p] = oracle_floor(sum);
    sum_for_supporters(brute, p, brute->money, 1, sum);
    left[p] = oracle_floor(sum);
    for (size_t q = 0; q < projects; q++) {
      sum_for_supporters(brute, p, brute->paid + q, projects, sum);
      paid[p * projects + q] = oracle_floor(sum);
    }
    if (kept->funded[p] && paid[p * projects + p] != brute->count->election->projects[p].cost)
      oracle_fail("the payments for a project are not its cost");
  }
  mpq_clear(sum);
  result->had = had;
  result->left = left;
  result->paid = paid;
  result->tied_count = brute->tied_count;
  result->tied = (const uint32_t *const *)brute->tied;
}

/* The last run of add1 may be the one that spent too much; what voters paid is told of the one
 * before it, which is made again. */
static void repeat_kept(struct brute *brute, const struct oracle_run *kept)
{
  struct oracle_run again;
  oracle_run_make(&again, brute->projects, brute->count->arena);
  if (brute->voters > 0)
    run_from(brute, kept->endowment, &again);
  if (again.count != kept->count)
    oracle_fail("the same run from the same endowment ended differently");
  oracle_run_free(&again, brute->projects);
}

/* Voter by voter what was paid, project by project. */
static void add_by_loads(struct brute *brute, const struct oracle_run *kept,
                         struct oracle_result *result)
{
  mpq_t *loads = oracle_numbers(brute->voters);
  if (brute->count->ballots->times != NULL)
    oracle_fail("loads are told voter by voter, and ballots stand for several");
  for (size_t voter = 0; !brute->count->settings->forget && voter < brute->voters; voter++)
    for (size_t project = 0; project < brute->projects; project++)
      if (kept->funded[project])
        mpq_add(loads[voter], loads[voter], brute->paid[voter * brute->projects + project]);
  oracle_phragmen(brute->count, loads, result);
  oracle_numbers_free(loads, brute->voters);
}

static void count_equal_shares(const struct oracle_count *count, struct oracle_result *result)
{
  struct brute brute;
  struct oracle_run kept;
  brute_make(&brute, count);
  brute.tied_count = ORACLE_TAKE(count->arena, size_t, brute.projects);
  brute.tied = ORACLE_TAKE(count->arena, uint32_t *, brute.projects);
  oracle_run_all(count, run_from, &brute, &kept, result);
  repeat_kept(&brute, &kept);
  report_money(&brute, &kept, result);
  if (count->settings->phragmen)
    add_by_loads(&brute, &kept, result);
  oracle_run_free(&kept, brute.projects);
  brute_free(&brute);
}

/* --- greedy: again and again the best of what may still be taken --- */

struct greedy {
  const struct oracle_count *count;
  enum oracle_merit merit;
  bool fund_unsupported;
};

/* The utility that voters get from a project, added up voter by voter. */
static void total_utility(const struct oracle_count *count, uint32_t project, bool with_cost,
                          mpq_t total)
{
  struct oracle_reading reading =
      oracle_reading_of(count->election, count->ballots, count->settings->utility);
  mpq_t one;
  mpq_init(one);
  mpq_set_ui(total, 0, 1);
  for (size_t i = 0; i < count->ballots->count; i++) {
    const struct choice *choice = &count->ballots->choices[i];
    for (size_t mark = 0; mark < choice->count; mark++) {
      if (choice->marks[mark].project != project)
        continue;
      int64_t times = count->ballots->times != NULL ? count->ballots->times[i] : 1;
      oracle_set(one, oracle_weight(&reading, choice, mark) * times);
      mpq_add(total, total, one);
    }
  }
  oracle_set(one, count->election->projects[project].cost);
  if (with_cost && count->settings->utility == ORACLE_COST)
    mpq_mul(total, total, one);
  mpq_clear(one);
}

/* What nobody supports comes last, what costs nothing first: told apart by what is returned. */
static int merit_of(const struct greedy *greedy, uint32_t project, mpq_t merit)
{
  const struct oracle_facts *facts = greedy->count->facts;
  int64_t cost = greedy->count->election->projects[project].cost;
  mpq_t divisor;
  mpq_set_ui(merit, 0, 1);
  if (facts->votes[project] == 0)
    return 0;
  if (greedy->merit == ORACLE_MERIT_PUBLISHED && cost > 0) {
    oracle_set(merit, facts->score[project]);
    return 1;
  }
  total_utility(greedy->count, project, cost > 0, merit);
  if (greedy->merit == ORACLE_MERIT_DENSITY && cost > 0) {
    mpq_init(divisor);
    oracle_set(divisor, cost);
    mpq_div(merit, merit, divisor);
    mpq_clear(divisor);
  }
  return cost == 0 ? 2 : 1;
}

static bool better(const struct greedy *greedy, uint32_t a, uint32_t b)
{
  const uint32_t *order = greedy->count->facts->order;
  mpq_t merit_a, merit_b;
  mpq_inits(merit_a, merit_b, (mpq_ptr)NULL);
  int class_a = merit_of(greedy, a, merit_a), class_b = merit_of(greedy, b, merit_b);
  int difference = class_a != class_b ? class_a - class_b : mpq_cmp(merit_a, merit_b);
  mpq_clears(merit_a, merit_b, (mpq_ptr)NULL);
  return difference != 0 ? difference > 0 : order[a] < order[b];
}

static bool may_be_taken(const struct greedy *greedy, const bool *funded, uint32_t project)
{
  const struct oracle_count *count = greedy->count;
  return !funded[project] && (count->facts->votes[project] > 0 || greedy->fund_unsupported) &&
         count->facts->score[project] >= count->settings->threshold &&
         !oracle_excluded(count->election, count->settings, funded, project);
}

static void take_what_fits(const struct greedy *greedy, struct oracle_result *result)
{
  const struct oracle_count *count = greedy->count;
  size_t projects = count->facts->project_count;
  bool *funded = ORACLE_TAKE(count->arena, bool, projects);
  bool *missed = ORACLE_TAKE(count->arena, bool, projects);
  for (size_t i = 0; i < result->selected_count; i++)
    funded[result->selected[i]] = true;
  for (;;) {
    uint32_t best = UINT32_MAX;
    for (uint32_t project = 0; project < projects; project++)
      if (!missed[project] && may_be_taken(greedy, funded, project) &&
          (best == UINT32_MAX || better(greedy, project, best)))
        best = project;
    if (best == UINT32_MAX)
      return;
    if (count->election->projects[best].cost <= count->election->budget - result->spent) {
      funded[best] = true;
      oracle_select(count->election, result, best);
    } else if (count->settings->rule == ORACLE_GREEDY && count->settings->stop_at_miss) {
      return;
    } else {
      missed[best] = true;
    }
  }
}

void oracle_brute(const struct election *election, const struct oracle_ballots *ballots,
                  const struct oracle_settings *settings, struct arena *arena,
                  struct oracle_result *result)
{
  struct oracle_facts facts;
  oracle_facts_make(election, ballots, settings, arena, &facts);
  struct oracle_count count = {.election = election,
                               .ballots = ballots,
                               .settings = settings,
                               .facts = &facts,
                               .arena = arena};
  *result =
      (struct oracle_result){.selected = ORACLE_TAKE(arena, uint32_t, election->project_count)};
  if (settings->rule == ORACLE_EQUAL_SHARES)
    count_equal_shares(&count, result);
  if (settings->rule == ORACLE_PHRAGMEN) {
    mpq_t *loads = oracle_numbers(ballots->count);
    oracle_phragmen(&count, loads, result);
    oracle_numbers_free(loads, ballots->count);
  }
  if (settings->rule == ORACLE_EXACT)
    oracle_exact(&count, result);
  if (settings->rule == ORACLE_MAX_WELFARE)
    oracle_max_welfare(&count, result);
  if (settings->rule == ORACLE_MAXIMIN)
    oracle_maximin(&count, result);
  if (settings->rule == ORACLE_CSTV)
    oracle_cstv(&count, result);
  if (settings->rule == ORACLE_EXPANDING)
    oracle_expanding(&count, result);
  struct greedy by_settings = {.count = &count,
                               .merit = oracle_merit_of(settings),
                               .fund_unsupported = settings->fund_unsupported};
  if (settings->rule == ORACLE_GREEDY || settings->greedy)
    take_what_fits(&by_settings, result);
  if (settings->comparison) {
    struct greedy plain = {.count = &count, .merit = ORACLE_MERIT_PUBLISHED};
    struct oracle_result greedy = {.selected =
                                       ORACLE_TAKE(arena, uint32_t, election->project_count)};
    take_what_fits(&plain, &greedy);
    if (oracle_prefers(&count, &greedy, result)) {
      *result = greedy;
      result->greedy_preferred = true;
    }
  }
}
