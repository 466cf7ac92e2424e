#include "engine/pabulib/lines.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

static const char byte_order_mark[] = "\xef\xbb\xbf";

/* Where the first malformed character stands, or NULL. */
static const char *find_malformed(struct span text)
{
  const char *at = text.bytes;
  const char *end = text.bytes + text.length;
  while (at < end) {
    uint64_t eight;
    if ((size_t)(end - at) >= sizeof eight) {
      memcpy(&eight, at, sizeof eight);
      if ((eight & UINT64_C(0x8080808080808080)) == 0) {
        at += sizeof eight;
        continue;
      }
    }
    if ((unsigned char)*at < 0x80) {
      at++;
      continue;
    }
    uint32_t character;
    const size_t length = utf8_read(at, (size_t)(end - at), &character);
    if (length == 0)
      return at;
    at += length;
  }
  return NULL;
}

enum status lines_begin(struct lines *lines, struct span text, struct fault *fault)
{
  const size_t mark = sizeof byte_order_mark - 1;
  if (text.length >= mark && memcmp(text.bytes, byte_order_mark, mark) == 0) {
    text.bytes += mark;
    text.length -= mark;
  }
  *lines = (struct lines){.text = text, .known = text.bytes, .known_line = 1};

  const char *bad = memchr(text.bytes, '\0', text.length);
  if (bad != NULL)
    return fault_set(fault, STATUS_REFUSED, lines_place(lines, bad).text, "text in UTF-8",
                     "there is a NUL byte");
  bad = find_malformed(text);
  if (bad != NULL)
    return fault_set(fault, STATUS_REFUSED, lines_place(lines, bad).text, "text in UTF-8",
                     "the byte 0x%02x does not begin a character of UTF-8", (unsigned char)*bad);
  return STATUS_OK;
}

size_t lines_number(struct lines *lines, const char *at)
{
  if (at < lines->known) {
    lines->known = lines->text.bytes;
    lines->known_line = 1;
  }
  const char *newline;
  while ((newline = memchr(lines->known, '\n', (size_t)(at - lines->known))) != NULL) {
    lines->known = newline + 1;
    lines->known_line++;
  }
  return lines->known_line;
}

struct place lines_place(struct lines *lines, const char *at)
{
  const size_t line = lines_number(lines, at);
  size_t column = 1;
  for (const char *byte = lines->known; byte < at; byte++)
    column += ((unsigned char)*byte & 0xc0) != 0x80; /* not one inside a character */

  struct place place;
  snprintf(place.text, sizeof place.text, "line %zu, column %zu", line, column);
  return place;
}

const char *lines_end(const struct lines *lines)
{
  return lines->text.bytes + lines->text.length;
}
