/* contest.h - one election counted by several rules.
 */
#ifndef AUDIT_COMPARE_CONTEST_H
#define AUDIT_COMPARE_CONTEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/compare/contender.h"
#include "audit/compare/figures.h"
#include "ballots/digest.h"
#include "base/arena.h"
#include "base/fault.h"
#include "engine/election.h"
#include "engine/outcome.h"
#include "engine/pabulib.h"
#include "engine/profile.h"
#include "engine/rule.h"
#include "engine/support.h"

/* What the rules are tried on. */
struct ground {
  const struct election *election;
  const struct profile *profile;
  struct digest id;                /* the election's: the manifest's, or of election_write */
  const struct pabulib *file;      /* a .pb file; or NULL */
  const struct settings *manifest; /* a board; or NULL */
  const struct outcome *counted;   /* a board: by its manifest, with its lots */
  const uint8_t *seed;             /* of the draw, or NULL */
  const struct progress *progress; /* or NULL */
};

/* How one rule did. */
struct standing {
  struct settings settings;
  size_t selected_count;
  const uint32_t *selected; /* in order of funding */
  struct figures figures;
  struct digest result; /* that of `beffroi-audit tally` */
};

struct contest {
  struct support support; /* by UTILITY_CARDINALITY */
  bool drawn;             /* a rule that was counted breaks ties by the draw */
  size_t count;
  struct standing standings[CONTENDERS_MAX]; /* in the order of the contenders */
};

/* The id of an election that has no manifest. */
enum status contest_id(const struct election *election, struct digest *id,
                       struct fault *fault) CHECKED;

/* Counts by every contender. What is kept is in `arena`; what one count needs is given back before
 * the next. Refuses a draw without a seed. */
enum status contest_run(const struct contenders *contenders, const struct ground *ground,
                        struct arena *arena, struct contest *contest, struct fault *fault) CHECKED;

#endif
