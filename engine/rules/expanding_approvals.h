/* expanding_approvals.h - the expanding approvals rule: ballots are read as approvals of their first
 * rank, then of the first two, and so on; at each step supporters buy what they can.
 *
 * A ballot is a weak order of what it supports, by the weight that `utility` gives: rank(c) is 1 +
 * the number of projects on it that it gives more. A ranking is that ranking; points put together
 * what has as many; approvals are all of rank 1. Every voter holds the budget / n. For r = 1, 2, …:
 * as long as there is an unfunded project for which those who give it a rank of at most r hold its
 * cost together, the one of these that they can share at the least price p is funded, p being the number with
 *     sum over them of min(money, p) = cost;
 * each pays min(money, p). Of several of the least price the tie list decides. Nothing is funded that
 * does not fit: all money together is the budget.
 *
 * Source: H. Aziz, B. E. Lee, "Proportionally Representative Participatory Budgeting with Ordinal
 * Preferences", AAAI 2021 (arXiv 1911.00864), whose outcomes have inclusion-PSC whichever of the
 * projects is taken and whoever of its supporters pays. The least price and equal payments are those of Equal
 * Shares, which this rule is on approvals, by `cardinality`. Payments in proportion to what each holds
 * would multiply fractions at each purchase; these only add them.
 *
 * Method: a run of Equal Shares (shares/) whose table of support grows from rank to rank. Money is
 * told from the prices of what a ballot paid for, so a mark whose rank comes after its project was
 * bought gets the weight 0.
 */
#ifndef ENGINE_RULES_EXPANDING_APPROVALS_H
#define ENGINE_RULES_EXPANDING_APPROVALS_H

#include "engine/rule.h"

extern const struct rule expanding_approvals_rule;

#endif
