/* head.h - the head of an HTTP/1.1 request, read strictly: RFC 9112 sections 2 to 6, RFC 9110.
 *
 * What two programs could read in two ways is refused, because a proxy stands before us and must
 * see the same requests that we see: a line feed without its carriage return or the reverse, a
 * control character, a header that goes on in a second line, a blank before a colon, a header
 * without a name, more than one Host, Content-Length or Expect, a length that is not plain digits,
 * any Transfer-Encoding, an empty line before the request.
 *
 * Of what RFC 9112 allows, only what a service of our kind needs is taken: HTTP/1.1 alone, and
 * targets in origin-form (no "http://…", "*" or "host:port") of the characters that RFC 3986 gives a
 * path and a query, without the segments "." and "..".
 *
 * Pure: bytes in, spans of them out.
 */
#ifndef API_SERVER_HTTP_HEAD_H
#define API_SERVER_HTTP_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/span.h"

enum http_method {
  HTTP_GET,
  HTTP_HEAD, /* handled as GET; the body is not sent */
  HTTP_POST,
  HTTP_PUT,
  HTTP_DELETE,
  HTTP_METHOD_OTHER
};

enum {
  HEAD_FIELDS_MAX = 64
};

/* --- where it ends --- */

enum head_progress {
  HEAD_MORE,  /* nothing wrong so far */
  HEAD_WHOLE, /* ends at `*checked` */
  HEAD_WRONG  /* will never be one */
};

/* Looks at the bytes from `*checked` on, which is 0 at first and is moved past what was looked at,
 * so that bytes that come one by one cost no more than bytes that come at once. */
enum head_progress head_find_end(struct span bytes, size_t *checked);

/* --- what it says --- */

struct head_field {
  struct span name;
  struct span value; /* without blanks at its ends; may have bytes above 0x7f */
};

struct head {
  enum http_method method;
  struct span target; /* path and query */
  struct span path;
  struct span query; /* after the "?"; empty without */
  struct span host;  /* name and port as sent */
  bool has_length;
  uint64_t length; /* of the body; 0 without Content-Length */
  bool coded;      /* there is a Transfer-Encoding */
  bool close;      /* the client asks for the connection to end */
  bool expects;    /* it waits for 100 (Continue) */
  size_t field_count;
  struct head_field fields[HEAD_FIELDS_MAX];
};

enum head_verdict {
  HEAD_OK,
  HEAD_BAD,
  HEAD_TOO_MANY, /* fields */
  HEAD_CODED     /* the body has a transfer coding instead of a length */
};

/* Reads a head that is whole, its last empty line included. The spans are of `bytes`. `fault` says
 * what is wrong unless HEAD_OK. */
enum head_verdict head_read(struct span bytes, struct head *head, struct fault *fault) CHECKED;

/* The value of the only field of that name, in any case; empty when there is none or more. */
struct span head_value(const struct head *head, struct span name);

/* Whether two texts are equal but for the case of ASCII letters. */
bool head_same(struct span a, struct span b);

#endif
