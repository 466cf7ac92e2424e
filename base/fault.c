#include "base/fault.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

enum {
  UTF8_LONGEST = 4
};

static const char replacement[] = "\xef\xbf\xbd"; /* U+FFFD */

/* Characters that could break a line, move the cursor, or show a text in another order than it
 * has: with them a message could be made to look like two, or like another one. */
static const struct range {
  uint32_t first, last;
} unprintable[] = {
    {0x00, 0x1f},     {0x7f, 0x9f},     /* control characters */
    {0x2028, 0x2029},                   /* separators of lines, paragraphs */
    {0x202a, 0x202e}, {0x2066, 0x2069}, /* order of writing */
};

static bool is_printable(uint32_t character)
{
  for (size_t i = 0; i < sizeof unprintable / sizeof *unprintable; i++)
    if (character >= unprintable[i].first && character <= unprintable[i].last)
      return false;
  return true;
}

/* What is put is never shorter than what it stands for, so `text` may be `field` itself when it
 * is printable already: a fault can be told again with another part changed. */
static void put(char *field, size_t size, const char *text)
{
  size_t used = 0;
  size_t left = strlen(text);
  while (left > 0) {
    uint32_t character;
    size_t taken = utf8_read(text, left, &character);
    const char *bytes = text;
    size_t length = taken;
    if (taken == 0 || !is_printable(character)) {
      bytes = replacement;
      length = sizeof replacement - 1;
    }
    if (taken == 0)
      taken = 1;
    if (length >= size - used)
      break;
    memmove(field + used, bytes, length);
    used += length;
    text += taken;
    left -= taken;
  }
  field[used] = '\0';
}

enum status fault_set(struct fault *fault, enum status status, const char *where,
                      const char *expected, const char *format, ...)
{
  /* Longer than the field by one character: the one at the cut is whole here, so that it is left
   * out there rather than taken for malformed. */
  char what[FAULT_WHAT + UTF8_LONGEST];
  va_list arguments;
  va_start(arguments, format);
  if (vsnprintf(what, sizeof what, format, arguments) < 0)
    what[0] = '\0';
  va_end(arguments);

  fault->status = status;
  put(fault->where, sizeof fault->where, where == NULL ? "" : where);
  put(fault->expected, sizeof fault->expected, expected == NULL ? "" : expected);
  put(fault->what, sizeof fault->what, what);
  return status;
}

enum status fault_no_memory(struct fault *fault)
{
  return fault_set(fault, STATUS_NO_MEMORY, NULL, NULL, "out of memory");
}

void fault_add_name(char expected[FAULT_EXPECTED], const char *name)
{
  size_t length = strlen(expected), added = strlen(name);
  bool first = length == 0 || expected[length - 1] == ' ';
  if (length + (first ? 0 : 2) + added >= FAULT_EXPECTED)
    return;
  if (!first) {
    memcpy(expected + length, ", ", 2);
    length += 2;
  }
  memcpy(expected + length, name, added + 1);
}
