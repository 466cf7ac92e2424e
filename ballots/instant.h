/* instant.h - a moment as it is written: "2027-03-06T08:00:00Z".
 *
 * The part of RFC 3339 in which each moment has one spelling: UTC as `Z`, capitals, whole seconds,
 * years 1970 to 9999, no leap seconds. Computed here, since the C library's functions depend on the
 * time zone of the machine.
 */
#ifndef BALLOTS_INSTANT_H
#define BALLOTS_INSTANT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

#define INSTANT_EXPECTED "a time in UTC of a day that exists, as in 2027-03-06T08:00:00Z"

/* Seconds since 1970-01-01T00:00:00Z, each day having 86,400. False for any other text. */
bool instant_read(struct span text, int64_t *seconds) CHECKED;

enum {
  INSTANT_TEXT = sizeof "2027-03-06T08:00:00Z" /* with a 0 */
};

/* The other direction. False, and nothing is written, before 1970 and after 9999. */
bool instant_write(int64_t seconds, char text[INSTANT_TEXT]) CHECKED;

#endif
