#include <stdlib.h>

#include "tests/oracle/cstv.h"
#include "tests/oracle/exact.h"
#include "tests/oracle/expanding.h"
#include "tests/oracle/maximin.h"
#include "tests/oracle/phragmen.h"
#include "tests/oracle/welfare.h"

struct sponsor {
  uint32_t ballot;
  int64_t weight;
};

/* A sponsor with what decides who runs out of money first: money per weight. */
struct contender {
  mpq_srcptr key;
  const struct sponsor *sponsor;
};

struct machine {
  const struct oracle_count *count;
  size_t *start; /* [projects + 1] */
  struct sponsor *sponsors;
  mpq_t *money;    /* [ballots] of each voter of a group */
  mpq_t *quotient; /* [ballots] room for keys */
  struct contender *contenders;
  mpq_t *price;      /* [projects] rho when last evaluated: it never falls */
  uint32_t *waiting; /* projects that may still be bought, by price */
  size_t waiting_count;
  mpq_t sum, weight, product, best;
};

static uint32_t times_of(const struct machine *machine, const struct sponsor *sponsor)
{
  const uint32_t *times = machine->count->ballots->times;
  return times != NULL ? times[sponsor->ballot] : 1;
}

static void list_sponsors(struct machine *machine)
{
  const struct oracle_count *count = machine->count;
  struct oracle_reading reading =
      oracle_reading_of(count->election, count->ballots, count->settings->utility);
  size_t projects = count->facts->project_count, marks = 0;
  for (size_t i = 0; i < count->ballots->count; i++)
    marks += count->ballots->choices[i].count;
  size_t *next = ORACLE_TAKE(count->arena, size_t, projects + 2);
  machine->start = next;
  machine->sponsors = ORACLE_TAKE(count->arena, struct sponsor, marks);
  for (int pass = 0; pass < 2; pass++) {
    for (size_t i = 0; i < count->ballots->count; i++) {
      const struct choice *choice = &count->ballots->choices[i];
      for (size_t mark = 0; mark < choice->count; mark++) {
        int64_t weight = oracle_weight(&reading, choice, mark);
        uint32_t project = choice->marks[mark].project;
        if (weight > 0 && pass == 0)
          next[project + 2]++;
        else if (weight > 0)
          machine->sponsors[next[project + 1]++] =
              (struct sponsor){.ballot = (uint32_t)i, .weight = weight};
      }
    }
    for (size_t project = 0; pass == 0 && project < projects; project++)
      next[project + 2] += next[project + 1];
  }
}

static void machine_make(struct machine *machine, const struct oracle_count *count)
{
  size_t projects = count->facts->project_count, ballots = count->ballots->count;
  *machine = (struct machine){.count = count};
  list_sponsors(machine);
  machine->money = oracle_numbers(ballots);
  machine->quotient = oracle_numbers(ballots);
  machine->price = oracle_numbers(projects);
  machine->contenders = ORACLE_TAKE(count->arena, struct contender, ballots);
  machine->waiting = ORACLE_TAKE(count->arena, uint32_t, projects);
  mpq_inits(machine->sum, machine->weight, machine->product, machine->best, (mpq_ptr)NULL);
}

static void machine_free(struct machine *machine)
{
  size_t projects = machine->count->facts->project_count, ballots = machine->count->ballots->count;
  oracle_numbers_free(machine->money, ballots);
  oracle_numbers_free(machine->quotient, ballots);
  oracle_numbers_free(machine->price, projects);
  mpq_clears(machine->sum, machine->weight, machine->product, machine->best, (mpq_ptr)NULL);
}

/* --- the price of one project --- */

static int compare_contenders(const void *a, const void *b)
{
  const struct contender *first = a, *second = b;
  return mpq_cmp(first->key, second->key);
}

/* machine->sum += factor × number, or -= when `factor` is negative. */
static void add_times(struct machine *machine, mpq_srcptr number, int64_t factor)
{
  oracle_set(machine->product, factor);
  mpq_mul(machine->product, machine->product, number);
  mpq_add(machine->sum, machine->sum, machine->product);
}

static size_t line_up(struct machine *machine, uint32_t project)
{
  size_t first = machine->start[project], end = machine->start[project + 1];
  for (size_t i = first; i < end; i++) {
    const struct sponsor *sponsor = &machine->sponsors[i];
    mpq_ptr key = machine->money[sponsor->ballot];
    if (sponsor->weight != 1) {
      oracle_set(machine->quotient[i - first], sponsor->weight);
      mpq_div(machine->quotient[i - first], key, machine->quotient[i - first]);
      key = machine->quotient[i - first];
    }
    machine->contenders[i - first] = (struct contender){.key = key, .sponsor = sponsor};
  }
  qsort(machine->contenders, end - first, sizeof *machine->contenders, compare_contenders);
  return end - first;
}

static bool affordable(struct machine *machine, uint32_t project)
{
  mpq_set_ui(machine->sum, 0, 1);
  for (size_t i = machine->start[project]; i < machine->start[project + 1]; i++)
    add_times(machine, machine->money[machine->sponsors[i].ballot],
              times_of(machine, &machine->sponsors[i]));
  oracle_set(machine->product, machine->count->election->projects[project].cost);
  return mpq_cmp(machine->sum, machine->product) >= 0;
}

/* Those with least money per weight pay all of it, as long as it is less than the share of what
 * is left to pay that falls on their weight. */
static bool evaluate(struct machine *machine, uint32_t project)
{
  const struct oracle_facts *facts = machine->count->facts;
  int64_t cost = machine->count->election->projects[project].cost;
  mpq_ptr price = machine->price[project];
  if (!affordable(machine, project))
    return false;
  mpq_set_ui(price, 0, 1);
  if (cost == 0)
    return true;
  size_t contenders = line_up(machine, project);
  int64_t weight = facts->weight[project];
  oracle_set(machine->sum, cost);
  for (size_t i = 0; i < contenders; i++) {
    oracle_set(machine->weight, weight);
    mpq_div(price, machine->sum, machine->weight);
    if (mpq_cmp(machine->contenders[i].key, price) >= 0)
      break;
    const struct sponsor *sponsor = machine->contenders[i].sponsor;
    int64_t times = times_of(machine, sponsor);
    add_times(machine, machine->money[sponsor->ballot], -times);
    weight -= times * sponsor->weight;
  }
  oracle_set(machine->weight, facts->scale[project]);
  mpq_div(price, price, machine->weight);
  return true;
}

/* --- a run --- */

static bool goes_before(const struct machine *machine, uint32_t a, uint32_t b)
{
  int difference = mpq_cmp(machine->price[a], machine->price[b]);
  return difference != 0 ? difference < 0
                         : machine->count->facts->order[a] < machine->count->facts->order[b];
}

static void sort_waiting(struct machine *machine)
{
  for (size_t i = 1; i < machine->waiting_count; i++) {
    uint32_t project = machine->waiting[i];
    size_t place = i;
    for (; place > 0 && goes_before(machine, project, machine->waiting[place - 1]); place--)
      machine->waiting[place] = machine->waiting[place - 1];
    machine->waiting[place] = project;
  }
}

/* Takes the project to buy next out of those waiting, and those that can no longer be bought. */
static bool find_next(struct machine *machine, uint32_t *chosen)
{
  bool found = false;
  size_t kept = 0;
  sort_waiting(machine);
  for (size_t i = 0; i < machine->waiting_count; i++) {
    uint32_t project = machine->waiting[i];
    bool worth_it = !found || mpq_cmp(machine->price[project], machine->price[*chosen]) <= 0;
    if (worth_it && !evaluate(machine, project))
      continue;
    machine->waiting[kept++] = project;
    if (worth_it && (!found || goes_before(machine, project, *chosen))) {
      *chosen = project;
      found = true;
    }
  }
  machine->waiting_count = kept;
  for (size_t i = 0, place = 0; found && i < kept; i++)
    if (machine->waiting[i] != *chosen)
      machine->waiting[place++] = machine->waiting[i];
  machine->waiting_count -= found;
  return found;
}

static void buy(struct machine *machine, uint32_t project, struct oracle_run *run)
{
  size_t place = run->count++;
  run->project[place] = project;
  run->funded[project] = true;
  run->spent += machine->count->election->projects[project].cost;
  run->paid_full[place] = 0;
  run->paid_all[place] = 0;
  mpq_set(run->rho[place], machine->price[project]);
  for (size_t i = machine->start[project]; i < machine->start[project + 1]; i++) {
    const struct sponsor *sponsor = &machine->sponsors[i];
    mpq_ptr money = machine->money[sponsor->ballot];
    oracle_set(machine->weight, sponsor->weight * machine->count->facts->scale[project]);
    mpq_mul(machine->product, machine->price[project], machine->weight);
    if (mpq_cmp(money, machine->product) >= 0) {
      mpq_sub(money, money, machine->product);
      run->paid_full[place] += times_of(machine, sponsor);
    } else if (mpq_sgn(money) > 0) {
      mpq_set_ui(money, 0, 1);
      run->paid_all[place] += times_of(machine, sponsor);
    }
  }
}

static void run_from(void *state, mpq_srcptr endowment, struct oracle_run *run)
{
  struct machine *machine = state;
  const struct oracle_facts *facts = machine->count->facts;
  for (size_t i = 0; i < machine->count->ballots->count; i++)
    mpq_set(machine->money[i], endowment);
  machine->waiting_count = 0;
  for (uint32_t project = 0; project < facts->project_count; project++) {
    mpq_set_ui(machine->price[project], 0, 1);
    if (facts->votes[project] > 0)
      machine->waiting[machine->waiting_count++] = project;
  }
  for (uint32_t project = 0; find_next(machine, &project);)
    buy(machine, project, run);
}

/* --- greedy --- */

/* 0 for no support, then by merit, a project at no cost above all others that have support. */
static int class_of(const struct oracle_count *count, uint32_t project)
{
  if (count->facts->votes[project] == 0)
    return 0;
  return count->election->projects[project].cost > 0 ? 1 : 2;
}

static void merit_of(const struct oracle_count *count, enum oracle_merit merit, uint32_t project,
                     mpq_t value)
{
  mpq_t factor;
  mpq_init(factor);
  oracle_set(value, merit == ORACLE_MERIT_PUBLISHED ? count->facts->score[project]
                                                    : count->facts->weight[project]);
  oracle_set(factor, count->facts->scale[project]);
  if (merit != ORACLE_MERIT_PUBLISHED)
    mpq_mul(value, value, factor);
  oracle_set(factor, count->election->projects[project].cost);
  if (merit == ORACLE_MERIT_DENSITY)
    mpq_div(value, value, factor);
  mpq_clear(factor);
}

static int compare_merit(const struct oracle_count *count, enum oracle_merit merit, uint32_t a,
                         uint32_t b)
{
  int class_a = class_of(count, a), class_b = class_of(count, b);
  if (class_a != class_b)
    return class_a - class_b;
  if (class_a == 0)
    return 0;
  if (class_a == 2)
    return (count->facts->weight[a] > count->facts->weight[b]) -
           (count->facts->weight[a] < count->facts->weight[b]);
  mpq_t merit_a, merit_b;
  mpq_inits(merit_a, merit_b, (mpq_ptr)NULL);
  merit_of(count, merit, a, merit_a);
  merit_of(count, merit, b, merit_b);
  int difference = mpq_cmp(merit_a, merit_b);
  mpq_clears(merit_a, merit_b, (mpq_ptr)NULL);
  return difference;
}

static uint32_t *sort_by_merit(const struct oracle_count *count, enum oracle_merit merit)
{
  size_t projects = count->facts->project_count;
  uint32_t *sorted = ORACLE_TAKE(count->arena, uint32_t, projects);
  for (uint32_t project = 0; project < projects; project++) {
    size_t place = project;
    for (; place > 0; place--) {
      uint32_t other = sorted[place - 1];
      int difference = compare_merit(count, merit, project, other);
      if (difference < 0 ||
          (difference == 0 && count->facts->order[project] > count->facts->order[other]))
        break;
      sorted[place] = other;
    }
    sorted[place] = project;
  }
  return sorted;
}

static void take_what_fits(const struct oracle_count *count, enum oracle_merit merit,
                           bool fund_unsupported, struct oracle_result *result)
{
  const struct oracle_settings *settings = count->settings;
  bool stop = settings->rule == ORACLE_GREEDY && settings->stop_at_miss;
  size_t projects = count->facts->project_count;
  bool *funded = ORACLE_TAKE(count->arena, bool, projects);
  for (size_t i = 0; i < result->selected_count; i++)
    funded[result->selected[i]] = true;
  const uint32_t *sorted = sort_by_merit(count, merit);
  for (size_t i = 0; i < projects; i++) {
    uint32_t project = sorted[i];
    bool supported = count->facts->votes[project] > 0 || fund_unsupported;
    if (funded[project] || !supported || count->facts->score[project] < settings->threshold ||
        oracle_excluded(count->election, settings, funded, project))
      continue;
    if (count->election->projects[project].cost <= count->election->budget - result->spent) {
      funded[project] = true;
      oracle_select(count->election, result, project);
    } else if (stop) {
      break;
    }
  }
}

/* --- all together --- */

static void start_result(const struct oracle_count *count, struct oracle_result *result)
{
  *result = (struct oracle_result){
      .selected = ORACLE_TAKE(count->arena, uint32_t, count->facts->project_count)};
}

/* The last run of add1 may be one that was not kept: the one that was is made again, and what
 * voters paid in it are the loads at first. */
static void add_by_loads(struct machine *machine, const struct oracle_run *kept,
                         struct oracle_result *result)
{
  const struct oracle_count *count = machine->count;
  mpq_t *loads = oracle_numbers(count->ballots->count);
  struct oracle_run again;
  oracle_run_make(&again, count->facts->project_count, count->arena);
  run_from(machine, kept->endowment, &again);
  for (size_t i = 0; !count->settings->forget && i < count->ballots->count; i++)
    mpq_sub(loads[i], kept->endowment, machine->money[i]);
  oracle_phragmen(count, loads, result);
  oracle_run_free(&again, count->facts->project_count);
  oracle_numbers_free(loads, count->ballots->count);
}

static void count_equal_shares(const struct oracle_count *count, struct oracle_result *result)
{
  struct machine machine;
  struct oracle_run kept;
  machine_make(&machine, count);
  oracle_run_all(count, run_from, &machine, &kept, result);
  if (count->settings->phragmen)
    add_by_loads(&machine, &kept, result);
  oracle_run_free(&kept, count->facts->project_count);
  machine_free(&machine);
  if (count->settings->greedy)
    take_what_fits(count, oracle_merit_of(count->settings), count->settings->fund_unsupported,
                   result);
  if (count->settings->comparison) {
    struct oracle_result greedy;
    start_result(count, &greedy);
    take_what_fits(count, ORACLE_MERIT_PUBLISHED, false, &greedy);
    if (oracle_prefers(count, &greedy, result)) {
      *result = greedy;
      result->greedy_preferred = true;
    }
  }
}

static void count_by_loads(const struct oracle_count *count, struct oracle_result *result)
{
  mpq_t *loads = oracle_numbers(count->ballots->count);
  oracle_phragmen(count, loads, result);
  oracle_numbers_free(loads, count->ballots->count);
}

void oracle_straightforward(const struct election *election, const struct oracle_ballots *ballots,
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
  start_result(&count, result);
  if (settings->rule == ORACLE_GREEDY)
    take_what_fits(&count, oracle_merit_of(settings), settings->fund_unsupported, result);
  else if (settings->rule == ORACLE_EQUAL_SHARES)
    count_equal_shares(&count, result);
  else if (settings->rule == ORACLE_PHRAGMEN)
    count_by_loads(&count, result);
  else if (settings->rule == ORACLE_EXACT)
    oracle_exact(&count, result);
  else if (settings->rule == ORACLE_MAX_WELFARE)
    oracle_max_welfare(&count, result);
  else if (settings->rule == ORACLE_MAXIMIN)
    oracle_maximin(&count, result);
  else if (settings->rule == ORACLE_CSTV)
    oracle_cstv(&count, result);
  else
    oracle_expanding(&count, result);
}
