/* The signed requests of ballots/signed_request.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "ballots/signed_request.h"

struct signed_text {
  struct buffer digest, input, signature;
};

static struct signing_key key_of(uint8_t number)
{
  uint8_t seed[SEED_BYTES] = {number};
  struct signing_key key;
  signing_key_make(seed, &key);
  return key;
}

static struct signed_request request_of(const struct signing_key *key, const char *body)
{
  return (struct signed_request){.method = SPAN("PUT"),
                                 .authority = SPAN("vote.example.fr"),
                                 .path = SPAN("/v1/elections/ab"),
                                 .body = span_of(body),
                                 .created = 1700000000,
                                 .key = key->public_key};
}

static struct signed_headers sign(const struct signed_request *request,
                                  const struct signing_key *key, struct signed_text *text)
{
  *text = (struct signed_text){0};
  signed_request_sign(request, key, &text->digest, &text->input, &text->signature);
  return (struct signed_headers){buffer_span(&text->digest), buffer_span(&text->input),
                                 buffer_span(&text->signature)};
}

static void free_text(struct signed_text *text)
{
  buffer_free(&text->digest);
  buffer_free(&text->input);
  buffer_free(&text->signature);
}

/* Verifies as a server that knows the request from elsewhere. */
static enum status verify(struct signed_request request, const struct signed_headers *headers,
                          struct fault *fault)
{
  struct public_key key = request.key;
  request.created = 0;
  memset(&request.key, 0, sizeof request.key);
  enum status status = signed_request_verify(&request, headers, fault);
  if (status == STATUS_OK) {
    assert_int_equal(request.created, 1700000000);
    assert_memory_equal(request.key.bytes, key.bytes, PUBLIC_KEY_BYTES);
  }
  return status;
}

static void test_says_what_was_signed(void **state)
{
  (void)state;
  struct signing_key key = key_of(1);
  struct signed_text text;
  struct signed_request request = request_of(&key, "abc");
  struct signed_headers headers = sign(&request, &key, &text);
  assert_true(
      span_equal(headers.digest, SPAN("sha-256=:ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=:")));
  assert_non_null(strstr(text.input.bytes, "\"content-digest\");created=1700000000;keyid=\""));
  struct fault fault;
  assert_int_equal(verify(request, &headers, &fault), STATUS_OK);
  free_text(&text);

  request = request_of(&key, "");
  headers = sign(&request, &key, &text);
  assert_int_equal(headers.digest.length, 0);
  assert_int_equal(verify(request, &headers, &fault), STATUS_OK);
  free_text(&text);
}

static void test_refuses_another_request(void **state)
{
  (void)state;
  struct signing_key key = key_of(1);
  struct signed_text text;
  struct signed_request request = request_of(&key, "abc");
  struct signed_headers headers = sign(&request, &key, &text);
  struct fault fault;

  struct signed_request other = request;
  other.method = SPAN("GET");
  assert_int_equal(verify(other, &headers, &fault), STATUS_REFUSED);
  assert_string_equal(fault.where, "Signature");
  other = request;
  other.authority = SPAN("other.example.fr");
  assert_int_equal(verify(other, &headers, &fault), STATUS_REFUSED);
  other = request;
  other.path = SPAN("/v1/elections/ac");
  assert_int_equal(verify(other, &headers, &fault), STATUS_REFUSED);
  other = request;
  other.body = SPAN("abd");
  assert_int_equal(verify(other, &headers, &fault), STATUS_REFUSED);
  assert_string_equal(fault.where, "Content-Digest");
  other = request;
  other.body = SPAN("");
  assert_int_equal(verify(other, &headers, &fault), STATUS_REFUSED);
  free_text(&text);
}

/* Every byte of every header counts. */
static void test_refuses_altered_headers(void **state)
{
  (void)state;
  struct signing_key key = key_of(1);
  struct signed_text text;
  struct signed_request request = request_of(&key, "abc");
  struct signed_headers headers = sign(&request, &key, &text);
  struct buffer *buffers[] = {&text.digest, &text.input, &text.signature};
  struct fault fault;
  for (size_t i = 0; i < 3; i++)
    for (size_t at = 0; at < buffers[i]->length; at++) {
      buffers[i]->bytes[at] ^= 0x01;
      assert_int_equal(verify(request, &headers, &fault), STATUS_REFUSED);
      buffers[i]->bytes[at] ^= 0x01;
    }
  struct signed_headers none = {SPAN(""), SPAN(""), SPAN("")};
  assert_int_equal(verify(request, &none, &fault), STATUS_REFUSED);
  assert_string_equal(fault.where, "Signature-Input");
  struct signed_headers shorter = headers;
  shorter.signature.length--;
  assert_int_equal(verify(request, &shorter, &fault), STATUS_REFUSED);
  free_text(&text);
}

static void test_refuses_another_key(void **state)
{
  (void)state;
  struct signing_key key = key_of(1), other = key_of(2);
  struct signed_text text;
  struct signed_request request = request_of(&key, "abc");
  struct signed_headers headers = sign(&request, &other, &text);
  struct fault fault;
  assert_int_equal(verify(request, &headers, &fault), STATUS_REFUSED);
  assert_string_equal(fault.where, "Signature");
  free_text(&text);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_says_what_was_signed),
      cmocka_unit_test(test_refuses_another_request),
      cmocka_unit_test(test_refuses_altered_headers),
      cmocka_unit_test(test_refuses_another_key),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
