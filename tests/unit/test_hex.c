#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/hex.h"

static void the_vectors_of_rfc_4648_in_lower_case(void **state)
{
  (void)state;
  static const struct {
    const char *bytes, *text;
  } cases[] = {
      {"", ""},
      {"f", "66"},
      {"fo", "666f"},
      {"foo", "666f6f"},
      {"foob", "666f6f62"},
      {"fooba", "666f6f6261"},
      {"foobar", "666f6f626172"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    size_t length = strlen(cases[i].bytes);
    char text[16];
    uint8_t bytes[8];
    hex_write((const uint8_t *)cases[i].bytes, length, text);
    assert_string_equal(text, cases[i].text);
    assert_true(hex_read(span_of(cases[i].text), bytes, length));
    assert_memory_equal(bytes, cases[i].bytes, length);
  }
}

static void every_byte_is_read_back(void **state)
{
  (void)state;
  for (unsigned i = 0; i < 256; i++) {
    uint8_t byte = (uint8_t)i;
    char text[3];
    uint8_t found = (uint8_t)~i;
    hex_write(&byte, 1, text);
    assert_true(hex_read(span_of(text), &found, 1));
    assert_int_equal(found, i);
  }
}

static void exactly_the_lower_case_digits_are_digits(void **state)
{
  (void)state;
  int digits = 0;
  for (int i = 0; i < 256; i++) {
    char high[2] = {(char)i, '0'};
    char low[2] = {'0', (char)i};
    uint8_t byte;
    bool is_digit = hex_read((struct span){.bytes = high, .length = 2}, &byte, 1);
    assert_int_equal(hex_read((struct span){.bytes = low, .length = 2}, &byte, 1), is_digit);
    assert_int_equal(is_digit, i != 0 && strchr("0123456789abcdef", i) != NULL);
    digits += is_digit;
  }
  assert_int_equal(digits, 16);
}

static void another_length_is_refused(void **state)
{
  (void)state;
  uint8_t bytes[2];
  assert_false(hex_read(SPAN("00"), bytes, 2));
  assert_false(hex_read(SPAN("000"), bytes, 2));
  assert_false(hex_read(SPAN("00000"), bytes, 2));
  assert_false(hex_read(SPAN("000000"), bytes, 2));
  assert_false(hex_read(SPAN("0"), bytes, 0));
  assert_false(hex_read(SPAN(""), bytes, 1));
  assert_true(hex_read(SPAN("0000"), bytes, 2));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_vectors_of_rfc_4648_in_lower_case),
      cmocka_unit_test(every_byte_is_read_back),
      cmocka_unit_test(exactly_the_lower_case_digits_are_digits),
      cmocka_unit_test(another_length_is_refused),
  };
  return cmocka_run_group_tests_name("hex", tests, NULL, NULL);
}
