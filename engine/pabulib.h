/* pabulib.h - elections in the .pb format of pabulib.org, read and written.
 *
 * Source: D. Stolicki, S. Szufa, N. Talmon, "Pabulib: A Participatory Budgeting Library", 2020,
 * and the format's page on pabulib.org. UTF-8 (a byte order mark is accepted), fields separated by
 * ';' with CSV quoting (pabulib/csv.h), LF and CR LF in any mixture. Three sections in this order,
 * each a line with its name, a line with the names of its columns (in any order), and its rows:
 *
 *   META      key, value                   budget and vote_type are needed
 *   PROJECTS  project_id, cost             name, category, votes, score, selected if they are there
 *   VOTES     voter_id, vote               points for cumulative and scoring votes
 *
 * An empty cell or "None" is absent. Other columns are passed over, other keys of META kept.
 *
 *   vote_type   ballots            limits from META
 *   approval    BALLOT_APPROVAL    min_length, max_length, max_sum_cost
 *   choose-1    BALLOT_APPROVAL    the same, and one project at most
 *   cumulative  BALLOT_POINTS      min_length, max_length, min_sum_points, max_sum_points, max_points
 *   ordinal     BALLOT_RANKING     min_length, max_length
 *   scoring     BALLOT_SCORES      min_points (or 0), max_points (or MARK_VALUE_MAX), default_score
 *                                  (or 0)
 *
 * A project that one vote names twice counts once, as it was named first. One named with 0 points
 * keeps its mark (support.h says what it is worth). An absent vote is a blank ballot. Money is
 * counted in the unit of the greatest number of decimals, zeros at the end aside, that the budget,
 * a cost or max_sum_cost is written with.
 *
 * Nothing is guessed: what cannot be read is refused with its line and column. What can be read
 * but contradicts itself (num_votes, num_projects, votes, score, max_length of choose-1), repeats a
 * voter or a project in a vote, breaks the file's own limits, or is not a currency's code, is a
 * warning; broken limits are refused by option.
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
enum {
  PABULIB_SELECTED_UNKNOWN = -1
};

struct pabulib_meta {
  struct span key;
  struct span value;
};

struct pabulib_options {
  bool
      keep_equal_apart; /* group i is vote i of the file, from 0, for whoever wants them one by one */
  bool refuse_invalid; /* a ballot that breaks the file's limits is an error, not a warning */
};

/* All memory is in the arena given, but spans also point into the text read: keep both. */
struct pabulib {
  struct election election; /* its title is META's `description` */
  struct profile profile;
  size_t meta_count;
  const struct pabulib_meta *meta; /* in the order of the file */
  const int8_t *selected;          /* [project_count] or NULL when the file has no such column */
  size_t warning_count;            /* all of them */
  const struct fault *warnings;    /* the first PABULIB_WARNINGS_MAX */
};

/* Reads a whole file. STATUS_REFUSED: `fault->where` is "line L, column C" (from 1; columns in
 * characters), and so is that of each warning. After a failure `*file` is all zero. */
enum status pabulib_read(struct span text, const struct pabulib_options *options,
                         struct arena *arena, struct pabulib *file, struct fault *fault) CHECKED;

/* The value of a META key, or an empty span with a length of 0. */
struct span pabulib_meta_value(const struct pabulib *file, const char *key);

/* Adds an election and its ballots as a .pb file that reads back to the same election, profile
 * (as grouped) and META, if the election's minor unit is that of its amounts, as above, and its
 * form has not `exact` (which becomes a min_sum_points). Voters are numbered from 1; a group of k voters makes k lines. Keys of META that the election itself decides
 * (description, num_projects, num_votes, budget, vote_type, currency, limits) are written from it,
 * the others as they stand. Refuses splits and answers, ids that the format cannot hold, and what
 * is beyond the bounds above. After a failure the buffer's content is as it was. */
enum status pabulib_write(const struct pabulib *file, struct buffer *buffer,
                          struct fault *fault) CHECKED;

#endif
