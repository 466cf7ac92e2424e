/* sealed.h - a secret in a file, encrypted under a passphrase.
 *
 * One object of canonical JSON (base/canonical.h), bytes in base64:
 *
 *   {"about":"<what it is, in public: a key, a commitment, an origin>",
 *    "cipher":"<XChaCha20-Poly1305 of the secret>",
 *    "format":"beffroi-keys/1",
 *    "kdf":{"algorithm":"argon2id13","memory":<bytes>,"operations":<n>,"salt":"<16 bytes>"},
 *    "nonce":"<24 bytes>",
 *    "purpose":"<officer-key, draw-secret or cards>"}
 *
 * The key is Argon2id (RFC 9106, version 1.3, one lane) of the passphrase. Encrypted and
 * authenticated is by XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha), whose associated data are the
 * canonical bytes of the object without `cipher`: nothing in the file can be altered unseen. What
 * Argon2id would cost is bounded before anything is computed.
 */
#ifndef KEYS_SEALED_H
#define KEYS_SEALED_H

#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/fault.h"
#include "base/span.h"

enum {
  SEALED_OPERATIONS_MAX = 16,
  SEALED_SECRET_MAX = 64 << 20, /* bytes of a secret */
  SEALED_PURPOSE_MAX = 32
};

#define SEALED_MEMORY_MIN     (INT64_C(8) << 20)
#define SEALED_MEMORY_MAX     (INT64_C(1) << 30)
#define SEALED_MEMORY_DEFAULT (INT64_C(256) << 20)

struct sealed_cost {
  int64_t memory;     /* bytes */
  int64_t operations; /* passes over it */
};

/* Three passes over 256 MiB: about a second. */
struct sealed_cost sealed_cost_default(void);

/* Adds the file to `buffer`. `about` is UTF-8. STATUS_FAILED when the system has not the memory
 * that the cost asks for. Salt and nonce are random. */
enum status sealed_write(const char *purpose, struct span about, struct span secret,
                         struct span passphrase, const struct sealed_cost *cost,
                         struct buffer *buffer, struct fault *fault) CHECKED;

/* What was read: `secret` and `about` are the caller's to give back with sealed_free. */
struct sealed {
  char *secret; /* of guard_take */
  size_t length;
  struct buffer about;
};

/* Reads the public part alone, without a passphrase: nothing proves it. */
enum status sealed_read_about(struct span file, const char *purpose, struct buffer *about,
                              struct fault *fault) CHECKED;

/* STATUS_REFUSED: it is no such file, of another purpose, its cost is out of bounds, or the
 * passphrase is wrong or a byte was altered, which cannot be told apart. */
enum status sealed_read(struct span file, const char *purpose, struct span passphrase,
                        struct sealed *sealed, struct fault *fault) CHECKED;

/* Wipes it. For one that was read, or is all zero. */
void sealed_free(struct sealed *sealed);

#endif
