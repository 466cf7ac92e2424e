/* client.h - HTTP/1.1 as a patient client speaks it: a few connections that are kept, on one loop.
 *
 * A request is sent, and sent again in the very same bytes, until it is answered: when the
 * connection is refused or cut, when no answer comes in time, and when the answer is to come back
 * later (202, 429, 502, 503 and 504, after as many seconds as Retry-After says). So every request
 * must be one that may be done twice. It ends with the first other answer; with CLIENT_UNANSWERED
 * once the client's patience is at its end; or with CLIENT_GARBLED when what came is not HTTP.
 *
 * Each connection does one request at a time; requests beyond them wait for the first that is free.
 * Bodies have a Content-Length, are chunked, or end with the connection.
 */
#ifndef API_REPLAY_CLIENT_H
#define API_REPLAY_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/buffer.h"
#include "base/fault.h"
#include "base/span.h"

struct event_base;
struct client;

enum {
  CLIENT_CONNECTIONS_MAX = 1024,
  CLIENT_HEADERS_MAX = 16 * 1024, /* bytes of an answer's head */
  CLIENT_LOCATION_MAX = 256,
};

enum client_end {
  CLIENT_ANSWERED,
  CLIENT_UNANSWERED,
  CLIENT_GARBLED,
  CLIENT_TOO_LARGE, /* the answer's body is longer than `limit` */
};

/* Stays until `done`, which may send it, or another, again. */
struct client_request {
  const char *method;
  struct span path;
  const char *type;    /* of the body; NULL: no Content-Type */
  struct span headers; /* further ones, each with its CR LF; may be empty */
  struct span body;    /* may be empty; with POST and PUT its length is always said */
  size_t limit;        /* bytes of the answer's body */
  FILE *file;          /* takes the answer's body, from its start; NULL: `answer` does */
  void (*done)(struct client_request *request, void *context);
  void *context;

  /* What came of it, set before `done`. */
  enum client_end end;
  int status;
  unsigned attempts;                  /* times that it was sent */
  char location[CLIENT_LOCATION_MAX]; /* of a header that fits; else "" */
  struct buffer answer;               /* owned by the caller: emptied for each attempt */

  /* client.c's own. */
  struct client_request *next;
  int64_t deadline;
};

struct client_options {
  unsigned connections;
  unsigned patience;      /* seconds for a request, from when it is first sent */
  unsigned reply_seconds; /* to wait for an answer, or for more of it, before sending again */
};

/* How a run went, beside its answers. */
struct client_counts {
  uint64_t answers;  /* requests that were answered */
  uint64_t refused;  /* connections that could not be made */
  uint64_t cut;      /* connections that ended in the middle of a request */
  uint64_t late;     /* answers that did not come in time */
  uint64_t told_off; /* answers that said to come back later */
};

/* A client of "http://127.0.0.1:8080", "http://[::1]:8080" or "unix:/path": nothing that would have
 * to be looked up. Whether anybody is there shows with the first request. */
enum status client_open(struct event_base *base, struct span address,
                        const struct client_options *options, struct client **client,
                        struct fault *fault) CHECKED;

/* Requests that are under way end without `done`. NULL is left alone. */
void client_close(struct client *client);

/* `done` is called from the loop, never inside the call. */
void client_send(struct client *client, struct client_request *request);

/* Turns the loop until a request is done, whose `done` and `context` it sets. */
void client_ask(struct client *client, struct client_request *request);

/* What stands in the Host header: "127.0.0.1:8080", or "localhost" for a Unix socket. */
const char *client_authority(const struct client *client);

const struct client_counts *client_counts(const struct client *client);

#endif
