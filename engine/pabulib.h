/* pabulib.h - elections in the .pb format of pabulib.org, read and written.
 *
 * Source: D. Stolicki, S. Szufa, N. Talmon, "Pabulib: A Participatory Budgeting Library", 2020,
 * and the format's page on pabulib.org. UTF-8 (a byte order mark is accepted), fields separated by
 * ';' with CSV quoting, three sections META, PROJECTS, VOTES; any mixture of line ends. Column
 * names decide, `project_id` and `voter_id` come first, "None" is absent.
 *
 * Nothing is guessed: what cannot be read is refused with its line and column. What can be read
 * but contradicts itself (`num_votes`, `num_projects`, `votes`, `score`) or breaks the file's own
 * limits is a warning, and by option refused.
 */
#ifndef ENGINE_PABULIB_H
#define ENGINE_PABULIB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "engine/election.h"
#include "engine/profile.h"

enum {
  PABULIB_LINE_MAX = 1 << 20, /* bytes of one line */
  PABULIB_META_MAX = 256,     /* entries of META */
  PABULIB_COLUMNS_MAX = 256,
  PABULIB_WARNINGS_MAX = 100, /* kept; all are counted */
};

/* What the files call `selected`: 1 funded by the rule, 2 and 3 funded otherwise. */
enum { PABULIB_SELECTED_UNKNOWN = -1 };

struct pabulib_meta {
  struct span key;
  struct span value;
};

struct pabulib_options {
  bool keep_equal_apart; /* each ballot a group of its own: for tests */
  bool refuse_invalid;   /* a ballot that breaks the file's limits is an error, not a warning */
};

/* All memory is in the arena given, but spans also point into the text read: keep both. */
struct pabulib {
  struct election election; /* points: "cumulative"; ranking: "ordinal"; approval: the others */
  struct profile profile;
  size_t meta_count;
  const struct pabulib_meta *meta; /* in the order of the file */
  const int8_t *selected;          /* [project_count] or NULL when the file has no such column */
  size_t warning_count;            /* all of them */
  const struct fault *warnings;    /* the first PABULIB_WARNINGS_MAX */
};

/* A project named with an explicit 0 point keeps its mark, with the value 0 (support.h says what
 * it is worth).
 *
 * Reads a whole file. STATUS_REFUSED: `fault->where` is "line L, column C" (from 1; columns in
 * characters). */
enum status pabulib_read(struct span text, const struct pabulib_options *options,
                         struct arena *arena, struct pabulib *file, struct fault *fault) CHECKED;

/* The value of a META key, or an empty span with a length of 0. */
struct span pabulib_meta_value(const struct pabulib *file, const char *key);

/* Writes an election and its ballots as a .pb file that reads back to the same election, profile
 * (as grouped) and META. Voters are numbered from 1; a group of k voters makes k lines. Keys of
 * META that the election itself decides (budget, num_votes, num_projects, vote_type, currency,
 * limits) are written from it, the others as they stand. Blank ballots have an empty `vote`. */
enum status pabulib_write(const struct pabulib *file, struct buffer *buffer,
                          struct fault *fault) CHECKED;

#endif
