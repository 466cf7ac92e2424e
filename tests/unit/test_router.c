#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "api/server/router.h"
#include "tests/unit/http_fake.h"

/* Which route was taken, and with what. */
static const char *taken;
static struct route_match taken_match;

#define HANDLER(name)                                                                              \
  static void name(struct http_request *request, const struct route_match *match, void *context)   \
  {                                                                                                \
    (void)request;                                                                                 \
    assert_ptr_equal(context, &taken);                                                             \
    taken = #name;                                                                                 \
    taken_match = *match;                                                                          \
  }

HANDLER(root)
HANDLER(list)
HANDLER(fixed)
HANDLER(one)
HANDLER(add)
HANDLER(part)
HANDLER(rest)
HANDLER(bare)

static const struct route routes[] = {
    {HTTP_GET, "/", 0, NULL, root},
    {HTTP_GET, "/v1/things", 0, NULL, list},
    {HTTP_POST, "/v1/things", 10, "application/json", add},
    {HTTP_GET, "/v1/things/fixed", 0, NULL, fixed},
    {HTTP_GET, "/v1/things/:id", 0, NULL, one},
    {HTTP_PUT, "/v1/things/:id/parts/:n", 4, "application/octet-stream", part},
    {HTTP_POST, "/v1/things/:id/bare", 0, NULL, bare},
    {HTTP_GET, "/files/:id/*", 0, NULL, rest},
};

static const struct router router = {routes, sizeof routes / sizeof *routes};

static void ask(enum http_method method, const char *path, const char *body)
{
  struct http_request request = {.method = method, .path = span_of(path), .body = span_of(body)};
  taken = "";
  http_fake = (struct http_fake){.status = 0};
  router_handle(&router, &request, &taken);
  /* It was handed over, or answered, and not both. */
  assert_int_equal(http_fake.count, taken[0] == '\0' ? 1 : 0);
}

static void get(const char *path)
{
  http_fake_headers = (struct http_fake_headers){NULL, NULL};
  ask(HTTP_GET, path, "");
}

static void send(enum http_method method, const char *path, const char *type, const char *body)
{
  http_fake_headers = (struct http_fake_headers){.content_type = type, .content_length = "1"};
  ask(method, path, body);
}

static void assert_segment(size_t number, const char *text)
{
  assert_true(number < taken_match.count);
  assert_true(span_equal(taken_match.segments[number], span_of(text)));
}

static void paths_lead_to_their_handlers(void **state)
{
  (void)state;
  get("/");
  assert_string_equal(taken, "root");
  get("/v1/things");
  assert_string_equal(taken, "list");
  assert_int_equal(taken_match.count, 0);
  get("/v1/things/7");
  assert_string_equal(taken, "one");
  assert_int_equal(taken_match.count, 1);
  assert_segment(0, "7");
  send(HTTP_PUT, "/v1/things/a%2fb/parts/9", "application/octet-stream", "x");
  assert_string_equal(taken, "part");
  assert_segment(0, "a%2fb");
  assert_segment(1, "9");
}

static void the_first_route_that_fits_is_taken(void **state)
{
  (void)state;
  get("/v1/things/fixed");
  assert_string_equal(taken, "fixed");
}

static void a_star_is_all_the_rest(void **state)
{
  (void)state;
  get("/files/x/tile/0/001");
  assert_string_equal(taken, "rest");
  assert_segment(0, "x");
  assert_segment(1, "tile/0/001");
  get("/files/x/a/");
  assert_segment(1, "a/");
  get("/files/x/");
  assert_int_equal(http_fake.status, 404);
  get("/files/x");
  assert_int_equal(http_fake.status, 404);
}

static void nothing_else_fits(void **state)
{
  static const char *const paths[] = {"",
                                      "/v1",
                                      "/v1/",
                                      "/v1/things/",
                                      "//v1/things",
                                      "/v1//things",
                                      "/v1/things/7/",
                                      "/V1/things",
                                      "/v1/things/7/parts",
                                      "/v1/thing",
                                      "/v1/thingss"};
  (void)state;
  for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
    get(paths[i]);
    assert_int_equal(http_fake.status, 404);
  }
}

static void heads_are_handled_as_gets(void **state)
{
  (void)state;
  http_fake_headers = (struct http_fake_headers){NULL, NULL};
  ask(HTTP_HEAD, "/v1/things", "");
  assert_string_equal(taken, "list");
  ask(HTTP_HEAD, "/v1/things/7/bare", "");
  assert_int_equal(http_fake.status, 405);
}

static void other_methods_are_told_which(void **state)
{
  (void)state;
  ask(HTTP_METHOD_OTHER, "/v1/things", "");
  assert_int_equal(http_fake.status, 405);
  assert_string_equal(http_fake_value("Allow"), "GET, HEAD, POST");
  ask(HTTP_DELETE, "/v1/things/fixed", "");
  assert_string_equal(http_fake_value("Allow"), "GET, HEAD");
  ask(HTTP_GET, "/v1/things/7/parts/1", "");
  assert_string_equal(http_fake_value("Allow"), "PUT");
}

static void bodies_are_as_the_route_says(void **state)
{
  (void)state;
  send(HTTP_POST, "/v1/things", "application/json", "{}");
  assert_string_equal(taken, "add");
  send(HTTP_POST, "/v1/things", "application/json; charset=utf-8", "{}");
  assert_string_equal(taken, "add");
  send(HTTP_POST, "/v1/things", "APPLICATION/JSON ;x", "0123456789");
  assert_string_equal(taken, "add");
  send(HTTP_POST, "/v1/things", "application/json", "0123456789a");
  assert_int_equal(http_fake.status, 413);
  send(HTTP_POST, "/v1/things", "application/jsonx", "{}");
  assert_int_equal(http_fake.status, 415);
  send(HTTP_POST, "/v1/things", "text/plain;application/json", "{}");
  assert_int_equal(http_fake.status, 415);
  send(HTTP_POST, "/v1/things", NULL, "{}");
  assert_int_equal(http_fake.status, 415);
  http_fake_headers = (struct http_fake_headers){.content_type = "application/json"};
  ask(HTTP_POST, "/v1/things", "");
  assert_int_equal(http_fake.status, 411);
}

static void where_there_is_no_body_there_must_be_none(void **state)
{
  (void)state;
  send(HTTP_POST, "/v1/things/7/bare", NULL, "");
  assert_string_equal(taken, "bare");
  send(HTTP_POST, "/v1/things/7/bare", NULL, "x");
  assert_int_equal(http_fake.status, 400);
  send(HTTP_GET, "/v1/things", NULL, "x");
  assert_int_equal(http_fake.status, 400);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(paths_lead_to_their_handlers),
      cmocka_unit_test(the_first_route_that_fits_is_taken),
      cmocka_unit_test(a_star_is_all_the_rest),
      cmocka_unit_test(nothing_else_fits),
      cmocka_unit_test(heads_are_handled_as_gets),
      cmocka_unit_test(other_methods_are_told_which),
      cmocka_unit_test(bodies_are_as_the_route_says),
      cmocka_unit_test(where_there_is_no_body_there_must_be_none),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
