#include "keys/officer.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/base64.h"
#include "keys/file.h"
#include "keys/guard.h"
#include "keys/passphrase.h"

enum {
  FILE_MAX = 4096,
  KEY_TEXT = (PUBLIC_KEY_BYTES + 2) / 3 * 4
};

static const char purpose[] = "officer-key";

enum status officer_make(struct span passphrase, const struct sealed_cost *cost,
                         struct public_key *public_key, struct buffer *buffer, struct fault *fault)
{
  char about[KEY_TEXT];
  struct signing_key *key = guard_take(sizeof *key);
  uint8_t *seed = guard_take(SEED_BYTES);
  enum status status = STATUS_OK;
  if (key == NULL || seed == NULL) {
    status = fault_no_memory(fault);
  } else {
    randombytes_buf(seed, SEED_BYTES);
    signing_key_make(seed, key);
    *public_key = key->public_key;
    base64_write(public_key->bytes, PUBLIC_KEY_BYTES, about);
    status = sealed_write(purpose, (struct span){about, sizeof about},
                          (struct span){(const char *)seed, SEED_BYTES}, passphrase, cost, buffer,
                          fault);
  }
  sodium_free(seed);
  sodium_free(key);
  return status;
}

static enum status read_about(struct span about, struct public_key *key, struct fault *fault)
{
  uint8_t bytes[PUBLIC_KEY_BYTES];
  size_t length = 0;
  if (!base64_read(about, bytes, sizeof bytes, &length) || length != sizeof bytes)
    return fault_set(fault, STATUS_REFUSED, "about", "the base64 of 32 bytes",
                     "it is no public key");
  return public_key_admit(bytes, key, fault);
}

enum status officer_read(struct span file, struct span passphrase, struct signing_key **key,
                         struct fault *fault)
{
  struct sealed sealed;
  struct public_key claimed;
  enum status status = sealed_read(file, purpose, passphrase, &sealed, fault);
  if (status != STATUS_OK)
    return status;
  struct signing_key *found = guard_take(sizeof *found);
  if (found == NULL)
    status = fault_no_memory(fault);
  else if (sealed.length != SEED_BYTES)
    status = fault_set(fault, STATUS_REFUSED, "cipher", "a seed of 32 bytes", "it holds no key");
  else
    status = read_about(buffer_span(&sealed.about), &claimed, fault);
  if (status == STATUS_OK) {
    signing_key_make((const uint8_t *)sealed.secret, found);
    if (memcmp(found->public_key.bytes, claimed.bytes, PUBLIC_KEY_BYTES) != 0)
      status = fault_set(fault, STATUS_REFUSED, "about", "the public key of the seed",
                         "it is another key's");
  }
  sealed_free(&sealed);
  if (status == STATUS_OK)
    *key = found;
  else
    officer_free(found);
  return status;
}

enum status officer_read_public(struct span file, struct public_key *key, struct fault *fault)
{
  struct buffer about = {0};
  enum status status = sealed_read_about(file, purpose, &about, fault);
  if (status == STATUS_OK)
    status = read_about(buffer_span(&about), key, fault);
  buffer_free(&about);
  return status;
}

void officer_free(struct signing_key *key)
{
  sodium_free(key);
}

/* --- as options name them --- */

static enum status open_one(struct job *job, const char *path, const char *passphrase_path,
                            struct signing_key **key, struct fault *fault)
{
  struct span file;
  struct fault inner;
  struct passphrase passphrase = {.bytes = NULL};
  char prompt[PASSPHRASE_MAX];
  snprintf(prompt, sizeof prompt, "Passphrase of %s: ", path);
  enum status status = file_read(path, FILE_MAX, &job->arena, &file, fault);
  if (status == STATUS_OK)
    status = passphrase_read(passphrase_path, prompt, false, &passphrase, fault);
  if (status != STATUS_OK)
    return status;
  status = officer_read(file, passphrase_span(&passphrase), key, &inner);
  if (status != STATUS_OK)
    fault_set(fault, status, path, inner.expected, "%s: %s", inner.where, inner.what);
  passphrase_free(&passphrase);
  return status;
}

enum status officers_open(struct job *job, int key_row, int passphrase_row,
                          struct officers *officers, struct fault *fault)
{
  *officers = (struct officers){.count = 0};
  const struct option_values *paths = &job->options[key_row];
  for (size_t i = 0; i < paths->count; i++) {
    enum status status = open_one(job, paths->values[i], job_option_at(job, passphrase_row, i),
                                  &officers->keys[i], fault);
    if (status != STATUS_OK) {
      officers_close(officers);
      return status;
    }
    officers->count++;
  }
  return STATUS_OK;
}

void officers_close(struct officers *officers)
{
  for (size_t i = 0; i < officers->count; i++)
    officer_free(officers->keys[i]);
  *officers = (struct officers){.count = 0};
}
