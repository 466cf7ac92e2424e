/* command.h - the commands of beffroi-keys; each is one row in main.c. */
#ifndef KEYS_COMMAND_H
#define KEYS_COMMAND_H

#include "console/console.h"

enum verdict board_run(int count, char **arguments);
enum verdict draw_run(int count, char **arguments);
enum verdict manifest_run(int count, char **arguments);
enum verdict new_run(int count, char **arguments);
enum verdict paper_run(int count, char **arguments);
enum verdict public_run(int count, char **arguments);
enum verdict registrar_run(int count, char **arguments);
enum verdict sign_run(int count, char **arguments);
enum verdict vote_run(int count, char **arguments);

/* What the program, and each command that has commands of its own, exits with. */
#define KEYS_EXIT_CODES                                                                            \
  "  0  it was done\n"                                                                             \
  "  1  what was compared differs, or a board or service does not take the entry\n"                \
  "  2  bad usage, or a file that cannot be understood\n"                                          \
  "  3  could not finish: memory, a file the system does not let us read or write,\n"              \
  "     a service that does not answer\n"

#endif
