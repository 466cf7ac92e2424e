/* keyed.h - choices keyed from paper ballots by one person.
 *
 * A file of lines, each the number that was stamped on a ballot and its choice:
 *
 *   12 {"approve":["p01","p07"]}
 *
 * in any order and any spelling of JSON, each number once; empty lines are passed over. Two people
 * key all ballots apart from each other; where their files differ, somebody looks again.
 */
#ifndef KEYS_KEYED_H
#define KEYS_KEYED_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/span.h"
#include "engine/choice.h"

enum {
  KEYED_NUMBER_MAX = 10000000
};

struct keyed_ballot {
  int64_t number;     /* 1 to KEYED_NUMBER_MAX */
  struct span choice; /* canonical, held to the election's limits */
};

struct keyed {
  size_t count;
  const struct keyed_ballot *ballots; /* by number */
};

/* Reads a file of this text. STATUS_REFUSED names the line. */
enum status keyed_read(struct span text, const struct project_index *index, struct arena *arena,
                       struct keyed *keyed, struct fault *fault) CHECKED;

/* A ballot that two people keyed differently; NULL: one of them has not keyed it. */
struct keyed_difference {
  int64_t number;
  const struct keyed_ballot *first, *second;
};

struct keyed_comparison {
  size_t difference_count;
  const struct keyed_difference *differences; /* by number, not resolved */
  struct keyed agreed;                        /* what both have, and what was resolved */
};

/* Compares two files. Where they differ, `resolved` has the last word; it must not have any other
 * number. */
enum status keyed_compare(const struct keyed *first, const struct keyed *second,
                          const struct keyed *resolved, struct arena *arena,
                          struct keyed_comparison *comparison, struct fault *fault) CHECKED;

/* The attachment of a `paper` entry (ballots/paper.h): all choices, sorted by their bytes. */
enum status keyed_write(const struct keyed *keyed, struct arena *arena, struct span *attachment,
                        struct fault *fault) CHECKED;

#endif
