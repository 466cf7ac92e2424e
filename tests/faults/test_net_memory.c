/* The k-th allocation fails, once or for ever, while a board is fetched from a server on this
 * machine, its voting pages are compared, or a ballot is cast there: that is said, what was done
 * before it is nothing that stays, and no directory is left behind. */
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
#include "audit/site.h"
#include "keys/service.h"
#include "tests/faults/failing_malloc.h"
#include "tests/unit/board_example.h"

enum {
  ALLOCATIONS_MAX = 10000,
  PATH_BYTES = 4096
};

static char folder[] = "/tmp/fetch_memory.XXXXXX";
static pid_t server;
static char base[200];
static const struct client_settings settings = {.agent = "test", .timeout = 30};
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

static void fail_each_allocation(enum status (*work)(struct fault *fault), size_t least,
                                 bool for_ever)
{
  struct fault fault;
  assert_int_equal(work(&fault), STATUS_OK);
  size_t k = 1;
  for (bool fired = true; fired; k++) {
    failing_malloc_arm(k, for_ever);
    enum status status = work(&fault);
    failing_malloc_disarm();
    fired = failing_malloc_fired();
    assert_int_equal(status, fired ? STATUS_NO_MEMORY : STATUS_OK);
    assert_true(k < ALLOCATIONS_MAX);
  }
  assert_true(k > least); /* some did fail */
}

static void lines_are_there_or_memory_was_not(void **state)
{
  (void)state;
  fail_each_allocation(fetch, 20, false);
}

static void lines_without_any_memory(void **state)
{
  (void)state;
  fail_each_allocation(fetch, 20, true);
}

static void bundles_are_there_or_memory_was_not(void **state)
{
  (void)state;
  char path[PATH_BYTES];
  snprintf(path, sizeof path, "%s/board.jsonl", folder);
  assert_int_equal(remove(path), 0);
  fail_each_allocation(fetch, 20, false);
}

/* --- voting pages --- */

static struct board_example example;

/* The server has no pages: both that are signed are missing. */
static enum status compare(struct fault *fault)
{
  struct arena arena = {0};
  struct address address;
  struct site site;
  struct span lines[] = {example.entries[EXAMPLE_AT_PAGES].line};
  const struct board_source board = {.lines = lines, .count = 1};
  enum status status = address_read_folder(span_of(base), &address, fault);
  if (status == STATUS_OK)
    status = site_find(&board, &arena, &site, fault);
  if (status == STATUS_OK)
    status = site_compare(&site, &client, &address, fault);
  if (status == STATUS_OK)
    assert_int_equal(site.states[SITE_MISSING], 2);
  arena_free(&arena);
  return status;
}

static void pages_are_compared_or_memory_was_not(void **state)
{
  (void)state;
  fail_each_allocation(compare, 5, false);
  fail_each_allocation(compare, 5, true);
}

/* --- a ballot --- */

static struct manifest manifest;

/* The server answers with the receipt that is in its file `ballots`. */
static enum status cast(struct fault *fault)
{
  struct service service = {.manifest = &manifest, .settings = settings};
  struct service_reply reply = {.answer = SERVICE_UNPROVEN};
  struct arena arena = {0};
  struct address address;
  enum status status = address_read_folder(span_of(base), &address, fault);
  if (status == STATUS_OK)
    status = address_below(&address, "ballots", &service.ballots, fault);
  if (status == STATUS_OK)
    status = service_cast(&service, example.entries[EXAMPLE_AT_FIRST_BALLOT].line, &arena, &reply,
                          fault);
  if (status == STATUS_OK)
    assert_int_equal(reply.answer, SERVICE_CAST);
  else
    assert_int_not_equal(reply.answer, SERVICE_CAST);
  arena_free(&arena);
  return status;
}

/* Of a tree with the ballot alone. */
static void keep_receipt(void)
{
  const struct signing_key key = example_key(EXAMPLE_BOARD);
  const struct merkle_head head = {
      .size = 1, .root = merkle_leaf(example.entries[EXAMPLE_AT_FIRST_BALLOT].line)};
  const struct merkle_proof proof = {.count = 0};
  struct buffer checkpoint = {0}, receipt = {0};
  struct fault fault;
  char path[PATH_BYTES];
  assert_int_equal(note_key_make(SPAN("vote.example/board"), NOTE_KEY_SIGNER, &key.public_key,
                                 &manifest.board_key, &fault),
                   STATUS_OK);
  checkpoint_sign(&head, &manifest.board_key, &key, &checkpoint);
  receipt_write(0, &proof, buffer_span(&checkpoint), &receipt);
  snprintf(path, sizeof path, "%s/ballots", folder);
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(receipt.bytes, 1, receipt.length, file), receipt.length);
  assert_int_equal(fclose(file), 0);
  buffer_free(&checkpoint);
  buffer_free(&receipt);
}

static void a_ballot_is_cast_or_memory_was_not(void **state)
{
  (void)state;
  keep_receipt();
  fail_each_allocation(cast, 1, false);
  fail_each_allocation(cast, 1, true);
}

/* --- all of them --- */

static int begin(void **state)
{
  (void)state;
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
  if (server > 0) { /* 0 and -1 would be all processes of a group, or of the machine */
    kill(server, SIGTERM);
    waitpid(server, NULL, 0);
  }
  snprintf(command, sizeof command, "rm -r %s", folder);
  return system(command);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(lines_are_there_or_memory_was_not),
      cmocka_unit_test(lines_without_any_memory),
      cmocka_unit_test(bundles_are_there_or_memory_was_not),
      cmocka_unit_test(pages_are_compared_or_memory_was_not),
      cmocka_unit_test(a_ballot_is_cast_or_memory_was_not),
  };
  json_set_alloc_funcs(malloc, free);
  if (sodium_init() < 0)
    return 1;
  struct arena arena = {0};
  board_example_make(&arena, &example);
  int failed = cmocka_run_group_tests(tests, begin, end);
  board_example_release(&example);
  arena_free(&arena);
  return failed;
}
