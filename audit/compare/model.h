/* model.h - elections that nobody held, made from a seed, to try rules on before choosing one.
 *
 *   impartial   Nobody has anything in common with anybody: every voter approves every project
 *               with the same chance.
 *   euclidean   Projects and voters are points, evenly over a square; a voter approves the projects
 *               nearest to home. How many is drawn as above, so ballots are as long as those of
 *               `impartial`, and only what is on them differs.
 *   resample    The projects and the money of a real election; each voter casts again one of its
 *               ballots, any with the same chance.
 *
 * Everything is drawn with dice (dice.h), by whole numbers, in this order; so a seed and a number
 * make the same election everywhere.
 *
 *   impartial   each project: cost = least + below(most - least + 1).
 *               each voter: for each project, approved if below(100) < approve.
 *   euclidean   the costs, as above. each project: x = below(65536), y = below(65536).
 *               each voter: x and y; then, for each project, below(100): as many as are < approve are
 *               approved, the nearest; of equally near ones that which is listed first.
 *   resample    each voter: the ballot below(ballots) of the file, counted from 0.
 */
#ifndef AUDIT_COMPARE_MODEL_H
#define AUDIT_COMPARE_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/compare/dice.h"
#include "base/arena.h"
#include "base/fault.h"
#include "base/span.h"
#include "engine/pabulib.h"

enum {
  MODEL_VOTERS_MAX = 1000000,
  MODEL_PROJECTS_MAX = 1000,
  MODEL_SQUARE = 65536, /* points along each side */
};

enum model {
  MODEL_IMPARTIAL,
  MODEL_EUCLIDEAN,
  MODEL_RESAMPLE,
  MODEL_COUNT,
};

const char *model_name(enum model model);
bool model_of(struct span name, enum model *model) CHECKED;

struct recipe {
  enum model model;
  uint64_t seed; /* at most 2^53-1 */
  size_t voters;
  /* not for resample */
  size_t projects;
  int64_t budget;
  int64_t least_cost, most_cost;
  unsigned approve; /* percent */
  /* resample only: read with keep_equal_apart */
  const struct pabulib *file;
};

/* Makes election `number` of those of a recipe, in `arena`; of a resampled one texts stay where the
 * file has them. `dice` are left as they are after the last draw. Refuses to resample no ballots. */
enum status model_make(const struct recipe *recipe, uint64_t number, struct arena *arena,
                       struct dice *dice, struct pabulib *made, struct fault *fault) CHECKED;

#endif
