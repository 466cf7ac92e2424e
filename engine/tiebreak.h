/* tiebreak.h - who goes first when a rule cannot tell two projects apart.
 *
 * A list of keys applied in order; the last must tell any two projects apart. Every key depends on
 * the election and its ballots only, so the whole list comes down to one order of the projects,
 * made once before counting.
 */
#ifndef ENGINE_TIEBREAK_H
#define ENGINE_TIEBREAK_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/span.h"
#include "engine/election.h"

enum tie_key {
  TIE_VOTES,      /* "votes": more supporters first */
  TIE_SCORE,      /* "score": more points first (support.h) */
  TIE_COST,       /* "cost": cheaper first */
  TIE_COST_DESC,  /* "cost-desc": dearer first */
  TIE_ID,         /* "id": bytes of the id; total */
  TIE_ID_NUMERIC, /* "id-numeric": ids that are numbers by their value and before the others, then
                     as "id"; total */
  TIE_LISTED,     /* "listed": the order in which the election lists its projects; total */
  TIE_DRAW,       /* "draw": the lots drawn (docs/board.md); total */
  TIE_KEY_COUNT,
};

struct tiebreak {
  size_t count;
  enum tie_key keys[TIE_KEY_COUNT];
};

/* What the keys look at. `draw` gives each project's place in the draw, or is NULL. */
struct tie_facts {
  const struct election *election;
  const uint64_t *votes; /* [project_count] */
  const int64_t *score;  /* [project_count] */
  const uint32_t *draw;  /* [project_count] or NULL */
};

const char *tie_key_name(enum tie_key key);

/* Reads "votes,cost,id". Refuses unknown and repeated keys, a list whose last key is not total and
 * keys after a total one. */
enum status tiebreak_read(struct span text, struct tiebreak *tiebreak, struct fault *fault) CHECKED;

/* The place of each project in the order, 0 first, in `arena`. Refuses `draw` without lots. */
enum status tiebreak_order(const struct tiebreak *tiebreak, const struct tie_facts *facts,
                           struct arena *arena, const uint32_t **order,
                           struct fault *fault) CHECKED;

/* The first key of the list that tells project `a` from project `b`. */
enum tie_key tiebreak_decides(const struct tiebreak *tiebreak, const struct tie_facts *facts,
                              uint32_t a, uint32_t b);

#endif
