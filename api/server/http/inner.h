/* inner.h - what the files of http/ share: a server, its connections, their requests.
 *
 * connection.c moves bytes and knows what a connection waits for; receive.c makes requests of bytes;
 * server.c lets clients in and gives handlers what http.h promises. reply.c spells, head.c reads.
 */
#ifndef API_SERVER_HTTP_INNER_H
#define API_SERVER_HTTP_INNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "api/server/http.h"
#include "api/server/http/head.h"
#include "api/server/http/reply.h"
#include "api/server/problem.h"
#include "base/buffer.h"

struct event;

enum {
  READ_BYTES = 64 * 1024, /* taken from a connection at a time */
  LINGER_SECONDS = 2      /* for the client to have read why it is cut off */
};

/* What a connection waits for. */
enum connection_phase {
  READING,   /* a request, or the rest of one */
  HANDLING,  /* the handler, which has not replied */
  STREAMING, /* the handler again, or the client to take a piece of the stream */
  SENDING,   /* the client, to take the reply */
  LINGERING, /* the client, to close its side after we closed ours */
  CLOSED     /* the handler, to reply to nobody */
};

struct exchange;

struct connection {
  struct http_server *server;
  struct connection *previous, *next;
  int socket; /* -1 when closed */
  enum connection_phase phase;
  int64_t deadline; /* of the clock; 0: none */
  struct event *readable, *writable, *later;
  bool listens; /* `readable` is added */
  bool idle;    /* between two requests */
  bool ended;   /* the client has closed its side */
  bool close;   /* after this reply */
  struct buffer in;
  size_t checked; /* of `in`, for the end of the head */
  struct buffer out;
  size_t sent;               /* of `out` */
  struct exchange *exchange; /* its head was read and it is not over */
  struct connection *gone;   /* of those to be freed */
};

/* A request and all that belongs to it. */
struct exchange {
  struct http_request request;
  struct connection *connection;
  struct head head;
  bool handed; /* to the handler */
  bool chunked;
  void (*drained)(void *context);
  void *context;
  struct exchange *gone;
};

struct http_server {
  struct event_base *base;
  struct http_limits limits;
  http_handler *handler;
  void *context;
  struct event *acceptable, *tick, *sweep;
  struct connection *connections;
  struct connection *gone_connections;
  struct exchange *gone_exchanges;
  unsigned open, pending;
  void (*stopped)(void *context);
  void *stopped_context;
  bool stopping;
  time_t date_second;
  char date[REPLY_DATE];
  char bytes[READ_BYTES];
};

/* --- connection.c --- */

/* Takes the socket, and waits for nothing yet; NULL when there is no memory. */
struct connection *connection_new(struct http_server *server, int socket);

/* Whether it is told of bytes that come. */
void connection_listen(struct connection *connection, bool listens);

/* Takes what has come and goes on with it. */
void connection_read(struct connection *connection);

/* Sends what is to be sent, as much as goes now, and goes on when it was all. */
void connection_flush(struct connection *connection);

/* Closes the socket. `reset`: what was not sent is thrown away, and the client is told that
 * something is missing, where the socket can say so. */
void connection_close(struct connection *connection, bool reset);

/* There is none for `what`: it is closed. */
void connection_no_memory(struct connection *connection, const char *what);

/* Looks again at it once others have had their turn. */
void connection_later(struct connection *connection);

/* Its time is over. */
void connection_expire(struct connection *connection);

void connection_set_deadline(struct connection *connection, unsigned seconds);

/* Milliseconds that never go back, as deadlines are told in. */
int64_t connection_clock(void);

/* What is over is freed after the callbacks of this turn that may still know of it. */
void connection_end(struct connection *connection);
void exchange_end(struct exchange *exchange);
void http_sweep_soon(struct http_server *server);
void http_free_gone(struct http_server *server);
void http_free_event(struct event *event); /* may be NULL */

/* --- receive.c --- */

/* Goes on with what was read: a request is handled as soon as it is whole. */
void receive_advance(struct connection *connection);

/* Answers in the handler's place, and ends the connection. */
void receive_refuse(struct connection *connection, enum problem problem, const struct fault *fault);

#endif
