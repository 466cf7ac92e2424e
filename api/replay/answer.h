/* answer.h - what an answer means: what was promised, or why not.
 */
#ifndef API_REPLAY_ANSWER_H
#define API_REPLAY_ANSWER_H

#include "api/replay/client.h"

/* STATUS_OK for an answer with one of two statuses. None at all is STATUS_FAILED; all else is
 * STATUS_REFUSED with what the answer's problem details say (RFC 9457). `what` says what was asked
 * for: "the manifest". */
enum status answer_expect(const struct client_request *request, int status, int other,
                          const char *what, struct fault *fault) CHECKED;

#endif
