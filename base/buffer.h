/* buffer.h - bytes that grow at the end.
 *
 * A failed allocation is remembered rather than returned from every call: write everything, then
 * ask once. After a failure further writes do nothing.
 */
#ifndef BASE_BUFFER_H
#define BASE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

/* All zero is an empty buffer: `struct buffer buffer = {0};` */
struct buffer {
  char *bytes; /* from malloc; owned */
  size_t length;
  size_t capacity;
  bool failed; /* an allocation failed: the content is not complete */
};

void buffer_add(struct buffer *buffer, struct span bytes);
void buffer_add_byte(struct buffer *buffer, char byte);
/* In decimal. */
void buffer_add_integer(struct buffer *buffer, int64_t value);
void buffer_format(struct buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* What was written so far; valid until the next write. */
struct span buffer_span(const struct buffer *buffer);

void buffer_free(struct buffer *buffer);

#endif
