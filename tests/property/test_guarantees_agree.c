/* What is guaranteed of a set of projects, held against its definitions: every group of voters is
 * tried, every pair of voters compared. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/guarantees/guarantees.h"
#include "tests/oracle/facts.h"
#include "tests/property/trial.h"

enum {
  VOTERS_MAX = 12,
  PROJECTS_MAX = 8
};

/* What a set of projects is to the voters, one by one. */
struct view {
  struct trial *trial;
  const struct election *election;
  size_t voters;
  bool wants[VOTERS_MAX][PROJECTS_MAX];
  bool funded[PROJECTS_MAX];
  int64_t projects[VOTERS_MAX]; /* funded and wanted */
  int64_t money[VOTERS_MAX];    /* what they cost */
};

static struct view view_of(struct trial *trial, const bool *funded)
{
  struct view view = {
      .trial = trial, .election = &trial->made.election, .voters = trial->made.ballot_count};
  const struct oracle_reading reading =
      oracle_reading_of(view.election, &trial->ballots, ORACLE_CARDINALITY);
  memcpy(view.funded, funded, view.election->project_count);
  for (size_t i = 0; i < view.voters; i++) {
    const struct choice *choice = &trial->made.ballots[i];
    for (size_t mark = 0; mark < choice->count; mark++) {
      const uint32_t project = choice->marks[mark].project;
      if (oracle_weight(&reading, choice, mark) == 0)
        continue;
      view.wants[i][project] = true;
      view.projects[i] += funded[project];
      view.money[i] += funded[project] ? view.election->projects[project].cost : 0;
    }
  }
  return view;
}

/* Whether a group, as bits, breaks the guarantee for a project that all of it wants: nobody has,
 * with the project, more than the group's share buys. */
static bool breaks(const struct view *view, uint32_t group, size_t project, bool in_money)
{
  mpq_t share, need, factor;
  bool broken = true;
  int size = 0;
  mpq_inits(share, need, factor, (mpq_ptr)NULL);
  for (size_t i = 0; i < view->voters; i++)
    size += (group >> i & 1) != 0;
  oracle_set(share, view->election->budget);
  oracle_set(factor, size);
  mpq_mul(share, share, factor);
  oracle_set(factor, (int64_t)view->voters);
  mpq_div(share, share, factor);
  for (size_t i = 0; i < view->voters && broken; i++) {
    if ((group >> i & 1) == 0)
      continue;
    oracle_set(need, view->election->projects[project].cost);
    oracle_set(factor, in_money ? view->money[i] : view->projects[i] + 1);
    if (in_money)
      mpq_add(need, need, factor);
    else
      mpq_mul(need, need, factor);
    broken = mpq_cmp(need, share) <= 0;
  }
  mpq_clears(share, need, factor, (mpq_ptr)NULL);
  return broken;
}

/* The least utility that is the most of a group that breaks the guarantee for a project; -1: no
 * group does. */
static int64_t least_broken(const struct view *view, size_t project, bool in_money)
{
  int64_t least = -1;
  uint32_t all = 0;
  for (size_t i = 0; i < view->voters; i++)
    all |= (uint32_t)view->wants[i][project] << i;
  for (uint32_t group = all; group != 0 && !view->funded[project]; group = (group - 1) & all) {
    int64_t most = 0;
    for (size_t i = 0; i < view->voters; i++) {
      const int64_t utility = in_money ? view->money[i] : view->projects[i];
      if ((group >> i & 1) != 0 && utility > most)
        most = utility;
    }
    if ((least < 0 || most < least) && breaks(view, group, project, in_money))
      least = most;
  }
  return least;
}

static void compare_ejr(const struct view *view, const struct ejr *ejr, bool in_money)
{
  size_t next = 0;
  for (uint32_t project = 0; project < view->election->project_count; project++) {
    const int64_t least = least_broken(view, project, in_money);
    const bool told = next < ejr->breach_count && ejr->breaches[next].project == project;
    uint64_t voters = 0;
    if (told != (least >= 0))
      trial_fail(view->trial, "project %" PRIu32 "%s: %s", project, in_money ? " in money" : "",
                 told ? "no group breaks it" : "a group breaks it");
    if (!told)
      continue;
    const struct breach *breach = &ejr->breaches[next++];
    for (size_t i = 0; i < view->voters; i++)
      voters += view->wants[i][project] && (in_money ? view->money[i] : view->projects[i]) <= least;
    if (breach->utility != least || breach->voters != voters)
      trial_fail(view->trial, "project %" PRIu32 ": %" PRIu64 " voters with %" PRId64, project,
                 breach->voters, breach->utility);
  }
}

/* Half of all pairs' differences, over voters times the sum. */
static void compare_gini(const struct view *view, const int64_t *values, struct span text)
{
  mpq_t gini, whole;
  int64_t differences = 0, sum = 0;
  for (size_t i = 0; i < view->voters; i++) {
    sum += values[i];
    for (size_t k = 0; k < i; k++)
      differences += values[i] > values[k] ? values[i] - values[k] : values[k] - values[i];
  }
  mpq_inits(gini, whole, (mpq_ptr)NULL);
  if (sum > 0) {
    oracle_set(gini, differences);
    oracle_set(whole, sum);
    mpq_div(gini, gini, whole);
    oracle_set(whole, (int64_t)view->voters);
    mpq_div(gini, gini, whole);
  }
  if (!span_equal(text, span_of(oracle_text(gini, &view->trial->arena))))
    trial_fail(view->trial, "the Gini coefficient is not %.*s", SPAN_PRINT(text));
  mpq_clears(gini, whole, (mpq_ptr)NULL);
}

static void compare_levels(const struct view *view, const struct spread *spread)
{
  uint64_t voters = 0;
  for (size_t level = 0; level < spread->level_count; level++) {
    uint64_t expected = 0;
    for (size_t i = 0; i < view->voters; i++)
      expected += view->projects[i] == (int64_t)level;
    voters += expected;
    if (spread->levels[level] != expected)
      trial_fail(view->trial, "not %" PRIu64 " voters have %zu funded projects",
                 spread->levels[level], level);
  }
  if (voters != view->voters)
    trial_fail(view->trial, "%" PRIu64 " voters have some number of funded projects", voters);
}

static struct guarantees find(struct trial *trial, const bool *funded, bool group_equal)
{
  struct guarantees found;
  struct fault fault;
  const struct profile profile = random_election_profile(&trial->made, group_equal, &trial->arena);
  if (guarantees_find(&trial->made.election, &profile, funded, &trial->arena, &found, &fault) !=
      STATUS_OK)
    trial_fail(trial, "%s: %s", fault.where, fault.what);
  return found;
}

/* A set of projects that no rule need choose. */
static bool draw_set(struct trial *trial, bool *funded)
{
  int64_t spent = 0;
  for (size_t i = 0; i < trial->made.election.project_count; i++) {
    funded[i] = random_once_in(&trial->source, 3);
    if (!funded[i])
      continue;
    if (trial->made.election.projects[i].cost > MONEY_MAX / PROJECTS_MAX / VOTERS_MAX)
      return false; /* sums here are of 64 bits */
    spent += trial->made.election.projects[i].cost;
  }
  return spent <= MONEY_MAX;
}

static void definitions_agree(struct trial *trial)
{
  bool funded[PROJECTS_MAX] = {false};
  if (!draw_set(trial, funded))
    return;
  const struct view view = view_of(trial, funded);
  const struct guarantees found = find(trial, funded, true);
  compare_ejr(&view, &found.by_cardinality, false);
  compare_ejr(&view, &found.by_cost, true);
  compare_gini(&view, view.projects, found.spread.gini_by_cardinality_text);
  compare_gini(&view, view.money, found.spread.gini_by_cost_text);
  compare_levels(&view, &found.spread);
}

static struct buffer write(struct trial *trial, const struct guarantees *found)
{
  struct buffer text = {0};
  guarantees_write(found, NULL, &trial->made.election, SPAN(""), &text);
  if (text.failed)
    oracle_fail("no memory");
  return text;
}

static void grouping_changes_nothing(struct trial *trial)
{
  bool funded[PROJECTS_MAX] = {false};
  if (!draw_set(trial, funded))
    return;
  const struct guarantees grouped = find(trial, funded, true);
  const struct guarantees apart = find(trial, funded, false);
  struct buffer first = write(trial, &grouped), second = write(trial, &apart);
  const bool same = span_equal(buffer_span(&first), buffer_span(&second));
  buffer_free(&first);
  buffer_free(&second);
  if (!same)
    trial_fail(trial, "ungrouped ballots change what is guaranteed");
}

/* --- what rules promise --- */

static struct guarantees of_outcome(struct trial *trial, const struct outcome *outcome)
{
  bool funded[PROJECTS_MAX] = {false};
  for (size_t i = 0; i < outcome->selected_count; i++)
    funded[outcome->selected[i]] = true;
  return find(trial, funded, true);
}

/* Both kinds of Equal Shares, by the utility counted, with what only adds projects. */
static void equal_shares_keep_it(struct trial *trial)
{
  static const struct {
    enum oracle_rule rule;
    const char *settings;
    bool in_money;
  } promises[] = {
      {ORACLE_EQUAL_SHARES, "utility=cost", true},
      {ORACLE_EQUAL_SHARES, "utility=cardinality", false},
      {ORACLE_EQUAL_SHARES, "utility=cost completion=add1-exact", true},
      {ORACLE_EQUAL_SHARES, "utility=cardinality completion=add1-exact,greedy", false},
      {ORACLE_EQUAL_SHARES, "utility=cost completion=phragmen,greedy", true},
      {ORACLE_EXACT, "utility=cost", true},
      {ORACLE_EXACT, "utility=cardinality", false},
      {ORACLE_EXACT, "utility=cardinality completion=add-opt", false},
  };
  const size_t which = (size_t)random_below(&trial->source, sizeof promises / sizeof *promises);
  struct count count;
  trial->rule = promises[which].rule;
  memcpy(trial->settings, promises[which].settings, strlen(promises[which].settings) + 1);
  trial_count(trial, &trial->made, true, trial->settings, &count);
  const struct guarantees found = of_outcome(trial, &count.outcome);
  if ((promises[which].in_money ? found.by_cost : found.by_cardinality).breach_count > 0)
    trial_fail(trial, "EJR+ up to one project does not hold");
}

/* Equal Shares alone is priceable, whatever completes it. */
static void equal_shares_are_priceable(struct trial *trial)
{
  struct count count;
  struct pricing pricing;
  struct fault fault;
  trial_draw_equal_shares(trial);
  trial_count(trial, &trial->made, true, trial->settings, &count);
  if (guarantees_price(&count.outcome, &trial->made.election, &trial->arena, &pricing, &fault) !=
      STATUS_OK)
    oracle_fail("no memory");
  if (pricing.known && pricing.flaw != PAYMENT_SOUND)
    trial_fail(trial, "not priceable for project %" PRIu32, pricing.project);
}

#define LAW(name, rounds)                                                                          \
  static void test_##name(void **state)                                                            \
  {                                                                                                \
    (void)state;                                                                                   \
    trial_run(name, rounds);                                                                       \
  }

LAW(definitions_agree, 1000)
LAW(grouping_changes_nothing, 3000)
LAW(equal_shares_keep_it, 5000)
LAW(equal_shares_are_priceable, 5000)

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_definitions_agree),
      cmocka_unit_test(test_grouping_changes_nothing),
      cmocka_unit_test(test_equal_shares_keep_it),
      cmocka_unit_test(test_equal_shares_are_priceable),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
