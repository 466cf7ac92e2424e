/* db_result.h - what db.c, db_link.c and db_session.c share of libpq's results; see db.h for their accessors. */
#ifndef API_SERVER_DB_RESULT_H
#define API_SERVER_DB_RESULT_H

#include "api/server/db.h"

struct pg_result; /* libpq's PGresult */

struct db_result {
  struct pg_result *rows;
  const char *query; /* its name */
};

/* What the server said of an error, without any value of a parameter: neither the detail, which
 * quotes keys, nor the message of a data exception (class 22), which quotes what it could not read.
 * Returns STATUS_FAILED. */
enum status db_result_fault(const struct pg_result *error, const char *where, struct fault *fault);

/* What libpq says of a connection: the first line, which says it all. Returns STATUS_FAILED. */
enum status db_result_libpq(const char *message, const char *where, struct fault *fault);

/* The refusal of a conninfo. It does not say why: it could quote a password. Returns STATUS_REFUSED. */
enum status db_result_unreadable(struct fault *fault);

/* Logs notices of the server instead of printing them. */
void db_result_notice(void *context, const struct pg_result *notice);

#endif
