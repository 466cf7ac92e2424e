/* signature.h - Ed25519 (RFC 8032 sections 5.1.5 to 5.1.7, "PureEdDSA"), by one strict predicate.
 *
 * RFC 8032 leaves room, libraries fill it differently, and an entry that holds for one program must
 * hold for all. So here, with B the base point, L its order, k = SHA-512(R ‖ A ‖ message) mod L:
 *
 *   - the key A is the canonical encoding of a point of prime order: y < p, on the curve, not the
 *     identity, in the subgroup of B. It is asked once, when the key is admitted;
 *   - S < L;
 *   - R is not the identity: such a signature, with S = k·a, satisfies the equation for any
 *     message;
 *   - R is, as bytes, the encoding of SB − kA. That has no small order but the identity, because B
 *     and A have none, and is canonical, because we encode it; so R need not be decoded.
 *
 * Where a library is known to be laxer: without the first, a key of mixed order takes one message in
 * eight; a cofactored equation (RFC 8032's own 8SB = 8R + 8kA, ZIP 215) takes R of mixed order and
 * encodings of R that are not canonical.
 *
 * Messages are whole in memory. Nothing here is secret but a `struct signing_key`.
 */
#ifndef BALLOTS_SIGNATURE_H
#define BALLOTS_SIGNATURE_H

#include <stdbool.h>
#include <stdint.h>

#include "ballots/digest.h"
#include "base/fault.h"
#include "base/span.h"

enum {
  PUBLIC_KEY_BYTES = 32,
  SIGNATURE_BYTES = 64, /* R, then S, little-endian */
  SEED_BYTES = 32,
};

/* Exists only once admitted, or made from a seed. Bytes that were admitted and then kept where
 * nobody else writes may be put back into the struct without asking again. */
struct public_key {
  uint8_t bytes[PUBLIC_KEY_BYTES];
};

struct signature {
  uint8_t bytes[SIGNATURE_BYTES];
};

/* Secret: never printed, never in a fault, and wiped by signing_key_wipe when it has served. */
struct signing_key {
  uint8_t seed[SEED_BYTES];
  struct public_key public_key;
};

/* Whether libsodium tells prime order from mixed order. Before the end of 2025 it did not where the
 * rest is of order two (CVE-2025-69277). Every program asks once when it starts, after sodium_init;
 * STATUS_FAILED says to update the library. */
enum status signature_library_check(struct fault *fault) CHECKED;

/* --- keys --- */

/* Makes the key of these bytes, or refuses them. Takes about as long as to verify a signature. */
enum status public_key_admit(const uint8_t bytes[PUBLIC_KEY_BYTES], struct public_key *key,
                             struct fault *fault) CHECKED;

/* What names a key in an envelope: SHA-256 of its bytes, written as digest_write does. */
struct digest public_key_id(const struct public_key *key);

/* Every 32 bytes are a seed. The key is the caller's to wipe. */
void signing_key_make(const uint8_t seed[SEED_BYTES], struct signing_key *key);

void signing_key_wipe(struct signing_key *key);

/* --- signatures --- */

/* The one signature of RFC 8032: the same key and message always give the same bytes. */
struct signature signature_make(const struct signing_key *key, struct span message);

/* The predicate. The time it takes may depend on its arguments, which are public. */
bool signature_holds(const struct signature *signature, struct span message,
                     const struct public_key *key);

#endif
