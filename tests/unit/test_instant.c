#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "ballots/instant.h"

static void is_read(const char *text, int64_t expected)
{
  int64_t seconds = -1;
  if (!instant_read(span_of(text), &seconds))
    fail_msg("'%s' was refused", text);
  if (seconds != expected)
    fail_msg("'%s' is %lld", text, (long long)seconds);
  char again[INSTANT_TEXT];
  if (!instant_write(seconds, again) || strcmp(text, again) != 0)
    fail_msg("'%s' was not written again", text);
}

static void is_refused(const char *text)
{
  int64_t seconds;
  if (instant_read(span_of(text), &seconds))
    fail_msg("'%s' was read as %lld", text, (long long)seconds);
}

static void known_moments_are_read(void **state)
{
  (void)state;
  is_read("1970-01-01T00:00:00Z", 0);
  is_read("1970-01-01T00:00:01Z", 1);
  is_read("1970-01-02T00:00:00Z", 86400);
  is_read("2000-02-29T23:59:59Z", 951868799);
  is_read("2000-03-01T00:00:00Z", 951868800);
  is_read("2004-09-16T23:59:59Z", 1095379199);
  is_read("2027-03-06T08:00:00Z", 1804320000);
  is_read("2038-01-19T03:14:08Z", INT64_C(2147483648));
  is_read("9999-12-31T23:59:59Z", INT64_C(253402300799));
}

/* Each day from 1970 on is a day after the one before: the calendar, walked. */
static void days_follow_each_other(void **state)
{
  (void)state;
  static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  int64_t expected = 0;
  for (int year = 1970; year < 2420; year++)
    for (int month = 1; month <= 12; month++) {
      bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
      int length = lengths[month - 1] + (month == 2 && leap ? 1 : 0);
      char text[64];
      for (int day = 1; day <= length; day++) {
        snprintf(text, sizeof text, "%04d-%02d-%02dT00:00:00Z", year, month, day);
        is_read(text, expected);
        expected += 86400;
      }
      snprintf(text, sizeof text, "%04d-%02d-%02dT00:00:00Z", year, month, length + 1);
      is_refused(text);
    }
}

static void what_no_clock_shows_is_refused(void **state)
{
  (void)state;
  static const char *const wrong[] = {
      "1969-12-31T23:59:59Z", "2027-00-06T08:00:00Z", "2027-13-06T08:00:00Z",
      "2027-03-00T08:00:00Z", "2027-03-32T08:00:00Z", "2027-02-29T08:00:00Z",
      "2100-02-29T08:00:00Z", "2027-03-06T24:00:00Z", "2027-03-06T08:60:00Z",
      "2016-12-31T23:59:60Z",
  };
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
    is_refused(wrong[i]);
}

static void each_moment_has_one_spelling(void **state)
{
  (void)state;
  static const char *const wrong[] = {
      "",
      "2027-03-06",
      "2027-03-06T08:00Z",
      "2027-03-06t08:00:00Z",
      "2027-03-06T08:00:00z",
      "2027-03-06 08:00:00Z",
      "2027-03-06T08:00:00",
      "2027-03-06T08:00:00+00:00",
      "2027-03-06T08:00:00.0Z",
      "2027-03-06T08:00:00Z ",
      " 2027-03-06T08:00:00Z",
      "2027-3-06T08:00:00ZZ",
      "+027-03-06T08:00:00Z",
      "2027/03/06T08:00:00Z",
      "12027-03-06T08:00:00Z",
      "2027-03-06T08:00:0\xc3\xa9",
  };
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
    is_refused(wrong[i]);
}

static void what_has_no_spelling_is_not_written(void **state)
{
  (void)state;
  static const int64_t beyond[] = {-1, INT64_MIN, INT64_C(253402300800), INT64_MAX};
  for (size_t i = 0; i < sizeof beyond / sizeof *beyond; i++) {
    char text[INSTANT_TEXT] = "as it was";
    assert_false(instant_write(beyond[i], text));
    assert_string_equal(text, "as it was");
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(known_moments_are_read),
      cmocka_unit_test(days_follow_each_other),
      cmocka_unit_test(what_no_clock_shows_is_refused),
      cmocka_unit_test(each_moment_has_one_spelling),
      cmocka_unit_test(what_has_no_spelling_is_not_written),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
