/* sequencer.h - the one way onto a board: entries wait in a pool, and batches of them are appended.
 *
 * A worker has one batch under way, of one election, on a connection of its own:
 *
 *   1  BEGIN; lock the head
 *   2  take what waits by now; read the clock, the standing ballots and whether the same lines stand
 *      already: in statements of their own, since those that waited for the lock see old rows
 *   3  admission gives its verdict on each entry, in order, each seeing those before it
 *   4  what was accepted is inserted, then the head and its checkpoint; COMMIT
 *   5  receipts, once the commit is durable
 *
 * The head's lock makes the order of all workers, on all machines, one order. A crash or a lost
 * connection at any point leaves the board as it was or with the whole batch; whoever has no answer
 * sends the same bytes again and gets the receipt, because an entry is known by its leaf hash.
 */
#ifndef API_VOTING_SEQUENCER_H
#define API_VOTING_SEQUENCER_H

#include <stdbool.h>

#include "api/server/db.h"
#include "api/voting/elections.h"
#include "api/voting/marks.h"
#include "ballots/admission.h"
#include "ballots/entry.h"
#include "ballots/merkle.h"

struct event_base;

enum sequencer_end {
  SEQUENCER_APPENDED,   /* now; the receipt is its */
  SEQUENCER_STOOD,      /* the same line stood already: `index` says where */
  SEQUENCER_REFUSED,    /* `refusal`, and the fault */
  SEQUENCER_FROZEN,     /* of a freeze: the head takes no more ballots; `head` is it */
  SEQUENCER_CONFLICT,   /* of a manifest: its origin serves another board */
  SEQUENCER_UNAVAILABLE /* the database does not answer; whether it was appended is not known */
};

struct sequencer_answer {
  enum sequencer_end end;
  uint64_t index;
  struct span receipt;
  enum refusal refusal;
  struct merkle_head head; /* that a refusal relied on */
  const struct fault *fault;
};

/* An entry that waits, or a request to freeze the head. Whoever submits it keeps it, with all it points
 * to, until `done`, which is called from the loop. */
struct sequencer_item {
  struct known_election *election;
  const struct entry *entry; /* passed admission_judge_alone; NULL: freeze */
  void (*done)(void *context, const struct sequencer_answer *answer);
  void *context;
  /* its own: */
  struct sequencer_item *next;
  struct sequencer_item *same; /* the same line, submitted again meanwhile */
};

struct sequencer;

/* At most `pool` items wait, at most `batch` ballots make a batch. A batch begins when the loop has
 * nothing else to do, when it is full, or a few milliseconds after its first item came: under load one
 * commit serves many. `base` should have more than one priority. */
enum status sequencer_open(struct event_base *base, struct db *db, const struct marks *marks,
                           size_t pool, size_t batch, struct sequencer **sequencer,
                           struct fault *fault) CHECKED;

/* False when the pool is full: nothing was done. */
bool sequencer_submit(struct sequencer *sequencer, struct sequencer_item *item) CHECKED;

/* Items that have no answer yet. */
size_t sequencer_pending(const struct sequencer *sequencer);

/* Whether the last head that was locked was refused by its mark (marks.h). */
bool sequencer_is_behind(const struct sequencer *sequencer);

void sequencer_close(struct sequencer *sequencer);

#endif
