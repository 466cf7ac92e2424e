/* difference.h - where two canonical JSON texts first say something else, for people to read.
 *
 * A result that does not match its recount is a long text with one wrong number in it: this finds
 * the number.
 */
#ifndef BALLOTS_DIFFERENCE_H
#define BALLOTS_DIFFERENCE_H

#include "base/fault.h"
#include "base/span.h"

/* Fills `fault` and returns STATUS_REFUSED when `found` is not, byte for byte, `expected`, which is
 * canonical JSON: `where` is `name` with the way to the first difference, such as
 * "outcome/projects/3/votes"; or how `found` is not canonical JSON at all. STATUS_OK when they are
 * the same. */
enum status difference_find(const char *name, struct span expected, struct span found,
                            struct fault *fault) CHECKED;

#endif
