/* casting.h - the vote: every ballot of the plan, signed and sent by many connections at once.
 */
#ifndef API_REPLAY_CASTING_H
#define API_REPLAY_CASTING_H

#include "api/replay/run.h"

/* Signs ballots before the vote, as devices of voters would, so that this machine is not busy with
 * it meanwhile: those that replace none, up to a limit of memory. The others are signed when sent. */
enum status casting_sign(struct replay *replay, struct fault *fault) CHECKED;

/* Casts all ballots of the plan, in its order but a ballot that replaces another after that one's
 * receipt. Ends early with the first answer that is none of those promised, or missing: a refusal, a
 * receipt that does not hold, another receipt for the same line. Sets the times of answers. */
enum status casting_run(struct replay *replay, struct fault *fault) CHECKED;

/* Sends every ballot once more, all those that were replaced too: each must get its receipt again,
 * byte for byte. */
enum status casting_run_again(struct replay *replay, struct fault *fault) CHECKED;

/* The line of a cast, in `arena`. If it replaces another, that one has been answered. */
enum status casting_line(struct replay *replay, const struct cast *cast, struct arena *arena,
                         struct span *line, struct fault *fault) CHECKED;

#endif
