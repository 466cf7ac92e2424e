/* paper.h - the choices keyed from paper ballots: the attachment of a `paper` entry.
 *
 * A canonical JSON array of choices, each as on a signed ballot and held to the same limits, in the
 * order of their bytes, equal ones as often as they were found: so the array does not tell in which
 * order the ballots lay in the urn, and has one spelling.
 */
#ifndef BALLOTS_PAPER_H
#define BALLOTS_PAPER_H

#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/span.h"
#include "engine/choice.h"

struct paper_ballots {
  uint64_t count;
  const uint8_t *packed; /* one after the other (packed.h) */
};

/* Reads exactly `count` choices, at least one, into `arena`. STATUS_REFUSED names the choice by its
 * place, counted from 0. */
enum status paper_read(struct span bytes, uint64_t count, const struct project_index *index,
                       struct arena *arena, struct paper_ballots *ballots,
                       struct fault *fault) CHECKED;

#endif
