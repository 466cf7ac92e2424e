/* Laws of counting that need no second opinion: the engine against itself and against arithmetic. */
#include <gmp.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "tests/oracle/facts.h"
#include "tests/property/trial.h"

static bool is_selected(const struct outcome *outcome, uint32_t project)
{
  for (size_t i = 0; i < outcome->selected_count; i++)
    if (outcome->selected[i] == project)
      return true;
  return false;
}

static void number_from(struct trial *trial, mpq_t number, struct span text)
{
  char copy[4096];
  if (text.length >= sizeof copy)
    trial_fail(trial, "a number of %zu digits", text.length);
  memcpy(copy, text.bytes, text.length);
  copy[text.length] = '\0';
  if (mpq_set_str(number, copy, 10) != 0)
    trial_fail(trial, "'%s' is not a fraction", copy);
}

static void same_bytes(struct trial *trial, const struct random_election *other, bool group_equal,
                       const char *what)
{
  struct count first, second;
  trial_count(trial, &trial->made, true, trial->settings, &first);
  trial_count(trial, other, group_equal, trial->settings, &second);
  struct buffer one = trial_bytes(trial, &trial->made, &first);
  struct buffer two = trial_bytes(trial, other, &second);
  bool same = span_equal(buffer_span(&one), buffer_span(&two));
  if (!same)
    print_error("%.*s\n%.*s\n", (int)one.length, one.bytes, (int)two.length, two.bytes);
  buffer_free(&one);
  buffer_free(&two);
  if (!same)
    trial_fail(trial, "%s gives another outcome", what);
}

/* --- ballots --- */

static void shuffled_ballots(struct trial *trial)
{
  struct random_election other = trial->made;
  trial_draw_settings(trial);
  other.ballots = ORACLE_TAKE(&trial->arena, struct choice, other.ballot_count);
  for (size_t i = 0; i < other.ballot_count; i++) {
    size_t place = (size_t)random_below(&trial->source, i + 1);
    other.ballots[i] = other.ballots[place];
    other.ballots[place] = trial->made.ballots[i];
  }
  same_bytes(trial, &other, true, "another order of the ballots");
}

static void ungrouped_ballots(struct trial *trial)
{
  trial_draw_settings(trial);
  same_bytes(trial, &trial->made, false, "keeping equal ballots apart");
}

/* --- projects --- */

/* The election with its projects in another order: project i goes to to[i]. */
static void move_projects(struct trial *trial, const uint32_t *to, struct random_election *other)
{
  size_t projects = trial->made.election.project_count;
  struct project *moved = ORACLE_TAKE(&trial->arena, struct project, projects);
  *other = trial->made;
  for (size_t i = 0; i < projects; i++)
    moved[to[i]] = trial->made.election.projects[i];
  other->election.projects = moved;
  other->ballots = ORACLE_TAKE(&trial->arena, struct choice, other->ballot_count);
  for (size_t i = 0; i < other->ballot_count; i++) {
    const struct choice *choice = &trial->made.ballots[i];
    struct mark *marks = ORACLE_TAKE(&trial->arena, struct mark, choice->count);
    size_t count = 0;
    for (uint32_t place = 0; place < projects; place++)
      for (size_t mark = 0; mark < choice->count; mark++)
        if (to[choice->marks[mark].project] == place)
          marks[count++] = (struct mark){.project = place, .value = choice->marks[mark].value};
    other->ballots[i] = (struct choice){.count = count, .marks = marks};
  }
}

static uint32_t *draw_order(struct trial *trial)
{
  size_t projects = trial->made.election.project_count;
  uint32_t *to = ORACLE_TAKE(&trial->arena, uint32_t, projects);
  for (uint32_t i = 0; i < projects; i++) {
    size_t place = (size_t)random_below(&trial->source, i + 1);
    to[i] = to[place];
    to[place] = i;
  }
  return to;
}

static void same_selection(struct trial *trial, const struct outcome *before,
                           const struct outcome *after, const uint32_t *to, const char *what)
{
  bool same = before->selected_count == after->selected_count && before->spent == after->spent &&
              before->round_count == after->round_count;
  for (size_t i = 0; same && i < before->selected_count; i++)
    same = (to != NULL ? to[before->selected[i]] : before->selected[i]) == after->selected[i];
  if (!same)
    trial_fail(trial, "%s gives another selection", what);
}

/* Whether the way of counting looks at more of a project than its id, cost and supporters. */
static bool looks_at_place(const struct trial *trial)
{
  return strstr(trial->settings, "listed") != NULL || strstr(trial->settings, "draw") != NULL;
}

static void reordered_projects(struct trial *trial)
{
  struct random_election other;
  struct count before, after;
  do
    trial_draw_settings(trial);
  while (looks_at_place(trial));
  const uint32_t *to = draw_order(trial);
  move_projects(trial, to, &other);
  trial_count(trial, &trial->made, true, trial->settings, &before);
  trial_count(trial, &other, true, trial->settings, &after);
  same_selection(trial, &before.outcome, &after.outcome, to, "another order of the projects");
}

/* The set only: by max-welfare the order of funding is that of the tie list. */
static void same_set(struct trial *trial, const struct outcome *before, const struct outcome *after,
                     const char *what)
{
  bool same = before->selected_count == after->selected_count && before->spent == after->spent;
  for (size_t i = 0; same && i < before->selected_count; i++)
    same = is_selected(after, before->selected[i]);
  if (!same)
    trial_fail(trial, "%s gives another set", what);
}

/* Names decide nothing but ties: where none was met, or where names do not decide ties. */
static void renamed_projects(struct trial *trial)
{
  static const char letters[] = "qwertzuiop";
  struct random_election other = trial->made;
  struct count before, after;
  size_t projects = other.election.project_count;
  const uint32_t *order = draw_order(trial);
  struct project *renamed = ORACLE_TAKE(&trial->arena, struct project, projects);
  do
    trial_draw_settings(trial);
  while (strstr(trial->settings, "exclusive") != NULL);
  for (size_t i = 0; i < projects; i++) {
    renamed[i] = other.election.projects[i];
    renamed[i].id = span_of(trial_text(trial, "%c", letters[order[i]]));
  }
  other.election.projects = renamed;
  trial_count(trial, &trial->made, true, trial->settings, &before);
  trial_count(trial, &other, true, trial->settings, &after);
  if (!looks_at_place(trial) && (before.outcome.tie_count > 0 || after.outcome.tie_count > 0))
    return;
  if (trial->rule == ORACLE_MAX_WELFARE)
    same_set(trial, &before.outcome, &after.outcome, "other names of the projects");
  else
    same_selection(trial, &before.outcome, &after.outcome, NULL, "other names of the projects");
}

/* --- money --- */

/* `settings` with the unit of add1 times `factor`. */
static const char *scale_unit(struct trial *trial, int64_t factor)
{
  const char *unit = strstr(trial->settings, " unit=");
  int64_t value = election_currency_unit(&trial->made.election);
  const char *rest = "";
  size_t before = strlen(trial->settings);
  if (strstr(trial->settings, "add1") == NULL)
    return trial->settings;
  if (unit != NULL) {
    char *end;
    value = strtoll(unit + strlen(" unit="), &end, 10);
    if (*end == '%')
      return trial->settings;
    before = (size_t)(unit - trial->settings);
    rest = end;
  }
  return trial_text(trial, "%.*s unit=%" PRId64 "%s", (int)before, trial->settings, value * factor,
                    rest);
}

/* A thousand times as much of everything, and the unit is a thousandth: nothing has changed. */
static void other_unit_of_money(struct trial *trial)
{
  struct random_election other = trial->made;
  struct count before, after;
  size_t projects = other.election.project_count;
  struct project *dearer = ORACLE_TAKE(&trial->arena, struct project, projects);
  trial_draw_settings(trial);
  for (size_t i = 0; i < projects; i++) {
    dearer[i] = other.election.projects[i];
    dearer[i].cost *= 1000;
  }
  other.election.projects = dearer;
  other.election.budget *= 1000;
  other.election.minor_unit += 3;
  const char *settings = scale_unit(trial, 1000);
  trial_count(trial, &trial->made, true, trial->settings, &before);
  trial_count(trial, &other, true, settings, &after);
  after.outcome.spent /= 1000;
  same_selection(trial, &before.outcome, &after.outcome, NULL, "another unit of money");
}

/* Money is divided in proportion to points, however many these are. */
static void other_unit_of_points(struct trial *trial)
{
  struct random_election other = trial->made;
  struct count before, after;
  if (trial->made.election.ballot.kind != BALLOT_POINTS)
    return;
  trial_draw_cstv(trial);
  other.ballots = ORACLE_TAKE(&trial->arena, struct choice, other.ballot_count);
  for (size_t i = 0; i < other.ballot_count; i++) {
    const struct choice *choice = &trial->made.ballots[i];
    struct mark *marks = ORACLE_TAKE(&trial->arena, struct mark, choice->count);
    for (size_t mark = 0; mark < choice->count; mark++)
      marks[mark] = (struct mark){.project = choice->marks[mark].project,
                                  .value = choice->marks[mark].value * 3};
    other.ballots[i] = (struct choice){.count = choice->count, .marks = marks};
  }
  trial_count(trial, &trial->made, true, trial->settings, &before);
  trial_count(trial, &other, true, trial->settings, &after);
  same_selection(trial, &before.outcome, &after.outcome, NULL, "another unit of points");
}

static void check_books(struct trial *trial, const struct outcome *outcome)
{
  const struct project *projects = trial->made.election.projects;
  int64_t spent = 0;
  for (size_t i = 0; i < outcome->selected_count; i++) {
    uint32_t project = outcome->selected[i];
    spent += projects[project].cost;
    if (outcome->rounds[i].project != project || outcome->rounds[i].left != outcome->budget - spent)
      trial_fail(trial, "round %zu does not say what was bought and what is left", i);
    for (size_t j = 0; j < i; j++)
      if (outcome->selected[j] == project)
        trial_fail(trial, "project %" PRIu32 " is funded twice", project);
  }
  if (outcome->round_count != outcome->selected_count || spent != outcome->spent ||
      spent > outcome->budget)
    trial_fail(trial, "%" PRId64 " spent of %" PRId64 ", the projects cost %" PRId64,
               outcome->spent, outcome->budget, spent);
}

static void check_reasons(struct trial *trial, const struct outcome *outcome)
{
  bool unsupported = strstr(trial->settings, "fund_unsupported=true") != NULL;
  for (uint32_t i = 0; i < outcome->project_count; i++) {
    const struct project_result *about = &outcome->projects[i];
    bool funded = is_selected(outcome, i);
    if (funded != (about->reason == REASON_FUNDED))
      trial_fail(trial, "project %" PRIu32 " is told as '%s'", i, reason_name(about->reason));
    if (funded && about->votes == 0 && !unsupported)
      trial_fail(trial, "project %" PRIu32 " is funded and nobody supports it", i);
    if (!funded && about->votes > 0 && about->reason == REASON_NO_SUPPORT)
      trial_fail(trial, "project %" PRIu32 " has support", i);
    if (about->reason == REASON_DID_NOT_FIT &&
        (about->left < 0 || about->left >= trial->made.election.projects[i].cost))
      trial_fail(trial, "project %" PRIu32 " did fit in %" PRId64, i, about->left);
    if (about->reason == REASON_EXCLUDED && !is_selected(outcome, about->rival))
      trial_fail(trial, "project %" PRIu32 " is excluded by one that is not funded", i);
  }
}

static void budget_is_kept(struct trial *trial)
{
  struct count count;
  trial_draw_settings(trial);
  trial_count(trial, &trial->made, true, trial->settings, &count);
  check_books(trial, &count.outcome);
  check_reasons(trial, &count.outcome);
}

/* One of the rules that share money among voters. */
static void draw_shares(struct trial *trial)
{
  static void (*const draws[])(struct trial *) = {trial_draw_equal_shares, trial_draw_exact,
                                                  trial_draw_expanding};
  draws[random_below(&trial->source, sizeof draws / sizeof *draws)](trial);
}

/* The supporters of a project that was bought with their money, all of them, paid its cost. */
static void payments_are_costs(struct trial *trial)
{
  struct count count;
  draw_shares(trial);
  trial_count(trial, &trial->made, true, trial->settings, &count);
  for (size_t i = 0; i < count.outcome.round_count; i++) {
    uint32_t project = count.outcome.rounds[i].project;
    const struct project_result *about = &count.outcome.projects[project];
    int64_t paid = 0;
    if (!count.outcome.rounds[i].shares_known)
      continue;
    for (size_t k = 0; k < about->payment_count; k++)
      if (about->payments[k].project == project)
        paid += about->payments[k].amount;
    if (paid != trial->made.election.projects[project].cost)
      trial_fail(trial, "project %" PRIu32 " was paid %" PRId64, project, paid);
    if (count.outcome.rounds[i].paid_full + count.outcome.rounds[i].paid_all > about->votes)
      trial_fail(trial, "more voters paid for project %" PRIu32 " than support it", project);
  }
}

/* Among what is bought up to one rank; with the next rank there are more to pay. */
static void rho_never_falls(struct trial *trial)
{
  struct count count;
  uint32_t rank = 0;
  mpq_t before, rho;
  mpq_inits(before, rho, (mpq_ptr)NULL);
  draw_shares(trial);
  trial_count(trial, &trial->made, true, trial->settings, &count);
  for (size_t i = 0; i < count.outcome.round_count && count.outcome.rounds[i].shares_known; i++) {
    number_from(trial, rho, count.outcome.rounds[i].rho);
    if (count.outcome.rounds[i].rank < rank)
      trial_fail(trial, "the rank falls in round %zu", i);
    if (count.outcome.rounds[i].rank == rank && mpq_cmp(rho, before) < 0)
      trial_fail(trial, "rho falls in round %zu", i);
    mpq_set(before, rho);
    rank = count.outcome.rounds[i].rank;
  }
  mpq_clears(before, rho, (mpq_ptr)NULL);
}

/* --- ranks --- */

/* Where all that a ballot supports is of one rank, expanding approvals are Equal Shares. */
static void one_rank_is_equal_shares(struct trial *trial)
{
  struct count expanding, shares;
  trial_draw_expanding(trial);
  if (strstr(trial->settings, "utility=") != NULL || strstr(trial->settings, "borda_zero") != NULL)
    return;
  const char *settings = trial_text(trial, "%s utility=cardinality", trial->settings);
  trial_count(trial, &trial->made, true, settings, &expanding);
  trial->rule = ORACLE_EQUAL_SHARES;
  trial_count(trial, &trial->made, true, settings, &shares);
  same_selection(trial, &shares.outcome, &expanding.outcome, NULL, "a count by one rank");
  for (size_t i = 0; i < shares.outcome.round_count; i++)
    if (!span_equal(shares.outcome.rounds[i].rho, expanding.outcome.rounds[i].rho))
      trial_fail(trial, "rho of round %zu is another one", i);
}

/* The rank that a ballot gives a project, or 0. */
static size_t rank_on(const struct oracle_reading *reading, const struct choice *choice,
                      uint32_t project)
{
  size_t rank = 1;
  int64_t weight = 0;
  for (size_t i = 0; i < choice->count; i++)
    if (choice->marks[i].project == project)
      weight = oracle_weight(reading, choice, i);
  for (size_t i = 0; i < choice->count; i++)
    rank += oracle_weight(reading, choice, i) > weight;
  return weight > 0 ? rank : 0;
}

/* Whether some voters of whom each gives an unfunded project a rank of at most `most` have what
 * they can ask for: with it, what is funded of all they rank so would cost more than their share. */
static void coalition_is_heard(struct trial *trial, const struct outcome *outcome,
                               const struct oracle_reading *reading, uint32_t project, size_t most)
{
  const struct election *election = &trial->made.election;
  size_t voters = trial->made.ballot_count, members = 0;
  bool *theirs = ORACLE_TAKE(&trial->arena, bool, election->project_count);
  bool all = random_once_in(&trial->source, 2);
  int64_t cost = election->projects[project].cost;
  mpq_t claim, share, factor;
  for (size_t i = 0; i < voters; i++) {
    size_t rank = rank_on(reading, &trial->made.ballots[i], project);
    if (rank == 0 || rank > most || !(all || random_once_in(&trial->source, 2)))
      continue;
    members++;
    for (uint32_t other = 0; other < election->project_count; other++) {
      rank = rank_on(reading, &trial->made.ballots[i], other);
      theirs[other] = theirs[other] || (rank > 0 && rank <= most);
    }
  }
  if (members == 0)
    return;
  for (uint32_t other = 0; other < election->project_count; other++)
    if (theirs[other] && is_selected(outcome, other))
      cost += election->projects[other].cost;
  mpq_inits(claim, share, factor, (mpq_ptr)NULL);
  oracle_set(claim, cost);
  oracle_set(factor, (int64_t)voters);
  mpq_mul(claim, claim, factor);
  oracle_set(share, election->budget);
  oracle_set(factor, (int64_t)members);
  mpq_mul(share, share, factor);
  if (mpq_cmp(claim, share) <= 0)
    trial_fail(trial, "%zu voters who rank project %" PRIu32 " up to %zu could have asked for it",
               members, project, most);
  mpq_clears(claim, share, factor, (mpq_ptr)NULL);
}

/* Inclusion-PSC, and more: it need not be a solid coalition. */
static void coalitions_are_heard(struct trial *trial)
{
  struct count count;
  struct oracle_settings settings;
  trial_draw_expanding(trial);
  trial_count(trial, &trial->made, true, trial->settings, &count);
  oracle_settings_read(trial->rule, trial->settings, &trial->made.election, &trial->arena,
                       &settings);
  struct oracle_reading reading =
      oracle_reading_of(&trial->made.election, &trial->ballots, settings.utility);
  for (uint32_t project = 0; project < count.outcome.project_count; project++)
    for (size_t most = 1; most <= count.outcome.project_count; most++)
      if (!is_selected(&count.outcome, project))
        coalition_is_heard(trial, &count.outcome, &reading, project, most);
}

/* --- ties --- */

static enum tie_key key_that_decides(struct trial *trial, const struct outcome *outcome, uint32_t a,
                                     uint32_t b)
{
  const struct project *projects = trial->made.election.projects;
  const char *list = strstr(trial->settings, "tie_break=") + strlen("tie_break=");
  for (;;) {
    size_t length = strcspn(list, ", ");
    struct span name = {.bytes = list, .length = length};
    if (span_equal(name, SPAN("votes")) && outcome->projects[a].votes != outcome->projects[b].votes)
      return TIE_VOTES;
    if (span_equal(name, SPAN("score")) && outcome->projects[a].score != outcome->projects[b].score)
      return TIE_SCORE;
    if (span_equal(name, SPAN("cost")) && projects[a].cost != projects[b].cost)
      return TIE_COST;
    if (span_equal(name, SPAN("cost-desc")) && projects[a].cost != projects[b].cost)
      return TIE_COST_DESC;
    for (int key = TIE_ID; key < TIE_KEY_COUNT; key++)
      if (span_equal(name, span_of(tie_key_name((enum tie_key)key))))
        return (enum tie_key)key;
    list += length + 1;
  }
}

/* Projects are equal in greedy when their score, or score per cost, is; no cost is a class of its
 * own, and so is no support. */
static bool equal_merit(const struct trial *trial, const struct oracle_facts *facts,
                        bool by_density, uint32_t a, uint32_t b)
{
  int64_t cost_a = trial->made.election.projects[a].cost;
  int64_t cost_b = trial->made.election.projects[b].cost;
  mpq_t first, second, factor;
  bool equal;
  if (facts->votes[a] == 0 || facts->votes[b] == 0)
    return facts->votes[a] == facts->votes[b];
  if (cost_a == 0 || cost_b == 0)
    return cost_a == cost_b && facts->weight[a] == facts->weight[b];
  mpq_inits(first, second, factor, (mpq_ptr)NULL);
  oracle_set(first, facts->weight[a]);
  oracle_set(second, facts->weight[b]);
  oracle_set(factor, facts->scale[a]);
  mpq_mul(first, first, factor);
  oracle_set(factor, facts->scale[b]);
  mpq_mul(second, second, factor);
  oracle_set(factor, by_density ? cost_b : 1);
  mpq_mul(first, first, factor);
  oracle_set(factor, by_density ? cost_a : 1);
  mpq_mul(second, second, factor);
  equal = mpq_equal(first, second) != 0;
  mpq_clears(first, second, factor, (mpq_ptr)NULL);
  return equal;
}

/* What a tie says of itself, whatever the rule. */
static void check_tie(struct trial *trial, const struct outcome *outcome,
                      const struct oracle_facts *facts, const struct tie *tie)
{
  if (tie->count < 2 || tie->round > outcome->round_count)
    trial_fail(trial, "a tie of %zu projects in round %zu", tie->count, tie->round);
  for (size_t i = 1; i < tie->count; i++)
    if (facts->order[tie->projects[i - 1]] >= facts->order[tie->projects[i]])
      trial_fail(trial, "the tie of round %zu is not in the order of the tie list", tie->round);
  enum tie_key key = key_that_decides(trial, outcome, tie->projects[0], tie->projects[1]);
  if (tie->decided_by != key)
    trial_fail(trial, "the tie of round %zu was decided by %s, not %s", tie->round,
               tie_key_name(key), tie_key_name(tie->decided_by));
}

/* Ties of Equal Shares are held against the oracle in test_counts_agree. */
static void greedy_ties_are_real(struct trial *trial)
{
  struct count count;
  struct oracle_settings settings;
  struct oracle_facts facts;
  trial_draw_greedy(trial);
  trial_count(trial, &trial->made, true, trial->settings, &count);
  oracle_settings_read(trial->rule, trial->settings, &trial->made.election, &trial->arena,
                       &settings);
  settings.draw = trial->draw;
  oracle_facts_make(&trial->made.election, &trial->ballots, &settings, &trial->arena, &facts);
  for (size_t i = 0; i < count.outcome.tie_count; i++) {
    const struct tie *tie = &count.outcome.ties[i];
    check_tie(trial, &count.outcome, &facts, tie);
    for (size_t k = 1; k < tie->count; k++)
      if (!equal_merit(trial, &facts, settings.by_density, tie->projects[0], tie->projects[k]))
        trial_fail(trial, "the projects of the tie of round %zu are not equal", tie->round);
  }
}

static void ties_say_what_decided(struct trial *trial)
{
  struct count count;
  struct oracle_settings settings;
  struct oracle_facts facts;
  trial_draw_settings(trial);
  trial_count(trial, &trial->made, true, trial->settings, &count);
  oracle_settings_read(trial->rule, trial->settings, &trial->made.election, &trial->arena,
                       &settings);
  settings.draw = trial->draw;
  oracle_facts_make(&trial->made.election, &trial->ballots, &settings, &trial->arena, &facts);
  for (size_t i = 0; i < count.outcome.tie_count; i++)
    check_tie(trial, &count.outcome, &facts, &count.outcome.ties[i]);
}

/* --- blank ballots --- */

static void add_blank(struct trial *trial, size_t blank, struct random_election *other)
{
  *other = trial->made;
  other->ballot_count += blank;
  other->ballots = ORACLE_TAKE(&trial->arena, struct choice, other->ballot_count);
  if (trial->made.ballot_count > 0)
    memcpy(other->ballots, trial->made.ballots,
           trial->made.ballot_count * sizeof *trial->made.ballots);
}

/* Blank ballots hold a share that nobody spends: nobody else has more for them, and with money for
 * them too, nothing changes. */
static void blank_ballots_shrink_shares(struct trial *trial)
{
  struct random_election more, richer;
  struct count before, shrunk, same;
  size_t voters = trial->made.ballot_count;
  size_t blank = 1 + (size_t)random_below(&trial->source, 5);
  trial->rule = ORACLE_EQUAL_SHARES;
  memcpy(trial->settings, "tie_break=id", sizeof "tie_break=id");
  trial->made.election.budget *= (int64_t)voters;
  add_blank(trial, blank, &more);
  richer = more;
  if (voters > 0)
    richer.election.budget = more.election.budget / (int64_t)voters * (int64_t)(voters + blank);
  trial_count(trial, &trial->made, true, trial->settings, &before);
  trial_count(trial, &more, true, trial->settings, &shrunk);
  trial_count(trial, &richer, true, trial->settings, &same);
  for (size_t i = 0; i < before.outcome.project_count; i++)
    if (shrunk.outcome.projects[i].supporters_had > before.outcome.projects[i].supporters_had)
      trial_fail(trial, "blank ballots gave the supporters of project %zu money", i);
  same_selection(trial, &before.outcome, &same.outcome, NULL,
                 "a blank ballot that brings its own share");
  for (size_t i = 0; i < before.outcome.round_count; i++)
    if (!span_equal(before.outcome.rounds[i].rho, same.outcome.rounds[i].rho))
      trial_fail(trial, "a blank ballot that brings its own share changes rho in round %zu", i);
}

/* --- more for a winner --- */

/* Whether what was funded is still funded when only it has changed for the better. Phragmén's rule,
 * maximin-support and, when it is cheaper, expanding-approvals come to it no later than before, and until then nothing else has changed. By
 * max-welfare the sets that have it gain on all others, unless cost is utility. The tie list puts it
 * no later, unless it puts the dearer first; by Phragmén's rule and expanding-approvals a cheaper
 * project is before those that it was equal to. */
static void still_funded(struct trial *trial, const struct random_election *better, uint32_t winner,
                         const char *what)
{
  struct count count;
  trial_count(trial, better, true, trial->settings, &count);
  if (!is_selected(&count.outcome, winner))
    trial_fail(trial, "project %" PRIu32 " is no longer funded: %s", winner, what);
}

static void draw_monotone(struct trial *trial)
{
  static void (*const draw[])(struct trial *) = {trial_draw_phragmen, trial_draw_max_welfare,
                                                 trial_draw_maximin};
  draw[random_below(&trial->source, sizeof draw / sizeof *draw)](trial);
}

static void a_cheaper_winner_still_wins(struct trial *trial)
{
  struct random_election other = trial->made;
  struct count before;
  if (random_once_in(&trial->source, 3))
    trial_draw_expanding(trial);
  else
    draw_monotone(trial);
  if (trial->rule != ORACLE_PHRAGMEN && trial->rule != ORACLE_EXPANDING &&
      strstr(trial->settings, "cost-desc") != NULL)
    return;
  if (trial->rule == ORACLE_MAX_WELFARE && strstr(trial->settings, "utility=cost") != NULL)
    return;
  trial_count(trial, &trial->made, true, trial->settings, &before);
  for (size_t i = 0; i < before.outcome.selected_count; i++) {
    uint32_t winner = before.outcome.selected[i];
    struct project *cheaper =
        ORACLE_TAKE(&trial->arena, struct project, before.outcome.project_count);
    if (before.outcome.projects[winner].votes == 0)
      continue; /* all of these have one turn */
    memcpy(cheaper, trial->made.election.projects, before.outcome.project_count * sizeof *cheaper);
    cheaper[winner].cost =
        (int64_t)random_below(&trial->source, (uint64_t)cheaper[winner].cost + 1);
    other.election.projects = cheaper;
    still_funded(trial, &other, winner, "it is cheaper");
  }
}

/* The ballot with one more approval. */
static struct choice with_approval(struct trial *trial, const struct choice *choice,
                                   uint32_t project)
{
  struct mark *marks = ORACLE_TAKE(&trial->arena, struct mark, choice->count + 1);
  size_t count = 0;
  bool there = false;
  for (size_t i = 0; i < choice->count; i++) {
    if (!there && choice->marks[i].project >= project) {
      marks[count++] = (struct mark){.project = project, .value = 1};
      there = true;
    }
    if (choice->marks[i].project != project)
      marks[count++] = choice->marks[i];
  }
  if (!there)
    marks[count++] = (struct mark){.project = project, .value = 1};
  return (struct choice){.count = count, .marks = marks};
}

static void a_winner_with_more_support_still_wins(struct trial *trial)
{
  struct random_election other = trial->made;
  struct count before;
  if (trial->made.election.ballot.kind != BALLOT_APPROVAL || trial->made.ballot_count == 0)
    return;
  other.election.ballot = ballot_form_any(BALLOT_APPROVAL);
  draw_monotone(trial);
  trial_count(trial, &trial->made, true, trial->settings, &before);
  for (size_t i = 0; i < before.outcome.selected_count; i++) {
    uint32_t winner = before.outcome.selected[i];
    size_t voter = (size_t)random_below(&trial->source, trial->made.ballot_count);
    other.ballots = ORACLE_TAKE(&trial->arena, struct choice, other.ballot_count);
    memcpy(other.ballots, trial->made.ballots, other.ballot_count * sizeof *other.ballots);
    other.ballots[voter] = with_approval(trial, &other.ballots[voter], winner);
    still_funded(trial, &other, winner, "one voter more approves of it");
  }
}

static void loads_never_fall(struct trial *trial)
{
  static void (*const draw[])(struct trial *) = {trial_draw_phragmen, trial_draw_equal_shares,
                                                 trial_draw_maximin};
  struct count count;
  mpq_t before, load;
  mpq_inits(before, load, (mpq_ptr)NULL);
  draw[random_below(&trial->source, sizeof draw / sizeof *draw)](trial);
  trial_count(trial, &trial->made, true, trial->settings, &count);
  for (size_t i = 0; i < count.outcome.round_count; i++) {
    if (count.outcome.rounds[i].load.length == 0)
      continue;
    number_from(trial, load, count.outcome.rounds[i].load);
    if (mpq_cmp(load, before) < 0)
      trial_fail(trial, "the load falls in round %zu", i);
    mpq_set(before, load);
  }
  mpq_clears(before, load, (mpq_ptr)NULL);
}

#define LAW(name)                                                                                  \
  static void test_##name(void **state)                                                            \
  {                                                                                                \
    (void)state;                                                                                   \
    trial_run(name, 10000);                                                                        \
  }

/* What is not in the best set does not fit beside it. */
static void nothing_useful_would_still_fit(struct trial *trial)
{
  struct count count;
  trial_draw_max_welfare(trial);
  trial_count(trial, &trial->made, true, trial->settings, &count);
  for (uint32_t i = 0; i < count.outcome.project_count; i++)
    if (count.outcome.projects[i].votes > 0 && !is_selected(&count.outcome, i) &&
        trial->made.election.projects[i].cost <= count.outcome.budget - count.outcome.spent)
      trial_fail(trial, "project %" PRIu32 " would still fit", i);
}

LAW(shuffled_ballots)
LAW(ungrouped_ballots)
LAW(reordered_projects)
LAW(renamed_projects)
LAW(other_unit_of_money)
LAW(other_unit_of_points)
LAW(budget_is_kept)
LAW(payments_are_costs)
LAW(rho_never_falls)
LAW(one_rank_is_equal_shares)
LAW(coalitions_are_heard)
LAW(greedy_ties_are_real)
LAW(ties_say_what_decided)
LAW(blank_ballots_shrink_shares)
LAW(a_cheaper_winner_still_wins)
LAW(a_winner_with_more_support_still_wins)
LAW(loads_never_fall)
LAW(nothing_useful_would_still_fit)

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_shuffled_ballots),
      cmocka_unit_test(test_ungrouped_ballots),
      cmocka_unit_test(test_reordered_projects),
      cmocka_unit_test(test_renamed_projects),
      cmocka_unit_test(test_other_unit_of_money),
      cmocka_unit_test(test_other_unit_of_points),
      cmocka_unit_test(test_budget_is_kept),
      cmocka_unit_test(test_payments_are_costs),
      cmocka_unit_test(test_rho_never_falls),
      cmocka_unit_test(test_one_rank_is_equal_shares),
      cmocka_unit_test(test_coalitions_are_heard),
      cmocka_unit_test(test_greedy_ties_are_real),
      cmocka_unit_test(test_ties_say_what_decided),
      cmocka_unit_test(test_blank_ballots_shrink_shares),
      cmocka_unit_test(test_a_cheaper_winner_still_wins),
      cmocka_unit_test(test_a_winner_with_more_support_still_wins),
      cmocka_unit_test(test_loads_never_fall),
      cmocka_unit_test(test_nothing_useful_would_still_fit),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
