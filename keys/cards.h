/* cards.h - who holds which card, encrypted under a passphrase, never with its code.
 *
 * A sealed file (keys/sealed.h) of purpose "cards", `about` the origin of the credentials; the
 * secret is canonical JSON:
 *
 *   {"cards":[{"card":"<number>","group":"…","id":"…","key":"<base64 public key>"},…],
 *    "roll":"<hex commitment>","salt":"<hex>"}
 *
 * A person whose card was lost has several rows, the newest last. The file is to be destroyed once
 * nobody can appeal any more: with it, whoever knows the passphrase can tell who voted, and in an
 * open election what.
 */
#ifndef KEYS_CARDS_H
#define KEYS_CARDS_H

#include <stddef.h>
#include <stdint.h>

#include "ballots/credential.h"
#include "ballots/digest.h"
#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/span.h"
#include "keys/roll.h"
#include "keys/sealed.h"

struct card_row {
  struct span id, group;
  struct public_key key;
};

struct cards {
  struct span origin;
  uint8_t salt[ROLL_SALT_BYTES];
  struct digest roll; /* roll_commit with this salt */
  size_t count;
  const struct card_row *rows;
};

/* Adds the file to `buffer`. */
enum status cards_write(const struct cards *cards, struct span passphrase,
                        const struct sealed_cost *cost, struct buffer *buffer,
                        struct fault *fault) CHECKED;

/* Reads a file into `arena`. */
enum status cards_read(struct span file, struct span passphrase, struct arena *arena,
                       struct cards *cards, struct fault *fault) CHECKED;

/* The newest row of the person with this id, else that of the card with this number; NULL when
 * there is neither. */
const struct card_row *cards_find(const struct cards *cards, struct span id_or_number);

#endif
