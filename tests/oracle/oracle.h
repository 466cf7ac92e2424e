/* oracle.h - what the engine is judged by: the same rules, written again without its cleverness.
 *
 * Two programs that share no counting code with the engine. `oracle_straightforward` keeps ballots
 * in groups, money as GMP rationals, and evaluates lazily (the price of a project never falls
 * within a run): what a careful author would write first, and the benchmark's peer.
 * `oracle_brute` goes voter by voter, evaluates every project in every round and checks each
 * price against its definition; it is for elections of a few voters. The rules that came later are
 * written once each (phragmen.c, exact.c, maximin.c, welfare.c, expanding.c, cstv.c), and either
 * program calls them.
 *
 * Oracles are tests: when memory fails, or one of their own checks does, they say so and abort.
 */
#ifndef TESTS_ORACLE_ORACLE_H
#define TESTS_ORACLE_ORACLE_H

#include <gmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "engine/choice.h"
#include "engine/election.h"
#include "engine/profile.h"

/* Ballots as they were cast. */
struct oracle_ballots {
  size_t count;
  const struct choice *choices;
  const uint32_t *times; /* voters who cast each; NULL: one */
};

enum oracle_rule {
  ORACLE_GREEDY,
  ORACLE_EQUAL_SHARES,
  ORACLE_PHRAGMEN,
  ORACLE_EXACT,
  ORACLE_MAX_WELFARE,
  ORACLE_MAXIMIN,
  ORACLE_EXPANDING,
  ORACLE_CSTV,
};

enum oracle_utility {
  ORACLE_CARDINALITY,
  ORACLE_COST,
  ORACLE_POINTS,
  ORACLE_BORDA,
  ORACLE_BORDA_ZERO,
  ORACLE_BORDA_MAX,
};

struct oracle_settings {
  enum oracle_rule rule;
  enum oracle_utility utility;
  bool borda_zero;
  const char *tie_break; /* "votes,cost,id" */
  const uint32_t *draw;  /* lots for the key `draw`, or NULL */
  bool by_density;
  bool fund_unsupported;

  bool stop_at_miss; /* greedy, phragmen */

  /* greedy */
  int64_t threshold;
  bool one_per_category;
  const char *exclusive; /* "a+b,c+d" */

  /* Equal Shares */
  bool add1;
  bool start_exact;
  bool stop_exhaustive;
  int64_t unit;         /* minor units each voter's share is raised by; 0: unit_percent */
  int64_t unit_percent; /* of the whole budget */
  bool peer_all;
  bool peer_all_fit;
  bool add_opt;
  bool add_opt_skip;
  bool phragmen;
  bool forget;
  bool greedy;
  bool comparison;

  const char *variant; /* cstv */
};

/* A purchase of a kind of Equal Shares, or of expanding approvals. */
struct oracle_round {
  uint32_t project;
  const char *rho;    /* "n/d" in lowest terms, "0/1" and "5/1" included */
  uint64_t paid_full; /* supporters who paid rho times their utility */
  uint64_t paid_all;  /* who paid all they had: something, but less */
  uint64_t rank;      /* expanding approvals: of those who paid, at most; 0 where nobody had to */
};

/* A purchase by a rule of another kind. */
struct oracle_purchase {
  const char
      *load; /* phragmen: "n/d": of its supporters afterwards; NULL where nobody supports it */
  const char *utility; /* max-welfare: to all voters together; else NULL */
  size_t tied_count;
  const uint32_t *tied; /* projects whose turn it was, in the order of the tie list */
};

/* What cumulative support transfer voting tells of a project that it funded. */
struct oracle_step {
  const char *stage;
  int64_t support; /* what it was given before, to the nearest minor unit; -1: not told */
};

/* Projects that were equal, in the order of the tie list. */
struct oracle_tie {
  size_t round;
  size_t count;
  const uint32_t *projects;
};

struct oracle_result {
  size_t selected_count;
  uint32_t *selected; /* in order of funding */
  int64_t spent;
  size_t round_count; /* purchases of Equal Shares: the first of `selected` */
  const struct oracle_round *rounds;
  uint64_t steps;        /* add1, add-opt: runs beyond the first */
  const char *endowment; /* Equal Shares: "n/d", each voter's money in the run that was kept */
  const char *stopped; /* the same: "overspend", "exhaustive", "all-funded", "all-fit"; else NULL */
  bool greedy_preferred; /* comparison */

  /* Rules of another kind, which their stage names: those of `selected` from purchases_from on */
  const char *stage;
  size_t purchases_from, purchase_count;
  const struct oracle_purchase *purchases;

  /* cstv */
  const struct oracle_step *steps_of_cstv; /* [selected_count]; else NULL */
  size_t tie_count;
  const struct oracle_tie *ties;
  const int64_t *missed; /* [project_count] what was left when it did not fit; -1: it did */

  /* brute, rules that share money, about the run that was kept; money rounded down */
  const int64_t *had;          /* [project_count] what supporters had at the start */
  const int64_t *left;         /* [project_count] and at the end */
  const int64_t *paid;         /* [p * project_count + q]: what supporters of p paid for q */
  const size_t *tied_count;    /* [round_count] projects of the price of each round */
  const uint32_t *const *tied; /* [round_count] which, in the order of the tie list */
};

/* Reads "utility=cost completion=add1,greedy start=exact …": the engine's own names and values for
 * its settings, separated by blanks, so that one text sets up both. What it does not give is
 * completed for the election. Aborts on a text that it does not know. */
void oracle_settings_read(enum oracle_rule rule, const char *text, const struct election *election,
                          struct arena *arena, struct oracle_settings *settings);

/* The groups of a profile as ballots. */
void oracle_ballots_of(const struct profile *profile, struct arena *arena,
                       struct oracle_ballots *ballots);

void oracle_straightforward(const struct election *election, const struct oracle_ballots *ballots,
                            const struct oracle_settings *settings, struct arena *arena,
                            struct oracle_result *result);

void oracle_brute(const struct election *election, const struct oracle_ballots *ballots,
                  const struct oracle_settings *settings, struct arena *arena,
                  struct oracle_result *result);

#endif
