/* officer.h - the key pairs of those who sign: organiser, registrars, scrutineers, boards, …
 *
 * A key file is a sealed file (keys/sealed.h) of purpose "officer-key": the secret is the seed of
 * 32 bytes, `about` the public key in base64. A key does not know its role; the manifest does.
 */
#ifndef KEYS_OFFICER_H
#define KEYS_OFFICER_H

#include <stddef.h>

#include "ballots/signature.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/span.h"
#include "keys/sealed.h"
#include "keys/task.h"

/* A new key pair, its file added to `buffer`. */
enum status officer_make(struct span passphrase, const struct sealed_cost *cost,
                         struct public_key *public_key, struct buffer *buffer,
                         struct fault *fault) CHECKED;

/* The secret key of a file; `*key` is given back with officer_free. */
enum status officer_read(struct span file, struct span passphrase, struct signing_key **key,
                         struct fault *fault) CHECKED;

/* The public key that a file claims, without its passphrase. */
enum status officer_read_public(struct span file, struct public_key *key,
                                struct fault *fault) CHECKED;

void officer_free(struct signing_key *key);

/* --- as options name them --- */

enum {
  OFFICER_KEYS_MAX = TASK_VALUES_MAX
};

struct officers {
  size_t count;
  struct signing_key *keys[OFFICER_KEYS_MAX];
};

/* Opens the keys that option `key_row` names, each with the passphrase that `passphrase_row` names
 * in the same order, or else typed. */
enum status officers_open(struct job *job, int key_row, int passphrase_row,
                          struct officers *officers, struct fault *fault) CHECKED;

void officers_close(struct officers *officers);

#endif
