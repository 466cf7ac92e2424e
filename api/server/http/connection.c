#include <errno.h>
#include <event2/event.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "api/server/http/inner.h"
#include "api/server/log.h"

enum {
  KEPT_BYTES = 16 * 1024 /* of a buffer that has served */
};

int64_t connection_clock(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void connection_set_deadline(struct connection *connection, unsigned seconds)
{
  connection->deadline = connection_clock() + (int64_t)seconds * 1000;
}

/* --- what is over: freed after the callbacks of this turn that may still know of it --- */

void http_sweep_soon(struct http_server *server)
{
  event_active(server->sweep, EV_TIMEOUT, 0);
}

void exchange_end(struct exchange *exchange)
{
  struct connection *connection = exchange->connection;
  struct http_server *server = connection->server;
  if (exchange->handed)
    server->pending--;
  connection->exchange = NULL;
  exchange->gone = server->gone_exchanges;
  server->gone_exchanges = exchange;
  http_sweep_soon(server);
}

void connection_end(struct connection *connection)
{
  connection->gone = connection->server->gone_connections;
  connection->server->gone_connections = connection;
  http_sweep_soon(connection->server);
}

static void exchange_free(struct exchange *exchange)
{
  arena_free(&exchange->request.arena);
  free(exchange);
}

void http_free_event(struct event *event)
{
  if (event != NULL)
    event_free(event);
}

static void connection_free(struct connection *connection)
{
  http_free_event(connection->readable);
  http_free_event(connection->writable);
  http_free_event(connection->later);
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

void http_free_gone(struct http_server *server)
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

/* --- connections --- */

void connection_listen(struct connection *connection, bool listens)
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

void connection_later(struct connection *connection)
{
  /* Not event_active: others have their turn first. */
  static const struct timeval at_once = {0};
  event_add(connection->later, &at_once);
}

void connection_close(struct connection *connection, bool reset)
{
  struct linger none = {.l_onoff = 1, .l_linger = 0};
  if (connection->phase == CLOSED)
    return;
  if (reset)
    setsockopt(connection->socket, SOL_SOCKET, SO_LINGER, &none, sizeof none);
  connection_listen(connection, false);
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
    connection_later(connection);
  }
  http_sweep_soon(connection->server);
}

void connection_no_memory(struct connection *connection, const char *what)
{
  LOG(LOG_ERROR, "no-memory", LOG_TEXT("for", what));
  connection_close(connection, true);
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
  connection_set_deadline(connection, LINGER_SECONDS);
  buffer_free(&connection->in);
  connection_listen(connection, true);
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
    connection_set_deadline(connection, limits->request_seconds);
    connection_later(connection);
    return;
  }
  connection->idle = true;
  connection_set_deadline(connection, limits->idle_seconds);
  if (connection->ended)
    connection_close(connection, false);
  else
    connection_listen(connection, true);
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
      connection_later(connection);
  } else if (connection->phase == SENDING) {
    if (connection->close || connection->server->stopping)
      connection_linger(connection);
    else
      connection_await(connection);
  }
}

void connection_flush(struct connection *connection)
{
  struct buffer *out = &connection->out;
  if (out->failed) {
    connection_no_memory(connection, "reply");
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

/* --- what the loop tells of a connection --- */

static void on_end(struct connection *connection)
{
  connection->ended = true;
  connection_listen(connection, false);
  if (connection->phase == LINGERING)
    connection_close(connection, false);
  else if (connection->phase == READING)
    connection_later(connection); /* a request that came before may be waiting for its turn */
}

static void on_bytes(struct connection *connection, struct span bytes)
{
  if (connection->phase == LINGERING)
    return;
  if (connection->idle)
    connection_set_deadline(connection, connection->server->limits.request_seconds);
  connection->idle = false;
  buffer_add(&connection->in, bytes);
  if (connection->in.failed)
    connection_no_memory(connection, "request");
  else if (connection->phase == READING)
    receive_advance(connection);
  else /* the next request waits for its turn, and what follows it in the system */
    connection_listen(connection, false);
}

void connection_read(struct connection *connection)
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
    connection_listen(connection, true);
    receive_advance(connection);
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

void connection_expire(struct connection *connection)
{
  struct fault fault;
  if (connection->phase == READING && (connection->in.length > 0 || connection->exchange != NULL)) {
    fault_set(&fault, STATUS_REFUSED, NULL, NULL, "the request was not whole in time");
    receive_refuse(connection, PROBLEM_TIMEOUT, &fault);
  } else {
    /* Who lingers has all of the reply in the system's hands, which goes on delivering it. */
    connection_close(connection, connection->phase != READING && connection->phase != LINGERING);
  }
}

/* --- new connections --- */

static bool prepare_socket(int socket)
{
  int yes = 1;
  /* Replies are written at once; a Unix socket has no such option. */
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  return evutil_make_socket_nonblocking(socket) == 0 && evutil_make_socket_closeonexec(socket) == 0;
}

struct connection *connection_new(struct http_server *server, int socket)
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
