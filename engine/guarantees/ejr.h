/* ejr.h - EJR+ up to one project: groups whose share would have bought them more (guarantees.h). */
#ifndef ENGINE_GUARANTEES_EJR_H
#define ENGINE_GUARANTEES_EJR_H

#include "engine/guarantees/guarantees.h"
#include "engine/support.h"

/* What one more project of cost c is to a voter with utility u: the share that it takes. */
enum measure {
  MEASURE_CARDINALITY, /* (u + 1) · c */
  MEASURE_COST,        /* u + c */
};

/* `utilities` has those of each group, at most MONEY_MAX. */
enum status ejr_find(const struct election *election, const struct support *support,
                     const bool *funded, const uint64_t *utilities, enum measure measure,
                     struct arena *arena, struct ejr *ejr, struct fault *fault) CHECKED;

#endif
