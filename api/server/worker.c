#include "api/server/worker.h"

#include <event2/event.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/server/log.h"
#include "api/server/problem.h"
#include "api/server/router.h"
#include "api/server/worker_inner.h"
#include "console/console.h"

enum {
  HEADERS_BYTES = 8 * 1024,
  PUBLIC_BODY_BYTES = 64 * 1024,
  OFFICERS_BODY_BYTES = 1024 * 1024,
  OFFICERS_CONNECTIONS = 64, /* few, since each may hold a large body */
  OTHER_DESCRIPTORS = 64,    /* standard files, the loop's, the database's, files */
  PRIORITIES = 3 /* of events: 1 is what they have, 2 waits until all others had a turn */
};

struct worker {
  const struct worker_task *task;
  struct event_base *base;
  struct event *on_stop, *on_grace;
  struct http_server *servers[WORKER_SOCKETS];
  unsigned serving; /* servers that have not stopped */
  bool stopping;
  bool begun;
  void *state; /* the application's */
};

unsigned worker_descriptors(const struct config *config)
{
  return (unsigned)config->connections + OFFICERS_CONNECTIONS + 2 * HTTP_SURPLUS +
         OTHER_DESCRIPTORS;
}

/* --- what the worker itself answers --- */

static void answer_state(struct http_request *request, struct span body)
{
  struct http_reply reply = {.status = 200, .type = "application/json", .body = body};
  http_send(request, &reply);
}

static void answer_health(struct http_request *request, const struct route_match *match,
                          void *context)
{
  (void)match;
  (void)context;
  answer_state(request, SPAN("{\"state\":\"alive\"}"));
}

static void answer_readiness(struct http_request *request, const struct route_match *match,
                             void *context)
{
  struct worker *worker = context;
  struct fault fault;
  const char *why = "it does not say why";
  (void)match;
  if (worker->stopping) {
    problem_send(request, PROBLEM_STOPPING, NULL);
  } else if (worker->task->application->ready(worker->state, &why)) {
    answer_state(request, SPAN("{\"state\":\"ready\"}"));
  } else {
    fault_set(&fault, STATUS_FAILED, NULL, NULL, "%s", why);
    problem_send(request, PROBLEM_UNAVAILABLE, &fault);
  }
}

static const struct route own_routes[] = {
    {HTTP_GET, "/v1/health", 0, NULL, answer_health},
    {HTTP_GET, "/v1/readiness", 0, NULL, answer_readiness},
};

static const struct router own_router = {own_routes, sizeof own_routes / sizeof *own_routes};

static void handle(struct http_request *request, void *context)
{
  struct worker *worker = context;
  for (size_t i = 0; i < own_router.count; i++) {
    if (span_equal(request->path, span_of(own_routes[i].pattern))) {
      router_handle(&own_router, request, worker);
      return;
    }
  }
  worker->task->application->handle(request, worker->state);
}

/* --- the end --- */

static void on_drained(void *context)
{
  struct worker *worker = context;
  event_base_loopbreak(worker->base);
}

/* All requests were answered; what the application does besides must end too. */
static void on_server_stopped(void *context)
{
  struct worker *worker = context;
  worker->serving--;
  if (worker->serving == 0)
    worker->task->application->drain(worker->state, on_drained, worker);
}

static void on_grace_over(evutil_socket_t socket, short what, void *context)
{
  struct worker *worker = context;
  unsigned pending = 0;
  (void)socket;
  (void)what;
  for (int i = 0; i < WORKER_SOCKETS; i++)
    pending += worker->servers[i] == NULL ? 0 : http_server_pending(worker->servers[i]);
  LOG(LOG_WARNING, "worker-gives-up", LOG_NUMBER("pending", pending));
  _exit(VERDICT_UNFINISHED);
}

static void on_stop_signal(evutil_socket_t signal, short what, void *context)
{
  struct worker *worker = context;
  struct timeval grace = {.tv_sec = (time_t)worker->task->config->stop_seconds};
  (void)signal;
  (void)what;
  if (worker->stopping)
    return;
  worker->stopping = true;
  log_event(LOG_INFO, "worker-stopping", NULL, 0);
  /* The parent sees to it too, if it lives. */
  event_add(worker->on_grace, &grace);
  for (int i = 0; i < WORKER_SOCKETS; i++) {
    if (worker->servers[i] == NULL)
      continue;
    http_server_stop(worker->servers[i], on_server_stopped, worker);
    close(worker->task->sockets[i]); /* so that newcomers are refused rather than kept waiting */
  }
}

/* --- the beginning --- */

static void log_of_libevent(int severity, const char *message)
{
  if (severity >= EVENT_LOG_WARN)
    LOG(LOG_WARNING, "libevent", LOG_TEXT("what", message));
}

static void fatal_of_libevent(int error)
{
  LOG(LOG_ERROR, "libevent-failed", LOG_NUMBER("error", error));
  abort();
}

static enum status start_servers(struct worker *worker, struct fault *fault)
{
  const struct config *config = worker->task->config;
  struct http_limits limits = {
      .headers = HEADERS_BYTES,
      .body = PUBLIC_BODY_BYTES,
      .connections = (unsigned)config->connections,
      .request_seconds = (unsigned)config->request_seconds,
      .reply_seconds = (unsigned)config->reply_seconds,
      .idle_seconds = (unsigned)config->idle_seconds,
  };
  for (int i = 0; i < WORKER_SOCKETS; i++) {
    if (i > 0) {
      limits.body = OFFICERS_BODY_BYTES;
      limits.connections = OFFICERS_CONNECTIONS;
    }
    if (worker->task->sockets[i] < 0)
      continue;
    enum status status = http_server_start(worker->base, worker->task->sockets[i], &limits, handle,
                                           worker, &worker->servers[i], fault);
    if (status != STATUS_OK)
      return status;
    worker->serving++;
  }
  return STATUS_OK;
}

static enum status begin(struct worker *worker, struct fault *fault)
{
  const struct worker_task *task = worker->task;
  worker->base = event_base_new();
  if (worker->base == NULL || event_base_priority_init(worker->base, PRIORITIES) != 0)
    return fault_set(fault, STATUS_FAILED, NULL, NULL, "there is no event loop");
  worker->on_stop = evsignal_new(worker->base, SIGTERM, on_stop_signal, worker);
  worker->on_grace = event_new(worker->base, -1, 0, on_grace_over, worker);
  if (worker->on_stop == NULL || worker->on_grace == NULL || event_add(worker->on_stop, NULL) != 0)
    return fault_set(fault, STATUS_FAILED, NULL, NULL, "the event loop takes no more events");
  enum status status = task->application->begin(worker->base, task->config, &worker->state, fault);
  if (status != STATUS_OK)
    return status;
  worker->begun = true;
  return start_servers(worker, fault);
}

static void end(struct worker *worker)
{
  for (int i = 0; i < WORKER_SOCKETS; i++)
    http_server_free(worker->servers[i]);
  if (worker->begun)
    worker->task->application->end(worker->state);
  if (worker->on_stop != NULL)
    event_free(worker->on_stop);
  if (worker->on_grace != NULL)
    event_free(worker->on_grace);
  if (worker->base != NULL)
    event_base_free(worker->base);
}

static int exit_status(const struct fault *fault)
{
  return fault->status == STATUS_REFUSED ? VERDICT_UNUSABLE : VERDICT_UNFINISHED;
}

static void unblock_stop(void)
{
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTERM);
  sigprocmask(SIG_UNBLOCK, &stop, NULL);
}

int worker_serve(const struct worker_task *task)
{
  struct worker worker = {.task = task};
  struct fault fault;
  int status = VERDICT_HOLDS;
  event_set_log_callback(log_of_libevent);
  event_set_fatal_callback(fatal_of_libevent);
  if (begin(&worker, &fault) != STATUS_OK) {
    log_fault(LOG_ERROR, "worker-cannot-begin", &fault);
    status = exit_status(&fault);
  } else {
    ssize_t told = write(task->begun, "", 1);
    (void)told; /* a full pipe has told enough */
    log_event(LOG_INFO, "worker-started", NULL, 0);
    unblock_stop();
    if (event_base_dispatch(worker.base) != 0)
      status = VERDICT_UNFINISHED;
    log_event(LOG_INFO, "worker-stopped", NULL, 0);
  }
  end(&worker);
  return status;
}

/* --- jobs --- */

static volatile bool stop_working;
static volatile unsigned grace_seconds;

static void on_stop_working(int signal)
{
  (void)signal;
  stop_working = true;
  alarm(grace_seconds); /* which ends the process */
}

int worker_work(const struct worker_task *task)
{
  struct sigaction stop = {.sa_handler = on_stop_working};
  struct fault fault;
  grace_seconds = (unsigned)task->config->stop_seconds;
  if (sigaction(SIGTERM, &stop, NULL) != 0)
    return VERDICT_UNFINISHED;
  unblock_stop();
  log_event(LOG_INFO, "job-worker-started", NULL, 0);
  if (task->application->work(task->config, &stop_working, &fault) != STATUS_OK) {
    log_fault(LOG_ERROR, "job-worker-failed", &fault);
    return exit_status(&fault);
  }
  log_event(LOG_INFO, "job-worker-stopped", NULL, 0);
  return VERDICT_HOLDS;
}
