/* envelope.h - what is signed, who signed it, as one line: a DSSE envelope in one spelling only.
 *
 *   {"payload":"<base64>","payloadType":"application/vnd.beffroi.<kind>.v1+json","signatures":[…]}
 *   and each signature  {"keyid":"<hex>","sig":"<base64>"}
 *
 * DSSE is secure-systems-lab/dsse (envelope.md, protocol.md, version 1.0); any of its tools can
 * read these lines. It allows more than we do. Here an envelope is 1 to 65,535 bytes of
 *
 *   - exactly these members in this order, without spaces or a line break;
 *   - base64 of the standard alphabet, padded, spare bits zero (base/base64.h), never the one for
 *     addresses;
 *   - a kind of 1 to 32 lower-case letters and hyphens, a letter first;
 *   - 1 to 8 signatures in ascending order of `keyid`, no `keyid` twice. A `keyid` is the
 *     lower-case hex SHA-256 of the signer's public key. It decides nothing: who must sign is said
 *     elsewhere, and envelope_verify is told.
 *
 * So an envelope that is read and written again is the same bytes, and to compare, hash or sign
 * lines is to compare, hash or sign what they say.
 *
 * Signed is the pre-authentication encoding of type and payload (protocol.md, "PAE"), numbers in
 * decimal without leading zeros, lengths in bytes:
 *
 *   "DSSEv1" SP length(type) SP type SP length(payload) SP payload
 *
 * The reader is on the way of every ballot: it goes through the line once, and needs no JSON
 * library and one piece of memory.
 */
#ifndef BALLOTS_ENVELOPE_H
#define BALLOTS_ENVELOPE_H

#include <stddef.h>

#include "ballots/digest.h"
#include "ballots/signature.h"
#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/span.h"

enum {
  ENVELOPE_MAX = 65535,     /* bytes of a line */
  ENVELOPE_SIGNATURES = 8,  /* most in one envelope */
  ENVELOPE_KIND_LENGTH = 32 /* longest kind */
};

struct envelope_signature {
  struct digest key_id;
  struct signature signature;
};

struct envelope {
  struct span type;    /* "application/vnd.beffroi.ballot.v1+json"; in the line */
  struct span kind;    /* "ballot"; in the line */
  struct span payload; /* decoded; the end of `signed_bytes` */
  struct span signed_bytes;
  size_t signature_count;
  struct envelope_signature signatures[ENVELOPE_SIGNATURES]; /* ascending by key_id */
};

/* Reads `line`, without its line break. `line` and `arena` must outlive the envelope. The payload
 * is any bytes, and no signature is verified. STATUS_REFUSED names the byte, counted from 1. */
enum status envelope_read(struct span line, struct arena *arena, struct envelope *envelope,
                          struct fault *fault) CHECKED;

/* Whether the envelope is signed by exactly these keys: one signature by each, in any order of
 * `keys`, and no other. */
enum status envelope_verify(const struct envelope *envelope, const struct public_key *keys,
                            size_t count, struct fault *fault) CHECKED;

/* The pre-authentication encoding of any type and payload, in `arena`. */
enum status envelope_authenticate(struct span type, struct span payload, struct arena *arena,
                                  struct span *signed_bytes, struct fault *fault) CHECKED;

/* One signature of an envelope of this kind and payload. Several are made one by one, each where
 * its key is. Takes from `arena` what it signs. */
enum status envelope_sign(struct span kind, struct span payload, const struct signing_key *key,
                          struct arena *arena, struct envelope_signature *signature,
                          struct fault *fault) CHECKED;

/* Adds the line to `buffer`, without a line break, signatures put in order. Refuses what
 * envelope_read would: a kind that is none, no or too many signatures, two by one key, a line too
 * long. Unless it returns STATUS_OK, the buffer holds what it held before. */
enum status envelope_write(struct span kind, struct span payload,
                           const struct envelope_signature *signatures, size_t count,
                           struct buffer *buffer, struct fault *fault) CHECKED;

#endif
