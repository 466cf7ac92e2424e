/* http_fake.h - http.h without a network: what was answered last. Linked in http.c's place. */
#ifndef TESTS_UNIT_HTTP_FAKE_H
#define TESTS_UNIT_HTTP_FAKE_H

#include "api/server/http.h"

struct http_fake {
  unsigned count; /* replies so far */
  int status;
  char type[64];
  char body[4096]; /* terminated */
  size_t header_count;
  char names[HTTP_HEADERS_MAX][64], values[HTTP_HEADERS_MAX][256];
};

extern struct http_fake http_fake;

/* What http_header finds; NULL: nothing. */
struct http_fake_headers {
  const char *content_type, *content_length;
};
extern struct http_fake_headers http_fake_headers;

/* The value of a header of the last reply, or "". */
const char *http_fake_value(const char *name);

#endif
