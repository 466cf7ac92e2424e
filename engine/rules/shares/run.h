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

/* The parts of a run, for those who follow it step by step. */

/* Gives everyone the endowment and buys what costs nothing. */
enum status shares_start(struct shares *shares, const struct endowment *endowment,
                         struct counting *books, struct fault *fault) CHECKED;

/* Takes up every project again that was not bought: bounds from before hold no longer when more
 * voters support it (`support` is another one). */
void shares_consider(struct shares *shares);

/* Finds the next project: `best` with its exact price, and in `tied` all `count` whose rho is the
 * same; 0 when the run is complete. */
enum status shares_next(struct shares *shares, size_t *count, struct fault *fault) CHECKED;

/* Buys the one of the `count` projects in `tied` that the tie list puts first. */
enum status shares_buy(struct shares *shares, size_t count, struct counting *books,
                       struct fault *fault) CHECKED;

#endif
