/* replay.h - the command `replay`: a published election held again on a running service, and judged.
 */
#ifndef API_REPLAY_REPLAY_H
#define API_REPLAY_REPLAY_H

#include "console/console.h"

enum verdict replay_run(int count, char **arguments);

#endif
