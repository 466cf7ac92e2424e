/* totals.h - what a city publishes of each project: the ballots that name it and its score.
 */
#ifndef ENGINE_PABULIB_TOTALS_H
#define ENGINE_PABULIB_TOTALS_H

#include <stdint.h>

#include "base/arena.h"
#include "engine/choice.h"

struct totals {
  enum ballot_kind kind;
  int64_t *votes; /* [project_count] ballots that name it, with 0 points too */
  int64_t *score; /* [project_count] votes; points or scores given; Borda points of rankings, the
                     last of a ranking having 1 */
};

/* All zero, in `arena`. */
enum status totals_begin(struct totals *totals, const struct election *election,
                         struct arena *arena, struct fault *fault) CHECKED;

/* Counts a choice that `times` voters made. */
void totals_add(struct totals *totals, const struct choice *choice, uint32_t times);

#endif
