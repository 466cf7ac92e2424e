/* span.h - bytes that belong to somebody else: where they are and how many.
 *
 * A span owns nothing. Whoever makes one says how long it may be used. The bytes are not
 * terminated and may hold anything; text is UTF-8.
 */
#ifndef BASE_SPAN_H
#define BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

struct span {
  const char *bytes; /* never NULL, not even when the length is 0 */
  size_t length;
};

/* The span of a string literal, as an expression and as an initialiser. */
#define SPAN(literal)      ((struct span){.bytes = "" literal, .length = sizeof(literal) - 1})
#define SPAN_INIT(literal) {.bytes = "" literal, .length = sizeof(literal) - 1}

/* For printf's "%.*s". What came from outside goes through fault_set, which makes it printable. */
#define SPAN_PRINT(span) (int)((span).length > 256 ? 256 : (span).length), (span).bytes

/* The span of a terminated string, without its terminator. */
struct span span_of(const char *text);

bool span_equal(struct span a, struct span b);

/* Order of the bytes as unsigned numbers, a prefix first: <0, 0 or >0. */
int span_compare(struct span a, struct span b);

/* Without blanks (space and tab) at either end. */
struct span span_trim(struct span text);

/* Takes the part of `*rest` before the first `separator` and moves `*rest` past it; without one,
 * takes all and leaves `*rest` empty. Returns false, and takes nothing, when `*rest` was used up:
 * start with `*rest` the whole text and `*more` true. */
bool span_split(struct span *rest, bool *more, char separator, struct span *part);

/* A whole number in decimal: an optional '-', then digits, with neither spaces nor '+' nor a
 * leading zero ("0" itself and no "-0"). False when `text` is anything else or does not fit. */
bool span_to_integer(struct span text, int64_t *value) CHECKED;

/* Whether the bytes are well-formed UTF-8 (RFC 3629: no overlong form, no surrogate, at most
 * U+10FFFF). */
bool span_is_utf8(struct span text);

#endif
