/* ahead.h - entries judged on all cores, ahead of whoever appends them to a board.
 *
 * To read an entry and to judge it by itself (admission_judge_alone: form, signatures, choice) is
 * nearly all the work of an audit, and depends on the manifest alone. Threads do it block by block;
 * the board is then walked by one thread, which appends the entries in order and lends a hand while
 * it waits. What comes out does not depend on how many threads there are: an entry that does not
 * pass here is left to board_append, which alone says why.
 *
 * A bounded number of blocks is held at a time, so memory does not grow with the board: 4,096
 * entries, for each some kilobyte and what it says, decoded.
 */
#ifndef AUDIT_AHEAD_H
#define AUDIT_AHEAD_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "ballots/admission.h"
#include "ballots/board.h"
#include "base/arena.h"
#include "base/fault.h"
#include "base/span.h"
#include "engine/choice.h"

enum {
  AHEAD_THREADS_MAX = 256,
  AHEAD_BLOCK = 64,  /* entries */
  AHEAD_BLOCKS = 64, /* held at a time */
};

struct ahead_entry {
  bool judged;          /* it passed; else nothing is known of it */
  struct entry entry;   /* released: its JSON value is gone */
  struct choice choice; /* of a ballot */
};

struct ahead_block {
  bool done;
  struct arena arena;
  struct ahead_entry *entries; /* [AHEAD_BLOCK] */
};

struct ahead {
  const struct manifest *manifest;
  const struct project_index *projects;
  const struct span *lines;
  size_t line_count;
  size_t block_count;
  size_t at; /* the line that ahead_next gives next */

  struct ahead_block blocks[AHEAD_BLOCKS]; /* block b is number b % AHEAD_BLOCKS */

  pthread_mutex_t lock; /* of what follows, and of `done` */
  pthread_cond_t changed;
  size_t taken;  /* blocks begun */
  size_t passed; /* blocks that the walk is done with */
  bool stop;

  size_t thread_count; /* besides the walk's own */
  pthread_t threads[AHEAD_THREADS_MAX];
};

/* Starts on `lines`, which follow the manifest. `threads` is how many work in all, the caller's
 * one included: 1 to AHEAD_THREADS_MAX; with fewer than the system gives, those do it. Everything
 * named outlives it. */
enum status ahead_begin(struct ahead *ahead, const struct manifest *manifest,
                        const struct project_index *projects, const struct span *lines,
                        size_t count, size_t threads, struct arena *arena,
                        struct fault *fault) CHECKED;

/* The next line, judged; each is given once, and is there until the next call. */
const struct ahead_entry *ahead_next(struct ahead *ahead);

/* Ends the threads. For one that was begun, whatever it returned. */
void ahead_end(struct ahead *ahead);

/* Checks the keys of an electorate on so many threads: a `struct key_checker` with a `size_t` as
 * its context. */
enum status ahead_check_keys(void *threads, struct span keys, struct fault *fault) CHECKED;

#endif
