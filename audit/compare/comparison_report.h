/* comparison_report.h - how several rules would decide one election, side by side.
 *
 * For people: the rules, a row for each project that one of them funds with its place in each order
 * of funding, and a row of figures for each rule. For machines: one line of canonical JSON
 * (docs/auditing.md, "Comparing rules").
 */
#ifndef AUDIT_COMPARE_COMPARISON_REPORT_H
#define AUDIT_COMPARE_COMPARISON_REPORT_H

#include <stddef.h>

#include "audit/compare/contest.h"
#include "audit/words.h"
#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"

struct compared {
  const struct contenders *contenders;
  const struct ground *ground;
  const struct contest *contest;
};

/* Adds the page, in `width` columns where that is possible. Memory used on the way is in `arena`. */
enum status comparison_report_add(const struct compared *compared, enum language language,
                                  size_t width, struct arena *arena, struct buffer *page,
                                  struct fault *fault) CHECKED;

/* Adds the JSON. A failed allocation shows in the buffer. */
void comparison_report_write(const struct compared *compared, struct buffer *text);

#endif
