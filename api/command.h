/* command.h - the commands of beffroi. Each is run as console/program.h says. */
#ifndef API_COMMAND_H
#define API_COMMAND_H

#include "console/console.h"

enum verdict migrate_run(int count, char **arguments);
enum verdict serve_run(int count, char **arguments);
enum verdict secret_run(int count, char **arguments);

#endif
