/* problem.h - refusals over HTTP: problem details (RFC 9457), of stable types.
 *
 *   {"detail"*:…,"expected"*:…,"head"*:{"root":…,"size":…},"request":…,"status":…,"title":…,
 *    "type":"urn:beffroi:problem:stale","where"*:…}          as application/problem+json; * if known
 *
 * The type is for programs and never changes its meaning; `detail`, `where` and `expected` are those
 * of the fault, for people. Every refusal of admission (ballots/admission.h) has the type of its
 * name, and a status by what it is about:
 *
 *   400  it is not an entry
 *   403  whoever signed it may not
 *   409  the board as it is now does not take it
 *   422  what it says is wrong, and would be on any board like this one
 */
#ifndef API_SERVER_PROBLEM_H
#define API_SERVER_PROBLEM_H

#include "api/server/http.h"
#include "ballots/admission.h"
#include "ballots/merkle.h"
#include "base/fault.h"

enum problem {
  PROBLEM_BAD_REQUEST,    /* 400: headers, query or path are not as they must be */
  PROBLEM_MALFORMED_BODY, /* 400: the body is not what the route takes */
  PROBLEM_UNAUTHORISED,   /* 401: the request is not signed, or its signature does not hold */
  PROBLEM_FORBIDDEN,      /* 403: signed by somebody who may not */
  PROBLEM_NOT_FOUND,      /* 404 */
  PROBLEM_METHOD,         /* 405 */
  PROBLEM_ORIGIN_TAKEN,   /* 409: the origin of a manifest serves another board */
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

/* The same with one more header. */
void problem_send_with(struct http_request *request, enum problem problem,
                       const struct fault *fault, const char *header, const char *value);

/* The same with seconds to wait before asking again. BUSY, UNAVAILABLE and STOPPING say one second
 * unless told. */
void problem_send_later(struct http_request *request, enum problem problem,
                        const struct fault *fault, unsigned seconds);

/* Answers with the refusal of an entry: one table gives each its HTTP status. `head` is that of the
 * board that the refusal relied on, so that nobody can be told later that it was another; NULL where
 * it relied on none, or where telling it would tell strangers how the vote goes. */
void problem_send_refusal(struct http_request *request, enum refusal refusal,
                          const struct merkle_head *head, const struct fault *fault);

/* A fault that is nobody's refusal: no memory is 503, a failure 500. It is logged with the request's
 * id and not shown, since it may speak of our inside. */
void problem_send_fault(struct http_request *request, const struct fault *fault);

/* Types, without "urn:beffroi:problem:", and statuses: for logs, documents and tests. */
const char *problem_type(enum problem problem);
int problem_status(enum problem problem);
int problem_refusal_status(enum refusal refusal);

#endif
