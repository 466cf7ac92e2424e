/* command.h - what the program can be asked to do, and how it answers.
 *
 * Each command is one row in main.c. It reads its own options, prints results on standard output
 * and complaints on standard error, and returns what the program exits with.
 */
#ifndef AUDIT_COMMAND_H
#define AUDIT_COMMAND_H

enum verdict {
  VERDICT_HOLDS = 0,
  VERDICT_DOES_NOT_HOLD = 1,
  VERDICT_UNUSABLE = 2,  /* bad usage, or a .pb file or configuration that cannot be read */
  VERDICT_UNFINISHED = 3 /* memory, the system, or nowhere to write the answer */
};

struct command {
  const char *name;
  const char *summary; /* one line for people */
  /* `arguments[0]` is the command's own name. */
  enum verdict (*run)(int count, char **arguments);
};

enum verdict tally_run(int count, char **arguments);
enum verdict rules_run(int count, char **arguments);

#endif
