/* max_welfare.h - of all sets of projects that fit in the budget, the one of most use to all voters
 * together.
 *
 * The utility of a set is the sum, over all voters and all its projects, of what the project is worth
 * to the voter. Free projects with support are funded, whatever their utility; of the others a set
 * of the greatest utility is, and no project of no utility to anybody.
 *
 * Among sets of the greatest utility the tie list puts one first, read so: of two sets the one goes
 * first that has the first project of the list which is in one of them only. So, down the list, a
 * project is taken if some best set has it and all that was taken before, and not what was passed
 * over. The outcome says whether there was a choice: x is the first project of the list that some
 * best sets have and others not, and the set that was taken has it; y is the first that the last
 * of the best sets has in its place. They stand as a tie of the round of x.
 *
 * The order of funding says nothing here: it is that of the tie list, free projects first.
 *
 * The method is in welfare/knapsack.h. Source of the rule: N. Talmon, P. Faliszewski, "A Framework
 * for Approval-Based Budgeting Methods", AAAI 2019.
 */
#ifndef ENGINE_RULES_MAX_WELFARE_H
#define ENGINE_RULES_MAX_WELFARE_H

#include "engine/rule.h"

extern const struct rule max_welfare_rule;

#endif
