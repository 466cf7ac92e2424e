/* csv.h - the rows of a .pb file and their fields (RFC 4180, with ';').
 *
 * A field that begins with a quote ends with one; inside, two quotes are one, and separators and
 * line ends are text. Other quotes are text, as real files have them: those further inside a field
 * ('the "old" mill') and those of a field that goes on after the second ('"Mill" and more').
 * Rows end with LF or CR LF; the last one need not. Empty lines may stand at the end only.
 */
#ifndef ENGINE_PABULIB_CSV_H
#define ENGINE_PABULIB_CSV_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/span.h"
#include "engine/pabulib.h"
#include "engine/pabulib/lines.h"

struct csv_field {
  struct span text;
  const char *at; /* where it begins in the file, its quote included */
  bool respelled; /* the text is not in the file as it stands: it had doubled quotes */
};

struct csv {
  struct lines *lines;
  struct arena *arena; /* for the fields that are respelled */
  const char *row;     /* where the row begins that was read last */
  const char *next;    /* and the one after it */
  size_t count;        /* fields of that row; 0: there was none left */
  struct csv_field fields[PABULIB_COLUMNS_MAX];
};

void csv_begin(struct csv *csv, struct lines *lines, struct arena *arena);

/* Reads the next row. Refuses a quote that is not closed or closed elsewhere, a lone CR, an empty line
 * with rows after it, a row that is too long or has too many fields. */
enum status csv_read(struct csv *csv, struct fault *fault) CHECKED;

/* Where in the file a part of the field's text stands. */
const char *csv_at(const struct csv_field *field, struct span part);

/* Whether a field says nothing: it is empty or "None". */
bool csv_is_absent(struct span text);

#endif
