/* guarantees.h - what can be said of any set of funded projects, whatever rule chose it: whether each
 * group of voters got what its share of the money could have bought, and how the projects are
 * spread over voters and categories.
 *
 * All of it is a function of the election, the ballots and the set, so that a result can be checked
 * by whoever does not know, or does not believe, how it came about. A ballot is read as approval of
 * what it names, as by the utility `cardinality` (support.h).
 *
 * EJR+ up to one project. Take a project c that is not funded, and t of the voters who want it.
 * Their share of the budget B is t · B / n, with n all voters, blank ballots too. Each of them gets
 * from what is funded a utility u; the guarantee is broken when, even with c, none of them would get
 * more than that share could have bought them:
 *
 *   cost         u is what the funded projects on the ballot cost;  u + cost(c) ≤ t · B / n  for all
 *   cardinality  u is how many they are;               (u + 1) · cost(c) ≤ t · B / n         for all
 *
 * So with unit costs both are EJR+ of committees. A group that breaks it can be made of all who want
 * c and have at most some utility: it is enough to look at each project and each utility that occurs.
 * Equal Shares keeps the guarantee of the utility that it counts by, with any completion that only
 * adds projects; the argument is in docs/rules.md.
 *
 * Source: M. Brill, J. Peters, "Robust and Verifiable Proportionality Axioms for Multiwinner Voting",
 * EC 2023; D. Peters, G. Pierczyński, P. Skowron, "Proportional Participatory Budgeting with Additive
 * Utilities", NeurIPS 2021.
 */
#ifndef ENGINE_GUARANTEES_GUARANTEES_H
#define ENGINE_GUARANTEES_GUARANTEES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/span.h"
#include "engine/election.h"
#include "engine/guarantees/portion.h"
#include "engine/outcome.h"
#include "engine/profile.h"

/* A group that EJR+ was promised to and that did not get it: of those who want the project, all whose
 * utility is at most the one named, which is the least for which it is broken. */
struct breach {
  uint32_t project;
  uint64_t voters;
  int64_t utility; /* most that any of them has: minor units by cost, projects by cardinality */
};

/* The guarantee holds where there is no breach. At most one is told of each project. */
struct ejr {
  size_t breach_count;
  const struct breach *breaches; /* in the order of the election's projects */
};

/* How evenly what is funded is spread over all voters. */
struct spread {
  uint64_t voters;
  size_t level_count;
  const uint64_t
      *levels; /* [level_count] how many voters have 0, 1, … funded projects on the ballot;
                             the last is not 0, unless nobody voted */
  struct portion gini_by_cardinality; /* Gini coefficient of both utilities: 0 where all have the
                                         same, near 1 where few have all; 0 where nobody has any */
  struct portion gini_by_cost;
  struct span gini_by_cardinality_text; /* "n/d" */
  struct span gini_by_cost_text;
};

/* What a category got, and what was asked of it. A project of several categories counts in each. */
struct category {
  struct span name;
  uint64_t projects;
  uint64_t funded;
  int64_t money;  /* what its funded projects cost */
  uint64_t votes; /* of all its projects */
};

struct guarantees {
  int64_t budget, spent;
  size_t funded; /* projects */
  struct ejr by_cardinality, by_cost;
  struct spread spread;
  size_t category_count;             /* 0 where the election has none */
  const struct category *categories; /* by their names' bytes */
  uint64_t votes;                    /* of all projects */
};

/* `funded` says of each project whether it is. Refuses a set that costs more than MONEY_MAX. */
enum status guarantees_find(const struct election *election, const struct profile *profile,
                            const bool *funded, struct arena *arena, struct guarantees *guarantees,
                            struct fault *fault) CHECKED;

/* --- of payments --- */

enum payment_flaw {
  PAYMENT_SOUND,
  PAYMENT_NOT_THE_COST, /* a project's supporters paid something else than it costs */
  PAYMENT_COULD_PAY,    /* the supporters of a project that was not bought had its cost left */
};

/* Whether what voters paid explains what was bought, in an outcome of a rule that tells payments.
 * Everyone has the same money and pays only for what they want; the payments for each project that
 * was bought are its cost; and the supporters of any other have less left together than it costs.
 * That is priceability, of the projects that were bought so: a completion may add others. Equal
 * Shares is always priceable, Exact Equal Shares need not be, where money is unevenly left. */
struct pricing {
  bool known; /* the outcome tells payments; if not, the rest is not set */
  size_t bought;
  enum payment_flaw flaw; /* of the first project in the election's order that has one */
  uint32_t project;
  int64_t amount; /* what its supporters paid, or had left, in minor units, rounded down */
};

/* Source: D. Peters, P. Skowron, "Proportionality and the Limits of Welfarism", EC 2020. */
enum status guarantees_price(const struct outcome *outcome, const struct election *election,
                             struct arena *arena, struct pricing *pricing,
                             struct fault *fault) CHECKED;

/* --- as JSON --- */

/* Adds one line of canonical JSON without its end (members: docs/rules.md, "Guarantees"). `result` is
 * the digest of the outcome in hex. `pricing` may be NULL. */
void guarantees_write(const struct guarantees *guarantees, const struct pricing *pricing,
                      const struct election *election, struct span result, struct buffer *buffer);

#endif
