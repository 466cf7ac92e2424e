/* signed_request.h - an HTTP request signed by the one who asks: RFC 9421 in one spelling.
 *
 *   Content-Digest: sha-256=:<base64>:                             RFC 9530; only with a body
 *   Signature-Input: beffroi=("@method" "@authority" "@path" "content-digest");created=<seconds>;keyid="<base64 of the public key>";alg="ed25519"
 *   Signature: beffroi=:<base64>:
 *
 * without "content-digest" where there is no body. Signed is the signature base of RFC 9421 section
 * 2.5 over just these components. It begins with `"@method"`, an entry's signed bytes with `DSSEv1`
 * and a checkpoint's with a board's origin, so that no signature of one can pass for another.
 *
 * Such a request has no query. Whoever serves it says how old `created` may be; within that time the
 * same request may come twice, so it must only ask, or do what can be done twice.
 */
#ifndef BALLOTS_SIGNED_REQUEST_H
#define BALLOTS_SIGNED_REQUEST_H

#include <stdint.h>

#include "ballots/signature.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/span.h"

enum {
  SIGNED_REQUEST_SECONDS = 300 /* how far `created` may be from the service's clock, either way */
};

struct signed_request {
  struct span method;    /* "GET" */
  struct span authority; /* the Host header, in lower case */
  struct span path;
  struct span body; /* may be empty: then it has no digest */
  int64_t created;  /* seconds since 1970 */
  struct public_key key;
};

/* The values of the three headers. */
struct signed_headers {
  struct span digest; /* empty without a body */
  struct span input;
  struct span signature;
};

/* Adds the value of each header to a buffer of its own; `digest` is left alone without a body. The
 * request's key is that of `signing_key`. A failed allocation shows in the buffers. */
void signed_request_sign(const struct signed_request *request,
                         const struct signing_key *signing_key, struct buffer *digest,
                         struct buffer *input, struct buffer *signature);

/* Whether the headers sign this request, of which `created` and `key` are filled in from them.
 * STATUS_REFUSED names the header. */
enum status signed_request_verify(struct signed_request *request,
                                  const struct signed_headers *headers,
                                  struct fault *fault) CHECKED;

#endif
