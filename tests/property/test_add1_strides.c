/* add1 strides over raises that it proves to change nothing (engine/rules/shares/pair.h). Here every
 * raise is made, one by one: the run that is kept, and each that was passed over, must be the same. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "engine/rules/add1.h"
#include "engine/rules/shares/run.h"
#include "tests/oracle/facts.h"
#include "tests/property/trial.h"

enum {
  ELECTIONS = 20000,
  RAISES_MAX = 2048, /* about; of one search */
  SEEN_MAX = 2 * RAISES_MAX,
  LENGTHS = 10, /* strides of 2 to 3, 4 to 7, … raises are told apart */
};

/* --- what the search did --- */

/* The steps whose runs add1 made. */
struct seen {
  uint64_t steps[SEEN_MAX];
  size_t count;
};

static void see(void *context, const char *stage, uint64_t step)
{
  struct seen *seen = context;
  (void)stage;
  if (seen->count < SEEN_MAX)
    seen->steps[seen->count++] = step;
}

/* Over all elections, so that the test knows that it tested something. */
static struct {
  uint64_t elections;
  uint64_t strides[LENGTHS]; /* by the binary logarithm of their length */
  uint64_t over_ties;        /* strides over runs that met a tie */
  uint64_t stopped[4];
} tried;

static const char *const stops[] = {"overspend", "exhaustive", "all-funded", "all-fit"};

static void count_stride(uint64_t length, bool over_tie)
{
  size_t logarithm = 0;
  while (length >> (logarithm + 1) > 0 && logarithm + 1 < LENGTHS)
    logarithm++;
  tried.strides[logarithm]++;
  tried.over_ties += length > 1 && over_tie;
}

/* --- one election --- */

struct search {
  struct trial *trial;
  struct count count;
  struct profile profile;
  struct counting counting;
  struct add1_options options;
  struct add1_result result;
  struct seen seen;
  struct progress progress;
};

/* Amounts of many units, that are odd more often than not. */
static void refine(struct trial *trial, int64_t *dearest)
{
  struct election *election = &trial->made.election;
  struct project *projects = ORACLE_TAKE(&trial->arena, struct project, election->project_count);
  int64_t factor = INT64_C(1) << random_below(&trial->source, 12);
  bool odd = random_once_in(&trial->source, 2);

  *dearest = 0;
  memcpy(projects, election->projects, election->project_count * sizeof *projects);
  for (size_t i = 0; i < election->project_count; i++) {
    projects[i].cost *= factor;
    if (odd && projects[i].cost > 0)
      projects[i].cost += (int64_t)random_below(&trial->source, (uint64_t)factor);
    if (projects[i].cost > *dearest)
      *dearest = projects[i].cost;
  }
  election->projects = projects;
  election->budget *= factor;
}

/* Raises that are small, but few enough to make them all: at the latest a voter who holds the cost
 * of the dearest project ends them. */
static struct add1_options draw_options(struct trial *trial, int64_t dearest)
{
  int64_t voters = (int64_t)trial->made.ballot_count;
  int64_t raises = INT64_C(16) << random_below(&trial->source, 8);
  int64_t share = voters > 0 ? trial->made.election.budget / 100 / voters : 0;
  struct add1_options options = {
      .exact_start = random_once_in(&trial->source, 2),
      .until_exhaustive = random_once_in(&trial->source, 4),
      .peer_all = random_once_in(&trial->source, 8),
      .peer_all_fit = random_once_in(&trial->source, 8),
      .unit = dearest / raises + 1,
  };
  if (share > 0 && dearest / share < RAISES_MAX && random_once_in(&trial->source, 4)) {
    options.unit = 0;
    options.percent = 1;
  }
  return options;
}

static void search(struct trial *trial, struct search *search)
{
  int64_t dearest;
  struct fault fault;
  struct shares shares;

  refine(trial, &dearest);
  trial_draw_equal_shares(trial);
  trial_count(trial, &trial->made, true, trial->settings, &search->count);

  search->trial = trial;
  search->options = draw_options(trial, dearest);
  search->progress = (struct progress){.tell = see, .context = &search->seen};
  search->profile = random_election_profile(&trial->made, true, &trial->arena);
  const struct tally tally = {.election = &trial->made.election,
                              .profile = &search->profile,
                              .settings = &search->count.settings,
                              .draw = trial->draw,
                              .progress = &search->progress};
  if (counting_begin(&search->counting, &tally, &trial->arena, &fault) != STATUS_OK ||
      shares_begin(&shares, &search->counting, &fault) != STATUS_OK ||
      add1_search(&shares, &search->options, &search->result, &fault) != STATUS_OK)
    trial_fail(trial, "add1 fails: %s: %s", fault.where, fault.what);
}

/* --- every single run --- */

struct walk {
  const struct search *search;
  struct shares shares;
  uint32_t *before; /* what the run before bought */
  size_t before_count;
};

/* What the run before bought, kept while the next one is made. */
static void remember(struct walk *walk)
{
  walk->before_count = walk->shares.round_count;
  memcpy(walk->before, walk->shares.bought, walk->before_count * sizeof *walk->before);
}

static bool same_as_before(const struct walk *walk)
{
  return walk->shares.round_count == walk->before_count &&
         memcmp(walk->shares.bought, walk->before, walk->before_count * sizeof *walk->before) == 0;
}

static enum run_end make_run(struct walk *walk, uint64_t step)
{
  struct trial *trial = walk->search->trial;
  struct endowment endowment =
      add1_endowment(&walk->search->counting, &walk->search->options, step);
  enum run_end end;
  struct fault fault;
  if (shares_run(&walk->shares, &endowment, NULL, &end, &fault) != STATUS_OK)
    trial_fail(trial, "run %" PRIu64 " fails: %s: %s", step, fault.where, fault.what);
  return end;
}

/* Why the raises end with the run just made, or NULL. */
static const char *ends(const struct walk *walk, enum run_end end)
{
  const struct election *election = &walk->search->trial->made.election;
  const struct add1_options *options = &walk->search->options;
  bool all_funded = true, fits = false;
  int64_t total = 0;
  if (end == RUN_OVERSPENT)
    return "overspend";
  for (size_t i = 0; i < election->project_count; i++) {
    bool supported = walk->shares.support->votes[i] > 0;
    bool unfunded = walk->shares.round_of[i] == ROUND_NONE;
    total += election->projects[i].cost;
    all_funded &= !supported || !unfunded;
    fits |= unfunded && (supported || options->peer_all) &&
            election->projects[i].cost <= election->budget - walk->shares.spent;
  }
  if (all_funded)
    return "all-funded";
  if (options->peer_all_fit && total <= election->budget)
    return "all-fit";
  return options->until_exhaustive && !fits ? "exhaustive" : NULL;
}

/* Whether a run from the endowment of `step` meets a tie among projects that cost something. */
static bool meets_tie(struct walk *walk, uint64_t step)
{
  struct endowment endowment =
      add1_endowment(&walk->search->counting, &walk->search->options, step);
  struct fault fault;
  size_t count = 1;
  bool tie = false;
  enum status status = shares_start(&walk->shares, &endowment, NULL, &fault);
  while (status == STATUS_OK && count > 0) {
    status = shares_next(&walk->shares, &count, &fault);
    tie |= count > 1;
    if (status == STATUS_OK && count > 0)
      status = shares_buy(&walk->shares, count, NULL, &fault);
  }
  if (status != STATUS_OK)
    trial_fail(walk->search->trial, "run %" PRIu64 " fails: %s", step, fault.what);
  return tie;
}

/* From each run that the search made to the next one; a stride begins where money is spent. */
static void count_strides(struct walk *walk)
{
  const struct seen *seen = &walk->search->seen;
  for (size_t i = 0; i + 1 < seen->count; i++) {
    bool tie = meets_tie(walk, seen->steps[i]);
    if (walk->shares.spent > 0)
      count_stride(seen->steps[i + 1] - seen->steps[i], tie);
  }
}

static void same_end(const struct walk *walk, uint64_t step, const char *stopped)
{
  const struct add1_result *result = &walk->search->result;
  uint64_t kept = strcmp(stopped, "overspend") == 0 ? step - 1 : step;
  struct endowment endowment =
      add1_endowment(&walk->search->counting, &walk->search->options, kept);
  if (result->steps != step || strcmp(result->stopped, stopped) != 0)
    trial_fail(walk->search->trial,
               "add1 ends at raise %" PRIu64 " (%s), single runs at %" PRIu64 " (%s)",
               result->steps, result->stopped, step, stopped);
  if (memcmp(&result->endowment.numerator, &endowment.numerator, sizeof endowment.numerator) != 0 ||
      result->endowment.denominator != endowment.denominator)
    trial_fail(walk->search->trial, "add1 keeps another endowment than that of raise %" PRIu64,
               kept);
}

static void every_run_agrees(struct trial *trial)
{
  struct search *searched = ORACLE_TAKE(&trial->arena, struct search, 1);
  struct walk walk = {.search = searched};
  struct fault fault;
  const char *stopped = NULL;
  size_t next = 0;

  search(trial, searched);
  walk.before = ORACLE_TAKE(&trial->arena, uint32_t, trial->made.election.project_count);
  if (shares_begin(&walk.shares, &searched->counting, &fault) != STATUS_OK)
    trial_fail(trial, "%s: %s", fault.where, fault.what);

  for (uint64_t step = 0; stopped == NULL; step++) {
    remember(&walk);
    enum run_end end = make_run(&walk, step);
    bool made = next < searched->seen.count && searched->seen.steps[next] == step;
    if (made)
      next++;
    else if (end == RUN_OVERSPENT || !same_as_before(&walk))
      trial_fail(trial,
                 "add1 (unit %" PRId64 ", %" PRId64 "%%) passes over raise %" PRIu64
                 ", which buys something else",
                 searched->options.unit, searched->options.percent, step);
    stopped = ends(&walk, end);
    if (stopped != NULL)
      same_end(&walk, step, stopped);
  }
  count_strides(&walk);
  tried.elections++;
  for (size_t i = 0; i < sizeof stops / sizeof *stops; i++)
    tried.stopped[i] += strcmp(stopped, stops[i]) == 0;
}

static void test_strides(void **state)
{
  (void)state;
  trial_run(every_run_agrees, ELECTIONS);

  for (size_t i = 0; i < LENGTHS; i++)
    print_message("# strides of %u raises or more: %" PRIu64 "\n", 1U << i, tried.strides[i]);
  print_message("# over ties: %" PRIu64 "\n", tried.over_ties);
  if (tried.elections < ELECTIONS)
    return;
  for (size_t i = 0; i < LENGTHS; i++)
    assert_true(tried.strides[i] > 0);
  assert_true(tried.over_ties > 0);
  for (size_t i = 0; i < sizeof stops / sizeof *stops; i++)
    assert_true(tried.stopped[i] > 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_strides),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
