#include "console/options.h"

#include <assert.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "console/console.h"
#include "console/text.h"

/* Above every character, so that a row is not taken for a short option. */
enum {
  FIRST_ROW = 256
};

void options_begin(struct options *options, const struct option_row *rows, size_t row_count,
                   int count, char **arguments)
{
  assert(row_count <= OPTIONS_MAX);
  *options = (struct options){
      .rows = rows, .row_count = row_count, .count = count, .arguments = arguments};
  opterr = 0; /* we complain in our own form */
  optind = 1;
}

static enum status refuse_unknown(const struct options *options, const char *argument,
                                  struct fault *fault)
{
  char expected[FAULT_EXPECTED];
  snprintf(expected, sizeof expected, "one of those that '%s %s --help' lists", console_program(),
           options->arguments[0]);
  return fault_set(fault, STATUS_REFUSED, argument, expected, "there is no such option");
}

static enum status refuse_value(const struct option_row *row, const char *argument,
                                struct fault *fault)
{
  char expected[FAULT_EXPECTED];
  snprintf(expected, sizeof expected, "--%s%s%s", row->name, row->argument == NULL ? "" : " ",
           row->argument == NULL ? "" : row->argument);
  return fault_set(fault, STATUS_REFUSED, argument, expected, "%s",
                   row->argument == NULL ? "it takes no value" : "its value is missing");
}

/* Whether `argument` is "--name" or "--name=…": abbreviations would stop working, or start to mean
 * something else, when an option is added. */
static bool spells(const char *argument, const char *name)
{
  size_t length = strlen(name);
  return strncmp(argument, "--", 2) == 0 && strncmp(argument + 2, name, length) == 0 &&
         (argument[2 + length] == '\0' || argument[2 + length] == '=');
}

enum status options_next(struct options *options, int *row, const char **value, struct fault *fault)
{
  struct option table[OPTIONS_MAX + 1] = {0};
  for (size_t i = 0; i < options->row_count; i++) {
    table[i].name = options->rows[i].name;
    table[i].has_arg = options->rows[i].argument == NULL ? no_argument : required_argument;
    table[i].val = FIRST_ROW + (int)i;
  }

  int found = getopt_long(options->count, options->arguments, ":", table, NULL);
  if (found == -1) {
    *row = OPTIONS_END;
    return STATUS_OK;
  }
  /* The option stands before the value, where that is an argument of its own. */
  const char *word = options->arguments[optind - 1];
  if ((found == ':' || found == '?') && optopt >= FIRST_ROW)
    return refuse_value(&options->rows[optopt - FIRST_ROW], word, fault);
  if (found >= FIRST_ROW) {
    *row = found - FIRST_ROW;
    *value = optarg;
    if (optarg != NULL && optarg == word)
      word = options->arguments[optind - 2];
    if (spells(word, options->rows[*row].name))
      return STATUS_OK;
  }
  if (found == '?' && optopt != 0) {
    const char letter[] = {'-', (char)optopt, '\0'}; /* perhaps amid others: "-xyz" */
    return refuse_unknown(options, letter, fault);
  }
  return refuse_unknown(options, word, fault);
}

int options_rest(const struct options *options, char ***arguments)
{
  *arguments = options->arguments + optind;
  return options->count - optind;
}

void options_add_help(struct buffer *buffer, const struct option_row *rows, size_t row_count)
{
  for (size_t i = 0; i < row_count; i++) {
    buffer_format(buffer, "  --%s%s%s\n", rows[i].name, rows[i].argument == NULL ? "" : " ",
                  rows[i].argument == NULL ? "" : rows[i].argument);
    text_add_wrapped(buffer, span_of(rows[i].meaning), 6, OPTIONS_HELP_WIDTH);
  }
}
