/* What is counted on a board is what is counted of the file: a published election restaged, voter
 * by voter, comes to the same outcome.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ballots/board.h"
#include "ballots/restage.h"
#include "tests/oracle/facts.h"
#include "tests/property/trial.h"
#include "tests/unit/staging.h"

enum {
  ROUNDS = 250,
  ATTACHMENTS = 4
};

/* --- a board in memory --- */

struct memory {
  struct trial *trial;
  struct board board;
  struct span attachments[ATTACHMENTS];
  size_t attachment_count;
};

static struct span copy_of(struct trial *trial, struct span bytes)
{
  char *copy = ORACLE_TAKE(&trial->arena, char, bytes.length + 1);
  memcpy(copy, bytes.bytes, bytes.length);
  return (struct span){.bytes = copy, .length = bytes.length};
}

static void attach(void *context, struct span bytes)
{
  struct memory *memory = context;
  assert_true(memory->attachment_count < ATTACHMENTS);
  memory->attachments[memory->attachment_count++] = copy_of(memory->trial, bytes);
}

static enum status read_attachment(void *context, const struct attachment *attachment,
                                   struct span *bytes, struct fault *fault)
{
  struct memory *memory = context;
  for (size_t i = 0; i < memory->attachment_count; i++) {
    const struct digest digest = digest_of(memory->attachments[i]);
    if (digest_compare(&digest, &attachment->digest) != 0)
      continue;
    *bytes = memory->attachments[i];
    return STATUS_OK;
  }
  return fault_set(fault, STATUS_REFUSED, NULL, NULL, "there is no such attachment");
}

static enum status append(void *context, struct span line, enum refusal *refusal,
                          struct fault *fault)
{
  struct memory *memory = context;
  return board_append(&memory->board, copy_of(memory->trial, line), refusal, fault);
}

/* --- the election --- */

/* Ids of boards are ASCII; these are the only others that are made. */
static void respell_ids(struct trial *trial)
{
  struct election *election = &trial->made.election;
  struct project *projects = ORACLE_TAKE(&trial->arena, struct project, election->project_count);
  for (size_t i = 0; i < election->project_count; i++) {
    projects[i] = election->projects[i];
    if (span_equal(projects[i].id, SPAN("é1")))
      projects[i].id = SPAN("e1");
  }
  election->projects = projects;
}

/* Limits that some ballots break, as in files. */
static void draw_limits(struct trial *trial)
{
  struct random_source *source = &trial->source;
  struct ballot_form *form = &trial->made.election.ballot;
  switch (form->kind) {
  case BALLOT_POINTS:
    form->max_per_project = (int64_t)random_below(source, 4);
    form->points = (int64_t)random_below(source, 20);
    form->min_points = (int64_t)random_below(source, (uint64_t)form->points + 1);
    form->max = 2 + (int64_t)random_below(source, 8);
    form->min = (int64_t)random_below(source, 3);
    break;
  case BALLOT_APPROVAL:
    form->max_cost = (int64_t)random_below(source, 40);
    form->max = 2 + (int64_t)random_below(source, 8);
    form->min = (int64_t)random_below(source, 3);
    break;
  case BALLOT_RANKING:
    form->max = (int64_t)random_below(source, 10);
    break;
  case BALLOT_SCORES:
    form->lowest = -2 + (int32_t)random_below(source, 3);
    form->highest = form->lowest + (int32_t)random_below(source, 6);
    form->unscored = random_once_in(source, 3) ? -1 : 0;
    break;
  case BALLOT_SPLIT:
  case BALLOT_ANSWER:
    break;
  }
}

/* On a board lots have people who draw; that is no matter of files. */
static void draw_rule(struct trial *trial)
{
  do
    trial_draw_settings(trial);
  while (strstr(trial->settings, "draw") != NULL);
}

/* --- what may be refused --- */

static bool has_mark(const struct trial *trial, int32_t value)
{
  for (size_t i = 0; i < trial->made.ballot_count; i++)
    for (size_t mark = 0; mark < trial->made.ballots[i].count; mark++)
      if (trial->made.ballots[i].marks[mark].value == value)
        return true;
  return false;
}

static bool has_longer(const struct trial *trial)
{
  const int64_t allowed = trial->made.election.ballot.max;
  for (size_t i = 0; i < trial->made.ballot_count; i++)
    if ((int64_t)trial->made.ballots[i].count > allowed)
      return allowed != LIMIT_NONE;
  return false;
}

/* By the utility that follows where none was given: rules differ in that. */
static bool may_be_refused(const struct trial *trial, const struct settings *settings)
{
  const struct span utility = settings_text(settings, "utility");
  const struct ballot_form *form = &trial->made.election.ballot;
  const bool approves =
      span_equal(utility, SPAN("cardinality")) || span_equal(utility, SPAN("cost"));
  return (form->kind == BALLOT_POINTS && approves && has_mark(trial, 0)) ||
         (form->kind == BALLOT_SCORES && form->unscored < 0 && has_mark(trial, form->unscored)) ||
         (span_equal(utility, SPAN("borda-max")) && has_longer(trial));
}

/* --- the law --- */

static void tell_difference(struct span file, struct span board)
{
  size_t at = 0;
  while (at < file.length && at < board.length && file.bytes[at] == board.bytes[at])
    at++;
  at -= at < 40 ? at : 40;
  print_error("of the file   …%.200s\nof the board  …%.200s\n", file.bytes + at, board.bytes + at);
}

static void compare(struct trial *trial, struct count *count, const struct restage *restage,
                    const struct memory *memory)
{
  struct buffer counted = {0};
  struct profile profile;
  struct outcome outcome;
  struct fault fault;
  char id[DIGEST_TEXT];
  digest_write(&restage->manifest.id, id);
  if (board_count(&memory->board, &trial->arena, &profile, &outcome, &fault) != STATUS_OK)
    trial_fail(trial, "the board is not counted: %s: %s", fault.where, fault.what);
  if (restage->left_out > 0)
    count->outcome.distinct_ballots = outcome.distinct_ballots;
  outcome_write(&count->outcome, &trial->made.election, &count->settings, span_of(id), &counted);
  buffer_add_byte(&counted, '\0');
  counted.length--;
  const struct span published = memory->attachments[memory->attachment_count - 1];
  const bool same = span_equal(buffer_span(&counted), published);
  if (!same)
    tell_difference(buffer_span(&counted), published);
  buffer_free(&counted);
  if (!same)
    trial_fail(trial, "the board comes to another outcome than the file");
}

static void restaged_election_has_the_same_outcome(struct trial *trial)
{
  struct staging_people people;
  struct restage restage;
  struct staging_report report;
  struct count count;
  struct fault fault;
  uint8_t seed[RESTAGE_SEED_BYTES] = {0};
  if (trial->made.election.ballot.kind == BALLOT_ANSWER)
    return; /* no file has answers, and those of a board cost nothing */
  respell_ids(trial);
  if (random_once_in(&trial->source, 2))
    draw_limits(trial);
  draw_rule(trial);
  trial_count(trial, &trial->made, true, trial->settings, &count);

  const struct pabulib file = {
      .election = trial->made.election,
      .profile = random_election_profile(&trial->made, false, &trial->arena),
  };
  staging_people(&people);
  struct settings given = count.settings;
  for (size_t i = 0; i < given.rule->setting_count; i++)
    given.given[i] = true;
  enum status status = restage_make(&file, &given, &people.terms, &trial->arena, &restage, &fault);
  if (status == STATUS_REFUSED && may_be_refused(trial, &count.settings))
    return;
  if (status != STATUS_OK || may_be_refused(trial, &count.settings))
    trial_fail(trial, "restage: %s",
               status == STATUS_OK ? "it should be refused"
                                   : trial_text(trial, "%s: %s", fault.where, fault.what));

  struct memory memory = {.trial = trial};
  const struct attachment_source source = {.context = &memory, .read = read_attachment};
  const struct stage stage = {
      .context = &memory, .board = &memory.board, .attach = attach, .append = append};
  board_begin(&memory.board, &trial->arena, &source);
  memcpy(seed, &trial->seed, sizeof trial->seed);
  staging_play(&restage, &people, seed, &stage, &report);
  if (report.ballots - report.replaced != trial->made.ballot_count)
    trial_fail(trial, "not as many ballots stand as there are voters");
  compare(trial, &count, &restage, &memory);
}

static void restaged_elections_have_the_same_outcome(void **state)
{
  (void)state;
  trial_run(restaged_election_has_the_same_outcome, ROUNDS);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(restaged_elections_have_the_same_outcome),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
