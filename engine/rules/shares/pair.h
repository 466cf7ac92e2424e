/* pair.h - whether two endowments, and every one between them, buy the same.
 *
 * As long as the same projects are bought in the same order and the same supporters pay in full,
 * all money and all prices of a run are linear functions of the endowment. So what holds at two
 * endowments for linear functions holds between them: it is enough to follow two runs side by
 * side. Of each project that is not next, one and the same split of its supporters must prove at
 * both ends that it is not; splits give lower bounds of its price that are linear too (bound.h).
 * Where doubles cannot tell, exact prices say whether it is later at both ends, or tied at both: then
 * it is tied between them too, and the tie list decides alike. What cannot be proven so counts as
 * different: a caller then makes the runs between.
 */
#ifndef ENGINE_RULES_SHARES_PAIR_H
#define ENGINE_RULES_SHARES_PAIR_H

#include "engine/rules/shares/shares.h"

/* Lower bounds of one project's rho at both ends, from the same split. */
struct pair_bound {
  double low, high; /* infinite: its supporters cannot pay, at either end */
};

struct pair {
  struct shares low, high;
  struct pair_bound *bounds; /* [project_count] */
};

enum status pair_begin(struct pair *pair, const struct counting *counting,
                       struct fault *fault) CHECKED;

/* Follows the runs of two endowments, the lower one first; `same` says whether they and all
 * between them buy the same projects in the same order. */
enum status pair_compare(struct pair *pair, const struct endowment *low,
                         const struct endowment *high, bool *same, struct fault *fault) CHECKED;

#endif
