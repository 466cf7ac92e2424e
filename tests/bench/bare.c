/* bare.c - what a ballot's way would cost if it were none: libsodium's verification of a signature,
 * and evhttp taking a body of a ballot's size and answering as much as a receipt, without a look at
 * either. Beside what casting.py measures in the same run.
 *
 * Usage: bench_bare [REQUESTS]; 20,000 unless told. The server is a process of its own and the client
 * that of `beffroi replay`. Times are told, never asserted; that each request is answered is.
 *
 *        bench_bare --beside
 *
 * Verifies a few signatures twenty times a second until its standard input ends, and says each time
 * when that was (seconds of the monotonic clock) and what one took: what a verification costs while the
 * processors do something else as well. Where two processors are one core, or a machine is shared,
 * that is more than on an idle machine.
 */
#include <arpa/inet.h>
#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/http.h>
#include <poll.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "api/replay/client.h"

enum {
  REQUESTS = 20000,
  REQUESTS_MAX = 1000000,
  BODY = 800,
  ANSWER = 1100,
  SLOTS_MAX = 256,
  SIGNATURES = 5000,
  SIGNATURES_BESIDE = 25,
  PAUSE = 50, /* milliseconds */
  PATIENCE = 60 /* seconds */
};

static char body[BODY], answer[ANSWER];

static void must(bool holds, const char *what)
{
  if (holds)
    return;
  (void)fprintf(stderr, "bench_bare: %s\n", what);
  exit(1);
}

static double seconds_of(clockid_t clock)
{
  struct timespec time;
  must(clock_gettime(clock, &time) == 0, "there is no clock");
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* --- libsodium --- */

struct signature {
  unsigned char key[crypto_sign_PUBLICKEYBYTES];
  unsigned char bytes[crypto_sign_BYTES];
};

static void sign_body(struct signature *signature)
{
  unsigned char secret[crypto_sign_SECRETKEYBYTES];
  crypto_sign_keypair(signature->key, secret);
  crypto_sign_detached(signature->bytes, NULL, (const unsigned char *)body, BODY, secret);
}

/* Microseconds of processor for each of `count`. */
static double verify(const struct signature *signature, int count)
{
  bool holds = true;
  double begin = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
  for (int i = 0; i < count; i++)
    holds = crypto_sign_verify_detached(signature->bytes, (const unsigned char *)body, BODY,
                                        signature->key) == 0 &&
            holds;
  double used = seconds_of(CLOCK_PROCESS_CPUTIME_ID) - begin;
  must(holds, "a signature does not hold");
  return used / count * 1e6;
}

static void measure_signatures(void)
{
  struct signature signature;
  sign_body(&signature);
  printf("libsodium: a signature of %d bytes verified in %.1f us\n", BODY,
         verify(&signature, SIGNATURES));
}

static void verify_beside(void)
{
  struct signature signature;
  struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
  sign_body(&signature);
  while (poll(&input, 1, PAUSE) == 0) {
    double took = verify(&signature, SIGNATURES_BESIDE);
    printf("%.3f %.1f\n", seconds_of(CLOCK_MONOTONIC), took);
  }
}

/* --- evhttp --- */

static void reply(struct evhttp_request *request, void *context)
{
  static char taken[BODY];
  struct evbuffer *out = evbuffer_new();
  (void)context;
  must(evbuffer_remove(evhttp_request_get_input_buffer(request), taken, sizeof taken) == BODY,
       "a body is not whole");
  must(out != NULL && evbuffer_add(out, answer, sizeof answer) == 0, "there is no memory");
  evhttp_send_reply(request, 201, "Created", out);
  evbuffer_free(out);
}

/* Serves until it is killed; says its port first. */
static void serve(int port_pipe)
{
  struct event_base *base = event_base_new();
  struct evhttp *http = base == NULL ? NULL : evhttp_new(base);
  struct evhttp_bound_socket *bound =
      http == NULL ? NULL : evhttp_bind_socket_with_handle(http, "127.0.0.1", 0);
  struct sockaddr_in address = {0};
  socklen_t length = sizeof address;
  must(bound != NULL && getsockname(evhttp_bound_socket_get_fd(bound), (struct sockaddr *)&address,
                                    &length) == 0,
       "evhttp does not listen");
  evhttp_set_gencb(http, reply, NULL);
  uint16_t port = ntohs(address.sin_port);
  must(write(port_pipe, &port, sizeof port) == sizeof port, "nobody hears the port");
  event_base_dispatch(base);
}

/* --- the client --- */

struct load {
  struct client *client;
  unsigned left, pending;
  size_t waited;
  double *waits;
};

struct slot {
  struct load *load;
  struct client_request request;
  double sent;
};

static void send_one(struct slot *slot)
{
  slot->load->left--;
  slot->load->pending++;
  slot->sent = seconds_of(CLOCK_MONOTONIC);
  client_send(slot->load->client, &slot->request);
}

static void on_answer(struct client_request *request, void *context)
{
  struct slot *slot = context;
  struct load *load = slot->load;
  must(request->end == CLIENT_ANSWERED && request->status == 201 &&
           request->answer.length == sizeof answer,
       "a request is not answered");
  load->pending--;
  load->waits[load->waited++] = seconds_of(CLOCK_MONOTONIC) - slot->sent;
  if (load->left > 0)
    send_one(slot);
}

static int compare_waits(const void *left, const void *right)
{
  const double *one = left, *two = right;
  return (*one > *two) - (*one < *two);
}

static void measure_http(unsigned connections, unsigned requests)
{
  static struct slot slots[SLOTS_MAX];
  int pipes[2];
  uint16_t port = 0;
  char address[64];
  struct fault fault;
  must(pipe(pipes) == 0 && fflush(stdout) == 0, "there is no pipe");
  pid_t server = fork();
  if (server == 0) {
    serve(pipes[1]);
    _exit(1);
  }
  must(server > 0 && read(pipes[0], &port, sizeof port) == sizeof port, "there is no server");
  (void)snprintf(address, sizeof address, "http://127.0.0.1:%u", port);

  struct event_base *base = event_base_new();
  struct load load = {.left = requests, .waits = calloc(requests, sizeof *load.waits)};
  const struct client_options options = {
      .connections = connections, .patience = PATIENCE, .reply_seconds = PATIENCE};
  must(base != NULL && load.waits != NULL &&
           client_open(base, span_of(address), &options, &load.client, &fault) == STATUS_OK,
       "there is no client");
  double begin = seconds_of(CLOCK_MONOTONIC);
  for (unsigned i = 0; i < connections; i++) {
    slots[i] = (struct slot){.load = &load,
                             .request = {.method = "POST",
                                         .path = SPAN_INIT("/ballots"),
                                         .type = "application/json",
                                         .headers = SPAN_INIT(""),
                                         .body = {body, sizeof body},
                                         .limit = sizeof answer,
                                         .done = on_answer,
                                         .context = &slots[i]}};
    send_one(&slots[i]);
  }
  while (load.pending > 0)
    must(event_base_loop(base, EVLOOP_ONCE) == 0, "the loop ends");
  double elapsed = seconds_of(CLOCK_MONOTONIC) - begin;

  client_close(load.client);
  event_base_free(base);
  for (unsigned i = 0; i < connections; i++)
    buffer_free(&slots[i].request.answer);
  (void)close(pipes[0]);
  (void)close(pipes[1]);
  struct rusage before, after;
  must(getrusage(RUSAGE_CHILDREN, &before) == 0 && kill(server, SIGTERM) == 0 &&
           waitpid(server, NULL, 0) == server && getrusage(RUSAGE_CHILDREN, &after) == 0,
       "the server does not end");
  double used = (double)(after.ru_utime.tv_sec - before.ru_utime.tv_sec) +
                (double)(after.ru_stime.tv_sec - before.ru_stime.tv_sec) +
                (double)(after.ru_utime.tv_usec - before.ru_utime.tv_usec) / 1e6 +
                (double)(after.ru_stime.tv_usec - before.ru_stime.tv_usec) / 1e6;
  qsort(load.waits, load.waited, sizeof *load.waits, compare_waits);
  printf("%11u %11.0f %16.1f %13.1f %14.1f\n", connections, requests / elapsed,
         used / requests * 1e6, load.waits[(load.waited - 1) / 2] * 1e3,
         load.waits[(load.waited - 1) * 99 / 100] * 1e3);
  free(load.waits);
}

int main(int count, char **arguments)
{
  static const unsigned connections[] = {16, 64, SLOTS_MAX};
  must(sodium_init() >= 0, "libsodium does not start");
  randombytes_buf(body, sizeof body);
  if (count == 2 && strcmp(arguments[1], "--beside") == 0) {
    verify_beside();
    return 0;
  }
  long requests = count > 1 ? strtol(arguments[1], NULL, 10) : REQUESTS;
  must(count <= 2 && requests >= SLOTS_MAX && requests <= REQUESTS_MAX,
       "usage: bench_bare [REQUESTS], from 256 to 1000000; bench_bare --beside");
  memset(answer, 'a', sizeof answer);
  measure_signatures();
  printf("evhttp, one process, bodies of %d bytes, answers of %d, %ld requests each\n", BODY,
         ANSWER, requests);
  printf("connections  requests/s  processor us each  half in ms  99 %% in ms\n");
  for (size_t i = 0; i < sizeof connections / sizeof *connections; i++)
    measure_http(connections[i], (unsigned)requests);
  return 0;
}
