#include "audit/options.h"

#include <assert.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

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

static enum status refuse(const struct options *options, const char *argument, const char *what,
                          struct fault *fault)
{
  char expected[FAULT_EXPECTED];
  snprintf(expected, sizeof expected, "one of those that 'beffroi-audit %s --help' lists",
           options->arguments[0]);
  return fault_set(fault, STATUS_REFUSED, argument, expected, "%s", what);
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
  if (found == ':')
    return refuse(options, word, "its value is missing", fault);
  if (found >= FIRST_ROW) {
    *row = found - FIRST_ROW;
    *value = optarg;
    if (optarg != NULL && optarg == word)
      word = options->arguments[optind - 2];
    if (spells(word, options->rows[*row].name))
      return STATUS_OK;
  }
  if (found == '?' && optopt >= FIRST_ROW)
    return refuse(options, word, "it takes no value", fault);
  if (found == '?' && optopt != 0) {
    const char letter[] = {'-', (char)optopt, '\0'}; /* perhaps amid others: "-xyz" */
    return refuse(options, letter, "there is no such option", fault);
  }
  return refuse(options, word, "there is no such option", fault);
}

int options_rest(const struct options *options, char ***arguments)
{
  *arguments = options->arguments + optind;
  return options->count - optind;
}

void options_add_help(struct buffer *buffer, const struct option_row *rows, size_t row_count)
{
  for (size_t i = 0; i < row_count; i++) {
    buffer_format(buffer, "  --%s%s%s\n      %s\n", rows[i].name,
                  rows[i].argument == NULL ? "" : " ",
                  rows[i].argument == NULL ? "" : rows[i].argument, rows[i].meaning);
  }
}
