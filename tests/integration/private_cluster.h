/* private_cluster.h - a PostgreSQL of a test's own (sql/cluster.sh), in a new folder of /tmp. It ends
 * with the test, however that ends. */
#ifndef TESTS_INTEGRATION_PRIVATE_CLUSTER_H
#define TESTS_INTEGRATION_PRIVATE_CLUSTER_H

#include <stdbool.h>
#include <sys/types.h>

/* Makes and starts it. False, after saying why, when there is no PostgreSQL here or it fails. */
bool private_cluster_begin(void);

/* Stops and deletes it. */
void private_cluster_end(void);

/* How libpq connects to it as its superuser. */
const char *private_cluster_url(void);

/* Does "start", "stop" or "crash". */
bool private_cluster_do(const char *verb);

/* Begins to, and does not wait: returns the process to wait for. */
pid_t private_cluster_spawn(const char *verb);

#endif
