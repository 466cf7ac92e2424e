#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "audit/words.h"
#include "console/text.h"
#include "engine/rule.h"

#define THIN "\xe2\x80\xaf"

static void assert_text(struct buffer *buffer, const char *expected)
{
  buffer_add_byte(buffer, '\0');
  assert_false(buffer->failed);
  assert_string_equal(buffer->bytes, expected);
  buffer_free(buffer);
}

/* --- languages --- */

static void assert_environment(const char *all, const char *messages, const char *lang,
                               enum language expected)
{
  assert_int_equal(setenv("LC_ALL", all, 1), 0);
  assert_int_equal(setenv("LC_MESSAGES", messages, 1), 0);
  assert_int_equal(setenv("LANG", lang, 1), 0);
  assert_int_equal(language_of_environment(), expected);
}

static void without_an_environment_it_is_english(void **state)
{
  (void)state;
  assert_environment("", "", "", LANGUAGE_ENGLISH);
  unsetenv("LC_ALL");
  unsetenv("LC_MESSAGES");
  unsetenv("LANG");
  assert_int_equal(language_of_environment(), LANGUAGE_ENGLISH);
}

static void lang_chooses_french(void **state)
{
  (void)state;
  assert_environment("", "", "fr_FR.UTF-8", LANGUAGE_FRENCH);
  assert_environment("", "", "fr", LANGUAGE_FRENCH);
}

static void messages_go_before_lang(void **state)
{
  (void)state;
  assert_environment("", "fr_BE@euro", "en_GB.UTF-8", LANGUAGE_FRENCH);
  assert_environment("", "de_DE", "fr_FR", LANGUAGE_ENGLISH);
}

static void all_goes_before_messages(void **state)
{
  (void)state;
  assert_environment("C.UTF-8", "fr_FR", "fr_FR", LANGUAGE_ENGLISH);
  assert_environment("fr_FR", "en_GB", "en_GB", LANGUAGE_FRENCH);
}

static void a_longer_word_is_not_a_language(void **state)
{
  (void)state;
  enum language language;
  assert_false(language_of(SPAN("fry_DE"), &language));
  assert_false(language_of(SPAN("f"), &language));
  assert_false(language_of(SPAN(""), &language));
  assert_true(language_of(SPAN("fr-CA"), &language));
}

/* --- sentences --- */

static void values_take_their_places(void **state)
{
  (void)state;
  struct buffer buffer = {0};
  const struct span values[] = {SPAN("2"), SPAN("a, b"), SPAN("a"), SPAN("{9}")};
  words_add(&buffer, LANGUAGE_ENGLISH, WORD_TIE, values, 4);
  assert_text(&buffer, "round 2: a, b were equal; a came first by {9}");
}

static unsigned places_of(const char *text)
{
  unsigned places = 0;
  for (const char *at = strchr(text, '{'); at != NULL; at = strchr(at + 1, '{')) {
    assert_in_range(at[1], '0', '9');
    assert_int_equal(at[2], '}');
    places |= 1U << (at[1] - '0');
  }
  return places;
}

static void every_sentence_stands_in_every_language(void **state)
{
  (void)state;
  for (int word = 0; word < WORD_COUNT; word++) {
    struct span english = words_plain(LANGUAGE_ENGLISH, (enum word)word);
    struct span french = words_plain(LANGUAGE_FRENCH, (enum word)word);
    assert_true(english.length > 0);
    assert_true(french.length > 0);
    assert_true(span_is_utf8(english));
    assert_true(span_is_utf8(french));
    assert_int_equal(places_of(english.bytes), places_of(french.bytes));
  }
}

static void every_sentence_can_be_shown(void **state)
{
  (void)state;
  for (int word = 0; word < WORD_COUNT; word++) {
    for (int language = 0; language < LANGUAGE_COUNT; language++) {
      struct span sentence = words_plain((enum language)language, (enum word)word);
      struct buffer shown = {0}, folded = {0};
      text_add(&shown, sentence, TEXT_WHOLE);
      assert_true(span_equal(buffer_span(&shown), sentence));
      text_add_ascii(&folded, sentence);
      assert_null(memchr(buffer_span(&folded).bytes, '?', folded.length));
      buffer_free(&shown);
      buffer_free(&folded);
    }
  }
}

static void every_rule_has_words(void **state)
{
  (void)state;
  for (size_t i = 0; i < rule_count; i++) {
    struct span name = span_of(rules[i]->name);
    for (int language = 0; language < LANGUAGE_COUNT; language++) {
      if (span_equal(words_term((enum language)language, name), name))
        fail_msg("the rule %s has no words in audit/words.c", rules[i]->name);
    }
  }
}

static void every_tie_key_has_words(void **state)
{
  (void)state;
  for (int key = 0; key < TIE_KEY_COUNT; key++) {
    struct span name = span_of(tie_key_name((enum tie_key)key));
    assert_false(span_equal(words_term(LANGUAGE_ENGLISH, name), name));
    assert_false(span_equal(words_term(LANGUAGE_FRENCH, name), name));
  }
}

static void an_unknown_term_stays(void **state)
{
  (void)state;
  assert_true(span_equal(words_term(LANGUAGE_FRENCH, SPAN("add9")), SPAN("add9")));
}

/* --- numbers --- */

static void assert_number(int64_t value, const char *expected)
{
  struct buffer buffer = {0};
  words_add_number(&buffer, value);
  assert_text(&buffer, expected);
}

static void numbers_are_grouped_by_thousands(void **state)
{
  (void)state;
  assert_number(0, "0");
  assert_number(999, "999");
  assert_number(1000, "1" THIN "000");
  assert_number(1234567, "1" THIN "234" THIN "567");
  assert_number(-1005, "-1" THIN "005");
}

static void the_extremes_can_be_written(void **state)
{
  (void)state;
  assert_number(INT64_MAX, "9" THIN "223" THIN "372" THIN "036" THIN "854" THIN "775" THIN "807");
  assert_number(INT64_MIN, "-9" THIN "223" THIN "372" THIN "036" THIN "854" THIN "775" THIN "808");
}

static void assert_amount(enum language language, unsigned minor_unit, struct span currency,
                          int64_t amount, const char *expected)
{
  struct election election = {.minor_unit = minor_unit, .currency = currency};
  struct buffer buffer = {0};
  words_add_amount(&buffer, language, &election, amount);
  assert_text(&buffer, expected);
}

static void amounts_have_their_currency(void **state)
{
  (void)state;
  assert_amount(LANGUAGE_ENGLISH, 0, SPAN("PLN"), 60000, "60" THIN "000" THIN "PLN");
}

static void amounts_have_all_their_decimals(void **state)
{
  (void)state;
  assert_amount(LANGUAGE_ENGLISH, 2, SPAN("EUR"), 5, "0.05" THIN "EUR");
  assert_amount(LANGUAGE_FRENCH, 2, SPAN("EUR"), 123450, "1" THIN "234,50" THIN "EUR");
  assert_amount(LANGUAGE_FRENCH, 6, SPAN("EUR"), 1000001, "1,000001" THIN "EUR");
}

static void an_unknown_currency_is_left_out(void **state)
{
  (void)state;
  assert_amount(LANGUAGE_ENGLISH, 0, SPAN(""), 12, "12");
}

static void a_hostile_currency_is_made_harmless(void **state)
{
  (void)state;
  assert_amount(LANGUAGE_ENGLISH, 0, SPAN("\x1b[2J"), 12, "12" THIN "?[2J");
}

static int choose_characters(void **state)
{
  (void)state;
  text_begin();
  return 0;
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(without_an_environment_it_is_english),
      cmocka_unit_test(lang_chooses_french),
      cmocka_unit_test(messages_go_before_lang),
      cmocka_unit_test(all_goes_before_messages),
      cmocka_unit_test(a_longer_word_is_not_a_language),
      cmocka_unit_test(values_take_their_places),
      cmocka_unit_test(every_sentence_stands_in_every_language),
      cmocka_unit_test(every_sentence_can_be_shown),
      cmocka_unit_test(every_rule_has_words),
      cmocka_unit_test(every_tie_key_has_words),
      cmocka_unit_test(an_unknown_term_stays),
      cmocka_unit_test(numbers_are_grouped_by_thousands),
      cmocka_unit_test(the_extremes_can_be_written),
      cmocka_unit_test(amounts_have_their_currency),
      cmocka_unit_test(amounts_have_all_their_decimals),
      cmocka_unit_test(an_unknown_currency_is_left_out),
      cmocka_unit_test(a_hostile_currency_is_made_harmless),
  };
  return cmocka_run_group_tests(tests, choose_characters, NULL);
}
