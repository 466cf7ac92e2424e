#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ballots/code.h"
#include "base/hex.h"

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

enum {
  LETTERS = sizeof alphabet - 1
};

static const char printed[] = "Y06WN-ZG14D-2PF2D-BSQP5";
static const char data_and_check[] = "Y06WNZG14D2PF2DBSQP5";

static struct code code_of(const char *random)
{
  uint8_t bytes[CODE_RANDOM_BYTES];
  struct code code;
  assert_true(hex_read(span_of(random), bytes, sizeof bytes));
  code_make(bytes, &code);
  return code;
}

static void reads_as_printed(const char *typed)
{
  struct code code;
  struct fault fault = {0};
  if (code_read(span_of(typed), &code, &fault) != STATUS_OK)
    fail_msg("'%s' refused: %s: %s (%s)", typed, fault.where, fault.what, fault.expected);
  assert_memory_equal(code.characters, data_and_check, CODE_CHARACTERS);
}

static void is_refused(struct span typed, const char *where, const char *what, const char *expected)
{
  static const struct code nothing;
  struct code code;
  struct fault fault = {0};
  memset(&code, 'x', sizeof code);
  if (code_read(typed, &code, &fault) != STATUS_REFUSED)
    fail_msg("'%.*s' was not refused", SPAN_PRINT(typed));
  assert_int_equal(fault.status, STATUS_REFUSED);
  assert_string_equal(fault.where, where);
  assert_string_equal(fault.what, what);
  assert_string_equal(fault.expected, expected);
  assert_memory_equal(&code, &nothing, sizeof code);
}

/* --- making and writing --- */

/* Made by another program, from the definition: each check character tried until both sums are
 * zero, with powers of α from a table. */
static void codes_are_made_as_elsewhere(void **state)
{
  (void)state;
  static const struct {
    const char *random, *text;
  } cases[] = {
      {"000000000000000000000000", "00000-00000-00000-00000"},
      {"ffffffffffffffffffffffff", "ZZZZZ-ZZZZZ-ZZZZZ-ZZZRM"},
      {"000102030405060708090a0b", "000G4-0R40M-30E20-9189V"},
      {"f00dcafe0123456789abcdef", "Y06WN-ZG14D-2PF2D-BSQP5"},
      {"000000000000000000000040", "00000-00000-00000-00168"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct code code = code_of(cases[i].random);
    char text[CODE_TEXT];
    code_write(&code, text);
    assert_string_equal(text, cases[i].text);
  }
}

static void the_last_six_random_bits_do_not_count(void **state)
{
  (void)state;
  struct code some = code_of("f00dcafe0123456789abcdc0");
  struct code other = code_of("f00dcafe0123456789abcdff");
  struct code differs = code_of("f00dcafe0123456789abcdbf");
  assert_memory_equal(&some, &other, sizeof some);
  assert_memory_not_equal(&some, &differs, sizeof some);
}

static void what_is_written_is_read(void **state)
{
  (void)state;
  for (unsigned i = 0; i < 256; i++) {
    uint8_t bytes[CODE_RANDOM_BYTES];
    for (size_t j = 0; j < sizeof bytes; j++)
      bytes[j] = (uint8_t)(i * 89 + j * j * 57);
    struct code code;
    struct code again;
    struct fault fault;
    char text[CODE_TEXT];
    code_make(bytes, &code);
    code_write(&code, text);
    assert_int_equal(strlen(text), CODE_TEXT - 1);
    assert_int_equal(code_read(span_of(text), &again, &fault), STATUS_OK);
    assert_memory_equal(&again, &code, sizeof code);
  }
}

static void a_wiped_code_is_zero(void **state)
{
  (void)state;
  static const struct code nothing;
  struct code code = code_of("f00dcafe0123456789abcdef");
  code_wipe(&code);
  assert_memory_equal(&code, &nothing, sizeof code);
}

/* --- reading what was typed --- */

static void a_code_is_read_as_it_is_printed(void **state)
{
  (void)state;
  reads_as_printed(printed);
}

static void case_does_not_matter(void **state)
{
  (void)state;
  reads_as_printed("y06wn-zg14d-2pf2d-bsqp5");
  reads_as_printed("y06Wn-Zg14D-2pF2d-BsQp5");
}

static void spaces_and_hyphens_do_not_matter(void **state)
{
  (void)state;
  reads_as_printed(data_and_check);
  reads_as_printed("Y06WN ZG14D 2PF2D BSQP5");
  reads_as_printed("  Y-0--6 WN-ZG14D- 2PF2DB SQP5-- ");
}

static void letters_that_look_like_digits_are_those(void **state)
{
  (void)state;
  reads_as_printed("YO6WN-ZGI4D-2PF2D-BSQP5");
  reads_as_printed("yo6wn-zgi4d-2pf2d-bsqp5");
  reads_as_printed("Y06WN-ZGL4D-2PF2D-BSQP5");
  reads_as_printed("Y06WN-ZGl4D-2PF2D-BSQP5");
}

static void every_letter_of_the_alphabet_is_read(void **state)
{
  (void)state;
  for (unsigned i = 0; i < LETTERS; i++) {
    uint8_t bytes[CODE_RANDOM_BYTES] = {(uint8_t)(i << 3)};
    struct code code;
    struct code again;
    struct fault fault;
    code_make(bytes, &code);
    assert_int_equal(code.characters[0], alphabet[i]);
    struct span text = {.bytes = code.characters, .length = CODE_CHARACTERS};
    assert_int_equal(code_read(text, &again, &fault), STATUS_OK);
    assert_memory_equal(&again, &code, sizeof code);
  }
}

/* --- refusing --- */

#define CHECK_WHAT     "one or more characters of the voting code are mistyped"
#define CHECK_EXPECTED "the 20 characters as they stand on the slip, each in its place"

static void a_wrong_length_is_told(void **state)
{
  (void)state;
  static const char *const expected = "20 characters, in four groups of five on the slip";
  is_refused(SPAN(""), "length", "the voting code has 0 characters", expected);
  is_refused(SPAN(" - "), "length", "the voting code has 0 characters", expected);
  is_refused(SPAN("Y06WN-ZG14D-2PF2D-BSQP"), "length", "the voting code has 19 characters",
             expected);
  is_refused(SPAN("Y06WN-ZG14D-2PF2D-BSQP5-5"), "length", "the voting code has 21 characters",
             expected);
}

static void a_foreign_character_is_told_by_its_place(void **state)
{
  (void)state;
  static const char *const what = "it is no character of a voting code";
  static const char *const expected = "0-9 and A-Z without U, which no code has";
  is_refused(SPAN("U06WN-ZG14D-2PF2D-BSQP5"), "character 1", what, expected);
  is_refused(SPAN("Y06WN-uG14D-2PF2D-BSQP5"), "character 6", what, expected);
  is_refused(SPAN("Y06WN-ZG14D-2PF2D-BSQP*"), "character 20", what, expected);
  is_refused(SPAN("Y06WN-ZG14D-2PF2D-BSQP5\n"), "character 21", what, expected);
  is_refused(SPAN("Y06WN\0ZG14D-2PF2D-BSQP5"), "character 6", what, expected);
  is_refused(SPAN("Y06WN-ZG14D-2PF2D-BSQP\xc3\xa9"), "character 20", what, expected);
  is_refused(SPAN("\xff"), "character 1", what, expected);
}

static void only_letters_digits_spaces_and_hyphens_are_read(void **state)
{
  (void)state;
  static const char read[] = " -0123456789ABCDEFGHIJKLMNOPQRSTVWXYZabcdefghijklmnopqrstvwxyz";
  for (int byte = 0; byte < 256; byte++) {
    char character = (char)byte;
    struct code code;
    struct fault fault = {0};
    struct span typed = {.bytes = &character, .length = 1};
    assert_int_equal(code_read(typed, &code, &fault), STATUS_REFUSED);
    bool known = memchr(read, byte, sizeof read - 1) != NULL;
    assert_string_equal(fault.where, known ? "length" : "character 1");
  }
}

static void a_failed_check_is_told_without_a_guess(void **state)
{
  (void)state;
  is_refused(SPAN("Y06WN-ZG14D-2PF2D-BSQP6"), "check", CHECK_WHAT, CHECK_EXPECTED);
  is_refused(SPAN("06WNZ-G14D2-PF2DB-SQP5Y"), "check", CHECK_WHAT, CHECK_EXPECTED);
}

static void fails_the_check(const char *typed)
{
  struct code code;
  struct fault fault = {0};
  struct span text = {.bytes = typed, .length = CODE_CHARACTERS};
  if (code_read(text, &code, &fault) != STATUS_REFUSED)
    fail_msg("'%.20s' was not refused", typed);
  assert_string_equal(fault.where, "check");
}

static void every_wrong_character_is_caught(void **state)
{
  (void)state;
  char typed[CODE_CHARACTERS];
  for (size_t place = 0; place < CODE_CHARACTERS; place++)
    for (size_t letter = 0; letter < LETTERS; letter++) {
      memcpy(typed, data_and_check, sizeof typed);
      typed[place] = alphabet[letter];
      if (alphabet[letter] != data_and_check[place])
        fails_the_check(typed);
    }
}

static void every_two_wrong_characters_are_caught(void **state)
{
  (void)state;
  char typed[CODE_CHARACTERS];
  size_t tried = 0;
  for (size_t i = 0; i < CODE_CHARACTERS; i++)
    for (size_t j = i + 1; j < CODE_CHARACTERS; j++)
      for (size_t pair = 0; pair < LETTERS * LETTERS; pair++) {
        memcpy(typed, data_and_check, sizeof typed);
        typed[i] = alphabet[pair / LETTERS];
        typed[j] = alphabet[pair % LETTERS];
        if (typed[i] == data_and_check[i] || typed[j] == data_and_check[j])
          continue;
        fails_the_check(typed);
        tried++;
      }
  assert_int_equal(tried, 190 * 31 * 31);
}

/* Three are beyond what the check promises: one change in 1,024 passes. */
static void three_wrong_characters_may_pass(void **state)
{
  (void)state;
  char typed[CODE_CHARACTERS];
  int passed = 0;
  for (size_t triple = 0; triple < LETTERS * LETTERS * LETTERS; triple++) {
    struct code code;
    struct fault fault;
    memcpy(typed, data_and_check, sizeof typed);
    typed[0] = alphabet[triple / LETTERS / LETTERS];
    typed[7] = alphabet[triple / LETTERS % LETTERS];
    typed[19] = alphabet[triple % LETTERS];
    struct span text = {.bytes = typed, .length = sizeof typed};
    passed += code_read(text, &code, &fault) == STATUS_OK;
  }
  assert_int_equal(passed, LETTERS); /* the code itself, and 31 others */
}

/* The sum of two codes, character by character, is a code: so whatever is caught in one code is caught
 * in all, and the tests above that alter one code speak of every code there is. */
static void what_is_caught_in_one_code_is_caught_in_all(void **state)
{
  (void)state;
  struct code other = code_of("f00dcafe0123456789abcdef");
  for (size_t bit = 0; bit < 90; bit++) {
    uint8_t bytes[CODE_RANDOM_BYTES] = {0};
    struct code unit, read;
    struct fault fault;
    char sum[CODE_CHARACTERS];
    bytes[bit / 8] = (uint8_t)(0x80 >> bit % 8);
    code_make(bytes, &unit);
    for (size_t i = 0; i < CODE_CHARACTERS; i++) {
      size_t one = (size_t)(strchr(alphabet, unit.characters[i]) - alphabet);
      size_t two = (size_t)(strchr(alphabet, other.characters[i]) - alphabet);
      sum[i] = alphabet[one ^ two];
    }
    const struct span text = {.bytes = sum, .length = sizeof sum};
    assert_int_equal(code_read(text, &read, &fault), STATUS_OK);
    memcpy(other.characters, sum, sizeof sum); /* in the end, the sum of all */
  }
}

static void swaps_are_caught(const struct code *code)
{
  for (size_t i = 0; i < CODE_CHARACTERS; i++)
    for (size_t j = i + 1; j < CODE_CHARACTERS; j++) {
      char typed[CODE_CHARACTERS];
      memcpy(typed, code->characters, sizeof typed);
      typed[i] = code->characters[j];
      typed[j] = code->characters[i];
      if (typed[i] != typed[j])
        fails_the_check(typed);
    }
}

static void every_two_characters_that_changed_places_are_caught(void **state)
{
  (void)state;
  static const char *const random[] = {
      "f00dcafe0123456789abcdef", "000102030405060708090a0b",
      "00443214c74254b635cf8465", /* 0, 1, 2, … */
  };
  for (size_t i = 0; i < sizeof random / sizeof *random; i++) {
    struct code code = code_of(random[i]);
    swaps_are_caught(&code);
  }
}

static void a_fault_never_holds_what_was_typed(void **state)
{
  (void)state;
  static const char *const mistyped[] = {"Y06WN-ZG14D-2PF2D-BSQP", "Y06WN-ZG14D-2PF2D-BSQP6",
                                         "Y06WN-ZG14D-2PF2D-BSQ*5"};
  for (size_t i = 0; i < sizeof mistyped / sizeof *mistyped; i++) {
    struct code code;
    struct fault fault = {0};
    assert_int_equal(code_read(span_of(mistyped[i]), &code, &fault), STATUS_REFUSED);
    for (size_t at = 0; at + 5 < strlen(mistyped[i]); at += 6) {
      char group[6] = {0};
      memcpy(group, mistyped[i] + at, 5);
      assert_null(strstr(fault.where, group));
      assert_null(strstr(fault.what, group));
      assert_null(strstr(fault.expected, group));
    }
  }
}

/* --- any bits --- */

static void bits_are_written_first_bit_first(void **state)
{
  (void)state;
  static const uint8_t bytes[] = {0x00, 0x44, 0x32, 0x14, 0xc7, 0x42, 0x54, 0xb6};
  char text[13];
  code_write_bits(bytes, 8, text);
  assert_string_equal(text, "01234567");
  code_write_bits(bytes, 12, text);
  assert_string_equal(text, "0123456789AB");
  code_write_bits(bytes, 1, text);
  assert_string_equal(text, "0");
  code_write_bits(bytes, 0, text);
  assert_string_equal(text, "");
}

static void no_byte_is_read_beyond_the_bits(void **state)
{
  (void)state;
  uint8_t *bytes = malloc(5);
  char text[9];
  assert_non_null(bytes);
  memset(bytes, 0xff, 5);
  code_write_bits(bytes, 8, text);
  assert_string_equal(text, "ZZZZZZZZ");
  free(bytes);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(codes_are_made_as_elsewhere),
      cmocka_unit_test(the_last_six_random_bits_do_not_count),
      cmocka_unit_test(what_is_written_is_read),
      cmocka_unit_test(a_wiped_code_is_zero),
      cmocka_unit_test(a_code_is_read_as_it_is_printed),
      cmocka_unit_test(case_does_not_matter),
      cmocka_unit_test(spaces_and_hyphens_do_not_matter),
      cmocka_unit_test(letters_that_look_like_digits_are_those),
      cmocka_unit_test(every_letter_of_the_alphabet_is_read),
      cmocka_unit_test(a_wrong_length_is_told),
      cmocka_unit_test(a_foreign_character_is_told_by_its_place),
      cmocka_unit_test(only_letters_digits_spaces_and_hyphens_are_read),
      cmocka_unit_test(a_failed_check_is_told_without_a_guess),
      cmocka_unit_test(every_wrong_character_is_caught),
      cmocka_unit_test(every_two_wrong_characters_are_caught),
      cmocka_unit_test(what_is_caught_in_one_code_is_caught_in_all),
      cmocka_unit_test(three_wrong_characters_may_pass),
      cmocka_unit_test(every_two_characters_that_changed_places_are_caught),
      cmocka_unit_test(a_fault_never_holds_what_was_typed),
      cmocka_unit_test(bits_are_written_first_bit_first),
      cmocka_unit_test(no_byte_is_read_beyond_the_bits),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
