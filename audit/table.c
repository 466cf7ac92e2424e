#include "audit/table.h"

#include "console/text.h"

enum {
  GAP = 2
}; /* columns between two columns */

static void add_blanks(struct buffer *buffer, size_t count)
{
  for (size_t i = 0; i < count; i++)
    buffer_add_byte(buffer, ' ');
}

static size_t widest(const struct table *table, size_t column)
{
  size_t widest = text_columns(table->columns[column].heading);
  for (size_t row = 0; row < table->row_count; row++) {
    size_t columns = text_columns(table->cells[row * table->column_count + column]);
    widest = columns > widest ? columns : widest;
  }
  return widest;
}

/* Makes the elastic column give way until the table is `width` wide or it has its least. */
static void fit(const struct table *table, size_t width, size_t *widths)
{
  size_t total = (table->column_count - 1) * GAP;
  for (size_t i = 0; i < table->column_count; i++)
    total += widths[i];
  for (size_t i = 0; i < table->column_count; i++) {
    if (!table->columns[i].elastic || total <= width || widths[i] <= TABLE_ELASTIC_MIN)
      continue;
    size_t excess = total - width, spare = widths[i] - TABLE_ELASTIC_MIN;
    widths[i] -= excess < spare ? excess : spare;
  }
}

static void add_cell(const struct table_column *column, struct span cell, size_t width, bool last,
                     struct buffer *buffer)
{
  size_t columns = text_columns(cell);
  size_t blanks = columns < width ? width - columns : 0;
  if (column->right)
    add_blanks(buffer, blanks);
  size_t used = text_add(buffer, cell, width);
  if (!last) /* a cut before a wide character leaves a column over */
    add_blanks(buffer, GAP + (column->right ? 0 : width - used));
}

void table_write(const struct table *table, size_t width, struct buffer *buffer)
{
  size_t widths[TABLE_COLUMNS_MAX], last = table->column_count - 1, total = last * GAP;

  for (size_t i = 0; i < table->column_count; i++)
    widths[i] = widest(table, i);
  fit(table, width, widths);
  for (size_t i = 0; i < table->column_count; i++) {
    total += widths[i];
    add_cell(&table->columns[i], table->columns[i].heading, widths[i], i == last, buffer);
  }
  buffer_add_byte(buffer, '\n');
  for (size_t i = 0; i < total; i++)
    buffer_add(buffer, SPAN("─"));
  buffer_add_byte(buffer, '\n');
  for (size_t row = 0; row < table->row_count; row++) {
    for (size_t i = 0; i < table->column_count; i++)
      add_cell(&table->columns[i], table->cells[row * table->column_count + i], widths[i],
               i == last, buffer);
    buffer_add_byte(buffer, '\n');
  }
}
