/* table.h - rows of text in columns that stand under each other on a terminal.
 *
 * Cells are harmless text (text.h) and belong to the caller until the table is written.
 */
#ifndef AUDIT_TABLE_H
#define AUDIT_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/span.h"

enum {
  TABLE_COLUMNS_MAX = 16,
  TABLE_ELASTIC_MIN = 20, /* columns that an elastic column keeps, unless it needs fewer */
};

struct table_column {
  struct span heading;
  bool right;   /* numbers stand at the right */
  bool elastic; /* cut when the table is wider than the line; one column at most */
};

struct table {
  size_t column_count;
  struct table_column columns[TABLE_COLUMNS_MAX];
  size_t row_count;
  const struct span *cells; /* [row_count × column_count], row by row */
};

/* Adds the headings, a line under them and the rows, in `width` columns where that is possible. */
void table_write(const struct table *table, size_t width, struct buffer *buffer);

#endif
