/* Single cases of the head; what a whole service makes of them is in integration/http_hostile.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "api/server/http/head.h"

static struct head head;
static struct fault fault;

static enum head_progress end_of(const char *text, size_t *end)
{
  *end = 0;
  return head_find_end(span_of(text), end);
}

static void assert_span(struct span span, const char *text)
{
  assert_int_equal(span.length, strlen(text));
  assert_memory_equal(span.bytes, text, span.length);
}

static void the_end_is_the_first_empty_line(void **state)
{
  size_t end;
  (void)state;
  assert_int_equal(end_of("GET / HTTP/1.1\r\nHost: x\r\n\r\nbody", &end), HEAD_WHOLE);
  assert_int_equal(end, strlen("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
  assert_int_equal(end_of("A\r\n\r\n\r\n", &end), HEAD_WHOLE);
  assert_int_equal(end, 5);
}

static void a_beginning_may_go_on(void **state)
{
  static const char text[] = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  (void)state;
  for (size_t length = 0; length < sizeof text - 1; length++) {
    size_t checked = 0;
    assert_int_equal(head_find_end((struct span){text, length}, &checked), HEAD_MORE);
    assert_int_equal(checked, length);
  }
}

static void it_does_not_matter_how_bytes_come(void **state)
{
  static const char *const texts[] = {
      "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET / HTTP/1.1\nHost: x\r\n\r\n",
      "\r\n\r\n",
      "A\r\rB",
      "A\r\n\n",
  };
  (void)state;
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    size_t at_once, checked = 0;
    enum head_progress expected = end_of(texts[i], &at_once), found = HEAD_MORE;
    for (size_t length = 1; found == HEAD_MORE && length <= strlen(texts[i]); length++)
      found = head_find_end((struct span){texts[i], length}, &checked);
    assert_int_equal(found, expected);
    if (expected == HEAD_WHOLE)
      assert_int_equal(checked, at_once);
  }
}

static void bytes_that_no_head_has_end_it_at_once(void **state)
{
  char text[8] = "GET /x";
  (void)state;
  for (int byte = 0; byte < 256; byte++) {
    size_t checked = 0;
    bool wrong = (byte < ' ' && byte != '\t' && byte != '\r') || byte == 0x7f;
    text[5] = (char)byte;
    assert_int_equal(head_find_end((struct span){text, 6}, &checked),
                     wrong ? HEAD_WRONG : HEAD_MORE);
  }
}

static enum head_verdict read_text(const char *text)
{
  return head_read(span_of(text), &head, &fault);
}

static void a_head_is_taken_apart(void **state)
{
  (void)state;
  assert_int_equal(read_text("PUT /a/b?c=d HTTP/1.1\r\n"
                             "Host: Example.org:81\r\n"
                             "content-LENGTH: 120\r\n"
                             "X-Empty:\r\n"
                             "X-Blank:   \t\r\n"
                             "X-Words:\tone  two \r\n"
                             "X-Colon:a:b\r\n"
                             "\r\n"),
                   HEAD_OK);
  assert_int_equal(head.method, HTTP_PUT);
  assert_span(head.target, "/a/b?c=d");
  assert_span(head.path, "/a/b");
  assert_span(head.query, "c=d");
  assert_span(head.host, "Example.org:81");
  assert_true(head.has_length);
  assert_int_equal(head.length, 120);
  assert_false(head.close);
  assert_false(head.expects);
  assert_int_equal(head.field_count, 6);
  assert_span(head_value(&head, SPAN("x-empty")), "");
  assert_span(head_value(&head, SPAN("x-blank")), "");
  assert_span(head_value(&head, SPAN("x-words")), "one  two");
  assert_span(head_value(&head, SPAN("x-colon")), "a:b");
  assert_span(head_value(&head, SPAN("x-none")), "");
}

static void what_is_not_said_is_nothing(void **state)
{
  (void)state;
  assert_int_equal(read_text("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), HEAD_OK);
  assert_false(head.has_length);
  assert_int_equal(head.length, 0);
  assert_int_equal(head.query.length, 0);
  assert_int_equal(read_text("GET /? HTTP/1.1\r\nHost: x\r\n\r\n"), HEAD_OK);
  assert_span(head.path, "/");
  assert_int_equal(head.query.length, 0);
  assert_span(head.target, "/?");
}

static void methods(void **state)
{
  static const char *const names[] = {"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "get"};
  char text[64];
  (void)state;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    snprintf(text, sizeof text, "%s / HTTP/1.1\r\nHost: x\r\n\r\n", names[i]);
    assert_int_equal(read_text(text), HEAD_OK);
    assert_int_equal(head.method, i < HTTP_METHOD_OTHER ? i : HTTP_METHOD_OTHER);
  }
}

static void a_header_there_twice_has_no_value(void **state)
{
  (void)state;
  assert_int_equal(read_text("GET / HTTP/1.1\r\nHost: x\r\nX-A: 1\r\nx-a: 1\r\n\r\n"), HEAD_OK);
  assert_int_equal(head_value(&head, SPAN("X-A")).length, 0);
}

static void options_of_the_connection(void **state)
{
  static const struct {
    const char *value;
    bool close;
  } cases[] = {{"close", true},
               {"CLOSE", true},
               {"keep-alive", false},
               {"a, close", true},
               {"close,", true},
               {"closed", false},
               {"a\r\nConnection: close", true},
               {"", false}};
  char text[96];
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    snprintf(text, sizeof text, "GET / HTTP/1.1\r\nHost: x\r\nConnection: %s\r\n\r\n",
             cases[i].value);
    assert_int_equal(read_text(text), HEAD_OK);
    assert_int_equal(head.close, cases[i].close);
  }
}

static void the_largest_length_and_no_more(void **state)
{
  (void)state;
  assert_int_equal(
      read_text("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999999999\r\n\r\n"), HEAD_OK);
  assert_true(head.length == UINT64_C(999999999999999));
  assert_int_equal(
      read_text("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000000000\r\n\r\n"),
      HEAD_BAD);
  assert_int_equal(read_text("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"), HEAD_OK);
  assert_true(head.has_length);
}

static void as_many_headers_as_there_is_room_for(void **state)
{
  char text[1024] = "GET / HTTP/1.1\r\nHost: x\r\n";
  (void)state;
  for (int count = 1; count <= HEAD_FIELDS_MAX; count++) {
    size_t length = strlen(text);
    snprintf(text + length, sizeof text - length, "\r\n");
    assert_int_equal(read_text(text), HEAD_OK);
    assert_int_equal(head.field_count, count);
    snprintf(text + length, sizeof text - length, "a: b\r\n");
  }
  strncat(text, "\r\n", sizeof text - strlen(text) - 1);
  assert_int_equal(read_text(text), HEAD_TOO_MANY);
  assert_string_equal(fault.where, "the headers");
}

static void a_transfer_coding_is_another_refusal_than_two_lengths(void **state)
{
  (void)state;
  assert_int_equal(read_text("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"),
                   HEAD_CODED);
  assert_int_equal(read_text("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
                             "Content-Length: 1\r\n\r\n"),
                   HEAD_BAD);
}

static void what_is_no_whole_head_is_refused(void **state)
{
  static const char *const texts[] = {"", "\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\n",
                                      "GET / HTTP/1.1\r\nHost: x\r\n\r\nmore"};
  (void)state;
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    assert_int_equal(read_text(texts[i]), HEAD_BAD);
}

static void texts_are_the_same_in_any_case(void **state)
{
  (void)state;
  assert_true(head_same(SPAN("Content-Length"), SPAN("cONTENT-lENGTH")));
  assert_false(head_same(SPAN("a"), SPAN("ab")));
  assert_false(head_same(SPAN("@"), SPAN("`"))); /* 32 apart, as capitals are from small letters */
  assert_false(head_same(SPAN("["), SPAN("{")));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_end_is_the_first_empty_line),
      cmocka_unit_test(a_beginning_may_go_on),
      cmocka_unit_test(it_does_not_matter_how_bytes_come),
      cmocka_unit_test(bytes_that_no_head_has_end_it_at_once),
      cmocka_unit_test(a_head_is_taken_apart),
      cmocka_unit_test(what_is_not_said_is_nothing),
      cmocka_unit_test(methods),
      cmocka_unit_test(a_header_there_twice_has_no_value),
      cmocka_unit_test(options_of_the_connection),
      cmocka_unit_test(the_largest_length_and_no_more),
      cmocka_unit_test(as_many_headers_as_there_is_room_for),
      cmocka_unit_test(a_transfer_coding_is_another_refusal_than_two_lengths),
      cmocka_unit_test(what_is_no_whole_head_is_refused),
      cmocka_unit_test(texts_are_the_same_in_any_case),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
