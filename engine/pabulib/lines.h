/* lines.h - a text read line by line, and where in it something stands.
 *
 * Readers keep addresses in the text only; lines and columns are counted when there is something
 * to say about one.
 */
#ifndef ENGINE_PABULIB_LINES_H
#define ENGINE_PABULIB_LINES_H

#include <stddef.h>

#include "base/fault.h"
#include "base/span.h"

struct lines {
  struct span text;  /* without its byte order mark */
  const char *known; /* a place whose line was counted before: later ones are counted from it */
  size_t known_line;
};

/* "line 12, column 5", both from 1, columns in characters. */
struct place {
  char text[FAULT_WHERE];
};

/* Refuses text that is not UTF-8 or holds a NUL byte. A byte order mark at its begin is left out. */
enum status lines_begin(struct lines *lines, struct span text, struct fault *fault) CHECKED;

/* `at` is an address in the text or its end. */
struct place lines_place(struct lines *lines, const char *at);

size_t lines_number(struct lines *lines, const char *at);

/* The address after the last byte. */
const char *lines_end(const struct lines *lines);

#endif
