#include "ballots/note.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ballots/digest.h"
#include "base/base64.h"
#include "base/hex.h"
#include "base/utf8.h"

#define DASH SPAN("\xe2\x80\x94 ") /* U+2014 and a space */

#define NAME_EXPECTED "1 to 255 printable ASCII characters, neither space nor '+'"
#define VKEY_EXPECTED "<name>+<key id, 8 hex digits>+<base64 of type and public key>"
#define LINE_EXPECTED "an em dash, a space, the key's name, a space, base64"

static void require(bool holds)
{
  if (!holds)
    abort();
}

/* --- keys --- */

bool note_is_key_name(struct span name)
{
  for (size_t i = 0; i < name.length; i++)
    if (name.bytes[i] <= ' ' || name.bytes[i] > '~' || name.bytes[i] == '+')
      return false;
  return name.length > 0 && name.length <= NOTE_NAME_MAX;
}

static uint32_t first_four(const uint8_t *bytes)
{
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static uint32_t key_id(struct span name, enum note_key_type type,
                       const struct public_key *public_key)
{
  char tail[2 + PUBLIC_KEY_BYTES] = {'\n', (char)type};
  memcpy(tail + 2, public_key->bytes, PUBLIC_KEY_BYTES);
  struct digest digest = digest_of_both(name, (struct span){.bytes = tail, .length = sizeof tail});
  return first_four(digest.bytes);
}

enum status note_key_make(struct span name, enum note_key_type type,
                          const struct public_key *public_key, struct note_key *key,
                          struct fault *fault)
{
  if (!note_is_key_name(name))
    return fault_set(fault, STATUS_REFUSED, "key name", NAME_EXPECTED, "'%.*s' is no name of a key",
                     SPAN_PRINT(name));
  *key = (struct note_key){.name = name, .type = type, .public_key = *public_key};
  key->id = key_id(name, type, public_key);
  return STATUS_OK;
}

/* What stands between the two "+" and after them. */
struct vkey {
  struct span name;
  uint8_t id[NOTE_KEY_ID_BYTES];
  uint8_t key[1 + PUBLIC_KEY_BYTES];
};

static bool split_vkey(struct span text, struct vkey *vkey)
{
  bool more = true;
  struct span id;
  size_t length;
  return span_split(&text, &more, '+', &vkey->name) && span_split(&text, &more, '+', &id) && more &&
         hex_read(id, vkey->id, sizeof vkey->id) &&
         base64_read(text, vkey->key, sizeof vkey->key, &length) && length == sizeof vkey->key;
}

enum status note_key_read(struct span text, struct note_key *key, struct fault *fault)
{
  struct vkey vkey;
  if (!split_vkey(text, &vkey))
    return fault_set(fault, STATUS_REFUSED, "verifier key", VKEY_EXPECTED,
                     "'%.*s' is no verifier key of Ed25519", SPAN_PRINT(text));
  if (vkey.key[0] != NOTE_KEY_SIGNER && vkey.key[0] != NOTE_KEY_COSIGNER)
    return fault_set(fault, STATUS_REFUSED, "verifier key",
                     "type 1 (Ed25519) or 4 (cosignature of a checkpoint)",
                     "'%.*s' is a key of type %u", SPAN_PRINT(text), (unsigned)vkey.key[0]);
  struct public_key public_key;
  struct note_key found;
  enum status status = public_key_admit(vkey.key + 1, &public_key, fault);
  if (status == STATUS_OK)
    status = note_key_make(vkey.name, (enum note_key_type)vkey.key[0], &public_key, &found, fault);
  if (status != STATUS_OK)
    return status;
  if (found.id != first_four(vkey.id)) {
    char expected[64];
    snprintf(expected, sizeof expected, "%08" PRIx32 ", from the name, the type and the key",
             found.id);
    return fault_set(fault, STATUS_REFUSED, "verifier key", expected,
                     "%08" PRIx32 " is not the id of '%.*s'", first_four(vkey.id),
                     SPAN_PRINT(text));
  }
  *key = found;
  return STATUS_OK;
}

void note_key_write(const struct note_key *key, struct buffer *buffer)
{
  uint8_t bytes[1 + PUBLIC_KEY_BYTES] = {(uint8_t)key->type};
  memcpy(bytes + 1, key->public_key.bytes, PUBLIC_KEY_BYTES);
  char text[(sizeof bytes + 2) / 3 * 4];
  base64_write(bytes, sizeof bytes, text);
  buffer_add(buffer, key->name);
  buffer_format(buffer, "+%08" PRIx32 "+", key->id);
  buffer_add(buffer, (struct span){.bytes = text, .length = sizeof text});
}

/* --- reading notes --- */

static enum status refuse_line(struct fault *fault, size_t line, const char *expected,
                               const char *what, struct span value)
{
  char where[32];
  snprintf(where, sizeof where, "line %zu", line);
  return fault_set(fault, STATUS_REFUSED, where, expected, "%s: '%.*s'", what, SPAN_PRINT(value));
}

/* Unicode's White_Space beyond ASCII, by first and last. */
static const struct {
  uint32_t first, last;
} spaces[] = {{0x85, 0x85},     {0xa0, 0xa0},     {0x1680, 0x1680}, {0x2000, 0x200a},
              {0x2028, 0x2029}, {0x202f, 0x202f}, {0x205f, 0x205f}, {0x3000, 0x3000}};

static bool is_space(uint32_t character)
{
  for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++)
    if (character >= spaces[i].first && character <= spaces[i].last)
      return true;
  return character == ' ';
}

/* `name` is UTF-8 without control characters, as all of a note. */
static bool is_line_name(struct span name)
{
  size_t at = 0;
  while (at < name.length) {
    uint32_t character;
    size_t length = utf8_read(name.bytes + at, name.length - at, &character);
    if (length == 0 || is_space(character) || character == '+')
      return false;
    at += length;
  }
  return name.length > 0;
}

/* Whether `encoded` is base64 of a key id and at least one byte more. By pieces, because there are
 * signatures of any length. */
static bool read_key_id(struct span encoded, uint32_t *id)
{
  uint8_t bytes[96];
  const size_t piece = sizeof bytes / 3 * 4;
  size_t total = 0;
  for (size_t at = 0; at < encoded.length; at += piece) {
    size_t left = encoded.length - at;
    struct span part = {.bytes = encoded.bytes + at, .length = left < piece ? left : piece};
    size_t length;
    if (!base64_read(part, bytes, sizeof bytes, &length))
      return false;
    if (left > piece && length < sizeof bytes) /* padded, and goes on */
      return false;
    if (at == 0 && length > NOTE_KEY_ID_BYTES)
      *id = first_four(bytes);
    total += length;
  }
  return total > NOTE_KEY_ID_BYTES;
}

/* The rules that hold for every byte of a note. */
static enum status check_characters(struct span bytes, size_t limit, struct fault *fault)
{
  if (bytes.length > limit)
    return fault_set(fault, STATUS_REFUSED, NULL, "at most 131072 bytes with its signatures",
                     "%zu bytes are too long for a note", bytes.length);
  size_t line = 1;
  for (size_t i = 0; i < bytes.length; i++) {
    unsigned char byte = (unsigned char)bytes.bytes[i];
    line += byte == '\n';
    if (byte < ' ' && byte != '\n') {
      char where[32];
      snprintf(where, sizeof where, "line %zu", line);
      return fault_set(fault, STATUS_REFUSED, where, "no control character",
                       "the byte 0x%02x stands here", byte);
    }
  }
  if (!span_is_utf8(bytes))
    return fault_set(fault, STATUS_REFUSED, NULL, "UTF-8", "a note that is not UTF-8");
  return STATUS_OK;
}

/* The text before the last empty line, and the lines after it. */
static bool split_note(struct span bytes, struct span *text, struct span *lines)
{
  if (bytes.length < 2 || bytes.bytes[bytes.length - 1] != '\n')
    return false;
  size_t end = bytes.length - 1;
  while (end > 0 && !(bytes.bytes[end] == '\n' && bytes.bytes[end - 1] == '\n'))
    end--;
  *text = (struct span){.bytes = bytes.bytes, .length = end};
  *lines = (struct span){.bytes = bytes.bytes + end + 1, .length = bytes.length - end - 1};
  return end > 0 && lines->length > 0;
}

static bool same_key(const struct note_signature *signature, struct span name, uint32_t id)
{
  return signature->key_id == id && span_equal(signature->name, name);
}

/* One line without its line break. */
static enum status read_line(struct span line, size_t number, struct note *note,
                             struct fault *fault)
{
  if (note->signature_count == NOTE_SIGNATURES_MAX)
    return refuse_line(fault, number, "at most 32 signatures", "one signature too many", line);
  struct span rest = line;
  bool more = true;
  struct note_signature signature;
  if (rest.length < DASH.length || memcmp(rest.bytes, DASH.bytes, DASH.length) != 0)
    return refuse_line(fault, number, LINE_EXPECTED, "this is no signature", line);
  rest.bytes += DASH.length;
  rest.length -= DASH.length;
  if (!span_split(&rest, &more, ' ', &signature.name) || !more || !is_line_name(signature.name))
    return refuse_line(fault, number, LINE_EXPECTED, "this names no key", line);
  signature.encoded = rest;
  if (!read_key_id(rest, &signature.key_id))
    return refuse_line(fault, number, "base64 of a key id of 4 bytes and a signature",
                       "this is no signature", rest);
  for (size_t i = 0; i < note->signature_count; i++)
    if (same_key(&note->signatures[i], signature.name, signature.key_id))
      return refuse_line(fault, number, "one signature of each key", "a second signature of",
                         signature.name);
  note->signatures[note->signature_count++] = signature;
  return STATUS_OK;
}

static size_t count_lines(struct span text)
{
  size_t count = 0;
  for (size_t i = 0; i < text.length; i++)
    count += text.bytes[i] == '\n';
  return count;
}

enum status note_read(struct span bytes, struct note *note, struct fault *fault)
{
  enum status status = check_characters(bytes, NOTE_MAX, fault);
  if (status != STATUS_OK)
    return status;
  struct span lines;
  note->signature_count = 0;
  if (!split_note(bytes, &note->text, &lines))
    return fault_set(fault, STATUS_REFUSED, NULL,
                     "text, an empty line, signature lines, each line ended",
                     "these %zu bytes are no signed note", bytes.length);
  bool more = true;
  struct span line;
  lines.length--; /* the last line break ends a line and begins none */
  for (size_t number = count_lines(note->text) + 2; span_split(&lines, &more, '\n', &line);
       number++) {
    status = read_line(line, number, note, fault);
    if (status != STATUS_OK)
      return status;
  }
  return STATUS_OK;
}

/* --- writing notes --- */

static void add_line(struct span name, struct span encoded, struct buffer *buffer)
{
  buffer_add(buffer, DASH);
  buffer_add(buffer, name);
  buffer_add_byte(buffer, ' ');
  buffer_add(buffer, encoded);
  buffer_add_byte(buffer, '\n');
}

void note_write(const struct note *note, struct buffer *buffer)
{
  buffer_add(buffer, note->text);
  buffer_add_byte(buffer, '\n');
  for (size_t i = 0; i < note->signature_count; i++)
    add_line(note->signatures[i].name, note->signatures[i].encoded, buffer);
}

enum {
  SIGNATURE_MAX = 128, /* with the key id; ours have 68 and 76 bytes */
  LINE_MAX = 512       /* of ours, and the empty line before it */
};

void note_add_signature(const struct note_key *key, const uint8_t *bytes, size_t length,
                        struct buffer *buffer)
{
  uint8_t whole[SIGNATURE_MAX];
  char text[(SIGNATURE_MAX + 2) / 3 * 4];
  require(length > 0 && length <= sizeof whole - NOTE_KEY_ID_BYTES);
  for (unsigned i = 0; i < NOTE_KEY_ID_BYTES; i++)
    whole[i] = (uint8_t)(key->id >> (24 - 8 * i));
  memcpy(whole + NOTE_KEY_ID_BYTES, bytes, length);
  length += NOTE_KEY_ID_BYTES;
  base64_write(whole, length, text);
  add_line(key->name, (struct span){.bytes = text, .length = base64_text_length(length)}, buffer);
}

enum status note_sign(struct span text, const struct note_key *key,
                      const struct signing_key *signing_key, struct buffer *buffer,
                      struct fault *fault)
{
  require(key->type == NOTE_KEY_SIGNER);
  require(memcmp(key->public_key.bytes, signing_key->public_key.bytes, PUBLIC_KEY_BYTES) == 0);
  enum status status = check_characters(text, NOTE_MAX - LINE_MAX, fault);
  if (status != STATUS_OK)
    return status;
  if (text.length == 0 || text.bytes[text.length - 1] != '\n')
    return fault_set(fault, STATUS_REFUSED, NULL, "whole lines",
                     "the text of a note does not end with a line break");
  struct signature signature = signature_make(signing_key, text);
  buffer_add(buffer, text);
  buffer_add_byte(buffer, '\n');
  note_add_signature(key, signature.bytes, sizeof signature.bytes, buffer);
  return STATUS_OK;
}

/* --- verifying --- */

const struct note_signature *note_find(const struct note *note, const struct note_key *key)
{
  for (size_t i = 0; i < note->signature_count; i++)
    if (same_key(&note->signatures[i], key->name, key->id))
      return &note->signatures[i];
  return NULL;
}

bool note_signature_bytes(const struct note_signature *signature, uint8_t *bytes, size_t length)
{
  uint8_t whole[SIGNATURE_MAX];
  size_t found;
  require(length <= sizeof whole - NOTE_KEY_ID_BYTES);
  if (!base64_read(signature->encoded, whole, sizeof whole, &found) ||
      found != NOTE_KEY_ID_BYTES + length)
    return false;
  memcpy(bytes, whole + NOTE_KEY_ID_BYTES, length);
  return true;
}

enum status note_verify(const struct note *note, const struct note_key *key, struct fault *fault)
{
  require(key->type == NOTE_KEY_SIGNER);
  const struct note_signature *line = note_find(note, key);
  if (line == NULL)
    return fault_set(fault, STATUS_REFUSED, "signatures", "a signature of this key",
                     "'%.*s' with key id %08" PRIx32 " has not signed", SPAN_PRINT(key->name),
                     key->id);
  struct signature signature;
  if (!note_signature_bytes(line, signature.bytes, sizeof signature.bytes) ||
      !signature_holds(&signature, note->text, &key->public_key))
    return fault_set(fault, STATUS_REFUSED, "signatures", "an Ed25519 signature of the text",
                     "that of '%.*s' does not hold", SPAN_PRINT(key->name));
  return STATUS_OK;
}
