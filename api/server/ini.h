/* ini.h - the lines of a configuration file.
 *
 *   # a comment, which begins its line; so does one with ;
 *   [section]
 *   key = value        everything after the "=", without the blanks around it; it may be empty
 *
 * Names are of small letters and "_". There is no quoting, no comment after a value and no line that goes on
 * in the next. Text is UTF-8 without control characters; lines end in a line feed, with or without
 * a carriage return.
 *
 * Pure: text in, spans of it out.
 */
#ifndef API_SERVER_INI_H
#define API_SERVER_INI_H

#include <stdbool.h>
#include <stddef.h>

#include "base/fault.h"
#include "base/span.h"

struct ini {
  struct span rest;
  bool more;
  size_t line; /* of the last one taken, from 1 */
  struct span section;
};

struct ini_setting {
  struct span section, key, value;
  size_t line;
};

void ini_begin(struct ini *ini, struct span text);

/* The next setting; `*end` once there is none. STATUS_REFUSED names the line. */
enum status ini_next(struct ini *ini, struct ini_setting *setting, bool *end,
                     struct fault *fault) CHECKED;

#endif
