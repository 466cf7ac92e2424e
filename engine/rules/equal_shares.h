/* equal_shares.h - the Method of Equal Shares with its completions, in the order in which they
 * are named. The method itself is in shares/, the completions in add1.h, phragmen.h, greedy.h and
 * comparison.h.
 */
#ifndef ENGINE_RULES_EQUAL_SHARES_H
#define ENGINE_RULES_EQUAL_SHARES_H

#include "engine/rule.h"

extern const struct rule equal_shares_rule;

#endif
