/* A service that does what it is asked, to try out the one that carries it: api/server.
 *
 *   echo_service [FILE]      the configuration
 *
 * Prints its addresses as one line each. ECHO_BEGIN=refuse or fail lets workers not begin;
 * ECHO_READY=no says that it is not ready; ECHO_CRASH=N lets a worker end N milliseconds after it began.
 *
 *   GET  /echo                       method, target, path, query, host, X-Test, one a line
 *   POST /echo                       the body; PUT, DELETE likewise
 *   GET  /pid                        the worker's process
 *   GET  /large/:bytes               so many bytes
 *   GET  /delay/:milliseconds        an answer after that time
 *   GET  /never                      no answer
 *   GET  /held                       an answer when /release is asked for, of the same worker
 *   GET  /release                    gives it
 *   GET  /stream/:pieces/:bytes      an answer in pieces
 *   GET  /broken/:pieces/:bytes      the same, failing after the last piece
 *   GET  /unsound                    an answer with a header that is none
 *   GET  /headers                    an answer with headers of its own
 *   GET  /nothing                    204
 *   GET  /problem/:number            that problem
 *   GET  /refusal/:number            that refusal
 *   GET  /header/:name               the value of that header of the request
 *   POST /v1/elections/:election/ballots                                 the body
 *   PUT  /v1/elections/:election/attachments/:digest/parts/:number       the body
 */
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "api/server/log.h"
#include "api/server/problem.h"
#include "api/server/router.h"
#include "api/server/worker.h"
#include "base/buffer.h"

enum {
  BODY_MAX = 1024 * 1024,
  LARGEST = 64 * 1024 * 1024
};

struct echo {
  struct event_base *base;
  struct http_request *held;
};

static void reply_bytes(struct http_request *request, struct span body)
{
  struct http_reply reply = {.status = 200, .type = "application/octet-stream", .body = body};
  http_send(request, &reply);
}

static size_t number_of(struct span text)
{
  int64_t number;
  if (!span_to_integer(text, &number) || number < 0 || number > LARGEST)
    return 0;
  return (size_t)number;
}

/* --- at once --- */

static void echo_request(struct http_request *request, const struct route_match *match,
                         void *context)
{
  static const char *const methods[] = {"GET", "HEAD", "POST", "PUT", "DELETE", "OTHER"};
  struct buffer body = {0};
  struct span test = http_header(request, "X-Test");
  (void)match;
  (void)context;
  buffer_format(&body, "%s\n%.*s\n%.*s\n%.*s\n%.*s\n%.*s\n", methods[request->method],
                SPAN_PRINT(request->target), SPAN_PRINT(request->path), SPAN_PRINT(request->query),
                SPAN_PRINT(request->host), SPAN_PRINT(test));
  reply_bytes(request, buffer_span(&body));
  buffer_free(&body);
}

static void echo_body(struct http_request *request, const struct route_match *match, void *context)
{
  (void)match;
  (void)context;
  reply_bytes(request, request->body);
}

static void tell_process(struct http_request *request, const struct route_match *match,
                         void *context)
{
  char text[24];
  (void)match;
  (void)context;
  snprintf(text, sizeof text, "%ld", (long)getpid());
  reply_bytes(request, span_of(text));
}

static void send_large(struct http_request *request, const struct route_match *match, void *context)
{
  size_t length = number_of(match->segments[0]);
  char *bytes = arena_take(&request->arena, length + 1, 1);
  (void)context;
  if (bytes == NULL)
    abort();
  memset(bytes, 'x', length);
  reply_bytes(request, (struct span){bytes, length});
}

static void send_unsound(struct http_request *request, const struct route_match *match,
                         void *context)
{
  struct http_reply reply = {.status = 200, .type = "text/plain", .body = SPAN("x")};
  (void)match;
  (void)context;
  http_reply_header(&reply, "X-Test", "one\r\nX-Other: two");
  http_send(request, &reply);
}

static void send_headers(struct http_request *request, const struct route_match *match,
                         void *context)
{
  struct http_reply reply = {.status = 201, .type = "text/plain", .body = SPAN("x")};
  (void)match;
  (void)context;
  http_reply_header(&reply, "Location", "/echo");
  http_reply_header(&reply, "Cache-Control", "max-age=60");
  http_send(request, &reply);
}

static void send_nothing(struct http_request *request, const struct route_match *match,
                         void *context)
{
  struct http_reply reply = {.status = 204};
  (void)match;
  (void)context;
  http_send(request, &reply);
}

static void send_problem(struct http_request *request, const struct route_match *match,
                         void *context)
{
  (void)context;
  problem_send(request, (enum problem)number_of(match->segments[0]), NULL);
}

static void send_refusal(struct http_request *request, const struct route_match *match,
                         void *context)
{
  (void)context;
  problem_send_refusal(request, (enum refusal)number_of(match->segments[0]), NULL, NULL);
}

static void echo_header(struct http_request *request, const struct route_match *match,
                        void *context)
{
  const struct span name = match->segments[0];
  const char *text = arena_copy(&request->arena, name.bytes, name.length);
  (void)context;
  if (text == NULL)
    abort();
  reply_bytes(request, http_header(request, text));
}

/* --- later, or never --- */

static void after(struct echo *echo, size_t milliseconds, event_callback_fn call, void *argument)
{
  struct timeval time = {.tv_sec = (time_t)(milliseconds / 1000),
                         .tv_usec = (suseconds_t)(milliseconds % 1000 * 1000)};
  if (event_base_once(echo->base, -1, EV_TIMEOUT, call, argument, &time) != 0)
    abort();
}

static void on_delay(evutil_socket_t socket, short what, void *context)
{
  (void)socket;
  (void)what;
  reply_bytes(context, SPAN("late"));
}

static void delay(struct http_request *request, const struct route_match *match, void *context)
{
  after(context, number_of(match->segments[0]), on_delay, request);
}

static void forget(struct http_request *request, const struct route_match *match, void *context)
{
  (void)request;
  (void)match;
  (void)context;
}

static void hold(struct http_request *request, const struct route_match *match, void *context)
{
  struct echo *echo = context;
  (void)match;
  if (echo->held != NULL)
    abort();
  echo->held = request;
}

static void release(struct http_request *request, const struct route_match *match, void *context)
{
  struct echo *echo = context;
  struct http_request *held = echo->held;
  (void)match;
  if (held == NULL)
    abort();
  echo->held = NULL;
  reply_bytes(request, SPAN("released"));
  reply_bytes(held, SPAN("late"));
}

/* --- in pieces --- */

struct stream {
  struct http_request *request;
  size_t pieces, length;
  char *piece;
  bool whole;
};

static void next_piece(void *context)
{
  struct stream *stream = context;
  if (stream->pieces == 0 || http_gone(stream->request)) {
    if (http_gone(stream->request))
      LOG(LOG_INFO, "stream-gone", LOG_NUMBER("left", stream->pieces));
    http_stream_end(stream->request, stream->whole);
    return;
  }
  stream->pieces--;
  http_stream_write(stream->request, (struct span){stream->piece, stream->length}, next_piece,
                    stream);
}

static void begin_stream(struct http_request *request, const struct route_match *match, bool whole)
{
  struct http_reply reply = {.status = 200, .type = "application/octet-stream"};
  struct stream *stream = ARENA_TAKE(&request->arena, struct stream, 1);
  if (stream == NULL)
    abort();
  *stream = (struct stream){.request = request,
                            .pieces = number_of(match->segments[0]),
                            .length = number_of(match->segments[1]),
                            .whole = whole};
  stream->piece = arena_take(&request->arena, stream->length + 1, 1);
  if (stream->piece == NULL)
    abort();
  memset(stream->piece, 'y', stream->length);
  http_stream_begin(request, &reply);
  next_piece(stream);
}

static void stream_whole(struct http_request *request, const struct route_match *match,
                         void *context)
{
  (void)context;
  begin_stream(request, match, true);
}

static void stream_broken(struct http_request *request, const struct route_match *match,
                          void *context)
{
  (void)context;
  begin_stream(request, match, false);
}

/* --- the application --- */

#define BYTES "application/octet-stream"

static const struct route routes[] = {
    {HTTP_GET, "/echo", 0, NULL, echo_request},
    {HTTP_POST, "/echo", BODY_MAX, BYTES, echo_body},
    {HTTP_PUT, "/echo", BODY_MAX, BYTES, echo_body},
    {HTTP_DELETE, "/echo", 0, NULL, echo_request},
    {HTTP_POST, "/small", 16, BYTES, echo_body},
    {HTTP_POST, "/bare", 0, NULL, echo_request},
    {HTTP_GET, "/pid", 0, NULL, tell_process},
    {HTTP_GET, "/large/:bytes", 0, NULL, send_large},
    {HTTP_GET, "/delay/:milliseconds", 0, NULL, delay},
    {HTTP_GET, "/never", 0, NULL, forget},
    {HTTP_GET, "/held", 0, NULL, hold},
    {HTTP_GET, "/release", 0, NULL, release},
    {HTTP_GET, "/stream/:pieces/:bytes", 0, NULL, stream_whole},
    {HTTP_GET, "/broken/:pieces/:bytes", 0, NULL, stream_broken},
    {HTTP_GET, "/unsound", 0, NULL, send_unsound},
    {HTTP_GET, "/headers", 0, NULL, send_headers},
    {HTTP_GET, "/nothing", 0, NULL, send_nothing},
    {HTTP_GET, "/problem/:number", 0, NULL, send_problem},
    {HTTP_GET, "/refusal/:number", 0, NULL, send_refusal},
    {HTTP_GET, "/header/:name", 0, NULL, echo_header},
    {HTTP_POST, "/v1/elections/:election/ballots", BODY_MAX, BYTES, echo_body},
    {HTTP_PUT, "/v1/elections/:election/attachments/:digest/parts/:number", BODY_MAX, BYTES,
     echo_body},
};

static const struct router router = {routes, sizeof routes / sizeof *routes};

static const char *setting(const char *name)
{
  const char *value = getenv(name);
  return value == NULL ? "" : value;
}

static void on_crash(evutil_socket_t socket, short what, void *context)
{
  (void)socket;
  (void)what;
  (void)context;
  _exit(77);
}

static enum status echo_begin(struct event_base *base, const struct config *config, void **state,
                              struct fault *fault)
{
  struct echo *echo;
  (void)config;
  if (strcmp(setting("ECHO_BEGIN"), "refuse") == 0)
    return fault_set(fault, STATUS_REFUSED, NULL, NULL, "ECHO_BEGIN says so");
  if (strcmp(setting("ECHO_BEGIN"), "fail") == 0)
    return fault_set(fault, STATUS_FAILED, NULL, NULL, "ECHO_BEGIN says so");
  echo = calloc(1, sizeof *echo);
  if (echo == NULL)
    return fault_no_memory(fault);
  echo->base = base;
  if (setting("ECHO_CRASH")[0] != '\0')
    after(echo, number_of(span_of(setting("ECHO_CRASH"))), on_crash, NULL);
  *state = echo;
  return STATUS_OK;
}

static void echo_handle(struct http_request *request, void *state)
{
  struct echo *echo = state;
  router_handle(&router, request, echo);
}

static bool echo_ready(void *state, const char **why)
{
  (void)state;
  *why = "ECHO_READY says so";
  return strcmp(setting("ECHO_READY"), "no") != 0;
}

static void echo_drain(void *state, void (*drained)(void *context), void *context)
{
  (void)state;
  drained(context);
}

static void echo_end(void *state)
{
  free(state);
}

static enum status echo_work(const struct config *config, const volatile bool *stop,
                             struct fault *fault)
{
  (void)config;
  (void)fault;
  const struct timespec moment = {.tv_nsec = 10000000};
  while (!*stop)
    nanosleep(&moment, NULL);
  return STATUS_OK;
}

static const struct application application = {
    .begin = echo_begin,
    .handle = echo_handle,
    .ready = echo_ready,
    .drain = echo_drain,
    .end = echo_end,
    .work = echo_work,
};

static void announce(const char *address, const char *officers_address)
{
  printf("%s\n%s\n", address, officers_address);
  fflush(stdout);
}

int main(int count, char **arguments)
{
  struct arena arena = {0};
  struct config config;
  struct fault fault;
  enum status status = config_read(count > 1 ? arguments[1] : NULL, &arena, &config, &fault);
  if (status == STATUS_OK)
    status = service_run(&config, &application, announce, &fault);
  if (status != STATUS_OK)
    fprintf(stderr, "echo_service: %s: %s; expected %s\n", fault.where, fault.what, fault.expected);
  arena_free(&arena);
  return status == STATUS_OK ? 0 : status == STATUS_REFUSED ? 2 : 3;
}
