#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/base64.h"

static void the_vectors_of_rfc_4648(void **state)
{
  (void)state;
  static const struct {
    const char *bytes, *text;
  } cases[] = {
      {"", ""},
      {"f", "Zg=="},
      {"fo", "Zm8="},
      {"foo", "Zm9v"},
      {"foob", "Zm9vYg=="},
      {"fooba", "Zm9vYmE="},
      {"foobar", "Zm9vYmFy"},
      {"\xfb\xff\xfe", "+//+"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    size_t length = strlen(cases[i].bytes);
    char text[9] = "????????";
    uint8_t bytes[6];
    size_t found = 99;
    assert_int_equal(base64_text_length(length), strlen(cases[i].text));
    base64_write((const uint8_t *)cases[i].bytes, length, text);
    assert_memory_equal(text, cases[i].text, strlen(cases[i].text));
    assert_true(base64_read(span_of(cases[i].text), bytes, sizeof bytes, &found));
    assert_int_equal(found, length);
    assert_memory_equal(bytes, cases[i].bytes, length);
  }
}

static void nothing_is_written_after_the_text(void **state)
{
  (void)state;
  for (size_t length = 0; length <= 6; length++) {
    char text[9] = "????????";
    base64_write((const uint8_t *)"foobar", length, text);
    assert_int_equal(strspn(text + base64_text_length(length), "?"),
                     8 - base64_text_length(length));
  }
}

static void all_bytes_of_all_lengths_are_read_back(void **state)
{
  (void)state;
  uint8_t bytes[256];
  for (size_t i = 0; i < sizeof bytes; i++)
    bytes[i] = (uint8_t)(i * 151 + 7);
  for (size_t length = 0; length <= sizeof bytes; length++) {
    char text[344];
    uint8_t again[256];
    size_t found;
    base64_write(bytes, length, text);
    struct span span = {.bytes = text, .length = base64_text_length(length)};
    assert_true(base64_read(span, again, length, &found));
    assert_int_equal(found, length);
    assert_memory_equal(again, bytes, length);
    if (length > 0)
      assert_false(base64_read(span, again, length - 1, &found));
  }
}

static void other_spellings_are_refused(void **state)
{
  (void)state;
  static const struct span cases[] = {
      SPAN_INIT("Zg"),       SPAN_INIT("Zg="),      SPAN_INIT("Zg==="),    SPAN_INIT("Zm8"),
      SPAN_INIT("Z"),        SPAN_INIT("Z==="),     SPAN_INIT("===="),     SPAN_INIT("="),
      SPAN_INIT("Z=g="),     SPAN_INIT("=Zg="),     SPAN_INIT("Zg=v"),     SPAN_INIT("Z=="),
      SPAN_INIT("Zg==Zg=="), SPAN_INIT("Zm8=Zg=="), SPAN_INIT("Zg==\n"),   SPAN_INIT("Zm9v\nZm9"),
      SPAN_INIT("Zm 9vYg="), SPAN_INIT(" Zm9"),     SPAN_INIT("Zm9v "),    SPAN_INIT("-_-_"),
      SPAN_INIT("Zm9\0"),    SPAN_INIT("Zm9\xe9"),  SPAN_INIT("Zm9v===="), SPAN_INIT("Zm9,"),
  };
  uint8_t bytes[16];
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    size_t length = 99;
    if (base64_read(cases[i], bytes, sizeof bytes, &length))
      fail_msg("'%.*s' was read", SPAN_PRINT(cases[i]));
    assert_int_equal(length, 99);
  }
}

static void spare_bits_must_be_zero(void **state)
{
  (void)state;
  static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  uint8_t bytes[3];
  size_t length;
  for (size_t i = 0; i < 64; i++) {
    char one[] = {'Z', alphabet[i], '=', '='};
    char two[] = {'Z', 'm', alphabet[i], '='};
    assert_int_equal(base64_read((struct span){.bytes = one, .length = 4}, bytes, 3, &length),
                     i % 16 == 0);
    assert_int_equal(base64_read((struct span){.bytes = two, .length = 4}, bytes, 3, &length),
                     i % 4 == 0);
  }
}

static void exactly_sixty_four_characters_have_a_value(void **state)
{
  (void)state;
  int allowed = 0;
  for (int i = 0; i < 256; i++) {
    char text[] = {'A', (char)i, 'A', 'A'};
    uint8_t bytes[3];
    size_t length;
    allowed += base64_read((struct span){.bytes = text, .length = 4}, bytes, 3, &length);
  }
  assert_int_equal(allowed, 64);
}

static void no_more_is_written_than_fits(void **state)
{
  (void)state;
  uint8_t bytes[4] = {0, 0, 0, 0xaa};
  size_t length;
  assert_true(base64_read(SPAN("Zm9v"), bytes, 3, &length));
  assert_int_equal(length, 3);
  assert_int_equal(bytes[3], 0xaa);
  assert_false(base64_read(SPAN("Zm9vYg=="), bytes, 3, &length));
  assert_int_equal(bytes[3], 0xaa);
  assert_true(base64_read(SPAN(""), bytes, 0, &length));
  assert_int_equal(length, 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_vectors_of_rfc_4648),
      cmocka_unit_test(nothing_is_written_after_the_text),
      cmocka_unit_test(all_bytes_of_all_lengths_are_read_back),
      cmocka_unit_test(other_spellings_are_refused),
      cmocka_unit_test(spare_bits_must_be_zero),
      cmocka_unit_test(exactly_sixty_four_characters_have_a_value),
      cmocka_unit_test(no_more_is_written_than_fits),
  };
  return cmocka_run_group_tests_name("base64", tests, NULL, NULL);
}
