#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sodium.h>

#include "api/server/config.h"
#include "base/base64.h"

static struct arena arena;
static struct config config;
static struct fault fault;

static enum status read_with(const char *text, char *const *environment)
{
  arena_free(&arena);
  return config_read_text(span_of(text), environment, &arena, &config, &fault);
}

static void accept(const char *text)
{
  assert_int_equal(read_with(text, NULL), STATUS_OK);
}

/* Refuses, and says where and of what; `expected` may be a part of what is expected. */
static void refuse(const char *text, const char *where, const char *what, const char *expected)
{
  assert_int_equal(read_with(text, NULL), STATUS_REFUSED);
  assert_string_equal(fault.where, where);
  assert_non_null(strstr(fault.what, what));
  assert_non_null(strstr(fault.expected, expected));
}

static void nothing_said_is_the_default(void **state)
{
  (void)state;
  accept("");
  assert_string_equal(config.listen, "127.0.0.1:8080");
  assert_string_equal(config.officers_listen, "127.0.0.1:8081");
  assert_int_equal(config.workers, 0);
  assert_int_equal(config.connections, 1024);
  assert_string_equal(config.log_level, "info");
  assert_string_equal(config.owner, "");
  assert_string_equal(config.organisers, "");
  assert_int_equal(config.job_workers, 1);
}

static void a_file_sets_values(void **state)
{
  (void)state;
  accept("# first\r\n"
         "[server]\r\n"
         "  listen =  unix:/run/beffroi/public \t\r\n"
         "officers_listen =\r\n"
         "\r\n"
         "; another comment\n"
         "connections=65536\n"
         "[database]\n"
         "casting = host=/run/x dbname=y # no comment\n"
         "[server]\n"
         "log_level = debug");
  assert_string_equal(config.listen, "unix:/run/beffroi/public");
  assert_string_equal(config.officers_listen, "");
  assert_int_equal(config.connections, 65536);
  assert_string_equal(config.database, "host=/run/x dbname=y # no comment");
  assert_string_equal(config.log_level, "debug");
}

static void lines_that_are_none(void **state)
{
  (void)state;
  refuse("[server]\nlisten\n", "line 2", "no '='", "key = value");
  refuse("[server\n", "line 1", "square brackets", "[section]");
  refuse("[]\n", "line 1", "square brackets", "");
  refuse("[ser ver]\n", "line 1", "square brackets", "");
  refuse("[Server]\n", "line 1", "square brackets", "");
  refuse("listen = x\n", "line 1", "before the first section", "");
  refuse("[server]\n= x\n", "line 2", "name of a setting", "");
  refuse("[server]\nListen = x\n", "line 2", "name of a setting", "");
  refuse("[server]\n\nlis ten = x\n", "line 3", "name of a setting", "");
  refuse("[server]\n  x: y\n", "line 2", "no '='", "");
}

static void bytes_that_are_no_text(void **state)
{
  (void)state;
  refuse("[server]\nlisten = \x1b[2J\n", "line 2", "UTF-8", "");
  refuse("[server]\nlisten = \xff\n", "line 2", "UTF-8", "");
  refuse("[server]\rlisten = x\n", "line 1", "UTF-8", "");
  arena_free(&arena);
  assert_int_equal(config_read_text(SPAN("[server]\nlisten = \0\n"), NULL, &arena, &config, &fault),
                   STATUS_REFUSED);
  assert_string_equal(fault.where, "line 2");
}

static void names_that_nothing_has(void **state)
{
  (void)state;
  refuse("[servers]\nlisten = x\n", "line 2", "no section is called 'servers'",
         "one of server, database, voting, jobs");
  refuse("[server]\nlistens = x\n", "line 2", "no setting 'listens'", "one of listen,");
  refuse("[jobs]\nlisten = x\n", "line 2", "no setting 'listen'", "one of workers, lease_seconds");
}

static void a_setting_twice(void **state)
{
  (void)state;
  refuse("[server]\nworkers = 1\n[jobs]\nworkers = 1\n[server]\nworkers = 1\n", "line 6",
         "workers in [server] was set in line 2", "once");
}

static void numbers_out_of_bounds(void **state)
{
  static const char *const wrong[] = {"0",   "65537", "-1", "1.5", "1e3",
                                      " ",   "0x10",  "+5", "05",  "99999999999999999999",
                                      "ten", "5 s"};
  char text[96];
  (void)state;
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    snprintf(text, sizeof text, "[server]\nconnections = %s\n", wrong[i]);
    refuse(text, "line 2", "connections in [server] cannot be", "a whole number from 1 to 65536");
  }
  accept("[server]\nconnections = 1\n");
  assert_int_equal(config.connections, 1);
}

static void words_that_are_none_of_those(void **state)
{
  (void)state;
  refuse("[server]\nlog_level = loud\n", "line 2", "'loud'", "error, warning, info or debug");
  refuse("[server]\nlog_level =\n", "line 2", "''", "error, warning, info or debug");
  refuse("[database]\ncasting =\n", "line 2", "''", "connection string");
  refuse("[voting]\nmaster_secret =\n", "line 2", "''", "a path");
}

static void addresses_of_other_machines(void **state)
{
  static const char *const wrong[] = {"",          "8080",         "0.0.0.0:80",
                                      "[::]:80",   "192.0.2.1:80", "example.org:80",
                                      "127.0.0.1", "127.0.0.1:",   "127.0.0.1:65536",
                                      "unix:",     "unix:x",       "127.0.0.1:80 127.0.0.1:81"};
  static const char *const right[] = {"127.0.0.1:0", "127.255.0.1:65535", "[::1]:80",
                                      "unix:/run/x"};
  char text[96];
  (void)state;
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    snprintf(text, sizeof text, "[server]\nlisten = %s\n", wrong[i]);
    refuse(text, "line 2", "listen in [server] cannot be", "127.0.0.1:PORT");
  }
  for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
    snprintf(text, sizeof text, "[server]\nlisten = %s\n", right[i]);
    accept(text);
    assert_string_equal(config.listen, right[i]);
  }
}

static void the_environment_comes_first(void **state)
{
  char listen[] = "BEFFROI_SERVER_LISTEN=127.0.0.1:1", owner[] = "BEFFROI_DATABASE_OWNER=a=b c",
       other[] = "BEFFROI_SHARED=/x", path[] = "PATH=/bin", no_value[] = "BEFFROI_SERVER_";
  char *environment[] = {path, listen, other, owner, NULL};
  char *unclear[] = {no_value, NULL};
  (void)state;
  assert_int_equal(read_with("[server]\nlisten = 127.0.0.1:2\nworkers = 3\n", environment),
                   STATUS_OK);
  assert_string_equal(config.listen, "127.0.0.1:1");
  assert_string_equal(config.owner, "a=b c");
  assert_int_equal(config.workers, 3);
  assert_int_equal(read_with("", unclear), STATUS_REFUSED);
}

static void mistakes_in_the_environment(void **state)
{
  char unknown[] = "BEFFROI_SERVER_LISTENS=x", wrong[] = "BEFFROI_JOBS_WORKERS=65",
       empty[] = "BEFFROI_SERVER_LISTEN=";
  char *const cases[][2] = {{unknown, NULL}, {wrong, NULL}, {empty, NULL}};
  static const char *const where[] = {"BEFFROI_SERVER_LISTENS", "BEFFROI_JOBS_WORKERS",
                                      "BEFFROI_SERVER_LISTEN"};
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    assert_int_equal(read_with("", cases[i]), STATUS_REFUSED);
    assert_string_equal(fault.where, where[i]);
  }
}

static void files(void **state)
{
  char path[] = "/tmp/test_config_XXXXXX";
  int file = mkstemp(path);
  (void)state;
  assert_true(file >= 0);
  assert_int_equal(write(file, "[server]\nworkers = 7\nx\n", 23), 23);
  assert_int_equal(config_read(path, &arena, &config, &fault), STATUS_REFUSED);
  assert_non_null(strstr(fault.where, path));
  assert_non_null(strstr(fault.where, "line 3"));
  assert_int_equal(ftruncate(file, 21), 0);
  assert_int_equal(config_read(path, &arena, &config, &fault), STATUS_OK);
  assert_int_equal(config.workers, 7);
  assert_int_equal(ftruncate(file, CONFIG_BYTES_MAX + 1), 0);
  assert_int_equal(config_read(path, &arena, &config, &fault), STATUS_REFUSED);
  assert_non_null(strstr(fault.what, "too long"));
  close(file);
  unlink(path);
  assert_int_equal(config_read(path, &arena, &config, &fault), STATUS_REFUSED);
  assert_int_equal(config_read("/", &arena, &config, &fault), STATUS_REFUSED);
  assert_int_equal(config_read(NULL, &arena, &config, &fault), STATUS_OK);
}

/* --- organisers --- */

static void key_text(uint8_t seed, char text[45])
{
  struct signing_key key;
  uint8_t bytes[SEED_BYTES] = {seed};
  signing_key_make(bytes, &key);
  base64_write(key.public_key.bytes, PUBLIC_KEY_BYTES, text);
  text[44] = '\0';
}

static void organisers_are_keys(void **state)
{
  char first[45], second[45], text[256];
  struct key_list organisers;
  (void)state;
  key_text(1, first);
  key_text(2, second);
  snprintf(text, sizeof text, "[voting]\norganisers = %s   %s\n", first, second);
  accept(text);
  assert_int_equal(config_organisers(&config, &arena, &organisers, &fault), STATUS_OK);
  assert_int_equal(organisers.count, 2);
  base64_write(organisers.keys[1].bytes, PUBLIC_KEY_BYTES, first);
  assert_string_equal(first, second);

  accept("[voting]\norganisers =\n");
  assert_int_equal(config_organisers(&config, &arena, &organisers, &fault), STATUS_OK);
  assert_int_equal(organisers.count, 0);

  first[3] = '-';
  snprintf(text, sizeof text, "[voting]\norganisers = %s\n", first);
  refuse(text, "organisers in [voting]", "no public key", "base64");
  snprintf(text, sizeof text, "[voting]\norganisers = %.40s\n", second);
  refuse(text, "organisers in [voting]", "no public key", "base64");
  /* Bytes of a key that is none: not a point of prime order. */
  memset(text, 0, sizeof text);
  assert_int_equal(read_with("[voting]\norganisers = "
                             "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
                             NULL),
                   STATUS_REFUSED);
}

/* --- writing --- */

static void what_is_written_is_read_as_the_same(void **state)
{
  struct buffer first = {0}, second = {0};
  (void)state;
  accept("[server]\nworkers = 9\nofficers_listen =\n[jobs]\nlease_seconds = 5\n");
  config_write(&config, &first);
  buffer_add_byte(&first, '\0');
  assert_false(first.failed);
  accept(first.bytes);
  assert_int_equal(config.workers, 9);
  assert_string_equal(config.officers_listen, "");
  config_write(&config, &second);
  buffer_add_byte(&second, '\0');
  assert_string_equal(first.bytes, second.bytes);
  buffer_free(&first);
  buffer_free(&second);
}

static void passwords_are_not_written(void **state)
{
  static const char *const strings[] = {"host=/x password=hunter2", "postgresql://u:hunter2@/x"};
  char text[96];
  (void)state;
  for (size_t i = 0; i < sizeof strings / sizeof *strings; i++) {
    struct buffer buffer = {0};
    snprintf(text, sizeof text, "[database]\ncasting = %s\nowner = %s\n", strings[i], strings[i]);
    accept(text);
    assert_string_equal(config.database, strings[i]);
    config_write(&config, &buffer);
    buffer_add_byte(&buffer, '\0');
    assert_null(strstr(buffer.bytes, "hunter2"));
    assert_non_null(strstr(buffer.bytes, "# casting is set, and not shown"));
    buffer_free(&buffer);
  }
}

static void the_manual_has_the_table(void **state)
{
  struct buffer table = {0};
  static char manual[128 * 1024];
  FILE *file = fopen(SOURCE_ROOT "/docs/operations.md", "r");
  (void)state;
  assert_non_null(file);
  size_t length = fread(manual, 1, sizeof manual - 1, file);
  fclose(file);
  manual[length] = '\0';
  config_describe(&table);
  buffer_add_byte(&table, '\0');
  assert_false(table.failed);
  if (strstr(manual, table.bytes) == NULL)
    fprintf(stderr, "docs/operations.md should have this table:\n%s", table.bytes);
  assert_non_null(strstr(manual, table.bytes));
  buffer_free(&table);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(nothing_said_is_the_default),
      cmocka_unit_test(a_file_sets_values),
      cmocka_unit_test(lines_that_are_none),
      cmocka_unit_test(bytes_that_are_no_text),
      cmocka_unit_test(names_that_nothing_has),
      cmocka_unit_test(a_setting_twice),
      cmocka_unit_test(numbers_out_of_bounds),
      cmocka_unit_test(words_that_are_none_of_those),
      cmocka_unit_test(addresses_of_other_machines),
      cmocka_unit_test(the_environment_comes_first),
      cmocka_unit_test(mistakes_in_the_environment),
      cmocka_unit_test(files),
      cmocka_unit_test(organisers_are_keys),
      cmocka_unit_test(what_is_written_is_read_as_the_same),
      cmocka_unit_test(passwords_are_not_written),
      cmocka_unit_test(the_manual_has_the_table),
  };
  if (sodium_init() < 0)
    return 1;
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  arena_free(&arena);
  return failed;
}
