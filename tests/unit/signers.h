/* signers.h - keys, and the lines that witnesses add to a checkpoint, for tests.
 *
 * What is signed is put together here as C2SP tlog-cosignature says it, apart from the code that is
 * tested.
 */
#ifndef TESTS_UNIT_SIGNERS_H
#define TESTS_UNIT_SIGNERS_H

#include <inttypes.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ballots/note.h"

struct signer {
  struct signing_key signing_key;
  struct note_key key;
};

/* The same name and number give the same signer. */
static inline struct signer signer_make(const char *name, enum note_key_type type, uint8_t number)
{
  struct signer signer;
  struct fault fault;
  uint8_t seed[SEED_BYTES];
  memset(seed, number, sizeof seed);
  signing_key_make(seed, &signer.signing_key);
  if (note_key_make(span_of(name), type, &signer.signing_key.public_key, &signer.key, &fault) !=
      STATUS_OK)
    abort();
  return signer;
}

/* Adds the line of a witness who signs `text` but says `claimed`; an honest one says `time`. */
static inline void signer_cosign_as(const struct signer *witness, struct span text, uint64_t time,
                                    uint64_t claimed, struct buffer *buffer)
{
  struct buffer message = {0};
  buffer_format(&message, "cosignature/v1\ntime %" PRIu64 "\n", time);
  buffer_add(&message, text);
  struct signature signature = signature_make(&witness->signing_key, buffer_span(&message));
  uint8_t bytes[8 + SIGNATURE_BYTES];
  for (unsigned i = 0; i < 8; i++)
    bytes[i] = (uint8_t)(claimed >> (56 - 8 * i));
  memcpy(bytes + 8, signature.bytes, SIGNATURE_BYTES);
  note_add_signature(&witness->key, bytes, sizeof bytes, buffer);
  buffer_free(&message);
}

static inline void signer_cosign(const struct signer *witness, struct span text, uint64_t time,
                                 struct buffer *buffer)
{
  signer_cosign_as(witness, text, time, time, buffer);
}

#endif
