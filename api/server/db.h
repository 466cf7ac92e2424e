/* db.h - PostgreSQL without waiting: libpq in pipeline mode, which db.c and the
 * files beside it that begin with db_ alone know.
 *
 * A connection does *units*, in the order given. A unit is a list of prepared statements that are
 * sent together and end with a Sync: without BEGIN among them they are one transaction, and `done`
 * is called only when the server has answered the Sync, so that what it reports as done is
 * durable. One unit is under way at a time, or several where the options say so: for reading.
 *
 * A transaction that must think between statements begins in one unit, whose first statement is
 * sql/queries/begin.sql, and ends in another, on a connection that nobody else uses and that has
 * one unit under way at a time. When a statement within it is refused, the transaction stays open,
 * failed, until `rollback`. When the connection is lost between its units, the next unit ends with
 * DB_LOST without being sent, unless it begins a transaction itself: the rest of a transaction is
 * never done outside it.
 *
 * A connection that is lost is made again by itself, after a pause that grows; all statements
 * are prepared and settings made before it is used. Units that were waiting go on waiting until
 * their deadline; those that were under way end with DB_LOST: whether they were committed is
 * unknown. What happens to connections is logged (log.h): database-connected, database-lost.
 *
 * Statements are the files of sql/queries, by name (sql/queries.h). Parameters and results are
 * binary; each parameter has the type that the text casts it to. A parameter of another kind, a
 * result read as what it is not, and a NULL read as a value are bugs: they are logged with the
 * names of query and column, and the process aborts.
 */
#ifndef API_SERVER_DB_H
#define API_SERVER_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/span.h"
#include "sql/queries.h" /* enum query */

struct event_base;
struct db;

/* --- parameters --- */

enum db_kind {
  DB_NULL,
  DB_BYTES,   /* bytea, text, uuid: their binary forms are the bytes */
  DB_INTEGER, /* bigint, integer, smallint */
  DB_BOOLEAN,
  DB_BYTES_ARRAY,   /* bytea[], text[] */
  DB_INTEGER_ARRAY, /* bigint[] */
};

/* What is pointed to must stay until the unit is done. */
struct db_value {
  enum db_kind kind;
  struct span bytes;
  int64_t integer;               /* of a boolean 0 or 1 */
  size_t count;                  /* of an array */
  const struct span *byte_array; /* an element whose `bytes` is NULL is a NULL of SQL */
  const int64_t *integer_array;
};

struct db_value db_null(void);
struct db_value db_bytes(const void *bytes, size_t length);
struct db_value db_span(struct span bytes);
struct db_value db_integer(int64_t value);
struct db_value db_boolean(bool value);
struct db_value db_bytes_array(const struct span *elements, size_t count);
struct db_value db_integer_array(const int64_t *elements, size_t count);

enum {
  DB_PARAMETERS_MAX = SQL_PARAMETERS_MAX,
  DB_STATEMENTS_MAX = 8
};

/* --- units --- */

struct db_statement {
  enum query query;
  size_t count;
  struct db_value parameters[DB_PARAMETERS_MAX];
};

enum db_end {
  DB_DONE,   /* every statement succeeded, and the Sync */
  DB_FAILED, /* the server refused a statement: nothing of the unit's own transaction holds */
  DB_LOST,   /* the connection ended on the way: it may or may not have been committed */
  DB_TIMEOUT /* it could not be sent before its deadline, or db_close came: nothing was done */
};

struct db_result; /* of one statement */

/* `results[i]` is of statement i, valid during the call; all NULL unless DB_DONE. The fault, with
 * the SQLSTATE as `expected`, is of DB_FAILED; it has no values of parameters. */
typedef void db_done(void *context, enum db_end end, struct db_result *const *results,
                     const struct fault *fault);

struct db_unit {
  size_t count;
  struct db_statement statements[DB_STATEMENTS_MAX];
  /* To wait for its turn, and then as many again to be answered: at most, and where this is 0,
   * db_open's. A statement that takes longer is ended by the server (DB_FAILED, SQLSTATE 57014);
   * a unit that is not answered for a second more is given up, with its connection (DB_LOST). */
  unsigned seconds;
  db_done *done; /* may be NULL */
  void *context;
  struct db_unit *next; /* db.c's own, as is what follows */
  int64_t deadline;
};

/* Adds a statement and returns it, to have its parameters set:
 *   db_add(&unit, QUERY_HEAD, 1, (struct db_value[]){db_span(id)}); */
void db_add(struct db_unit *unit, enum query query, size_t count,
            const struct db_value *parameters);

/* The unit must stay until `done`, which is called from the loop, never inside, and may call db_run
 * but neither db_wait nor db_close. */
void db_run(struct db *db, struct db_unit *unit);

/* --- results --- */

size_t db_rows(const struct db_result *result);
bool db_is_null(const struct db_result *result, size_t row, size_t column);
struct span db_get_bytes(const struct db_result *result, size_t row, size_t column);
int64_t db_get_integer(const struct db_result *result, size_t row,
                       size_t column); /* smallint, int, bigint */
bool db_get_boolean(const struct db_result *result, size_t row, size_t column);
/* Copies bytes into the arena; a span without bytes (NULL) when there is no memory. */
struct span db_copy_bytes(const struct db_result *result, size_t row, size_t column,
                          struct arena *arena);

/* --- connections --- */

struct db_options {
  const char
      *conninfo;    /* as libpq takes it; a Unix socket or a numeric address: names would block */
  const char *name; /* application_name */
  unsigned seconds; /* most time for a unit */
  unsigned
      lock_seconds; /* lock_timeout and idle_in_transaction_session_timeout of the server side */
  unsigned waiting_max; /* units that may wait; db_full says so */
  unsigned under_way;   /* units that may be sent before the first is answered; 0: one */
  const struct sql_statement *statements; /* by number; NULL: sql_queries */
  size_t statement_count;
};

/* Begins to connect. Refuses a conninfo that libpq cannot read, or whose host is a name. */
enum status db_open(struct event_base *base, const struct db_options *options, struct db **db,
                    struct fault *fault) CHECKED;
void db_close(
    struct db *db); /* units that are left end with DB_LOST or DB_TIMEOUT, inside the call */

bool db_ready(const struct db *db); /* connected and not lost, as far as is known */
bool db_full(const struct db *db);
unsigned db_waiting(const struct db *db); /* units that were not sent yet */

/* Turns the loop until the unit is done: for commands and jobs, which may wait. */
enum db_end db_wait(struct db *db, struct db_unit *unit);

/* --- for migrations and commands only: SQL in a file of its own, waiting --- */

struct db_session; /* a plain connection, not a pipeline */
/* Errors: STATUS_REFUSED for a conninfo that libpq cannot read, STATUS_FAILED when there is no
 * connection. */
enum status db_session_open(const char *conninfo, struct db_session **session,
                            struct fault *fault) CHECKED;
/* Runs a script of one or more statements. Of the other two, too: STATUS_FAILED with what the server
 * said, its SQLSTATE as `expected` and, where it knows, the script's line as `where`. */
enum status db_session_script(struct db_session *session, const char *script,
                              struct fault *fault) CHECKED;
/* Runs one statement with text parameters; gives the first column of the first row, in `arena`, or an
 * empty span when there is no row. */
enum status db_session_ask(struct db_session *session, const char *statement, size_t count,
                           const char *const *parameters, struct arena *arena, struct span *answer,
                           struct fault *fault) CHECKED;
void db_session_close(struct db_session *session);

#endif
