/* The k-th allocation fails, once or for ever, while `beffroi-audit` verifies and tallies the example
 * board: either nothing of an answer is printed and it ends with "could not finish", or, where the
 * failure could be made good, the answer is whole. A board that holds is never said not to. */
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
  ARGUMENTS_MAX = 8,
  ALLOCATIONS_MAX = 100000,
  PATH_BYTES = 4096
};

typedef enum verdict command_function(int count, char **arguments);

static char folder[] = "/tmp/verify_memory.XXXXXX";

/* Runs the command with its standard files in place of ours; returns how much it printed. */
static off_t run_captured(command_function *command, char **arguments, int count,
                          enum verdict *verdict)
{
  FILE *out = tmpfile(), *complaints = tmpfile();
  assert_non_null(out);
  assert_non_null(complaints);
  fflush(stdout);
  fflush(stderr);
  int saved_out = dup(STDOUT_FILENO), saved_errors = dup(STDERR_FILENO);
  assert_true(dup2(fileno(out), STDOUT_FILENO) >= 0);
  assert_true(dup2(fileno(complaints), STDERR_FILENO) >= 0);

  *verdict = command(count, arguments);

  failing_malloc_disarm();
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

static void fail_each_allocation(command_function *command, const char *options, bool for_ever)
{
  size_t k = 0;
  off_t whole = 0; /* what is printed when nothing fails: the run before the first k */
  for (bool fired = true; fired; k++) {
    char words[64], name[] = "command", *arguments[ARGUMENTS_MAX] = {name, folder};
    int count = 2;
    enum verdict verdict = VERDICT_HOLDS;
    snprintf(words, sizeof words, "%s", options);
    for (char *next = words; next != NULL && *next != '\0';) {
      arguments[count++] = next;
      next = strchr(next, ' ');
      if (next != NULL)
        *next++ = '\0';
    }
    if (whole > 0)
      failing_malloc_arm(k, for_ever);
    off_t printed = run_captured(command, arguments, count, &verdict);
    if (whole == 0) {
      assert_int_equal(verdict, VERDICT_HOLDS);
      assert_true(printed > 0);
      whole = printed;
      continue;
    }
    fired = failing_malloc_fired();
    if (verdict == VERDICT_UNFINISHED)
      assert_true(fired && printed == 0);
    else
      assert_true(verdict == VERDICT_HOLDS && printed == whole);
    assert_true(k < ALLOCATIONS_MAX);
  }
  assert_true(k > 100); /* some did fail */
}

static void verification_is_whole_or_not_there(void **state)
{
  (void)state;
  fail_each_allocation(verify_run, "--threads 1 --lang fr", false);
}

static void verification_without_any_memory(void **state)
{
  (void)state;
  fail_each_allocation(verify_run, "--threads 1 --json", true);
}

static void the_tally_of_a_board_without_any_memory(void **state)
{
  (void)state;
  fail_each_allocation(tally_run, "--json", true);
}

static int make_board(void **state)
{
  (void)state;
  char command[PATH_BYTES];
  if (mkdtemp(folder) == NULL || getenv("BUILD_ROOT") == NULL)
    return -1;
  snprintf(command, sizeof command, "\"$BUILD_ROOT\"/tests/integration/make_board %s", folder);
  return system(command);
}

static int remove_board(void **state)
{
  (void)state;
  char command[PATH_BYTES];
  snprintf(command, sizeof command, "rm -r %s", folder);
  return system(command);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(verification_is_whole_or_not_there),
      cmocka_unit_test(verification_without_any_memory),
      cmocka_unit_test(the_tally_of_a_board_without_any_memory),
  };
  json_set_alloc_funcs(malloc, free);
  text_begin();
  return cmocka_run_group_tests(tests, make_board, remove_board);
}
