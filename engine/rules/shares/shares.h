/* shares.h - the state of a run of the Method of Equal Shares: everyone gets the same money, and
 * supporters buy what costs each of them least.
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
 *
 * price.h works out exact prices, bound.h bounds them by doubles, run.h makes a run of both,
 * fraction.h writes its numbers and report.h says what became of everyone's money.
 */
#ifndef ENGINE_RULES_SHARES_SHARES_H
#define ENGINE_RULES_SHARES_SHARES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/natural.h"
#include "engine/rules/counting.h"

/* One part in 2^50 covers a few roundings of a double, whatever precision they are done in; sums
 * of many terms have their own bound. */
#define PART_2_48 0x1p-48
#define PART_2_50 0x1p-50
#define PART_2_52 0x1p-52

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
  uint64_t *coefficients; /* [project_count + 1] the last: of what was not bought */
  uint32_t *tied;         /* [project_count] */
  size_t room;            /* limbs of every number here */
  struct price best, trial;
  struct natural sum, taken, left_side, right_side, spare; /* spare: for quotients */
};

enum status shares_begin(struct shares *shares, const struct counting *counting,
                         struct fault *fault) CHECKED;

/* Makes room for one round: within it numbers grow so little that nothing in it can fail. Refuses
 * numbers beyond NATURAL_LIMBS_MAX. */
enum status shares_reserve(struct shares *shares, struct fault *fault) CHECKED;

/* Of a project, in minor units. */
uint64_t shares_cost(const struct shares *shares, uint32_t project);

#endif
