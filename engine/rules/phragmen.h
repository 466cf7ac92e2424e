/* phragmen.h - Phragmén's sequential rule: whoever gets a project carries a part of its cost, and the
 * next project is the one that leaves the heaviest of its supporters least loaded.
 *
 * Every voter has a load, 0 at first. With k supporters of project c whose loads sum to L,
 * s(c) = (cost(c) + L) / k  is the load that all of them have if c is funded and they share its
 * cost so as to end up equal. Repeatedly the project of least s is funded, and the load of each of
 * its supporters becomes s. Seen otherwise: everybody earns one unit of money in each unit of time,
 * and a project is bought at the moment, s, when its supporters hold its cost.
 *
 * Source: M. Brill, R. Freeman, S. Janson, M. Lackner, "Phragmén's Voting Methods and Justified
 * Representation", AAAI 2017 (seq-Phragmén); for costs and a budget: M. Los,
 * Z. Christoff, D. Grossi, "Proportional Budget Allocations: Towards a Systematization", IJCAI
 * 2022. As a completion of Equal Shares: Peters, Pierczyński, Skowron, NeurIPS 2021.
 *
 * Why s never falls, so that what was once worked out is a lower bound ever after: suppose that no
 * load is above the last s, and that every s(c) is at least that. Then a purchase raises loads or
 * leaves them, never lowers them; so it raises every s(c) or leaves it, and no load is above the
 * new s. With loads of 0 this holds at first. It holds with the payments of Equal Shares as loads,
 * when that has ended with the endowment b: nobody paid more than b, and as the supporters of c
 * could not pay its cost, k · b - L < cost(c), which is s(c) > b.
 */
#ifndef ENGINE_RULES_PHRAGMEN_H
#define ENGINE_RULES_PHRAGMEN_H

#include "engine/rules/counting.h"

struct shares;

extern const struct rule phragmen_rule;

struct phragmen_options {
  bool stop;                 /* as soon as one of those whose turn it is does not fit */
  bool fund_unsupported;     /* projects without support come last instead of never */
  const struct shares *paid; /* a run of Equal Shares that ended: its payments are the loads at
                                first; or NULL */
};

/* Goes on with what is left of the budget, in rounds of stage `phragmen`. Gives every project that
 * stays unfunded its reason. */
enum status phragmen_fill(struct counting *counting, const struct phragmen_options *options,
                          struct fault *fault) CHECKED;

#endif
