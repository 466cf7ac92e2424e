/* run.h - a run of the Method of Equal Shares from a given endowment.
 */
#ifndef ENGINE_RULES_SHARES_RUN_H
#define ENGINE_RULES_SHARES_RUN_H

#include "engine/rules/shares/shares.h"

/* How a run ended. */
enum run_end {
  RUN_COMPLETE,  /* nothing left that its supporters can pay for */
  RUN_OVERSPENT, /* bought more than the budget: stopped there */
};

/* Runs from the start. With `books` (the counting of shares_begin) also records rounds and ties
 * there, for the run that is kept. Refuses numbers beyond NATURAL_LIMBS_MAX. */
enum status shares_run(struct shares *shares, const struct endowment *endowment,
                       struct counting *books, enum run_end *end, struct fault *fault) CHECKED;

#endif
