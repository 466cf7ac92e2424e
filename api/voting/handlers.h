/* handlers.h - what answers each route (docs/api.md); `context` is the worker's struct voting. */
#ifndef API_VOTING_HANDLERS_H
#define API_VOTING_HANDLERS_H

#include "api/server/router.h"

typedef void handler(struct http_request *request, const struct route_match *match, void *context);

/* registering.c: elections begin */
handler handle_board_key, handle_register;

/* casting.c: ballots */
handler handle_cast;

/* officers.c: entries of other kinds, the freeze */
handler handle_append, handle_freeze;

/* drafts.c: what officers sign */
handler handle_draft_open, handle_draft_close, handle_draft_result;

/* uploads.c: attachments in parts */
handler handle_upload_part, handle_upload_complete;

/* reading.c: how an election stands */
handler handle_elections, handle_election, handle_turnout, handle_standing, handle_count,
    handle_result;

/* board_files.c: the board as files */
handler handle_board;

#endif
