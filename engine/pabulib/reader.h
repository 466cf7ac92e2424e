/* reader.h - what the parts of the .pb reader share while one file is read.
 *
 * The three sections are read alike: a line with the name, a line with the columns, rows. Each
 * section says what it does with that (struct section).
 */
#ifndef ENGINE_PABULIB_READER_H
#define ENGINE_PABULIB_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/span.h"
#include "engine/choice.h"
#include "engine/pabulib.h"
#include "engine/pabulib/csv.h"
#include "engine/pabulib/decimal.h"
#include "engine/pabulib/lines.h"
#include "engine/pabulib/totals.h"
#include "engine/pabulib/voter_set.h"

struct reader;

struct column {
  const char *name;
  bool required;
};

enum {
  SECTION_COLUMNS_MAX = 7
};

struct section {
  const char *name;
  struct column columns[SECTION_COLUMNS_MAX]; /* those that are looked at; the last have no name */
  /* Once the columns are known; may be NULL. */
  enum status (*begin)(struct reader *reader, struct fault *fault);
  enum status (*row)(struct reader *reader, struct fault *fault);
  enum status (*end)(struct reader *reader, struct fault *fault);
};

extern const struct section section_meta;
extern const struct section section_projects;
extern const struct section section_votes;

/* Places in the columns of a section. */
enum {
  META_KEY,
  META_VALUE
};
enum {
  PROJECT_ID,
  PROJECT_COST,
  PROJECT_NAME,
  PROJECT_CATEGORY,
  PROJECT_VOTES,
  PROJECT_SCORE,
  PROJECT_SELECTED,
};
enum {
  VOTE_VOTER,
  VOTE_VOTE,
  VOTE_POINTS
};

/* A text of the file that is needed again after its row. */
struct cell {
  struct span text;
  const char *at;
};

/* Money as it was written. */
struct amount {
  struct cell cell;
  struct decimal number;
};

/* A row of PROJECTS, until all amounts are known. */
struct listing {
  struct cell id;
  struct span title, category;
  struct amount cost;
  struct cell votes, score; /* as published */
  int8_t selected;
};

struct reader {
  const struct pabulib_options *options;
  struct arena *arena;  /* the caller's: for what the file keeps */
  struct arena scratch; /* for what is needed while reading */
  struct lines lines;
  struct csv csv;
  struct pabulib *file;
  struct pabulib_meta *meta; /* [PABULIB_META_MAX] those of the file */
  struct fault *warnings;    /* [PABULIB_WARNINGS_MAX] those of the file */

  const struct section *section;     /* that is being read */
  size_t field_count;                /* of its rows */
  size_t place[SECTION_COLUMNS_MAX]; /* of its columns in a row; field_count: there is none */

  const char **value_at; /* [PABULIB_META_MAX] */
  struct amount budget;
  struct amount max_cost; /* its cell nowhere: no such limit */
  bool points_needed;     /* votes say how many points or which score */

  struct listing *listings;
  size_t listing_count, listing_capacity;

  struct project_index index;
  struct profile_builder builder;
  struct voter_set voters;
  struct totals totals;
  struct mark *marks;  /* [project_count] of the ballot being read */
  uint32_t *last_seen; /* [project_count] the ballot that named it last, counted from 1 */
  uint32_t ballot;     /* the one being read, from 1 */
};

/* The field of a column of the row read last; NULL when the file has no such column. */
const struct csv_field *reader_field(const struct reader *reader, size_t column);

/* Its text, or an empty one when it is absent. */
struct span reader_text(const struct reader *reader, size_t column);

/* The same, to be kept after the row. */
struct cell reader_cell(const struct reader *reader, size_t column);

/* The value of a key of META; false when it is absent. */
bool reader_find_meta(const struct reader *reader, const char *key, struct cell *value);

/* Where to put a warning; NULL when it need only be counted. */
struct fault *reader_warning(struct reader *reader);

/* `what` is said of the value: "'12a' is not a number". */
enum status reader_refuse_value(struct reader *reader, const char *at, struct span value,
                                const char *what, const char *expected,
                                struct fault *fault) CHECKED;

/* Reads an amount of money; scales it when the election's minor unit is known. */
enum status reader_read_amount(struct reader *reader, struct cell cell, struct amount *amount,
                               struct fault *fault) CHECKED;
enum status reader_scale_amount(struct reader *reader, const struct amount *amount, int64_t *money,
                                struct fault *fault) CHECKED;

#endif
