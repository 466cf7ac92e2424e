/* plan.h - what voters will do, drawn from a seed: who votes when, who changes their mind, whose
 * device sends twice.
 */
#ifndef API_REPLAY_PLAN_H
#define API_REPLAY_PLAN_H

#include <stddef.h>
#include <stdint.h>

#include "api/replay/receipts.h"
#include "base/arena.h"
#include "base/fault.h"

/* How often a line is sent. */
enum sending {
  SENT_ONCE,
  SENT_AGAIN,  /* once more after the answer */
  SENT_AT_ONCE /* twice at the same time, on two connections */
};

#define CAST_NONE UINT32_MAX

/* A ballot. */
struct cast {
  uint32_t voter;
  uint32_t choice;  /* of which voter; as many as there are voters: a blank one */
  uint32_t earlier; /* the cast that this one replaces, or CAST_NONE */
  uint32_t later;   /* the one that replaces it, or CAST_NONE */
  enum sending sending;
  /* casting.c's. */
  struct span line;         /* when it was signed before the vote; else empty */
  unsigned answers;         /* what came of it */
  struct receipt_note note; /* of the first answer */
};

/* A sending of a cast: the first, or the second. */
struct sending_job {
  uint32_t cast;
  uint32_t copy;
};

struct plan {
  size_t cast_count;
  struct cast *casts;
  size_t job_count; /* of `jobs`: those of SENT_AGAIN come when the first was answered */
  struct sending_job *jobs;
};

struct plan_odds {
  unsigned revote; /* percent of voters who first cast another ballot */
  unsigned twice;  /* percent of ballots that are sent twice */
  uint64_t seed;
};

/* In `arena`. The same odds give the same plan. */
enum status plan_make(size_t voters, const struct plan_odds *odds, struct arena *arena,
                      struct plan *plan, struct fault *fault) CHECKED;

#endif
