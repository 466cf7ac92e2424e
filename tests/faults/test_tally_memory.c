/* The k-th allocation fails, once or for ever, while `beffroi-audit tally`, or a command that
 * begins as it does, counts a small election: it ends with "could not finish", and nothing of an answer is printed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "audit/command.h"
#include "console/text.h"
#include "tests/faults/failing_malloc.h"

enum {
  ARGUMENTS_MAX = 16,
  ALLOCATIONS_MAX = 20000
};

static char name[] = "tally"; /* of the command, which does not look at it */
static enum verdict (*run)(int count, char **arguments) = tally_run;
static char town[] = SOURCE_ROOT "/tests/vectors/pb/town.pb";

/* Runs the command with its standard files in place of ours; returns how much it printed. */
static off_t run_captured(char **arguments, int count, enum verdict *verdict)
{
  FILE *out = tmpfile(), *complaints = tmpfile();
  assert_non_null(out);
  assert_non_null(complaints);
  fflush(stdout);
  fflush(stderr);
  int saved_out = dup(STDOUT_FILENO), saved_errors = dup(STDERR_FILENO);
  assert_true(dup2(fileno(out), STDOUT_FILENO) >= 0);
  assert_true(dup2(fileno(complaints), STDERR_FILENO) >= 0);

  *verdict = run(count, arguments);

  assert_true(dup2(saved_out, STDOUT_FILENO) >= 0);
  assert_true(dup2(saved_errors, STDERR_FILENO) >= 0);
  close(saved_out);
  close(saved_errors);
  struct stat facts;
  assert_int_equal(fstat(fileno(out), &facts), 0);
  fclose(out);
  fclose(complaints);
  return facts.st_size;
}

/* Cuts `options` at its blanks into the arguments of the command; the word TOWN is the file. */
static int set_arguments(char *options, char **arguments)
{
  int count = 0;
  arguments[count++] = name;
  for (char *next = options; next != NULL && *next != '\0';) {
    assert_true(count < ARGUMENTS_MAX);
    char *word = next;
    next = strchr(next, ' ');
    if (next != NULL)
      *next++ = '\0';
    arguments[count++] = strcmp(word, "TOWN") == 0 ? town : word;
  }
  return count;
}

static void fail_each_allocation(const char *options, bool for_ever)
{
  size_t k = 1;
  for (bool fired = true; fired; k++) {
    char *arguments[ARGUMENTS_MAX], words[128];
    snprintf(words, sizeof words, "%s", options);
    int count = set_arguments(words, arguments);
    enum verdict verdict = VERDICT_HOLDS;

    failing_malloc_arm(k, for_ever);
    off_t printed = run_captured(arguments, count, &verdict);
    failing_malloc_disarm();
    fired = failing_malloc_fired();
    if (fired) {
      assert_int_equal(verdict, VERDICT_UNFINISHED);
      assert_int_equal(printed, 0);
    } else {
      assert_int_equal(verdict, VERDICT_HOLDS);
      assert_true(printed > 0);
    }
    assert_true(k < ALLOCATIONS_MAX);
  }
  assert_true(k > 5); /* some did fail */
}

static void the_page_is_whole_or_not_there(void **state)
{
  (void)state;
  fail_each_allocation("TOWN --preset published --check-published", false);
}

static void the_page_without_any_memory(void **state)
{
  (void)state;
  fail_each_allocation("TOWN --lang fr", true);
}

static void the_json_is_whole_or_not_there(void **state)
{
  (void)state;
  fail_each_allocation("TOWN --json --rule greedy --check-published", false);
}

static void the_json_without_any_memory(void **state)
{
  (void)state;
  fail_each_allocation("TOWN --json", true);
}

static void guarantees_are_whole_or_not_there(void **state)
{
  (void)state;
  run = guarantees_run;
  fail_each_allocation("TOWN --lang fr", false);
  fail_each_allocation("TOWN --json", true);
  run = tally_run;
}

static void comparisons_are_whole_or_not_there(void **state)
{
  (void)state;
  run = compare_run;
  fail_each_allocation("TOWN --rules greedy,default,published", false);
  fail_each_allocation("TOWN --json --rules greedy,phragmen", true);
  run = tally_run;
}

static void simulations_are_whole_or_not_there(void **state)
{
  (void)state;
  run = simulate_run;
  fail_each_allocation("euclidean --voters 200 --projects 30", false);
  fail_each_allocation("resample TOWN --voters 50", true);
  fail_each_allocation("impartial --voters 5 --projects 3 --elections 2 --rules greedy,phragmen",
                       false);
  fail_each_allocation("impartial --voters 5 --projects 3 --elections 2 --rules greedy --json",
                       true);
  run = tally_run;
}

static void explanations_are_whole_or_not_there(void **state)
{
  (void)state;
  run = explain_run;
  fail_each_allocation("TOWN --lang fr --counts 9 --project arbres", false);
  fail_each_allocation("TOWN --json --counts 9 --project velos", true);
  run = tally_run;
}

static void help_is_whole_or_not_there(void **state)
{
  (void)state;
  fail_each_allocation("TOWN --help", false);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_page_is_whole_or_not_there),
      cmocka_unit_test(the_page_without_any_memory),
      cmocka_unit_test(the_json_is_whole_or_not_there),
      cmocka_unit_test(the_json_without_any_memory),
      cmocka_unit_test(guarantees_are_whole_or_not_there),
      cmocka_unit_test(comparisons_are_whole_or_not_there),
      cmocka_unit_test(simulations_are_whole_or_not_there),
      cmocka_unit_test(explanations_are_whole_or_not_there),
      cmocka_unit_test(help_is_whole_or_not_there),
  };
  json_set_alloc_funcs(malloc, free);
  text_begin();
  return cmocka_run_group_tests(tests, NULL, NULL);
}
