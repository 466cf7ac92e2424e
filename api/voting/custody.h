/* custody.h - the keys that the service holds: each follows from one master secret.
 *
 *   seed = the first 32 bytes of HMAC-SHA-512(master secret, "beffroi/1 board key" ‖ 0x00 ‖ origin)
 *
 * so that there is one file to keep, and no key is stored. The secret lies in memory that is locked,
 * kept out of core dumps and guarded (sodium_malloc).
 */
#ifndef API_VOTING_CUSTODY_H
#define API_VOTING_CUSTODY_H

#include "ballots/signature.h"
#include "base/fault.h"
#include "base/span.h"

struct custody;

/* Reads the secret: 64 hex digits and a line break, in a file that nobody else may read. */
enum status custody_open(const char *path, struct custody **custody, struct fault *fault) CHECKED;

void custody_close(struct custody *custody);

/* The key that signs the checkpoints of the board of this origin; the caller's to wipe. */
void custody_board_key(const struct custody *custody, struct span origin, struct signing_key *key);

#endif
