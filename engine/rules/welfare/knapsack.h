/* knapsack.h - of all sets of things that a sum of money can buy the most useful, exactly.
 *
 * Things are sorted by utility per cost. Taking them in that order until one, the *break*, does not
 * fit gives a set that is close to the best one; the things that the best set has besides, or has
 * not, are nearly all close to the break in that order. So the search begins with that set and goes
 * outwards from the break, to things beyond it, which may be added, and before it, which may be
 * taken out, and keeps a list of what came of it: partial sets, by cost, each better than all
 * that cost less.
 *
 * A partial set is left out when a bound says that nothing that could still be done makes it as good
 * as the best set so far: money that is left buys at most what the next thing beyond gives for it,
 * and money that is owed costs at least what the last thing before gave for it (the fractional
 * knapsack). The same bound says of most things at once that every set of the greatest utility has
 * them, or that none has.
 *
 * Sets of equal utility are compared as the tie list has it: the one that has the first thing of the
 * list on which they differ goes first. That order is kept when the same thing is added to both sets
 * or taken from both, so a partial set that is dearer and not better is never needed.
 *
 * The method is that of D. Pisinger, "A Minimal Algorithm for the 0-1 Knapsack Problem", Operations
 * Research 45(5), 1997; the order among equal sets is our own.
 */
#ifndef ENGINE_RULES_WELFARE_KNAPSACK_H
#define ENGINE_RULES_WELFARE_KNAPSACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/wide.h"

struct knapsack_thing {
  uint32_t project;    /* the caller's */
  uint32_t place;      /* in the tie list, all different */
  uint64_t cost;       /* 1 to the capacity */
  struct wide utility; /* > 0; of all together less than 2^100 */
  uint64_t gain, per;  /* utility / cost = gain / per; gain < 2^62, 0 < per < 2^54 */
  bool in_first;       /* found: whether the first of the best sets has it */
  bool in_last;        /* and the last of them, as the tie list has it */
};

/* What a search may take before it is refused, so that any search ends, and where is the same on every
 * machine. A partial set takes three words of 64 bits, and one for each 64 things (or part of 64)
 * of which the bound does not say at once whether the best set has them. */
#define KNAPSACK_WORDS_MAX ((size_t)1 << 23)

enum {
  KNAPSACK_LISTS_MAX = 1024, /* full lists that all lists together may come to */
};

/* Finds the first and the last of the sets of greatest utility among those that cost at most
 * `capacity` < 2^54. The things, at least one, stand by utility per cost, the greatest first. Refuses
 * a search that needs a list of partial sets of more than `words_max` words, or lists of more than
 * KNAPSACK_LISTS_MAX times as many in all. */
enum status knapsack_solve(struct knapsack_thing *things, size_t count, uint64_t capacity,
                           size_t words_max, struct arena *arena, struct fault *fault) CHECKED;

#endif
