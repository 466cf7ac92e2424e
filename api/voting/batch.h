/* batch.h - entries of one election that are appended together: what is asked of the database, the
 * verdicts, what is written, the receipts. The sequencer (sequencer.h) says when.
 *
 * A batch is many ballots, or one entry of another kind, or one request to freeze the head.
 */
#ifndef API_VOTING_BATCH_H
#define API_VOTING_BATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "api/server/db.h"
#include "api/voting/board_state.h"
#include "api/voting/sequencer.h"
#include "base/arena.h"
#include "base/buffer.h"

struct verdict {
  enum sequencer_end end;
  enum refusal refusal;
  uint64_t index;
  struct fault fault; /* when refused */
};

struct batch {
  struct arena arena; /* of one attempt */
  struct known_election *election;
  struct sequencer_item **items;
  size_t count;
  struct verdict *verdicts; /* [count], once judged */

  bool conflicts; /* a manifest whose origin serves another board: there is no head */
  struct board_state before, after;
  struct merkle_growth growth;
  size_t appended;
  struct buffer note; /* of the new checkpoint */
  struct board_state_row head_row;
  bool counts; /* the vote can be counted now */
};

/* Begins again, with the items that are there. */
void batch_reset(struct batch *batch);

/* Step 1: BEGIN and the lock of the head of `batch->election`; `entry` is the first that is to be
 * appended, or NULL. */
void batch_lock(const struct batch *batch, const struct entry *entry, struct db_unit *unit);

/* Takes the head out of the results of step 1. Fails when the database holds what it cannot. */
enum status batch_take_head(struct batch *batch, struct db_result *const *results,
                            struct fault *fault) CHECKED;

/* Step 2: what the verdicts on the items need to know, once the head is locked. */
enum status batch_ask(struct batch *batch, struct db_unit *unit, struct fault *fault) CHECKED;

/* Step 3, on the results of step 2. Fails only for want of memory or when the database holds what
 * it cannot. */
enum status batch_judge(struct batch *batch, struct db_result *const *results,
                        struct fault *fault) CHECKED;

/* Whether there is anything to write. */
bool batch_changes(const struct batch *batch);

/* Step 4: the rows, the head, COMMIT. */
enum status batch_write(struct batch *batch, struct db_unit *unit, struct fault *fault) CHECKED;

/* Step 5: the receipt of an item that was appended, added to `receipt`. */
enum status batch_receipt(const struct batch *batch, size_t item, struct buffer *receipt,
                          struct fault *fault) CHECKED;

#endif
