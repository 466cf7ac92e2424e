#include "engine/pabulib/csv.h"

#include <string.h>

/* Bytes at which a field without quotes ends or must be looked at. */
static const bool notable[256] = {[';'] = true, ['\n'] = true, ['\r'] = true};

void csv_begin(struct csv *csv, struct lines *lines, struct arena *arena)
{
  csv->lines = lines;
  csv->arena = arena;
  csv->row = lines->text.bytes;
  csv->next = lines->text.bytes;
  csv->count = 0;
}

static struct span span_between(const char *begin, const char *end)
{
  return (struct span){.bytes = begin, .length = (size_t)(end - begin)};
}

static enum status refuse(const struct csv *csv, struct fault *fault, const char *at,
                          const char *expected, const char *what)
{
  return fault_set(fault, STATUS_REFUSED, lines_place(csv->lines, at).text, expected, "%s", what);
}

/* --- fields --- */

/* The text of a field without the second of each two quotes. */
static enum status respell(struct csv *csv, struct csv_field *field, struct fault *fault)
{
  char *text = arena_copy(csv->arena, field->text.bytes, field->text.length);
  if (text == NULL)
    return fault_no_memory(fault);
  size_t length = 0;
  for (size_t i = 0; i < field->text.length; i++) {
    text[length++] = field->text.bytes[i];
    if (field->text.bytes[i] == '"')
      i++;
  }
  field->text = (struct span){.bytes = text, .length = length};
  field->respelled = true;
  return STATUS_OK;
}

/* Reads a field as it stands, up to the next separator or line end. */
static void read_plain(const struct csv *csv, struct csv_field *field, const char **at)
{
  const char *end = lines_end(csv->lines);
  const char *begin = *at;
  const char *stop = begin;
  while (stop < end && !notable[(unsigned char)*stop])
    stop++;
  field->text = span_between(begin, stop);
  *at = stop;
}

/* Where the quote stands that closes the field begun by the one at `open`; NULL: nowhere. */
static const char *find_closing(const struct csv *csv, const char *open, bool *doubled)
{
  const char *end = lines_end(csv->lines);
  const char *quote = open + 1;
  *doubled = false;
  for (;; quote += 2, *doubled = true) {
    quote = memchr(quote, '"', (size_t)(end - quote));
    if (quote == NULL || quote + 1 == end || quote[1] != '"')
      return quote;
  }
}

/* Reads a field whose quote stands at `*at`, and moves `*at` past its end. */
static enum status read_quoted(struct csv *csv, struct csv_field *field, const char **at,
                               struct fault *fault)
{
  const char *open = *at;
  bool doubled;
  const char *closing = find_closing(csv, open, &doubled);
  if (closing == NULL)
    return refuse(csv, fault, open, "another quote at the end of the field",
                  "this quote is never closed");
  const char *after = closing + 1;
  if (after < lines_end(csv->lines) && !notable[(unsigned char)*after]) {
    read_plain(csv, field, at);
    if (*at > closing)
      return STATUS_OK;
    return fault_set(fault, STATUS_REFUSED, lines_place(csv->lines, open).text,
                     "another quote before ';' or the end of a line",
                     "this quote is closed by that of %s, after which text goes on",
                     lines_place(csv->lines, closing).text);
  }
  field->text = span_between(open + 1, closing);
  *at = after;
  return doubled ? respell(csv, field, fault) : STATUS_OK;
}

/* --- rows --- */

/* Whether a row ends at `at`; if so, `*next` is where the one after it begins. */
static bool is_row_end(const struct csv *csv, const char *at, const char **next)
{
  const char *end = lines_end(csv->lines);
  size_t length = 0;
  if (at < end) {
    length = *at == '\r' && at + 1 < end ? 2 : 1;
    if (at[length - 1] != '\n')
      return false;
  }
  *next = at + length;
  return true;
}

/* Skips the empty lines at the end of the file; refuses one before other rows. */
static enum status skip_empty(struct csv *csv, struct fault *fault)
{
  const char *next = csv->next;
  while (next < lines_end(csv->lines) && is_row_end(csv, next, &next))
    continue;
  if (next == csv->next || next == lines_end(csv->lines)) {
    csv->next = next;
    return STATUS_OK;
  }
  return refuse(csv, fault, csv->next, "empty lines at the end of the file only",
                "the line is empty");
}

/* Reads the field at `*at` and moves `*at` to the separator or line end after it. */
static enum status read_field(struct csv *csv, const char **at, struct fault *fault)
{
  if (csv->count == PABULIB_COLUMNS_MAX)
    return refuse(csv, fault, *at, "at most 256 fields in a line", "there are more fields");
  const char *end = lines_end(csv->lines);
  struct csv_field *field = &csv->fields[csv->count++];
  field->at = *at;
  field->respelled = false;
  if (*at < end && **at == '"')
    return read_quoted(csv, field, at, fault);
  read_plain(csv, field, at);
  return STATUS_OK;
}

enum status csv_read(struct csv *csv, struct fault *fault)
{
  const char *end = lines_end(csv->lines);
  csv->count = 0;
  if (csv->next < end && notable[(unsigned char)*csv->next]) {
    const enum status status = skip_empty(csv, fault);
    if (status != STATUS_OK)
      return status;
  }
  csv->row = csv->next;
  if (csv->next == end)
    return STATUS_OK;

  const char *at = csv->row;
  for (;; at++) {
    const enum status status = read_field(csv, &at, fault);
    if (status != STATUS_OK)
      return status;
    if (at == end || *at != ';')
      break;
  }
  if (!is_row_end(csv, at, &csv->next))
    return refuse(csv, fault, at, "lines that end with LF or CR LF",
                  "there is a carriage return inside the line");
  if (at - csv->row > PABULIB_LINE_MAX)
    return refuse(csv, fault, csv->row, "at most 1048576 bytes in a line", "the line is too long");
  return STATUS_OK;
}

/* --- what fields say --- */

const char *csv_at(const struct csv_field *field, struct span part)
{
  return field->respelled ? field->at : part.bytes;
}

bool csv_is_absent(struct span text)
{
  return text.length == 0 || (text.length == 4 && memcmp(text.bytes, "None", 4) == 0);
}
