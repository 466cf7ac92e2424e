#include "ballots/signature.h"

#include <sodium.h>
#include <string.h>

#include "base/hex.h"

_Static_assert(PUBLIC_KEY_BYTES == crypto_sign_PUBLICKEYBYTES, "the key is Ed25519's");
_Static_assert(SIGNATURE_BYTES == crypto_sign_BYTES, "the signature is Ed25519's");
_Static_assert(SEED_BYTES == crypto_sign_SEEDBYTES, "the seed is Ed25519's");

enum {
  POINT_BYTES = crypto_core_ed25519_BYTES,
  SCALAR_BYTES = crypto_core_ed25519_SCALARBYTES,
  SCALAR_AT = SIGNATURE_BYTES - SCALAR_BYTES,

  /* The first libsodium whose equation is cofactored (its branch of 2022, not yet released when
   * this was written). All before compare the bytes of R, as we want. */
  COFACTORED_SINCE = 30,
};

/* L = 2^252 + 27742317777372353535851937790883648493, little-endian. */
static const uint8_t order[SCALAR_BYTES] = {
    0xed,
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
    [SCALAR_BYTES - 1] = 0x10,
};

/* x = 0, y = 1, the neutral element. */
static const uint8_t identity[POINT_BYTES] = {1};

/* B + (0, -1), of order 2L: the base point with both coordinates negated. */
static const uint8_t mixed_order[POINT_BYTES] = {
    0x95, 0x99, 0x99, 0x99, 0x99, 0x99, 0x99, 0x99, 0x99, 0x99, 0x99, 0x99, 0x99, 0x99, 0x99, 0x99,
    0x99, 0x99, 0x99, 0x99, 0x99, 0x99, 0x99, 0x99, 0x99, 0x99, 0x99, 0x99, 0x99, 0x99, 0x99, 0x99,
};

static bool is_prime_order(const uint8_t point[POINT_BYTES])
{
  return crypto_core_ed25519_is_valid_point(point) == 1;
}

enum status signature_library_check(struct fault *fault)
{
  if (!is_prime_order(mixed_order))
    return STATUS_OK;
  return fault_set(fault, STATUS_FAILED, "libsodium",
                   "a version that has CVE-2025-69277 corrected: update the library",
                   "it takes a point of order 2L for one of prime order");
}

enum status public_key_admit(const uint8_t bytes[PUBLIC_KEY_BYTES], struct public_key *key,
                             struct fault *fault)
{
  if (!is_prime_order(bytes)) {
    char text[2 * PUBLIC_KEY_BYTES + 1];
    hex_write(bytes, PUBLIC_KEY_BYTES, text);
    return fault_set(fault, STATUS_REFUSED, "public key",
                     "the canonical encoding of a point of prime order on Ed25519's curve",
                     "%s is no public key", text);
  }
  memcpy(key->bytes, bytes, PUBLIC_KEY_BYTES);
  return STATUS_OK;
}

struct digest public_key_id(const struct public_key *key)
{
  return digest_of((struct span){.bytes = (const char *)key->bytes, .length = PUBLIC_KEY_BYTES});
}

/* libsodium keeps a secret key as the seed and the public key in one array. */
static void expand(const struct signing_key *key, uint8_t secret[crypto_sign_SECRETKEYBYTES])
{
  memcpy(secret, key->seed, SEED_BYTES);
  memcpy(secret + SEED_BYTES, key->public_key.bytes, PUBLIC_KEY_BYTES);
}

void signing_key_make(const uint8_t seed[SEED_BYTES], struct signing_key *key)
{
  uint8_t secret[crypto_sign_SECRETKEYBYTES];
  crypto_sign_seed_keypair(key->public_key.bytes, secret, seed);
  memcpy(key->seed, seed, SEED_BYTES);
  sodium_memzero(secret, sizeof secret);
}

void signing_key_wipe(struct signing_key *key)
{
  sodium_memzero(key, sizeof *key);
}

struct signature signature_make(const struct signing_key *key, struct span message)
{
  struct signature signature;
  uint8_t secret[crypto_sign_SECRETKEYBYTES];
  expand(key, secret);
  crypto_sign_detached(signature.bytes, NULL, (const unsigned char *)message.bytes, message.length,
                       secret);
  sodium_memzero(secret, sizeof secret);
  return signature;
}

static bool is_canonical_scalar(const uint8_t scalar[SCALAR_BYTES])
{
  for (size_t i = SCALAR_BYTES; i-- > 0;)
    if (scalar[i] != order[i])
      return scalar[i] < order[i];
  return false;
}

bool signature_holds(const struct signature *signature, struct span message,
                     const struct public_key *key)
{
  /* A libsodium built for compatibility (ED25519_COMPAT) leaves these two out. */
  if (!is_canonical_scalar(signature->bytes + SCALAR_AT) ||
      memcmp(signature->bytes, identity, POINT_BYTES) == 0)
    return false;
  if (crypto_sign_verify_detached(signature->bytes, (const unsigned char *)message.bytes,
                                  message.length, key->bytes) != 0)
    return false;
  /* Cofactored, the equation says that R and SB − kA differ by a point of small order at most.
   * They are equal if R is of prime order too, and equal as bytes if it is canonical. */
  return SODIUM_LIBRARY_VERSION_MAJOR < COFACTORED_SINCE || is_prime_order(signature->bytes);
}
