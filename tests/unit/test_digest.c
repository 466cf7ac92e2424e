#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ballots/digest.h"

static void assert_digest(struct digest digest, const char *expected)
{
  char text[DIGEST_TEXT];
  digest_write(&digest, text);
  assert_string_equal(text, expected);
}

/* The examples of FIPS 180-4's companion "SHA256.pdf", and of RFC 6234 section 8.5. */

static void is_sha256_of_nothing(void **state)
{
  (void)state;
  assert_digest(digest_of(SPAN("")),
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void is_sha256_of_one_block(void **state)
{
  (void)state;
  assert_digest(digest_of(SPAN("abc")),
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void is_sha256_of_two_blocks(void **state)
{
  (void)state;
  assert_digest(digest_of(SPAN("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

static void is_sha256_of_a_million_letters(void **state)
{
  (void)state;
  char *letters = malloc(1000000);
  assert_non_null(letters);
  memset(letters, 'a', 1000000);
  assert_digest(digest_of((struct span){.bytes = letters, .length = 1000000}),
                "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  free(letters);
}

static void zero_bytes_count(void **state)
{
  (void)state;
  assert_digest(digest_of(SPAN("\0")),
                "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
}

static void both_is_one_after_the_other(void **state)
{
  (void)state;
  struct digest whole = digest_of(SPAN("abc"));
  struct digest halves = digest_of_both(SPAN("a"), SPAN("bc"));
  struct digest swapped = digest_of_both(SPAN("bc"), SPAN("a"));
  assert_int_equal(digest_compare(&whole, &halves), 0);
  assert_int_not_equal(digest_compare(&whole, &swapped), 0);
}

static void bytes_compare_as_unsigned(void **state)
{
  (void)state;
  struct digest small = {.bytes = {0x7f}}, large = {.bytes = {0x80}};
  assert_true(digest_compare(&small, &large) < 0);
  assert_true(digest_compare(&large, &small) > 0);
}

static void the_first_byte_that_differs_decides(void **state)
{
  (void)state;
  struct digest small = {.bytes = {1, [31] = 9}}, large = {.bytes = {2, [31] = 1}};
  assert_true(digest_compare(&small, &large) < 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(is_sha256_of_nothing),
      cmocka_unit_test(is_sha256_of_one_block),
      cmocka_unit_test(is_sha256_of_two_blocks),
      cmocka_unit_test(is_sha256_of_a_million_letters),
      cmocka_unit_test(zero_bytes_count),
      cmocka_unit_test(both_is_one_after_the_other),
      cmocka_unit_test(bytes_compare_as_unsigned),
      cmocka_unit_test(the_first_byte_that_differs_decides),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
