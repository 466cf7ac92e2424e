/* text.h - text from strangers, made harmless for a terminal and counted in columns.
 *
 * Titles and names are written by anyone. What could move the cursor, change colours, hide
 * characters or turn the direction of writing is shown as '?': control characters and escape
 * sequences, marks of direction, invisible characters, more than a few marks on one letter, and
 * bytes that are not UTF-8.
 *
 * Columns are what wcwidth says of the C library's table of characters: a combining mark takes
 * none, an East Asian character two.
 */
#ifndef CONSOLE_TEXT_H
#define CONSOLE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/span.h"

#define TEXT_WHOLE ((size_t)-1) /* no bound on the columns */

/* Chooses the table of characters, once, before anything else here: that of the environment's
 * locale, and C.UTF-8 where there is none such. Returns whether the terminal shows UTF-8. */
bool text_begin(void);

/* The columns that text_add uses for `text`. */
size_t text_columns(struct span text);

/* Adds `text` made harmless, cut to `columns` with '…' at the cut. Returns the columns used. */
size_t text_add(struct buffer *buffer, struct span text, size_t columns);

/* Adds harmless `text` in lines of at most `width` columns, broken at spaces, each after `indent`
 * blanks and with a newline at its end. */
void text_add_wrapped(struct buffer *buffer, struct span text, size_t indent, size_t width);

/* Adds harmless `text` for a terminal without UTF-8, line by line as many columns as before:
 * letters without their accents, spaces and bars as their nearest sign, the rest as '?'. */
void text_add_ascii(struct buffer *buffer, struct span text);

#endif
