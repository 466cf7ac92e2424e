#include "ballots/digest.h"

#include <sodium.h>
#include <string.h>

#include "base/hex.h"

_Static_assert(DIGEST_BYTES == crypto_hash_sha256_BYTES, "the digest is SHA-256");

struct digest digest_of(struct span text)
{
  return digest_of_both(text, SPAN(""));
}

struct digest digest_of_both(struct span first, struct span second)
{
  struct digest digest;
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  crypto_hash_sha256_update(&state, (const unsigned char *)first.bytes, first.length);
  crypto_hash_sha256_update(&state, (const unsigned char *)second.bytes, second.length);
  crypto_hash_sha256_final(&state, digest.bytes);
  return digest;
}

void digest_write(const struct digest *digest, char text[DIGEST_TEXT])
{
  hex_write(digest->bytes, DIGEST_BYTES, text);
}

int digest_compare(const struct digest *a, const struct digest *b)
{
  return memcmp(a->bytes, b->bytes, DIGEST_BYTES);
}
