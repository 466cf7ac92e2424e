/* export.h - the whole board, fetched over HTTP into a folder that beffroi-audit reads.
 */
#ifndef API_REPLAY_EXPORT_H
#define API_REPLAY_EXPORT_H

#include "api/replay/run.h"

/* Fetches checkpoint, board.jsonl, attachments, tiles and the entries that are no ballots into
 * `folder`, which is there and empty. Waits until the public checkpoint covers all that we have
 * receipts for. */
enum status export_board(struct replay *replay, const char *folder, struct fault *fault) CHECKED;

#endif
