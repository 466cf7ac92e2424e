#include "base/buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  SMALLEST = 256
};

/* Room for `more` bytes after what is there; false, and remembered, when there is none. */
static bool reserve(struct buffer *buffer, size_t more)
{
  if (buffer->failed)
    return false;
  if (more <= buffer->capacity - buffer->length)
    return true;

  size_t capacity = buffer->capacity < SMALLEST ? SMALLEST : buffer->capacity;
  while (capacity - buffer->length < more && capacity <= SIZE_MAX / 2)
    capacity *= 2;
  char *bytes = capacity - buffer->length < more ? NULL : realloc(buffer->bytes, capacity);
  if (bytes == NULL) {
    buffer->failed = true;
    return false;
  }
  buffer->bytes = bytes;
  buffer->capacity = capacity;
  return true;
}

void buffer_add(struct buffer *buffer, struct span bytes)
{
  if (bytes.length == 0 || !reserve(buffer, bytes.length))
    return;
  memcpy(buffer->bytes + buffer->length, bytes.bytes, bytes.length);
  buffer->length += bytes.length;
}

void buffer_add_byte(struct buffer *buffer, char byte)
{
  if (!reserve(buffer, 1))
    return;
  buffer->bytes[buffer->length] = byte;
  buffer->length++;
}

void buffer_add_integer(struct buffer *buffer, int64_t value)
{
  char digits[20]; /* as many as -2^63 takes with its sign */
  size_t first = sizeof digits;
  uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
  do {
    digits[--first] = (char)('0' + magnitude % 10);
    magnitude /= 10;
  } while (magnitude > 0);
  if (value < 0)
    digits[--first] = '-';
  buffer_add(buffer, (struct span){.bytes = digits + first, .length = sizeof digits - first});
}

void buffer_format(struct buffer *buffer, const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(NULL, 0, format, arguments);
  va_end(arguments);
  if (length < 0)
    buffer->failed = true;
  if (!reserve(buffer, (size_t)length + 1)) /* vsnprintf ends with a 0, which is not kept */
    return;

  va_start(arguments, format);
  vsnprintf(buffer->bytes + buffer->length, (size_t)length + 1, format, arguments);
  va_end(arguments);
  buffer->length += (size_t)length;
}

struct span buffer_span(const struct buffer *buffer)
{
  if (buffer->bytes == NULL)
    return SPAN("");
  return (struct span){.bytes = buffer->bytes, .length = buffer->length};
}

void buffer_free(struct buffer *buffer)
{
  free(buffer->bytes);
  *buffer = (struct buffer){0};
}
