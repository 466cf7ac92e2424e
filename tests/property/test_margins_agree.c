/* Margins held against what they say: ballots are changed one by one, as they were cast, and counted
 * for every number up to some; and what is said to be proved must be so. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/margins/margins.h"
#include "tests/oracle/facts.h"
#include "tests/property/trial.h"

enum {
  NUMBERS = 24, /* tried one by one */
  COUNTS = 90
};

struct subject {
  struct trial *trial;
  uint32_t project;
  bool funded;
};

static bool wins(struct trial *trial, const struct random_election *made, uint32_t project)
{
  struct count count;
  trial_count(trial, made, true, trial->settings, &count);
  return count.outcome.projects[project].reason == REASON_FUNDED;
}

/* --- ballots changed by hand --- */

static struct choice without(struct trial *trial, const struct choice *choice, uint32_t project)
{
  struct mark *marks = ORACLE_TAKE(&trial->arena, struct mark, choice->count);
  int32_t rank = INT32_MAX;
  size_t count = 0;
  for (size_t i = 0; i < choice->count; i++)
    if (choice->marks[i].project == project && trial->made.election.ballot.kind == BALLOT_RANKING)
      rank = choice->marks[i].value;
  for (size_t i = 0; i < choice->count; i++) {
    if (choice->marks[i].project == project)
      continue;
    marks[count] = choice->marks[i];
    marks[count++].value -= choice->marks[i].value > rank;
  }
  return (struct choice){.count = count, .marks = marks};
}

static bool supports(const struct trial *trial, const struct choice *choice, uint32_t project)
{
  for (size_t i = 0; i < choice->count; i++)
    if (choice->marks[i].project == project)
      return trial->made.election.ballot.kind != BALLOT_SCORES || choice->marks[i].value > 0;
  return false;
}

/* Whether `a` leaves before `b`. */
static bool before(const struct choice *a, const struct choice *b)
{
  if (a->count != b->count)
    return a->count < b->count;
  for (size_t i = 0; i < a->count; i++) {
    if (a->marks[i].project != b->marks[i].project)
      return a->marks[i].project < b->marks[i].project;
    if (a->marks[i].value != b->marks[i].value)
      return a->marks[i].value < b->marks[i].value;
  }
  return false;
}

static struct random_election copy(struct trial *trial, size_t more)
{
  struct random_election other = trial->made;
  other.ballots = ORACLE_TAKE(&trial->arena, struct choice, other.ballot_count + more);
  if (other.ballot_count > 0)
    memcpy(other.ballots, trial->made.ballots, other.ballot_count * sizeof *other.ballots);
  return other;
}

static bool votes_change(const struct subject *subject, int64_t number)
{
  struct trial *trial = subject->trial;
  struct random_election other = copy(trial, subject->funded ? 0 : (size_t)number);
  struct mark *mark = ORACLE_TAKE(&trial->arena, struct mark, 1);
  *mark = (struct mark){.project = subject->project, .value = 1};
  for (size_t i = 0; i < other.ballot_count; i++)
    for (size_t k = 0; k < other.ballots[i].count; k++)
      if (trial->made.election.ballot.kind != BALLOT_RANKING &&
          other.ballots[i].marks[k].value > mark->value)
        mark->value = other.ballots[i].marks[k].value;
  for (int64_t i = 0; i < number; i++) {
    size_t first = other.ballot_count;
    if (!subject->funded) {
      other.ballots[other.ballot_count++] = (struct choice){.count = 1, .marks = mark};
      continue;
    }
    for (size_t k = 0; k < other.ballot_count; k++)
      if (supports(trial, &other.ballots[k], subject->project) &&
          (first == other.ballot_count || before(&other.ballots[k], &other.ballots[first])))
        first = k;
    if (first == other.ballot_count)
      return false; /* all have left */
    other.ballots[first] = without(trial, &other.ballots[first], subject->project);
  }
  return wins(trial, &other, subject->project) != subject->funded;
}

static bool cost_changes(const struct subject *subject, int64_t number)
{
  struct trial *trial = subject->trial;
  struct random_election other = trial->made;
  const size_t count = other.election.project_count;
  struct project *projects = ORACLE_TAKE(&trial->arena, struct project, count);
  memcpy(projects, trial->made.election.projects, count * sizeof *projects);
  int64_t *cost = &projects[subject->project].cost;
  if (subject->funded ? *cost + number > MONEY_MAX : *cost < number)
    return false;
  *cost += subject->funded ? number : -number;
  other.election.projects = projects;
  return wins(trial, &other, subject->project) != subject->funded;
}

static bool absence_changes(const struct subject *subject, uint32_t rival)
{
  struct random_election other = copy(subject->trial, 0);
  for (size_t i = 0; i < other.ballot_count; i++)
    other.ballots[i] = without(subject->trial, &other.ballots[i], rival);
  return wins(subject->trial, &other, subject->project) != subject->funded;
}

/* --- comparing --- */

typedef bool change_by(const struct subject *subject, int64_t number);

static void compare(const struct subject *subject, const struct margin *margin, change_by *change,
                    const char *what)
{
  int64_t least = 1;
  while (least <= NUMBERS && !change(subject, least))
    least++;
  const bool seen = least <= NUMBERS;
  if (margin->proved && (seen ? !margin->found || margin->number != least
                              : margin->found && margin->number <= NUMBERS))
    trial_fail(subject->trial, "%s of project %" PRIu32 ": %" PRId64 " is proved, and not %" PRId64,
               what, subject->project, margin->number, least);
  if (!margin->proved && seen && least <= margin->tried)
    trial_fail(subject->trial, "%s of project %" PRIu32 ": %" PRId64 " does it", what,
               subject->project, least);
  if (margin->found && margin->number <= NUMBERS && !change(subject, margin->number))
    trial_fail(subject->trial, "%s of project %" PRIu32 ": %" PRId64 " does not do it", what,
               subject->project, margin->number);
}

static void compare_rivals(const struct subject *subject, const struct margins *margins,
                           const struct outcome *outcome)
{
  size_t next = 0;
  for (size_t i = 0; i < outcome->selected_count; i++) {
    const uint32_t rival = outcome->selected[i];
    const bool told = next < margins->rival_count && margins->rivals[next] == rival;
    next += told;
    if (rival != subject->project && told != absence_changes(subject, rival))
      trial_fail(subject->trial, "project %" PRIu32 " is %sa rival of %" PRIu32, rival,
                 told ? "" : "not ", subject->project);
  }
  if (next != margins->rival_count || margins->rivals_left > 0)
    trial_fail(subject->trial, "rivals of %" PRIu32 " that were not funded", subject->project);
}

static void margins_are_what_they_say(struct trial *trial)
{
  struct count count;
  struct margins margins;
  struct fault fault;
  trial_draw_settings(trial);
  trial_count(trial, &trial->made, true, trial->settings, &count);
  const struct profile profile = random_election_profile(&trial->made, true, &trial->arena);
  const struct tally tally = {.election = &trial->made.election,
                              .profile = &profile,
                              .settings = &count.settings,
                              .draw = trial->draw};
  const uint32_t project =
      (uint32_t)random_below(&trial->source, trial->made.election.project_count);
  const struct subject subject = {.trial = trial,
                                  .project = project,
                                  .funded =
                                      count.outcome.projects[project].reason == REASON_FUNDED};
  if (margins_find(&tally, &count.outcome, project, COUNTS, &trial->arena, &margins, &fault) !=
      STATUS_OK)
    trial_fail(trial, "%s: %s", fault.where, fault.what);
  compare(&subject, &margins.votes, votes_change, "votes");
  compare(&subject, &margins.cost, cost_changes, "cost");
  compare_rivals(&subject, &margins, &count.outcome);
}

static void test_margins_are_what_they_say(void **state)
{
  (void)state;
  trial_run(margins_are_what_they_say, 1500);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_margins_are_what_they_say),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
