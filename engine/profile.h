/* profile.h - all ballots that count, equal ones together.
 *
 * Rules see voters only as a profile: groups of equal ballots with how many voters cast each.
 * 7 million real ballots are 1.7 million different ones. Neither the order of ballots nor whether
 * they are grouped may change an outcome; property tests hold the rules to that.
 *
 * Ballots are added one by one; the marks of all lie in two arrays, nothing is allocated for each.
 */
#ifndef ENGINE_PROFILE_H
#define ENGINE_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"
#include "engine/choice.h"

enum {
  PROFILE_VOTERS_MAX = 1 << 30,
};

struct profile {
  size_t project_count;
  enum ballot_kind kind;
  uint64_t voters;   /* every ballot, blank ones too */
  uint64_t blank;    /* blank ones among them */
  uint64_t distinct; /* different ballots, the blank one included if it was cast */
  size_t group_count;
  const uint32_t *multiplicity; /* [group_count] voters of each group */
  const size_t *start;          /* [group_count + 1] marks of group g: start[g] to start[g + 1] */
  const uint32_t *project;      /* [start[group_count]], ascending within a group */
  const int32_t *value;         /* as struct mark's; NULL when every value is 1 */
};

/* Opaque to its users; all in `arena`. */
struct profile_builder {
  struct arena *arena;
  struct profile profile;
  bool group_equal;
  size_t group_capacity, mark_capacity;
  uint32_t *multiplicity;
  size_t *start;
  uint32_t *project;
  int32_t *value;
  uint64_t *hash;  /* of each group's marks */
  uint32_t *slots; /* group + 1, 0: free */
  size_t mask;
};

/* `group_equal` false keeps each ballot a group of its own, in the order in which they are added;
 * `distinct` is counted all the same. */
enum status profile_begin(struct profile_builder *builder, struct arena *arena,
                          const struct election *election, bool group_equal,
                          struct fault *fault) CHECKED;

/* Adds a choice `times` times (usually once). */
enum status profile_add(struct profile_builder *builder, const struct choice *choice,
                        uint32_t times, struct fault *fault) CHECKED;

/* The profile, in the builder's arena; the builder is done with. */
struct profile profile_end(struct profile_builder *builder);

#endif
