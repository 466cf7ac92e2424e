/* check.h - whether what was promised holds: of the exported board, of its audit, of the winners.
 *
 * Each of these answers one finding of the replay. They fail only when they could not look.
 */
#ifndef API_REPLAY_CHECK_H
#define API_REPLAY_CHECK_H

#include "api/replay/run.h"

/* Every receipt that was given is on the exported board: its entry, at its index; and the board has
 * no other. Every checkpoint that was seen is of this board. */
enum status check_receipts(struct replay *replay, const char *folder, struct fault *fault) CHECKED;

/* `beffroi-audit verify FOLDER`, as a process of its own, accepts the board. */
enum status check_audit(struct replay *replay, const char *folder, struct fault *fault) CHECKED;

/* The projects funded are those that the file says were selected by the rule that it names. */
void check_published(struct replay *replay);

#endif
