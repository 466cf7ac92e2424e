/* tally_board.h - `tally` of a board rather than of a .pb file: the rule is the manifest's. */
#ifndef AUDIT_TALLY_BOARD_H
#define AUDIT_TALLY_BOARD_H

#include <stdbool.h>

#include "audit/request.h"
#include "console/console.h"

/* Whether `path` names a board: a directory, or a file called *.jsonl. */
bool tally_board_is(const char *path);

/* Verifies the board, counts it and prints the same page as for a file. Refuses options that would
 * count it by anything but its manifest. */
enum verdict tally_board(const struct request *request);

#endif
