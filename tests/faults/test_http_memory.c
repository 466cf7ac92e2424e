/* The k-th allocation of the server fails: the connection ends or the reply comes whole, nothing is
 * kept, and the next client is served. */
#include <arpa/inet.h>
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>
#include <sodium.h>

#include "api/server/config.h"
#include "api/server/http.h"
#include "api/server/log.h"
#include "tests/faults/failing_malloc.h"

enum {
  PIECES = 3,
  PIECE = 100000,
  ANSWER_MAX = 1024 * 1024
};

static struct event_base *base;
static struct http_server *server;
static int listening;
static char answer[ANSWER_MAX];

/* --- the service: a body comes back, a GET is answered by a stream --- */

static unsigned pieces_left;
static char piece[PIECE];

static void next_piece(void *context)
{
  struct http_request *request = context;
  if (pieces_left == 0 || http_gone(request)) {
    http_stream_end(request, true);
    return;
  }
  pieces_left--;
  http_stream_write(request, (struct span){piece, PIECE}, next_piece, request);
}

static void handle(struct http_request *request, void *context)
{
  struct http_reply reply = {.status = 200, .type = "text/plain", .body = request->body};
  (void)context;
  if (request->method == HTTP_POST) {
    http_send(request, &reply);
    return;
  }
  pieces_left = PIECES;
  http_stream_begin(request, &reply);
  next_piece(request);
}

static enum status start(struct fault *fault)
{
  static const struct http_limits limits = {.body = 64 * 1024,
                                            .headers = 8192,
                                            .connections = 4,
                                            .request_seconds = 60,
                                            .reply_seconds = 60,
                                            .idle_seconds = 60};
  return http_server_start(base, listening, &limits, handle, NULL, &server, fault);
}

/* --- a client, in the same loop --- */

static int connect_client(void)
{
  struct sockaddr_in address;
  socklen_t length = sizeof address;
  int client = socket(AF_INET, SOCK_STREAM, 0);
  assert_true(client >= 0);
  assert_int_equal(getsockname(listening, (struct sockaddr *)&address, &length), 0);
  assert_int_equal(connect(client, (struct sockaddr *)&address, length), 0);
  assert_int_equal(fcntl(client, F_SETFL, O_NONBLOCK), 0);
  return client;
}

/* Takes what has come. False once the connection has ended. */
static bool take(int client, size_t *length)
{
  for (;;) {
    assert_true(*length < ANSWER_MAX - 1);
    ssize_t more = recv(client, answer + *length, ANSWER_MAX - 1 - *length, 0);
    if (more > 0)
      *length += (size_t)more;
    else
      return more < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
  }
}

/* Asks, and turns the loop until the connection has ended; every request asks for that. */
static void ask(const char *request, bool failing, size_t k)
{
  size_t length = 0;
  int client = connect_client();
  assert_int_equal(send(client, request, strlen(request), MSG_NOSIGNAL), strlen(request));
  if (failing)
    failing_malloc_arm(k, false);
  while (take(client, &length))
    event_base_loop(base, EVLOOP_NONBLOCK);
  failing_malloc_disarm();
  answer[length] = '\0';
  close(client);
  while (http_server_connections(server) > 0)
    event_base_loop(base, EVLOOP_NONBLOCK);
  assert_int_equal(http_server_pending(server), 0);
}

static const char post[] = "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                           "Content-Length: 5\r\n\r\nhello";
static const char get[] = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
static const char wrong[] = "nonsense\n";

static void assert_whole(const char *end, const char *status)
{
  char line[64];
  size_t length = strlen(answer), wanted = strlen(end);
  snprintf(line, sizeof line, "HTTP/1.1 %s", status);
  assert_ptr_equal(strstr(answer, line), answer);
  assert_true(length > wanted);
  assert_string_equal(answer + length - wanted, end);
}

static void fail_each_allocation_of(const char *request, const char *end, const char *status)
{
  bool ended_early = false;
  for (size_t k = 1;; k++) {
    ask(request, true, k);
    if (!failing_malloc_fired()) {
      assert_whole(end, status);
      assert_true(k > 1);
      break;
    }
    ended_early = ended_early || answer[0] == '\0';
    ask(post, false, 0);
    assert_whole("hello", "200 OK");
  }
  assert_true(ended_early);
}

static void a_reply(void **state)
{
  (void)state;
  fail_each_allocation_of(post, "hello", "200 OK");
}

static void a_stream(void **state)
{
  (void)state;
  fail_each_allocation_of(get, "y\r\n0\r\n\r\n", "200 OK");
}

static void a_refusal(void **state)
{
  (void)state;
  fail_each_allocation_of(wrong, "}", "400 Bad Request");
}

static void the_server(void **state)
{
  struct fault fault;
  (void)state;
  http_server_free(server);
  for (size_t k = 1;; k++) {
    failing_malloc_arm(k, false);
    enum status status = start(&fault);
    failing_malloc_disarm();
    if (!failing_malloc_fired()) {
      assert_int_equal(status, STATUS_OK);
      break;
    }
    assert_int_equal(status, STATUS_NO_MEMORY);
  }
  ask(post, false, 0);
  assert_whole("hello", "200 OK");
}

static void a_configuration(void **state)
{
  struct arena arena = {0};
  struct config config;
  struct fault fault;
  (void)state;
  for (size_t k = 1;; k++) {
    failing_malloc_arm(k, true);
    enum status status =
        config_read_text(SPAN("[server]\nworkers = 3\n"), NULL, &arena, &config, &fault);
    failing_malloc_disarm();
    arena_free(&arena);
    if (!failing_malloc_fired()) {
      assert_int_equal(status, STATUS_OK);
      assert_true(k > 1);
      break;
    }
    assert_int_equal(status, STATUS_NO_MEMORY);
  }
}

static int begin(void **state)
{
  struct fault fault;
  (void)state;
  memset(piece, 'y', sizeof piece);
  log_set_level(LOG_ERROR);
  base = event_base_new();
  return base != NULL && http_listen(SPAN("127.0.0.1:0"), &listening, &fault) == STATUS_OK &&
                 start(&fault) == STATUS_OK
             ? 0
             : -1;
}

static int end(void **state)
{
  (void)state;
  http_server_free(server);
  http_unlisten(listening);
  event_base_free(base);
  return 0;
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_reply),    cmocka_unit_test(a_stream),        cmocka_unit_test(a_refusal),
      cmocka_unit_test(the_server), cmocka_unit_test(a_configuration),
  };
  if (sodium_init() < 0)
    return 1;
  return cmocka_run_group_tests(tests, begin, end);
}
