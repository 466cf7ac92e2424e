/* db_loss.c - what units do when the server goes: stopped, killed, unable; and comes back. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "tests/integration/db_trial.h"
#include "tests/integration/private_cluster.h"

static void get_number(struct trial *trial, struct db_result *const *results)
{
  trial->number = db_get_integer(results[0], 0, 0);
}

/* Ends the server's side of a connection that has nothing under way. */
static void sever(struct db *db)
{
  struct trial backend = {.look = get_number};
  char script[64];
  TRIAL_BARE(&backend, TRIAL_BACKEND);
  assert_int_equal(trial_do(db, &backend), DB_DONE);
  snprintf(script, sizeof script, "SELECT pg_terminate_backend(%d, %d000)", (int)backend.number,
           TRIAL_PATIENCE);
  trial_script(script);
}

static void begin_transaction(struct db *db, struct trial *trial)
{
  TRIAL_BARE(trial, TRIAL_BEGIN);
  TRIAL(trial, TRIAL_ADD, db_integer(1));
  assert_int_equal(trial_do(db, trial), DB_DONE);
}

static void test_the_rest_of_a_severed_transaction_is_lost(void **state)
{
  (void)state;
  /* Before the loss was seen, after it, and after the connection was made again. */
  for (int moment = 0; moment < 3; moment++) {
    struct db *db = trial_open(NULL);
    struct trial first = {0}, rest = {0}, after = {0};
    begin_transaction(db, &first);
    sever(db);
    if (moment > 0)
      trial_until(db, false);
    if (moment > 1)
      trial_until(db, true);
    TRIAL(&rest, TRIAL_ADD, db_integer(2));
    TRIAL_BARE(&rest, TRIAL_COMMIT);
    assert_int_equal(trial_do(db, &rest), DB_LOST);
    TRIAL(&after, TRIAL_ADD, db_integer(10 + moment));
    assert_int_equal(trial_do(db, &after), DB_DONE);
    db_close(db);
  }
  assert_int_equal(trial_ask("SELECT sum(number) FROM trial.number"), 10 + 11 + 12);
}

static void test_a_severed_transaction_may_be_begun_anew(void **state)
{
  (void)state;
  struct db *db = trial_open(NULL);
  struct trial first = {0}, again = {0}, rest = {0};
  begin_transaction(db, &first);
  sever(db);
  trial_until(db, false);
  begin_transaction(db, &again);
  TRIAL_BARE(&rest, TRIAL_COMMIT);
  assert_int_equal(trial_do(db, &rest), DB_DONE);
  assert_int_equal(trial_ask("SELECT sum(number) FROM trial.number"), 1);
  db_close(db);
}

static void test_nobody_sleeps_within_a_transaction(void **state)
{
  (void)state;
  struct db *db = trial_open(&(struct db_options){.seconds = TRIAL_PATIENCE, .lock_seconds = 1});
  struct trial first = {0}, rest = {0};
  begin_transaction(db, &first);
  trial_until(db, false);
  TRIAL_BARE(&rest, TRIAL_COMMIT);
  assert_int_equal(trial_do(db, &rest), DB_LOST);
  assert_int_equal(trial_ask("SELECT count(*) FROM trial.number"), 0);
  db_close(db);
}

static void test_without_a_server_units_wait_until_their_deadline(void **state)
{
  (void)state;
  struct db *db = trial_open(NULL);
  trial_until(db, true);
  assert_true(private_cluster_do("stop"));
  struct trial soon = {.unit.seconds = 1}, later = {.unit.seconds = TRIAL_PATIENCE};
  TRIAL(&soon, TRIAL_ADD, db_integer(1));
  TRIAL(&later, TRIAL_ADD, db_integer(2));
  trial_until(db, false);
  trial_run(db, &later);
  assert_int_equal(trial_do(db, &soon), DB_TIMEOUT);
  assert_false(later.over);
  assert_true(private_cluster_do("start"));
  assert_int_equal(trial_wait(&later), DB_DONE);
  db_close(db);
}

static void test_a_statement_that_cannot_be_prepared_keeps_a_connection_from_use(void **state)
{
  (void)state;
  static const struct sql_statement statements[] = {
      {"known", "SELECT 1", 0, {0}},
      {"unknown", "SELECT number FROM trial.later", 0, {0}},
  };
  struct db *db = trial_open(&(struct db_options){.seconds = TRIAL_PATIENCE,
                                                  .lock_seconds = 1,
                                                  .statements = statements,
                                                  .statement_count = 2});
  struct trial early = {.unit.seconds = 1}, later = {.unit.seconds = TRIAL_PATIENCE};
  TRIAL_BARE(&early, 0);
  TRIAL_BARE(&later, 1);
  assert_int_equal(trial_do(db, &early), DB_TIMEOUT);
  assert_false(db_ready(db));
  trial_script("CREATE TABLE trial.later (number bigint)");
  assert_int_equal(trial_do(db, &later), DB_DONE);
  db_close(db);
  trial_script("DROP TABLE trial.later");
}

static void test_a_server_that_would_forget_is_not_used(void **state)
{
  (void)state;
  trial_script("ALTER SYSTEM SET fsync = off");
  trial_script("SELECT pg_reload_conf()");
  while (trial_ask("SELECT count(*) FROM pg_settings WHERE name = 'fsync' AND setting = 'off'") ==
         0) {
  }
  struct db *db = trial_open(NULL);
  struct trial early = {.unit.seconds = 1}, later = {.unit.seconds = TRIAL_PATIENCE};
  TRIAL(&early, TRIAL_ADD, db_integer(1));
  TRIAL(&later, TRIAL_ADD, db_integer(2));
  assert_int_equal(trial_do(db, &early), DB_TIMEOUT);
  trial_script("ALTER SYSTEM RESET fsync");
  trial_script("SELECT pg_reload_conf()");
  assert_int_equal(trial_do(db, &later), DB_DONE);
  assert_int_equal(trial_ask("SELECT sum(number) FROM trial.number"), 2);
  db_close(db);
}

enum {
  STREAMS = 3,
  BATCH = 16,
  ROUNDS = 3,
  ENOUGH = 150, /* batches before a crash, and after it */
  MOST = 100000
};

/* A stream of batches on one connection: each is sent when the last one ended, and what was lost is
 * not sent again. */
struct stream {
  struct db *db;
  struct trial trial;
  int64_t first; /* number of the batch under way */
  int64_t next;
  int64_t numbers[BATCH];
  struct span bytes[BATCH];
  int64_t *acknowledged; /* first numbers of batches that were done */
  size_t count, lost;
};

static void stream_send(struct stream *stream)
{
  static const char bytes[100];
  stream->first = stream->next;
  for (int64_t i = 0; i < BATCH; i++) {
    stream->numbers[i] = stream->next++;
    stream->bytes[i] = (struct span){.bytes = bytes, .length = sizeof bytes};
  }
  stream->trial = (struct trial){.unit.seconds = TRIAL_PATIENCE};
  TRIAL(&stream->trial, TRIAL_ADD_MANY, db_integer_array(stream->numbers, BATCH),
        db_bytes_array(stream->bytes, BATCH));
  trial_run(stream->db, &stream->trial);
}

/* Turns the loop once; returns how many batches were done. */
static size_t stream_turn(struct stream *streams)
{
  size_t done = 0;
  assert_int_equal(event_base_loop(trial_base, EVLOOP_ONCE), 0);
  for (size_t i = 0; i < STREAMS; i++) {
    struct stream *stream = &streams[i];
    if (!stream->trial.over)
      continue;
    if (stream->trial.how == DB_DONE) {
      assert_true(stream->count < MOST);
      stream->acknowledged[stream->count++] = stream->first;
      done++;
    } else {
      assert_int_equal(stream->trial.how, DB_LOST);
      stream->lost++;
    }
    stream_send(stream);
  }
  return done;
}

/* Turns the loop until `enough` more batches were done in all. */
static void stream_all(struct stream *streams, size_t enough)
{
  for (size_t done = 0; done < enough;)
    done += stream_turn(streams);
}

/* Turns the loop until one of them has lost the server. */
static void stream_until_lost(struct stream *streams)
{
  size_t lost = 0;
  while (lost == 0) {
    (void)stream_turn(streams);
    for (size_t i = 0; i < STREAMS; i++)
      lost += !db_ready(streams[i].db);
  }
}

static void test_what_was_done_survives_the_server_s_death(void **state)
{
  (void)state;
  struct stream streams[STREAMS] = {0};
  for (size_t i = 0; i < STREAMS; i++) {
    streams[i].db = trial_open(NULL);
    streams[i].next = (int64_t)i * 10000000;
    streams[i].acknowledged = calloc(MOST, sizeof *streams[i].acknowledged);
    assert_non_null(streams[i].acknowledged);
    stream_send(&streams[i]);
  }
  for (int round = 0; round < ROUNDS; round++) {
    stream_all(streams, ENOUGH);
    pid_t crash = private_cluster_spawn("crash");
    int status;
    stream_until_lost(streams);
    assert_int_equal(waitpid(crash, &status, 0), crash);
    assert_int_equal(status, 0);
    assert_true(private_cluster_do("start"));
  }
  stream_all(streams, ENOUGH);

  size_t lost = 0, done = 0;
  struct fault fault;
  struct span answer;
  db_session_close(trial_session);
  assert_int_equal(db_session_open(private_cluster_url(), &trial_session, &fault), STATUS_OK);
  for (size_t i = 0; i < STREAMS; i++) {
    db_close(streams[i].db);
    for (size_t j = 0; j < streams[i].count; j++) {
      char first[24];
      const char *const parameters[] = {first};
      snprintf(first, sizeof first, "%lld", (long long)streams[i].acknowledged[j]);
      assert_int_equal(db_session_ask(trial_session,
                                      "SELECT count(*) FROM trial.number"
                                      " WHERE number >= $1::bigint AND number < $1::bigint + 16",
                                      1, parameters, &trial_arena, &answer, &fault),
                       STATUS_OK);
      if (!span_equal(answer, SPAN("16")))
        fail_msg("of batch %s only %.*s rows are there", first, SPAN_PRINT(answer));
    }
    lost += streams[i].lost;
    done += streams[i].count;
    free(streams[i].acknowledged);
  }
  assert_true(lost > 0);
  print_message("# %zu batches done and found, %zu lost\n", done, lost);
}

#define CASE(test) cmocka_unit_test_setup(test, trial_begin)

int main(void)
{
  const struct CMUnitTest cases[] = {
      CASE(test_the_rest_of_a_severed_transaction_is_lost),
      CASE(test_a_severed_transaction_may_be_begun_anew),
      CASE(test_nobody_sleeps_within_a_transaction),
      CASE(test_without_a_server_units_wait_until_their_deadline),
      CASE(test_a_statement_that_cannot_be_prepared_keeps_a_connection_from_use),
      CASE(test_a_server_that_would_forget_is_not_used),
      CASE(test_what_was_done_survives_the_server_s_death),
  };
  return cmocka_run_group_tests(cases, trial_begin_all, trial_end_all);
}
