/* sheet.h - tables of text as spreadsheets write them: RFC 4180, and what they make of it.
 *
 * UTF-8, with or without a byte order mark; lines end in LF or CRLF; fields are separated by ','
 * or, as French spreadsheets do, by ';': whichever stands in the first line first. A field in '"'
 * may hold separators and, written twice, '"', but no line break: none belongs into a name.
 * Empty lines are passed over.
 */
#ifndef KEYS_SHEET_H
#define KEYS_SHEET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/span.h"

enum {
  SHEET_FIELDS_MAX = 32,
  SHEET_FIELD_MAX = 256 /* bytes of a field, as it is meant */
};

struct sheet {
  struct arena *arena;
  struct span rest;
  bool more;
  char separator;
  size_t line; /* of the record that was read last, counted from 1 */
};

struct sheet_row {
  size_t count;
  struct span fields[SHEET_FIELDS_MAX]; /* without blanks at either end */
};

/* Begins at the first line. `text` must outlive the records; what needs a copy is in `arena`. */
enum status sheet_begin(struct sheet *sheet, struct span text, struct arena *arena,
                        struct fault *fault) CHECKED;

/* The next record, or `*found` false after the last. STATUS_REFUSED names the line. */
enum status sheet_next(struct sheet *sheet, struct sheet_row *record, bool *found,
                       struct fault *fault) CHECKED;

/* Adds a field, in '"' where it must be. */
void sheet_add(struct buffer *buffer, struct span field);

#endif
