#include "ballots/envelope.h"

#include <stdio.h>
#include <string.h>

#include "base/base64.h"
#include "base/hex.h"

#define TYPE_PREFIX "application/vnd.beffroi."
#define TYPE_SUFFIX ".v1+json"

/* All that stands between what an envelope says. */
static const struct span before_payload = SPAN_INIT("{\"payload\":\"");
static const struct span before_type = SPAN_INIT("\",\"payloadType\":\"");
static const struct span type_prefix = SPAN_INIT(TYPE_PREFIX);
static const struct span type_suffix = SPAN_INIT(TYPE_SUFFIX);
static const struct span before_signatures = SPAN_INIT("\",\"signatures\":[");
static const struct span before_key_id = SPAN_INIT("{\"keyid\":\"");
static const struct span before_signature = SPAN_INIT("\",\"sig\":\"");
static const struct span after_signature = SPAN_INIT("\"}");
static const struct span after_signatures = SPAN_INIT("]}");

enum {
  TYPE_LENGTH = sizeof TYPE_PREFIX - 1 + ENVELOPE_KIND_LENGTH + sizeof TYPE_SUFFIX - 1,
  KEY_ID_TEXT = 2 * DIGEST_BYTES,
  SIGNATURE_PADDING = 2,
  SIGNATURE_TEXT = (SIGNATURE_BYTES + SIGNATURE_PADDING) / 3 * 4,
  PADDING_MAX = 2,
  CHUNK_BYTES = 768, /* encoded at a time; a multiple of three */
  LENGTH_TEXT = 22,  /* of 64 bits in decimal, between blanks */
};

#define KIND_EXPECTED "a kind: 1 to 32 lower-case letters and hyphens, a letter first"

/* --- refusals --- */

struct reader {
  struct span line;
  size_t at; /* bytes read */
  struct fault *fault;
};

/* What stands at `at` is not what was expected. */
static enum status refuse(const struct reader *reader, size_t at, const char *expected)
{
  char where[FAULT_WHERE];
  snprintf(where, sizeof where, "byte %zu", at + 1);
  if (at >= reader->line.length)
    return fault_set(reader->fault, STATUS_REFUSED, where, expected, "the line ends here");
  unsigned char byte = (unsigned char)reader->line.bytes[at];
  if (byte < 0x20 || byte > 0x7e)
    return fault_set(reader->fault, STATUS_REFUSED, where, expected, "the byte 0x%02x stands here",
                     byte);
  return fault_set(reader->fault, STATUS_REFUSED, where, expected, "'%c' stands here", byte);
}

static bool is_base64(char byte)
{
  return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
         (byte >= '0' && byte <= '9') || byte == '+' || byte == '/';
}

/* Where the padding of a base64 text begins, or its end; the first other byte that is not of the
 * alphabet, if there is one, and then `*foreign` is true. */
static size_t base64_end(struct span text, bool *foreign)
{
  size_t end = 0;
  while (end < text.length && is_base64(text.bytes[end]))
    end++;
  size_t padding = 0;
  while (end + padding < text.length && text.bytes[end + padding] == '=')
    padding++;
  *foreign = end + padding < text.length || padding > PADDING_MAX;
  return end;
}

/* Says what is wrong with a text that is known not to be base64 in its one spelling. */
static enum status refuse_base64(const struct reader *reader, size_t begin, struct span text)
{
  bool foreign;
  size_t end = base64_end(text, &foreign);
  if (foreign)
    return refuse(reader, begin + end, "a character of base64: A-Z, a-z, 0-9, '+', '/'");
  if (text.length % 4 != 0)
    return refuse(reader, begin + text.length,
                  "more base64: its characters, with '=' at the end, are a multiple of four");
  return refuse(reader, begin + end - 1, "base64 whose last character has spare bits of zero");
}

/* --- reading --- */

static enum status read_literal(struct reader *reader, struct span literal)
{
  const char *bytes = reader->line.bytes + reader->at;
  size_t left = reader->line.length - reader->at;
  if (left >= literal.length && memcmp(bytes, literal.bytes, literal.length) == 0) {
    reader->at += literal.length;
    return STATUS_OK;
  }
  size_t same = 0;
  while (same < left && bytes[same] == literal.bytes[same])
    same++;
  char expected[FAULT_EXPECTED];
  snprintf(expected, sizeof expected, "%.*s from byte %zu", SPAN_PRINT(literal), reader->at + 1);
  return refuse(reader, reader->at + same, expected);
}

static bool next_is(const struct reader *reader, char byte)
{
  return reader->at < reader->line.length && reader->line.bytes[reader->at] == byte;
}

/* The next `length` bytes, or as many as there are. */
static struct span take(struct reader *reader, size_t length)
{
  size_t left = reader->line.length - reader->at;
  struct span taken = {.bytes = reader->line.bytes + reader->at,
                       .length = length < left ? length : left};
  reader->at += taken.length;
  return taken;
}

/* The bytes before the next quotation mark. */
static enum status read_text(struct reader *reader, struct span *text)
{
  size_t left = reader->line.length - reader->at;
  const char *begin = reader->line.bytes + reader->at;
  const char *end = memchr(begin, '"', left);
  if (end == NULL)
    return refuse(reader, reader->line.length, "a quotation mark at the end of the payload");
  *text = take(reader, (size_t)(end - begin));
  return STATUS_OK;
}

/* How many bytes of `kind` are well written. */
static size_t kind_length(struct span kind)
{
  size_t length = 0;
  while (length < kind.length && length < ENVELOPE_KIND_LENGTH &&
         ((kind.bytes[length] >= 'a' && kind.bytes[length] <= 'z') ||
          (kind.bytes[length] == '-' && length > 0)))
    length++;
  return length;
}

static enum status read_type(struct reader *reader, struct envelope *envelope)
{
  size_t begin = reader->at;
  enum status status = read_literal(reader, type_prefix);
  if (status != STATUS_OK)
    return status;
  struct span rest = {.bytes = reader->line.bytes + reader->at,
                      .length = reader->line.length - reader->at};
  envelope->kind = take(reader, kind_length(rest));
  if (envelope->kind.length == 0)
    return refuse(reader, reader->at, KIND_EXPECTED);
  if (!next_is(reader, type_suffix.bytes[0]))
    return refuse(reader, reader->at,
                  envelope->kind.length == ENVELOPE_KIND_LENGTH
                      ? TYPE_SUFFIX " after a kind of at most 32 characters"
                      : KIND_EXPECTED " and then " TYPE_SUFFIX);
  status = read_literal(reader, type_suffix);
  envelope->type = (struct span){.bytes = reader->line.bytes + begin, .length = reader->at - begin};
  return status;
}

static enum status read_key_id(struct reader *reader, struct digest *key_id)
{
  size_t begin = reader->at;
  struct span text = take(reader, KEY_ID_TEXT);
  if (hex_read(text, key_id->bytes, DIGEST_BYTES))
    return STATUS_OK;
  size_t right = 0;
  while (right < text.length && ((text.bytes[right] >= '0' && text.bytes[right] <= '9') ||
                                 (text.bytes[right] >= 'a' && text.bytes[right] <= 'f')))
    right++;
  return refuse(reader, begin + right, "a keyid of 64 lower-case hexadecimal digits");
}

static enum status read_signature_bytes(struct reader *reader, struct signature *signature)
{
  size_t begin = reader->at;
  struct span text = take(reader, SIGNATURE_TEXT);
  size_t length = 0;
  if (base64_read(text, signature->bytes, SIGNATURE_BYTES, &length) && length == SIGNATURE_BYTES)
    return STATUS_OK;

  size_t right = 0;
  while (right < text.length && right < SIGNATURE_TEXT - SIGNATURE_PADDING &&
         is_base64(text.bytes[right]))
    right++;
  while (right >= SIGNATURE_TEXT - SIGNATURE_PADDING && right < text.length &&
         text.bytes[right] == '=')
    right++;
  if (right == SIGNATURE_TEXT)
    return refuse_base64(reader, begin, text);
  return refuse(reader, begin + right, "a signature: 86 characters of base64 and ==");
}

static enum status read_signature(struct reader *reader, struct envelope *envelope)
{
  struct envelope_signature *last = envelope->signatures + envelope->signature_count;
  enum status status = read_literal(reader, before_key_id);
  size_t key_id_at = reader->at;
  if (status == STATUS_OK)
    status = read_key_id(reader, &last->key_id);
  if (status != STATUS_OK)
    return status;

  if (envelope->signature_count > 0) {
    int order = digest_compare(&last[-1].key_id, &last->key_id);
    if (order == 0)
      return refuse(reader, key_id_at, "another keyid than the one before: a key signs once");
    if (order > 0)
      return refuse(reader, key_id_at, "a keyid after the one before: they are in ascending order");
  }
  status = read_literal(reader, before_signature);
  if (status == STATUS_OK)
    status = read_signature_bytes(reader, &last->signature);
  if (status == STATUS_OK)
    status = read_literal(reader, after_signature);
  envelope->signature_count++;
  return status;
}

static enum status read_signatures(struct reader *reader, struct envelope *envelope)
{
  envelope->signature_count = 0;
  if (next_is(reader, ']'))
    return refuse(reader, reader->at, "at least one signature");
  enum status status = read_signature(reader, envelope);
  while (status == STATUS_OK && next_is(reader, ',')) {
    if (envelope->signature_count == ENVELOPE_SIGNATURES)
      return refuse(reader, reader->at, "at most 8 signatures");
    reader->at++;
    status = read_signature(reader, envelope);
  }
  return status;
}

/* --- what is signed --- */

/* A number and the blanks around it: nearly all ballots come by here, so it is not printf's. */
static char *put_length(char *at, size_t length)
{
  char digits[LENGTH_TEXT];
  size_t count = 0;
  do
    digits[count++] = (char)('0' + length % 10);
  while ((length /= 10) > 0);
  *at++ = ' ';
  while (count > 0)
    *at++ = digits[--count];
  *at++ = ' ';
  return at;
}

static char *put(char *at, struct span bytes)
{
  memcpy(at, bytes.bytes, bytes.length);
  return at + bytes.length;
}

/* Everything of the pre-authentication encoding but the payload, which is put at `*payload`. */
static enum status lay_out(struct span type, size_t payload_length, struct arena *arena,
                           struct span *signed_bytes, char **payload, struct fault *fault)
{
  const struct span version = SPAN("DSSEv1");
  char *bytes =
      ARENA_TAKE(arena, char, version.length + 2 * LENGTH_TEXT + type.length + payload_length);
  if (bytes == NULL)
    return fault_no_memory(fault);
  char *end = put_length(put(bytes, version), type.length);
  end = put_length(put(end, type), payload_length);
  *payload = end;
  *signed_bytes = (struct span){.bytes = bytes, .length = (size_t)(end - bytes) + payload_length};
  return STATUS_OK;
}

enum status envelope_authenticate(struct span type, struct span payload, struct arena *arena,
                                  struct span *signed_bytes, struct fault *fault)
{
  char *bytes;
  enum status status = lay_out(type, payload.length, arena, signed_bytes, &bytes, fault);
  if (status == STATUS_OK)
    memcpy(bytes, payload.bytes, payload.length);
  return status;
}

/* Decodes the payload to where it is signed from, so that it is never copied. */
static enum status decode_payload(const struct reader *reader, struct span text,
                                  struct arena *arena, struct envelope *envelope)
{
  size_t begin = before_payload.length;
  if (text.length % 4 != 0)
    return refuse_base64(reader, begin, text);
  size_t length = text.length / 4 * 3;
  for (size_t i = 1; i <= PADDING_MAX && i <= text.length; i++)
    length -= text.bytes[text.length - i] == '=';

  char *bytes;
  enum status status =
      lay_out(envelope->type, length, arena, &envelope->signed_bytes, &bytes, reader->fault);
  if (status != STATUS_OK)
    return status;
  size_t decoded;
  if (!base64_read(text, (uint8_t *)bytes, length, &decoded))
    return refuse_base64(reader, begin, text);
  envelope->payload = (struct span){.bytes = bytes, .length = decoded};
  return STATUS_OK;
}

static enum status refuse_length(size_t length, struct fault *fault)
{
  return fault_set(fault, STATUS_REFUSED, "envelope", "at most 65535 bytes",
                   "the line has %zu bytes", length);
}

enum status envelope_read(struct span line, struct arena *arena, struct envelope *envelope,
                          struct fault *fault)
{
  if (line.length > ENVELOPE_MAX)
    return refuse_length(line.length, fault);
  struct reader reader = {.line = line, .fault = fault};
  struct span payload = SPAN("");
  enum status status = read_literal(&reader, before_payload);
  if (status == STATUS_OK)
    status = read_text(&reader, &payload);
  if (status == STATUS_OK)
    status = read_literal(&reader, before_type);
  if (status == STATUS_OK)
    status = read_type(&reader, envelope);
  if (status == STATUS_OK)
    status = decode_payload(&reader, payload, arena, envelope);
  if (status == STATUS_OK)
    status = read_literal(&reader, before_signatures);
  if (status == STATUS_OK)
    status = read_signatures(&reader, envelope);
  if (status == STATUS_OK)
    status = read_literal(&reader, after_signatures);
  if (status == STATUS_OK && reader.at < line.length)
    status = refuse(&reader, reader.at, "the end of the line");
  return status;
}

/* --- verifying --- */

static enum status verify_one(const struct envelope *envelope, size_t place,
                              const struct public_key *keys, const struct digest *ids, size_t count,
                              struct fault *fault)
{
  const struct envelope_signature *signature = envelope->signatures + place;
  char where[FAULT_WHERE];
  char id[DIGEST_TEXT];
  size_t signer = 0;
  while (signer < count && digest_compare(&ids[signer], &signature->key_id) != 0)
    signer++;
  if (signer < count &&
      signature_holds(&signature->signature, envelope->signed_bytes, &keys[signer]))
    return STATUS_OK;

  snprintf(where, sizeof where, "/signatures/%zu", place);
  digest_write(&signature->key_id, id);
  if (signer == count)
    return fault_set(fault, STATUS_REFUSED, where, "the keyid of a key that has to sign",
                     "%s does not have to sign this", id);
  return fault_set(fault, STATUS_REFUSED, where,
                   "an Ed25519 signature of this payloadType and payload",
                   "the signature by %s does not hold", id);
}

enum status envelope_verify(const struct envelope *envelope, const struct public_key *keys,
                            size_t count, struct fault *fault)
{
  if (count != envelope->signature_count) {
    char expected[FAULT_EXPECTED];
    snprintf(expected, sizeof expected, "%zu", count);
    return fault_set(fault, STATUS_REFUSED, "/signatures", expected, "there are %zu signatures",
                     envelope->signature_count);
  }
  struct digest ids[ENVELOPE_SIGNATURES];
  for (size_t i = 0; i < count; i++)
    ids[i] = public_key_id(&keys[i]);
  enum status status = STATUS_OK;
  for (size_t i = 0; status == STATUS_OK && i < count; i++)
    status = verify_one(envelope, i, keys, ids, count, fault);
  return status;
}

/* --- writing --- */

static enum status check_kind(struct span kind, struct fault *fault)
{
  if (kind.length > 0 && kind_length(kind) == kind.length)
    return STATUS_OK;
  return fault_set(fault, STATUS_REFUSED, "payloadType", KIND_EXPECTED, "'%.*s' is no kind",
                   SPAN_PRINT(kind));
}

enum status envelope_sign(struct span kind, struct span payload, const struct signing_key *key,
                          struct arena *arena, struct envelope_signature *signature,
                          struct fault *fault)
{
  enum status status = check_kind(kind, fault);
  if (status != STATUS_OK)
    return status;
  char text[TYPE_LENGTH + 1];
  snprintf(text, sizeof text, TYPE_PREFIX "%.*s" TYPE_SUFFIX, SPAN_PRINT(kind));
  struct span signed_bytes;
  status = envelope_authenticate(span_of(text), payload, arena, &signed_bytes, fault);
  if (status != STATUS_OK)
    return status;
  signature->key_id = public_key_id(&key->public_key);
  signature->signature = signature_make(key, signed_bytes);
  return STATUS_OK;
}

/* Puts the signatures in order of their key ids; of two by one key it says which. */
static enum status sort(const struct envelope_signature *signatures, size_t count,
                        const struct envelope_signature *sorted[ENVELOPE_SIGNATURES],
                        struct fault *fault)
{
  if (count < 1 || count > ENVELOPE_SIGNATURES)
    return fault_set(fault, STATUS_REFUSED, "/signatures", "1 to 8", "there are %zu signatures",
                     count);
  for (size_t i = 0; i < count; i++) {
    size_t place = i;
    int order = -1;
    while (place > 0 &&
           (order = digest_compare(&sorted[place - 1]->key_id, &signatures[i].key_id)) > 0) {
      sorted[place] = sorted[place - 1];
      place--;
    }
    if (place > 0 && order == 0) {
      char id[DIGEST_TEXT];
      digest_write(&signatures[i].key_id, id);
      return fault_set(fault, STATUS_REFUSED, "/signatures", "at most one signature by each key",
                       "%s signs twice", id);
    }
    sorted[place] = &signatures[i];
  }
  return STATUS_OK;
}

static void add_base64(struct buffer *buffer, const uint8_t *bytes, size_t length)
{
  char text[CHUNK_BYTES / 3 * 4];
  while (length > 0) {
    size_t taken = length < CHUNK_BYTES ? length : CHUNK_BYTES;
    base64_write(bytes, taken, text);
    buffer_add(buffer, (struct span){.bytes = text, .length = base64_text_length(taken)});
    bytes += taken;
    length -= taken;
  }
}

static void add_signature(struct buffer *buffer, const struct envelope_signature *signature)
{
  char id[DIGEST_TEXT];
  digest_write(&signature->key_id, id);
  buffer_add(buffer, before_key_id);
  buffer_add(buffer, span_of(id));
  buffer_add(buffer, before_signature);
  add_base64(buffer, signature->signature.bytes, SIGNATURE_BYTES);
  buffer_add(buffer, after_signature);
}

enum status envelope_write(struct span kind, struct span payload,
                           const struct envelope_signature *signatures, size_t count,
                           struct buffer *buffer, struct fault *fault)
{
  const struct envelope_signature *sorted[ENVELOPE_SIGNATURES];
  enum status status = check_kind(kind, fault);
  if (status == STATUS_OK)
    status = sort(signatures, count, sorted, fault);
  if (status != STATUS_OK)
    return status;

  size_t before = buffer->length;
  buffer_add(buffer, before_payload);
  add_base64(buffer, (const uint8_t *)payload.bytes, payload.length);
  buffer_add(buffer, before_type);
  buffer_add(buffer, type_prefix);
  buffer_add(buffer, kind);
  buffer_add(buffer, type_suffix);
  buffer_add(buffer, before_signatures);
  for (size_t i = 0; i < count; i++) {
    if (i > 0)
      buffer_add_byte(buffer, ',');
    add_signature(buffer, sorted[i]);
  }
  buffer_add(buffer, after_signatures);

  size_t length = buffer->length - before;
  if (!buffer->failed && length <= ENVELOPE_MAX)
    return STATUS_OK;
  buffer->length = before;
  return buffer->failed ? fault_no_memory(fault) : refuse_length(length, fault);
}
