/* processor.h - how much processor time programs have used.
 */
#ifndef API_REPLAY_PROCESSOR_H
#define API_REPLAY_PROCESSOR_H

#include <stddef.h>
#include <sys/types.h>

/* Seconds that these processes, all that descend from them, and those that did and ended, have
 * used (proc(5)). Below 0 when none is given or one is not there. */
double processor_seconds(const pid_t *pids, size_t count);

#endif
