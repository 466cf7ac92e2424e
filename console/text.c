#define _XOPEN_SOURCE 700 /* wcwidth */

#include "console/text.h"

#include <langinfo.h>
#include <locale.h>
#include <stdint.h>
#include <string.h>
#include <wchar.h>

#include "base/utf8.h"

enum {
  MARKS_MAX = 4
}; /* on one letter; living languages need three */

/* One character as it will be shown. */
struct glyph {
  uint32_t code;
  size_t bytes; /* in the text */
  size_t columns;
  bool harmless; /* otherwise '?' */
};

/* Invisible or turning the direction; control characters have no width and are known by that. */
static const struct {
  uint32_t first, last;
} treacherous[] = {
    {0x00ad, 0x00ad}, {0x034f, 0x034f}, {0x061c, 0x061c},   {0x115f, 0x1160},
    {0x17b4, 0x17b5}, {0x180b, 0x180f}, {0x200b, 0x200b},   {0x200e, 0x200f},
    {0x2028, 0x202e}, {0x2060, 0x206f}, {0x3164, 0x3164},   {0xfeff, 0xfeff},
    {0xffa0, 0xffa0}, {0xfff0, 0xfffb}, {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff},
};

bool text_begin(void)
{
  bool known = setlocale(LC_CTYPE, "") != NULL;
  if (known && strcmp(nl_langinfo(CODESET), "UTF-8") == 0)
    return true;
  /* Text is UTF-8 and must be counted as such, whatever the terminal shows. */
  return setlocale(LC_CTYPE, "C.UTF-8") != NULL && !known;
}

static bool is_treacherous(uint32_t code)
{
  for (size_t i = 0; i < sizeof treacherous / sizeof *treacherous; i++) {
    if (code >= treacherous[i].first && code <= treacherous[i].last)
      return true;
  }
  return false;
}

/* The first character of `rest`, which is not empty; `marks` counts those without a column since
 * the last one that had one. */
static struct glyph next_glyph(struct span rest, unsigned *marks)
{
  struct glyph glyph = {.code = '?', .bytes = 1, .columns = 1, .harmless = false};
  uint32_t code;

  size_t bytes = utf8_read(rest.bytes, rest.length, &code);
  if (bytes > 0) {
    int columns = code == 0 ? -1 : wcwidth((wchar_t)code);
    bool too_many = columns == 0 && *marks == MARKS_MAX;
    glyph.code = code;
    glyph.bytes = bytes;
    glyph.harmless = columns >= 0 && !too_many && !is_treacherous(code);
    glyph.columns = glyph.harmless ? (size_t)columns : 1;
  }
  if (glyph.columns > 0)
    *marks = 0;
  else
    (*marks)++;
  return glyph;
}

static struct span after(struct span text, size_t bytes)
{
  return (struct span){.bytes = text.bytes + bytes, .length = text.length - bytes};
}

size_t text_columns(struct span text)
{
  size_t columns = 0;
  unsigned marks = 0;
  for (struct span rest = text; rest.length > 0;) {
    struct glyph glyph = next_glyph(rest, &marks);
    columns += glyph.columns;
    rest = after(rest, glyph.bytes);
  }
  return columns;
}

size_t text_add(struct buffer *buffer, struct span text, size_t columns)
{
  bool cut = columns != TEXT_WHOLE && text_columns(text) > columns;
  if (cut && columns == 0)
    return 0;

  size_t used = 0, room = cut ? columns - 1 : columns;
  unsigned marks = 0;
  for (struct span rest = text; rest.length > 0;) {
    struct glyph glyph = next_glyph(rest, &marks);
    if (used + glyph.columns > room)
      break;
    if (glyph.harmless)
      buffer_add(buffer, (struct span){.bytes = rest.bytes, .length = glyph.bytes});
    else
      buffer_add_byte(buffer, '?');
    used += glyph.columns;
    rest = after(rest, glyph.bytes);
  }
  if (!cut)
    return used;
  buffer_add(buffer, SPAN("…"));
  return used + 1;
}

void text_add_wrapped(struct buffer *buffer, struct span text, size_t indent, size_t width)
{
  struct span rest = text, word;
  bool more = true;
  size_t used = 0;

  while (span_split(&rest, &more, ' ', &word)) {
    size_t columns = text_columns(word);
    if (used > 0 && used + 1 + columns > width) {
      buffer_add_byte(buffer, '\n');
      used = 0;
    }
    if (used == 0)
      buffer_format(buffer, "%*s", (int)indent, "");
    else
      buffer_add_byte(buffer, ' ');
    used += (used == 0 ? indent : 1) + columns;
    buffer_add(buffer, word);
  }
  buffer_add_byte(buffer, '\n');
}

/* --- for terminals without UTF-8 --- */

enum {
  LATIN_FIRST = 0xc0,
  LATIN_LAST = 0x17f
};

/* U+00C0 to U+017F without their accents. */
static const char latin[] = "AAAAAAACEEEEIIIIDNOOOOOxOUUUUYTsaaaaaaaceeeeiiiidnooooo/ouuuuyty"
                            "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIiIiJjKkkLlLlLl"
                            "LlLlNnNnNnnNnOoOoOoOoRrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs";

_Static_assert(sizeof latin - 1 == LATIN_LAST - LATIN_FIRST + 1, "one letter for each");

static const struct {
  uint32_t code;
  char sign;
} signs[] = {
    {0x00a0, ' '},  {0x00ab, '"'}, {0x00b5, 'u'}, {0x00b7, '.'}, {0x00bb, '"'},
    {0x2010, '-'},  {0x2011, '-'}, {0x2013, '-'}, {0x2014, '-'}, {0x2018, '\''},
    {0x2019, '\''}, {0x201c, '"'}, {0x201d, '"'}, {0x2026, '.'}, {0x202f, ' '},
    {0x2500, '-'},  {0x2588, '#'}, {0x2591, '.'}, {0x2260, '/'},
};

static char sign_of(uint32_t code)
{
  if (code < 0x80)
    return (char)code;
  if (code >= LATIN_FIRST && code <= LATIN_LAST)
    return latin[code - LATIN_FIRST];
  for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
    if (signs[i].code == code)
      return signs[i].sign;
  }
  return '?';
}

void text_add_ascii(struct buffer *buffer, struct span text)
{
  unsigned marks = 0;
  for (struct span rest = text; rest.length > 0;) {
    struct glyph glyph = next_glyph(rest, &marks);
    char sign = rest.bytes[0] == '\n' ? '\n' : sign_of(glyph.code);
    for (size_t i = 0; i < glyph.columns; i++)
      buffer_add_byte(buffer, sign);
    rest = after(rest, glyph.bytes);
  }
}
