/* exact.h - the state of a run of Exact Equal Shares: everyone gets the same money, and those who
 * buy a project pay the same for it, or nothing.
 *
 * Every voter holds the endowment b. A project c can be bought by k of its supporters when k of
 * them hold cost(c) / k each; k(c) is the largest such k. Repeatedly the project of least
 *     rho(c) = cost(c) / (k(c) · u(c))
 * is funded, u being what it is worth to a supporter (1, or its cost), and its k(c) buyers pay
 * cost(c) / k(c) each. Those are all the supporters who hold that much: had one more of them held it,
 * k + 1 would have held cost / (k + 1), which is less. Money only falls within a run, so k(c) only
 * falls and rho(c) only rises: what was once worked out is a bound ever after.
 *
 * Source: S. Kraiczy, I. Robinson, E. Elkind, "Streamlining Equal Shares", 2025 (arXiv 2502.11797),
 * whose add-opt it has; the rule is from D. Peters, G. Pierczyński, N. Shah, P. Skowron,
 * "Market-Based Explanations of Collective Decisions", AAAI 2021.
 *
 * A voter's money is the endowment minus what the payers of some rounds paid: no fraction is kept
 * for a voter, only those amounts (amounts.h). Beside it each group has its money as a double,
 * whose distance from the truth is bounded; where that leaves open who holds a price, exact numbers
 * decide.
 */
#ifndef ENGINE_RULES_EXACT_EXACT_H
#define ENGINE_RULES_EXACT_EXACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/rules/amounts.h"
#include "engine/rules/counting.h"

#define EXACT_NONE UINT32_MAX

/* An endowment, in minor units: the sum of cost / payers over its terms. */
struct exact_term {
  uint64_t cost;
  uint64_t payers; /* > 0 */
};

struct exact_endowment {
  size_t count;
  struct exact_term *terms; /* room for project_count + 1 */
};

/* How much more than it has each voter is thought to have. */
struct slack {
  bool without_end; /* or: */
  double about;     /* to one part in 2^48 */
  struct ratio exact;
};

/* Room for runs over one election; everything is in the counting's arena. */
struct exact {
  const struct counting *counting;
  const struct support *support;
  bool by_cost; /* utility is the cost: rho is 1 / k */

  /* The last run, which stays readable after it. */
  struct amounts amounts; /* the endowment, then what each payer of each round paid */
  uint32_t *round_of;     /* [project_count] or EXACT_NONE */
  uint32_t *bought;       /* [round_count] projects in order */
  uint64_t *payers;       /* [round_count] */
  size_t round_count;
  int64_t spent;
  bool *paid;    /* [marks of all ballots] whether the group paid for what the mark names */
  size_t now;    /* money is that before this round */
  double *money; /* [group_count] within `error` of the truth */
  double start, error;

  /* Scratch. */
  uint64_t *most;         /* [project_count] k(c) is at most this; 0: out of the run */
  bool *fresh;            /* [project_count] `most` is k(c) this round */
  uint32_t *tied;         /* [project_count] */
  uint64_t *coefficients; /* [project_count + 2] */
  struct natural sum, product;
  struct slack slack;
};

enum status exact_begin(struct exact *exact, const struct counting *counting,
                        struct fault *fault) CHECKED;

/* Runs from the start, up to the first purchase that is more than the budget: `spent` is then more.
 * With `books` (the counting of exact_begin) also records rounds and ties there, for the run that is
 * kept. Refuses numbers beyond NATURAL_LIMBS_MAX. */
enum status exact_run(struct exact *exact, const struct exact_endowment *endowment,
                      struct counting *books, struct fault *fault) CHECKED;

/* The least endowment above that of the last run at which a run buys something else, or in
 * another order, or has other payers; with `unfunded_only`, at which a project that was not funded
 * could be (add-opt, and its variant add-opt-skip). False when there is none. */
enum status exact_raise(struct exact *exact, bool unfunded_only, struct exact_endowment *next,
                        bool *found, struct fault *fault) CHECKED;

/* After the run that is kept: fills in the counting's results. */
enum status exact_explain(struct exact *exact, struct counting *books, struct fault *fault) CHECKED;

/* The parts, for those who follow a run. */

uint64_t exact_cost(const struct exact *exact, uint32_t project);

/* <0, 0 or >0: rho of `a` bought by `k_a` against rho of `b` bought by `k_b`. Free projects first. */
int exact_compare(const struct exact *exact, uint32_t a, uint64_t k_a, uint32_t b, uint64_t k_b);

/* The money of one voter of a group before round `now`, over the common denominator. */
void exact_money(struct exact *exact, uint32_t group, struct natural *money);

/* The same of all supporters of a project together. */
void exact_money_of_supporters(struct exact *exact, uint32_t project, struct natural *money);

/* Whether a voter of the group holds cost(project) / k; with slack: holds more than that less the
 * slack. */
bool exact_holds(struct exact *exact, uint32_t group, uint32_t project, uint64_t k,
                 const struct slack *slack);

/* The largest k of at most `most` for which k supporters hold cost(project) / k so; 0 if none. */
uint64_t exact_settle(struct exact *exact, uint32_t project, uint64_t most,
                      const struct slack *slack);

/* Room for the numbers of one round. */
enum status exact_reserve(struct exact *exact, struct fault *fault) CHECKED;

#endif
