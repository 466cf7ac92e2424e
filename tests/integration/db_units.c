/* db_units.c - what units do on a server that stays: values, transactions, refusals, deadlines. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/integration/db_trial.h"
#include "tests/integration/private_cluster.h"

static const uint8_t uuid[16] = {0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xf0,
                                 1,    2,    3,    4,    5,    6,    7,    0xff};

static void get_number(struct trial *trial, struct db_result *const *results)
{
  trial->number = db_get_integer(results[trial->unit.count - 1], 0, 0);
}

static void look_at_singles(struct trial *trial, struct db_result *const *results)
{
  (void)trial;
  const struct db_result *low = results[0], *high = results[1], *none = results[2];
  assert_int_equal(db_get_integer(low, 0, 0), INT16_MIN);
  assert_int_equal(db_get_integer(low, 0, 1), INT32_MIN);
  assert_true(db_get_integer(low, 0, 2) == INT64_MIN);
  assert_false(db_get_boolean(low, 0, 3));
  assert_true(span_equal(db_get_bytes(low, 0, 4), SPAN("élu·e")));
  assert_true(span_equal(db_get_bytes(low, 0, 5),
                         (struct span){.bytes = (const char *)uuid, .length = sizeof uuid}));
  assert_true(span_equal(db_get_bytes(low, 0, 6), SPAN("\0\xff'")));

  assert_int_equal(db_get_integer(high, 0, 0), INT16_MAX);
  assert_int_equal(db_get_integer(high, 0, 1), INT32_MAX);
  assert_true(db_get_integer(high, 0, 2) == INT64_MAX);
  assert_true(db_get_boolean(high, 0, 3));
  assert_int_equal(db_get_bytes(high, 0, 4).length, 0);
  assert_false(db_is_null(high, 0, 4));
  struct span copy = db_copy_bytes(high, 0, 6, &trial_arena);
  assert_true(span_equal(copy, SPAN("")));

  for (size_t i = 0; i < 7; i++)
    assert_true(db_is_null(none, 0, i));
}

static void test_values_come_back_as_they_went(void **state)
{
  (void)state;
  struct db *db = trial_open(NULL);
  struct trial trial = {.look = look_at_singles};
  TRIAL(&trial, TRIAL_SINGLES, db_integer(INT16_MIN), db_integer(INT32_MIN), db_integer(INT64_MIN),
        db_boolean(false), db_span(SPAN("élu·e")), db_bytes(uuid, sizeof uuid),
        db_span(SPAN("\0\xff'")));
  TRIAL(&trial, TRIAL_SINGLES, db_integer(INT16_MAX), db_integer(INT32_MAX), db_integer(INT64_MAX),
        db_boolean(true), db_bytes(NULL, 0), db_bytes(uuid, sizeof uuid), db_bytes(NULL, 0));
  TRIAL(&trial, TRIAL_SINGLES, db_null(), db_null(), db_null(), db_null(), db_null(), db_null(),
        db_null());
  assert_int_equal(trial_do(db, &trial), DB_DONE);
  db_close(db);
}

static void look_at_elements(struct trial *trial, struct db_result *const *results)
{
  assert_int_equal(trial->rows[0], 3);
  assert_int_equal(trial->rows[1], 0);
  assert_int_equal(db_get_integer(results[0], 0, 0), -1);
  assert_true(db_get_integer(results[0], 1, 0) == INT64_MAX);
  assert_true(span_equal(db_get_bytes(results[0], 0, 1), SPAN("one\0")));
  assert_true(db_is_null(results[0], 1, 1));
  assert_int_equal(db_get_bytes(results[0], 2, 1).length, 0);
  assert_true(span_equal(db_get_bytes(results[0], 0, 2), SPAN("{\"}")));
  assert_true(db_is_null(results[0], 2, 2));
}

static void test_arrays_come_back_as_they_went(void **state)
{
  (void)state;
  struct db *db = trial_open(NULL);
  struct trial trial = {.look = look_at_elements};
  const int64_t numbers[] = {-1, INT64_MAX, 0};
  const struct span bytes[] = {SPAN("one\0"), {.bytes = NULL}, SPAN("")};
  const struct span texts[] = {SPAN("{\"}"), SPAN("NULL"), {.bytes = NULL}};
  TRIAL(&trial, TRIAL_UNNEST, db_integer_array(numbers, 3), db_bytes_array(bytes, 3),
        db_bytes_array(texts, 3));
  TRIAL(&trial, TRIAL_UNNEST, db_integer_array(NULL, 0), db_bytes_array(NULL, 0),
        db_bytes_array(NULL, 0));
  assert_int_equal(trial_do(db, &trial), DB_DONE);
  db_close(db);
}

static void test_a_unit_is_one_transaction(void **state)
{
  (void)state;
  struct db *db = trial_open(NULL);
  struct trial bad = {0}, good = {0};
  TRIAL(&bad, TRIAL_ADD, db_integer(1));
  TRIAL(&bad, TRIAL_DIVIDE, db_integer(0));
  TRIAL(&bad, TRIAL_ADD, db_integer(2));
  TRIAL(&good, TRIAL_ADD, db_integer(3));
  assert_int_equal(trial_do(db, &bad), DB_FAILED);
  assert_string_equal(bad.fault.where, "query divide");
  assert_string_equal(bad.fault.expected, "22012");
  assert_int_equal(trial_do(db, &good), DB_DONE);
  assert_int_equal(trial_ask("SELECT sum(number) FROM trial.number"), 3);
  db_close(db);
}

static void test_a_refusal_does_not_touch_the_units_around_it(void **state)
{
  (void)state;
  struct db *db = trial_open(&(struct db_options){
      .seconds = TRIAL_PATIENCE, .lock_seconds = TRIAL_PATIENCE, .under_way = 8});
  struct trial trials[20] = {0};
  for (int64_t i = 0; i < 20; i++) {
    TRIAL(&trials[i], TRIAL_ADD, db_integer(i));
    if (i % 3 == 1)
      TRIAL(&trials[i], TRIAL_ADD, db_integer(0));
    trial_run(db, &trials[i]);
  }
  for (size_t i = 0; i < 20; i++) {
    assert_int_equal(trial_wait(&trials[i]), i % 3 == 1 ? DB_FAILED : DB_DONE);
    if (i % 3 == 1)
      assert_string_equal(trials[i].fault.expected, "23505");
  }
  assert_int_equal(trial_ask("SELECT count(*) FROM trial.number"), 13);
  db_close(db);
}

static void test_what_the_end_of_a_transaction_refuses_is_not_done(void **state)
{
  (void)state;
  struct db *db = trial_open(NULL);
  struct trial bad = {0}, good = {0};
  TRIAL(&bad, TRIAL_DEFER, db_integer(7));
  TRIAL(&bad, TRIAL_DEFER, db_integer(7));
  TRIAL(&good, TRIAL_DEFER, db_integer(8));
  trial_run(db, &bad);
  trial_run(db, &good);
  assert_int_equal(trial_wait(&bad), DB_FAILED);
  assert_string_equal(bad.fault.where, "query sync");
  assert_string_equal(bad.fault.expected, "23505");
  assert_int_equal(trial_wait(&good), DB_DONE);
  assert_int_equal(trial_ask("SELECT sum(number) FROM trial.deferred"), 8);
  db_close(db);
}

static void test_faults_quote_no_values(void **state)
{
  (void)state;
  struct db *db = trial_open(NULL);
  struct trial unreadable = {0}, twice = {0};
  TRIAL(&unreadable, TRIAL_READ, db_span(SPAN("choice 4711")));
  TRIAL(&twice, TRIAL_ADD, db_integer(4711));
  TRIAL(&twice, TRIAL_ADD, db_integer(4711));
  assert_int_equal(trial_do(db, &unreadable), DB_FAILED);
  assert_null(strstr(unreadable.fault.what, "4711"));
  assert_string_equal(unreadable.fault.expected, "22P02");
  assert_int_equal(trial_do(db, &twice), DB_FAILED);
  assert_null(strstr(twice.fault.what, "4711"));
  assert_non_null(strstr(twice.fault.what, "number_pkey"));
  db_close(db);
}

static void test_a_transaction_may_take_several_units(void **state)
{
  (void)state;
  struct db *db = trial_open(NULL);
  struct trial first = {0}, second = {.look = get_number}, third = {0};
  TRIAL_BARE(&first, TRIAL_BEGIN);
  TRIAL(&first, TRIAL_ADD, db_integer(1));
  TRIAL_BARE(&second, TRIAL_LIST);
  TRIAL(&third, TRIAL_ADD, db_integer(2));
  TRIAL_BARE(&third, TRIAL_COMMIT);
  assert_int_equal(trial_do(db, &first), DB_DONE);
  assert_int_equal(trial_ask("SELECT count(*) FROM trial.number"), 0);
  assert_int_equal(trial_do(db, &second), DB_DONE);
  assert_int_equal(second.number, 1);
  assert_int_equal(trial_do(db, &third), DB_DONE);
  assert_int_equal(trial_ask("SELECT count(*) FROM trial.number"), 2);
  db_close(db);
}

static void test_a_failed_transaction_waits_for_its_rollback(void **state)
{
  (void)state;
  struct db *db = trial_open(NULL);
  struct trial first = {0}, second = {0}, third = {0}, fourth = {0};
  TRIAL_BARE(&first, TRIAL_BEGIN);
  TRIAL(&first, TRIAL_ADD, db_integer(1));
  TRIAL(&first, TRIAL_DIVIDE, db_integer(0));
  TRIAL(&second, TRIAL_ADD, db_integer(2));
  TRIAL_BARE(&third, TRIAL_ROLLBACK);
  TRIAL(&fourth, TRIAL_ADD, db_integer(4));
  assert_int_equal(trial_do(db, &first), DB_FAILED);
  assert_int_equal(trial_do(db, &second), DB_FAILED);
  assert_string_equal(second.fault.expected, "25P02");
  assert_int_equal(trial_do(db, &third), DB_DONE);
  assert_int_equal(trial_do(db, &fourth), DB_DONE);
  assert_int_equal(trial_ask("SELECT sum(number) FROM trial.number"), 4);
  db_close(db);
}

static void test_a_lock_is_not_waited_for_for_ever(void **state)
{
  (void)state;
  struct db *db = trial_open(
      &(struct db_options){.seconds = TRIAL_PATIENCE, .lock_seconds = 1, .waiting_max = 1});
  struct trial locked = {0}, after = {0};
  TRIAL(&locked, TRIAL_LOCK, db_integer(1));
  TRIAL(&after, TRIAL_LOCK, db_integer(2));
  trial_script("SELECT pg_advisory_lock(1)");
  assert_int_equal(trial_do(db, &locked), DB_FAILED);
  assert_string_equal(locked.fault.expected, "55P03");
  assert_int_equal(trial_do(db, &after), DB_DONE);
  db_close(db);
}

static void test_a_slow_statement_is_ended_by_the_server(void **state)
{
  (void)state;
  struct db *db = trial_open(&(struct db_options){.seconds = 1, .lock_seconds = 1});
  /* Only the server is so impatient. */
  struct trial before = {.look = get_number, .unit.seconds = TRIAL_PATIENCE},
               slow = {.unit.seconds = TRIAL_PATIENCE},
               after = {.look = get_number, .unit.seconds = TRIAL_PATIENCE};
  TRIAL_BARE(&before, TRIAL_BACKEND);
  TRIAL(&slow, TRIAL_SLEEP, db_integer(2 * TRIAL_PATIENCE));
  TRIAL_BARE(&after, TRIAL_BACKEND);
  assert_int_equal(trial_do(db, &before), DB_DONE);
  assert_int_equal(trial_do(db, &slow), DB_FAILED);
  assert_string_equal(slow.fault.expected, "57014");
  assert_int_equal(trial_do(db, &after), DB_DONE);
  assert_int_equal(after.number, before.number);
  db_close(db);
}

static void test_a_server_that_does_not_answer_is_given_up(void **state)
{
  (void)state;
  struct db *db =
      trial_open(&(struct db_options){.seconds = TRIAL_PATIENCE, .lock_seconds = TRIAL_PATIENCE});
  struct trial before = {.look = get_number}, stuck = {.unit.seconds = 1},
               after = {.look = get_number};
  TRIAL_BARE(&before, TRIAL_BACKEND);
  TRIAL(&stuck, TRIAL_ADD, db_integer(1));
  TRIAL_BARE(&after, TRIAL_BACKEND);
  assert_int_equal(trial_do(db, &before), DB_DONE);
  pid_t backend = (pid_t)before.number;
  assert_int_equal(kill(backend, SIGSTOP), 0);
  enum db_end how = trial_do(db, &stuck);
  enum db_end next = trial_do(db, &after);
  assert_int_equal(kill(backend, SIGCONT), 0);
  assert_int_equal(how, DB_LOST);
  assert_int_equal(next, DB_DONE);
  assert_int_not_equal(after.number, before.number);
  db_close(db);
}

static void look_at_length(struct trial *trial, struct db_result *const *results)
{
  trial->number = (int64_t)db_get_bytes(results[0], 0, 0).length;
}

static void test_what_the_socket_does_not_take_at_once_goes_later(void **state)
{
  (void)state;
  enum {
    UNITS = 24,
    LENGTH = 1 << 20
  };
  struct db *db = trial_open(&(struct db_options){
      .seconds = TRIAL_PATIENCE, .lock_seconds = TRIAL_PATIENCE, .under_way = UNITS});
  char *bytes = calloc(1, LENGTH);
  assert_non_null(bytes);
  struct trial trials[UNITS] = {0};
  trial_until(db, true);
  for (size_t i = 0; i < UNITS; i++) {
    trials[i].look = look_at_length;
    TRIAL(&trials[i], TRIAL_ECHO, db_bytes(bytes, LENGTH - i));
    trial_run(db, &trials[i]);
  }
  for (size_t i = 0; i < UNITS; i++) {
    assert_int_equal(trial_wait(&trials[i]), DB_DONE);
    assert_int_equal(trials[i].number, LENGTH - i);
  }
  free(bytes);
  db_close(db);
}

static void test_units_wait_their_turn_and_are_counted(void **state)
{
  (void)state;
  struct db *db = trial_open(&(struct db_options){
      .seconds = TRIAL_PATIENCE, .lock_seconds = TRIAL_PATIENCE, .waiting_max = 2});
  struct trial trials[3] = {0};
  assert_false(db_full(db));
  for (size_t i = 0; i < 3; i++) {
    TRIAL(&trials[i], TRIAL_ADD, db_integer((int64_t)i));
    trial_run(db, &trials[i]);
    assert_int_equal(db_waiting(db), i + 1);
    assert_int_equal(db_full(db), i >= 1);
  }
  for (size_t i = 0; i < 3; i++)
    assert_int_equal(trial_wait(&trials[i]), DB_DONE);
  assert_int_equal(db_waiting(db), 0);
  assert_false(db_full(db));
  db_close(db);
}

static void test_closing_ends_all_units(void **state)
{
  (void)state;
  struct db *db = trial_open(NULL);
  struct trial trials[3] = {0};
  trial_until(db, true);
  TRIAL(&trials[0], TRIAL_SLEEP, db_integer(2 * TRIAL_PATIENCE));
  TRIAL(&trials[1], TRIAL_ADD, db_integer(1));
  TRIAL(&trials[2], TRIAL_ADD, db_integer(2));
  for (size_t i = 0; i < 3; i++)
    trial_run(db, &trials[i]);
  while (db_waiting(db) > 2)
    assert_int_equal(event_base_loop(trial_base, EVLOOP_ONCE), 0);
  db_close(db);
  assert_true(trials[0].over && trials[1].over && trials[2].over);
  assert_int_equal(trials[0].how, DB_LOST);
  assert_int_equal(trials[1].how, DB_TIMEOUT);
  assert_int_equal(trials[2].how, DB_TIMEOUT);
}

static void test_a_unit_can_be_waited_for(void **state)
{
  (void)state;
  struct db *db = trial_open(NULL);
  struct trial trial = {.look = get_number};
  struct db_unit bare = {0};
  db_add(&bare, (enum query)TRIAL_ADD, 1, (const struct db_value[]){db_integer(5)});
  assert_int_equal(db_wait(db, &bare), DB_DONE);
  assert_int_equal(db_wait(db, &bare), DB_FAILED);
  TRIAL_BARE(&trial, TRIAL_LIST);
  trial_run(db, &trial);
  assert_int_equal(trial_wait(&trial), DB_DONE);
  assert_int_equal(trial.number, 5);
  db_close(db);
}

/* Runs `misuse` in a process of its own; it must abort and have said `word`. */
static void assert_aborts(void (*misuse)(void), const char *word)
{
  int ends[2];
  char said[4096];
  assert_int_equal(pipe(ends), 0);
  pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], STDERR_FILENO);
    signal(SIGABRT, SIG_DFL);
    misuse();
    _exit(0);
  }
  close(ends[1]);
  size_t length = 0;
  ssize_t got;
  while ((got = read(ends[0], said + length, sizeof said - 1 - length)) > 0)
    length += (size_t)got;
  said[length] = '\0';
  close(ends[0]);
  int status;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
  if (strstr(said, word) == NULL)
    fail_msg("'%s' is not in: %s", word, said);
}

static void read_null(struct trial *trial, struct db_result *const *results)
{
  (void)trial;
  (void)db_get_bytes(results[0], 0, 6);
}

static void read_text_as_number(struct trial *trial, struct db_result *const *results)
{
  (void)trial;
  (void)db_get_integer(results[0], 0, 4);
}

static void read_beyond(struct trial *trial, struct db_result *const *results)
{
  (void)trial;
  (void)db_get_integer(results[0], 1, 0);
}

static void run_singles(void (*look)(struct trial *, struct db_result *const *))
{
  event_reinit(trial_base);
  struct db *db = trial_open(NULL);
  struct trial trial = {.look = look};
  TRIAL(&trial, TRIAL_SINGLES, db_integer(1), db_integer(2), db_integer(3), db_boolean(true),
        db_span(SPAN("four")), db_null(), db_null());
  (void)trial_do(db, &trial);
}

static void misread_null(void)
{
  run_singles(read_null);
}

static void misread_type(void)
{
  run_singles(read_text_as_number);
}

static void misread_row(void)
{
  run_singles(read_beyond);
}

static void misuse_number(void)
{
  event_reinit(trial_base);
  struct db *db = trial_open(NULL);
  struct trial trial = {0};
  TRIAL(&trial, TRIAL_SINGLES, db_integer(INT16_MAX + 1), db_integer(2), db_integer(3),
        db_boolean(true), db_null(), db_null(), db_null());
  (void)trial_do(db, &trial);
}

static void misuse_count(void)
{
  event_reinit(trial_base);
  struct trial trial = {0};
  TRIAL(&trial, TRIAL_ADD, db_integer(1), db_integer(2));
  (void)trial_do(trial_open(NULL), &trial);
}

static void misuse_several(void)
{
  event_reinit(trial_base);
  struct db *db = trial_open(&(struct db_options){
      .seconds = TRIAL_PATIENCE, .lock_seconds = TRIAL_PATIENCE, .under_way = 2});
  struct trial trial = {0};
  TRIAL_BARE(&trial, TRIAL_BEGIN);
  (void)trial_do(db, &trial);
}

static void test_a_misused_query_aborts_and_is_named(void **state)
{
  (void)state;
  assert_aborts(misread_null, "query=singles row=0 column=6 name=bytes what=\"it is NULL\"");
  assert_aborts(misread_type, "query=singles row=0 column=4");
  assert_aborts(misread_row, "query=singles row=1 column=0");
  assert_aborts(misuse_number, "query=singles parameter=1");
  assert_aborts(misuse_count, "query=add");
  assert_aborts(misuse_several, "query=begin");
}

static void test_a_connection_must_be_described(void **state)
{
  (void)state;
  struct db *db;
  struct db_session *session;
  struct fault fault;
  struct db_options options = {.conninfo = "password=top secret", .name = "trial", .seconds = 1};
  assert_int_equal(db_open(trial_base, &options, &db, &fault), STATUS_REFUSED);
  assert_null(strstr(fault.what, "secret"));
  assert_int_equal(db_session_open(options.conninfo, &session, &fault), STATUS_REFUSED);
  assert_null(strstr(fault.what, "secret"));
  static const char *const names[] = {"host=localhost", "host=127.0.0.1,example.org",
                                      "postgresql://db.example.org/beffroi"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    options.conninfo = names[i];
    assert_int_equal(db_open(trial_base, &options, &db, &fault), STATUS_REFUSED);
    assert_non_null(strstr(fault.what, "host is a name"));
  }
  static const char *const numbers[] = {"host=/tmp", "host=127.0.0.1,::1 port=1",
                                        "host=localhost hostaddr=127.0.0.1",
                                        "postgresql://[::1]/beffroi"};
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    options.conninfo = numbers[i];
    assert_int_equal(db_open(trial_base, &options, &db, &fault), STATUS_OK);
    db_close(db);
  }
}

static void test_a_session_says_where_a_script_is_wrong(void **state)
{
  (void)state;
  struct db_session *session;
  struct fault fault;
  struct span answer;
  assert_int_equal(db_session_open(private_cluster_url(), &session, &fault), STATUS_OK);
  assert_int_equal(db_session_script(session, "SELECT 'é\né';\n\nSELECT frog;", &fault),
                   STATUS_FAILED);
  assert_string_equal(fault.where, "line 4");
  assert_string_equal(fault.expected, "42703");
  const char *const parameters[] = {"deux", NULL};
  assert_int_equal(db_session_ask(session, "SELECT $1 || coalesce($2, ' mots')", 2, parameters,
                                  &trial_arena, &answer, &fault),
                   STATUS_OK);
  assert_true(span_equal(answer, SPAN("deux mots")));
  assert_int_equal(
      db_session_ask(session, "SELECT 1 WHERE false", 0, NULL, &trial_arena, &answer, &fault),
      STATUS_OK);
  assert_int_equal(answer.length, 0);
  db_session_close(session);
  assert_int_equal(db_session_open("host=/nowhere", &session, &fault), STATUS_FAILED);
}

#define CASE(test) cmocka_unit_test_setup(test, trial_begin)

int main(void)
{
  const struct CMUnitTest cases[] = {
      CASE(test_values_come_back_as_they_went),
      CASE(test_arrays_come_back_as_they_went),
      CASE(test_a_unit_is_one_transaction),
      CASE(test_a_refusal_does_not_touch_the_units_around_it),
      CASE(test_what_the_end_of_a_transaction_refuses_is_not_done),
      CASE(test_faults_quote_no_values),
      CASE(test_a_transaction_may_take_several_units),
      CASE(test_a_failed_transaction_waits_for_its_rollback),
      CASE(test_a_lock_is_not_waited_for_for_ever),
      CASE(test_a_slow_statement_is_ended_by_the_server),
      CASE(test_a_server_that_does_not_answer_is_given_up),
      CASE(test_what_the_socket_does_not_take_at_once_goes_later),
      CASE(test_units_wait_their_turn_and_are_counted),
      CASE(test_closing_ends_all_units),
      CASE(test_a_unit_can_be_waited_for),
      CASE(test_a_misused_query_aborts_and_is_named),
      CASE(test_a_connection_must_be_described),
      CASE(test_a_session_says_where_a_script_is_wrong),
  };
  return cmocka_run_group_tests(cases, trial_begin_all, trial_end_all);
}
