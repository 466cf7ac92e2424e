/* add1.h - giving everyone a little more until the money is used: the completion that cities use.
 *
 * Equal Shares leaves money unspent. Add1 raises every voter's endowment by one unit and runs
 * again from the start, until a run would overspend the budget; the run before that one is kept.
 * Feasibility is not monotone in the endowment, so "the first run that overspends" is part of the
 * definition. Always ends when every supported project is funded.
 *
 * Source: G. Pierczyński, P. Skowron, D. Peters, equalshares.net, "Completion of the method".
 */
#ifndef ENGINE_RULES_ADD1_H
#define ENGINE_RULES_ADD1_H

#include "engine/rules/shares/shares.h"

struct add1_options {
  bool exact_start;      /* first run from budget / voters; else from that rounded down to whole
                            currency units */
  bool until_exhaustive; /* also end as soon as nothing unfunded fits in what is left */
  int64_t unit;          /* minor units of each step, or 0: */
  int64_t percent;       /* each step shares out this many hundredths of the budget */
  bool peer_all;         /* exhaustive counts projects that nobody supports too */
  bool peer_all_fit;     /* when all projects together fit in the budget, one run is enough */
};

struct add1_result {
  struct endowment endowment; /* of the run to keep */
  uint64_t steps;             /* raises tried */
  const char *stopped;        /* "overspend", "exhaustive", "all-funded" or, by
                                 peer_all_fit, "all-fit" */
};

/* The endowment of step `step`, 0 the start. */
struct endowment add1_endowment(const struct counting *counting, const struct add1_options *options,
                                uint64_t step);

/* Looks for the run to keep. */
enum status add1_search(struct shares *shares, const struct add1_options *options,
                        struct add1_result *result, struct fault *fault) CHECKED;

#endif
