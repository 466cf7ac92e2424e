/* random_election.h - elections made from a seed.
 *
 * The same seed makes the same election on every machine: numbers come from splitmix64
 * (G. L. Steele, D. Lea, C. H. Flood, "Fast Splittable Pseudorandom Number Generators", 2014), and
 * nothing is computed in floating point.
 */
#ifndef TESTS_ORACLE_RANDOM_ELECTION_H
#define TESTS_ORACLE_RANDOM_ELECTION_H

#include "base/arena.h"
#include "engine/choice.h"
#include "engine/election.h"
#include "engine/profile.h"
#include "tests/oracle/oracle.h"

struct random_source {
  uint64_t state;
};

uint64_t random_next(struct random_source *source);

/* Evenly from 0 to `bound` - 1; `bound` > 0. */
uint64_t random_below(struct random_source *source, uint64_t bound);

/* True once in `times`. */
bool random_once_in(struct random_source *source, uint64_t times);

struct random_election {
  struct election election;
  size_t ballot_count;
  struct choice *ballots; /* one for each voter */
};

/* At most 8 projects and 12 voters, of any kind of ballot, and everything that is rare in real
 * elections: many ties, no cost, costs above the budget, no support, blank and repeated ballots,
 * no voter at all, no budget, large and small units of money. */
void random_election_small(struct random_source *source, struct arena *arena,
                           struct random_election *made);

struct random_sizes {
  size_t voters;
  size_t projects;
  enum ballot_kind kind; /* approval, points, ranking or scores */
};

/* Like a city's: costs over two orders of magnitude, a few projects that many want, districts
 * whose people want their own, ballots of a few projects, a few blank. */
void random_election_large(struct random_source *source, const struct random_sizes *sizes,
                           struct arena *arena, struct random_election *made);

struct profile random_election_profile(const struct random_election *made, bool group_equal,
                                       struct arena *arena);

struct oracle_ballots random_election_ballots(const struct random_election *made);

#endif
