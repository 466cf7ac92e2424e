/* types.h - SQL that the programs carry: what sql/embed.py makes of the files in sql/. */
#ifndef SQL_TYPES_H
#define SQL_TYPES_H

#include <stddef.h>

enum {
  SQL_PARAMETERS_MAX = 24
};

/* The types of parameters and of columns, by the number (OID) that each has in every PostgreSQL
 * (src/include/catalog/pg_type.dat there). */
enum sql_type {
  SQL_BOOLEAN = 16,
  SQL_BYTEA = 17,
  SQL_BIGINT = 20,
  SQL_SMALLINT = 21,
  SQL_INTEGER = 23,
  SQL_TEXT = 25,
  SQL_BYTEA_ARRAY = 1001,
  SQL_TEXT_ARRAY = 1009,
  SQL_BIGINT_ARRAY = 1016,
  SQL_UUID = 2950,
};

/* A query or a script. */
struct sql_statement {
  const char *name; /* of the file, without .sql */
  const char *text;
  size_t count; /* of parameters */
  enum sql_type types[SQL_PARAMETERS_MAX];
};

struct sql_migration {
  int number; /* from 1 */
  int oldest; /* the last migration of the oldest program that can still serve after this one */
  const char *name;
  const char *text;
};

#endif
