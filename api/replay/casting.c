#include "api/replay/casting.h"

#include <event2/event.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "api/replay/answer.h"
#include "ballots/draft.h"

enum {
  RECEIPT_MAX = 64 * 1024,
  PROGRESS_STEP = 256, /* answers between two looks at the screen */
  SIGNED_MAX = 250000, /* ballots signed beforehand: some 200 MB */
};

/* A ballot on its way. */
struct slot {
  struct casting *casting;
  struct client_request request;
  struct arena arena; /* the line's */
  struct sending_job job;
  double due; /* when it was to be sent */
};

struct casting {
  struct replay *replay;
  bool again; /* the second time: the jobs are the casts, one by one */
  const char *path;
  size_t next;               /* job of the plan, or cast */
  size_t ready_count;        /* jobs that had to wait and need not any more */
  struct sending_job *ready; /* [cast_count] */
  bool *parked;              /* [cast_count]: its turn came before the earlier cast was answered */
  struct slot *slots;        /* [connections] */
  double begin;              /* and then, when there is a rate, one every 1/rate seconds */
  uint64_t sent;
  struct event *pause; /* until the next is due */
  size_t idle_count;
  struct slot **idle;
  uint64_t answers;
  double *waits;      /* [2 * cast_count]: of each answer, in seconds */
  enum status status; /* of the first that failed; then no more are sent */
  struct fault *fault;
};

/* --- a line --- */

enum status casting_line(struct replay *replay, const struct cast *cast, struct arena *arena,
                         struct span *line, struct fault *fault)
{
  const struct election *election = &replay->restage.manifest.election;
  const struct signing_key *key = &replay->voters[cast->voter];
  const struct digest *replaces =
      cast->earlier == CAST_NONE ? NULL : &replay->plan.casts[cast->earlier].note.leaf;
  struct buffer payload = {0};
  struct choice choice = {0};
  struct mark *marks = ARENA_TAKE(arena, struct mark, election->project_count);
  if (marks == NULL)
    return fault_no_memory(fault);
  if (cast->choice < restage_voters(&replay->restage))
    choice = restage_choice(&replay->restage, cast->choice, marks);
  enum status status =
      draft_ballot(election, &choice, &replay->open, &key->public_key, replaces, &payload, fault);
  if (status == STATUS_OK)
    status = draft_sign(SPAN("ballot"), buffer_span(&payload), &key, 1, arena, line, fault);
  buffer_free(&payload);
  return status;
}

enum status casting_sign(struct replay *replay, struct fault *fault)
{
  enum status status = STATUS_OK;
  for (size_t i = 0; i < replay->plan.cast_count && i < SIGNED_MAX && status == STATUS_OK; i++) {
    struct cast *cast = &replay->plan.casts[i];
    struct arena work = {0};
    struct span line;
    if (cast->earlier != CAST_NONE)
      continue;
    status = casting_line(replay, cast, &work, &line, fault);
    if (status == STATUS_OK) {
      const char *kept = arena_copy(&replay->arena, line.bytes, line.length);
      cast->line = (struct span){kept, kept == NULL ? 0 : line.length};
      status = kept == NULL ? fault_no_memory(fault) : STATUS_OK;
    }
    arena_free(&work);
  }
  return status;
}

/* --- what comes next --- */

static bool next_of_plan(struct casting *casting, struct sending_job *job)
{
  const struct plan *plan = &casting->replay->plan;
  while (casting->next < plan->job_count) {
    *job = plan->jobs[casting->next++];
    const struct cast *cast = &plan->casts[job->cast];
    if (cast->earlier == CAST_NONE || plan->casts[cast->earlier].answers > 0)
      return true;
    casting->parked[job->cast] = true; /* with its second copy, if any, which is next */
  }
  return false;
}

static bool next_job(struct casting *casting, struct sending_job *job)
{
  if (casting->status != STATUS_OK)
    return false;
  if (casting->ready_count > 0) {
    *job = casting->ready[--casting->ready_count];
    return true;
  }
  if (!casting->again)
    return next_of_plan(casting, job);
  if (casting->next == casting->replay->plan.cast_count)
    return false;
  *job = (struct sending_job){.cast = (uint32_t)casting->next++, .copy = 1};
  return true;
}

/* --- sending and answers --- */

static void send_more(struct casting *casting);

static void fail(struct casting *casting, enum status status, const struct fault *fault)
{
  if (casting->status != STATUS_OK)
    return;
  casting->status = status;
  *casting->fault = *fault;
}

/* What may be sent now that a cast was answered for the first time. */
static void release(struct casting *casting, uint32_t number)
{
  const struct cast *cast = &casting->replay->plan.casts[number];
  if (cast->sending == SENT_AGAIN)
    casting->ready[casting->ready_count++] = (struct sending_job){.cast = number, .copy = 1};
  if (cast->later == CAST_NONE || !casting->parked[cast->later])
    return;
  casting->parked[cast->later] = false;
  casting->ready[casting->ready_count++] = (struct sending_job){.cast = cast->later};
  if (casting->replay->plan.casts[cast->later].sending == SENT_AT_ONCE)
    casting->ready[casting->ready_count++] = (struct sending_job){.cast = cast->later, .copy = 1};
}

static enum status take_answer(struct casting *casting, const struct slot *slot,
                               struct fault *fault)
{
  struct receipts *receipts = &casting->replay->receipts;
  struct cast *cast = &casting->replay->plan.casts[slot->job.cast];
  struct receipt_note note;
  enum status status = answer_expect(&slot->request, 201, 200, "a ballot", fault);
  if (status == STATUS_OK)
    status = receipts_check(receipts, slot->request.body, buffer_span(&slot->request.answer), &note,
                            fault);
  if (status != STATUS_OK)
    return status;
  if (cast->answers++ > 0) {
    if (note.index == cast->note.index && digest_compare(&note.receipt, &cast->note.receipt) == 0)
      return STATUS_OK;
    return fault_set(fault, STATUS_REFUSED, "a ballot sent again", NULL,
                     "it got another receipt: index %" PRIu64 ", and before %" PRIu64, note.index,
                     cast->note.index);
  }
  cast->note = note;
  release(casting, slot->job.cast);
  return receipts_keep(receipts, &note, fault);
}

static void show_progress(const struct casting *casting)
{
  const struct replay_options *options = casting->replay->options;
  if (!options->quiet && casting->answers % PROGRESS_STEP == 0 && isatty(STDERR_FILENO))
    (void)fprintf(stderr, "\r%" PRIu64 " of %zu ballots", casting->answers,
                  casting->again ? casting->replay->plan.cast_count
                                 : casting->replay->plan.job_count);
}

static void on_answer(struct client_request *request, void *context)
{
  struct slot *slot = context;
  struct casting *casting = slot->casting;
  struct fault fault;
  (void)request;
  enum status status = take_answer(casting, slot, &fault);
  if (status != STATUS_OK)
    fail(casting, status, &fault);
  casting->waits[casting->answers++] = replay_now() - slot->due;
  show_progress(casting);
  arena_free(&slot->arena);
  casting->idle[casting->idle_count++] = slot;
  send_more(casting);
}

/* When the next is to be sent: with a rate that does not depend on answers, so that a service which
 * falls behind is told by the waits. */
static double due(const struct casting *casting)
{
  unsigned rate = casting->replay->options->rate;
  return rate == 0 ? replay_now() : casting->begin + (double)casting->sent / rate;
}

static void send_job(struct casting *casting, struct sending_job job)
{
  struct replay *replay = casting->replay;
  struct slot *slot = casting->idle[--casting->idle_count];
  struct fault fault;
  struct span line = replay->plan.casts[job.cast].line;
  enum status status = STATUS_OK;
  if (line.length == 0)
    status = casting_line(replay, &replay->plan.casts[job.cast], &slot->arena, &line, &fault);
  if (status != STATUS_OK) {
    fail(casting, status, &fault);
    casting->idle[casting->idle_count++] = slot;
    return;
  }
  slot->job = job;
  slot->request.method = "POST";
  slot->request.path = span_of(casting->path);
  slot->request.type = "application/json";
  slot->request.headers = SPAN("");
  slot->request.body = line;
  slot->request.limit = RECEIPT_MAX;
  slot->request.done = on_answer;
  slot->request.context = slot;
  slot->due = due(casting);
  casting->sent++;
  client_send(replay->client, &slot->request);
}

static void pause_for(struct casting *casting, double seconds)
{
  struct timeval interval = {.tv_sec = (time_t)seconds};
  struct fault fault;
  interval.tv_usec = (suseconds_t)((seconds - (double)interval.tv_sec) * 1e6);
  if (event_add(casting->pause, &interval) != 0)
    fail(casting, fault_no_memory(&fault), &fault);
}

static void send_more(struct casting *casting)
{
  struct sending_job job;
  while (casting->idle_count > 0) {
    double early = due(casting) - replay_now();
    if (early > 0) {
      pause_for(casting, early);
      return;
    }
    if (!next_job(casting, &job))
      return;
    send_job(casting, job);
  }
}

static void on_pause(evutil_socket_t nothing, short what, void *context)
{
  (void)nothing;
  (void)what;
  send_more(context);
}

/* --- the whole --- */

static enum status prepare(struct casting *casting, struct arena *arena, struct fault *fault)
{
  size_t connections = casting->replay->options->connections;
  size_t casts = casting->replay->plan.cast_count;
  casting->slots = ARENA_TAKE(arena, struct slot, connections);
  casting->idle = ARENA_TAKE(arena, struct slot *, connections);
  /* At most two of each cast: both copies of one that was parked, or the second of one answered. */
  casting->ready = ARENA_TAKE(arena, struct sending_job, 2 * casts);
  casting->parked = ARENA_TAKE(arena, bool, casts);
  casting->waits = ARENA_TAKE(arena, double, 2 * casts);
  if (casting->slots == NULL || casting->idle == NULL || casting->ready == NULL ||
      casting->parked == NULL || casting->waits == NULL)
    return fault_no_memory(fault);
  for (size_t i = 0; i < connections; i++) {
    casting->slots[i].casting = casting;
    casting->idle[casting->idle_count++] = &casting->slots[i];
  }
  return STATUS_OK;
}

static int compare_waits(const void *left, const void *right)
{
  const double *one = left, *two = right;
  return (*one > *two) - (*one < *two);
}

/* As much as so many in a hundred waited at most. */
static double wait_of(const struct casting *casting, size_t percent)
{
  return casting->answers == 0 ? 0 : casting->waits[(casting->answers - 1) * percent / 100];
}

static bool under_way(const struct casting *casting)
{
  return casting->idle_count < casting->replay->options->connections ||
         (casting->pause != NULL && event_pending(casting->pause, EV_TIMEOUT, NULL));
}

static enum status run(struct replay *replay, bool again, struct fault *fault)
{
  struct arena arena = {0};
  struct casting casting = {.replay = replay, .again = again, .fault = fault};
  size_t connections = replay->options->connections;
  enum status status = prepare(&casting, &arena, fault);
  if (status == STATUS_OK) {
    struct buffer path = {0};
    buffer_format(&path, "/v1/elections/%s/ballots", replay->election);
    casting.path = path.failed ? NULL : arena_copy(&arena, buffer_span(&path).bytes, path.length);
    buffer_free(&path);
    casting.pause = event_new(replay->base, -1, 0, on_pause, &casting);
    casting.status =
        casting.path == NULL || casting.pause == NULL ? fault_no_memory(fault) : STATUS_OK;
    casting.begin = replay_now();
    if (casting.status == STATUS_OK)
      send_more(&casting);
    while (under_way(&casting) && event_base_loop(replay->base, EVLOOP_ONCE) == 0)
      ;
    if (casting.pause != NULL)
      event_free(casting.pause);
    for (size_t i = 0; i < connections; i++) {
      buffer_free(&casting.slots[i].request.answer);
      arena_free(&casting.slots[i].arena);
    }
    status = casting.status;
    if (!again) {
      qsort(casting.waits, (size_t)casting.answers, sizeof *casting.waits, compare_waits);
      replay->times.median = wait_of(&casting, 50);
      replay->times.p99 = wait_of(&casting, 99);
    }
    if (!replay->options->quiet && isatty(STDERR_FILENO))
      (void)fprintf(stderr, "\r%*s\r", 60, "");
  }
  arena_free(&arena);
  return status;
}

enum status casting_run(struct replay *replay, struct fault *fault)
{
  return run(replay, false, fault);
}

enum status casting_run_again(struct replay *replay, struct fault *fault)
{
  return run(replay, true, fault);
}
