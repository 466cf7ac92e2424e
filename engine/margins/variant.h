/* variant.h - the same ballots with one thing changed (margins.h).
 *
 * Grouping is as it comes: equal ballots may be in two groups, which changes no outcome. The numbers
 * of blank and of distinct ballots stay those of the original.
 */
#ifndef ENGINE_MARGINS_VARIANT_H
#define ENGINE_MARGINS_VARIANT_H

#include "base/arena.h"
#include "base/fault.h"
#include "engine/profile.h"

/* The groups whose ballots name `project`, in the order in which its supporters leave it. */
struct leavers {
  uint32_t project;
  size_t count;
  const uint32_t *groups;
  uint64_t voters;
};

/* Lists those who support it: on a ballot of scores with a score above 0. */
enum status variant_leavers(const struct profile *profile, uint32_t project, struct arena *arena,
                            struct leavers *leavers, struct fault *fault) CHECKED;

/* Without the project on the ballots of the first `voters` of them. */
enum status variant_leave(const struct profile *profile, const struct leavers *leavers,
                          uint64_t voters, struct arena *arena, struct profile *variant,
                          struct fault *fault) CHECKED;

/* Without the project on any ballot. */
enum status variant_without(const struct profile *profile, uint32_t project, struct arena *arena,
                            struct profile *variant, struct fault *fault) CHECKED;

/* With `voters` more for the project alone; all voters are at most PROFILE_VOTERS_MAX. */
enum status variant_join(const struct profile *profile, uint32_t project, uint32_t voters,
                         struct arena *arena, struct profile *variant, struct fault *fault) CHECKED;

#endif
