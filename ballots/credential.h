/* credential.h - what follows from a voting code: the key that votes, the secret that signs in.
 *
 * Both are derived from the code and `credentials.origin` of the manifest (host/campaign/scope), so
 * that one card serves all elections of its scope, and a code that is used elsewhere by mistake
 * gives another key. With HMAC-SHA-512 (RFC 2104, RFC 4231), the key of it being the 18 random
 * characters of the code as digits and capitals, and 0x00 one byte:
 *
 *   signing seed  the first 32 bytes of HMAC(data, "beffroi/1 signing key" ‖ 0x00 ‖ origin)
 *   login secret  the first 32 bytes of HMAC(data, "beffroi/1 login"       ‖ 0x00 ‖ origin)
 *
 * 90 random bits cannot be searched, so no slow hash is needed; and who learns the login secret
 * learns nothing of the seed.
 *
 * The card number names a card without giving its code: the first 40 bits of SHA-256 of the public
 * key, as 8 Crockford characters.
 */
#ifndef BALLOTS_CREDENTIAL_H
#define BALLOTS_CREDENTIAL_H

#include <stdint.h>

#include "ballots/code.h"
#include "ballots/signature.h"
#include "base/fault.h"
#include "base/span.h"

enum {
  CREDENTIAL_ORIGIN_MAX = 255, /* bytes */
  LOGIN_BYTES = 32,
  CARD_NUMBER_CHARACTERS = 8,
  CARD_NUMBER_TEXT = CARD_NUMBER_CHARACTERS + 1,
};

/* Secret; wiped by credential_wipe when it has served. */
struct credential {
  struct signing_key key;
  uint8_t login[LOGIN_BYTES];
};

/* Whether `origin` is host/campaign/scope: three parts, none empty, of printable ASCII without
 * space and '+' (which C2SP signed-note keeps from names of keys), at most 255 bytes in all. */
enum status credential_origin_check(struct span origin, struct fault *fault) CHECKED;

/* Refuses an origin that is none. Unless it returns STATUS_OK, `credential` is wiped. */
enum status credential_derive(const struct code *code, struct span origin,
                              struct credential *credential, struct fault *fault) CHECKED;

void credential_wipe(struct credential *credential);

void card_number(const struct public_key *key, char text[CARD_NUMBER_TEXT]);

#endif
