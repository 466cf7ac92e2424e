#include "tests/unit/http_fake.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct http_fake http_fake;
struct http_fake_headers http_fake_headers;

struct span http_header(const struct http_request *request, const char *name)
{
  const char *value = NULL;
  (void)request;
  if (strcmp(name, "Content-Type") == 0)
    value = http_fake_headers.content_type;
  else if (strcmp(name, "Content-Length") == 0)
    value = http_fake_headers.content_length;
  return value == NULL ? SPAN("") : span_of(value);
}

void http_reply_header(struct http_reply *reply, const char *name, const char *value)
{
  if (reply->header_count == HTTP_HEADERS_MAX)
    abort();
  reply->headers[reply->header_count++] = (struct http_header){name, value};
}

void http_send(struct http_request *request, const struct http_reply *reply)
{
  (void)request;
  if (reply->body.length >= sizeof http_fake.body)
    abort();
  http_fake.count++;
  http_fake.status = reply->status;
  snprintf(http_fake.type, sizeof http_fake.type, "%s", reply->type);
  memcpy(http_fake.body, reply->body.bytes, reply->body.length);
  http_fake.body[reply->body.length] = '\0';
  http_fake.header_count = reply->header_count;
  for (size_t i = 0; i < reply->header_count; i++) {
    snprintf(http_fake.names[i], sizeof http_fake.names[i], "%s", reply->headers[i].name);
    snprintf(http_fake.values[i], sizeof http_fake.values[i], "%s", reply->headers[i].value);
  }
}

const char *http_fake_value(const char *name)
{
  for (size_t i = 0; i < http_fake.header_count; i++) {
    if (strcmp(http_fake.names[i], name) == 0)
      return http_fake.values[i];
  }
  return "";
}
