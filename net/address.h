/* address.h - where something is on the web: the part of URLs that we follow.
 *
 *   http[s]://<host>[:<port>]/<path>[?<query>]
 *
 * Other schemes are refused, and so are a name or password before the host, since addresses are
 * shown and logged; a host that is not ASCII (write "xn--…"); parts of the path that are "." or
 * "..", which would lead out of it; and every character that RFC 3986 wants escaped.
 *
 * An address is a value: it can be copied, and holds its own text.
 */
#ifndef NET_ADDRESS_H
#define NET_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/fault.h"
#include "base/span.h"

enum {
  ADDRESS_MAX = 2048 /* bytes, with a 0 */
};

struct address {
  char text[ADDRESS_MAX]; /* terminated; scheme and host in lower case */
  size_t host, host_end;  /* where the host is in it, an IPv6 address with its brackets */
  size_t path, path_end;  /* from its '/' on */
  bool secure;            /* https */
};

/* Whether `text` begins as an address does: "http://" or "https://", in any case. */
bool address_is(const char *text);

/* Reads an address. A fragment ("#…"), which no server ever sees, is refused. STATUS_REFUSED says
 * what is wrong with which part. */
enum status address_read(struct span text, struct address *address, struct fault *fault) CHECKED;

/* Reads the address of a folder, to go on from: without a query, and ended by "/" if it is not. */
enum status address_read_folder(struct span text, struct address *address,
                                struct fault *fault) CHECKED;

/* The address of `name`, as in "tile/0/000", in a folder. */
enum status address_below(const struct address *folder, const char *name, struct address *address,
                          struct fault *fault) CHECKED;

/* Where a redirect leads that the server at `from` answered with: `text` is absolute. Refused are,
 * besides what address_read refuses, a way from https to http, and by http to another host: whoever
 * names one server must not be sent to a service on their own machine or network that takes orders
 * from nobody else. */
enum status address_follow(const struct address *from, struct span text, struct address *address,
                           struct fault *fault) CHECKED;

/* Whether the host is this machine by its name: "localhost", 127.x.x.x or [::1]. */
bool address_is_here(const struct address *address);

#endif
