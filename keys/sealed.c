#include "keys/sealed.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/canonical.h"
#include "keys/guard.h"

enum {
  KEY_BYTES = crypto_aead_xchacha20poly1305_ietf_KEYBYTES,
  NONCE_BYTES = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
  TAG_BYTES = crypto_aead_xchacha20poly1305_ietf_ABYTES,
  SALT_BYTES = crypto_pwhash_argon2id_SALTBYTES,
  OPERATIONS_DEFAULT = 3,
  FILE_MAX = SEALED_SECRET_MAX / 3 * 4 + 4096
};

static const char format[] = "beffroi-keys/1";
static const char algorithm[] = "argon2id13";

/* All that stands in a file, ciphertext apart. */
struct header {
  struct sealed_cost cost;
  uint8_t salt[SALT_BYTES];
  uint8_t nonce[NONCE_BYTES];
  struct span about, purpose;
};

struct sealed_cost sealed_cost_default(void)
{
  return (struct sealed_cost){.memory = SEALED_MEMORY_DEFAULT, .operations = OPERATIONS_DEFAULT};
}

/* --- writing --- */

static void add_bytes(struct canonical_writer *writer, const char *name, const uint8_t *bytes,
                      size_t length)
{
  size_t characters = base64_text_length(length);
  char *encoded = malloc(characters + 1);
  if (encoded == NULL) {
    writer->buffer->failed = true;
    return;
  }
  base64_write(bytes, length, encoded);
  canonical_member_string(writer, name, (struct span){encoded, characters});
  free(encoded);
}

/* With the ciphertext, or without: what is authenticated beside it. */
static void add_file(const struct header *header, const struct span *cipher, struct buffer *buffer)
{
  struct canonical_writer writer;
  canonical_begin(&writer, buffer);
  canonical_object(&writer);
  canonical_member_string(&writer, "about", header->about);
  if (cipher != NULL)
    add_bytes(&writer, "cipher", (const uint8_t *)cipher->bytes, cipher->length);
  canonical_member_string(&writer, "format", span_of(format));
  canonical_member(&writer, "kdf");
  canonical_object(&writer);
  canonical_member_string(&writer, "algorithm", span_of(algorithm));
  canonical_member_integer(&writer, "memory", header->cost.memory);
  canonical_member_integer(&writer, "operations", header->cost.operations);
  add_bytes(&writer, "salt", header->salt, SALT_BYTES);
  canonical_end(&writer);
  add_bytes(&writer, "nonce", header->nonce, NONCE_BYTES);
  canonical_member_string(&writer, "purpose", header->purpose);
  canonical_end(&writer);
}

static enum status derive(const struct header *header, struct span passphrase, uint8_t *key,
                          struct fault *fault)
{
  if (crypto_pwhash_argon2id(key, KEY_BYTES, passphrase.bytes, passphrase.length, header->salt,
                             (unsigned long long)header->cost.operations,
                             (size_t)header->cost.memory,
                             crypto_pwhash_argon2id_ALG_ARGON2ID13) == 0)
    return STATUS_OK;
  return fault_set(fault, STATUS_FAILED, "kdf", "that much memory free",
                   "Argon2id needs %lld MiB, which cannot be had here",
                   (long long)(header->cost.memory >> 20));
}

static enum status encrypt(const struct header *header, struct span secret, const uint8_t *key,
                           struct buffer *buffer, struct fault *fault)
{
  struct buffer beside = {0};
  unsigned long long length = 0;
  uint8_t *cipher = malloc(secret.length + TAG_BYTES);
  add_file(header, NULL, &beside);
  if (cipher != NULL && !beside.failed) {
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        cipher, &length, (const unsigned char *)secret.bytes, secret.length,
        (const unsigned char *)buffer_span(&beside).bytes, beside.length, NULL, header->nonce, key);
    add_file(header, &(struct span){(const char *)cipher, (size_t)length}, buffer);
  }
  bool failed = cipher == NULL || beside.failed || buffer->failed;
  free(cipher);
  buffer_free(&beside);
  return failed ? fault_no_memory(fault) : STATUS_OK;
}

enum status sealed_write(const char *purpose, struct span about, struct span secret,
                         struct span passphrase, const struct sealed_cost *cost,
                         struct buffer *buffer, struct fault *fault)
{
  struct header header = {.cost = *cost, .about = about, .purpose = span_of(purpose)};
  if (secret.length > SEALED_SECRET_MAX)
    return fault_set(fault, STATUS_REFUSED, NULL, "at most 64 MiB", "it has %zu bytes",
                     secret.length);
  uint8_t *key = guard_take(KEY_BYTES);
  if (key == NULL)
    return fault_no_memory(fault);
  randombytes_buf(header.salt, sizeof header.salt);
  randombytes_buf(header.nonce, sizeof header.nonce);
  enum status status = derive(&header, passphrase, key, fault);
  if (status == STATUS_OK)
    status = encrypt(&header, secret, key, buffer, fault);
  sodium_free(key);
  return status;
}

/* --- reading --- */

static enum status refuse(const char *where, const char *what, const char *expected,
                          struct fault *fault)
{
  return fault_set(fault, STATUS_REFUSED, where, expected, "%s", what);
}

static struct span text_of(const json_t *object, const char *name)
{
  const json_t *value = json_object_get(object, name);
  if (!json_is_string(value))
    return SPAN("");
  return (struct span){json_string_value(value), json_string_length(value)};
}

static bool bytes_of(const json_t *object, const char *name, uint8_t *bytes, size_t length)
{
  size_t found = 0;
  return base64_read(text_of(object, name), bytes, length, &found) && found == length;
}

static enum status read_cost(const json_t *kdf, struct sealed_cost *cost, struct fault *fault)
{
  const json_t *memory = json_object_get(kdf, "memory");
  const json_t *operations = json_object_get(kdf, "operations");
  if (!json_is_integer(memory) || json_integer_value(memory) < SEALED_MEMORY_MIN ||
      json_integer_value(memory) > SEALED_MEMORY_MAX)
    return refuse("kdf.memory", "it is out of bounds", "8388608 to 1073741824 bytes", fault);
  if (!json_is_integer(operations) || json_integer_value(operations) < 1 ||
      json_integer_value(operations) > SEALED_OPERATIONS_MAX)
    return refuse("kdf.operations", "it is out of bounds", "1 to 16", fault);
  cost->memory = json_integer_value(memory);
  cost->operations = json_integer_value(operations);
  return STATUS_OK;
}

static enum status read_header(const json_t *file, const char *purpose, struct header *header,
                               struct fault *fault)
{
  const json_t *kdf = json_object_get(file, "kdf");
  if (!span_equal(text_of(file, "format"), span_of(format)) || json_object_size(file) != 6)
    return refuse("format", "it is no file of beffroi-keys", format, fault);
  header->purpose = text_of(file, "purpose");
  if (!span_equal(header->purpose, span_of(purpose)))
    return fault_set(fault, STATUS_REFUSED, "purpose", purpose, "'%.*s' is another kind of file",
                     SPAN_PRINT(header->purpose));
  header->about = text_of(file, "about");
  if (json_object_size(kdf) != 4 || !span_equal(text_of(kdf, "algorithm"), span_of(algorithm)))
    return refuse("kdf.algorithm", "it is not known", algorithm, fault);
  enum status status = read_cost(kdf, &header->cost, fault);
  if (status != STATUS_OK)
    return status;
  if (!bytes_of(kdf, "salt", header->salt, SALT_BYTES))
    return refuse("kdf.salt", "it is no salt", "the base64 of 16 bytes", fault);
  if (!bytes_of(file, "nonce", header->nonce, NONCE_BYTES))
    return refuse("nonce", "it is no nonce", "the base64 of 24 bytes", fault);
  return STATUS_OK;
}

static enum status read_file(struct span text, const char *purpose, json_t **file,
                             struct header *header, struct fault *fault)
{
  enum status status = canonical_read(text, FILE_MAX, file, fault);
  if (status != STATUS_OK)
    return status;
  status = read_header(*file, purpose, header, fault);
  if (status != STATUS_OK) {
    json_decref(*file);
    *file = NULL;
  }
  return status;
}

static enum status decrypt(const struct header *header, struct span cipher, const uint8_t *key,
                           struct sealed *sealed, struct fault *fault)
{
  struct buffer beside = {0};
  unsigned long long length = 0;
  enum status status = STATUS_OK;
  add_file(header, NULL, &beside);
  sealed->secret = guard_take(cipher.length - TAG_BYTES + 1);
  if (beside.failed || sealed->secret == NULL)
    status = fault_no_memory(fault);
  else if (crypto_aead_xchacha20poly1305_ietf_decrypt(
               (unsigned char *)sealed->secret, &length, NULL, (const unsigned char *)cipher.bytes,
               cipher.length, (const unsigned char *)buffer_span(&beside).bytes, beside.length,
               header->nonce, key) != 0)
    status = refuse("cipher", "it does not open: the passphrase is wrong, or the file was altered",
                    NULL, fault);
  sealed->length = (size_t)length;
  buffer_free(&beside);
  return status;
}

static enum status open_cipher(const json_t *file, const struct header *header,
                               struct span passphrase, struct sealed *sealed, struct fault *fault)
{
  struct span encoded = text_of(file, "cipher");
  size_t length = 0;
  enum status status = STATUS_OK;
  uint8_t *key = guard_take(KEY_BYTES);
  uint8_t *cipher = malloc(encoded.length + 1);
  if (key == NULL || cipher == NULL)
    status = fault_no_memory(fault);
  else if (!base64_read(encoded, cipher, encoded.length, &length) || length < TAG_BYTES)
    status = refuse("cipher", "it is no ciphertext", "base64 of 16 bytes or more", fault);
  if (status == STATUS_OK)
    status = derive(header, passphrase, key, fault);
  if (status == STATUS_OK)
    status = decrypt(header, (struct span){(const char *)cipher, length}, key, sealed, fault);
  buffer_add(&sealed->about, header->about);
  if (status == STATUS_OK && sealed->about.failed)
    status = fault_no_memory(fault);
  sodium_free(key);
  free(cipher);
  return status;
}

enum status sealed_read(struct span text, const char *purpose, struct span passphrase,
                        struct sealed *sealed, struct fault *fault)
{
  json_t *file = NULL;
  struct header header;
  *sealed = (struct sealed){.secret = NULL};
  enum status status = read_file(text, purpose, &file, &header, fault);
  if (status != STATUS_OK)
    return status;
  status = open_cipher(file, &header, passphrase, sealed, fault);
  if (status != STATUS_OK)
    sealed_free(sealed);
  json_decref(file);
  return status;
}

enum status sealed_read_about(struct span text, const char *purpose, struct buffer *about,
                              struct fault *fault)
{
  json_t *file = NULL;
  struct header header;
  enum status status = read_file(text, purpose, &file, &header, fault);
  if (status != STATUS_OK)
    return status;
  buffer_add(about, header.about);
  json_decref(file);
  return about->failed ? fault_no_memory(fault) : STATUS_OK;
}

void sealed_free(struct sealed *sealed)
{
  sodium_free(sealed->secret);
  buffer_free(&sealed->about);
  *sealed = (struct sealed){.secret = NULL};
}
