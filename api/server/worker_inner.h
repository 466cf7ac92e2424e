/* worker_inner.h - what the parent (service.c) starts: a process that serves, or one that works. */
#ifndef API_SERVER_WORKER_INNER_H
#define API_SERVER_WORKER_INNER_H

#include "api/server/worker.h"

enum {
  WORKER_SOCKETS = 2 /* public, officers'; -1 where there is none */
};

struct worker_task {
  const struct config *config;
  const struct application *application;
  int sockets[WORKER_SOCKETS];
  int begun; /* a byte is written here once requests can be served */
};

/* Serves until SIGTERM, which is blocked when it is called. Returns what the process exits with:
 * 0, or VERDICT_UNUSABLE where the application refused the configuration, or another. */
int worker_serve(const struct worker_task *task);

/* The same for jobs. */
int worker_work(const struct worker_task *task);

/* How many descriptors a worker may need. */
unsigned worker_descriptors(const struct config *config);

#endif
