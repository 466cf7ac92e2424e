/* voting.h - elections cast over HTTP: the application that the service serves.
 *
 * What a worker holds of it. Requests come in by routes.c; each handler is in the file that its
 * subject has, and works on a visit (visit.h).
 */
#ifndef API_VOTING_VOTING_H
#define API_VOTING_VOTING_H

#include "api/server/config.h"
#include "api/server/db.h"
#include "api/server/worker.h"
#include "api/voting/custody.h"
#include "api/voting/elections.h"
#include "api/voting/marks.h"
#include "api/voting/sequencer.h"
#include "ballots/manifest.h"
#include "base/arena.h"

struct event;

struct voting {
  struct event_base *base;
  const struct config *config;
  struct arena arena;
  struct key_list organisers; /* whose manifests are accepted */
  struct custody *custody;
  struct marks *marks;
  struct db *reads;
  struct db *appends; /* the sequencer's alone */
  struct elections *elections;
  struct sequencer *sequencer;
  unsigned visits; /* requests that have no reply yet */
  void (*drained)(void *context);
  void *drained_context;
  struct event *drained_event;
};

/* What service_run serves. */
extern const struct application voting_application;

/* jobs.c: takes jobs until told to stop. */
enum status voting_work(const struct config *config, const volatile bool *stop,
                        struct fault *fault) CHECKED;

#endif
