/* The command `rules`: what can be counted by. */
#include "audit/catalogue.h"
#include "audit/command.h"
#include "console/console.h"
#include "console/options.h"

enum row {
  ROW_JSON,
  ROW_HELP,
  ROW_COUNT,
};

static const struct option_row rows[ROW_COUNT] = {
    [ROW_JSON] = {"json", NULL, NULL, "print the list as canonical JSON"},
    [ROW_HELP] = {"help", NULL, NULL, "print this"},
};

static enum status read_options(int count, char **arguments, bool given[ROW_COUNT],
                                struct fault *fault)
{
  struct options options;
  enum status status;
  const char *value;
  char **rest;
  int row = 0;

  options_begin(&options, rows, ROW_COUNT, count, arguments);
  do {
    status = options_next(&options, &row, &value, fault);
    if (status == STATUS_OK && row != OPTIONS_END)
      given[row] = true;
  } while (status == STATUS_OK && row != OPTIONS_END);
  if (status == STATUS_OK && options_rest(&options, &rest) > 0)
    status = fault_set(fault, STATUS_REFUSED, "rules", "nothing but options",
                       "'%s' is one too many", rest[0]);
  return status;
}

enum verdict rules_run(int count, char **arguments)
{
  bool given[ROW_COUNT] = {false};
  struct buffer text = {0};
  struct fault fault;
  enum verdict verdict;

  if (read_options(count, arguments, given, &fault) != STATUS_OK)
    return console_complain(NULL, &fault);
  if (given[ROW_HELP]) {
    buffer_add(&text, SPAN("Usage: beffroi-audit rules [OPTION]...\n"
                           "\n"
                           "Lists the counting rules and their settings.\n"
                           "\n"
                           "Options:\n"));
    options_add_help(&text, rows, ROW_COUNT);
    verdict = console_show(&text, VERDICT_HOLDS);
  } else if (given[ROW_JSON]) {
    catalogue_write(&text);
    buffer_add_byte(&text, '\n');
    verdict = console_write(&text, VERDICT_HOLDS);
  } else {
    catalogue_add(&text);
    verdict = console_show(&text, VERDICT_HOLDS);
  }
  buffer_free(&text);
  return verdict;
}
