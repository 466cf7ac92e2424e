/* problem.h - what is wrong with a board: the first fault that was found.
 *
 * A problem has a name for programs: that of a refusal (ballots/admission.h) where an entry may not
 * stand, else one of those below. It is about one entry, or about the board as a whole.
 */
#ifndef AUDIT_PROBLEM_H
#define AUDIT_PROBLEM_H

#include <stdbool.h>
#include <stdint.h>

#include "ballots/admission.h"
#include "base/fault.h"
#include "console/console.h"

enum problem_kind {
  PROBLEM_NONE,
  PROBLEM_ENTRY,                /* refused: `refusal` says why */
  PROBLEM_ENTRY_MISSING,        /* no file has it */
  PROBLEM_BODY_MISSING,         /* a ballot is still withheld although it must be public */
  PROBLEM_CHECKPOINT_MALFORMED, /* not a checkpoint */
  PROBLEM_CHECKPOINT_UNSIGNED,  /* not the board's: another origin, or no signature that holds */
  PROBLEM_CHECKPOINT_DIFFERS,   /* another size or another root than the entries have */
  PROBLEM_WITNESSES_MISSING, /* fewer cosignatures than the manifest wants, or one that is wrong */
  PROBLEM_TOO_EARLY,    /* a witness saw ballots before the opening, or the close before its time */
  PROBLEM_TILE_DIFFERS, /* a file of the tree is not that of these entries */
  PROBLEM_OTHER_ELECTION, /* the address names another election than the manifest is */
  PROBLEM_KIND_COUNT
};

struct problem {
  enum problem_kind kind;
  enum refusal refusal; /* PROBLEM_ENTRY only */
  bool indexed;         /* it is about one entry */
  uint64_t index;       /* its number, from 0 */
  struct fault fault;
};

/* "malformed", "checkpoint-differs", …; not for PROBLEM_NONE. */
const char *problem_name(const struct problem *problem);

/* Makes the problem of a refused status, and makes it STATUS_OK: it was found, so the work is done.
 * Another status passes. `fault` is copied. */
enum status problem_take(struct problem *problem, enum problem_kind kind, enum status status,
                         const struct fault *fault) CHECKED;

/* Complains of a problem of the board at `path`, for commands that have no page for it. */
enum verdict problem_complain(const char *path, const struct problem *problem);

#endif
