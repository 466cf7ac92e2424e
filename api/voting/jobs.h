/* jobs.h - long work, done by processes of its own, one job at a time.
 *
 * A job is a row of board.job that a worker takes with a lease and keeps by telling how far it is.
 * A worker that dies leaves its lease to run out, and another takes the job from the start; who
 * finds that his lease went to another stops. Steps are idempotent and a result is written once.
 */
#ifndef API_VOTING_JOBS_H
#define API_VOTING_JOBS_H

#include <stdbool.h>

#include "api/server/config.h"
#include "api/server/db.h"
#include "api/voting/elections.h"
#include "base/arena.h"

enum {
  JOB_ATTEMPTS_MANY = 5 /* then the log says so: it may be what kills its workers */
};

struct job_worker {
  const struct config *config;
  const volatile bool *stop;
  struct db *db;
  int64_t beat_at; /* when the lease was last renewed, in seconds of a clock that only grows */
};

struct job {
  int64_t id;
  struct digest election;
  struct digest input;
  struct span subject;
  int64_t attempts;
  struct arena arena; /* of the job */
};

/* Says how far the job is, at most once a second or so, and renews the lease. STATUS_FAILED when the
 * job is somebody else's by now, the worker is to stop, or the database does not answer. */
enum status job_beat(struct job_worker *worker, const struct job *job, uint64_t done,
                     uint64_t total, struct fault *fault) CHECKED;

/* Runs one unit and waits; anything but DB_DONE is STATUS_FAILED. `take` may be NULL. */
enum status job_ask(struct job_worker *worker, struct db_unit *unit,
                    enum status (*take)(void *context, struct db_result *const *results,
                                        struct fault *fault),
                    void *context, struct fault *fault) CHECKED;

/* Reads an attachment that the service has; STATUS_REFUSED when it has not. */
enum status job_attachment(struct job_worker *worker, const struct digest *election,
                           const struct attachment *attachment, struct arena *arena,
                           struct span *bytes, struct fault *fault) CHECKED;

/* One line of the board. */
enum status job_line(struct job_worker *worker, const struct digest *election, uint64_t index,
                     struct arena *arena, struct span *line, struct fault *fault) CHECKED;

/* The kinds. STATUS_OK when the job is done; STATUS_REFUSED when it cannot ever be, with why; else it
 * is tried again. */
/* examine.c: looks through the attachment of an entry and writes an examination. */
enum status job_examine(struct job_worker *worker, struct job *job, struct fault *fault) CHECKED;
/* count.c: reads the whole board, counts, keeps the outcome; its digest goes to `result`. */
enum status job_count(struct job_worker *worker, struct job *job, struct digest *result,
                      struct fault *fault) CHECKED;

#endif
