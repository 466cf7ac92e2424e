/* plain.h - the plain part of canonical JSON, read where it stands.
 *
 * Plain are strings of printable ASCII without '"' and '\', whole numbers, true, false, null, arrays
 * and objects of plain values, a few inside each other. All that is plain is canonical
 * (base/canonical.h); what is not plain may be canonical all the same. So a reader that is made of
 * these functions, for what comes by the ten thousand, may accept, and leaves whatever it does not
 * know to canonical_read, which alone can say what is wrong.
 *
 * Each function takes what it reads from the beginning of `rest`. Where it is false, `rest` may have
 * lost some of it.
 */
#ifndef BASE_PLAIN_H
#define BASE_PLAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/span.h"

enum {
  PLAIN_DEPTH_MAX = 8 /* arrays and objects inside each other */
};

/* These bytes. */
bool plain_take(struct span *rest, struct span bytes) CHECKED;

/* A string; `text` is what stands between the quotation marks. */
bool plain_string(struct span *rest, struct span *text) CHECKED;

/* A whole number of canonical JSON. What follows it is not looked at. */
bool plain_integer(struct span *rest, int64_t *value) CHECKED;

/* Any plain value; `text` are its bytes. */
bool plain_value(struct span *rest, struct span *text) CHECKED;

#endif
