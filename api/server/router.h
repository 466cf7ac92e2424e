/* router.h - which handler a path leads to: one table of routes.
 *
 * A pattern is a path whose segments may be ":name", for one segment, or end in "*", for all the
 * rest. The first route in the table that fits path and method is taken; a path that fits with
 * other methods only is answered 405 with Allow, one that fits nothing 404.
 */
#ifndef API_SERVER_ROUTER_H
#define API_SERVER_ROUTER_H

#include <stddef.h>

#include "api/server/http.h"

enum {
  ROUTE_SEGMENTS = 6
};

/* What stood for each ":name" and for "*", in order. */
struct route_match {
  size_t count;
  struct span segments[ROUTE_SEGMENTS];
};

struct route {
  enum http_method method;
  const char *pattern; /* "/v1/elections/:election/ballots" */
  size_t body_max;     /* bytes; a longer body is refused as `too-large` */
  const char *type;    /* of the body, as Content-Type must say; NULL: there must be no body */
  void (*handle)(struct http_request *request, const struct route_match *match, void *context);
};

struct router {
  const struct route *routes;
  size_t count;
};

/* Handles a request; refusals are problems (problem.h). */
void router_handle(const struct router *router, struct http_request *request, void *context);

#endif
