/* appending.h - what all that append have in common: the checks before the sequencer, its answers
 * after it.
 */
#ifndef API_VOTING_APPENDING_H
#define API_VOTING_APPENDING_H

#include "api/voting/visit.h"

/* Judges the entry by itself; false when that ended the visit. */
bool visit_judge_alone(struct visit *visit, struct choice *choice);

/* Submits the entry to the sequencer, or, when there is none (`visit->entry.line` empty), a freeze;
 * the answer ends the visit. */
void visit_append(struct visit *visit);

#endif
