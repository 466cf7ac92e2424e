/* reply.h - how a reply is spelt (RFC 9112 section 4, RFC 9110). http.c's own. */
#ifndef API_SERVER_HTTP_REPLY_H
#define API_SERVER_HTTP_REPLY_H

#include <stdbool.h>

#include "api/server/http.h"
#include "base/buffer.h"

/* Whether a reply can be sent as it is: a status that we know, headers that are headers. */
bool reply_is_sound(const struct http_reply *reply);

/* Whether such a status comes with a body. */
bool reply_has_body(int status);

struct reply_head {
  const struct http_reply *reply;
  const char *id;   /* of the request */
  const char *date; /* as reply_date gives it */
  bool chunked;     /* the length is not known: Transfer-Encoding: chunked */
  bool close;
};

/* Adds the status line and the headers with the empty line after them. */
void reply_add_head(struct buffer *buffer, const struct reply_head *head);

enum {
  REPLY_DATE = 32
};

/* The time, in seconds since 1970, as Date has it (RFC 9110 section 5.6.7). */
void reply_date(int64_t seconds, char text[REPLY_DATE]);

#endif
