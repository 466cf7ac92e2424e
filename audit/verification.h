/* verification.h - a board held to everything that can be checked of it from its files alone.
 *
 * Every line is judged in order, as the service did; then the files around them: the checkpoint and
 * its cosignatures, the tiles; then the ballots are counted again. It ends at the first fault.
 */
#ifndef AUDIT_VERIFICATION_H
#define AUDIT_VERIFICATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/board_source.h"
#include "audit/problem.h"
#include "ballots/board.h"
#include "ballots/checkpoint.h"
#include "ballots/manifest.h"
#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "engine/outcome.h"
#include "engine/profile.h"
#include "engine/rule.h"

struct witness_seen {
  struct span name;
  int64_t time; /* that the witness's clock said, in seconds since 1970 */
};

struct verification {
  struct arena *arena;
  size_t threads;
  struct key_checker key_checker;
  struct board_source source;
  struct board board; /* as far as it holds */
  struct problem problem;

  bool has_checkpoint; /* it is there, and holds */
  struct checkpoint checkpoint;
  size_t witness_count; /* who cosigned it */
  struct witness_seen witnesses[MANIFEST_KEYS_MAX];
  uint64_t tiles; /* files of the tree that were compared */

  bool counted;
  struct fault uncounted; /* why not, where the vote is closed */
  struct profile profile;
  struct outcome outcome;
  struct buffer written; /* the outcome's canonical bytes */
};

/* Reads the board at `path` on so many threads, 1 to AHEAD_THREADS_MAX, and checks it. `arena`, and
 * `progress` which may be NULL, outlive it. STATUS_OK when it was checked to the end or to a
 * problem; STATUS_REFUSED when there is no board to be read. */
enum status verification_run(const char *path, size_t threads, const struct progress *progress,
                             struct arena *arena, struct verification *verification,
                             struct fault *fault) CHECKED;

/* Credentials that are not struck and cast no ballot that is here. */
uint64_t verification_unused(const struct verification *verification);

/* How many threads this machine runs at a time, at least 1. */
size_t verification_cores(void);

/* For one that was run, or is all zero. */
void verification_free(struct verification *verification);

#endif
