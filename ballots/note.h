/* note.h - text signed by one or more keys, in lines that people can read: C2SP signed-note.
 *
 *   <text, of one or more lines>
 *   <an empty line>
 *   — <key name> <base64 of key id ‖ signature>
 *
 * and as many signature lines more as there are keys. The text is what stands before the last empty
 * line, its own last line break included. A key is named by its name together with its id, which
 * is the first four bytes of SHA-256(name ‖ 0x0A ‖ type ‖ public key): lines of keys that the
 * reader does not know are left alone, a line of a key that he knows must hold.
 *
 * Refused are notes of more than NOTE_MAX bytes or NOTE_SIGNATURES_MAX lines; that are not UTF-8,
 * or have a control character other than the line break; without text, without a signature; a
 * signature line that is not as above, in the one spelling of base64, with a name that is empty or
 * has a space of any alphabet or a "+"; and two lines of one key, since either could be the one
 * that counts. So what is read and written again is the same bytes.
 *
 * Verifier keys, the form in which keys are told, are read too:
 *
 *   <key name>+<key id in hex>+<base64 of type ‖ public key>
 *
 * Of the types of signatures two are known here, both Ed25519. The names of keys that we are told
 * are narrower than those that may stand in a note: 1 to 255 printable ASCII characters, neither
 * space nor "+".
 */
#ifndef BALLOTS_NOTE_H
#define BALLOTS_NOTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ballots/signature.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/span.h"

enum {
  NOTE_MAX = 128 * 1024, /* bytes; there are keys whose signatures take 5 kB */
  NOTE_SIGNATURES_MAX = 32,
  NOTE_NAME_MAX = 255, /* bytes of the name of a key that we know */
  NOTE_KEY_ID_BYTES = 4
};

/* --- keys --- */

enum note_key_type {
  NOTE_KEY_SIGNER = 0x01,   /* signs the text of a note */
  NOTE_KEY_COSIGNER = 0x04, /* a witness: signs checkpoints with the time; ballots/checkpoint.h */
};

struct note_key {
  struct span name;
  uint32_t id;
  enum note_key_type type;
  struct public_key public_key;
};

/* Whether a key that we are told may have this name. */
bool note_is_key_name(struct span name);

/* The key of this name, with its id. `name` must outlive `key`. STATUS_REFUSED for a name that is
 * none. */
enum status note_key_make(struct span name, enum note_key_type type,
                          const struct public_key *public_key, struct note_key *key,
                          struct fault *fault) CHECKED;

/* Reads a verifier key, which must outlive `key`. STATUS_REFUSED for a type that is not known, an
 * id that is not the key's, and what public_key_admit refuses. */
enum status note_key_read(struct span text, struct note_key *key, struct fault *fault) CHECKED;

/* Adds the verifier key to `buffer`. */
void note_key_write(const struct note_key *key, struct buffer *buffer);

/* --- notes --- */

struct note_signature {
  struct span name;
  uint32_t key_id;
  struct span encoded; /* key id and signature, in base64 */
};

struct note {
  struct span text; /* with its last line break */
  size_t signature_count;
  struct note_signature signatures[NOTE_SIGNATURES_MAX];
};

/* Reads a note, whose bytes must outlive `note`. No signature is verified. STATUS_REFUSED says in
 * which line, counted from 1. */
enum status note_read(struct span bytes, struct note *note, struct fault *fault) CHECKED;

/* Adds to `buffer` the bytes that were read. */
void note_write(const struct note *note, struct buffer *buffer);

/* The line of a key, or NULL. */
const struct note_signature *note_find(const struct note *note, const struct note_key *key);

/* The bytes of a signature, without the key id; false when they are not `length`. */
bool note_signature_bytes(const struct note_signature *signature, uint8_t *bytes, size_t length);

/* Whether a key of type NOTE_KEY_SIGNER has signed the text. STATUS_REFUSED when there is no line
 * of this key or it does not hold. */
enum status note_verify(const struct note *note, const struct note_key *key,
                        struct fault *fault) CHECKED;

/* Adds to `buffer` the note of this text with one signature. `key` is that of `signing_key`, of
 * type NOTE_KEY_SIGNER. STATUS_REFUSED for a text that cannot be a note's; a failed allocation
 * shows in the buffer. */
enum status note_sign(struct span text, const struct note_key *key,
                      const struct signing_key *signing_key, struct buffer *buffer,
                      struct fault *fault) CHECKED;

/* Adds a signature line to `buffer`, of `length` bytes of signature. */
void note_add_signature(const struct note_key *key, const uint8_t *bytes, size_t length,
                        struct buffer *buffer);

#endif
