/* staging.h - a published election played to its end on a board, for tests: the people, whose keys
 * come from fixed seeds, and every voter's ballots, as ballots/restage.h says.
 *
 * Where the board is kept is the caller's: in memory, in a folder. Nothing here needs cmocka; what
 * cannot fail and does, aborts with a line on standard error.
 */
#ifndef TESTS_UNIT_STAGING_H
#define TESTS_UNIT_STAGING_H

#include <stdbool.h>
#include <stdint.h>

#include "ballots/board.h"
#include "ballots/restage.h"

#define STAGING_CREDENTIALS_ORIGIN "vote.example.fr/replay/city"
#define STAGING_BOARD_ORIGIN       STAGING_CREDENTIALS_ORIGIN "/projects"

enum staging_role {
  STAGING_BOARD,
  STAGING_ORGANISER,
  STAGING_REGISTRAR,
  STAGING_ROLES
};

struct staging_people {
  struct signing_key keys[STAGING_ROLES];
  struct manifest terms; /* one registrar, revote, no closing time */
};

/* Not to be copied or moved: the terms point into it. */
void staging_people(struct staging_people *people);

/* A place where a board is kept. */
struct stage {
  void *context;
  const struct board *board; /* as it is after each line */
  void (*attach)(void *context, struct span bytes);
  /* As board_append does; the line does not outlive the call. */
  enum status (*append)(void *context, struct span line, enum refusal *refusal,
                        struct fault *fault);
};

/* What happened. */
struct staging_report {
  uint64_t voters;
  uint64_t ballots;  /* admitted */
  uint64_t replaced; /* of them, not standing at the end */
  uint64_t repeated; /* lines sent again, which the board must refuse as `repeated` */
  uint64_t blank;    /* of the ballots */
};

/* Plays everything: manifest, electorate, opening, all voters, close, result. */
void staging_play(const struct restage *restage, const struct staging_people *people,
                  const uint8_t seed[RESTAGE_SEED_BYTES], const struct stage *stage,
                  struct staging_report *report);

#endif
