/* shares.h - one run of the Method of Equal Shares: everyone gets the same money, and supporters
 * buy what costs each of them least.
 *
 * Every voter holds the endowment b. Repeatedly, the project c of least rho is funded, where rho
 * is the number with  sum over supporters i of min(b_i, rho · u_i(c)) = cost(c);  supporters pay
 * min(b_i, rho · u_i(c)); the run ends when no project can be paid for by its supporters. Here
 * rho = price / scale(c) and a supporter of weight k pays price · k in full, or all it has.
 *
 * Source: D. Peters, G. Pierczyński, P. Skowron, "Proportional Participatory Budgeting with
 * Additive Utilities", NeurIPS 2021 (definition 3 and the proof that rho never falls).
 *
 * How it is exact and fast. A voter who was never out of money holds b minus the full prices of
 * the funded projects on the ballot: whole-number multiples of few numbers, the prices. So no
 * fraction is kept for any voter, only the prices, over one common denominator; a sum over
 * thousands of voters is a sum of small whole numbers and then one product for each price. Beside
 * it each group has its money as a double, whose distance from the truth is bounded. Doubles
 * only say which projects cannot be next: any split of the supporters into those who pay in full
 * and those who give all gives a lower bound for the price, (cost - what those give)/weight of
 * the others, so it is enough to round one sum downward. What a bound leaves open is decided by
 * exact numbers.
 */
#ifndef ENGINE_RULES_SHARES_H
#define ENGINE_RULES_SHARES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/natural.h"
#include "engine/rules/counting.h"

/* What each voter starts with, in minor units. */
struct endowment {
  struct wide numerator;
  uint64_t denominator;
};

#define ROUND_NONE UINT32_MAX

/* A group of voters: what each of them has left. */
struct purse {
  double money;          /* within `shares.error` of the truth; exactly 0 when out of money */
  uint32_t multiplicity; /* voters */
  uint32_t out_in;       /* the round in which they ran out of money, or ROUND_NONE */
};

/* How a supporter stands to a price. */
enum stand {
  STAND_FULL,  /* pays price · weight and keeps something */
  STAND_LEVEL, /* pays price · weight, which is all there is */
  STAND_ALL,   /* gives all it has, which is less */
  STAND_OUT,   /* has nothing */
};

/* A price that was worked out exactly: numerator / (denominator of all · weight). */
struct price {
  uint32_t project;
  struct natural numerator;
  uint64_t weight; /* of those who pay in full */
};

/* Room for runs over one election; everything is in the counting's arena. */
struct shares {
  const struct counting *counting;
  const struct support *support;

  /* The state of a run, which stays readable after it. */
  struct purse *purses; /* [group_count] */
  uint32_t *round_of;   /* [project_count] or ROUND_NONE */
  uint32_t *bought;     /* [round_count] projects in order */
  size_t round_count;
  int64_t spent;
  struct natural endowment;   /* numerator over `denominator` */
  struct natural *prices;     /* [round_count] numerators over `denominator` */
  struct natural denominator; /* the product of: */
  uint64_t *factors;          /* [factor_count] each > 1 */
  size_t factor_count;

  /* Doubles that are bounds. */
  double start;  /* the endowment, to one part in 2^50 */
  double error;  /* most that any purse's money is off */
  double *lower; /* [project_count] rho is at least this; infinite: out of the run */
  double *price; /* [project_count] the price looked for is about this or more */
  bool *fresh;   /* [project_count] `lower` was raised as far as doubles can, this round */

  /* Scratch. */
  uint8_t *stands;        /* [most supporters of a project] enum stand */
  uint32_t stands_of;     /* the project whose exact price they were found for last */
  uint64_t *coefficients; /* [project_count] */
  uint32_t *tied;         /* [project_count] */
  size_t room;            /* limbs of every number here */
  struct price best, trial;
  struct natural sum, taken, left_side, right_side, spare; /* spare: for quotients */
};

/* How a run ended. */
enum run_end {
  RUN_COMPLETE,  /* nothing left that its supporters can pay for */
  RUN_OVERSPENT, /* bought more than the budget: stopped there */
};

enum status shares_begin(struct shares *shares, const struct counting *counting,
                         struct fault *fault) CHECKED;

/* Runs from the start. With `books` (the counting of shares_begin) also records rounds and ties
 * there, for the run that is kept. Refuses numbers beyond NATURAL_LIMBS_MAX. */
enum status shares_run(struct shares *shares, const struct endowment *endowment,
                       struct counting *books, enum run_end *end, struct fault *fault) CHECKED;

/* For shares_report.c: the money of some voters together, over the common denominator:
 * `voters` · endowment - sum of coefficients[r] · prices[r]. The coefficients are left all 0. */
void shares_money(struct shares *shares, uint64_t voters, struct natural *sum);

/* Adds a group that never ran out of money to `voters` and the coefficients. */
void shares_add_group(struct shares *shares, uint32_t group, uint64_t *voters);

/* How the supporters of `price->project` stand to a price, into `stands`; returns how many changed
 * between giving all and paying in full. */
size_t shares_stand(struct shares *shares, const struct price *price);

/* --- shares_report.c --- */

/* Writes `numerator` / (product of the run's factors and of two more, > 0) in lowest terms as
 * "n/d". The numerator is used up. */
enum status shares_fraction(struct shares *shares, struct natural *numerator, uint64_t factor,
                            uint64_t other, struct span *text, struct fault *fault) CHECKED;

/* After the run that is kept: what happened to each project, into the counting's results. */
enum status shares_explain(struct shares *shares, struct counting *books,
                           struct fault *fault) CHECKED;

#endif
