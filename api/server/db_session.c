#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/server/db_result.h"

struct db_session {
  PGconn *connection;
};

enum status db_session_open(const char *conninfo, struct db_session **session, struct fault *fault)
{
  PQconninfoOption *parts = PQconninfoParse(conninfo, NULL);
  if (parts == NULL)
    return db_result_unreadable(fault);
  PQconninfoFree(parts);

  struct db_session *made = calloc(1, sizeof *made);
  if (made == NULL)
    return fault_no_memory(fault);
  static const char *const keywords[] = {"connect_timeout", "dbname", "client_encoding",
                                         "fallback_application_name", NULL};
  const char *const values[] = {"10", conninfo, "UTF8", "beffroi", NULL};
  made->connection = PQconnectdbParams(keywords, values, 1);
  if (made->connection == NULL) {
    free(made);
    return fault_no_memory(fault);
  }
  PQsetNoticeReceiver(made->connection, db_result_notice, NULL);
  if (PQstatus(made->connection) != CONNECTION_OK) {
    enum status status = db_result_libpq(PQerrorMessage(made->connection), "database", fault);
    db_session_close(made);
    return status;
  }
  *session = made;
  return STATUS_OK;
}

/* The fault of an answer that is none. `result` may be NULL: there was no memory, or no connection. */
static enum status answer_fault(struct db_session *session, const PGresult *result,
                                const char *text, struct fault *fault)
{
  if (result == NULL || PQresultErrorField(result, PG_DIAG_SQLSTATE) == NULL)
    return db_result_libpq(PQerrorMessage(session->connection), "database", fault);
  const char *position = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
  if (position == NULL)
    return db_result_fault(result, NULL, fault);

  /* It counts characters: bytes that do not continue one. */
  unsigned long left = strtoul(position, NULL, 10), line = 1;
  for (const char *at = text; *at != '\0' && left > 1; at++) {
    line += *at == '\n';
    left -= (*at & 0xc0) != 0x80;
  }
  char where[FAULT_WHERE];
  snprintf(where, sizeof where, "line %lu", line);
  return db_result_fault(result, where, fault);
}

enum status db_session_script(struct db_session *session, const char *script, struct fault *fault)
{
  PGresult *result = PQexec(session->connection, script);
  ExecStatusType answer = PQresultStatus(result);
  enum status status = STATUS_OK;
  if (answer != PGRES_COMMAND_OK && answer != PGRES_TUPLES_OK && answer != PGRES_EMPTY_QUERY)
    status = answer_fault(session, result, script, fault);
  PQclear(result);
  return status;
}

enum status db_session_ask(struct db_session *session, const char *statement, size_t count,
                           const char *const *parameters, struct arena *arena, struct span *answer,
                           struct fault *fault)
{
  PGresult *result =
      PQexecParams(session->connection, statement, (int)count, NULL, parameters, NULL, NULL, 0);
  ExecStatusType given = PQresultStatus(result);
  enum status status = STATUS_OK;
  *answer = SPAN("");
  if (given != PGRES_COMMAND_OK && given != PGRES_TUPLES_OK) {
    status = answer_fault(session, result, statement, fault);
  } else if (PQntuples(result) > 0 && PQnfields(result) > 0 && !PQgetisnull(result, 0, 0)) {
    size_t length = (size_t)PQgetlength(result, 0, 0);
    const char *copy = arena_copy(arena, PQgetvalue(result, 0, 0), length);
    if (copy == NULL)
      status = fault_no_memory(fault);
    else
      *answer = (struct span){.bytes = copy, .length = length};
  }
  PQclear(result);
  return status;
}

void db_session_close(struct db_session *session)
{
  if (session == NULL)
    return;
  PQfinish(session->connection);
  free(session);
}
