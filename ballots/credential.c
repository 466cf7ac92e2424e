#include "ballots/credential.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

_Static_assert(SEED_BYTES <= crypto_auth_hmacsha512_BYTES, "a digest is long enough for a seed");
_Static_assert(LOGIN_BYTES <= crypto_auth_hmacsha512_BYTES, "and for a login secret");

enum {
  ORIGIN_PARTS = 3
};

static enum status refuse_byte(struct span origin, size_t at, struct fault *fault)
{
  char where[FAULT_WHERE];
  unsigned char byte = (unsigned char)origin.bytes[at];
  snprintf(where, sizeof where, "credentials.origin, byte %zu", at + 1);
  return fault_set(fault, STATUS_REFUSED, where, "printable ASCII without space and '+'",
                   "the byte 0x%02x stands here", byte);
}

static enum status refuse_parts(struct span origin, struct fault *fault)
{
  return fault_set(fault, STATUS_REFUSED, "credentials.origin",
                   "host/campaign/scope, as in vote.example.fr/bpl-2027/faidherbe",
                   "'%.*s' has not three parts", SPAN_PRINT(origin));
}

enum status credential_origin_check(struct span origin, struct fault *fault)
{
  if (origin.length > CREDENTIAL_ORIGIN_MAX)
    return fault_set(fault, STATUS_REFUSED, "credentials.origin", "at most 255 bytes",
                     "it has %zu bytes", origin.length);
  for (size_t i = 0; i < origin.length; i++)
    if (origin.bytes[i] <= ' ' || origin.bytes[i] > '~' || origin.bytes[i] == '+')
      return refuse_byte(origin, i, fault);

  struct span rest = origin;
  struct span part;
  bool more = true;
  int parts = 0;
  while (span_split(&rest, &more, '/', &part)) {
    if (part.length == 0)
      return refuse_parts(origin, fault);
    parts++;
  }
  return parts == ORIGIN_PARTS ? STATUS_OK : refuse_parts(origin, fault);
}

/* The secret of this code for one purpose at one origin, cut at `length`. */
static void derive(const struct code *code, struct span purpose, struct span origin,
                   uint8_t *secret, size_t length)
{
  static const unsigned char separator = 0x00;
  uint8_t digest[crypto_auth_hmacsha512_BYTES];
  crypto_auth_hmacsha512_state state;
  crypto_auth_hmacsha512_init(&state, (const unsigned char *)code->characters, CODE_DATA);
  crypto_auth_hmacsha512_update(&state, (const unsigned char *)purpose.bytes, purpose.length);
  crypto_auth_hmacsha512_update(&state, &separator, 1);
  crypto_auth_hmacsha512_update(&state, (const unsigned char *)origin.bytes, origin.length);
  crypto_auth_hmacsha512_final(&state, digest);
  memcpy(secret, digest, length);
  sodium_memzero(digest, sizeof digest);
  sodium_memzero(&state, sizeof state);
}

enum status credential_derive(const struct code *code, struct span origin,
                              struct credential *credential, struct fault *fault)
{
  enum status status = credential_origin_check(origin, fault);
  if (status != STATUS_OK) {
    credential_wipe(credential);
    return status;
  }
  uint8_t seed[SEED_BYTES];
  derive(code, SPAN("beffroi/1 signing key"), origin, seed, sizeof seed);
  signing_key_make(seed, &credential->key);
  sodium_memzero(seed, sizeof seed);
  derive(code, SPAN("beffroi/1 login"), origin, credential->login, LOGIN_BYTES);
  return STATUS_OK;
}

void credential_wipe(struct credential *credential)
{
  sodium_memzero(credential, sizeof *credential);
}

void card_number(const struct public_key *key, char text[CARD_NUMBER_TEXT])
{
  struct digest digest = public_key_id(key);
  code_write_bits(digest.bytes, CARD_NUMBER_CHARACTERS, text);
}
