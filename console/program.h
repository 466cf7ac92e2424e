/* program.h - what a program can be asked to do, and how it answers.
 *
 * A program is a table of commands. Each command reads its own options, prints results on standard
 * output and complaints on standard error, and returns what the program exits with.
 */
#ifndef CONSOLE_PROGRAM_H
#define CONSOLE_PROGRAM_H

#include <stddef.h>

#include "console/console.h"

struct command {
  const char *name;
  const char *summary; /* one line for people */
  /* `arguments[0]` is the command's own name. */
  enum verdict (*run)(int count, char **arguments);
};

struct program {
  const char *name;
  const char *purpose; /* one sentence for people */
  const struct command *commands;
  size_t command_count;
  const char *exit_codes; /* one line for each, as help shows them */
};

/* Prepares the process (console_begin; a closed pipe becomes an error of writing, a mapped file
 * that became shorter ends it) and runs the command that the arguments of main name. Answers
 * --help and --version. */
enum verdict program_run(const struct program *program, int count, char **arguments);

/* The same for a command that has commands of its own: `name` is both words, as in "beffroi-keys board". */
enum verdict program_run_part(const struct program *part, int count, char **arguments);

#endif
