/* outcome.h - what a count found, with everything needed to explain and to repeat it.
 *
 * An outcome is written as canonical JSON; the SHA-256 of those bytes is "the result" that an
 * election publishes and that everyone recomputes. So nothing here may depend on the order of the
 * ballots, on how they were grouped, or on the machine.
 */
#ifndef ENGINE_OUTCOME_H
#define ENGINE_OUTCOME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/fault.h"
#include "base/span.h"
#include "engine/election.h"
#include "engine/tiebreak.h"

struct settings;

/* Why a project was funded or not. */
enum reason {
  REASON_FUNDED,
  REASON_NO_SUPPORT,         /* nobody supports it */
  REASON_BELOW_THRESHOLD,    /* fewer votes or points than `threshold` */
  REASON_TOO_LITTLE_SUPPORT, /* its supporters' shares together never covered its cost */
  REASON_MONEY_USED,         /* they did at first; its supporters had spent theirs on others */
  REASON_DID_NOT_FIT,        /* dearer than what was left of the budget */
  REASON_EXCLUDED,           /* an alternative to it was funded */
  REASON_AFTER_STOP,         /* the count had stopped at a project that did not fit */
};

/* What supporters of one project paid for another, rounded down to minor units. */
struct payment {
  uint32_t project;
  int64_t amount;
};

struct project_result {
  enum reason reason;
  uint64_t votes;
  int64_t score;
  int64_t left;   /* did not fit, after-stop: what was left of the budget; else -1 */
  uint32_t rival; /* excluded: the alternative funded; after-stop: where the count stopped */

  /* Rules that share money among voters only; shares_known false: the rest is not set. */
  bool shares_known;
  struct span effective_support; /* "n/d": as how many voters its supporters count who could pay
                                    (rules.md, "Outcome"); empty for rules without it */
  int64_t supporters_had;        /* shares of its supporters at the start, rounded down; at most
                                    MONEY_MAX */
  int64_t supporters_left;       /* at the end, rounded down; at most MONEY_MAX */
  size_t payment_count;
  const struct payment *payments; /* what they paid for each funded project, in order of funding */
};

/* One purchase. */
struct round {
  uint32_t project;
  const char *stage;      /* the rule or completion at work */
  int64_t left;           /* of the budget, afterwards */
  bool shares_known;      /* as above */
  struct span rho;        /* "n/d": cost per unit of utility */
  uint64_t paid_full;     /* supporters who paid rho times their utility */
  uint64_t paid_all;      /* supporters who paid all they had: something, but less */
  struct span money_left; /* "n/d": what its supporters have left together */
  struct span load;    /* "n/d": where the stage is `phragmen` and the project has support, of each
                       supporter afterwards; where it is `maximin-support`, of the voter who is
                       loaded most; else empty */
  struct span utility; /* of the project to all voters together, a whole number in digits, where
                          the stage is `max-welfare`; else empty */
  uint32_t rank;       /* expanding-approvals: up to which rank supporters paid; 0: in other rules,
                             and where there is nothing to pay */
  bool support_known;  /* cstv, where supporters paid: */
  int64_t support;     /* what it was given before, to the nearest minor unit */
};

/* A tie that was met: which projects were equal, which was taken, which key decided. */
struct tie {
  size_t round; /* place among the rounds, from 0, of the purchase (or of the miss) at stake */
  size_t count;
  const uint32_t *projects; /* in the order of the tie list; the first was taken first */
  enum tie_key decided_by;  /* the first key that tells the first from the second */
};

/* What a completion did. */
struct completion_report {
  const char *name;
  uint64_t steps;        /* add1, add-opt: raises tried beyond the first run */
  struct span endowment; /* the same: "n/d": each voter's share in the run that was kept */
  const char *stopped;   /* the same: "overspend", "exhaustive", "all-funded" or "all-fit" */
  uint64_t added;        /* greedy, phragmen: projects it added */

  bool compared;         /* comparison only: the rest is set */
  const char *kept;      /* "equal-shares" or "greedy" */
  uint64_t prefer_kept;  /* voters who prefer what was kept */
  uint64_t prefer_other; /* voters who prefer the other */
};

struct outcome {
  uint64_t voters;
  uint64_t distinct_ballots;
  int64_t budget;
  int64_t spent;
  size_t selected_count;
  const uint32_t *selected; /* in order of funding */
  size_t project_count;
  const struct project_result *projects; /* in the order of the election */
  size_t round_count;
  const struct round *rounds;
  size_t tie_count;
  const struct tie *ties;
  size_t completion_count;
  const struct completion_report *completions;
};

/* "funded", "no-support", "below-threshold", "too-little-support", "money-used", "did-not-fit",
 * "excluded", "after-stop". */
const char *reason_name(enum reason reason);

/* Adds the outcome as canonical JSON (members: docs/rules.md, "Outcome"). `election_digest` is hex:
 * the election's id, or the SHA-256 of election_write where there is no manifest. */
void outcome_write(const struct outcome *outcome, const struct election *election,
                   const struct settings *settings, struct span election_digest,
                   struct buffer *buffer);

#endif
