/* bound.h - what doubles can prove about the next project of a run of Equal Shares.
 *
 * Any split of a project's supporters into those who pay in full and those who give all they have
 * gives a lower bound of its price: (cost - what the latter give) / weight of the former. So a
 * bound stays true however rough the doubles are, as long as what they sum is rounded against us.
 */
#ifndef ENGINE_RULES_SHARES_BOUND_H
#define ENGINE_RULES_SHARES_BOUND_H

#include "engine/rules/shares/shares.h"

/* Most that a sum of purses is off: `terms` groups with `voters` voters, summed to `sum`. */
double bound_sum_error(const struct shares *shares, uint64_t voters, uint64_t terms, double sum);

/* Raises `lower` of a project by passes over its supporters while it is not more than `enough` and
 * passes still raise it; to infinity when they cannot pay. Makes the project fresh. */
void bound_raise(struct shares *shares, uint32_t project, double enough);

#endif
