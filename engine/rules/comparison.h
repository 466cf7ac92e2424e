/* comparison.h - which of two selections more voters prefer: the completion that cities announce
 * as a promise that nobody is worse off on average than under the rule they knew.
 *
 * A voter prefers the selection with the larger sum of utilities; one with no funded project has
 * 0. Ties of a voter count for neither.
 */
#ifndef ENGINE_RULES_COMPARISON_H
#define ENGINE_RULES_COMPARISON_H

#include "engine/rules/counting.h"

struct preference {
  uint64_t first;  /* voters who prefer the first selection */
  uint64_t second; /* voters who prefer the second */
};

/* `first` and `second` say of each project whether it is funded. */
struct preference comparison_count(const struct support *support, const bool *first,
                                   const bool *second);

#endif
