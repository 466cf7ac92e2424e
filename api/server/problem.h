/* problem.h - refusals over HTTP: problem details (RFC 9457), of stable types.
 *
 *   {"detail":…,"expected"*:…,"request":…,"status":…,"title":…,"type":"urn:beffroi:problem:stale","where"*:…}
 *
 * The type is for programs and never changes its meaning; `detail`, `where` and `expected` are those
 * of the fault, for people. Every refusal of admission (ballots/admission.h) has the type of its name.
 */
#ifndef API_SERVER_PROBLEM_H
#define API_SERVER_PROBLEM_H

#include "api/server/http.h"
#include "ballots/admission.h"
#include "base/fault.h"

enum problem {
  PROBLEM_BAD_REQUEST,    /* 400: headers, query or path are not as they must be */
  PROBLEM_MALFORMED_BODY, /* 400: the body is not what the route takes */
  PROBLEM_UNAUTHORISED,   /* 401: the request is not signed, or its signature does not hold */
  PROBLEM_FORBIDDEN,      /* 403: signed by somebody who may not */
  PROBLEM_NOT_FOUND,      /* 404 */
  PROBLEM_METHOD,         /* 405 */
  PROBLEM_TIMEOUT,        /* 408: not whole by its deadline */
  PROBLEM_LENGTH,         /* 411: no Content-Length */
  PROBLEM_TOO_LARGE,      /* 413 */
  PROBLEM_TYPE,           /* 415 */
  PROBLEM_HEADERS,        /* 431 */
  PROBLEM_BUSY,           /* 503 with Retry-After: a pool is full; nothing was done */
  PROBLEM_UNAVAILABLE, /* 503 with Retry-After: the database does not answer; sending the same again is safe */
  PROBLEM_STOPPING, /* 503: this process is about to end */
  PROBLEM_INTERNAL, /* 500: a bug of ours */
  PROBLEM_COUNT
};

/* Answers with a problem. `fault` may be NULL: the title says enough. */
void problem_send(struct http_request *request, enum problem problem, const struct fault *fault);

/* The same with seconds to wait before asking again. */
void problem_send_later(struct http_request *request, enum problem problem,
                        const struct fault *fault, unsigned seconds);

/* Answers with the refusal of an entry: one table gives each its HTTP status. */
void problem_send_refusal(struct http_request *request, enum refusal refusal,
                          const struct fault *fault);

/* A fault that is nobody's refusal: no memory and failures are 500 or 503, and logged. */
void problem_send_fault(struct http_request *request, const struct fault *fault);

/* Names and statuses, for documents and tests. */
const char *problem_name(enum problem problem);
int problem_status(enum problem problem);
int problem_refusal_status(enum refusal refusal);

#endif
