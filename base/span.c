#include "base/span.h"

#include <string.h>

#include "base/utf8.h"

struct span span_of(const char *text)
{
  return (struct span){.bytes = text, .length = strlen(text)};
}

bool span_equal(struct span a, struct span b)
{
  return a.length == b.length && memcmp(a.bytes, b.bytes, a.length) == 0;
}

int span_compare(struct span a, struct span b)
{
  int order = memcmp(a.bytes, b.bytes, a.length < b.length ? a.length : b.length);
  if (order != 0)
    return order;
  return (a.length > b.length) - (a.length < b.length);
}

static bool is_blank(char byte)
{
  return byte == ' ' || byte == '\t';
}

struct span span_trim(struct span text)
{
  while (text.length > 0 && is_blank(text.bytes[0])) {
    text.bytes++;
    text.length--;
  }
  while (text.length > 0 && is_blank(text.bytes[text.length - 1]))
    text.length--;
  return text;
}

bool span_split(struct span *rest, bool *more, char separator, struct span *part)
{
  if (!*more)
    return false;
  *part = *rest;
  const char *found = memchr(rest->bytes, separator, rest->length);
  *more = found != NULL;
  if (found != NULL)
    part->length = (size_t)(found - rest->bytes);

  size_t passed = part->length + (found != NULL);
  rest->bytes += passed;
  rest->length -= passed;
  return true;
}

bool span_to_integer(struct span text, int64_t *value)
{
  bool negative = text.length > 0 && text.bytes[0] == '-';
  size_t at = negative ? 1 : 0;
  if (at == text.length)
    return false;
  if (text.bytes[at] == '0' && text.length > 1)
    return false;

  uint64_t limit = (uint64_t)INT64_MAX + (negative ? 1 : 0);
  uint64_t magnitude = 0;
  for (; at < text.length; at++) {
    if (text.bytes[at] < '0' || text.bytes[at] > '9')
      return false;
    uint64_t digit = (uint64_t)(text.bytes[at] - '0');
    if (magnitude > (limit - digit) / 10)
      return false;
    magnitude = magnitude * 10 + digit;
  }
  if (!negative)
    *value = (int64_t)magnitude;
  else /* not zero; and 2^63 itself would not fit before the sign */
    *value = -(int64_t)(magnitude - 1) - 1;
  return true;
}

bool span_is_utf8(struct span text)
{
  size_t at = 0;
  while (at < text.length) {
    if ((unsigned char)text.bytes[at] < 0x80) { /* most text, and the call is what costs */
      at++;
      continue;
    }
    uint32_t character;
    size_t length = utf8_read(text.bytes + at, text.length - at, &character);
    if (length == 0)
      return false;
    at += length;
  }
  return true;
}
