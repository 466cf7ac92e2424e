/* guarantees_report.h - what is guaranteed of an outcome, as a page for people.
 */
#ifndef AUDIT_GUARANTEES_REPORT_H
#define AUDIT_GUARANTEES_REPORT_H

#include <stddef.h>

#include "audit/words.h"
#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "engine/election.h"
#include "engine/guarantees/guarantees.h"

/* Adds the page, in `width` columns where that is possible. Memory used on the way is in `arena`. */
enum status guarantees_report_add(const struct guarantees *guarantees,
                                  const struct pricing *pricing, const struct election *election,
                                  enum language language, size_t width, struct arena *arena,
                                  struct buffer *page, struct fault *fault) CHECKED;

#endif
