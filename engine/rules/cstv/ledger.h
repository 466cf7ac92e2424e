/* ledger.h - who has how much for what, in cumulative support transfer voting.
 *
 * A voter's money is divided among the projects of the ballot that are still open, in proportion to
 * the points given: transfers keep those proportions. So one amount a voter is all there is to
 * keep: with M left, points w for a project and W for all open ones together, the voter gives the
 * project M · w / W. A payment takes the same part r of what each payer gives:
 * M becomes M · (1 - r · w / W); or all that a voter has.
 *
 * Each payment multiplies M by a fraction of all that was given before, so exact numbers may double
 * in length with each. Therefore M is kept between two bounds, multiples of 2^-256 of a minor unit
 * (rounded down and up), which decide every comparison that is not as close as that. What they
 * leave open is worked out exactly (replay.c) from the payments that matter for it, as long as no
 * number needs more than 65,536 bits; beyond, the count is refused rather than guessed.
 */
#ifndef ENGINE_RULES_CSTV_LEDGER_H
#define ENGINE_RULES_CSTV_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/natural.h"
#include "engine/rules/counting.h"

enum {
  LEDGER_BITS = 256, /* of the bounds, below the minor unit */
};

#define EVENT_NONE UINT32_MAX

/* A project was closed: bought, or eliminated. */
struct event {
  uint32_t project;
  bool pays; /* some supporters paid a part of what they gave, and not all they had */
  /* Exactly, once it was asked for: that part is asked / given; the weights of those who paid divide
   * `common`; whole = given · common. */
  bool known;
  struct natural asked, given, common, whole;
};

/* Numbers for exact sums, made when they are needed first. */
struct replay {
  bool made;
  bool too_long; /* a number would need more than NATURAL_LIMBS_MAX */
  bool *needed;  /* [events] */
  bool *matters; /* [events] of the sums at hand */
  struct natural unit, common, sum, term, left, right, spare, other;
};

struct ledger {
  const struct counting *counting;
  const struct support *support;

  struct natural *low, *high; /* [group_count] bounds of the money of each voter */
  uint64_t *open;             /* [group_count] W: weight of what is open on the ballot */
  uint32_t *out_in;           /* [group_count] the event in which all was given, or EVENT_NONE */
  uint32_t *closed_in;        /* [project_count] the event, or EVENT_NONE */
  struct event *events;       /* [event_count], at most one for each project */
  uint32_t event_count;

  struct natural unit; /* 2^256 */
  struct natural sum_low, sum_high, part_low, part_high, left_low, left_high, right_low, right_high;
  struct natural scratch, spare, factor;
  struct replay replay;
};

/* What is summed over the supporters of a project who have money left. */
enum part {
  PART_SUPPORT, /* what they give it: M · w / W */
  PART_MONEY,   /* all they have: M */
  PART_ALL,     /* M of those who give all in the event at hand */
  PART_REST,    /* M · w / W of the others */
};

struct ledger_term {
  enum part part;
  uint32_t project;
  uint64_t factor;
};

/* constant + the sum of factor · sum, in minor units. */
struct ledger_side {
  size_t count;
  struct ledger_term terms[2];
  struct wide constant;
};

/* Everybody has the budget / voters. */
enum status ledger_begin(struct ledger *ledger, const struct counting *counting,
                         struct fault *fault) CHECKED;

uint64_t ledger_cost(const struct ledger *ledger, uint32_t project);

/* <0, 0 or >0: left against right. Refuses what bounds leave open and exact numbers are too long
 * for. */
enum status ledger_compare(struct ledger *ledger, const struct ledger_side *left,
                           const struct ledger_side *right, int *order,
                           struct fault *fault) CHECKED;

/* What supporters give a project, to the nearest minor unit, a half upward. */
enum status ledger_support(struct ledger *ledger, uint32_t project, int64_t *support,
                           struct fault *fault) CHECKED;

/* Closes a project that is not paid for: what is given to it goes to what is open on each ballot. */
void ledger_close(struct ledger *ledger, uint32_t project);

/* Closes a project for which all its supporters give all they have. */
void ledger_consume(struct ledger *ledger, uint32_t project);

/* Closes a project that is paid for by what was given to it, which is at least its cost: each
 * supporter pays the same part of it. */
void ledger_pay(struct ledger *ledger, uint32_t project);

/* Closes a project that its supporters can pay for, who have given less: each raises what it gives in
 * the same ratio, as far as its money goes. */
enum status ledger_transfer(struct ledger *ledger, uint32_t project, struct fault *fault) CHECKED;

/* The parts, for replay.c. */

/* Whether a supporter is among those who are summed, in the event `when`. */
bool ledger_takes_part(const struct ledger *ledger, uint32_t group, enum part part, uint32_t when);

/* Left against right, exactly. */
enum status replay_compare(struct ledger *ledger, const struct ledger_side *left,
                           const struct ledger_side *right, int *order,
                           struct fault *fault) CHECKED;

#endif
