#include "tests/integration/db_trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/integration/private_cluster.h"

const struct sql_statement trial_statements[TRIAL_COUNT] = {
    [TRIAL_BEGIN] = {"begin", "BEGIN", 0, {0}},
    [TRIAL_COMMIT] = {"commit", "COMMIT", 0, {0}},
    [TRIAL_ROLLBACK] = {"rollback", "ROLLBACK", 0, {0}},
    [TRIAL_ADD] = {"add", "INSERT INTO trial.number VALUES ($1::bigint)", 1, {SQL_BIGINT}},
    [TRIAL_ADD_MANY] = {"add-many",
                        "INSERT INTO trial.number"
                        " SELECT * FROM unnest($1::bigint[], $2::bytea[])",
                        2,
                        {SQL_BIGINT_ARRAY, SQL_BYTEA_ARRAY}},
    [TRIAL_LIST] = {"list", "SELECT number FROM trial.number ORDER BY number", 0, {0}},
    [TRIAL_SINGLES] = {"singles",
                       "SELECT $1::smallint, $2::integer, $3::bigint, $4::boolean, $5::text,"
                       " $6::uuid, $7::bytea AS bytes",
                       7,
                       {SQL_SMALLINT, SQL_INTEGER, SQL_BIGINT, SQL_BOOLEAN, SQL_TEXT, SQL_UUID,
                        SQL_BYTEA}},
    [TRIAL_UNNEST] = {"unnest",
                      "SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::text[])",
                      3,
                      {SQL_BIGINT_ARRAY, SQL_BYTEA_ARRAY, SQL_TEXT_ARRAY}},
    [TRIAL_SLEEP] = {"sleep", "SELECT 1 FROM pg_sleep($1::bigint)", 1, {SQL_BIGINT}},
    [TRIAL_DIVIDE] = {"divide", "SELECT 1 / $1::bigint", 1, {SQL_BIGINT}},
    [TRIAL_READ] = {"read", "SELECT ($1::text)::bigint", 1, {SQL_TEXT}},
    [TRIAL_LOCK] = {"lock", "SELECT 1 FROM pg_advisory_xact_lock($1::bigint)", 1, {SQL_BIGINT}},
    [TRIAL_DEFER] = {"defer", "INSERT INTO trial.deferred VALUES ($1::bigint)", 1, {SQL_BIGINT}},
    [TRIAL_BACKEND] = {"backend", "SELECT pg_backend_pid()::bigint", 0, {0}},
    [TRIAL_ECHO] = {"echo", "SELECT $1::bytea", 1, {SQL_BYTEA}},
};

struct event_base *trial_base;
struct db_session *trial_session;
struct arena trial_arena;

void trial_script(const char *script)
{
  struct fault fault;
  if (db_session_script(trial_session, script, &fault) != STATUS_OK)
    fail_msg("%s: %s", script, fault.what);
}

int64_t trial_ask(const char *statement)
{
  struct fault fault;
  struct span answer;
  int64_t number;
  if (db_session_ask(trial_session, statement, 0, NULL, &trial_arena, &answer, &fault) != STATUS_OK)
    fail_msg("%s: %s", statement, fault.what);
  assert_true(span_to_integer(answer, &number));
  return number;
}

int trial_begin_all(void **state)
{
  (void)state;
  struct fault fault;
  trial_base = event_base_new();
  if (trial_base == NULL || !private_cluster_begin() ||
      db_session_open(private_cluster_url(), &trial_session, &fault) != STATUS_OK)
    return -1;
  trial_script("CREATE SCHEMA trial;"
               "CREATE TABLE trial.number (number bigint PRIMARY KEY, bytes bytea);"
               "CREATE TABLE trial.deferred"
               " (number bigint UNIQUE DEFERRABLE INITIALLY DEFERRED)");
  return 0;
}

int trial_end_all(void **state)
{
  (void)state;
  db_session_close(trial_session);
  event_base_free(trial_base);
  arena_free(&trial_arena);
  private_cluster_end();
  return 0;
}

int trial_begin(void **state)
{
  (void)state;
  arena_free(&trial_arena);
  /* A case may have ended the session with the server. */
  db_session_close(trial_session);
  struct fault fault;
  if (db_session_open(private_cluster_url(), &trial_session, &fault) != STATUS_OK)
    return -1;
  trial_script("TRUNCATE trial.number, trial.deferred");
  return 0;
}

struct db *trial_open(const struct db_options *options)
{
  struct db_options own = {
      .seconds = TRIAL_PATIENCE, .lock_seconds = TRIAL_PATIENCE, .waiting_max = 100};
  if (options != NULL)
    own = *options;
  if (own.conninfo == NULL)
    own.conninfo = private_cluster_url();
  if (own.name == NULL)
    own.name = "trial";
  if (own.statements == NULL) {
    own.statements = trial_statements;
    own.statement_count = TRIAL_COUNT;
  }
  struct db *db;
  struct fault fault;
  assert_int_equal(db_open(trial_base, &own, &db, &fault), STATUS_OK);
  return db;
}

static void on_done(void *context, enum db_end how, struct db_result *const *results,
                    const struct fault *fault)
{
  struct trial *trial = context;
  assert_false(trial->over);
  trial->over = true;
  trial->how = how;
  if (fault != NULL)
    trial->fault = *fault;
  assert_true((fault != NULL) == (how == DB_FAILED));
  for (size_t i = 0; i < trial->unit.count; i++) {
    assert_true((results[i] != NULL) == (how == DB_DONE));
    if (how == DB_DONE)
      trial->rows[i] = db_rows(results[i]);
  }
  if (how == DB_DONE && trial->look != NULL)
    trial->look(trial, results);
}

void trial_run(struct db *db, struct trial *trial)
{
  trial->over = false;
  trial->unit.done = on_done;
  trial->unit.context = trial;
  db_run(db, &trial->unit);
  assert_false(trial->over);
}

enum db_end trial_wait(struct trial *trial)
{
  while (!trial->over)
    assert_int_equal(event_base_loop(trial_base, EVLOOP_ONCE), 0);
  return trial->how;
}

enum db_end trial_do(struct db *db, struct trial *trial)
{
  trial_run(db, trial);
  return trial_wait(trial);
}

void trial_until(struct db *db, bool ready)
{
  while (db_ready(db) != ready)
    assert_int_equal(event_base_loop(trial_base, EVLOOP_ONCE), 0);
}
