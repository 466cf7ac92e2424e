/* db_trial.h - what tests of api/server/db.h share: a cluster, tables, statements, and units that
 * remember how they ended. */
#ifndef TESTS_INTEGRATION_DB_TRIAL_H
#define TESTS_INTEGRATION_DB_TRIAL_H

#include <stdbool.h>
#include <stdint.h>

#include <event2/event.h>

#include "api/server/db.h"
#include "base/arena.h"

/* Statements of these tests, in the place of sql/queries. */
enum trial_query {
  TRIAL_BEGIN,
  TRIAL_COMMIT,
  TRIAL_ROLLBACK,
  TRIAL_ADD,      /* $1 number: a row */
  TRIAL_ADD_MANY, /* $1 numbers, $2 bytes */
  TRIAL_LIST,     /* → numbers */
  TRIAL_SINGLES,  /* $1 smallint … $7 bytea → the same */
  TRIAL_UNNEST,   /* $1 bigint[], $2 bytea[], $3 text[] → a row for each element */
  TRIAL_SLEEP,    /* $1 seconds */
  TRIAL_DIVIDE,   /* $1 divisor */
  TRIAL_READ,     /* $1 text → as a number */
  TRIAL_LOCK,     /* $1 key */
  TRIAL_DEFER,    /* $1 number: refused when the transaction ends, if it is there */
  TRIAL_BACKEND,  /* → the server process that does it */
  TRIAL_ECHO,     /* $1 bytes → the same */
  TRIAL_COUNT
};

extern const struct sql_statement trial_statements[TRIAL_COUNT];

extern struct event_base *trial_base;
extern struct db_session *trial_session; /* of the superuser */
extern struct arena trial_arena;

/* For groups of cases: a cluster with the tables of the statements. */
int trial_begin_all(void **state);
int trial_end_all(void **state);
/* For each case: empty tables and an empty arena. */
int trial_begin(void **state);

/* Seconds: only tells what hangs from what is slow. */
enum {
  TRIAL_PATIENCE = 300
};

/* A connection with the test's statements. `options` may be NULL: patience for units and locks, one
 * unit under way. */
struct db *trial_open(const struct db_options *options);

/* A unit and how it ended. */
struct trial {
  struct db_unit unit;
  bool over;
  enum db_end how;
  struct fault fault;
  size_t rows[DB_STATEMENTS_MAX];
  int64_t number; /* of the first row of the last statement, where that is a whole number */
  /* Called with the results. */
  void (*look)(struct trial *trial, struct db_result *const *results);
};

/* Adds a statement. */
#define TRIAL(trial, number, ...)                                                                  \
  db_add(&(trial)->unit, (enum query)(number),                                                     \
         sizeof((const struct db_value[]){__VA_ARGS__}) / sizeof(struct db_value),                 \
         (const struct db_value[]){__VA_ARGS__})
#define TRIAL_BARE(trial, number) db_add(&(trial)->unit, (enum query)(number), 0, NULL)

void trial_run(struct db *db, struct trial *trial);
/* Turns the loop until it is over. */
enum db_end trial_wait(struct trial *trial);
enum db_end trial_do(struct db *db, struct trial *trial);
/* Turns the loop until the connection is ready, or is not. */
void trial_until(struct db *db, bool ready);

/* The number that a statement of the superuser's session gives. */
int64_t trial_ask(const char *statement);
void trial_script(const char *script);

#endif
