#include "api/server/db_result.h"

#include <libpq-fe.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/server/log.h"

/* A mistake of ours, which no caller could mend. */
static _Noreturn void broken(const struct db_result *result, size_t row, size_t column,
                             const char *what)
{
  const char *name = NULL;
  if (column <= INT_MAX)
    name = PQfname(result->rows, (int)column);
  LOG(LOG_ERROR, "database-misread", LOG_TEXT("query", result->query), LOG_NUMBER("row", row),
      LOG_NUMBER("column", column), LOG_TEXT("name", name == NULL ? "" : name),
      LOG_TEXT("what", what));
  abort();
}

size_t db_rows(const struct db_result *result)
{
  return (size_t)PQntuples(result->rows);
}

bool db_is_null(const struct db_result *result, size_t row, size_t column)
{
  if (row >= db_rows(result) || column >= (size_t)PQnfields(result->rows))
    broken(result, row, column, "there is no such row or column");
  return PQgetisnull(result->rows, (int)row, (int)column) == 1;
}

/* The bytes of a value that is not NULL, and its type. */
static struct span value_at(const struct db_result *result, size_t row, size_t column,
                            enum sql_type *type)
{
  if (db_is_null(result, row, column))
    broken(result, row, column, "it is NULL");
  *type = (enum sql_type)PQftype(result->rows, (int)column);
  return (struct span){.bytes = PQgetvalue(result->rows, (int)row, (int)column),
                       .length = (size_t)PQgetlength(result->rows, (int)row, (int)column)};
}

struct span db_get_bytes(const struct db_result *result, size_t row, size_t column)
{
  enum sql_type type;
  struct span value = value_at(result, row, column, &type);
  if (type != SQL_BYTEA && type != SQL_TEXT && type != SQL_UUID)
    broken(result, row, column, "it is none of bytea, text, uuid");
  return value;
}

int64_t db_get_integer(const struct db_result *result, size_t row, size_t column)
{
  enum sql_type type;
  struct span value = value_at(result, row, column, &type);
  if (type != SQL_SMALLINT && type != SQL_INTEGER && type != SQL_BIGINT)
    broken(result, row, column, "it is none of smallint, integer, bigint");
  /* The sign first, then the bytes, the highest of them first. */
  uint64_t number = ((unsigned char)value.bytes[0] & 0x80) != 0 ? UINT64_MAX : 0;
  for (size_t i = 0; i < value.length; i++)
    number = number << 8 | (unsigned char)value.bytes[i];
  return (int64_t)number;
}

bool db_get_boolean(const struct db_result *result, size_t row, size_t column)
{
  enum sql_type type;
  struct span value = value_at(result, row, column, &type);
  if (type != SQL_BOOLEAN)
    broken(result, row, column, "it is not boolean");
  return value.bytes[0] != 0;
}

struct span db_copy_bytes(const struct db_result *result, size_t row, size_t column,
                          struct arena *arena)
{
  struct span value = db_get_bytes(result, row, column);
  return (struct span){.bytes = arena_copy(arena, value.bytes, value.length),
                       .length = value.length};
}

enum status db_result_fault(const PGresult *error, const char *where, struct fault *fault)
{
  const char *state = PQresultErrorField(error, PG_DIAG_SQLSTATE);
  const char *message = PQresultErrorField(error, PG_DIAG_MESSAGE_PRIMARY);
  if (state != NULL && strncmp(state, "22", 2) == 0)
    message = "a value is not what it must be there";
  if (message == NULL)
    return db_result_libpq(PQresultErrorMessage(error), where, fault);
  return fault_set(fault, STATUS_FAILED, where, state, "%s", message);
}

enum status db_result_libpq(const char *message, const char *where, struct fault *fault)
{
  return fault_set(fault, STATUS_FAILED, where, NULL, "%.*s", (int)strcspn(message, "\n"), message);
}

enum status db_result_unreadable(struct fault *fault)
{
  return fault_set(fault, STATUS_REFUSED, "database", "key=value …, or postgresql://…",
                   "libpq cannot read the connection's description");
}

void db_result_notice(void *context, const PGresult *notice)
{
  (void)context;
  struct fault fault;
  (void)db_result_fault(notice, NULL, &fault);
  log_fault(LOG_WARNING, "database-notice", &fault);
}
