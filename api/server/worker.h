/* worker.h - the processes of the service: a parent that binds the sockets, workers that serve.
 *
 * The parent holds the listening sockets, starts workers (one event loop each, no threads) and job
 * workers, starts those again that end, after a pause that grows while they end at once, and on
 * SIGTERM or SIGINT asks all to stop: they take no more connections, finish what they began, and
 * end; who has not by the grace of the configuration is killed. When the parent itself is killed
 * its children notice (PR_SET_PDEATHSIG) and stop too.
 *
 * Answered by the worker itself:
 *   GET /v1/health      200 while the loop turns
 *   GET /v1/readiness   200 if the application is ready, else 503 with the reason
 */
#ifndef API_SERVER_WORKER_H
#define API_SERVER_WORKER_H

#include <stdbool.h>

#include "api/server/config.h"
#include "api/server/http.h"
#include "base/fault.h"

struct event_base;

/* What is served: everything the server knows of it. */
struct application {
  /* Called once in each worker. */
  enum status (*begin)(struct event_base *base, const struct config *config, void **state,
                       struct fault *fault);
  void (*handle)(struct http_request *request, void *state);
  /* Whether requests can be served now; if not, `why` says so in a few words. */
  bool (*ready)(void *state, const char **why);
  /* Finish what was begun; `drained` is called, from the loop, when nothing is left. */
  void (*drain)(void *state, void (*drained)(void *context), void *context);
  void (*end)(void *state);
  /* A job worker: takes jobs until `stop` becomes true (set by a signal), then returns. */
  enum status (*work)(const struct config *config, const volatile bool *stop, struct fault *fault);
};

/* Serves until told to stop. `announce` is called once the sockets are bound, with their
 * addresses. */
enum status service_run(const struct config *config, const struct application *application,
                        void (*announce)(const char *address, const char *officers_address),
                        struct fault *fault) CHECKED;

#endif
