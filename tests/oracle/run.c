#include "tests/oracle/run.h"

#include <string.h>

void oracle_run_make(struct oracle_run *run, size_t projects, struct arena *arena)
{
  *run = (struct oracle_run){
      .project = ORACLE_TAKE(arena, uint32_t, projects),
      .rho = oracle_numbers(projects),
      .paid_full = ORACLE_TAKE(arena, uint64_t, projects),
      .paid_all = ORACLE_TAKE(arena, uint64_t, projects),
      .funded = ORACLE_TAKE(arena, bool, projects),
  };
  mpq_init(run->endowment);
}

void oracle_run_free(struct oracle_run *run, size_t projects)
{
  oracle_numbers_free(run->rho, projects);
  mpq_clear(run->endowment);
}

static void run_once(const struct oracle_count *count, oracle_run_function *function, void *state,
                     mpq_srcptr endowment, struct oracle_run *run)
{
  run->count = 0;
  run->spent = 0;
  memset(run->funded, 0, count->facts->project_count * sizeof *run->funded);
  mpq_set(run->endowment, endowment);
  function(state, endowment, run);
}

/* --- the endowment --- */

static void find_start(const struct oracle_count *count, mpq_t start)
{
  mpq_t voters;
  mpq_init(voters);
  oracle_set(voters, (int64_t)count->facts->voters);
  oracle_set(start, count->election->budget);
  mpq_div(start, start, voters);
  if (count->settings->add1 && !count->settings->start_exact) {
    int64_t unit = 1;
    for (unsigned i = 0; i < count->election->minor_unit; i++)
      unit *= 10;
    oracle_set(start, count->election->budget / (int64_t)count->facts->voters / unit * unit);
  }
  mpq_clear(voters);
}

static void find_raise(const struct oracle_count *count, mpq_t raise)
{
  if (count->settings->unit_percent == 0) {
    oracle_set(raise, count->settings->unit);
    return;
  }
  mpq_t divisor;
  mpq_init(divisor);
  oracle_set(divisor, (int64_t)count->facts->voters * 100);
  oracle_set(raise, count->election->budget * count->settings->unit_percent);
  mpq_div(raise, raise, divisor);
  mpq_clear(divisor);
}

/* --- when to stop --- */

static bool everything_fits(const struct election *election)
{
  int64_t total = 0;
  for (size_t project = 0; project < election->project_count; project++)
    total += election->projects[project].cost;
  return total <= election->budget;
}

static bool all_funded(const struct oracle_count *count, const struct oracle_run *run)
{
  for (size_t project = 0; project < count->facts->project_count; project++)
    if (count->facts->votes[project] > 0 && !run->funded[project])
      return false;
  return true;
}

static bool exhaustive(const struct oracle_count *count, const struct oracle_run *run)
{
  int64_t left = count->election->budget - run->spent;
  for (size_t project = 0; project < count->facts->project_count; project++) {
    bool counts = count->facts->votes[project] > 0 || count->settings->peer_all;
    if (counts && !run->funded[project] && count->election->projects[project].cost <= left)
      return false;
  }
  return true;
}

static const char *reason_to_stop(const struct oracle_count *count, const struct oracle_run *run)
{
  if (all_funded(count, run))
    return "all-funded";
  if (count->settings->peer_all_fit && everything_fits(count->election))
    return "all-fit";
  if (count->settings->stop_exhaustive && exhaustive(count, run))
    return "exhaustive";
  return NULL;
}

static void raise_until_stopped(const struct oracle_count *count, oracle_run_function *function,
                                void *state, struct oracle_run *kept, struct oracle_result *result)
{
  struct oracle_run next;
  mpq_t raise, endowment;
  mpq_init(raise);
  mpq_init(endowment);
  oracle_run_make(&next, count->facts->project_count, count->arena);
  find_raise(count, raise);
  while ((result->stopped = reason_to_stop(count, kept)) == NULL) {
    if (mpq_sgn(raise) == 0)
      oracle_fail("a raise of nothing never ends");
    mpq_add(endowment, kept->endowment, raise);
    run_once(count, function, state, endowment, &next);
    result->steps++;
    if (next.spent > count->election->budget) {
      result->stopped = "overspend";
      break;
    }
    struct oracle_run previous = *kept;
    *kept = next;
    next = previous;
  }
  oracle_run_free(&next, count->facts->project_count);
  mpq_clear(raise);
  mpq_clear(endowment);
}

enum oracle_merit oracle_merit_of(const struct oracle_settings *settings)
{
  return settings->by_density ? ORACLE_MERIT_DENSITY : ORACLE_MERIT_SCORE;
}

void oracle_select(const struct election *election, struct oracle_result *result, uint32_t project)
{
  result->selected[result->selected_count++] = project;
  result->spent += election->projects[project].cost;
}

static void report_run(const struct oracle_count *count, const struct oracle_run *run,
                       struct oracle_result *result)
{
  struct oracle_round *rounds = ORACLE_TAKE(count->arena, struct oracle_round, run->count);
  result->selected = ORACLE_TAKE(count->arena, uint32_t, count->facts->project_count);
  for (size_t i = 0; i < run->count; i++) {
    rounds[i] = (struct oracle_round){.project = run->project[i],
                                      .rho = oracle_text(run->rho[i], count->arena),
                                      .paid_full = run->paid_full[i],
                                      .paid_all = run->paid_all[i]};
    oracle_select(count->election, result, run->project[i]);
  }
  result->round_count = run->count;
  result->rounds = rounds;
  result->endowment = oracle_text(run->endowment, count->arena);
}

void oracle_run_all(const struct oracle_count *count, oracle_run_function *function, void *state,
                    struct oracle_run *kept, struct oracle_result *result)
{
  mpq_t endowment;
  mpq_init(endowment);
  oracle_run_make(kept, count->facts->project_count, count->arena);
  if (count->facts->voters > 0) {
    find_start(count, endowment);
    run_once(count, function, state, endowment, kept);
    if (count->settings->add1)
      raise_until_stopped(count, function, state, kept, result);
  } else if (count->settings->add1) {
    result->stopped = "all-funded";
  }
  report_run(count, kept, result);
  mpq_clear(endowment);
}

/* --- comparison of two outcomes --- */

static void satisfaction(const struct oracle_count *count, const struct oracle_reading *reading,
                         const struct choice *choice, const struct oracle_result *outcome,
                         mpq_t sum)
{
  mpq_t utility, scale;
  mpq_inits(utility, scale, (mpq_ptr)NULL);
  mpq_set_ui(sum, 0, 1);
  for (size_t mark = 0; mark < choice->count; mark++) {
    for (size_t i = 0; i < outcome->selected_count; i++) {
      if (outcome->selected[i] != choice->marks[mark].project)
        continue;
      oracle_set(utility, oracle_weight(reading, choice, mark));
      oracle_set(scale, count->facts->scale[outcome->selected[i]]);
      mpq_mul(utility, utility, scale);
      mpq_add(sum, sum, utility);
    }
  }
  mpq_clears(utility, scale, (mpq_ptr)NULL);
}

bool oracle_prefers(const struct oracle_count *count, const struct oracle_result *challenger,
                    const struct oracle_result *champion)
{
  struct oracle_reading reading =
      oracle_reading_of(count->election, count->ballots, count->settings->utility);
  int64_t balance = 0;
  mpq_t with_challenger, with_champion;
  mpq_inits(with_challenger, with_champion, (mpq_ptr)NULL);
  for (size_t i = 0; i < count->ballots->count; i++) {
    const struct choice *choice = &count->ballots->choices[i];
    int64_t times = count->ballots->times != NULL ? count->ballots->times[i] : 1;
    satisfaction(count, &reading, choice, challenger, with_challenger);
    satisfaction(count, &reading, choice, champion, with_champion);
    int preference = mpq_cmp(with_challenger, with_champion);
    balance += preference > 0 ? times : preference < 0 ? -times : 0;
  }
  mpq_clears(with_challenger, with_champion, (mpq_ptr)NULL);
  return balance > 0;
}
