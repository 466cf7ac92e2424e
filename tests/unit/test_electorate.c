#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ballots/electorate.h"

enum {
  KEYS = 40
};

/* Keys from seeds, in ascending order. */
static uint8_t keys[KEYS][PUBLIC_KEY_BYTES];

static int compare(const void *a, const void *b)
{
  return memcmp(a, b, PUBLIC_KEY_BYTES);
}

static int start(void **state)
{
  (void)state;
  for (unsigned i = 0; i < KEYS; i++) {
    uint8_t seed[SEED_BYTES] = {(uint8_t)i};
    struct signing_key key;
    signing_key_make(seed, &key);
    memcpy(keys[i], key.public_key.bytes, PUBLIC_KEY_BYTES);
  }
  qsort(keys, KEYS, sizeof *keys, compare);
  return 0;
}

static struct span some_keys(size_t first, size_t count)
{
  return (struct span){.bytes = (const char *)keys[first], .length = count * PUBLIC_KEY_BYTES};
}

static struct public_key key_at(size_t place)
{
  struct public_key key;
  memcpy(key.bytes, keys[place], PUBLIC_KEY_BYTES);
  return key;
}

/* --- the table --- */

static void admit(struct electorate *electorate, struct arena *arena, size_t first, size_t count)
{
  struct fault fault;
  assert_int_equal(electorate_reserve(electorate, count, arena, &fault), STATUS_OK);
  for (size_t i = first; i < first + count; i++)
    electorate_add(electorate, keys[i]);
}

static void credentials_are_found_in_the_order_of_admission(void **state)
{
  (void)state;
  struct arena arena = {0};
  struct electorate electorate = {0};
  struct public_key last = key_at(KEYS - 1);
  assert_int_equal(electorate_find(&electorate, &last), -1);
  admit(&electorate, &arena, 20, 19);
  admit(&electorate, &arena, 0, 20);
  for (size_t i = 0; i < KEYS - 1; i++) {
    struct public_key key = key_at(i);
    assert_int_equal(electorate_find(&electorate, &key), i < 20 ? i + 19 : i - 20);
  }
  assert_int_equal(electorate_find(&electorate, &last), -1);
  assert_int_equal(electorate.count, KEYS - 1);
  arena_free(&arena);
}

static void a_new_credential_has_cast_nothing(void **state)
{
  (void)state;
  struct arena arena = {0};
  struct electorate electorate = {0};
  admit(&electorate, &arena, 0, 1);
  assert_null(electorate.rows[0].choice);
  assert_false(electorate.rows[0].struck);
  arena_free(&arena);
}

static void rows_stay_when_the_table_grows(void **state)
{
  (void)state;
  struct arena arena = {0};
  struct electorate electorate = {0};
  for (size_t i = 0; i < KEYS; i++) {
    admit(&electorate, &arena, i, 1);
    electorate.rows[i].struck = i % 3 == 0;
  }
  for (size_t i = 0; i < KEYS; i++)
    assert_int_equal(electorate.rows[i].struck, i % 3 == 0);
  arena_free(&arena);
}

static void an_electorate_of_exact_size_takes_no_more(void **state)
{
  (void)state;
  struct arena arena = {0};
  struct electorate electorate = {0};
  struct fault fault;
  assert_int_equal(electorate_reserve(&electorate, 60000, &arena, &fault), STATUS_OK);
  assert_int_equal(electorate.capacity, 60000);
  assert_true(arena.taken < 60000 * 60);
  arena_free(&arena);
}

static void without_memory_nothing_changes(void **state)
{
  (void)state;
  struct arena arena = {.limit = 16384};
  struct electorate electorate = {0};
  struct fault fault;
  admit(&electorate, &arena, 0, 3);
  assert_int_equal(electorate_reserve(&electorate, 300, &arena, &fault), STATUS_NO_MEMORY);
  assert_int_equal(electorate_reserve(&electorate, SIZE_MAX, &arena, &fault), STATUS_NO_MEMORY);
  struct public_key key = key_at(2);
  assert_int_equal(electorate_find(&electorate, &key), 2);
  assert_int_equal(electorate.count, 3);
  arena_free(&arena);
}

/* --- what may be admitted --- */

static const struct public_key organiser = {.bytes = {1}};

static struct manifest nobody(void)
{
  return (struct manifest){.organiser = organiser};
}

static void order_refused(struct span some, const struct manifest *manifest, enum refusal name,
                          const char *where, const char *what)
{
  enum refusal refusal = REFUSAL_NONE;
  struct fault fault = {0};
  assert_int_equal(electorate_check_order(some, manifest, &refusal, &fault), STATUS_REFUSED);
  assert_string_equal(refusal_name(refusal), refusal_name(name));
  assert_string_equal(fault.where, where);
  assert_string_equal(fault.what, what);
}

static void keys_in_order_are_taken(void **state)
{
  (void)state;
  struct manifest manifest = nobody();
  enum refusal refusal = REFUSAL_COUNT;
  struct fault fault;
  assert_int_equal(electorate_check_order(some_keys(0, KEYS), &manifest, &refusal, &fault),
                   STATUS_OK);
  assert_int_equal(refusal, REFUSAL_NONE);
  assert_int_equal(electorate_check_order(some_keys(7, 1), &manifest, &refusal, &fault), STATUS_OK);
}

static void keys_are_sorted_as_an_attachment(void **state)
{
  (void)state;
  struct public_key mixed[KEYS];
  for (size_t i = 0; i < KEYS; i++)
    mixed[i * 7 % KEYS] = key_at(i);
  electorate_sort(mixed, KEYS);
  assert_memory_equal(mixed, keys, sizeof keys);
}

static void bytes_that_are_not_whole_keys_are_refused(void **state)
{
  (void)state;
  struct manifest manifest = nobody();
  struct span cut = some_keys(0, 3);
  cut.length--;
  order_refused(cut, &manifest, REFUSAL_ATTACHMENT_WRONG, "keys", "the attachment has 95 bytes");
  order_refused(SPAN(""), &manifest, REFUSAL_ATTACHMENT_WRONG, "keys",
                "the attachment has 0 bytes");
}

static void keys_twice_or_out_of_order_are_refused(void **state)
{
  (void)state;
  struct manifest manifest = nobody();
  uint8_t three[3][PUBLIC_KEY_BYTES];
  struct span some = {.bytes = (const char *)three, .length = sizeof three};
  static const char *const what = "the key does not come after the one before";
  memcpy(three, keys, sizeof three);
  memcpy(three[2], three[1], PUBLIC_KEY_BYTES);
  order_refused(some, &manifest, REFUSAL_ATTACHMENT_WRONG, "keys[2]", what);
  memcpy(three[1], keys[3], PUBLIC_KEY_BYTES);
  memcpy(three[2], keys[2], PUBLIC_KEY_BYTES);
  order_refused(some, &manifest, REFUSAL_ATTACHMENT_WRONG, "keys[2]", what);
}

/* Each role in turn has the third key. */
static void an_officers_key_is_refused(void **state)
{
  (void)state;
  const struct public_key key = key_at(2);
  const struct key_list list = {.count = 1, .keys = &key};
  const struct drawer drawer = {.key = key};
  const struct note_key witness = {.public_key = key};
  struct manifest manifests[7];
  for (size_t i = 0; i < 7; i++)
    manifests[i] = nobody();
  manifests[0].organiser = key;
  manifests[1].registrars = list;
  manifests[2].scrutineers = list;
  manifests[3].mediators = list;
  manifests[4].drawer_count = 1;
  manifests[4].drawers = &drawer;
  manifests[5].board_key = witness;
  manifests[6].witness_count = 1;
  manifests[6].witnesses = &witness;
  for (size_t i = 0; i < 7; i++) {
    assert_true(admission_is_officer(&manifests[i], &key));
    order_refused(some_keys(0, KEYS), &manifests[i], REFUSAL_CREDENTIAL_REPEATED, "keys[2]",
                  "the key is an officer's");
  }
}

static void a_key_that_was_admitted_is_refused(void **state)
{
  (void)state;
  struct arena arena = {0};
  struct electorate electorate = {0};
  enum refusal refusal = REFUSAL_COUNT;
  struct fault fault = {0};
  admit(&electorate, &arena, 5, 1);
  assert_int_equal(electorate_check_new(&electorate, some_keys(0, 5), &refusal, &fault), STATUS_OK);
  assert_int_equal(refusal, REFUSAL_NONE);
  assert_int_equal(electorate_check_new(&electorate, some_keys(3, 6), &refusal, &fault),
                   STATUS_REFUSED);
  assert_int_equal(refusal, REFUSAL_CREDENTIAL_REPEATED);
  assert_string_equal(fault.where, "keys[2]");
  arena_free(&arena);
}

static void keys_are_checked_by_parts(void **state)
{
  (void)state;
  struct fault fault = {0};
  uint8_t some[10][PUBLIC_KEY_BYTES];
  struct span text = {.bytes = (const char *)some, .length = sizeof some};
  memcpy(some, keys, sizeof some);
  assert_int_equal(electorate_check_keys(text, 0, 10, &fault), STATUS_OK);
  memset(some[4], 0, PUBLIC_KEY_BYTES); /* a point of order four */
  assert_int_equal(electorate_check_keys(text, 0, 4, &fault), STATUS_OK);
  assert_int_equal(electorate_check_keys(text, 5, 5, &fault), STATUS_OK);
  assert_int_equal(electorate_check_keys(text, 4, 0, &fault), STATUS_OK);
  assert_int_equal(electorate_check_keys(text, 3, 2, &fault), STATUS_REFUSED);
  assert_string_equal(fault.where, "keys[4]");
  assert_string_equal(fault.expected,
                      "the canonical encoding of a point of prime order on Ed25519's curve");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(credentials_are_found_in_the_order_of_admission),
      cmocka_unit_test(a_new_credential_has_cast_nothing),
      cmocka_unit_test(rows_stay_when_the_table_grows),
      cmocka_unit_test(an_electorate_of_exact_size_takes_no_more),
      cmocka_unit_test(without_memory_nothing_changes),
      cmocka_unit_test(keys_in_order_are_taken),
      cmocka_unit_test(keys_are_sorted_as_an_attachment),
      cmocka_unit_test(bytes_that_are_not_whole_keys_are_refused),
      cmocka_unit_test(keys_twice_or_out_of_order_are_refused),
      cmocka_unit_test(an_officers_key_is_refused),
      cmocka_unit_test(a_key_that_was_admitted_is_refused),
      cmocka_unit_test(keys_are_checked_by_parts),
  };
  return cmocka_run_group_tests(tests, start, NULL);
}
