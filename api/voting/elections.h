/* elections.h - the elections that this process has met: manifest, projects, the board's key.
 *
 * They follow from a board's first entry, which never changes, so one that was read is kept. An
 * election is looked up in the database the first time it is asked for.
 */
#ifndef API_VOTING_ELECTIONS_H
#define API_VOTING_ELECTIONS_H

#include <stdbool.h>

#include "api/server/db.h"
#include "api/voting/custody.h"
#include "ballots/entry.h"
#include "ballots/manifest.h"
#include "base/arena.h"
#include "engine/choice.h"

enum {
  ELECTIONS_KEPT = 1024
};

struct known_election {
  struct digest id;
  char id_text[DIGEST_TEXT];
  const struct manifest *manifest; /* projects attached */
  struct project_index projects;
  struct signing_key board_key; /* secret */
  struct arena arena;
  unsigned users;
  bool kept;        /* else it goes with its last user */
  uint64_t used_at; /* a count of look-ups: the one least lately used gives way */
};

struct elections;

enum status elections_open(struct db *db, const struct custody *custody,
                           struct elections **elections, struct fault *fault) CHECKED;
void elections_close(struct elections *elections);

/* Calls `found`, from inside when the election is known, else later: with NULL and STATUS_REFUSED
 * when there is none, STATUS_FAILED when the database does not answer. The election stays until it
 * is given back. */
typedef void elections_found(void *context, struct known_election *election,
                             const struct fault *fault);
void elections_find(struct elections *elections, const struct digest *id, elections_found *found,
                    void *context);

void elections_release(struct known_election *election);

/* Whether the board's key in a manifest is the one that we hold for its origin. */
enum status elections_check_key(const struct elections *elections, const struct manifest *manifest,
                                struct fault *fault) CHECKED;

/* Makes an election of a manifest's line, whose attached projects are `projects` (empty when they
 * are not attached). Used for a manifest that is about to be registered; it is not kept. */
enum status elections_make(const struct elections *elections, struct span line,
                           struct span projects, struct known_election **election,
                           struct fault *fault) CHECKED;
void elections_free(struct known_election *election);

#endif
