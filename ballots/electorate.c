#include "ballots/electorate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  ROWS_FIRST = 16,
  WHERE_SIZE = 48
};

static struct lookup_rows rows_of(const struct electorate *electorate)
{
  return (struct lookup_rows){
      .bytes = electorate->rows,
      .stride = sizeof *electorate->rows,
      .count = electorate->count,
  };
}

static int compare_keys(const void *a, const void *b)
{
  return memcmp(a, b, PUBLIC_KEY_BYTES);
}

void electorate_sort(struct public_key *keys, size_t count)
{
  qsort(keys, count, sizeof *keys, compare_keys);
}

int64_t electorate_find(const struct electorate *electorate, const struct public_key *key)
{
  struct lookup_rows rows = rows_of(electorate);
  return lookup_find(&electorate->lookup, &rows, key->bytes);
}

enum status electorate_reserve(struct electorate *electorate, size_t more, struct arena *arena,
                               struct fault *fault)
{
  struct lookup_rows rows = rows_of(electorate);
  enum status status = lookup_reserve(&electorate->lookup, &rows, more, arena, fault);
  if (status != STATUS_OK || more <= electorate->capacity - electorate->count)
    return status;

  size_t step = electorate->capacity / 2 + ROWS_FIRST;
  size_t capacity = electorate->count + (more > step ? more : step);
  struct credential_row *larger =
      arena_grow(arena, electorate->rows, electorate->count, capacity, sizeof *larger);
  if (larger == NULL)
    return fault_no_memory(fault);
  electorate->rows = larger;
  electorate->capacity = capacity;
  return STATUS_OK;
}

void electorate_add(struct electorate *electorate, const uint8_t key[PUBLIC_KEY_BYTES])
{
  struct credential_row *row = &electorate->rows[electorate->count++];
  *row = (struct credential_row){0};
  memcpy(row->key.bytes, key, PUBLIC_KEY_BYTES);
  struct lookup_rows rows = rows_of(electorate);
  lookup_add_last(&electorate->lookup, &rows);
}

/* --- what may be admitted --- */

static const uint8_t *key_at(struct span keys, size_t place)
{
  return (const uint8_t *)keys.bytes + place * PUBLIC_KEY_BYTES;
}

static size_t key_count(struct span keys)
{
  return keys.length / PUBLIC_KEY_BYTES;
}

static struct public_key public_key_at(struct span keys, size_t place)
{
  struct public_key key;
  memcpy(key.bytes, key_at(keys, place), PUBLIC_KEY_BYTES);
  return key;
}

static void name_key(size_t place, char where[WHERE_SIZE])
{
  snprintf(where, WHERE_SIZE, "keys[%zu]", place);
}

enum status electorate_check_order(struct span keys, const struct manifest *manifest,
                                   enum refusal *refusal, struct fault *fault)
{
  char where[WHERE_SIZE];
  *refusal = REFUSAL_ATTACHMENT_WRONG;
  if (keys.length == 0 || keys.length % PUBLIC_KEY_BYTES != 0)
    return fault_set(fault, STATUS_REFUSED, "keys", "32 bytes for each key",
                     "the attachment has %zu bytes", keys.length);
  for (size_t i = 1; i < key_count(keys); i++) {
    if (memcmp(key_at(keys, i - 1), key_at(keys, i), PUBLIC_KEY_BYTES) < 0)
      continue;
    name_key(i, where);
    return fault_set(fault, STATUS_REFUSED, where, "keys in strictly ascending order",
                     "the key does not come after the one before");
  }
  *refusal = REFUSAL_CREDENTIAL_REPEATED;
  for (size_t i = 0; i < key_count(keys); i++) {
    struct public_key key = public_key_at(keys, i);
    if (!admission_is_officer(manifest, &key))
      continue;
    name_key(i, where);
    return fault_set(fault, STATUS_REFUSED, where, "a key that has no role in the manifest",
                     "the key is an officer's");
  }
  *refusal = REFUSAL_NONE;
  return STATUS_OK;
}

enum status electorate_check_new(const struct electorate *electorate, struct span keys,
                                 enum refusal *refusal, struct fault *fault)
{
  *refusal = REFUSAL_NONE;
  for (size_t i = 0; i < key_count(keys); i++) {
    struct public_key key = public_key_at(keys, i);
    if (electorate_find(electorate, &key) < 0)
      continue;
    char where[WHERE_SIZE];
    name_key(i, where);
    *refusal = REFUSAL_CREDENTIAL_REPEATED;
    return fault_set(fault, STATUS_REFUSED, where, "a key that no earlier entry admits",
                     "the key is in the electorate already");
  }
  return STATUS_OK;
}

enum status electorate_check_keys(struct span keys, size_t first, size_t count, struct fault *fault)
{
  for (size_t i = first; i < first + count; i++) {
    struct public_key key;
    struct fault why;
    enum status status = public_key_admit(key_at(keys, i), &key, &why);
    if (status == STATUS_OK)
      continue;
    char where[WHERE_SIZE];
    name_key(i, where);
    return fault_set(fault, status, where, why.expected, "%s", why.what);
  }
  return STATUS_OK;
}
