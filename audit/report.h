/* report.h - an outcome as a page for people on a terminal.
 *
 * A head (the question, who voted, the money, the rule), one row for each project: those funded in
 * the order of funding, then the others by support, each with the reason and its numbers; the
 * money used; the ties met; the digest that names the result.
 */
#ifndef AUDIT_REPORT_H
#define AUDIT_REPORT_H

#include <stddef.h>

#include "audit/comparison.h"
#include "audit/request.h"
#include "audit/words.h"
#include "ballots/digest.h"
#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "engine/election.h"
#include "engine/outcome.h"
#include "engine/profile.h"
#include "engine/rule.h"

/* What is to be told. */
struct finding {
  const struct request *request;
  const struct election *election;
  const struct profile *profile;
  const struct settings *settings;
  const uint32_t *draw; /* lots, or NULL */
  const struct outcome *outcome;
  const struct comparison *comparison; /* NULL: not asked for */
  struct digest result;
};

/* Adds the page, in `width` columns where that is possible. Memory used on the way is in `arena`. */
enum status report_add(const struct finding *finding, size_t width, struct arena *arena,
                       struct buffer *page, struct fault *fault) CHECKED;

/* The outcome, as outcome_write wrote it, with the members `result` and `published` (the latter
 * when there is a comparison) as one line of canonical JSON. */
enum status report_add_json(const struct finding *finding, struct span outcome, struct arena *arena,
                            struct buffer *page, struct fault *fault) CHECKED;

#endif
