/* fuzz_electorate.c - the keys of an electorate, an attachment.
 *
 * What is accepted is in strictly ascending order, holds no officer's key and none that was admitted,
 * and once it is admitted each key is found in its row. What is refused says why, by its name.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ballots/draft.h"
#include "ballots/electorate.h"
#include "tests/unit/board_example.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
  if (!holds)
    abort();
}

/* The example's, made once. */
static const struct manifest *the_manifest(void)
{
  static struct arena arena;
  static struct manifest manifest;
  if (manifest.registrars.count > 0)
    return &manifest;
  struct buffer payload = {0};
  struct fault fault;
  json_t *draft = example_manifest();
  must(draft_manifest(draft, &payload, &fault) == STATUS_OK);
  json_decref(draft);
  char *bytes = arena_copy(&arena, payload.bytes, payload.length);
  must(bytes != NULL &&
       manifest_read((struct span){bytes, payload.length}, &arena, &manifest, &fault) == STATUS_OK);
  buffer_free(&payload);
  return &manifest;
}

static void check_refused(enum status status, enum refusal refusal, const struct fault *fault)
{
  must(status == STATUS_REFUSED && fault->status == status && fault->what[0] != '\0');
  must(refusal == REFUSAL_ATTACHMENT_WRONG || refusal == REFUSAL_CREDENTIAL_REPEATED);
}

static struct public_key key_at(struct span keys, size_t place)
{
  struct public_key key;
  memcpy(key.bytes, keys.bytes + place * PUBLIC_KEY_BYTES, PUBLIC_KEY_BYTES);
  return key;
}

static void admit(struct electorate *electorate, struct span keys, struct arena *arena)
{
  const size_t count = keys.length / PUBLIC_KEY_BYTES;
  struct fault fault;
  must(electorate_reserve(electorate, count, arena, &fault) == STATUS_OK);
  for (size_t i = 0; i < count; i++) {
    struct public_key key = key_at(keys, i);
    must(electorate_find(electorate, &key) < 0);
    electorate_add(electorate, key.bytes);
    must(electorate_find(electorate, &key) == (int64_t)electorate->count - 1);
  }
}

/* Each by itself, as admission has it. */
static void check_keys(struct span keys, enum status all)
{
  const size_t count = keys.length / PUBLIC_KEY_BYTES;
  struct fault fault;
  bool good = true;
  for (size_t i = 0; i < count; i++) {
    struct public_key key;
    const struct public_key raw = key_at(keys, i);
    good = public_key_admit(raw.bytes, &key, &fault) == STATUS_OK && good;
  }
  must(good == (all == STATUS_OK));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  const struct span keys = {.bytes = size == 0 ? "" : (const char *)data, .length = size};
  const struct public_key known = example_public_key(EXAMPLE_CARD_4);
  struct arena arena = {0};
  struct electorate electorate = {0};
  struct fault fault = {0};
  enum refusal refusal = REFUSAL_NONE;
  must(electorate_reserve(&electorate, 1, &arena, &fault) == STATUS_OK);
  electorate_add(&electorate, known.bytes);

  enum status status = electorate_check_order(keys, the_manifest(), &refusal, &fault);
  if (status == STATUS_OK) {
    must(keys.length % PUBLIC_KEY_BYTES == 0 && keys.length > 0);
    for (size_t i = 1; i < keys.length / PUBLIC_KEY_BYTES; i++)
      must(memcmp(key_at(keys, i - 1).bytes, key_at(keys, i).bytes, PUBLIC_KEY_BYTES) < 0);
    check_keys(keys, electorate_check_keys(keys, 0, keys.length / PUBLIC_KEY_BYTES, &fault));
    status = electorate_check_new(&electorate, keys, &refusal, &fault);
    if (status == STATUS_OK)
      admit(&electorate, keys, &arena);
    else
      check_refused(status, refusal, &fault);
  } else {
    check_refused(status, refusal, &fault);
  }
  arena_free(&arena);
  return 0;
}
