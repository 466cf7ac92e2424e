/* http.h - requests and replies, over libevent's evhttp, which http.c alone knows.
 *
 * evhttp is laxer than RFC 9110 and 9112 allow and has neither a deadline for a whole request nor a
 * cap on connections, so this file is strict in its place: it refuses any Transfer-Encoding,
 * anything but one Content-Length of digits only, and anything but one Host, and closes the
 * connection; it counts connections; and a request that is not whole by its deadline, or a reply
 * that is not read by its own, ends the connection, however many bytes trickle. What is refused
 * here never reaches a handler.
 *
 * A server listens on a socket that it inherits, in one process, on one event loop; nothing is shared.
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

#include "base/arena.h"
#include "base/fault.h"
#include "base/span.h"

struct event_base;
struct http_server;

enum http_method {
  HTTP_GET,
  HTTP_HEAD, /* handled as GET; the body is not sent */
  HTTP_POST,
  HTTP_PUT,
  HTTP_DELETE,
  HTTP_METHOD_OTHER
};

enum {
  HTTP_REQUEST_ID = 16, /* hex digits */
  HTTP_HEADERS_MAX = 8  /* of a reply, beside those that are always there */
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
  const char *value; /* printable ASCII; in the request's arena or for ever */
};

/* Always sent: Content-Length, Content-Type, Date, Request-Id, X-Content-Type-Options: nosniff,
 * and, unless `headers` say otherwise, Cache-Control: no-store. */
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
 * long, `drained` is called too, and http_gone says so; the stream must still be ended. */
void http_stream_begin(struct http_request *request, const struct http_reply *reply);
void http_stream_write(struct http_request *request, struct span piece,
                       void (*drained)(void *context), void *context);
/* `whole` false: something failed on the way; the connection is cut so that the client can tell. */
void http_stream_end(struct http_request *request, bool whole);
bool http_gone(const struct http_request *request);

/* --- the server --- */

struct http_limits {
  size_t body;          /* bytes of a body */
  size_t headers;       /* bytes of a request line with all headers */
  unsigned connections; /* at a time; more are answered 503 and closed, or closed */
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

void http_server_free(struct http_server *server);

/* Requests that have no reply yet; connections open. */
unsigned http_server_pending(const struct http_server *server);
unsigned http_server_connections(const struct http_server *server);

/* A listening socket, non-blocking and closed on exec, for "127.0.0.1:8080", "[::1]:0" (any free port)
 * or "unix:/path" (mode 0660; a stale socket file is replaced, a live one refused). Only loopback and Unix
 * sockets: TLS and the outside are the proxy's. */
enum status http_listen(struct span address, int *socket, struct fault *fault) CHECKED;

/* The address that a socket got, as "http://127.0.0.1:40123" or "unix:/path". */
enum status http_address(int socket, char *text, size_t size, struct fault *fault) CHECKED;

#endif
