/* client.h - files from strangers' web servers, and one message to them: HTTP by libcurl.
 *
 * Nothing about a server is trusted. It gets as much time as it uses: an answer may take `timeout`
 * seconds and one more for each CLIENT_RATE bytes that came. It gets as much memory as the receiver
 * of its bytes allows, and CLIENT_HEADERS_MAX bytes for headers. Certificates are verified, TLS is
 * at least 1.2, no cookie is kept, no password sent, no compression asked for. By http, which
 * anybody on the way can read and alter, only this machine is spoken to, unless `plain` says
 * otherwise.
 *
 * Redirects of a GET are followed CLIENT_REDIRECTS_MAX times, where address_follow allows; those of
 * a POST never, since what is sent is meant for one server. A connection that breaks, and a server
 * that is busy (429, 502, 503, 504), are tried again up to CLIENT_ATTEMPTS times in all, a little
 * later each time; both kinds of request are such that to make them twice does no harm.
 *
 * A proxy is used for https where the environment names one (https_proxy, all_proxy, no_proxy): it
 * sees the host, not what is said. client.c is the one file that knows libcurl.
 */
#ifndef NET_CLIENT_H
#define NET_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/fault.h"
#include "base/span.h"
#include "net/address.h"

enum {
  CLIENT_RATE = 1000, /* bytes a second */
  CLIENT_HEADERS_MAX = 64 * 1024,
  CLIENT_REDIRECTS_MAX = 5,
  CLIENT_ATTEMPTS = 3,
  CLIENT_TIMEOUT_DEFAULT = 30,
  CLIENT_TIMEOUT_MAX = 3600,
  CLIENT_TYPE_MAX = 64,
};

struct client_settings {
  const char *agent;       /* who we say we are: "beffroi-audit/0.1.0" */
  unsigned timeout;        /* seconds, 1 to CLIENT_TIMEOUT_MAX */
  const char *authorities; /* a file of certificates to trust instead of the system's, or NULL */
  bool plain;              /* speak http to other machines too */
  /* Told of all bytes of bodies that came so far, now and then; or NULL. */
  void (*progress)(void *context, uint64_t bytes);
  void *progress_context;
};

/* One after the other, and not on several threads. */
struct client {
  struct client_settings settings;
  void *handle; /* of libcurl */
  uint64_t bytes;
};

/* What takes the bytes of a body. `begin` is called before the first, and again before those of
 * another attempt: what came before then does not count. Their faults end the request. */
struct receiver {
  void *context;
  uint64_t limit; /* bytes; no more are given */
  enum status (*begin)(void *context, struct fault *fault);
  enum status (*add)(void *context, struct span bytes, struct fault *fault);
};

struct reply {
  long status;                /* 200, 404, … */
  bool cut;                   /* the body had more than the limit */
  char type[CLIENT_TYPE_MAX]; /* of the body, without parameters, in lower case; "" when not said */
};

/* What `settings` points to outlives the client. STATUS_FAILED when libcurl cannot be used. */
enum status client_begin(struct client *client, const struct client_settings *settings,
                         struct fault *fault) CHECKED;

/* Asks for a file. STATUS_OK: `reply` has 200 and the receiver the body, or 404 or 410, there is no
 * such file, and the receiver was not called. Any other answer, and none, is STATUS_FAILED.
 * STATUS_REFUSED: the address may not be asked. */
enum status client_get(struct client *client, const struct address *address,
                       const struct receiver *receiver, struct reply *reply,
                       struct fault *fault) CHECKED;

/* Sends `body`. STATUS_OK: there is an answer, whatever it says, and the receiver has its body.
 * STATUS_FAILED: there is none, and nobody knows whether the body arrived. */
enum status client_post(struct client *client, const struct address *address, const char *type,
                        struct span body, const struct receiver *receiver, struct reply *reply,
                        struct fault *fault) CHECKED;

/* A receiver into a buffer, which is emptied first. */
struct receiver client_into(struct buffer *buffer, uint64_t limit);

/* For one that was begun, or is all zero. */
void client_end(struct client *client);

#endif
