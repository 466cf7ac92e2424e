#include "base/plain.h"

#include <string.h>

#include "base/canonical.h"

static void skip(struct span *rest, size_t length)
{
  rest->bytes += length;
  rest->length -= length;
}

bool plain_take(struct span *rest, struct span bytes)
{
  if (rest->length < bytes.length || memcmp(rest->bytes, bytes.bytes, bytes.length) != 0)
    return false;
  skip(rest, bytes.length);
  return true;
}

static bool take_byte(struct span *rest, char byte)
{
  if (rest->length == 0 || rest->bytes[0] != byte)
    return false;
  skip(rest, 1);
  return true;
}

bool plain_string(struct span *rest, struct span *text)
{
  size_t length = 0;
  if (!take_byte(rest, '"'))
    return false;
  while (length < rest->length && rest->bytes[length] >= ' ' && rest->bytes[length] <= '~' &&
         rest->bytes[length] != '"' && rest->bytes[length] != '\\')
    length++;
  *text = (struct span){.bytes = rest->bytes, .length = length};
  skip(rest, length);
  return take_byte(rest, '"');
}

bool plain_integer(struct span *rest, int64_t *value)
{
  size_t length = 0;
  while (length < rest->length &&
         (rest->bytes[length] == '-' || (rest->bytes[length] >= '0' && rest->bytes[length] <= '9')))
    length++;
  struct span digits = {.bytes = rest->bytes, .length = length};
  skip(rest, length);
  return span_to_integer(digits, value) && *value >= -CANONICAL_INTEGER_MAX &&
         *value <= CANONICAL_INTEGER_MAX;
}

/* --- any value --- */

/* `depth` is how many levels may still begin. */
static bool skip_value(struct span *rest, int depth);

static bool skip_elements(struct span *rest, int depth)
{
  if (take_byte(rest, ']'))
    return true;
  do {
    if (!skip_value(rest, depth))
      return false;
  } while (take_byte(rest, ','));
  return take_byte(rest, ']');
}

static bool skip_members(struct span *rest, int depth)
{
  struct span name, before = SPAN("");
  bool first = true;
  if (take_byte(rest, '}'))
    return true;
  do {
    if (!plain_string(rest, &name) || (!first && span_compare(before, name) >= 0) ||
        !take_byte(rest, ':') || !skip_value(rest, depth))
      return false;
    before = name;
    first = false;
  } while (take_byte(rest, ','));
  return take_byte(rest, '}');
}

static bool skip_value(struct span *rest, int depth)
{
  struct span text;
  int64_t number;
  switch (rest->length == 0 ? '\0' : rest->bytes[0]) {
  case '{':
    skip(rest, 1);
    return depth > 0 && skip_members(rest, depth - 1);
  case '[':
    skip(rest, 1);
    return depth > 0 && skip_elements(rest, depth - 1);
  case '"':
    return plain_string(rest, &text);
  case 't':
    return plain_take(rest, SPAN("true"));
  case 'f':
    return plain_take(rest, SPAN("false"));
  case 'n':
    return plain_take(rest, SPAN("null"));
  default:
    return plain_integer(rest, &number);
  }
}

bool plain_value(struct span *rest, struct span *text)
{
  const char *begin = rest->bytes;
  if (!skip_value(rest, PLAIN_DEPTH_MAX))
    return false;
  *text = (struct span){.bytes = begin, .length = (size_t)(rest->bytes - begin)};
  return true;
}
