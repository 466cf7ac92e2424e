/* The k-th allocation fails, once or for ever, while a board is fetched from a server on this
 * machine: that is said, and no directory is left behind. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>
#include <sodium.h>

#include "audit/fetch.h"
#include "tests/faults/failing_malloc.h"

enum {
  ALLOCATIONS_MAX = 10000,
  PATH_BYTES = 4096
};

static char folder[] = "/tmp/fetch_memory.XXXXXX";
static pid_t server;
static char base[200];
static struct client client; /* libcurl's own allocations do not fail: it has its own malloc */

/* Fetches the board once. */
static enum status fetch(struct fault *fault)
{
  struct arena arena = {0};
  struct store store = {.path = NULL};
  struct address address;
  struct stat facts;
  enum status status = address_read_folder(span_of(base), &address, fault);
  if (status == STATUS_OK)
    status = store_open_temporary(&store, &arena, fault);
  if (status == STATUS_OK)
    status = fetch_board(&client, &address, true, &store, fault);
  if (status == STATUS_OK) {
    assert_true(store_has(&store, "checkpoint"));
    assert_true(store_has(&store, "tile/0/000.p/18"));
  }
  char path[PATH_BYTES] = "";
  if (store.path != NULL)
    snprintf(path, sizeof path, "%s", store.path);
  store_close(&store);
  arena_free(&arena);
  assert_int_not_equal(stat(path, &facts), 0);
  return status;
}

static void fail_each_allocation(bool for_ever)
{
  struct fault fault;
  assert_int_equal(fetch(&fault), STATUS_OK);
  size_t k = 1;
  for (bool fired = true; fired; k++) {
    failing_malloc_arm(k, for_ever);
    enum status status = fetch(&fault);
    failing_malloc_disarm();
    fired = failing_malloc_fired();
    assert_int_equal(status, fired ? STATUS_NO_MEMORY : STATUS_OK);
    assert_true(k < ALLOCATIONS_MAX);
  }
  assert_true(k > 20); /* some did fail */
}

static void lines_are_there_or_memory_was_not(void **state)
{
  (void)state;
  fail_each_allocation(false);
}

static void lines_without_any_memory(void **state)
{
  (void)state;
  fail_each_allocation(true);
}

static void bundles_are_there_or_memory_was_not(void **state)
{
  (void)state;
  char path[PATH_BYTES];
  snprintf(path, sizeof path, "%s/board.jsonl", folder);
  assert_int_equal(remove(path), 0);
  fail_each_allocation(false);
}

static int begin(void **state)
{
  (void)state;
  const struct client_settings settings = {.agent = "test", .timeout = 30};
  struct fault fault;
  char command[PATH_BYTES];
  int ends[2];
  if (client_begin(&client, &settings, &fault) != STATUS_OK || mkdtemp(folder) == NULL ||
      getenv("BUILD_ROOT") == NULL || pipe(ends) != 0)
    return -1;
  snprintf(command, sizeof command, "\"$BUILD_ROOT\"/tests/integration/make_board %s", folder);
  if (system(command) != 0)
    return -1;
  server = fork();
  if (server == 0) {
    dup2(ends[1], STDOUT_FILENO);
    execlp("python3", "python3", SOURCE_ROOT "/tests/integration/serve.py", folder, (char *)NULL);
    _exit(127);
  }
  close(ends[1]);
  FILE *said = fdopen(ends[0], "r");
  bool there = said != NULL && fgets(base, sizeof base, said) != NULL;
  base[strcspn(base, "\n")] = '\0';
  if (said != NULL)
    fclose(said);
  return server > 0 && there ? 0 : -1;
}

static int end(void **state)
{
  (void)state;
  char command[PATH_BYTES];
  client_end(&client);
  kill(server, SIGTERM);
  waitpid(server, NULL, 0);
  snprintf(command, sizeof command, "rm -r %s", folder);
  return system(command);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(lines_are_there_or_memory_was_not),
      cmocka_unit_test(lines_without_any_memory),
      cmocka_unit_test(bundles_are_there_or_memory_was_not),
  };
  json_set_alloc_funcs(malloc, free);
  if (sodium_init() < 0)
    return 1;
  return cmocka_run_group_tests(tests, begin, end);
}
