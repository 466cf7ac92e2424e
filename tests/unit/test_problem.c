#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "api/server/problem.h"
#include "base/canonical.h"
#include "tests/unit/http_fake.h"

static struct http_request request = {.id = "0123456789abcdef"};
static struct fault fault;

/* The problem that was answered, which the caller gives back. */
static json_t *answered(void)
{
  json_t *value = NULL;
  assert_string_equal(http_fake.type, "application/problem+json");
  assert_int_equal(canonical_read(span_of(http_fake.body), sizeof http_fake.body, &value, &fault),
                   STATUS_OK);
  assert_int_equal(json_integer_value(json_object_get(value, "status")), http_fake.status);
  assert_string_equal(json_string_value(json_object_get(value, "request")), "0123456789abcdef");
  assert_non_null(json_string_value(json_object_get(value, "title")));
  return value;
}

static void assert_type(const json_t *value, const char *name)
{
  char type[96];
  snprintf(type, sizeof type, "urn:beffroi:problem:%s", name);
  assert_string_equal(json_string_value(json_object_get(value, "type")), type);
}

/* Small letters and hyphens. */
static void assert_name(const char *name)
{
  assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz-"), strlen(name));
  assert_true(strlen(name) > 2);
}

static void every_problem_is_answered(void **state)
{
  (void)state;
  for (int i = 0; i < PROBLEM_COUNT; i++) {
    enum problem problem = (enum problem)i;
    problem_send(&request, problem, NULL);
    json_t *value = answered();
    assert_int_equal(http_fake.status, problem_status(problem));
    assert_in_range(http_fake.status, 400, 599);
    assert_name(problem_type(problem));
    assert_type(value, problem_type(problem));
    assert_int_equal(http_fake_value("Retry-After")[0] != '\0', http_fake.status == 503);
    assert_int_equal(http_fake_value("WWW-Authenticate")[0] != '\0', http_fake.status == 401);
    json_decref(value);
  }
}

static void every_refusal_is_answered(void **state)
{
  (void)state;
  for (int i = REFUSAL_NONE + 1; i < REFUSAL_COUNT; i++) {
    enum refusal refusal = (enum refusal)i;
    problem_send_refusal(&request, refusal, NULL, NULL);
    json_t *value = answered();
    assert_int_equal(http_fake.status, problem_refusal_status(refusal));
    assert_true(http_fake.status == 400 || http_fake.status == 403 || http_fake.status == 409 ||
                http_fake.status == 422);
    assert_name(refusal_name(refusal));
    assert_type(value, refusal_name(refusal));
    json_decref(value);
  }
}

/* A program must not take one for another. */
static void no_two_have_the_same_name(void **state)
{
  (void)state;
  for (int i = 0; i < PROBLEM_COUNT; i++) {
    for (int j = 0; j < i; j++)
      assert_string_not_equal(problem_type((enum problem)i), problem_type((enum problem)j));
    for (int j = REFUSAL_NONE; j < REFUSAL_COUNT; j++)
      assert_string_not_equal(problem_type((enum problem)i), refusal_name((enum refusal)j));
  }
}

static void statuses_by_what_a_refusal_is_about(void **state)
{
  static const struct {
    enum refusal refusal;
    int status;
  } expected[] = {
      {REFUSAL_MALFORMED, 400},
      {REFUSAL_WRONG_SIGNER, 403},
      {REFUSAL_NOT_LISTED, 403},
      {REFUSAL_UNKNOWN_CREDENTIAL, 403},
      {REFUSAL_STRUCK, 403},
      {REFUSAL_NOT_NOW, 409},
      {REFUSAL_FROZEN, 409},
      {REFUSAL_ALREADY_VOTED, 409},
      {REFUSAL_STALE, 409},
      {REFUSAL_REPEATED, 409},
      {REFUSAL_ATTACHMENT_MISSING, 409},
      {REFUSAL_CHOICE, 422},
  };
  (void)state;
  for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
    assert_int_equal(problem_refusal_status(expected[i].refusal), expected[i].status);
}

static void the_fault_is_told(void **state)
{
  (void)state;
  fault_set(&fault, STATUS_REFUSED, "replaces", "null, or \"a\"", "it is 'é\n'");
  struct fault told = fault;
  problem_send(&request, PROBLEM_MALFORMED_BODY, &told);
  json_t *value = answered();
  assert_string_equal(json_string_value(json_object_get(value, "where")), "replaces");
  assert_string_equal(json_string_value(json_object_get(value, "expected")), "null, or \"a\"");
  assert_string_equal(json_string_value(json_object_get(value, "detail")), told.what);
  json_decref(value);
}

static void what_is_not_known_is_left_out(void **state)
{
  (void)state;
  struct fault told;
  fault_set(&told, STATUS_REFUSED, NULL, NULL, "so");
  problem_send(&request, PROBLEM_NOT_FOUND, &told);
  json_t *value = answered();
  assert_int_equal(json_object_size(value), 5);
  json_decref(value);
  problem_send(&request, PROBLEM_NOT_FOUND, NULL);
  value = answered();
  assert_int_equal(json_object_size(value), 4);
  json_decref(value);
}

static void a_time_to_wait(void **state)
{
  (void)state;
  problem_send_later(&request, PROBLEM_BUSY, NULL, 30);
  assert_string_equal(http_fake_value("Retry-After"), "30");
  problem_send_with(&request, PROBLEM_METHOD, NULL, "Allow", "GET");
  assert_string_equal(http_fake_value("Allow"), "GET");
}

static void faults_of_ours_are_not_shown(void **state)
{
  static const struct {
    enum status status;
    int answer;
  } cases[] = {{STATUS_FAILED, 500}, {STATUS_REFUSED, 500}, {STATUS_NO_MEMORY, 503}};
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct fault told;
    fault_set(&told, cases[i].status, "/etc/inside", "inside", "inside");
    problem_send_fault(&request, &told);
    assert_int_equal(http_fake.status, cases[i].answer);
    assert_null(strstr(http_fake.body, "inside"));
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_problem_is_answered),
      cmocka_unit_test(every_refusal_is_answered),
      cmocka_unit_test(no_two_have_the_same_name),
      cmocka_unit_test(statuses_by_what_a_refusal_is_about),
      cmocka_unit_test(the_fault_is_told),
      cmocka_unit_test(what_is_not_known_is_left_out),
      cmocka_unit_test(a_time_to_wait),
      cmocka_unit_test(faults_of_ours_are_not_shown),
  };
  request.inner = NULL;
  return cmocka_run_group_tests(tests, NULL, NULL);
}
