/* support.h - who supports what and how much: a profile read from the projects' side.
 *
 * Rules that share money among voters see a ballot as utilities u_i(c) ≥ 0. Here
 * u_i(c) = scale[c] · weight, with weight a small whole number of the group's and scale a whole
 * number of the project's (its cost when utility is `cost`, 1 otherwise), so that what
 * distinguishes voters of a project is small and what distinguishes projects is apart.
 */
#ifndef ENGINE_SUPPORT_H
#define ENGINE_SUPPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/span.h"
#include "engine/election.h"
#include "engine/profile.h"

enum utility {
  UTILITY_CARDINALITY, /* 1 if supported */
  UTILITY_COST,        /* the project's cost if supported */
  UTILITY_POINTS,      /* the points (or score) given */
  UTILITY_BORDA,       /* of a ranking of L projects: L - place, places from 0, the last 1 point */
  UTILITY_BORDA_ZERO,  /* L - place - 1, the last 0 points and thus no support */
  UTILITY_BORDA_MAX,   /* longest ranking allowed, or cast where no limit is set, - place */
};

/* "cardinality", "cost", "points", "borda", "borda-zero", "borda-max". */
const char *utility_name(enum utility utility);
bool utility_of(struct span name, enum utility *utility) CHECKED;

/* What ballots of a kind are read as unless the rule is told otherwise: rankings as borda; points,
 * scores and splits as points; approvals and answers as cardinality. */
enum utility utility_default(enum ballot_kind kind);

/* Refuses a utility that ballots of an election cannot have, and borda-max where they allow more
 * ranks than MARK_VALUE_MAX. */
enum status utility_check(enum utility utility, const struct election *election,
                          struct fault *fault) CHECKED;

/* One group of voters that supports a project. */
struct supporter {
  uint32_t group;
  uint32_t weight; /* > 0 */
};

struct support {
  size_t project_count;
  size_t group_count;
  uint64_t voters;
  const uint32_t *multiplicity; /* [group_count], the profile's */

  const uint64_t *votes;  /* [project_count] voters who support it: with a weight > 0 */
  const int64_t *score;   /* [project_count] votes for approvals, sum of the points or scores given,
                             Borda points (as UTILITY_BORDA) for rankings: what a city publishes */
  const uint64_t *scale;  /* [project_count]; 0 for a project at no cost when utility is `cost`:
                             rules fund it first if it has support and never divide by its cost */
  const uint64_t *weight; /* [project_count] sum of weights over voters */

  const size_t *start;                /* [project_count + 1] */
  const struct supporter *supporters; /* of project c: start[c] to start[c + 1], by group */

  const size_t *ballot_start; /* [group_count + 1] */
  const struct mark *ballot;  /* the same from the groups' side: project and weight (as value) */
};

/* Makes the table in `arena`. Refuses what utility_check does: so weights are at most MARK_VALUE_MAX
 * and their sums over voters fit 62 bits. By `points` an explicit 0 is no support, and a negative score
 * neither, but `score` counts it. By `cardinality` and `cost` a ballot is read as approval of what
 * it names: a project named with 0 points, which .pb files have, is supported; one with a score of
 * 0 or less is not. */
enum status support_make(const struct election *election, const struct profile *profile,
                         enum utility utility, struct arena *arena, struct support *support,
                         struct fault *fault) CHECKED;

#endif
