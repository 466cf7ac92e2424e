#include "api/server/router.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/server/problem.h"

static const char *const method_names[] = {
    [HTTP_GET] = "GET", [HTTP_HEAD] = "HEAD",     [HTTP_POST] = "POST",
    [HTTP_PUT] = "PUT", [HTTP_DELETE] = "DELETE",
};

static void add_segment(struct route_match *match, struct span segment)
{
  if (match->count == ROUTE_SEGMENTS)
    abort(); /* a pattern of ours has too many */
  match->segments[match->count++] = segment;
}

/* Whether the path is one of the pattern's. Both begin with a slash. */
static bool fits(const char *pattern, struct span path, struct route_match *match)
{
  struct span wanted = span_of(pattern), want, have;
  bool more_wanted = true, more = true;
  match->count = 0;
  while (span_split(&wanted, &more_wanted, '/', &want)) {
    if (span_equal(want, SPAN("*"))) {
      if (!more)
        return false;
      add_segment(match, path);
      return path.length > 0;
    }
    if (!span_split(&path, &more, '/', &have))
      return false;
    if (want.length > 0 && want.bytes[0] == ':') {
      if (have.length == 0)
        return false;
      add_segment(match, have);
    } else if (!span_equal(want, have)) {
      return false;
    }
  }
  return !more;
}

static bool takes(const struct route *route, enum http_method method)
{
  return route->method == method || (route->method == HTTP_GET && method == HTTP_HEAD);
}

/* A media type is said in any case, and parameters may follow it (RFC 9110 section 8.3). */
static bool has_type(const struct http_request *request, const char *type)
{
  struct span rest = http_header(request, "Content-Type"), essence = SPAN("");
  bool more = true;
  if (!span_split(&rest, &more, ';', &essence))
    return false;
  return head_same(span_trim(essence), span_of(type));
}

/* Answers, if the body is not what the route takes. */
static bool refuse_body(const struct route *route, struct http_request *request)
{
  struct fault fault;
  char expected[FAULT_EXPECTED];
  if (route->type == NULL) {
    if (request->body.length == 0)
      return false;
    fault_set(&fault, STATUS_REFUSED, "the body", "no body", "there is one");
    problem_send(request, PROBLEM_BAD_REQUEST, &fault);
    return true;
  }
  if (http_header(request, "Content-Length").length == 0) {
    problem_send(request, PROBLEM_LENGTH, NULL);
    return true;
  }
  if (request->body.length > route->body_max) {
    snprintf(expected, sizeof expected, "at most %zu bytes", route->body_max);
    fault_set(&fault, STATUS_REFUSED, "the body", expected, "it is too long");
    problem_send(request, PROBLEM_TOO_LARGE, &fault);
    return true;
  }
  if (!has_type(request, route->type)) {
    fault_set(&fault, STATUS_REFUSED, "Content-Type", route->type, "another type, or none");
    problem_send(request, PROBLEM_TYPE, &fault);
    return true;
  }
  return false;
}

static void add_allowed(char allowed[FAULT_EXPECTED], enum http_method method)
{
  fault_add_name(allowed, method_names[method]);
  if (method == HTTP_GET)
    fault_add_name(allowed, method_names[HTTP_HEAD]);
}

void router_handle(const struct router *router, struct http_request *request, void *context)
{
  char allowed[FAULT_EXPECTED] = "";
  unsigned listed = 0;
  for (size_t i = 0; i < router->count; i++) {
    const struct route *route = &router->routes[i];
    struct route_match match;
    if (!fits(route->pattern, request->path, &match))
      continue;
    if (takes(route, request->method)) {
      if (!refuse_body(route, request))
        route->handle(request, &match, context);
      return;
    }
    if ((listed & (1U << route->method)) == 0)
      add_allowed(allowed, route->method);
    listed |= 1U << route->method;
  }
  if (listed != 0)
    problem_send_with(request, PROBLEM_METHOD, NULL, "Allow", allowed);
  else
    problem_send(request, PROBLEM_NOT_FOUND, NULL);
}
