/* greedy.h - fund what is liked most, take what fits: what most cities do.
 *
 * Projects are sorted by merit, the largest first: `score`, the sum of utilities (for approvals
 * the number of votes), or `density`, that sum per cost. Going down the list, a project that fits
 * in what is left is funded; at one that does not, go on to the next (`skip`) or end (`stop`).
 * Comparisons are exact: cross-multiplied whole numbers.
 *
 * Source: N. Talmon, P. Faliszewski, "A Framework for Approval-Based Budgeting Methods", AAAI
 * 2019 (greedy by value, and by value per cost).
 */
#ifndef ENGINE_RULES_GREEDY_H
#define ENGINE_RULES_GREEDY_H

#include "engine/rules/counting.h"

extern const struct rule greedy_rule;

enum merit {
  MERIT_SCORE,     /* sum of utilities */
  MERIT_DENSITY,   /* sum of utilities per cost */
  MERIT_PUBLISHED, /* the score that cities publish (support.h), whatever the utility */
};

struct greedy_options {
  const char *stage; /* name of the rounds */
  enum merit merit;
  bool stop;             /* at the first that does not fit */
  int64_t threshold;     /* least score (support.h) to be eligible */
  bool one_per_category; /* at most one project of each category */
  bool fund_unsupported; /* projects without support come last instead of never */
  const uint32_t
      *group; /* [project_count] number of the exclusive group from 1, 0: none; or NULL */
};

/* Goes down the list of projects that are not funded yet with what is left of the budget. Gives
 * every project that stays unfunded its reason. */
enum status greedy_fill(struct counting *counting, const struct greedy_options *options,
                        struct fault *fault) CHECKED;

#endif
