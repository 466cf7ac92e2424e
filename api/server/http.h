/* http.h - requests and replies: HTTP/1.1 (RFC 9110, RFC 9112) on libevent's loop.
 *
 * As much of HTTP as the service needs, behind a proxy that does the rest: TLS, HTTP/2, compression.
 * Heads are read by head.h and by nothing else, so there is one reading of what was sent. What is
 * refused here never reaches a handler, is answered with a problem (problem.h), and ends the
 * connection: whatever head.h refuses, a head or body over its limit, and a request that is not
 * whole by its deadline, however many bytes trickle. A connection that ends in the middle of a
 * request, or does not take its reply by the deadline, is closed.
 *
 * Requests that a client sends without waiting for replies are handled one after the other. A
 * client that ends its side after a request still gets the reply.
 *
 * A server listens on a socket that it inherits, in one process, on one event loop; nothing is
 * shared. SIGPIPE may be left as it is.
 *
 * A handler gets a request and must reply exactly once, now or later. Until then the request
 * stays, whatever its client does; a reply to a client who left goes nowhere. Everything a request
 * needs is in its arena, which goes at the end of the turn of the loop in which the reply was sent
 * or the stream ended, never inside a call.
 */
#ifndef API_SERVER_HTTP_H
#define API_SERVER_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "api/server/http/head.h"
#include "base/arena.h"
#include "base/fault.h"
#include "base/span.h"

struct event_base;
struct http_server;

enum {
  HTTP_REQUEST_ID = 16, /* hex digits */
  HTTP_HEADERS_MAX = 8, /* of a reply, beside those that are always there */
  HTTP_SURPLUS = 64     /* connections over the cap that are told so */
};

struct http_request {
  struct arena arena;
  enum http_method method;
  struct span target; /* as sent: path and query */
  struct span path;   /* as sent: percent-encoding is left alone, no path of ours has any */
  struct span query;  /* after the "?"; empty without */
  struct span host;   /* the Host header, in lower case */
  struct span body;
  char id[HTTP_REQUEST_ID + 1]; /* random; in logs, problems and the header Request-Id */
  void *inner;                  /* http.c's own */
};

/* Text of a header's only line; empty when there is none or more than one. */
struct span http_header(const struct http_request *request, const char *name);

struct http_header {
  const char *name;
  const char *value; /* printable ASCII; must stay until http_send or http_stream_begin returns */
};

/* Always sent: Content-Length, Content-Type, Date, Request-Id, X-Content-Type-Options: nosniff,
 * and, unless `headers` say otherwise, Cache-Control: no-store. A header that is no header is a bug
 * of ours: 500 is sent in the reply's place. */
struct http_reply {
  int status;
  const char *type; /* of the content; NULL without a body */
  struct span body; /* copied */
  size_t header_count;
  struct http_header headers[HTTP_HEADERS_MAX];
  bool close; /* end the connection afterwards */
};

void http_reply_header(struct http_reply *reply, const char *name, const char *value);

/* Sends the reply; the request is done with. */
void http_send(struct http_request *request, const struct http_reply *reply);

/* --- replies that are too large to hold: chunked ---
 *
 * begin, then write one piece at a time, each when the last was taken (`drained` is then called,
 * from the loop, never inside the call), then end. When the client left, or did not read for too
 * long, `drained` is called too, and http_gone says so; the stream must still be ended. The pieces
 * of an answer to HEAD go nowhere. */
void http_stream_begin(struct http_request *request, const struct http_reply *reply);
void http_stream_write(struct http_request *request, struct span piece,
                       void (*drained)(void *context), void *context);
/* `whole` false: something failed on the way; the connection is cut so that the client can tell. */
void http_stream_end(struct http_request *request, bool whole);
bool http_gone(const struct http_request *request);

/* --- the server --- */

struct http_limits {
  size_t body;    /* bytes of a body */
  size_t headers; /* bytes of a request line with all headers */
  unsigned
      connections; /* at a time; HTTP_SURPLUS more are answered 503 and closed, the rest closed */
  unsigned
      request_seconds; /* from a request's first byte, or the connection's start, to its last byte */
  unsigned reply_seconds; /* for the client to take each reply, or piece of a stream */
  unsigned idle_seconds;  /* between requests on one connection */
};

/* Called for each request that passed the checks. */
typedef void http_handler(struct http_request *request, void *context);

/* Serves on a listening socket, which stays the caller's. */
enum status http_server_start(struct event_base *base, int socket, const struct http_limits *limits,
                              http_handler *handler, void *context, struct http_server **server,
                              struct fault *fault) CHECKED;

/* Takes no more connections; answers what was asked, with Connection: close; closes idle
 * connections. `stopped` is called, from the loop, once nothing is left. */
void http_server_stop(struct http_server *server, void (*stopped)(void *context), void *context);

/* Closes what is open. Requests that have no reply go too: nobody may reply to them any more. */
void http_server_free(struct http_server *server);

/* Requests that have no reply yet; connections open. */
unsigned http_server_pending(const struct http_server *server);
unsigned http_server_connections(const struct http_server *server);

/* A listening socket, non-blocking and closed on exec, for "127.0.0.1:8080", "[::1]:0" (any free
 * port) or "unix:/path" (mode 0660; a stale socket file is replaced, a live one refused). Only
 * loopback and Unix sockets: TLS and the outside are the proxy's. */
enum status http_listen(struct span address, int *socket, struct fault *fault) CHECKED;

/* Whether http_listen would understand it. */
enum status http_check_address(struct span address, struct fault *fault) CHECKED;

/* Closes it; of a Unix socket removes the file too. */
void http_unlisten(int socket);

/* The address that a socket got, as "http://127.0.0.1:40123" or "unix:/path". */
enum status http_address(int socket, char *text, size_t size, struct fault *fault) CHECKED;

#endif
