/* comparison.h - the projects that we found funded against those that a file says were.
 */
#ifndef AUDIT_COMPARISON_H
#define AUDIT_COMPARISON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"
#include "engine/outcome.h"
#include "engine/pabulib.h"

/* Both lists in the order of the file. Only `selected` = 1 counts as published: 2 and 3 were not
 * funded by the rule. */
struct comparison {
  size_t missing_count;
  const uint32_t *missing; /* published, but not funded by us */
  size_t extra_count;
  const uint32_t *extra; /* funded by us, but not published */
};

/* Refuses a file that does not say what was funded. */
enum status comparison_make(const struct pabulib *file, const struct outcome *outcome,
                            struct arena *arena, struct comparison *comparison,
                            struct fault *fault) CHECKED;

bool comparison_agrees(const struct comparison *comparison);

#endif
