/* spread.h - how many voters have how much of what is funded (guarantees.h). */
#ifndef ENGINE_GUARANTEES_SPREAD_H
#define ENGINE_GUARANTEES_SPREAD_H

#include "engine/guarantees/guarantees.h"
#include "engine/support.h"

/* Both utilities of each group: how many funded projects, and what they cost. */
enum status spread_find(const struct support *support, const uint64_t *counts,
                        const uint64_t *costs, struct arena *arena, struct spread *spread,
                        struct fault *fault) CHECKED;

#endif
