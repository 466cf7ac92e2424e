#include "keys/sheet.h"

#include <stdio.h>
#include <string.h>

static enum status refuse(const struct sheet *sheet, size_t field, const char *what,
                          const char *expected, struct fault *fault)
{
  char where[FAULT_WHERE];
  snprintf(where, sizeof where, "line %zu, field %zu", sheet->line, field);
  return fault_set(fault, STATUS_REFUSED, where, expected, "%s", what);
}

enum status sheet_begin(struct sheet *sheet, struct span text, struct arena *arena,
                        struct fault *fault)
{
  static const char mark[] = "\xef\xbb\xbf";
  *sheet = (struct sheet){.arena = arena, .rest = text, .more = true, .separator = ','};
  if (!span_is_utf8(text))
    return fault_set(fault, STATUS_REFUSED, NULL,
                     "text in UTF-8; spreadsheets call it so when "
                     "they save",
                     "it is not UTF-8");
  if (text.length >= 3 && memcmp(text.bytes, mark, 3) == 0)
    sheet->rest = (struct span){text.bytes + 3, text.length - 3};
  for (size_t i = 0; i < sheet->rest.length && sheet->rest.bytes[i] != '\n'; i++) {
    if (sheet->rest.bytes[i] != ',' && sheet->rest.bytes[i] != ';')
      continue;
    sheet->separator = sheet->rest.bytes[i];
    break;
  }
  return STATUS_OK;
}

/* Takes a field in '"' from `*rest`, which begins with it. */
static enum status take_quoted(const struct sheet *sheet, size_t number, struct span *rest,
                               struct span *field, struct fault *fault)
{
  char *copy = ARENA_TAKE(sheet->arena, char, rest->length);
  size_t length = 0, at = 1;
  if (copy == NULL)
    return fault_no_memory(fault);
  for (; at < rest->length; at++) {
    if (rest->bytes[at] == '"' && (at + 1 == rest->length || rest->bytes[at + 1] != '"'))
      break;
    at += rest->bytes[at] == '"';
    copy[length++] = rest->bytes[at];
  }
  if (at >= rest->length)
    return refuse(sheet, number, "a '\"' is not closed on its line", "'\"' at the end of the field",
                  fault);
  *rest = (struct span){rest->bytes + at + 1, rest->length - at - 1};
  *field = (struct span){copy, length};
  return STATUS_OK;
}

static void take_plain(const struct sheet *sheet, struct span *rest, struct span *field)
{
  size_t length = 0;
  while (length < rest->length && rest->bytes[length] != sheet->separator)
    length++;
  *field = (struct span){rest->bytes, length};
  *rest = (struct span){rest->bytes + length, rest->length - length};
}

static enum status check_field(const struct sheet *sheet, size_t number, struct span field,
                               struct fault *fault)
{
  if (field.length > SHEET_FIELD_MAX)
    return refuse(sheet, number, "it is too long", "at most 256 bytes", fault);
  for (size_t i = 0; i < field.length; i++) {
    unsigned char byte = (unsigned char)field.bytes[i];
    if (byte < 0x20 || byte == 0x7f)
      return refuse(sheet, number, "it has a control character", "text in one line", fault);
  }
  return STATUS_OK;
}

static enum status read_field(const struct sheet *sheet, struct span *rest, struct span *field,
                              size_t number, struct fault *fault)
{
  enum status status = STATUS_OK;
  if (rest->length > 0 && rest->bytes[0] == '"') {
    status = take_quoted(sheet, number, rest, field, fault);
    if (status == STATUS_OK && rest->length > 0 && rest->bytes[0] != sheet->separator)
      status = refuse(sheet, number, "something follows the '\"' at its end",
                      "a separator; a '\"' in a field is written twice", fault);
  } else {
    take_plain(sheet, rest, field);
    if (memchr(field->bytes, '"', field->length) != NULL)
      status = refuse(sheet, number, "it has a '\"' in it",
                      "a field that begins and ends with '\"', and has it twice within", fault);
  }
  if (status != STATUS_OK)
    return status;
  *field = span_trim(*field);
  return check_field(sheet, number, *field, fault);
}

static enum status read_record(const struct sheet *sheet, struct span line,
                               struct sheet_row *record, struct fault *fault)
{
  record->count = 0;
  for (;;) {
    if (record->count == SHEET_FIELDS_MAX)
      return refuse(sheet, record->count + 1, "it is one too many", "at most 32 fields", fault);
    enum status status =
        read_field(sheet, &line, &record->fields[record->count], record->count + 1, fault);
    if (status != STATUS_OK)
      return status;
    record->count++;
    if (line.length == 0)
      return STATUS_OK;
    line = (struct span){line.bytes + 1, line.length - 1};
  }
}

enum status sheet_next(struct sheet *sheet, struct sheet_row *record, bool *found,
                       struct fault *fault)
{
  struct span line;
  *found = false;
  while (span_split(&sheet->rest, &sheet->more, '\n', &line)) {
    sheet->line++;
    if (line.length > 0 && line.bytes[line.length - 1] == '\r')
      line.length--;
    if (span_trim(line).length == 0)
      continue;
    *found = true;
    return read_record(sheet, line, record, fault);
  }
  return STATUS_OK;
}

void sheet_add(struct buffer *buffer, struct span field)
{
  bool quoted = false;
  for (size_t i = 0; i < field.length; i++)
    quoted = quoted || strchr(",;\"", field.bytes[i]) != NULL;
  if (!quoted) {
    buffer_add(buffer, field);
    return;
  }
  buffer_add_byte(buffer, '"');
  for (size_t i = 0; i < field.length; i++) {
    if (field.bytes[i] == '"')
      buffer_add_byte(buffer, '"');
    buffer_add_byte(buffer, field.bytes[i]);
  }
  buffer_add_byte(buffer, '"');
}
