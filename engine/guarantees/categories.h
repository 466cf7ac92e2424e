/* categories.h - what each category got, and what was asked of it (guarantees.h). */
#ifndef ENGINE_GUARANTEES_CATEGORIES_H
#define ENGINE_GUARANTEES_CATEGORIES_H

#include "engine/guarantees/guarantees.h"
#include "engine/support.h"

/* Fills in the categories and their count. */
enum status categories_find(const struct election *election, const struct support *support,
                            const bool *funded, struct arena *arena, struct guarantees *guarantees,
                            struct fault *fault) CHECKED;

#endif
