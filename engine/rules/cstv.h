/* cstv.h - cumulative support transfer voting: everybody divides an equal part of the budget among
 * projects, and what a project cannot use goes to the others of the same ballots.
 *
 * Every voter holds the budget / n and gives it to the projects of the ballot in proportion to the
 * points given (cstv/ledger.h); s(c) is what c is given in all. As long as some s(c) ≥ cost(c), the
 * best of these is funded: each supporter pays the part cost(c) / s(c) of what it gave, and the rest
 * goes to the other open projects of the ballot. Best is by the variant's last letter:
 *     EWT, MT     the largest excess s(c) - cost(c)
 *     EWTC, MTC   the largest s(c) / cost(c)
 *     EWTS, MTS   the largest s(c)
 * When none has its cost, by EWT… the worst is eliminated and what it was given goes to the others; in
 * the end the eliminated ones are funded that fit, the last eliminated first. By MT… those are set
 * aside whose supporters do not have the cost together, and of the others the best is funded:
 * its supporters give it more, all in the same ratio, as far as their money goes, until it has
 * its cost. In the end, the best of those set aside is funded if it fits, which uses up the money of its
 * supporters, and so on.
 *
 * Source: P. Skowron, A. Slinko, S. Szufa, N. Talmon, "Participatory Budgeting with Cumulative Votes",
 * 2020 (arXiv 2009.02690); EWTS, MTS and the use of money in the last step are pabutools'.
 */
#ifndef ENGINE_RULES_CSTV_H
#define ENGINE_RULES_CSTV_H

#include "engine/rule.h"

extern const struct rule cstv_rule;

#endif
