/* log.h - what happened, one line an event, on standard error: time=… event=… pid=… key=value …
 *
 * Values are quoted where they have blanks and made printable. Never logged: a credential, a
 * choice, a code, a secret, a voter's address, or anything that ties a request to a ballot.
 */
#ifndef API_SERVER_LOG_H
#define API_SERVER_LOG_H

#include <stdint.h>

#include "base/fault.h"
#include "base/span.h"

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

void log_set_level(enum log_level level);

/* `event` is a word with hyphens, such as "worker-started". */
void log_event(enum log_level level, const char *event, const struct log_field *fields,
               size_t count);

#define LOG(level, event, ...)                                                                     \
  log_event((level), (event), (const struct log_field[]){__VA_ARGS__},                             \
            sizeof((const struct log_field[]){__VA_ARGS__}) / sizeof(struct log_field))

void log_fault(enum log_level level, const char *event, const struct fault *fault);

#endif
