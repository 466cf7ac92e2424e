/* counted.h - the commands that count the ballots of a .pb file or of a board, and then say something
 * of what came out.
 *
 * They take the same options and find the same outcome; each has a page of its own for people and
 * a line of its own for machines.
 */
#ifndef AUDIT_COUNTED_H
#define AUDIT_COUNTED_H

#include <stddef.h>

#include "audit/report.h"
#include "audit/request.h"
#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "console/console.h"

struct counted_command {
  struct request_form form;
  /* Adds the page, in `width` columns where that is possible. */
  enum status (*add)(const struct finding *finding, size_t width, struct arena *arena,
                     struct buffer *page, struct fault *fault);
  /* Adds the line of canonical JSON; `outcome` is as outcome_write wrote it. */
  enum status (*add_json)(const struct finding *finding, struct span outcome, struct arena *arena,
                          struct buffer *page, struct fault *fault);
};

/* Runs the command on its arguments. */
enum verdict counted_run(const struct counted_command *command, int argument_count,
                         char **arguments);

#endif
