/* curve.h - points and signatures that whoever has a secret key can make and no honest program does.
 *
 * Points are encoded as RFC 8032 section 5.1.2 says, scalars little-endian. Nothing here uses the
 * code that is tested, but for the type of a signature.
 */
#ifndef TESTS_UNIT_CURVE_H
#define TESTS_UNIT_CURVE_H

#include <sodium.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ballots/signature.h"
#include "base/hex.h"
#include "base/span.h"

enum {
  CURVE_POINT = 32,
  CURVE_SCALAR = 32,
  CURVE_TORSION = 8, /* points of small order, the identity one of them */
  CURVE_SECOND = 6,
};

static const uint8_t curve_zero[CURVE_SCALAR];

/* L, the order of the base point. */
static const uint8_t curve_order[CURVE_SCALAR] = {0xed,
                                                  0xd3,
                                                  0xf5,
                                                  0x5c,
                                                  0x1a,
                                                  0x63,
                                                  0x12,
                                                  0x58,
                                                  0xd6,
                                                  0x9c,
                                                  0xf7,
                                                  0xa2,
                                                  0xde,
                                                  0xf9,
                                                  0xde,
                                                  0x14,
                                                  [CURVE_SCALAR - 1] = 0x10};

/* Encodings of points of small order that are not canonical; the first three are the identity's. */
static const char *const curve_second[CURVE_SECOND] = {
    "0100000000000000000000000000000000000000000000000000000000000080", /* x = -0, y = 1 */
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", /* y = p + 1 */
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", /* y = p + 0 */
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", /* x = -0, y = -1 */
};

static inline void curve_must(bool holds)
{
  if (!holds)
    abort();
}

static inline void curve_hex(const char *text, uint8_t *bytes, size_t length)
{
  curve_must(hex_read(span_of(text), bytes, length));
}

/* The multiples of a point of order eight: torsion[i] is i times the first. */
static inline void curve_torsion(uint8_t torsion[CURVE_TORSION][CURVE_POINT])
{
  memset(torsion, 0, CURVE_TORSION * CURVE_POINT);
  torsion[0][0] = 1;
  curve_hex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", torsion[1],
            CURVE_POINT);
  for (size_t i = 2; i < CURVE_TORSION; i++)
    curve_must(crypto_core_ed25519_add(torsion[i], torsion[i - 1], torsion[1]) == 0);
  uint8_t eighth[CURVE_POINT];
  curve_must(crypto_core_ed25519_add(eighth, torsion[CURVE_TORSION - 1], torsion[1]) == 0);
  curve_must(memcmp(eighth, torsion[0], CURVE_POINT) == 0);
}

/* k = SHA-512(R, A, message) mod L. */
static inline void curve_challenge(const uint8_t r[CURVE_POINT], const uint8_t key[CURVE_POINT],
                                   struct span message, uint8_t k[CURVE_SCALAR])
{
  uint8_t digest[crypto_hash_sha512_BYTES];
  crypto_hash_sha512_state state;
  crypto_hash_sha512_init(&state);
  crypto_hash_sha512_update(&state, r, CURVE_POINT);
  crypto_hash_sha512_update(&state, key, CURVE_POINT);
  crypto_hash_sha512_update(&state, (const unsigned char *)message.bytes, message.length);
  crypto_hash_sha512_final(&state, digest);
  crypto_core_ed25519_scalar_reduce(k, digest);
}

/* A signature with a given R, and S = nonce + k·a, by whoever has the secret a of the key (RFC 8032
 * section 5.1.5, less its multiple of L). */
static inline struct signature curve_forge(const uint8_t r[CURVE_POINT],
                                           const uint8_t nonce[CURVE_SCALAR],
                                           const struct signing_key *owner,
                                           const uint8_t key[CURVE_POINT], struct span message)
{
  struct signature signature;
  uint8_t a[CURVE_SCALAR];
  uint8_t k[CURVE_SCALAR];
  uint8_t digest[crypto_core_ed25519_NONREDUCEDSCALARBYTES];
  crypto_hash_sha512(digest, owner->seed, SEED_BYTES);
  digest[0] &= 248;
  digest[31] = (uint8_t)((digest[31] & 127) | 64);
  memset(digest + CURVE_SCALAR, 0, sizeof digest - CURVE_SCALAR);
  crypto_core_ed25519_scalar_reduce(a, digest);

  memcpy(signature.bytes, r, CURVE_POINT);
  curve_challenge(r, key, message, k);
  crypto_core_ed25519_scalar_mul(k, k, a);
  crypto_core_ed25519_scalar_add(signature.bytes + CURVE_POINT, k, nonce);
  return signature;
}

/* SB - kA as bytes, for a key of prime order. */
static inline void curve_commitment(const struct signature *signature, struct span message,
                                    const uint8_t key[CURVE_POINT], uint8_t point[CURVE_POINT])
{
  uint8_t k[CURVE_SCALAR];
  uint8_t ka[CURVE_POINT];
  uint8_t sb[CURVE_POINT];
  curve_challenge(signature->bytes, key, message, k);
  curve_must(crypto_scalarmult_ed25519_noclamp(ka, k, key) == 0);
  curve_must(crypto_scalarmult_ed25519_base_noclamp(sb, signature->bytes + CURVE_POINT) == 0);
  curve_must(crypto_core_ed25519_sub(point, sb, ka) == 0);
}

#endif
