#include "net/client.h"

#include <curl/curl.h>
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

enum {
  DISCARDED_MAX = 64 * 1024, /* bytes of a body that nobody wants, read to keep the connection */
  MILLISECONDS = 1000,
  NANOSECONDS = 1000000, /* of a millisecond */
  PAUSE = 250            /* milliseconds before the second attempt; before the n-th n² as much */
};

enum {
  STATUS_CODE_OK = 200,
  STATUS_CODE_NOT_FOUND = 404,
  STATUS_CODE_GONE = 410,
};

enum ending {
  ENDING_WHOLE,
  ENDING_CUT,       /* more came than was wanted */
  ENDING_DISCARDED, /* the same of a body that nobody wants */
  ENDING_RECEIVER,  /* the receiver failed */
  ENDING_HEADERS,   /* too many headers */
  ENDING_SLOW,
};

/* One question, and its answer. */
struct exchange {
  struct client *client;
  const struct address *address;
  const struct receiver *receiver;
  bool posts;
  struct span body; /* that is sent */
  struct curl_slist *headers;
  struct timespec begin;
  uint64_t received, discarded, header_bytes;
  bool begun; /* the receiver was */
  enum ending ending;
  struct fault fault; /* the receiver's */
  char error[CURL_ERROR_SIZE];
};

/* --- what libcurl calls --- */

static long status_of(const struct exchange *exchange)
{
  long status = 0;
  (void)curl_easy_getinfo(exchange->client->handle, CURLINFO_RESPONSE_CODE, &status);
  return status;
}

/* Of a file only the file itself is wanted, of a message whatever answers it. */
static bool is_wanted(const struct exchange *exchange)
{
  return exchange->posts || status_of(exchange) == STATUS_CODE_OK;
}

static bool give(struct exchange *exchange, struct span bytes)
{
  const struct receiver *receiver = exchange->receiver;
  enum status status = STATUS_OK;
  if (!exchange->begun)
    status = receiver->begin(receiver->context, &exchange->fault);
  exchange->begun = true;
  if (status == STATUS_OK && bytes.length > 0)
    status = receiver->add(receiver->context, bytes, &exchange->fault);
  if (status != STATUS_OK)
    exchange->ending = ENDING_RECEIVER;
  return status == STATUS_OK;
}

/* Anything but the size ends the transfer. */
static size_t take_body(char *bytes, size_t size, size_t count, void *context)
{
  struct exchange *exchange = context;
  struct client *client = exchange->client;
  size_t length = size * count;
  if (!is_wanted(exchange)) {
    exchange->discarded += length;
    if (exchange->discarded > DISCARDED_MAX)
      exchange->ending = ENDING_DISCARDED;
    return exchange->ending == ENDING_WHOLE ? length : 0;
  }
  uint64_t left = exchange->receiver->limit - exchange->received;
  if (length > left)
    exchange->ending = ENDING_CUT;
  size_t taken = length > left ? (size_t)left : length;
  exchange->received += taken;
  client->bytes += taken;
  if (client->settings.progress != NULL)
    client->settings.progress(client->settings.progress_context, client->bytes);
  if (!give(exchange, (struct span){.bytes = bytes, .length = taken}))
    return 0;
  return exchange->ending == ENDING_WHOLE ? length : 0;
}

static size_t take_header(char *bytes, size_t size, size_t count, void *context)
{
  struct exchange *exchange = context;
  (void)bytes;
  exchange->header_bytes += size * count;
  if (exchange->header_bytes <= CLIENT_HEADERS_MAX)
    return size * count;
  exchange->ending = ENDING_HEADERS;
  return 0;
}

static int64_t milliseconds_since(const struct timespec *begin)
{
  struct timespec now;
  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  return ((int64_t)now.tv_sec - begin->tv_sec) * MILLISECONDS +
         (now.tv_nsec - begin->tv_nsec) / NANOSECONDS;
}

/* Called at least once a second. Anything but 0 ends the transfer. */
static int watch_clock(void *context, curl_off_t expected, curl_off_t came, curl_off_t to_send,
                       curl_off_t sent)
{
  struct exchange *exchange = context;
  (void)expected;
  (void)to_send;
  int64_t bytes = (int64_t)came + (int64_t)sent;
  int64_t allowed = (int64_t)exchange->client->settings.timeout * MILLISECONDS +
                    bytes / CLIENT_RATE * MILLISECONDS;
  if (milliseconds_since(&exchange->begin) <= allowed)
    return 0;
  exchange->ending = ENDING_SLOW;
  return 1;
}

/* --- asking --- */

#define SET(option, value)                                                                         \
  do {                                                                                             \
    if (code == CURLE_OK)                                                                          \
      code = curl_easy_setopt(handle, (option), (value));                                          \
  } while (0)

static CURLcode set_transport(CURL *handle, const struct client_settings *settings,
                              const struct address *address)
{
  CURLcode code = CURLE_OK;
  SET(CURLOPT_URL, address->text);
  SET(CURLOPT_PROTOCOLS_STR, "http,https");
  SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
  SET(CURLOPT_FOLLOWLOCATION, 0L);
  SET(CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
  SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
  SET(CURLOPT_NOSIGNAL, 1L);
  SET(CURLOPT_CONNECTTIMEOUT, (long)settings->timeout);
  SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
  SET(CURLOPT_SSL_VERIFYPEER, 1L);
  SET(CURLOPT_SSL_VERIFYHOST, 2L);
  SET(CURLOPT_USERAGENT, settings->agent);
  /* What goes to this machine goes to no other first. */
  if (!address->secure)
    SET(CURLOPT_PROXY, "");
  if (settings->authorities != NULL) {
    SET(CURLOPT_CAINFO, settings->authorities);
    SET(CURLOPT_CAPATH, NULL);
  }
  return code;
}

static bool add_header(struct exchange *exchange, const char *line)
{
  struct curl_slist *longer = curl_slist_append(exchange->headers, line);
  if (longer != NULL)
    exchange->headers = longer;
  return longer != NULL;
}

static CURLcode set_message(CURL *handle, struct exchange *exchange)
{
  CURLcode code = CURLE_OK;
  SET(CURLOPT_HTTPHEADER, exchange->headers);
  if (exchange->posts) {
    SET(CURLOPT_POST, 1L);
    SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)exchange->body.length);
    SET(CURLOPT_POSTFIELDS, exchange->body.bytes);
  }
  SET(CURLOPT_WRITEFUNCTION, take_body);
  SET(CURLOPT_WRITEDATA, exchange);
  SET(CURLOPT_HEADERFUNCTION, take_header);
  SET(CURLOPT_HEADERDATA, exchange);
  SET(CURLOPT_NOPROGRESS, 0L);
  SET(CURLOPT_XFERINFOFUNCTION, watch_clock);
  SET(CURLOPT_XFERINFODATA, exchange);
  SET(CURLOPT_ERRORBUFFER, exchange->error);
  return code;
}

static CURLcode ask_once(struct exchange *exchange)
{
  CURL *handle = exchange->client->handle;
  exchange->received = exchange->discarded = exchange->header_bytes = 0;
  exchange->begun = false;
  exchange->ending = ENDING_WHOLE;
  exchange->error[0] = '\0';
  (void)clock_gettime(CLOCK_MONOTONIC, &exchange->begin);
  curl_easy_reset(handle); /* the options; connections stay */
  CURLcode code = set_transport(handle, &exchange->client->settings, exchange->address);
  if (code == CURLE_OK)
    code = set_message(handle, exchange);
  return code == CURLE_OK ? curl_easy_perform(handle) : code;
}

static bool is_worth_another(const struct exchange *exchange, CURLcode code)
{
  static const long busy[] = {429, 502, 503, 504};
  if (exchange->ending != ENDING_WHOLE)
    return false;
  for (size_t i = 0; i < sizeof busy / sizeof *busy && code == CURLE_OK; i++) {
    if (status_of(exchange) == busy[i])
      return true;
  }
  return code == CURLE_PARTIAL_FILE || code == CURLE_GOT_NOTHING || code == CURLE_RECV_ERROR ||
         code == CURLE_SEND_ERROR;
}

static void pause_before(int attempt)
{
  int64_t milliseconds = (int64_t)PAUSE * (attempt - 1) * (attempt - 1);
  const struct timespec pause = {.tv_sec = (time_t)(milliseconds / MILLISECONDS),
                                 .tv_nsec = (long)(milliseconds % MILLISECONDS * NANOSECONDS)};
  (void)nanosleep(&pause, NULL);
}

/* What became of it, where that is no answer. */
static enum status explain(const struct exchange *exchange, CURLcode code, struct fault *fault)
{
  unsigned timeout = exchange->client->settings.timeout;
  switch (exchange->ending) {
  case ENDING_RECEIVER:
    *fault = exchange->fault;
    return fault->status;
  case ENDING_HEADERS:
    return fault_set(fault, STATUS_FAILED, NULL, "at most 64 KiB of headers",
                     "the server does not come to the point: its headers do not end");
  case ENDING_SLOW:
    return fault_set(fault, STATUS_FAILED, NULL, NULL,
                     "the server is too slow: in %u s it sent %" PRIu64 " bytes of the answer",
                     timeout, exchange->received);
  case ENDING_CUT:
  case ENDING_DISCARDED:
    return STATUS_OK;
  case ENDING_WHOLE:
    break;
  }
  if (code == CURLE_OK)
    return STATUS_OK;
  if (code == CURLE_OUT_OF_MEMORY) /* what libcurl says of a line that it has no room for, too */
    return fault_set(fault, STATUS_FAILED, NULL, NULL,
                     "no answer: out of memory, or a line of its headers does not end");
  return fault_set(fault, STATUS_FAILED, NULL, NULL, "no answer: %s",
                   exchange->error[0] != '\0' ? exchange->error : curl_easy_strerror(code));
}

static enum status ask(struct exchange *exchange, struct fault *fault)
{
  const struct client_settings *settings = &exchange->client->settings;
  if (!exchange->address->secure && !settings->plain && !address_is_here(exchange->address))
    return fault_set(fault, STATUS_REFUSED, "address", "https; http to this machine alone",
                     "by http anybody on the way can read and alter");
  CURLcode code = ask_once(exchange);
  for (int attempt = 2; attempt <= CLIENT_ATTEMPTS && is_worth_another(exchange, code); attempt++) {
    pause_before(attempt);
    code = ask_once(exchange);
  }
  enum status status = explain(exchange, code, fault);
  if (status == STATUS_OK && is_wanted(exchange) && !exchange->begun && !give(exchange, SPAN("")))
    status = explain(exchange, code, fault);
  return status;
}

/* --- answers --- */

static void read_type(const struct exchange *exchange, struct reply *reply)
{
  const char *type = NULL;
  size_t length = 0;
  (void)curl_easy_getinfo(exchange->client->handle, CURLINFO_CONTENT_TYPE, &type);
  for (; type != NULL && length + 1 < CLIENT_TYPE_MAX; length++) {
    char byte = type[length];
    if (byte == '\0' || byte == ';' || byte == ' ')
      break;
    reply->type[length] = byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
  }
  reply->type[length] = '\0';
}

static void read_reply(const struct exchange *exchange, struct reply *reply)
{
  reply->status = status_of(exchange);
  reply->cut = exchange->ending == ENDING_CUT;
  read_type(exchange, reply);
}

static bool is_redirect(long status)
{
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

static enum status follow(struct exchange *exchange, struct address *address, struct fault *fault)
{
  const char *text = NULL;
  (void)curl_easy_getinfo(exchange->client->handle, CURLINFO_REDIRECT_URL, &text);
  if (text == NULL)
    return fault_set(fault, STATUS_FAILED, NULL, NULL, "the server sends us on, and not where");
  struct address from = *exchange->address;
  struct fault inner;
  if (address_follow(&from, span_of(text), address, &inner) == STATUS_OK)
    return STATUS_OK;
  return fault_set(fault, STATUS_FAILED, NULL, inner.expected, "it leads on to another address: %s",
                   inner.what);
}

static enum status answer_of(const struct reply *reply, struct fault *fault)
{
  if (reply->status == STATUS_CODE_OK || reply->status == STATUS_CODE_NOT_FOUND ||
      reply->status == STATUS_CODE_GONE)
    return STATUS_OK;
  return fault_set(fault, STATUS_FAILED, NULL, "200, or 404 where there is no such file",
                   "the server answers %ld", reply->status);
}

enum status client_get(struct client *client, const struct address *address,
                       const struct receiver *receiver, struct reply *reply, struct fault *fault)
{
  struct address at = *address;
  struct exchange exchange = {.client = client, .address = &at, .receiver = receiver};
  enum status status = STATUS_OK;
  *reply = (struct reply){.status = 0};
  /* A board that is checked must be the one that is there now, not one that a cache remembers. */
  if (!add_header(&exchange, "Cache-Control: no-cache"))
    return fault_no_memory(fault);
  for (int redirects = 0; status == STATUS_OK; redirects++) {
    status = ask(&exchange, fault);
    if (status == STATUS_OK)
      read_reply(&exchange, reply);
    if (status != STATUS_OK || !is_redirect(reply->status))
      break;
    if (redirects == CLIENT_REDIRECTS_MAX)
      status = fault_set(fault, STATUS_FAILED, NULL, "at most 5 redirects",
                         "the server sends us on and on");
    else
      status = follow(&exchange, &at, fault);
  }
  curl_slist_free_all(exchange.headers);
  return status == STATUS_OK ? answer_of(reply, fault) : status;
}

enum status client_post(struct client *client, const struct address *address, const char *type,
                        struct span body, const struct receiver *receiver, struct reply *reply,
                        struct fault *fault)
{
  struct exchange exchange = {
      .client = client, .address = address, .receiver = receiver, .posts = true, .body = body};
  char line[sizeof "Content-Type: " + CLIENT_TYPE_MAX];
  enum status status = STATUS_OK;
  *reply = (struct reply){.status = 0};
  (void)snprintf(line, sizeof line, "Content-Type: %s", type);
  /* To be asked first whether a small message may be sent would take longer than the message. */
  if (!add_header(&exchange, line) || !add_header(&exchange, "Expect:"))
    status = fault_no_memory(fault);
  if (status == STATUS_OK)
    status = ask(&exchange, fault);
  if (status == STATUS_OK)
    read_reply(&exchange, reply);
  curl_slist_free_all(exchange.headers);
  return status;
}

/* --- receivers --- */

static enum status empty_buffer(void *context, struct fault *fault)
{
  struct buffer *buffer = context;
  (void)fault;
  buffer->length = 0;
  return STATUS_OK;
}

static enum status add_to_buffer(void *context, struct span bytes, struct fault *fault)
{
  struct buffer *buffer = context;
  buffer_add(buffer, bytes);
  return buffer->failed ? fault_no_memory(fault) : STATUS_OK;
}

struct receiver client_into(struct buffer *buffer, uint64_t limit)
{
  return (struct receiver){
      .context = buffer, .limit = limit, .begin = empty_buffer, .add = add_to_buffer};
}

/* --- beginning and end --- */

enum status client_begin(struct client *client, const struct client_settings *settings,
                         struct fault *fault)
{
  *client = (struct client){.settings = *settings};
  if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
    return fault_set(fault, STATUS_FAILED, "libcurl", NULL, "it cannot be started");
  client->handle = curl_easy_init();
  if (client->handle != NULL)
    return STATUS_OK;
  curl_global_cleanup();
  return fault_no_memory(fault);
}

void client_end(struct client *client)
{
  if (client->handle == NULL)
    return;
  curl_easy_cleanup(client->handle);
  curl_global_cleanup();
  client->handle = NULL;
}
