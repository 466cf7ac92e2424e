#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "api/server/log.h"

enum {
  TEXT = 128 * 1024
};

static char written[TEXT]; /* what the last log went to standard error as */
static int kept = -1;      /* the real one */
static int ends[2];

static void catch_log(void)
{
  assert_int_equal(pipe(ends), 0);
  assert_int_equal(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
  kept = dup(STDERR_FILENO);
  assert_true(kept >= 0);
  assert_true(dup2(ends[1], STDERR_FILENO) >= 0);
}

static void release_log(void)
{
  size_t length = 0;
  ssize_t more;
  while ((more = read(ends[0], written + length, TEXT - 1 - length)) > 0)
    length += (size_t)more;
  written[length] = '\0';
  dup2(kept, STDERR_FILENO);
  close(kept);
  close(ends[0]);
  close(ends[1]);
}

/* The line of an event with one text; where it was written from "event=" on. */
static const char *line_of(const char *value)
{
  catch_log();
  LOG(LOG_INFO, "tried", LOG_TEXT("value", value));
  release_log();
  const char *found = strstr(written, "event=");
  assert_non_null(found);
  assert_ptr_equal(strchr(written, '\n'), written + strlen(written) - 1);
  return found;
}

static void assert_value(const char *value, const char *spelling)
{
  char expected[TEXT];
  snprintf(expected, sizeof expected, "event=tried pid=%ld value=%s\n", (long)getpid(), spelling);
  assert_string_equal(line_of(value), expected);
}

static void a_line_says_when_what_and_who(void **state)
{
  int year, month, day, hour, minute, second, rest;
  char level[8];
  (void)state;
  catch_log();
  LOG(LOG_WARNING, "tried", LOG_NUMBER("count", -7), LOG_TEXT("name", "x"));
  release_log();
  assert_int_equal(sscanf(written, "time=%4d-%2d-%2dT%2d:%2d:%2d.%3dZ level=%7s", &year, &month,
                          &day, &hour, &minute, &second, &rest, level),
                   8);
  assert_string_equal(level, "warning");
  assert_non_null(strstr(written, " count=-7 name=x\n"));
}

static void plain_values_are_written_as_they_are(void **state)
{
  (void)state;
  assert_value("abc-XYZ_0.9:/+@%", "abc-XYZ_0.9:/+@%");
  assert_value("http://127.0.0.1:80", "http://127.0.0.1:80");
}

static void no_value_begins_another_field_or_line(void **state)
{
  (void)state;
  assert_value("", "\"\"");
  assert_value("two words", "\"two words\"");
  assert_value("a=b", "\"a=b\"");
  assert_value("a\" level=error x=\"", "\"a\\x22 level=error x=\\x22\"");
  assert_value("a\nb\r\tc", "\"a\\x0ab\\x0d\\x09c\"");
  assert_value("back\\slash", "\"back\\x5cslash\"");
  assert_value("\x1b[2J\x7f", "\"\\x1b[2J\\x7f\"");
  assert_value("é\xff", "\"\\xc3\\xa9\\xff\"");
}

static void every_byte_is_made_printable(void **state)
{
  char text[2] = "";
  (void)state;
  for (int byte = 1; byte < 256; byte++) {
    text[0] = (char)byte;
    for (const char *each = line_of(text); *each != '\n'; each++)
      assert_in_range(*each, ' ', '~');
  }
}

static void long_values_are_cut(void **state)
{
  char text[LOG_VALUE + 2];
  (void)state;
  memset(text, 'a', sizeof text);
  text[LOG_VALUE] = '\0';
  assert_null(strstr(line_of(text), "cut=yes"));
  text[LOG_VALUE] = 'b';
  text[LOG_VALUE + 1] = '\0';
  const char *line = line_of(text);
  assert_non_null(strstr(line, " cut=yes\n"));
  assert_null(strchr(line + strlen("event=tried"), 'b'));
}

static void long_lines_are_cut(void **state)
{
  char text[LOG_VALUE + 1];
  (void)state;
  memset(text, '\n', LOG_VALUE);
  text[LOG_VALUE] = '\0';
  catch_log();
  LOG(LOG_INFO, "tried", LOG_TEXT("a", text), LOG_TEXT("b", text), LOG_TEXT("c", "x"),
      LOG_TEXT("d", text));
  release_log();
  assert_true(strlen(written) <= LOG_LINE);
  assert_non_null(strstr(written, " a="));
  assert_null(strstr(written, " b="));
  assert_non_null(strstr(written, " c=x cut=yes\n"));
}

static void levels(void **state)
{
  static const char *const names[] = {"error", "warning", "info", "debug"};
  enum log_level level;
  (void)state;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    assert_true(log_level_read(span_of(names[i]), &level));
    assert_int_equal(level, i);
  }
  assert_false(log_level_read(SPAN("Info"), &level));
  assert_false(log_level_read(SPAN(""), &level));

  for (int most = LOG_ERROR; most <= LOG_DEBUG; most++) {
    log_set_level((enum log_level)most);
    for (int each = LOG_ERROR; each <= LOG_DEBUG; each++) {
      catch_log();
      log_event((enum log_level)each, "tried", NULL, 0);
      release_log();
      assert_int_equal(written[0] != '\0', each <= most);
    }
  }
  log_set_level(LOG_INFO);
}

static void faults_are_told(void **state)
{
  struct fault fault;
  (void)state;
  fault_set(&fault, STATUS_FAILED, "here", NULL, "no \"luck\"");
  catch_log();
  log_fault(LOG_ERROR, "tried", &fault);
  release_log();
  assert_non_null(strstr(written, " where=here what=\"no \\x22luck\\x22\" expected=\"\"\n"));
}

static void a_full_pipe_loses_lines_and_says_so(void **state)
{
  char text[LOG_VALUE + 1];
  (void)state;
  memset(text, 'x', LOG_VALUE);
  text[LOG_VALUE] = '\0';
  catch_log();
  for (int i = 0; i < 1000; i++) /* more than any pipe holds; it must not wait */
    LOG(LOG_INFO, "tried", LOG_TEXT("value", text));
  ssize_t taken = read(ends[0], written, TEXT - 1);
  assert_true(taken > 0);
  LOG(LOG_INFO, "again", LOG_TEXT("value", "y"));
  LOG(LOG_INFO, "and-again", LOG_TEXT("value", "y"));
  release_log();
  const char *again = strstr(written, "event=again"), *dropped = strstr(written, " dropped=");
  assert_non_null(again);
  assert_true(dropped > again);
  assert_null(strstr(dropped + 1, " dropped="));
}

static void errno_is_left_alone(void **state)
{
  (void)state;
  catch_log();
  errno = 1234;
  LOG(LOG_INFO, "tried", LOG_NUMBER("value", 1));
  int after = errno;
  release_log();
  assert_int_equal(after, 1234);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_line_says_when_what_and_who),
      cmocka_unit_test(plain_values_are_written_as_they_are),
      cmocka_unit_test(no_value_begins_another_field_or_line),
      cmocka_unit_test(every_byte_is_made_printable),
      cmocka_unit_test(long_values_are_cut),
      cmocka_unit_test(long_lines_are_cut),
      cmocka_unit_test(levels),
      cmocka_unit_test(faults_are_told),
      cmocka_unit_test(a_full_pipe_loses_lines_and_says_so),
      cmocka_unit_test(errno_is_left_alone),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
