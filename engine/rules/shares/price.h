/* price.h - exact prices of a run of Equal Shares.
 *
 * A price is a fraction over the run's common denominator; sums of many voters' money are made of
 * whole multiples of the endowment and of the prices paid so far.
 */
#ifndef ENGINE_RULES_SHARES_PRICE_H
#define ENGINE_RULES_SHARES_PRICE_H

#include "engine/rules/shares/shares.h"

/* Adds a group that never ran out of money to `voters` and to the run's coefficients. */
void price_add_group(struct shares *shares, uint32_t group, uint64_t *voters);

/* The money of the voters added since the coefficients were last 0, over the common denominator:
 * `voters` · endowment - sum of coefficients[r] · prices[r]. Leaves the coefficients 0. */
void price_money(struct shares *shares, uint64_t voters, struct natural *sum);

/* How the supporters of `price->project` stand to a price, into `stands`; returns how many changed
 * between giving all and paying in full. */
size_t price_stand(struct shares *shares, const struct price *price);

/* Works out the exact price of `price->project`; false when its supporters cannot pay it. `stands`
 * then says how they stand to it.
 *
 * This is Newton's method on a concave, piecewise linear function: after the first step prices
 * only rise, and each step either moves a supporter to those who give all or is the last. */
bool price_find(struct shares *shares, struct price *price);

/* <0, 0 or >0: rho of `a` against rho of `b`. */
int price_compare_rho(struct shares *shares, const struct price *a, const struct price *b);

/* To one part in 2^49. */
double price_as_double(struct shares *shares, const struct price *price);

#endif
