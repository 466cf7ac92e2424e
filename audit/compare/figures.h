/* figures.h - what an outcome is to its voters, in four numbers, so that rules can be compared.
 *
 * A voter approves a project that the ballot supports when it is read as an approval (support.h,
 * UTILITY_CARDINALITY), whatever the rule made of it. Blank ballots are voters too.
 */
#ifndef AUDIT_COMPARE_FIGURES_H
#define AUDIT_COMPARE_FIGURES_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"
#include "engine/support.h"

struct figures {
  uint64_t funded;   /* projects */
  int64_t spent;     /* minor units */
  uint64_t without;  /* voters who approve no funded project */
  uint64_t approved; /* funded projects that a voter approves, summed over all voters */
};

/* The figures of the projects `selected`. `support` is by UTILITY_CARDINALITY. */
enum status figures_of(const struct support *support, const uint32_t *selected, size_t count,
                       int64_t spent, struct arena *arena, struct figures *figures,
                       struct fault *fault) CHECKED;

/* part / whole in units of 1 / scale, to the nearest, halves up: 1 / 8 is 125 of 1000. For people: a
 * very large part and whole are halved together until nothing overflows. 0 where the whole is 0. */
uint64_t figures_ratio(uint64_t part, uint64_t whole, uint64_t scale);

#endif
