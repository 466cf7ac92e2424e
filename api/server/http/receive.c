#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/server/http/inner.h"
#include "api/server/log.h"
#include "base/hex.h"

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

/* From here on the handler, or the problem in its place, owes a reply. */
static struct http_request *hand_over(struct connection *connection)
{
  connection->phase = HANDLING;
  connection->deadline = 0;
  connection->exchange->handed = true;
  connection->server->pending++;
  return &connection->exchange->request;
}

void receive_refuse(struct connection *connection, enum problem problem, const struct fault *fault)
{
  if (connection->exchange == NULL && exchange_begin(connection) == NULL) {
    connection_no_memory(connection, "request");
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
  receive_refuse(connection, problem, &fault);
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
    connection_no_memory(connection, "request");
    return false;
  }
  struct head *head = &exchange->head;
  struct http_request *request = &exchange->request;
  enum head_verdict verdict = head_read((struct span){text, connection->checked}, head, &fault);
  drop(connection, connection->checked);
  connection->checked = 0;
  request->method = head->method;
  if (verdict != HEAD_OK) {
    receive_refuse(connection,
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
    connection_no_memory(connection, "request");
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
    receive_refuse(connection, PROBLEM_BAD_REQUEST, &fault);
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

void receive_advance(struct connection *connection)
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
      connection_no_memory(connection, "request");
      return;
    }
    exchange->request.body = (struct span){body, length};
    drop(connection, length);
  }
  struct http_server *server = connection->server;
  server->handler(hand_over(connection), server->context);
}
