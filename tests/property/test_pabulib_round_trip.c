/* What is written as a .pb file reads back to the same: every real file, and elections made from a
 * seed. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/pabulib.h"
#include "tests/oracle/facts.h"
#include "tests/oracle/files.h"
#include "tests/property/trial.h"
#include "tests/unit/pabulib_same.h"

enum {
  REAL_FILES = 538,
  ROUNDS = 3000
};

/* What does not come back of a file that was read, or NULL. */
static const char *find_lost(const struct pabulib *file, const struct pabulib_options *options,
                             struct arena *arena)
{
  struct buffer first = {0};
  struct buffer second = {0};
  struct pabulib again;
  struct fault fault = {0};
  const char *lost = NULL;
  if (pabulib_write(file, &first, &fault) != STATUS_OK ||
      pabulib_read(buffer_span(&first), options, arena, &again, &fault) != STATUS_OK) {
    print_error("%s: %s (%s)\n", fault.where, fault.what, fault.expected);
    lost = "everything";
  } else if ((lost = pabulib_difference(file, &again)) == NULL) {
    if (pabulib_write(&again, &second, &fault) != STATUS_OK ||
        !span_equal(buffer_span(&first), buffer_span(&second)))
      lost = "its spelling";
  }
  if (lost != NULL)
    print_error("%.*s\n", (int)(first.length < 4096 ? first.length : 4096), first.bytes);
  buffer_free(&first);
  buffer_free(&second);
  return lost;
}

/* --- real files --- */

static size_t try_real(const char *path, const char *name)
{
  struct arena arena = {0};
  struct span text;
  struct pabulib file;
  struct fault fault = {0};
  const struct pabulib_options options = {0};
  if (!files_read(path, &arena, &text))
    fail_msg("%s cannot be read", name);
  if (pabulib_read(text, &options, &arena, &file, &fault) != STATUS_OK)
    fail_msg("%s: %s: %s (%s)", name, fault.where, fault.what, fault.expected);
  if (election_check(&file.election, &fault) != STATUS_OK)
    fail_msg("%s: %s: %s (%s)", name, fault.where, fault.what, fault.expected);
  if (file.warning_count > 0)
    print_message("# %s: %zu warnings, the first at %s: %s\n", name, file.warning_count,
                  file.warnings[0].where, file.warnings[0].what);
  const size_t warnings = file.warning_count;
  const char *lost = find_lost(&file, &options, &arena);
  arena_free(&arena);
  if (lost != NULL)
    fail_msg("%s loses %s", name, lost);
  return warnings;
}

static void real_files_are_read_and_come_back(void **state)
{
  (void)state;
  struct arena arena = {0};
  const char *folder = files_shared("pabulib", &arena);
  if (folder == NULL) {
    arena_free(&arena);
    print_message(
        "# SKIPPED: the real elections are neither in $BEFFROI_SHARED nor in ../shared\n");
    skip();
  }
  const char *const *names;
  const size_t count = files_list(folder, ".pb", &arena, &names);
  size_t warnings = 0;
  for (size_t i = 0; i < count; i++)
    warnings += try_real(files_join(folder, names[i], &arena), names[i]);
  print_message("# %zu real files, %zu warnings\n", count, warnings);
  assert_true(count >= REAL_FILES);
  arena_free(&arena);
}

/* --- made files --- */

static bool divides(const struct election *election, int64_t unit)
{
  bool whole = election->budget % unit == 0;
  if (election->ballot.max_cost != LIMIT_NONE)
    whole = whole && election->ballot.max_cost % unit == 0;
  for (size_t i = 0; i < election->project_count; i++)
    whole = whole && election->projects[i].cost % unit == 0;
  return whole;
}

/* The same money with no more decimals than are used. */
static void reduce_money(struct election *election, struct arena *arena)
{
  unsigned spare = 0;
  int64_t unit = 1;
  for (; spare < election->minor_unit && divides(election, unit * 10); spare++)
    unit *= 10;
  struct project *projects = ORACLE_TAKE(arena, struct project, election->project_count);
  for (size_t i = 0; i < election->project_count; i++) {
    projects[i] = election->projects[i];
    projects[i].cost /= unit;
  }
  election->projects = projects;
  election->minor_unit -= spare;
  election->budget /= unit;
  if (election->ballot.max_cost != LIMIT_NONE)
    election->ballot.max_cost /= unit;
}

static void made_file_comes_back(struct trial *trial)
{
  const bool grouped = random_once_in(&trial->source, 2);
  struct pabulib file = {.election = trial->made.election};
  file.profile = random_election_profile(&trial->made, grouped, &trial->arena);
  struct ballot_form *form = &file.election.ballot;
  if (form->exact)
    form->min_points = form->points;
  form->exact = false;
  reduce_money(&file.election, &trial->arena);

  const struct pabulib_options options = {.keep_equal_apart = !grouped};
  if (form->kind == BALLOT_SPLIT || form->kind == BALLOT_ANSWER) {
    struct buffer buffer = {0};
    struct fault fault = {0};
    const enum status status = pabulib_write(&file, &buffer, &fault);
    buffer_free(&buffer);
    if (status != STATUS_REFUSED)
      trial_fail(trial, "a kind that .pb files do not have is written");
    return;
  }
  const char *lost = find_lost(&file, &options, &trial->arena);
  if (lost != NULL)
    trial_fail(trial, "a file loses %s", lost);
}

static void made_files_come_back(void **state)
{
  (void)state;
  trial_run(made_file_comes_back, ROUNDS);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(real_files_are_read_and_come_back),
      cmocka_unit_test(made_files_come_back),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
