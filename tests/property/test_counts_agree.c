/* The engine's counts against two programs that share nothing with it (tests/oracle). */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/oracle/facts.h"
#include "tests/property/trial.h"

enum {
  DISTRICT_SETS =
      10 /* projects of which an oracle weighs every set, for all voters of a district */
};

static const char *id_of(struct trial *trial, uint32_t project)
{
  struct span id = trial->made.election.projects[project].id;
  return trial_text(trial, "%.*s", SPAN_PRINT(id));
}

static const char *ids_of(struct trial *trial, const uint32_t *projects, size_t count)
{
  const char *ids = "";
  for (size_t i = 0; i < count; i++)
    ids = trial_text(trial, "%s %s", ids, id_of(trial, projects[i]));
  return ids;
}

static void same_selection(struct trial *trial, const char *who, const struct outcome *outcome,
                           const struct oracle_result *result)
{
  if (outcome->selected_count != result->selected_count ||
      memcmp(outcome->selected, result->selected,
             result->selected_count * sizeof *result->selected) != 0)
    trial_fail(trial, "the engine funds%s, %s%s",
               ids_of(trial, outcome->selected, outcome->selected_count), who,
               ids_of(trial, result->selected, result->selected_count));
  if (outcome->spent != result->spent)
    trial_fail(trial, "the engine spends %" PRId64 ", %s %" PRId64, outcome->spent, who,
               result->spent);
}

/* The span's text is the string, byte for byte. */
static bool says(struct span span, const char *text)
{
  return span_equal(span, span_of(text));
}

static void same_rounds(struct trial *trial, const char *who, const struct outcome *outcome,
                        const struct oracle_result *result)
{
  for (size_t i = 0; i < result->round_count; i++) {
    const struct round *round = &outcome->rounds[i];
    const struct oracle_round *other = &result->rounds[i];
    if (!round->shares_known)
      trial_fail(trial, "round %zu has no shares", i);
    if (!says(round->rho, other->rho))
      trial_fail(trial, "round %zu: rho %.*s, %s %s", i, SPAN_PRINT(round->rho), who, other->rho);
    if (round->paid_full != other->paid_full || round->paid_all != other->paid_all)
      trial_fail(trial,
                 "round %zu: %" PRIu64 " paid in full and %" PRIu64 " all they had, %s %" PRIu64
                 " and %" PRIu64,
                 i, round->paid_full, round->paid_all, who, other->paid_full, other->paid_all);
    if (round->rank != other->rank)
      trial_fail(trial, "round %zu: up to rank %" PRIu32 ", %s %" PRIu64, i, round->rank, who,
                 other->rank);
  }
}

static const struct completion_report *find_completion(const struct outcome *outcome,
                                                       const char *beginning)
{
  for (size_t i = 0; i < outcome->completion_count; i++)
    if (strncmp(outcome->completions[i].name, beginning, strlen(beginning)) == 0)
      return &outcome->completions[i];
  return NULL;
}

static void same_raises(struct trial *trial, const char *who, const struct outcome *outcome,
                        const struct oracle_result *result)
{
  const struct completion_report *report = find_completion(outcome, "add");
  if ((report == NULL) != (result->stopped == NULL))
    trial_fail(trial, "add1 is told by one only");
  if (report == NULL)
    return;
  if (report->steps != result->steps)
    trial_fail(trial, "%" PRIu64 " raises, %s %" PRIu64, report->steps, who, result->steps);
  if (strcmp(report->stopped, result->stopped) != 0)
    trial_fail(trial, "the raises end for %s, %s for %s", report->stopped, who, result->stopped);
  if (outcome->voters > 0 && !says(report->endowment, result->endowment))
    trial_fail(trial, "endowment %.*s, %s %s", SPAN_PRINT(report->endowment), who,
               result->endowment);
}

static void same_money(struct trial *trial, const struct outcome *outcome,
                       const struct oracle_result *result)
{
  size_t projects = trial->made.election.project_count;
  for (size_t p = 0; p < projects; p++) {
    const struct project_result *about = &outcome->projects[p];
    if (!about->shares_known)
      continue;
    if (about->supporters_had != result->had[p] || about->supporters_left != result->left[p])
      trial_fail(trial,
                 "supporters of %s had %" PRId64 " and have %" PRId64 " left, brute %" PRId64
                 " and %" PRId64,
                 id_of(trial, (uint32_t)p), about->supporters_had, about->supporters_left,
                 result->had[p], result->left[p]);
    for (size_t i = 0; i < about->payment_count; i++) {
      int64_t paid = result->paid[p * projects + about->payments[i].project];
      if (about->payments[i].amount != paid)
        trial_fail(trial, "supporters of %s paid %" PRId64 " for %s, brute %" PRId64,
                   id_of(trial, (uint32_t)p), about->payments[i].amount,
                   id_of(trial, about->payments[i].project), paid);
    }
  }
}

/* Every tie among prices is listed, with all that were equal, and no other for these rounds. */
static void same_ties(struct trial *trial, const struct outcome *outcome,
                      const struct oracle_result *result)
{
  size_t next = 0;
  for (size_t round = 0; round < result->round_count; round++) {
    if (result->tied_count[round] < 2)
      continue;
    const struct tie *tie = next < outcome->tie_count ? &outcome->ties[next++] : NULL;
    if (tie == NULL || tie->round != round || tie->count != result->tied_count[round] ||
        memcmp(tie->projects, result->tied[round], tie->count * sizeof *tie->projects) != 0)
      trial_fail(trial, "round %zu: the engine tells of%s (round %zu), brute of%s", round,
                 tie == NULL ? " no tie" : ids_of(trial, tie->projects, tie->count),
                 tie == NULL ? 0 : tie->round,
                 ids_of(trial, result->tied[round], result->tied_count[round]));
  }
  if (next < outcome->tie_count && outcome->ties[next].round < result->round_count)
    trial_fail(trial, "round %zu: the engine tells of%s, brute of no tie",
               outcome->ties[next].round,
               ids_of(trial, outcome->ties[next].projects, outcome->ties[next].count));
}

static const struct tie *find_tie(const struct outcome *outcome, size_t round)
{
  for (size_t i = 0; i < outcome->tie_count; i++)
    if (outcome->ties[i].round == round)
      return &outcome->ties[i];
  return NULL;
}

/* Loads or utilities, and ties, of rules that tell them, in rounds of their stage. */
static void same_purchases(struct trial *trial, const char *who, const struct outcome *outcome,
                           const struct oracle_result *result)
{
  for (size_t i = 0; i < result->purchase_count; i++) {
    size_t place = result->purchases_from + i;
    const struct oracle_purchase *purchase = &result->purchases[i];
    const struct round *round = &outcome->rounds[place];
    if (strcmp(round->stage, result->stage) != 0)
      trial_fail(trial, "round %zu is of the stage %s", place, round->stage);
    if (!says(round->load, purchase->load == NULL ? "" : purchase->load))
      trial_fail(trial, "round %zu: load %.*s, %s %s", place, SPAN_PRINT(round->load), who,
                 purchase->load);
    if (!says(round->utility, purchase->utility == NULL ? "" : purchase->utility))
      trial_fail(trial, "round %zu: utility %.*s, %s %s", place, SPAN_PRINT(round->utility), who,
                 purchase->utility);
    const struct tie *tie = find_tie(outcome, place);
    if (tie == NULL
            ? purchase->tied_count > 1
            : tie->count != purchase->tied_count ||
                  memcmp(tie->projects, purchase->tied, tie->count * sizeof *tie->projects) != 0)
      trial_fail(trial, "round %zu: the engine tells of%s, %s of%s", place,
                 tie == NULL ? " no tie" : ids_of(trial, tie->projects, tie->count), who,
                 ids_of(trial, purchase->tied, purchase->tied_count));
  }
  for (size_t i = 0; i < outcome->round_count; i++) {
    bool told = i >= result->purchases_from && i < result->purchases_from + result->purchase_count;
    if (!told && (outcome->rounds[i].load.length > 0 || outcome->rounds[i].utility.length > 0))
      trial_fail(trial, "round %zu has a load or a utility, which %s does not know", i, who);
  }
}

/* Stages, support, what did not fit and every tie of cumulative support transfer voting. */
static void same_steps(struct trial *trial, const struct outcome *outcome,
                       const struct oracle_result *result)
{
  for (size_t i = 0; i < result->selected_count; i++) {
    const struct round *round = &outcome->rounds[i];
    const struct oracle_step *step = &result->steps_of_cstv[i];
    int64_t support = round->support_known ? round->support : -1;
    if (strcmp(round->stage, step->stage) != 0 || support != step->support)
      trial_fail(trial, "round %zu: %s with %" PRId64 ", brute %s with %" PRId64, i, round->stage,
                 support, step->stage, step->support);
  }
  for (uint32_t i = 0; i < outcome->project_count; i++)
    if (outcome->projects[i].left != result->missed[i])
      trial_fail(trial, "%s did not fit in %" PRId64 ", brute in %" PRId64, id_of(trial, i),
                 outcome->projects[i].left, result->missed[i]);
  if (outcome->tie_count != result->tie_count)
    trial_fail(trial, "%zu ties, brute %zu", outcome->tie_count, result->tie_count);
  for (size_t i = 0; i < result->tie_count; i++) {
    const struct tie *tie = &outcome->ties[i];
    const struct oracle_tie *other = &result->ties[i];
    if (tie->round != other->round || tie->count != other->count ||
        memcmp(tie->projects, other->projects, tie->count * sizeof *tie->projects) != 0)
      trial_fail(trial, "a tie of%s in round %zu, brute of%s in round %zu",
                 ids_of(trial, tie->projects, tie->count), tie->round,
                 ids_of(trial, other->projects, other->count), other->round);
  }
}

static void compare_all(struct trial *trial)
{
  struct count count;
  struct oracle_settings settings;
  struct oracle_result straightforward, brute;
  struct profile profile = random_election_profile(&trial->made, true, &trial->arena);
  struct oracle_ballots groups;
  const struct election *election = &trial->made.election;
  oracle_ballots_of(&profile, &trial->arena, &groups);
  oracle_settings_read(trial->rule, trial->settings, election, &trial->arena, &settings);
  settings.draw = trial->draw;
  oracle_straightforward(election, &groups, &settings, &trial->arena, &straightforward);
  oracle_brute(election, &trial->ballots, &settings, &trial->arena, &brute);
  trial_count(trial, &trial->made, true, trial->settings, &count);

  same_selection(trial, "straightforward", &count.outcome, &straightforward);
  same_selection(trial, "brute", &count.outcome, &brute);
  if (!brute.greedy_preferred) {
    same_purchases(trial, "straightforward", &count.outcome, &straightforward);
    same_purchases(trial, "brute", &count.outcome, &brute);
  }
  if (trial->rule == ORACLE_CSTV)
    same_steps(trial, &count.outcome, &brute);
  if ((trial->rule != ORACLE_EQUAL_SHARES && trial->rule != ORACLE_EXACT &&
       trial->rule != ORACLE_EXPANDING) ||
      brute.greedy_preferred)
    return;
  same_rounds(trial, "straightforward", &count.outcome, &straightforward);
  same_rounds(trial, "brute", &count.outcome, &brute);
  same_raises(trial, "straightforward", &count.outcome, &straightforward);
  same_raises(trial, "brute", &count.outcome, &brute);
  same_money(trial, &count.outcome, &brute);
  same_ties(trial, &count.outcome, &brute);
}

/* A few ways to count each election. */
static void greedy_agrees(struct trial *trial)
{
  for (int i = 0; i < 4; i++) {
    trial_draw_greedy(trial);
    compare_all(trial);
  }
}

static void equal_shares_agrees(struct trial *trial)
{
  for (int i = 0; i < 4; i++) {
    trial_draw_equal_shares(trial);
    compare_all(trial);
  }
}

static void phragmen_agrees(struct trial *trial)
{
  for (int i = 0; i < 4; i++) {
    trial_draw_phragmen(trial);
    compare_all(trial);
  }
}

static void exact_agrees(struct trial *trial)
{
  for (int i = 0; i < 4; i++) {
    trial_draw_exact(trial);
    compare_all(trial);
  }
}

static void max_welfare_agrees(struct trial *trial)
{
  for (int i = 0; i < 4; i++) {
    trial_draw_max_welfare(trial);
    compare_all(trial);
  }
}

static void maximin_agrees(struct trial *trial)
{
  for (int i = 0; i < 4; i++) {
    trial_draw_maximin(trial);
    compare_all(trial);
  }
}

static void expanding_agrees(struct trial *trial)
{
  for (int i = 0; i < 4; i++) {
    trial_draw_expanding(trial);
    compare_all(trial);
  }
}

static void cstv_agrees(struct trial *trial)
{
  for (int i = 0; i < 4; i++) {
    trial_draw_cstv(trial);
    compare_all(trial);
  }
}

/* A district rather than a table of friends: so many voters that doubles decide most of what there
 * is to compare, and sums are rounded. */
static void make_district(struct trial *trial, size_t least, size_t most)
{
  static const enum ballot_kind kinds[] = {BALLOT_APPROVAL, BALLOT_POINTS, BALLOT_RANKING,
                                           BALLOT_SCORES};
  const struct random_sizes sizes = {
      .voters = 20 + (size_t)random_below(&trial->source, 200),
      .projects = least + (size_t)random_below(&trial->source, most - least + 1),
      .kind = kinds[random_below(&trial->source, 4)]};
  random_election_large(&trial->source, &sizes, &trial->arena, &trial->made);
  trial->ballots = random_election_ballots(&trial->made);
  uint32_t *lots = ORACLE_TAKE(&trial->arena, uint32_t, sizes.projects);
  for (uint32_t i = 0; i < sizes.projects; i++)
    lots[i] = (uint32_t)sizes.projects - 1 - i;
  trial->draw = lots;
}

static void districts_agree(struct trial *trial)
{
  make_district(trial, 5, 19);
  trial_draw_phragmen(trial);
  compare_all(trial);
  trial_draw_exact(trial);
  compare_all(trial);
  trial_draw_max_welfare(trial);
  compare_all(trial);
  trial_draw_expanding(trial);
  compare_all(trial);
  if (trial->made.election.project_count > DISTRICT_SETS)
    return;
  trial_draw_maximin(trial);
  compare_all(trial);
}

/* Of few projects: each purchase doubles the rationals of the oracle, for every voter. */
static void small_districts_agree(struct trial *trial)
{
  make_district(trial, 3, 7);
  for (int i = 0; i < 4; i++) {
    trial_draw_cstv(trial);
    compare_all(trial);
  }
}

static void test_small_districts(void **state)
{
  (void)state;
  trial_run(small_districts_agree, 20);
}

static void test_districts(void **state)
{
  (void)state;
  trial_run(districts_agree, 60);
}

static void test_exact(void **state)
{
  (void)state;
  trial_run(exact_agrees, 2000);
}

static void test_max_welfare(void **state)
{
  (void)state;
  trial_run(max_welfare_agrees, 10000);
}

static void test_maximin(void **state)
{
  (void)state;
  trial_run(maximin_agrees, 4000);
}

static void test_cstv(void **state)
{
  (void)state;
  trial_run(cstv_agrees, 5000);
}

static void test_expanding(void **state)
{
  (void)state;
  trial_run(expanding_agrees, 3000);
}

static void test_phragmen(void **state)
{
  (void)state;
  trial_run(phragmen_agrees, 10000);
}

static void test_greedy(void **state)
{
  (void)state;
  trial_run(greedy_agrees, 10000);
}

static void test_equal_shares(void **state)
{
  (void)state;
  trial_run(equal_shares_agrees, 10000);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_greedy),      cmocka_unit_test(test_equal_shares),
      cmocka_unit_test(test_phragmen),    cmocka_unit_test(test_exact),
      cmocka_unit_test(test_max_welfare), cmocka_unit_test(test_maximin),
      cmocka_unit_test(test_districts),   cmocka_unit_test(test_expanding),
      cmocka_unit_test(test_cstv),        cmocka_unit_test(test_small_districts),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
