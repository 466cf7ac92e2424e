/* fraction.h - numbers of a run of Equal Shares as text and as whole amounts.
 *
 * The run's common denominator is a product of known small factors, so lowest terms need only the
 * greatest common divisor of a number and a small factor, never of two long numbers. The numbers
 * given are used up.
 */
#ifndef ENGINE_RULES_SHARES_FRACTION_H
#define ENGINE_RULES_SHARES_FRACTION_H

#include "engine/rules/shares/shares.h"

/* Writes `numerator` / (common denominator · factor · other), both > 0, in lowest terms: "n/d". */
enum status fraction_write(struct shares *shares, struct natural *numerator, uint64_t factor,
                           uint64_t other, struct span *text, struct fault *fault) CHECKED;

/* Writes factor · common denominator / `divisor`, both > 0, in lowest terms. */
enum status fraction_write_inverse(struct shares *shares, struct natural *divisor, uint64_t factor,
                                   struct span *text, struct fault *fault) CHECKED;

/* Writes two numbers that have nothing in common. */
enum status fraction_write_terms(struct shares *shares, struct natural *numerator,
                                 struct natural *denominator, struct span *text,
                                 struct fault *fault) CHECKED;

/* An amount over the common denominator rounded down to minor units, at most MONEY_MAX. */
int64_t fraction_whole(struct shares *shares, struct natural *amount);

#endif
