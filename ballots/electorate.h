/* electorate.h - who may vote: the credentials of a board, and what may become one.
 *
 * An `electorate` entry names an attachment of public keys, 32 bytes each, in strictly ascending
 * order and nothing else. A credential stays for ever: it may be struck, and a replacement take its
 * place, but no key is admitted twice.
 *
 * A credential takes 48 bytes and, with the table that finds it, about 60.
 */
#ifndef BALLOTS_ELECTORATE_H
#define BALLOTS_ELECTORATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ballots/admission.h"
#include "ballots/lookup.h"
#include "ballots/manifest.h"
#include "ballots/signature.h"
#include "base/arena.h"
#include "base/fault.h"
#include "base/span.h"

struct credential_row {
  struct public_key key;
  const uint8_t *choice; /* of its standing ballot, packed (packed.h); NULL while it has none */
  uint32_t ballot;       /* index of its standing ballot on the board, where it has one */
  bool struck;
};

/* All zero is an electorate of nobody. */
struct electorate {
  struct credential_row *rows; /* in the order in which they were admitted */
  size_t count, capacity;
  struct lookup lookup;
};

/* The row of a credential, or -1. */
int64_t electorate_find(const struct electorate *electorate, const struct public_key *key);

/* Makes room, in `arena`, for `more` credentials. Fails only for want of memory. */
enum status electorate_reserve(struct electorate *electorate, size_t more, struct arena *arena,
                               struct fault *fault) CHECKED;

/* Admits a key that is not there, for which there is room. */
void electorate_add(struct electorate *electorate, const uint8_t key[PUBLIC_KEY_BYTES]);

/* Puts keys in the order of an attachment, whose bytes they then are. No key may stand twice. */
void electorate_sort(struct public_key *keys, size_t count);

/* --- what may be admitted, in this order ---
 *
 * `keys` are the bytes of an attachment. Answers are as those of admission_judge; a fault names
 * the key by its place, counted from 0. */

/* Keys in strictly ascending order, nothing else, and none of an officer. */
enum status electorate_check_order(struct span keys, const struct manifest *manifest,
                                   enum refusal *refusal, struct fault *fault) CHECKED;

/* None of them is in the electorate. */
enum status electorate_check_new(const struct electorate *electorate, struct span keys,
                                 enum refusal *refusal, struct fault *fault) CHECKED;

/* Whether public_key_admit takes keys number `first` to `first` + `count` - 1. It is the time of a
 * signature for each, 60,000 of them some seconds: so it is asked last, and whoever has several
 * threads gives each a part. Refused are the parts with a key that is none; the first of them has
 * the fault. */
enum status electorate_check_keys(struct span keys, size_t first, size_t count,
                                  struct fault *fault) CHECKED;

#endif
