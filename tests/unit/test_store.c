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

#include "audit/folder.h"
#include "audit/store.h"

static bool is_there(const char *path)
{
  struct stat facts;
  return stat(path, &facts) == 0;
}

static void holds(const struct store *store, const char *name, struct span expected)
{
  struct arena arena = {0};
  struct folder folder;
  struct fault fault;
  struct span bytes;
  bool found;
  assert_int_equal(folder_open(store->path, &folder, &fault), STATUS_OK);
  assert_int_equal(folder_read(&folder, name, 1000, &arena, &bytes, &found, &fault), STATUS_OK);
  assert_true(span_equal(bytes, expected));
  folder_close(&folder);
  arena_free(&arena);
}

static void files_have_their_names_when_they_are_whole(void **state)
{
  (void)state;
  struct arena arena = {0};
  struct store store;
  struct fault fault;
  assert_int_equal(store_open_temporary(&store, &arena, &fault), STATUS_OK);
  assert_int_equal(store_begin(&store, &fault), STATUS_OK);
  assert_int_equal(store_add(&store, SPAN("forgotten"), &fault), STATUS_OK);
  assert_int_equal(store_begin(&store, &fault), STATUS_OK);
  assert_int_equal(store_add(&store, SPAN("one "), &fault), STATUS_OK);
  assert_int_equal(store_add(&store, SPAN("two"), &fault), STATUS_OK);
  assert_false(store_has(&store, "tile/0/x001/234"));
  assert_int_equal(store_end(&store, "tile/0/x001/234", &fault), STATUS_OK);
  assert_true(store_has(&store, "tile/0/x001/234"));
  holds(&store, "tile/0/x001/234", SPAN("one two"));
  assert_int_equal(store_put(&store, "tile/0/x001/234", SPAN("again"), &fault), STATUS_OK);
  holds(&store, "tile/0/x001/234", SPAN("again"));
  assert_int_equal(store_remove(&store, "tile/0/x001/234", &fault), STATUS_OK);
  assert_false(store_has(&store, "tile/0/x001/234"));
  assert_int_equal(store_remove(&store, "tile/0/x001/234", &fault), STATUS_OK);
  store_close(&store);
  arena_free(&arena);
}

static void a_directory_of_our_own_is_private_and_goes(void **state)
{
  (void)state;
  struct arena arena = {0};
  struct store store;
  struct fault fault;
  struct stat facts;
  assert_int_equal(store_open_temporary(&store, &arena, &fault), STATUS_OK);
  const char *path = store.path;
  assert_int_equal(stat(path, &facts), 0);
  assert_int_equal(facts.st_mode & 0777, 0700);
  assert_int_equal(store_put(&store, "a/b/c", SPAN("x"), &fault), STATUS_OK);
  assert_int_equal(store_put(&store, "a/d", SPAN("x"), &fault), STATUS_OK);
  assert_int_equal(store_put(&store, "e", SPAN("x"), &fault), STATUS_OK);
  assert_int_equal(store_begin(&store, &fault), STATUS_OK);
  store_close(&store);
  assert_false(is_there(path));
  store_close(&store);
  arena_free(&arena);
}

static void what_was_not_put_there_stays(void **state)
{
  (void)state;
  struct arena arena = {0};
  struct store store;
  struct fault fault;
  char foreign[200];
  assert_int_equal(store_open_temporary(&store, &arena, &fault), STATUS_OK);
  const char *path = store.path;
  snprintf(foreign, sizeof foreign, "%s/foreign", path);
  assert_int_equal(mkdir(foreign, 0700), 0);
  store_close(&store);
  assert_true(is_there(foreign));
  assert_int_equal(rmdir(foreign), 0);
  assert_int_equal(rmdir(path), 0);
  arena_free(&arena);
}

static void a_directory_that_was_named_stays(void **state)
{
  (void)state;
  struct arena arena = {0};
  struct store store;
  struct fault fault;
  char path[] = "/tmp/beffroi-store-XXXXXX";
  assert_non_null(mkdtemp(path));
  for (int round = 0; round < 2; round++) { /* empty, and with a board */
    assert_int_equal(store_open_kept(&store, path, &arena, &fault), STATUS_OK);
    assert_int_equal(store_put(&store, "checkpoint", SPAN("x"), &fault), STATUS_OK);
    store_close(&store);
    assert_true(is_there(path));
  }
  assert_int_equal(store_open_kept(&store, path, &arena, &fault), STATUS_OK);
  assert_int_equal(store_put(&store, "else", SPAN("x"), &fault), STATUS_OK);
  assert_int_equal(store_remove(&store, "checkpoint", &fault), STATUS_OK);
  store_close(&store);
  assert_int_equal(store_open_kept(&store, path, &arena, &fault), STATUS_REFUSED);
  assert_non_null(strstr(fault.what, "something else in it"));
  store_close(&store);

  char command[64];
  snprintf(command, sizeof command, "rm -r %s", path);
  assert_int_equal(system(command), 0);
  arena_free(&arena);
}

static void what_the_system_does_not_let_us_do_is_a_failure(void **state)
{
  (void)state;
  struct arena arena = {0};
  struct store store;
  struct fault fault;
  assert_int_equal(store_open_kept(&store, "/nowhere/at/all", &arena, &fault), STATUS_FAILED);
  store_close(&store);
  assert_int_equal(store_open_kept(&store, "/dev/null", &arena, &fault), STATUS_FAILED);
  store_close(&store);
  assert_int_equal(setenv("TMPDIR", "/nowhere/at/all", 1), 0);
  assert_int_equal(store_open_temporary(&store, &arena, &fault), STATUS_FAILED);
  store_close(&store);
  assert_int_equal(unsetenv("TMPDIR"), 0);
  assert_int_equal(store_open_temporary(&store, &arena, &fault), STATUS_OK);
  assert_int_equal(store_put(&store, "a", SPAN("x"), &fault), STATUS_OK);
  assert_int_equal(store_put(&store, "a/b", SPAN("x"), &fault), STATUS_FAILED);
  store_close(&store);
  arena_free(&arena);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(files_have_their_names_when_they_are_whole),
      cmocka_unit_test(a_directory_of_our_own_is_private_and_goes),
      cmocka_unit_test(what_was_not_put_there_stays),
      cmocka_unit_test(a_directory_that_was_named_stays),
      cmocka_unit_test(what_the_system_does_not_let_us_do_is_a_failure),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
