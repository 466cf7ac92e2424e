/* exact_equal_shares.h - Exact Equal Shares with its completion add-opt; the method itself is in
 * exact/.
 *
 * add-opt raises every voter's money to the least at which the run is another one, and runs again
 * from the start, until a run overspends the budget; the run before that is kept.
 *
 * Source: exact/exact.h.
 */
#ifndef ENGINE_RULES_EXACT_EQUAL_SHARES_H
#define ENGINE_RULES_EXACT_EQUAL_SHARES_H

#include "engine/rule.h"

extern const struct rule exact_equal_shares_rule;

#endif
