#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "audit/board_words.h"
#include "audit/refusal_words.h"

static void every_sentence_is_there_in_every_language(void **state)
{
  (void)state;
  for (int word = 0; word < BOARD_WORD_COUNT; word++) {
    for (int language = 0; language < LANGUAGE_COUNT; language++) {
      struct span text = board_words_plain((enum language)language, (enum board_word)word);
      if (text.length == 0)
        fail_msg("word %d has no sentence in language %d", word, language);
      assert_true(span_is_utf8(text));
    }
  }
}

/* How often each value is named; a sentence may name none twice. */
static unsigned values_of(struct span sentence)
{
  unsigned named = 0;
  for (size_t i = 0; i + 2 < sentence.length; i++) {
    if (sentence.bytes[i] != '{')
      continue;
    assert_int_equal(sentence.bytes[i + 2], '}');
    unsigned bit = 1u << (sentence.bytes[i + 1] - '0');
    assert_int_equal(named & bit, 0);
    named |= bit;
  }
  return named;
}

static void languages_name_the_same_values(void **state)
{
  (void)state;
  for (int word = 0; word < BOARD_WORD_COUNT; word++) {
    unsigned english = values_of(board_words_plain(LANGUAGE_ENGLISH, (enum board_word)word));
    unsigned french = values_of(board_words_plain(LANGUAGE_FRENCH, (enum board_word)word));
    if (english != french)
      fail_msg("word %d names other values in French", word);
  }
}

static void every_refusal_has_a_meaning(void **state)
{
  (void)state;
  for (int refusal = REFUSAL_NONE + 1; refusal < REFUSAL_COUNT; refusal++) {
    struct problem problem = {.kind = PROBLEM_ENTRY, .refusal = (enum refusal)refusal};
    for (int language = 0; language < LANGUAGE_COUNT; language++) {
      if (refusal_words(&problem, (enum language)language).length == 0)
        fail_msg("%s has no meaning in language %d", problem_name(&problem), language);
    }
  }
}

static void every_other_problem_has_a_name_and_a_meaning(void **state)
{
  (void)state;
  for (int kind = PROBLEM_ENTRY + 1; kind < PROBLEM_KIND_COUNT; kind++) {
    struct problem problem = {.kind = (enum problem_kind)kind};
    assert_true(strlen(problem_name(&problem)) > 0);
    for (int language = 0; language < LANGUAGE_COUNT; language++)
      assert_true(refusal_words(&problem, (enum language)language).length > 0);
  }
}

static void no_two_problems_have_one_name(void **state)
{
  (void)state;
  for (int kind = PROBLEM_ENTRY + 1; kind < PROBLEM_KIND_COUNT; kind++) {
    struct problem problem = {.kind = (enum problem_kind)kind};
    for (int other = PROBLEM_ENTRY + 1; other < kind; other++) {
      struct problem before = {.kind = (enum problem_kind)other};
      assert_string_not_equal(problem_name(&problem), problem_name(&before));
    }
    for (int refusal = REFUSAL_NONE; refusal < REFUSAL_COUNT; refusal++)
      assert_string_not_equal(problem_name(&problem), refusal_name((enum refusal)refusal));
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_sentence_is_there_in_every_language),
      cmocka_unit_test(languages_name_the_same_values),
      cmocka_unit_test(every_refusal_has_a_meaning),
      cmocka_unit_test(every_other_problem_has_a_name_and_a_meaning),
      cmocka_unit_test(no_two_problems_have_one_name),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
