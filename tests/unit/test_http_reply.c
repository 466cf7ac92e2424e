#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "api/server/http/reply.h"

static void dates(void **state)
{
  static const struct {
    int64_t seconds;
    const char *text;
  } known[] = {
      {0, "Thu, 01 Jan 1970 00:00:00 GMT"},
      {784111777, "Sun, 06 Nov 1994 08:49:37 GMT"}, /* RFC 9110 section 5.6.7 */
      {951782400, "Tue, 29 Feb 2000 00:00:00 GMT"},
      {4102444799, "Thu, 31 Dec 2099 23:59:59 GMT"},
  };
  char text[REPLY_DATE];
  (void)state;
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    reply_date(known[i].seconds, text);
    assert_string_equal(text, known[i].text);
  }
}

static const char *head_of(const struct http_reply *reply, bool chunked, bool close)
{
  static char text[1024];
  struct buffer buffer = {0};
  struct reply_head head = {
      .reply = reply, .id = "i", .date = "d", .chunked = chunked, .close = close};
  reply_add_head(&buffer, &head);
  assert_true(buffer.length < sizeof text);
  memcpy(text, buffer.bytes, buffer.length);
  text[buffer.length] = '\0';
  buffer_free(&buffer);
  return text;
}

#define ALWAYS "Date: d\r\nRequest-Id: i\r\nX-Content-Type-Options: nosniff\r\n"

static void heads(void **state)
{
  struct http_reply reply = {.status = 200, .type = "text/plain", .body = SPAN("abc")};
  (void)state;
  assert_string_equal(head_of(&reply, false, false),
                      "HTTP/1.1 200 OK\r\n" ALWAYS "Cache-Control: no-store\r\n"
                      "Content-Type: text/plain\r\nContent-Length: 3\r\n\r\n");
  assert_string_equal(head_of(&reply, true, true),
                      "HTTP/1.1 200 OK\r\n" ALWAYS "Cache-Control: no-store\r\n"
                      "Content-Type: text/plain\r\nTransfer-Encoding: chunked\r\n"
                      "Connection: close\r\n\r\n");
  reply = (struct http_reply){.status = 304, .header_count = 1};
  reply.headers[0] = (struct http_header){"cache-control", "max-age=1"};
  assert_string_equal(head_of(&reply, false, false),
                      "HTTP/1.1 304 Not Modified\r\n" ALWAYS "cache-control: max-age=1\r\n\r\n");
  reply = (struct http_reply){.status = 204};
  assert_null(strstr(head_of(&reply, false, false), "Content-Length"));
  assert_false(reply_has_body(204) || reply_has_body(304));
  assert_true(reply_has_body(200) && reply_has_body(404));
}

static void what_cannot_be_spelt(void **state)
{
  static const struct http_header wrong[] = {
      {"", "x"},          {"A B", "x"},  {"A:", "x"},   {"A\n", "x"},      {"\xc3\xa9", "x"},
      {"A", "x\r\nB: y"}, {"A", "x\ny"}, {"A", "\x7f"}, {"A", "\xc3\xa9"}, {"A", "a\tb"},
  };
  struct http_reply reply = {.status = 200, .type = "text/plain", .header_count = 1};
  (void)state;
  reply.headers[0] = (struct http_header){"A", "anything from ' ' to '~'"};
  assert_true(reply_is_sound(&reply));
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    reply.headers[0] = wrong[i];
    assert_false(reply_is_sound(&reply));
  }
  reply.header_count = 0;
  assert_true(reply_is_sound(&reply));
  reply.type = "text/plain\n";
  assert_false(reply_is_sound(&reply));
  reply = (struct http_reply){.status = 299};
  assert_false(reply_is_sound(&reply));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(dates),
      cmocka_unit_test(heads),
      cmocka_unit_test(what_cannot_be_spelt),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
