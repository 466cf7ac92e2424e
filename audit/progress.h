/* progress.h - a line on the terminal that says how far a long count is.
 *
 * It appears on standard error after a second, only when that is a terminal, is rewritten in place
 * a few times a second, and is gone when the answer comes.
 */
#ifndef AUDIT_PROGRESS_H
#define AUDIT_PROGRESS_H

#include <stdbool.h>
#include <time.h>

#include "engine/rule.h"

struct progress_line {
  struct progress progress; /* to give to the count */
  bool terminal;
  bool shown;
  struct timespec next; /* when to write again */
};

void progress_begin(struct progress_line *line);

/* Takes the line away. */
void progress_end(struct progress_line *line);

#endif
