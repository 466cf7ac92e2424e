/* command.h - the commands of beffroi-keys; each is one row in main.c. */
#ifndef KEYS_COMMAND_H
#define KEYS_COMMAND_H

#include "console/console.h"

enum verdict new_run(int count, char **arguments);
enum verdict public_run(int count, char **arguments);

#endif
