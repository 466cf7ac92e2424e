#include <errno.h>
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "api/server/http/inner.h"
#include "api/server/log.h"

enum {
  TICK_SECONDS = 1 /* how late a deadline may be noticed */
};

/* --- clients --- */

static void on_tick(evutil_socket_t socket, short what, void *context)
{
  struct http_server *server = context;
  int64_t now = connection_clock();
  (void)socket;
  (void)what;
  for (struct connection *each = server->connections; each != NULL; each = each->next) {
    if (each->deadline != 0 && each->deadline <= now)
      connection_expire(each);
  }
  if (!server->stopping)
    event_add(server->acceptable, NULL); /* if it was taken away for want of descriptors */
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
    receive_refuse(connection, PROBLEM_BUSY, NULL);
    return;
  }
  connection->phase = READING;
  connection_set_deadline(connection, server->limits.request_seconds);
  connection_listen(connection, true);
}

/* One newcomer in a turn of the loop, so that other workers have their share. */
static void on_acceptable(evutil_socket_t listening, short what, void *context)
{
  struct http_server *server = context;
  (void)what;
  int socket = accept(listening, NULL, NULL);
  if (socket >= 0) {
    welcome(server, socket);
  } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
    /* It would be tried again at once, for ever: the next tick is soon enough. */
    LOG(LOG_WARNING, "cannot-accept", LOG_TEXT("what", strerror(errno)));
    event_del(server->acceptable);
  }
}

/* --- for handlers --- */

static const char *date_of(struct http_server *server)
{
  time_t now = time(NULL);
  if (now != server->date_second) {
    server->date_second = now;
    reply_date(now, server->date);
  }
  return server->date;
}

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

static bool is_sound(const struct http_request *request, const struct http_reply *reply)
{
  if (reply_is_sound(reply))
    return true;
  LOG(LOG_ERROR, "reply-unsound", LOG_TEXT("request", request->id),
      LOG_NUMBER("status", reply->status));
  return false;
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
  connection_set_deadline(connection, server->limits.reply_seconds);
}

void http_send(struct http_request *request, const struct http_reply *reply)
{
  struct exchange *exchange = exchange_of(request);
  struct connection *connection = exchange->connection;
  if (!is_sound(request, reply)) {
    problem_send(request, PROBLEM_INTERNAL, NULL);
    return;
  }
  exchange_end(exchange);
  if (connection->phase == CLOSED) {
    connection_end(connection);
    return;
  }
  add_reply_head(exchange, reply);
  if (request->method != HTTP_HEAD && reply_has_body(reply->status))
    buffer_add(&connection->out, reply->body);
  connection->phase = SENDING;
  connection_flush(connection);
}

void http_stream_begin(struct http_request *request, const struct http_reply *reply)
{
  static const struct http_reply unsound = {.status = 500};
  struct exchange *exchange = exchange_of(request);
  struct connection *connection = exchange->connection;
  if (connection->phase == CLOSED)
    return;
  exchange->chunked = true;
  add_reply_head(exchange, is_sound(request, reply) ? reply : &unsound);
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
    connection_later(connection);
    return;
  }
  if (piece.length > 0 && request->method != HTTP_HEAD) /* an empty chunk would be the last */
    add_chunk(&connection->out, piece);
  connection_set_deadline(connection, connection->server->limits.reply_seconds);
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
  connection_set_deadline(connection, connection->server->limits.reply_seconds);
  connection_flush(connection);
}

bool http_gone(const struct http_request *request)
{
  return exchange_of(request)->connection->phase == CLOSED;
}

/* --- the server --- */

static void on_sweep(evutil_socket_t socket, short what, void *context)
{
  struct http_server *server = context;
  (void)socket;
  (void)what;
  http_free_gone(server);
  if (server->stopping && server->open == 0 && server->pending == 0 && server->stopped != NULL) {
    void (*stopped)(void *) = server->stopped;
    server->stopped = NULL;
    stopped(server->stopped_context); /* may free the server */
  }
}

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
  http_sweep_soon(server);
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
  http_free_gone(server);
  http_free_event(server->acceptable);
  http_free_event(server->tick);
  http_free_event(server->sweep);
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
