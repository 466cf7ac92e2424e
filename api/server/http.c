#include "api/server/http.h"

#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "api/server/http_reply.h"
#include "api/server/log.h"
#include "api/server/problem.h"
#include "base/buffer.h"
#include "base/hex.h"

enum {
  READ_BYTES = 64 * 1024, /* taken from a connection at a time */
  KEPT_BYTES = 16 * 1024, /* of a buffer that has served */
  ACCEPT_AT_ONCE = 8,     /* then the loop turns, and other workers have their share */
  LINGER_SECONDS = 2,     /* for the client to have read why it is cut off */
  TICK_SECONDS = 1        /* how late a deadline may be noticed */
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

/* --- clock --- */

/* Milliseconds that never go back. */
static int64_t clock_now(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void set_deadline(struct connection *connection, unsigned seconds)
{
  connection->deadline = clock_now() + (int64_t)seconds * 1000;
}

static const char *date_of(struct http_server *server)
{
  time_t now = time(NULL);
  if (now != server->date_second) {
    server->date_second = now;
    reply_date(now, server->date);
  }
  return server->date;
}

/* --- what is over: freed after the callbacks of this turn that may still know of it --- */

static void sweep_soon(struct http_server *server)
{
  event_active(server->sweep, EV_TIMEOUT, 0);
}

static void exchange_end(struct exchange *exchange)
{
  struct connection *connection = exchange->connection;
  struct http_server *server = connection->server;
  if (exchange->handed)
    server->pending--;
  connection->exchange = NULL;
  exchange->gone = server->gone_exchanges;
  server->gone_exchanges = exchange;
  sweep_soon(server);
}

/* Nobody has it any more. */
static void connection_end(struct connection *connection)
{
  connection->gone = connection->server->gone_connections;
  connection->server->gone_connections = connection;
  sweep_soon(connection->server);
}

static void exchange_free(struct exchange *exchange)
{
  arena_free(&exchange->request.arena);
  free(exchange);
}

static void free_event(struct event *event)
{
  if (event != NULL)
    event_free(event);
}

static void connection_free(struct connection *connection)
{
  free_event(connection->readable);
  free_event(connection->writable);
  free_event(connection->later);
  buffer_free(&connection->in);
  buffer_free(&connection->out);
  free(connection);
}

static void unlink_connection(struct connection *connection)
{
  if (connection->previous != NULL)
    connection->previous->next = connection->next;
  else
    connection->server->connections = connection->next;
  if (connection->next != NULL)
    connection->next->previous = connection->previous;
}

static void free_gone(struct http_server *server)
{
  while (server->gone_exchanges != NULL) {
    struct exchange *exchange = server->gone_exchanges;
    server->gone_exchanges = exchange->gone;
    exchange_free(exchange);
  }
  while (server->gone_connections != NULL) {
    struct connection *connection = server->gone_connections;
    server->gone_connections = connection->gone;
    unlink_connection(connection);
    connection_free(connection);
  }
}

static void on_sweep(evutil_socket_t socket, short what, void *context)
{
  struct http_server *server = context;
  (void)socket;
  (void)what;
  free_gone(server);
  if (server->stopping && server->open == 0 && server->pending == 0 && server->stopped != NULL) {
    void (*stopped)(void *) = server->stopped;
    server->stopped = NULL;
    stopped(server->stopped_context); /* may free the server */
  }
}

/* --- connections --- */

static void listen_to(struct connection *connection, bool listens)
{
  listens = listens && !connection->ended;
  if (listens == connection->listens)
    return;
  connection->listens = listens;
  if (listens)
    event_add(connection->readable, NULL);
  else
    event_del(connection->readable);
}

static void do_later(struct connection *connection)
{
  /* Not event_active: others have their turn first. */
  static const struct timeval at_once = {0};
  event_add(connection->later, &at_once);
}

/* Closes the socket. `reset`: what was not sent is thrown away, and the client is told that
 * something is missing, where the socket can say so. */
static void connection_close(struct connection *connection, bool reset)
{
  struct linger none = {.l_onoff = 1, .l_linger = 0};
  if (connection->phase == CLOSED)
    return;
  if (reset)
    setsockopt(connection->socket, SOL_SOCKET, SO_LINGER, &none, sizeof none);
  listen_to(connection, false);
  event_del(connection->writable);
  evutil_closesocket(connection->socket);
  connection->socket = -1;
  connection->phase = CLOSED;
  connection->deadline = 0;
  connection->server->open--;
  if (connection->exchange == NULL || !connection->exchange->handed) {
    if (connection->exchange != NULL)
      exchange_end(connection->exchange);
    connection_end(connection);
  } else if (connection->exchange->drained != NULL) {
    do_later(connection);
  }
  sweep_soon(connection->server);
}

/* Ends our side, and waits a little for the client to end its own: a socket closed with bytes
 * unread would take back what was sent. */
static void connection_linger(struct connection *connection)
{
  if (connection->ended) {
    connection_close(connection, false);
    return;
  }
  shutdown(connection->socket, SHUT_WR);
  connection->phase = LINGERING;
  set_deadline(connection, LINGER_SECONDS);
  buffer_free(&connection->in);
  listen_to(connection, true);
}

static void connection_await(struct connection *connection)
{
  const struct http_limits *limits = &connection->server->limits;
  connection->phase = READING;
  connection->checked = 0;
  if (connection->in.capacity > KEPT_BYTES && connection->in.length == 0)
    buffer_free(&connection->in);
  if (connection->out.capacity > KEPT_BYTES)
    buffer_free(&connection->out);
  if (connection->in.length > 0) {
    set_deadline(connection, limits->request_seconds);
    do_later(connection);
    return;
  }
  connection->idle = true;
  set_deadline(connection, limits->idle_seconds);
  if (connection->ended)
    connection_close(connection, false);
  else
    listen_to(connection, true);
}

/* All of `out` was taken. */
static void connection_drained(struct connection *connection)
{
  connection->out.length = 0;
  connection->sent = 0;
  event_del(connection->writable);
  if (connection->phase == STREAMING) {
    connection->deadline = 0;
    if (connection->exchange->drained != NULL)
      do_later(connection);
  } else if (connection->phase == SENDING) {
    if (connection->close || connection->server->stopping)
      connection_linger(connection);
    else
      connection_await(connection);
  }
}

static void connection_flush(struct connection *connection)
{
  struct buffer *out = &connection->out;
  if (out->failed) {
    LOG(LOG_ERROR, "no-memory", LOG_TEXT("for", "reply"));
    connection_close(connection, true);
    return;
  }
  while (connection->sent < out->length) {
    ssize_t taken = send(connection->socket, out->bytes + connection->sent,
                         out->length - connection->sent, MSG_NOSIGNAL);
    if (taken < 0 && errno == EINTR)
      continue;
    if (taken < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      event_add(connection->writable, NULL);
      return;
    }
    if (taken < 0) {
      connection_close(connection, true);
      return;
    }
    connection->sent += (size_t)taken;
  }
  connection_drained(connection);
}

/* --- requests --- */

static struct exchange *exchange_begin(struct connection *connection)
{
  uint8_t random[HTTP_REQUEST_ID / 2];
  struct exchange *exchange = calloc(1, sizeof *exchange);
  if (exchange == NULL)
    return NULL;
  struct http_request *request = &exchange->request;
  randombytes_buf(random, sizeof random);
  hex_write(random, sizeof random, request->id);
  request->inner = exchange;
  request->method = HTTP_METHOD_OTHER;
  request->target = request->path = request->query = request->host = request->body = SPAN("");
  exchange->connection = connection;
  connection->exchange = exchange;
  return exchange;
}

static void no_memory(struct connection *connection)
{
  LOG(LOG_ERROR, "no-memory", LOG_TEXT("for", "request"));
  connection_close(connection, true);
}

/* From here on the handler, or the problem in its place, owes a reply. */
static struct http_request *hand_over(struct connection *connection)
{
  connection->phase = HANDLING;
  connection->deadline = 0;
  connection->exchange->handed = true;
  connection->server->pending++;
  return &connection->exchange->request;
}

/* Answers in the handler's place, and ends the connection. */
static void refuse(struct connection *connection, enum problem problem, const struct fault *fault)
{
  if (connection->exchange == NULL && exchange_begin(connection) == NULL) {
    no_memory(connection);
    return;
  }
  connection->close = true;
  struct http_request *request = hand_over(connection);
  LOG(LOG_DEBUG, "request-refused", LOG_TEXT("request", request->id),
      LOG_TEXT("problem", problem_type(problem)), LOG_TEXT("where", fault ? fault->where : ""),
      LOG_TEXT("what", fault ? fault->what : ""));
  if (problem == PROBLEM_BUSY)
    problem_send_later(request, problem, fault, LINGER_SECONDS);
  else
    problem_send(request, problem, fault);
}

static void refuse_length(struct connection *connection, enum problem problem, const char *what,
                          size_t limit)
{
  struct fault fault;
  char expected[FAULT_EXPECTED];
  snprintf(expected, sizeof expected, "at most %zu bytes", limit);
  fault_set(&fault, STATUS_REFUSED, NULL, expected, "%s is too long", what);
  refuse(connection, problem, &fault);
}

/* Takes bytes out of what was read. */
static void drop(struct connection *connection, size_t length)
{
  struct buffer *in = &connection->in;
  in->length -= length;
  memmove(in->bytes, in->bytes + length, in->length);
}

static bool lower_host(struct http_request *request)
{
  char *host = arena_copy(&request->arena, request->host.bytes, request->host.length);
  if (host == NULL)
    return false;
  for (size_t i = 0; i < request->host.length; i++) {
    if (host[i] >= 'A' && host[i] <= 'Z')
      host[i] = (char)(host[i] - 'A' + 'a');
  }
  request->host.bytes = host;
  return true;
}

/* The head is whole. Returns whether its body may come. */
static bool take_head(struct connection *connection)
{
  struct fault fault;
  struct exchange *exchange = exchange_begin(connection);
  char *text = exchange == NULL ? NULL
                                : arena_copy(&exchange->request.arena, connection->in.bytes,
                                             connection->checked);
  if (text == NULL) {
    no_memory(connection);
    return false;
  }
  struct head *head = &exchange->head;
  struct http_request *request = &exchange->request;
  enum head_verdict verdict = head_read((struct span){text, connection->checked}, head, &fault);
  drop(connection, connection->checked);
  connection->checked = 0;
  request->method = head->method;
  if (verdict != HEAD_OK) {
    refuse(connection,
           verdict == HEAD_BAD     ? PROBLEM_BAD_REQUEST
           : verdict == HEAD_CODED ? PROBLEM_LENGTH
                                   : PROBLEM_HEADERS,
           &fault);
    return false;
  }
  request->target = head->target;
  request->path = head->path;
  request->query = head->query;
  request->host = head->host;
  if (!lower_host(request)) {
    no_memory(connection);
    return false;
  }
  connection->close = head->close;
  if (head->length > connection->server->limits.body) {
    refuse_length(connection, PROBLEM_TOO_LARGE, "the body", connection->server->limits.body);
    return false;
  }
  if (head->expects && connection->in.length < head->length) {
    buffer_add(&connection->out, SPAN("HTTP/1.1 100 Continue\r\n\r\n"));
    connection_flush(connection);
  }
  return connection->phase == READING;
}

/* More must come. */
static void await_more(struct connection *connection)
{
  if (connection->ended)
    connection_close(connection, false);
}

/* Looks for the end of the head. Returns whether a request was begun. */
static bool find_head(struct connection *connection)
{
  struct fault fault;
  size_t limit = connection->server->limits.headers;
  switch (head_find_end(buffer_span(&connection->in), &connection->checked)) {
  case HEAD_WRONG:
    fault_set(&fault, STATUS_REFUSED, NULL, "HTTP/1.1", "this is no request");
    refuse(connection, PROBLEM_BAD_REQUEST, &fault);
    return false;
  case HEAD_WHOLE:
    if (connection->checked <= limit)
      return take_head(connection);
    break;
  case HEAD_MORE:
    if (connection->checked < limit) {
      await_more(connection);
      return false;
    }
    break;
  }
  refuse_length(connection, PROBLEM_HEADERS, "the request line with all headers", limit);
  return false;
}

/* Goes on with what was read: a request is handled as soon as it is whole. */
static void advance(struct connection *connection)
{
  if (connection->exchange == NULL && !find_head(connection))
    return;
  struct exchange *exchange = connection->exchange;
  size_t length = (size_t)exchange->head.length;
  if (connection->in.length < length) {
    await_more(connection);
    return;
  }
  if (length > 0) {
    char *body = arena_copy(&exchange->request.arena, connection->in.bytes, length);
    if (body == NULL) {
      no_memory(connection);
      return;
    }
    exchange->request.body = (struct span){body, length};
    drop(connection, length);
  }
  struct http_server *server = connection->server;
  server->handler(hand_over(connection), server->context);
}

/* --- what the loop tells of a connection --- */

static void on_end(struct connection *connection)
{
  connection->ended = true;
  listen_to(connection, false);
  if (connection->phase == LINGERING)
    connection_close(connection, false);
  else if (connection->phase == READING)
    do_later(connection); /* a request that came before may be waiting for its turn */
}

static void on_bytes(struct connection *connection, struct span bytes)
{
  if (connection->phase == LINGERING)
    return;
  if (connection->idle)
    set_deadline(connection, connection->server->limits.request_seconds);
  connection->idle = false;
  buffer_add(&connection->in, bytes);
  if (connection->in.failed)
    no_memory(connection);
  else if (connection->phase == READING)
    advance(connection);
  else
    listen_to(connection, false); /* the next request waits for its turn, the rest in the system */
}

static void connection_read(struct connection *connection)
{
  struct http_server *server = connection->server;
  ssize_t length = recv(connection->socket, server->bytes, sizeof server->bytes, 0);
  if (length > 0)
    on_bytes(connection, (struct span){server->bytes, (size_t)length});
  else if (length == 0)
    on_end(connection);
  else if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
    connection_close(connection, true);
}

static void on_readable(evutil_socket_t socket, short what, void *context)
{
  struct connection *connection = context;
  (void)socket;
  (void)what;
  if (connection->phase != CLOSED)
    connection_read(connection);
}

static void on_writable(evutil_socket_t socket, short what, void *context)
{
  struct connection *connection = context;
  (void)socket;
  (void)what;
  if (connection->phase != CLOSED)
    connection_flush(connection);
}

static void on_later(evutil_socket_t socket, short what, void *context)
{
  struct connection *connection = context;
  struct exchange *exchange = connection->exchange;
  (void)socket;
  (void)what;
  if (connection->phase == READING) {
    listen_to(connection, true);
    advance(connection);
    return;
  }
  if (exchange == NULL || exchange->drained == NULL)
    return;
  if (connection->phase != CLOSED && connection->out.length > 0)
    return;
  void (*drained)(void *) = exchange->drained;
  exchange->drained = NULL;
  drained(exchange->context);
}

static void expire(struct connection *connection)
{
  struct fault fault;
  if (connection->phase == READING && (connection->in.length > 0 || connection->exchange != NULL)) {
    fault_set(&fault, STATUS_REFUSED, NULL, NULL, "the request was not whole in time");
    refuse(connection, PROBLEM_TIMEOUT, &fault);
  } else {
    /* Who lingers has all of the reply in the system's hands, which goes on delivering it. */
    connection_close(connection, connection->phase != READING && connection->phase != LINGERING);
  }
}

static void on_tick(evutil_socket_t socket, short what, void *context)
{
  struct http_server *server = context;
  int64_t now = clock_now();
  (void)socket;
  (void)what;
  for (struct connection *each = server->connections; each != NULL; each = each->next) {
    if (each->deadline != 0 && each->deadline <= now)
      expire(each);
  }
  if (!server->stopping)
    event_add(server->acceptable, NULL); /* if it was taken away for want of descriptors */
}

/* --- new connections --- */

static bool prepare_socket(int socket)
{
  int yes = 1;
  /* Replies are written at once; a Unix socket has no such option. */
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  return evutil_make_socket_nonblocking(socket) == 0 && evutil_make_socket_closeonexec(socket) == 0;
}

static struct connection *connection_new(struct http_server *server, int socket)
{
  struct connection *connection = calloc(1, sizeof *connection);
  if (connection == NULL)
    return NULL;
  connection->server = server;
  connection->socket = socket;
  connection->readable =
      event_new(server->base, socket, EV_READ | EV_PERSIST, on_readable, connection);
  connection->writable =
      event_new(server->base, socket, EV_WRITE | EV_PERSIST, on_writable, connection);
  connection->later = event_new(server->base, -1, 0, on_later, connection);
  if (connection->readable == NULL || connection->writable == NULL || connection->later == NULL ||
      !prepare_socket(socket)) {
    connection_free(connection);
    return NULL;
  }
  connection->next = server->connections;
  if (connection->next != NULL)
    connection->next->previous = connection;
  server->connections = connection;
  server->open++;
  return connection;
}

static void welcome(struct http_server *server, int socket)
{
  struct connection *connection = NULL;
  if (server->open < server->limits.connections + HTTP_SURPLUS)
    connection = connection_new(server, socket);
  if (connection == NULL) {
    evutil_closesocket(socket);
    return;
  }
  if (server->open > server->limits.connections) {
    refuse(connection, PROBLEM_BUSY, NULL);
    return;
  }
  connection->phase = READING;
  set_deadline(connection, server->limits.request_seconds);
  listen_to(connection, true);
}

static void on_acceptable(evutil_socket_t listening, short what, void *context)
{
  struct http_server *server = context;
  (void)what;
  for (int i = 0; i < ACCEPT_AT_ONCE; i++) {
    int socket = accept(listening, NULL, NULL);
    if (socket >= 0) {
      welcome(server, socket);
      continue;
    }
    if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      /* It would be tried again at once, for ever: the next tick is soon enough. */
      LOG(LOG_WARNING, "cannot-accept", LOG_TEXT("what", strerror(errno)));
      event_del(server->acceptable);
    }
    return;
  }
}

/* --- for handlers --- */

static struct exchange *exchange_of(const struct http_request *request)
{
  return request->inner;
}

struct span http_header(const struct http_request *request, const char *name)
{
  return head_value(&exchange_of(request)->head, span_of(name));
}

void http_reply_header(struct http_reply *reply, const char *name, const char *value)
{
  if (reply->header_count == HTTP_HEADERS_MAX)
    abort(); /* a reply of ours has too many headers */
  reply->headers[reply->header_count++] = (struct http_header){name, value};
}

/* What is sent in place of a reply that cannot be spelt. */
static const struct http_reply unsound = {.status = 500, .body = SPAN_INIT("")};

static const struct http_reply *sound(const struct http_request *request,
                                      const struct http_reply *reply)
{
  if (reply_is_sound(reply))
    return reply;
  LOG(LOG_ERROR, "reply-unsound", LOG_TEXT("request", request->id),
      LOG_NUMBER("status", reply->status));
  return &unsound;
}

static void add_reply_head(struct exchange *exchange, const struct http_reply *reply)
{
  struct connection *connection = exchange->connection;
  struct http_server *server = connection->server;
  connection->close = connection->close || reply->close || connection->ended || server->stopping;
  struct reply_head head = {
      .reply = reply,
      .id = exchange->request.id,
      .date = date_of(server),
      .chunked = exchange->chunked,
      .close = connection->close,
  };
  reply_add_head(&connection->out, &head);
  set_deadline(connection, server->limits.reply_seconds);
}

void http_send(struct http_request *request, const struct http_reply *reply)
{
  struct exchange *exchange = exchange_of(request);
  struct connection *connection = exchange->connection;
  exchange_end(exchange);
  if (connection->phase == CLOSED) {
    connection_end(connection);
    return;
  }
  reply = sound(request, reply);
  add_reply_head(exchange, reply);
  if (request->method != HTTP_HEAD && reply_has_body(reply->status))
    buffer_add(&connection->out, reply->body);
  connection->phase = SENDING;
  connection_flush(connection);
}

void http_stream_begin(struct http_request *request, const struct http_reply *reply)
{
  struct exchange *exchange = exchange_of(request);
  struct connection *connection = exchange->connection;
  if (connection->phase == CLOSED)
    return;
  exchange->chunked = true;
  add_reply_head(exchange, sound(request, reply));
  connection->phase = STREAMING;
  connection_flush(connection);
}

static void add_chunk(struct buffer *out, struct span piece)
{
  buffer_format(out, "%zx\r\n", piece.length);
  buffer_add(out, piece);
  buffer_add(out, SPAN("\r\n"));
}

void http_stream_write(struct http_request *request, struct span piece,
                       void (*drained)(void *context), void *context)
{
  struct exchange *exchange = exchange_of(request);
  struct connection *connection = exchange->connection;
  exchange->drained = drained;
  exchange->context = context;
  if (connection->phase == CLOSED) {
    do_later(connection);
    return;
  }
  if (piece.length > 0 && request->method != HTTP_HEAD) /* an empty chunk would be the last */
    add_chunk(&connection->out, piece);
  set_deadline(connection, connection->server->limits.reply_seconds);
  connection_flush(connection);
}

void http_stream_end(struct http_request *request, bool whole)
{
  struct exchange *exchange = exchange_of(request);
  struct connection *connection = exchange->connection;
  exchange->drained = NULL;
  exchange_end(exchange);
  if (connection->phase == CLOSED) {
    connection_end(connection);
    return;
  }
  if (!whole) {
    connection_close(connection, true);
    return;
  }
  if (request->method != HTTP_HEAD)
    buffer_add(&connection->out, SPAN("0\r\n\r\n"));
  connection->phase = SENDING;
  set_deadline(connection, connection->server->limits.reply_seconds);
  connection_flush(connection);
}

bool http_gone(const struct http_request *request)
{
  return exchange_of(request)->connection->phase == CLOSED;
}

/* --- the server --- */

enum status http_server_start(struct event_base *base, int socket, const struct http_limits *limits,
                              http_handler *handler, void *context, struct http_server **server,
                              struct fault *fault)
{
  static const struct timeval second = {.tv_sec = TICK_SECONDS};
  struct http_server *made = calloc(1, sizeof *made);
  if (made == NULL)
    return fault_no_memory(fault);
  made->base = base;
  made->limits = *limits;
  made->handler = handler;
  made->context = context;
  made->acceptable = event_new(base, socket, EV_READ | EV_PERSIST, on_acceptable, made);
  made->tick = event_new(base, -1, EV_PERSIST, on_tick, made);
  made->sweep = event_new(base, -1, 0, on_sweep, made);
  if (made->acceptable == NULL || made->tick == NULL || made->sweep == NULL ||
      event_add(made->acceptable, NULL) != 0 || event_add(made->tick, &second) != 0) {
    http_server_free(made);
    return fault_set(fault, STATUS_FAILED, NULL, NULL, "the event loop takes no more events");
  }
  *server = made;
  return STATUS_OK;
}

void http_server_stop(struct http_server *server, void (*stopped)(void *context), void *context)
{
  server->stopping = true;
  server->stopped = stopped;
  server->stopped_context = context;
  event_del(server->acceptable);
  for (struct connection *each = server->connections; each != NULL; each = each->next) {
    /* A request may have come that the loop has not told of. */
    if (each->phase == READING && each->exchange == NULL && each->in.length == 0)
      connection_read(each);
    if (each->phase == READING && each->exchange == NULL && each->in.length == 0)
      connection_close(each, false);
  }
  sweep_soon(server);
}

void http_server_free(struct http_server *server)
{
  if (server == NULL)
    return;
  for (struct connection *each = server->connections; each != NULL; each = each->next) {
    bool closed = each->phase == CLOSED && each->exchange == NULL; /* it is among the gone */
    if (each->exchange != NULL)
      exchange_end(each->exchange);
    if (each->phase != CLOSED)
      connection_close(each, false);
    else if (!closed)
      connection_end(each);
  }
  free_gone(server);
  free_event(server->acceptable);
  free_event(server->tick);
  free_event(server->sweep);
  free(server);
}

unsigned http_server_pending(const struct http_server *server)
{
  return server->pending;
}

unsigned http_server_connections(const struct http_server *server)
{
  return server->open;
}
