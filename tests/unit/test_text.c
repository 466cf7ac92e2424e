#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "console/text.h"

static void assert_written(struct buffer *buffer, struct span expected)
{
  assert_false(buffer->failed);
  assert_int_equal(buffer->length, expected.length);
  assert_memory_equal(buffer_span(buffer).bytes, expected.bytes, expected.length);
  buffer_free(buffer);
}

static void shows(struct span text, size_t columns, size_t used, struct span expected)
{
  struct buffer buffer = {0};
  assert_int_equal(text_add(&buffer, text, columns), used);
  assert_written(&buffer, expected);
}

static void shows_whole(struct span text, struct span expected)
{
  shows(text, TEXT_WHOLE, text_columns(text), expected);
}

static void folds(struct span text, struct span expected)
{
  struct buffer buffer = {0};
  text_add_ascii(&buffer, text);
  assert_written(&buffer, expected);
}

static void plain_text_stays(void **state)
{
  (void)state;
  shows_whole(SPAN("Jardin partagé - 東京"), SPAN("Jardin partagé - 東京"));
}

static void accents_take_one_column(void **state)
{
  (void)state;
  assert_int_equal(text_columns(SPAN("é")), 1);
  assert_int_equal(text_columns(SPAN("Łódź")), 4);
}

static void combining_marks_take_none(void **state)
{
  (void)state;
  assert_int_equal(text_columns(SPAN("e\xcc\x81")), 1);
}

static void wide_characters_take_two(void **state)
{
  (void)state;
  assert_int_equal(text_columns(SPAN("東京")), 4);
  assert_int_equal(text_columns(SPAN("🌳")), 2);
}

static void narrow_spaces_take_one(void **state)
{
  (void)state;
  assert_int_equal(text_columns(SPAN("1\xe2\x80\xaf"
                                     "000")),
                   5);
}

static void escape_sequences_are_broken(void **state)
{
  (void)state;
  shows_whole(SPAN("\x1b[31mred\x1b]0;title\x07"), SPAN("?[31mred?]0;title?"));
}

static void control_characters_are_replaced(void **state)
{
  (void)state;
  shows_whole(SPAN("a\r\nb\tc\0d\x7f"), SPAN("a??b?c?d?"));
}

static void c1_control_characters_are_replaced(void **state)
{
  (void)state;
  shows_whole(SPAN("a\xc2\x9b"
                   "31m"),
              SPAN("a?31m"));
}

static void direction_marks_are_replaced(void **state)
{
  (void)state;
  shows_whole(SPAN("\xe2\x80\xae"
                   "a\xe2\x81\xa6"
                   "b\xe2\x80\x8f"
                   "c\xd8\x9c"),
              SPAN("?a?b?c?"));
}

static void invisible_characters_are_replaced(void **state)
{
  (void)state;
  shows_whole(SPAN("a\xe2\x80\x8b"
                   "b\xef\xbb\xbf"
                   "c\xc2\xad"
                   "d\xf3\xa0\x81\x81"),
              SPAN("a?b?c?d?"));
}

static void line_separators_are_replaced(void **state)
{
  (void)state;
  shows_whole(SPAN("a\xe2\x80\xa8"
                   "b\xe2\x80\xa9"),
              SPAN("a?b?"));
}

static void bytes_that_are_not_utf8_are_replaced(void **state)
{
  (void)state;
  shows_whole(SPAN("\xff"
                   "a\xc3"),
              SPAN("?a?"));
}

static void joiners_of_real_scripts_stay(void **state)
{
  (void)state;
  shows_whole(SPAN("👩\xe2\x80\x8d🌾"), SPAN("👩\xe2\x80\x8d🌾"));
}

static void four_marks_on_a_letter_stay_and_a_fifth_does_not(void **state)
{
  (void)state;
  shows_whole(SPAN("a\xcc\x81\xcc\x82\xcc\x83\xcc\x84\xcc\x85"),
              SPAN("a\xcc\x81\xcc\x82\xcc\x83\xcc\x84?"));
}

static void long_text_is_cut_with_a_sign(void **state)
{
  (void)state;
  shows(SPAN("abcdef"), 4, 4, SPAN("abc…"));
}

static void text_that_just_fits_is_not_cut(void **state)
{
  (void)state;
  shows(SPAN("abcd"), 4, 4, SPAN("abcd"));
}

static void a_wide_character_is_not_cut_in_two(void **state)
{
  (void)state;
  shows(SPAN("東京都"), 4, 3, SPAN("東…"));
}

static void marks_stay_with_their_letter_at_the_cut(void **state)
{
  (void)state;
  shows(SPAN("abe\xcc\x81"
             "de"),
        4, 4,
        SPAN("abe\xcc\x81"
             "…"));
}

static void no_room_shows_nothing(void **state)
{
  (void)state;
  shows(SPAN("abc"), 0, 0, SPAN(""));
}

static void one_column_shows_the_cut(void **state)
{
  (void)state;
  shows(SPAN("abc"), 1, 1, SPAN("…"));
}

static void wraps(struct span text, size_t indent, size_t width, struct span expected)
{
  struct buffer buffer = {0};
  text_add_wrapped(&buffer, text, indent, width);
  assert_written(&buffer, expected);
}

static void lines_are_broken_at_spaces(void **state)
{
  (void)state;
  wraps(SPAN("one two three"), 2, 9, SPAN("  one two\n  three\n"));
  wraps(SPAN("one two three"), 2, 8, SPAN("  one\n  two\n  three\n"));
}

static void a_long_word_has_a_line_of_its_own(void **state)
{
  (void)state;
  wraps(SPAN("a longest b"), 0, 4, SPAN("a\nlongest\nb\n"));
}

static void lines_are_measured_in_columns(void **state)
{
  (void)state;
  wraps(SPAN("éé éé 東 x"), 0, 5, SPAN("éé éé\n東 x\n"));
}

static void ascii_takes_accents_off(void **state)
{
  (void)state;
  folds(SPAN("Été à Łódź, žluťoučký Œuf"), SPAN("Ete a Lodz, zlutoucky Ouf"));
}

static void ascii_keeps_lines_and_columns(void **state)
{
  (void)state;
  folds(SPAN("東a\ne\xcc\x81x\n"), SPAN("??a\nex\n"));
}

static void ascii_has_signs_for_ours(void **state)
{
  (void)state;
  folds(SPAN("█░─…’ 1\xe2\x80\xaf"
             "000 µs"),
        SPAN("#.-.' 1 000 us"));
}

static void ascii_writes_no_byte_above_127(void **state)
{
  (void)state;
  struct buffer all = {0}, folded = {0};
  for (unsigned code = 0x80; code < 0x800; code++) {
    buffer_add_byte(&all, (char)(0xc0 | (code >> 6)));
    buffer_add_byte(&all, (char)(0x80 | (code & 0x3f)));
  }
  text_add_ascii(&folded, buffer_span(&all));
  assert_false(folded.failed);
  assert_true(folded.length > 0x300);
  for (size_t i = 0; i < folded.length; i++)
    assert_in_range(folded.bytes[i], 0x20, 0x7e);
  buffer_free(&all);
  buffer_free(&folded);
}

static int choose_characters(void **state)
{
  (void)state;
  text_begin();
  return 0;
}

static bool begins_with(const char *locale)
{
  assert_int_equal(setenv("LC_ALL", locale, 1), 0);
  return text_begin();
}

static void utf8_terminals_are_known_by_the_locale(void **state)
{
  (void)state;
  assert_true(begins_with("C.UTF-8"));
  assert_false(begins_with("C"));
}

static void an_unknown_locale_is_taken_for_utf8(void **state)
{
  (void)state;
  assert_true(begins_with("xx_XX.UTF-8"));
  assert_int_equal(text_columns(SPAN("東")), 2);
}

static void characters_are_counted_without_utf8_too(void **state)
{
  (void)state;
  assert_false(begins_with("C"));
  assert_int_equal(text_columns(SPAN("東")), 2);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(plain_text_stays),
      cmocka_unit_test(accents_take_one_column),
      cmocka_unit_test(combining_marks_take_none),
      cmocka_unit_test(wide_characters_take_two),
      cmocka_unit_test(narrow_spaces_take_one),
      cmocka_unit_test(escape_sequences_are_broken),
      cmocka_unit_test(control_characters_are_replaced),
      cmocka_unit_test(c1_control_characters_are_replaced),
      cmocka_unit_test(direction_marks_are_replaced),
      cmocka_unit_test(invisible_characters_are_replaced),
      cmocka_unit_test(line_separators_are_replaced),
      cmocka_unit_test(bytes_that_are_not_utf8_are_replaced),
      cmocka_unit_test(joiners_of_real_scripts_stay),
      cmocka_unit_test(four_marks_on_a_letter_stay_and_a_fifth_does_not),
      cmocka_unit_test(long_text_is_cut_with_a_sign),
      cmocka_unit_test(text_that_just_fits_is_not_cut),
      cmocka_unit_test(a_wide_character_is_not_cut_in_two),
      cmocka_unit_test(marks_stay_with_their_letter_at_the_cut),
      cmocka_unit_test(no_room_shows_nothing),
      cmocka_unit_test(one_column_shows_the_cut),
      cmocka_unit_test(lines_are_broken_at_spaces),
      cmocka_unit_test(a_long_word_has_a_line_of_its_own),
      cmocka_unit_test(lines_are_measured_in_columns),
      cmocka_unit_test(ascii_takes_accents_off),
      cmocka_unit_test(ascii_keeps_lines_and_columns),
      cmocka_unit_test(ascii_has_signs_for_ours),
      cmocka_unit_test(ascii_writes_no_byte_above_127),
      cmocka_unit_test(utf8_terminals_are_known_by_the_locale),
      cmocka_unit_test(an_unknown_locale_is_taken_for_utf8),
      cmocka_unit_test(characters_are_counted_without_utf8_too),
  };
  return cmocka_run_group_tests(tests, choose_characters, NULL);
}
