#include "ballots/instant.h"

#include <string.h>

enum {
  FIRST_YEAR = 1970,
  LAST_YEAR = 9999,
  DAYS_IN_YEAR = 365,
  MONTHS = 12,
  SECONDS_IN_DAY = 86400,
};

/* In a year that is not a leap year. */
static const int days_before[MONTHS + 1] = {0,   31,  59,  90,  120, 151, 181,
                                            212, 243, 273, 304, 334, 365};

static bool is_leap(int year)
{
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* Leap years from the year 1 to the one before `year`. */
static int leaps_before(int year)
{
  int before = year - 1;
  return before / 4 - before / 100 + before / 400;
}

static int days_in_month(int year, int month)
{
  int days = days_before[month] - days_before[month - 1];
  return month == 2 && is_leap(year) ? days + 1 : days;
}

static int64_t days_since_1970(int year, int month, int day)
{
  int64_t days = (int64_t)(year - FIRST_YEAR) * DAYS_IN_YEAR;
  days += leaps_before(year) - leaps_before(FIRST_YEAR);
  days += days_before[month - 1] + day - 1;
  return month > 2 && is_leap(year) ? days + 1 : days;
}

static const char pattern[INSTANT_TEXT] = "0000-00-00T00:00:00Z";

/* Whether `text` has digits where the pattern has `0`, and otherwise the same bytes. */
static bool has_form(struct span text)
{
  if (text.length != sizeof pattern - 1)
    return false;
  for (size_t i = 0; i < text.length; i++) {
    bool digit = text.bytes[i] >= '0' && text.bytes[i] <= '9';
    if (pattern[i] == '0' ? !digit : text.bytes[i] != pattern[i])
      return false;
  }
  return true;
}

static int number_at(struct span text, size_t at, size_t digits)
{
  int number = 0;
  for (size_t i = at; i < at + digits; i++)
    number = number * 10 + (text.bytes[i] - '0');
  return number;
}

bool instant_read(struct span text, int64_t *seconds)
{
  if (!has_form(text))
    return false;
  int year = number_at(text, 0, 4);
  int month = number_at(text, 5, 2);
  int day = number_at(text, 8, 2);
  int hour = number_at(text, 11, 2);
  int minute = number_at(text, 14, 2);
  int second = number_at(text, 17, 2);
  if (year < FIRST_YEAR || month < 1 || month > MONTHS || day < 1 ||
      day > days_in_month(year, month) || hour > 23 || minute > 59 || second > 59)
    return false;
  *seconds = ((days_since_1970(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
  return true;
}

static void put_number(char *text, size_t at, size_t digits, int number)
{
  for (size_t i = at + digits; i > at; i--) {
    text[i - 1] = (char)('0' + number % 10);
    number /= 10;
  }
}

bool instant_write(int64_t seconds, char text[INSTANT_TEXT])
{
  if (seconds < 0 || seconds / SECONDS_IN_DAY >= days_since_1970(LAST_YEAR + 1, 1, 1))
    return false;
  const int64_t day = seconds / SECONDS_IN_DAY;
  const int clock = (int)(seconds % SECONDS_IN_DAY);
  /* No year is shorter than DAYS_IN_YEAR: this one is at most a few too late. */
  int year = FIRST_YEAR + (int)(day / DAYS_IN_YEAR);
  while (days_since_1970(year, 1, 1) > day)
    year--;
  int month = MONTHS;
  while (days_since_1970(year, month, 1) > day)
    month--;
  memcpy(text, pattern, INSTANT_TEXT);
  put_number(text, 0, 4, year);
  put_number(text, 5, 2, month);
  put_number(text, 8, 2, (int)(day - days_since_1970(year, month, 1)) + 1);
  put_number(text, 11, 2, clock / 3600);
  put_number(text, 14, 2, clock / 60 % 60);
  put_number(text, 17, 2, clock % 60);
  return true;
}
