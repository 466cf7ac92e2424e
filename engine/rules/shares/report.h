/* report.h - what a run of Equal Shares has to say for itself: for each project what became of its
 * supporters' money. Members and definitions: docs/rules.md, "The outcome".
 */
#ifndef ENGINE_RULES_SHARES_REPORT_H
#define ENGINE_RULES_SHARES_REPORT_H

#include "engine/rules/shares/shares.h"

/* After the run that is kept: fills in the counting's results. */
enum status shares_explain(struct shares *shares, struct counting *books,
                           struct fault *fault) CHECKED;

#endif
