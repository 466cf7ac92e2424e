/* board_state.h - the head of a board as its row in the database, and what the public is shown of it.
 *
 * While ballots come in, the public checkpoint moves at most every 10 minutes or 50 ballots and the
 * turnout every 5 minutes, so that watching them tells little about who voted when. What is shown
 * follows from the row and the clock alone: whoever appends moves the shown numbers when their time
 * is over, to where the board was before his entries; whoever reads later than that sees the same.
 */
#ifndef API_VOTING_BOARD_STATE_H
#define API_VOTING_BOARD_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "api/server/db.h"
#include "ballots/admission.h"
#include "ballots/merkle.h"

enum {
  PUBLIC_SECONDS = 600,
  PUBLIC_BALLOTS = 50,
  TURNOUT_SECONDS = 300
};

struct board_state {
  struct board_head board; /* manifest, projects, root and standing_list are the caller's */
  struct merkle_frontier tree;
  uint64_t public_size;
  int64_t public_at; /* seconds since 1970, as the next and the clock */
  uint64_t turnout;
  int64_t turnout_at;
  int64_t clock; /* of the database; board_state_read sets it only for QUERY_HEAD */
};

/* Reads row 0 of QUERY_HEAD_LOCK or, with its clock, QUERY_HEAD. A row that cannot be is
 * STATUS_FAILED. */
enum status board_state_read(const struct db_result *result, bool with_clock,
                             struct board_state *head, struct fault *fault) CHECKED;

/* What the parameters of board_state_write point to. */
struct board_state_row {
  char roots[MERKLE_LEVELS * DIGEST_BYTES];
};

/* Adds QUERY_HEAD_WRITE; `note` is the checkpoint's, or empty when nothing was appended. */
void board_state_write(const struct board_state *head, const struct digest *election,
                       struct span note, struct board_state_row *row, struct db_unit *unit);

/* Moves what is shown when `head` follows `before`: by ballots, or, when `at_once`, by an entry that
 * nobody has to hide. */
void board_state_show(struct board_state *head, const struct board_state *before, bool at_once);

/* What is shown now, for a head that was read with its clock. */
uint64_t board_state_public_size(const struct board_state *head);
uint64_t board_state_public_turnout(const struct board_state *head);

/* Whether ballots may still come: the vote is open, not frozen, and its time is not over. */
bool board_state_takes_ballots(const struct board_state *head);

/* Whether bodies of ballots are released. */
bool board_state_released(const struct board_state *head);

#endif
