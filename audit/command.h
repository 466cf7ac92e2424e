/* command.h - the commands of beffroi-audit; each is one row in main.c. */
#ifndef AUDIT_COMMAND_H
#define AUDIT_COMMAND_H

#include "console/console.h"

enum verdict tally_run(int count, char **arguments);
enum verdict explain_run(int count, char **arguments);
enum verdict guarantees_run(int count, char **arguments);
enum verdict compare_run(int count, char **arguments);
enum verdict simulate_run(int count, char **arguments);
enum verdict check_receipt_run(int count, char **arguments);
enum verdict pages_run(int count, char **arguments);
enum verdict verify_run(int count, char **arguments);
enum verdict rules_run(int count, char **arguments);

#endif
