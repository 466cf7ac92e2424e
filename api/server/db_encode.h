/* db_encode.h - values as PostgreSQL's binary format has them (what each type's
 * receive function reads, as array_recv): whole numbers big-endian in the width of their type; an array as
 *
 *   int32 dimensions (0 when empty, else 1), int32 whether it has NULLs, int32 type of an element,
 *   then, unless it is empty, int32 length, int32 first index (1),
 *   and for each element int32 length (-1: NULL) and its bytes
 */
#ifndef API_SERVER_DB_ENCODE_H
#define API_SERVER_DB_ENCODE_H

#include <stdbool.h>

#include "api/server/db.h"
#include "base/buffer.h"
#include "sql/types.h"

/* Whether the value can be a parameter of this type: the kind fits, a number is within the type's
 * bounds, a uuid has 16 bytes. NULL fits all. */
bool db_value_fits(const struct db_value *value, enum sql_type type);

/* Adds the binary form of a value that fits and is not NULL. */
void db_encode(struct buffer *buffer, const struct db_value *value, enum sql_type type);

#endif
