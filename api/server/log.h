/* log.h - what happened, one line an event, on standard error:
 *
 *   time=2027-03-01T09:30:00.123Z level=info event=worker-started pid=4711 key="two words"
 *
 * A value is in quotes unless it is all of letters, digits and - _ . : / + @ %; in quotes, a quote,
 * a backslash and every byte that is not printable ASCII is \xHH, so a value can neither end a line
 * nor begin another field. Values have at most LOG_VALUE bytes, lines LOG_LINE; what is longer is
 * cut, and the line says cut=yes.
 *
 * Writing never waits: while the reader of standard error does not read, lines are dropped, and the
 * next one that is written says how many (dropped=N).
 *
 * Never logged: a credential, a choice, a code, a secret, a voter's address, or anything that ties
 * a request to a ballot.
 */
#ifndef API_SERVER_LOG_H
#define API_SERVER_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/span.h"

enum {
  LOG_LINE = 4096, /* what a pipe takes in one piece (PIPE_BUF), so lines of processes do not mix */
  LOG_VALUE = 512
};

enum log_level {
  LOG_ERROR,
  LOG_WARNING,
  LOG_INFO,
  LOG_DEBUG
};

struct log_field {
  const char *name;
  const char *text; /* or NULL: then `number` */
  int64_t number;
};

#define LOG_TEXT(field, value)                                                                     \
  {                                                                                                \
    .name = (field), .text = (value)                                                               \
  }
#define LOG_NUMBER(field, value)                                                                   \
  {                                                                                                \
    .name = (field), .number = (int64_t)(value)                                                    \
  }

/* Events above the level are not logged; LOG_INFO unless told. */
void log_set_level(enum log_level level);

/* "error", "warning", "info", "debug"; false for anything else. */
bool log_level_read(struct span text, enum log_level *level) CHECKED;

/* `event` is a word with hyphens, such as "worker-started". */
void log_event(enum log_level level, const char *event, const struct log_field *fields,
               size_t count);

#define LOG(level, event, ...)                                                                     \
  log_event((level), (event), (const struct log_field[]){__VA_ARGS__},                             \
            sizeof((const struct log_field[]){__VA_ARGS__}) / sizeof(struct log_field))

/* The fault's parts as the fields where, what, expected. */
void log_fault(enum log_level level, const char *event, const struct fault *fault);

#endif
