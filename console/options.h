/* options.h - the options of a command: one table that reads them and writes their help.
 *
 * Words are read by getopt_long: "--name VALUE" or "--name=VALUE", before or after what is not an
 * option, and "--" ends them.
 */
#ifndef CONSOLE_OPTIONS_H
#define CONSOLE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/fault.h"

struct option_row {
  const char *name;     /* without its dashes */
  const char *argument; /* what its value is called in help; NULL: it has none */
  const char *setting;  /* the setting of the rule that it is short for, or NULL */
  const char *meaning;
};

enum {
  OPTIONS_MAX = 32
};

struct options {
  const struct option_row *rows;
  size_t row_count; /* at most OPTIONS_MAX */
  int count;
  char **arguments; /* the command's own name first; put in another order on the way */
};

enum {
  OPTIONS_END = -1
};

/* Begins again at the first argument. */
void options_begin(struct options *options, const struct option_row *rows, size_t row_count,
                   int count, char **arguments);

/* The next option: its row, and its value or NULL; OPTIONS_END after the last. Refuses an option
 * that is not in the table, an abbreviation, a value missing and one too many. */
enum status options_next(struct options *options, int *row, const char **value,
                         struct fault *fault) CHECKED;

/* What is left once options_next said OPTIONS_END. */
int options_rest(const struct options *options, char ***arguments);

/* Columns of the lines of help. */
enum {
  OPTIONS_HELP_WIDTH = 92
};

/* Adds the help of every row. */
void options_add_help(struct buffer *buffer, const struct option_row *rows, size_t row_count);

#endif
