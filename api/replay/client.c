#include "api/replay/client.h"

#include <ctype.h>
#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/util.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum {
  FIRST_PAUSE = 20,  /* milliseconds after the second failure; doubles with each */
  LAST_PAUSE = 1000, /* and goes no further */
};

/* What a connection waits for. */
enum wait {
  WAIT_NOTHING, /* it is free */
  WAIT_PAUSE,   /* for the time to send again */
  WAIT_CONNECT,
  WAIT_STATUS,
  WAIT_HEADER,
  WAIT_LENGTH, /* a body of known length */
  WAIT_CHUNK_SIZE,
  WAIT_CHUNK,
  WAIT_CHUNK_END,
  WAIT_TRAILER,
  WAIT_CLOSE, /* a body that ends with the connection */
};

struct connection {
  struct client *client;
  struct bufferevent *stream; /* NULL while there is none */
  struct event *timer;
  struct client_request *request; /* NULL when free */
  enum wait wait;
  unsigned failures; /* in a row */
  /* Of the answer. */
  uint64_t left;      /* bytes of the body or the chunk */
  size_t head, taken; /* bytes of the head, of the body */
  int64_t length;     /* -1: not said */
  unsigned retry_after;
  bool chunked, closes;
};

struct client {
  struct event_base *base;
  struct client_options options;
  struct sockaddr_storage address;
  int address_length;
  char authority[128];
  struct connection *connections; /* [options.connections] */
  struct connection **free;       /* those that wait for nothing */
  size_t free_count;
  struct client_request *first, *last; /* that wait for a connection */
  struct client_counts counts;
};

static void start(struct connection *connection);

static int64_t now(void)
{
  struct timespec time;
  (void)clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* Sets the timer, but not beyond the end of patience. */
static void wake_after(struct connection *connection, int64_t milliseconds)
{
  int64_t left = connection->request->deadline - now();
  if (milliseconds > left)
    milliseconds = left > 0 ? left : 0;
  const struct timeval time = {.tv_sec = (time_t)(milliseconds / 1000),
                               .tv_usec = (suseconds_t)(milliseconds % 1000 * 1000)};
  (void)event_add(connection->timer, &time);
}

/* --- the ends of a request --- */

static void drop(struct connection *connection)
{
  if (connection->stream != NULL)
    bufferevent_free(connection->stream);
  connection->stream = NULL;
}

static void serve_waiting(struct client *client)
{
  while (client->first != NULL && client->free_count > 0) {
    struct connection *connection = client->free[--client->free_count];
    connection->request = client->first;
    client->first = client->first->next;
    connection->request->deadline = now() + (int64_t)client->options.patience * 1000;
    connection->request->attempts = 0;
    connection->failures = 0;
    start(connection);
  }
}

static void finish(struct connection *connection, enum client_end end)
{
  struct client *client = connection->client;
  struct client_request *request = connection->request;
  connection->request = NULL;
  connection->wait = WAIT_NOTHING;
  (void)event_del(connection->timer);
  if (end != CLIENT_ANSWERED || connection->closes)
    drop(connection);
  client->free[client->free_count++] = connection;
  client->counts.answers += end == CLIENT_ANSWERED;
  request->end = end;
  request->done(request, request->context);
  serve_waiting(client);
}

static void send_again_after(struct connection *connection, int64_t milliseconds)
{
  connection->wait = WAIT_PAUSE;
  wake_after(connection, milliseconds);
}

/* The connection is of no use any more. */
static void fail(struct connection *connection, uint64_t *count)
{
  unsigned failures = connection->failures++;
  int64_t pause = 0;
  drop(connection);
  (*count)++;
  if (failures > 0) {
    pause = failures > 6 ? LAST_PAUSE : FIRST_PAUSE << (failures - 1);
    /* So that they do not all come back at once. */
    pause += pause * (connection - connection->client->connections) % 16 / 16;
  }
  send_again_after(connection, pause);
}

static bool come_back_later(int status)
{
  return status == 202 || status == 429 || status == 502 || status == 503 || status == 504;
}

static void end_answer(struct connection *connection)
{
  if (evbuffer_get_length(bufferevent_get_input(connection->stream)) > 0)
    connection->closes = true; /* more than was asked for: not to be taken for the next answer */
  if (!come_back_later(connection->request->status)) {
    finish(connection, CLIENT_ANSWERED);
    return;
  }
  connection->client->counts.told_off++;
  if (connection->closes)
    drop(connection);
  send_again_after(connection, (int64_t)connection->retry_after * 1000);
}

/* --- reading an answer --- */

static bool span_is(struct span text, const char *word)
{
  return text.length == strlen(word) && strncasecmp(text.bytes, word, text.length) == 0;
}

static bool read_status(struct connection *connection, struct span line)
{
  int64_t status;
  if (line.length < 12 || memcmp(line.bytes, "HTTP/1.", 7) != 0 || line.bytes[8] != ' ' ||
      !span_to_integer((struct span){.bytes = line.bytes + 9, .length = 3}, &status) ||
      status < 100 || status > 599)
    return false;
  connection->request->status = (int)status;
  connection->closes = line.bytes[7] == '0';
  connection->chunked = false;
  connection->length = -1;
  connection->retry_after = 1;
  connection->request->location[0] = '\0';
  return true;
}

static bool read_header(struct connection *connection, struct span line)
{
  struct client_request *request = connection->request;
  struct span name, value = line;
  bool more = true;
  int64_t number;
  if (!span_split(&value, &more, ':', &name) || !more || name.length == 0)
    return false;
  value = span_trim(value);
  if (span_is(name, "Content-Length")) {
    if (!span_to_integer(value, &number) || number < 0 || connection->length >= 0)
      return false;
    connection->length = number;
  } else if (span_is(name, "Transfer-Encoding")) {
    if (!span_is(value, "chunked"))
      return false;
    connection->chunked = true;
  } else if (span_is(name, "Connection")) {
    connection->closes = connection->closes || span_is(value, "close");
  } else if (span_is(name, "Retry-After")) {
    if (span_to_integer(value, &number) && number >= 0 && number <= 3600)
      connection->retry_after = (unsigned)number;
  } else if (span_is(name, "Location") && value.length < sizeof request->location) {
    memcpy(request->location, value.bytes, value.length);
    request->location[value.length] = '\0';
  }
  return true;
}

/* After the empty line. False when the answer has two lengths. */
static bool begin_body(struct connection *connection)
{
  int status = connection->request->status;
  if (connection->chunked && connection->length >= 0)
    return false;
  connection->left = connection->length > 0 ? (uint64_t)connection->length : 0;
  if (status < 200)
    connection->wait = WAIT_STATUS;
  else if (status == 204 || status == 304)
    connection->left = 0, connection->wait = WAIT_LENGTH;
  else if (connection->chunked)
    connection->wait = WAIT_CHUNK_SIZE;
  else
    connection->wait = connection->length >= 0 ? WAIT_LENGTH : WAIT_CLOSE;
  connection->closes = connection->closes || connection->wait == WAIT_CLOSE;
  return true;
}

static bool read_chunk_size(struct connection *connection, struct span line)
{
  size_t digits = 0;
  connection->left = 0;
  while (digits < line.length && isxdigit((unsigned char)line.bytes[digits])) {
    char digit = (char)tolower((unsigned char)line.bytes[digits++]);
    connection->left = connection->left * 16 + (uint64_t)(digit <= '9' ? digit - '0' : digit - 87);
  }
  if (digits == 0 || digits > 12 || (digits < line.length && line.bytes[digits] != ';'))
    return false;
  connection->wait = connection->left == 0 ? WAIT_TRAILER : WAIT_CHUNK;
  return true;
}

static bool read_line(struct connection *connection, struct span line)
{
  switch (connection->wait) {
  case WAIT_STATUS:
    connection->wait = WAIT_HEADER;
    return read_status(connection, line);
  case WAIT_HEADER:
    return line.length > 0 ? read_header(connection, line) : begin_body(connection);
  case WAIT_CHUNK_SIZE:
    return read_chunk_size(connection, line);
  case WAIT_CHUNK_END:
    connection->wait = WAIT_CHUNK_SIZE;
    return line.length == 0;
  case WAIT_TRAILER:
    if (line.length == 0)
      connection->left = 0, connection->wait = WAIT_LENGTH;
    return true;
  case WAIT_NOTHING:
  case WAIT_PAUSE:
  case WAIT_CONNECT:
  case WAIT_LENGTH:
  case WAIT_CHUNK:
  case WAIT_CLOSE:
    break;
  }
  return false;
}

static bool in_lines(enum wait wait)
{
  return wait == WAIT_STATUS || wait == WAIT_HEADER || wait == WAIT_CHUNK_SIZE ||
         wait == WAIT_CHUNK_END || wait == WAIT_TRAILER;
}

/* Takes what has come of the body; false when it is too long. */
static bool take_body(struct connection *connection, struct evbuffer *input)
{
  struct client_request *request = connection->request;
  size_t have = evbuffer_get_length(input);
  if (connection->wait != WAIT_CLOSE && have > connection->left)
    have = (size_t)connection->left;
  if (have > request->limit - connection->taken)
    return false;
  while (have > 0) {
    size_t piece = evbuffer_get_contiguous_space(input);
    const char *bytes = (const char *)evbuffer_pullup(input, 1);
    if (piece > have)
      piece = have;
    /* What cannot be written to the file shows when its owner looks at ferror. */
    if (request->file != NULL && request->status == 200)
      (void)fwrite(bytes, 1, piece, request->file);
    else
      buffer_add(&request->answer, (struct span){.bytes = bytes, .length = piece});
    (void)evbuffer_drain(input, piece);
    connection->taken += piece;
    connection->left -= connection->wait == WAIT_CLOSE ? 0 : piece;
    have -= piece;
  }
  return true;
}

/* Reads one line, or what there is of the body. False when there is nothing to read yet, or nothing
 * more to be read because the request is done with. */
static bool read_step(struct connection *connection, struct evbuffer *input)
{
  if (in_lines(connection->wait)) {
    size_t length;
    char *text = evbuffer_readln(input, &length, EVBUFFER_EOL_CRLF_STRICT);
    connection->head += text == NULL ? 0 : length + 2;
    size_t head = connection->head + (text == NULL ? evbuffer_get_length(input) : 0);
    /* Chunks may be many, so their lines do not add up. */
    if (connection->wait == WAIT_CHUNK_SIZE)
      connection->head = 0;
    bool good = head <= CLIENT_HEADERS_MAX;
    if (good && text != NULL)
      good = read_line(connection, (struct span){.bytes = text, .length = length});
    bool more = text != NULL;
    free(text);
    if (!good)
      finish(connection, CLIENT_GARBLED);
    return good && more;
  }
  if (!take_body(connection, input)) {
    finish(connection, CLIENT_TOO_LARGE);
    return false;
  }
  if (connection->wait == WAIT_CHUNK && connection->left == 0) {
    connection->wait = WAIT_CHUNK_END;
    return true;
  }
  if (connection->wait == WAIT_LENGTH && connection->left == 0)
    end_answer(connection);
  return false;
}

static void on_read(struct bufferevent *stream, void *context)
{
  struct connection *connection = context;
  struct client_request *request = connection->request;
  if (request == NULL || connection->wait <= WAIT_CONNECT) {
    drop(connection); /* nobody asked */
    return;
  }
  wake_after(connection, (int64_t)connection->client->options.reply_seconds * 1000);
  while (read_step(connection, bufferevent_get_input(stream)))
    ;
}

/* --- sending --- */

static void send_request(struct connection *connection)
{
  struct client_request *request = connection->request;
  struct evbuffer *output = bufferevent_get_output(connection->stream);
  bool has_body = request->body.length > 0 || strcmp(request->method, "GET") != 0;
  int added = evbuffer_add_printf(output, "%s %.*s HTTP/1.1\r\nHost: %s\r\n", request->method,
                                  SPAN_PRINT(request->path), connection->client->authority);
  if (has_body && request->type != NULL)
    added = added < 0 ? added : evbuffer_add_printf(output, "Content-Type: %s\r\n", request->type);
  if (has_body)
    added = added < 0
                ? added
                : evbuffer_add_printf(output, "Content-Length: %zu\r\n", request->body.length);
  connection->wait = WAIT_STATUS;
  connection->head = connection->taken = 0;
  request->attempts++;
  request->answer.length = 0;
  if (request->file != NULL) {
    (void)fflush(request->file);
    rewind(request->file);
    (void)!ftruncate(fileno(request->file), 0);
  }
  if (added < 0 || evbuffer_add(output, request->headers.bytes, request->headers.length) != 0 ||
      evbuffer_add(output, "\r\n", 2) != 0 ||
      evbuffer_add(output, request->body.bytes, request->body.length) != 0) {
    fail(connection, &connection->client->counts.cut);
    return;
  }
  wake_after(connection, (int64_t)connection->client->options.reply_seconds * 1000);
}

static void on_event(struct bufferevent *stream, short what, void *context)
{
  struct connection *connection = context;
  struct client_counts *counts = &connection->client->counts;
  if ((what & BEV_EVENT_CONNECTED) != 0) {
    evutil_socket_t socket = bufferevent_getfd(stream);
    int on = 1;
    (void)setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    send_request(connection);
    return;
  }
  if (connection->request == NULL || connection->wait == WAIT_PAUSE)
    drop(connection);
  else if (connection->wait == WAIT_CLOSE && (what & BEV_EVENT_EOF) != 0)
    end_answer(connection);
  else
    fail(connection, connection->wait == WAIT_CONNECT ? &counts->refused : &counts->cut);
}

static void start(struct connection *connection)
{
  struct client *client = connection->client;
  if (connection->stream != NULL) {
    send_request(connection);
    return;
  }
  connection->wait = WAIT_CONNECT;
  wake_after(connection, (int64_t)client->options.reply_seconds * 1000);
  connection->stream = bufferevent_socket_new(client->base, -1, BEV_OPT_CLOSE_ON_FREE);
  if (connection->stream == NULL) {
    fail(connection, &client->counts.refused);
    return;
  }
  bufferevent_setcb(connection->stream, on_read, NULL, on_event, connection);
  (void)bufferevent_enable(connection->stream, EV_READ | EV_WRITE);
  /* What fails at once is also told to on_event, inside the call or from the loop. */
  struct bufferevent *stream = connection->stream;
  if (bufferevent_socket_connect(stream, (struct sockaddr *)&client->address,
                                 client->address_length) != 0 &&
      connection->stream == stream)
    fail(connection, &client->counts.refused);
}

static void on_timer(evutil_socket_t socket, short what, void *context)
{
  struct connection *connection = context;
  (void)socket;
  (void)what;
  if (now() >= connection->request->deadline)
    finish(connection, CLIENT_UNANSWERED);
  else if (connection->wait == WAIT_PAUSE)
    start(connection);
  else
    fail(connection, &connection->client->counts.late);
}

void client_send(struct client *client, struct client_request *request)
{
  request->next = NULL;
  if (client->first == NULL)
    client->first = request;
  else
    client->last->next = request;
  client->last = request;
  serve_waiting(client);
}

static void note_done(struct client_request *request, void *context)
{
  (void)request;
  *(bool *)context = true;
}

void client_ask(struct client *client, struct client_request *request)
{
  bool done = false;
  request->done = note_done;
  request->context = &done;
  client_send(client, request);
  while (!done && event_base_loop(client->base, EVLOOP_ONCE) == 0)
    ;
  if (!done)
    request->end = CLIENT_UNANSWERED;
}

/* --- opening and closing --- */

static enum status read_address(struct client *client, struct span address, struct fault *fault)
{
  static const char expected[] = "http://127.0.0.1:PORT, http://[::1]:PORT or unix:/PATH";
  struct sockaddr_un *local = (struct sockaddr_un *)&client->address;
  bool is_unix = address.length > 5 && memcmp(address.bytes, "unix:", 5) == 0;
  if (is_unix && address.length - 5 < sizeof local->sun_path) {
    local->sun_family = AF_UNIX;
    memcpy(local->sun_path, address.bytes + 5, address.length - 5);
    client->address_length = (int)sizeof *local;
    memcpy(client->authority, "localhost", sizeof "localhost");
    return STATUS_OK;
  }
  struct span host = address;
  if (host.length > 7 && memcmp(host.bytes, "http://", 7) == 0) {
    host = (struct span){.bytes = host.bytes + 7, .length = host.length - 7};
    host.length -= host.bytes[host.length - 1] == '/';
    client->address_length = (int)sizeof client->address;
    if (host.length > 0 && host.length < sizeof client->authority) {
      memcpy(client->authority, host.bytes, host.length);
      if (evutil_parse_sockaddr_port(client->authority, (struct sockaddr *)&client->address,
                                     &client->address_length) == 0 &&
          ((struct sockaddr_in *)&client->address)->sin_port != 0)
        return STATUS_OK;
    }
  }
  return fault_set(fault, STATUS_REFUSED, NULL, expected, "'%.*s' is no address of a service",
                   SPAN_PRINT(address));
}

static bool make_connections(struct client *client)
{
  size_t count = client->options.connections;
  client->connections = calloc(count, sizeof *client->connections);
  client->free = calloc(count, sizeof *client->free);
  if (client->connections == NULL || client->free == NULL)
    return false;
  for (size_t i = count; i-- > 0;) {
    struct connection *connection = &client->connections[i];
    connection->client = client;
    connection->timer = event_new(client->base, -1, 0, on_timer, connection);
    if (connection->timer == NULL)
      return false;
    client->free[client->free_count++] = connection;
  }
  return true;
}

enum status client_open(struct event_base *base, struct span address,
                        const struct client_options *options, struct client **client,
                        struct fault *fault)
{
  struct client *made = calloc(1, sizeof *made);
  *client = NULL;
  if (made == NULL)
    return fault_no_memory(fault);
  made->base = base;
  made->options = *options;
  enum status status = read_address(made, address, fault);
  if (status == STATUS_OK && !make_connections(made))
    status = fault_no_memory(fault);
  if (status == STATUS_OK)
    *client = made;
  else
    client_close(made);
  return status;
}

void client_close(struct client *client)
{
  if (client == NULL)
    return;
  for (size_t i = 0; client->connections != NULL && i < client->options.connections; i++) {
    drop(&client->connections[i]);
    if (client->connections[i].timer != NULL)
      event_free(client->connections[i].timer);
  }
  free(client->connections);
  free(client->free);
  free(client);
}

const char *client_authority(const struct client *client)
{
  return client->authority;
}

const struct client_counts *client_counts(const struct client *client)
{
  return &client->counts;
}
