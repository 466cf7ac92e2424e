#include "api/voting/jobs.h"

#include <event2/event.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "api/server/log.h"
#include "api/voting/attachments.h"
#include "api/voting/voting.h"

enum {
  IDLE_MILLISECONDS = 250,
  SWEEP_SECONDS = 3600
};

/* --- asking --- */

struct asking {
  struct db_unit *unit;
  enum status (*take)(void *context, struct db_result *const *results, struct fault *fault);
  void *context;
  struct fault *fault;
  enum status status;
};

static void asked(void *context, enum db_end end, struct db_result *const *results,
                  const struct fault *fault)
{
  struct asking *asking = context;
  if (end == DB_DONE)
    asking->status =
        asking->take == NULL ? STATUS_OK : asking->take(asking->context, results, asking->fault);
  else if (end == DB_FAILED)
    asking->status =
        fault_set(asking->fault, STATUS_FAILED, "database", fault->expected, "%s", fault->what);
  else
    asking->status =
        fault_set(asking->fault, STATUS_FAILED, "database", NULL, "it does not answer");
}

enum status job_ask(struct job_worker *worker, struct db_unit *unit,
                    enum status (*take)(void *context, struct db_result *const *results,
                                        struct fault *fault),
                    void *context, struct fault *fault)
{
  struct asking asking = {.take = take, .context = context, .fault = fault};
  unit->done = asked;
  unit->context = &asking;
  (void)db_wait(worker->db, unit);
  return asking.status;
}

/* --- the lease --- */

static int64_t seconds_now(void)
{
  struct timespec now;
  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec;
}

static enum status still_mine(void *context, struct db_result *const *results, struct fault *fault)
{
  (void)context;
  if (db_rows(results[0]) == 1)
    return STATUS_OK;
  return fault_set(fault, STATUS_FAILED, "job", NULL, "another worker has taken it");
}

enum status job_beat(struct job_worker *worker, const struct job *job, uint64_t done,
                     uint64_t total, struct fault *fault)
{
  struct db_unit unit = {0};
  if (*worker->stop)
    return fault_set(fault, STATUS_FAILED, "job", NULL, "the worker is stopping");
  if (seconds_now() == worker->beat_at)
    return STATUS_OK;
  worker->beat_at = seconds_now();
  db_add(&unit, QUERY_JOB_BEAT, 5,
         (const struct db_value[]){db_integer(job->id), db_integer(job->attempts),
                                   db_integer(worker->config->job_lease_seconds),
                                   db_integer((int64_t)done), db_integer((int64_t)total)});
  return job_ask(worker, &unit, still_mine, NULL, fault);
}

/* --- what jobs read --- */

struct reading {
  struct arena *arena;
  char *bytes;
  size_t length, size;
};

static enum status take_part(void *context, struct db_result *const *results, struct fault *fault)
{
  struct reading *reading = context;
  struct span part = db_rows(results[0]) == 1 ? db_get_bytes(results[0], 0, 0) : SPAN("");
  if (part.length == 0 || part.length > reading->size - reading->length)
    return fault_set(fault, STATUS_REFUSED, "attachment", NULL, "it is not stored whole");
  memcpy(reading->bytes + reading->length, part.bytes, part.length);
  reading->length += part.length;
  return STATUS_OK;
}

enum status job_attachment(struct job_worker *worker, const struct digest *election,
                           const struct attachment *attachment, struct arena *arena,
                           struct span *bytes, struct fault *fault)
{
  struct reading reading = {.arena = arena, .size = (size_t)attachment->length};
  enum status status = STATUS_OK;
  reading.bytes = arena_take(arena, reading.size, 1);
  if (reading.bytes == NULL)
    return fault_no_memory(fault);
  for (size_t part = 0; reading.length < reading.size && status == STATUS_OK; part++) {
    struct db_unit unit = {0};
    attachment_ask(&unit, election, &attachment->digest, part);
    status = job_ask(worker, &unit, take_part, &reading, fault);
  }
  *bytes = (struct span){.bytes = reading.bytes, .length = reading.length};
  return status;
}

static enum status take_line(void *context, struct db_result *const *results, struct fault *fault)
{
  struct reading *reading = context;
  if (db_rows(results[0]) == 0)
    return fault_set(fault, STATUS_REFUSED, "entry", NULL, "it is not on the board");
  struct span line = db_copy_bytes(results[0], 0, 1, reading->arena);
  if (line.bytes == NULL)
    return fault_no_memory(fault);
  reading->bytes = (char *)(uintptr_t)line.bytes;
  reading->length = line.length;
  return STATUS_OK;
}

enum status job_line(struct job_worker *worker, const struct digest *election, uint64_t index,
                     struct arena *arena, struct span *line, struct fault *fault)
{
  struct reading reading = {.arena = arena};
  struct db_unit unit = {0};
  db_add(&unit, QUERY_LINE, 2,
         (const struct db_value[]){db_bytes(election->bytes, DIGEST_BYTES),
                                   db_integer((int64_t)index)});
  enum status status = job_ask(worker, &unit, take_line, &reading, fault);
  *line = (struct span){.bytes = reading.bytes, .length = reading.length};
  return status;
}

/* --- one job --- */

struct taken {
  struct job job;
  bool there;
  bool counts; /* else examines */
};

static enum status take_job(void *context, struct db_result *const *results, struct fault *fault)
{
  struct taken *taken = context;
  const struct db_result *row = results[0];
  taken->there = db_rows(row) == 1;
  if (!taken->there)
    return STATUS_OK;
  struct job *job = &taken->job;
  job->id = db_get_integer(row, 0, 0);
  taken->counts = span_equal(db_get_bytes(row, 0, 1), SPAN("count"));
  memcpy(job->election.bytes, db_get_bytes(row, 0, 2).bytes, DIGEST_BYTES);
  memcpy(job->input.bytes, db_get_bytes(row, 0, 3).bytes, DIGEST_BYTES);
  job->subject = SPAN("");
  if (!db_is_null(row, 0, 4))
    job->subject = db_copy_bytes(row, 0, 4, &job->arena);
  job->attempts = db_get_integer(row, 0, 5);
  return job->subject.bytes == NULL ? fault_no_memory(fault) : STATUS_OK;
}

static enum status end_job(struct job_worker *worker, const struct job *job,
                           const struct digest *result, const char *failure, struct fault *fault)
{
  struct db_unit unit = {0};
  db_add(
      &unit, QUERY_JOB_END, 3,
      (const struct db_value[]){db_integer(job->id),
                                result == NULL ? db_null() : db_bytes(result->bytes, DIGEST_BYTES),
                                failure == NULL ? db_null() : db_span(span_of(failure))});
  return job_ask(worker, &unit, NULL, NULL, fault);
}

static enum status run_job(struct job_worker *worker, struct taken *taken, struct fault *fault)
{
  struct job *job = &taken->job;
  struct digest result;
  enum status status;
  /* It is never given up: workers and databases die at bad moments, and a vote has to be counted. */
  if (job->attempts > JOB_ATTEMPTS_MANY)
    LOG(LOG_WARNING, "job-tried-often", LOG_NUMBER("job", job->id),
        LOG_NUMBER("attempts", job->attempts));
  worker->beat_at = 0;
  status = taken->counts ? job_count(worker, job, &result, fault) : job_examine(worker, job, fault);
  if (status == STATUS_OK)
    return end_job(worker, job, taken->counts ? &result : NULL, NULL, fault);
  if (status != STATUS_REFUSED)
    return status;
  char failure[FAULT_WHERE + FAULT_WHAT + sizeof ": "];
  (void)snprintf(failure, sizeof failure, "%s: %s", fault->where, fault->what);
  log_fault(LOG_ERROR, "job-refused", fault);
  return end_job(worker, job, NULL, failure, fault);
}

/* --- the worker --- */

/* Lets the loop turn for a while: connections are made meanwhile. */
static void idle(struct event_base *base)
{
  const struct timeval pause = {.tv_usec = IDLE_MILLISECONDS * 1000};
  (void)event_base_loopexit(base, &pause);
  (void)event_base_dispatch(base);
}

/* Whether there was a job. */
static bool take_one(struct job_worker *worker)
{
  struct taken taken = {0};
  struct db_unit unit = {0};
  struct fault fault;
  struct db_value lease = db_integer(worker->config->job_lease_seconds);
  db_add(&unit, QUERY_JOB_TAKE, 1, &lease);
  enum status status = job_ask(worker, &unit, take_job, &taken, &fault);
  if (status == STATUS_OK && taken.there)
    status = run_job(worker, &taken, &fault);
  if (status != STATUS_OK && !*worker->stop)
    log_fault(LOG_WARNING, "job-interrupted", &fault);
  arena_free(&taken.job.arena);
  return status == STATUS_OK && taken.there;
}

/* Uploads that were never completed. */
static void sweep(struct job_worker *worker)
{
  struct db_unit unit = {0};
  struct fault fault;
  db_add(&unit, QUERY_UPLOAD_SWEEP, 0, NULL);
  if (job_ask(worker, &unit, NULL, NULL, &fault) != STATUS_OK)
    log_fault(LOG_WARNING, "sweep-failed", &fault);
}

enum status voting_work(const struct config *config, const volatile bool *stop, struct fault *fault)
{
  struct job_worker worker = {.config = config, .stop = stop};
  const struct db_options options = {.conninfo = config->database,
                                     .name = "beffroi jobs",
                                     .seconds = (unsigned)config->database_seconds,
                                     .lock_seconds = (unsigned)config->lock_seconds,
                                     .waiting_max = 1};
  struct event_base *base = event_base_new();
  if (base == NULL || sodium_init() < 0)
    return fault_no_memory(fault);
  enum status status = db_open(base, &options, &worker.db, fault);
  int64_t swept_at = 0;
  while (status == STATUS_OK && !*stop) {
    bool ready = db_ready(worker.db);
    if (ready && seconds_now() - swept_at >= SWEEP_SECONDS) {
      sweep(&worker);
      swept_at = seconds_now();
    }
    if (!ready || !take_one(&worker))
      idle(base);
  }
  if (worker.db != NULL)
    db_close(worker.db);
  event_base_free(base);
  return status;
}
