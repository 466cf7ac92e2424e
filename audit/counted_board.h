/* counted_board.h - a board that is counted, rather than a .pb file: the rule is the manifest's. */
#ifndef AUDIT_COUNTED_BOARD_H
#define AUDIT_COUNTED_BOARD_H

#include <stdbool.h>

#include "audit/counted.h"

/* Whether `path` names a board: a directory, or a file called *.jsonl. */
bool counted_board_is(const char *path);

/* Verifies the board, counts it and prints the same as for a file. Refuses options that would
 * count it by anything but its manifest. */
enum verdict counted_board(const struct counted_command *command, const struct request *request);

#endif
