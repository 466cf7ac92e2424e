/* report.h - what a replay found, as a table for people and as JSON for machines.
 */
#ifndef API_REPLAY_REPORT_H
#define API_REPLAY_REPORT_H

#include "api/replay/run.h"

/* Whether everything that was asked holds. */
bool replay_holds(const struct replay *replay);

void replay_report_add(const struct replay *replay, size_t width, struct buffer *text);

/*   {"agreement":{"audit":true,"outcome":true,"published":true or null,"receipts":true},
 *    "ballots":…,"ballots_per_second":…,"election":hex,"faults":["…"],"microseconds":{"began":…,
 *    "casting":…,"median_wait":…,"p99_wait":…,"postgres":… or null,"server":… or null},
 *    "origin":"…","outcome":hex,"receipts":…,
 *    "requests":{"answered":…,"cut":…,"late":…,"refused":…,"told_off":…},"seed":…,"voters":…,
 *    "winners":["…"]}
 *
 * with a line break at its end. `ballots` are those that were sent, without repetitions; `receipts`
 * those that were checked, with them. `microseconds` of processor are in all, not for each; `began` is when casting did, by the
 * system's monotonic clock. */
void replay_report_write(const struct replay *replay, struct buffer *text);

#endif
