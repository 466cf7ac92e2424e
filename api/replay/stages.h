/* stages.h - an election from its definition to its result, but for the vote itself (casting.h).
 *
 * What the service drafts is not believed: it must be, byte for byte, what follows from the file and
 * from what was sent.
 */
#ifndef API_REPLAY_STAGES_H
#define API_REPLAY_STAGES_H

#include "api/replay/run.h"

/* Reads the file, whose text outlives the replay, plans the vote, and counts it: `file`, `plan` and
 * what depends on neither keys nor the service. Needs the options. */
enum status stages_read(struct replay *replay, struct span text, struct fault *fault) CHECKED;

/* Makes keys, asks for that of the board, defines the election, uploads the electorate, and opens
 * the vote. */
enum status stages_open(struct replay *replay, struct fault *fault) CHECKED;

/* Asks the service for the standing ballots of some voters, who sign for it: each is the last that
 * the voter cast. */
enum status stages_check_standing(struct replay *replay, struct fault *fault) CHECKED;

/* Freezes the head and closes the vote. */
enum status stages_close(struct replay *replay, struct fault *fault) CHECKED;

/* Waits for the count and appends the result, if it is the one expected; else says in the findings
 * why not and appends none. */
enum status stages_end(struct replay *replay, struct fault *fault) CHECKED;

#endif
