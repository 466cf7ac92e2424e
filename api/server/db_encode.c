#include "api/server/db_encode.h"

enum {
  UUID_BYTES = 16,
  NULL_LENGTH = -1
};

struct db_value db_null(void)
{
  return (struct db_value){.kind = DB_NULL};
}

struct db_value db_bytes(const void *bytes, size_t length)
{
  return db_span((struct span){.bytes = length == 0 ? "" : bytes, .length = length});
}

struct db_value db_span(struct span bytes)
{
  return (struct db_value){.kind = DB_BYTES, .bytes = bytes};
}

struct db_value db_integer(int64_t value)
{
  return (struct db_value){.kind = DB_INTEGER, .integer = value};
}

struct db_value db_boolean(bool value)
{
  return (struct db_value){.kind = DB_BOOLEAN, .integer = value};
}

struct db_value db_bytes_array(const struct span *elements, size_t count)
{
  return (struct db_value){.kind = DB_BYTES_ARRAY, .byte_array = elements, .count = count};
}

struct db_value db_integer_array(const int64_t *elements, size_t count)
{
  return (struct db_value){.kind = DB_INTEGER_ARRAY, .integer_array = elements, .count = count};
}

bool db_value_fits(const struct db_value *value, enum sql_type type)
{
  switch (value->kind) {
  case DB_NULL:
    return true;
  case DB_BYTES:
    return type == SQL_BYTEA || type == SQL_TEXT ||
           (type == SQL_UUID && value->bytes.length == UUID_BYTES);
  case DB_INTEGER:
    return type == SQL_BIGINT ||
           (type == SQL_INTEGER && value->integer == (int32_t)value->integer) ||
           (type == SQL_SMALLINT && value->integer == (int16_t)value->integer);
  case DB_BOOLEAN:
    return type == SQL_BOOLEAN;
  case DB_BYTES_ARRAY:
    return type == SQL_BYTEA_ARRAY || type == SQL_TEXT_ARRAY;
  case DB_INTEGER_ARRAY:
    return type == SQL_BIGINT_ARRAY;
  }
  return false;
}

/* The lowest `width` bytes of a number, the highest of them first. */
static void add_number(struct buffer *buffer, uint64_t number, size_t width)
{
  char bytes[sizeof number];
  for (size_t i = 0; i < width; i++)
    bytes[i] = (char)(number >> (8 * (width - 1 - i)) & 0xff);
  buffer_add(buffer, (struct span){.bytes = bytes, .length = width});
}

static void add_int32(struct buffer *buffer, int64_t number)
{
  add_number(buffer, (uint64_t)number, 4);
}

static void add_array_head(struct buffer *buffer, size_t count, bool has_nulls, enum sql_type type)
{
  add_int32(buffer, count > 0);
  add_int32(buffer, has_nulls);
  add_int32(buffer, type);
  if (count > 0) {
    add_int32(buffer, (int64_t)count);
    add_int32(buffer, 1);
  }
}

static void add_byte_array(struct buffer *buffer, const struct db_value *value, enum sql_type type)
{
  bool has_nulls = false;
  for (size_t i = 0; i < value->count; i++)
    has_nulls = has_nulls || value->byte_array[i].bytes == NULL;
  add_array_head(buffer, value->count, has_nulls, type);
  for (size_t i = 0; i < value->count; i++) {
    struct span element = value->byte_array[i];
    if (element.bytes == NULL) {
      add_int32(buffer, NULL_LENGTH);
      continue;
    }
    add_int32(buffer, (int64_t)element.length);
    buffer_add(buffer, element);
  }
}

static void add_integer_array(struct buffer *buffer, const struct db_value *value)
{
  add_array_head(buffer, value->count, false, SQL_BIGINT);
  for (size_t i = 0; i < value->count; i++) {
    add_int32(buffer, 8);
    add_number(buffer, (uint64_t)value->integer_array[i], 8);
  }
}

void db_encode(struct buffer *buffer, const struct db_value *value, enum sql_type type)
{
  switch (value->kind) {
  case DB_NULL:
    break;
  case DB_BYTES:
    buffer_add(buffer, value->bytes);
    break;
  case DB_INTEGER:
    add_number(buffer, (uint64_t)value->integer,
               type == SQL_BIGINT    ? 8
               : type == SQL_INTEGER ? 4
                                     : 2);
    break;
  case DB_BOOLEAN:
    buffer_add_byte(buffer, value->integer != 0);
    break;
  case DB_BYTES_ARRAY:
    add_byte_array(buffer, value, type == SQL_TEXT_ARRAY ? SQL_TEXT : SQL_BYTEA);
    break;
  case DB_INTEGER_ARRAY:
    add_integer_array(buffer, value);
    break;
  }
}
