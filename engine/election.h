/* election.h - what is decided: the projects, the money, and what a ballot may say.
 *
 * An election is a value: read once, at the edge, from a manifest or a .pb file, and valid from
 * then on (election_check). Spans point into memory of whoever read it, usually its arena.
 */
#ifndef ENGINE_ELECTION_H
#define ENGINE_ELECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/canonical.h"
#include "base/fault.h"
#include "base/span.h"

/* Money is counted in the smallest unit the election uses; at most 2^53-1 of them, which every
 * JSON reader can hold. */
#define MONEY_MAX CANONICAL_INTEGER_MAX

enum {
  ELECTION_PROJECTS_MAX = 65535,
  ELECTION_ID_MAX = 128, /* bytes of a project's id */
  ELECTION_MINOR_UNIT_MAX = 6,
  MARK_VALUE_MAX = 1000000000, /* of a point, a score or a share */
};

enum ballot_kind {
  BALLOT_APPROVAL, /* names the projects supported */
  BALLOT_POINTS,   /* gives points to projects */
  BALLOT_RANKING,  /* names projects from the most wanted down */
  BALLOT_SCORES,   /* grades projects */
  BALLOT_SPLIT,    /* divides 10,000 basis points between the projects */
  BALLOT_ANSWER,   /* names one answer; the answers stand as the projects, at no cost */
};

#define LIMIT_NONE (-1)

enum {
  SPLIT_TOTAL = 10000
}; /* basis points of a split */

/* What a ballot that is not blank may say. A limit that its kind does not have, or that the
 * election does not set, is LIMIT_NONE; docs/board.md says what each means. */
struct ballot_form {
  enum ballot_kind kind;
  int64_t min;             /* approval, points, ranking: projects named, at least */
  int64_t max;             /* approval, points, ranking: projects named, at most */
  int64_t max_cost;        /* approval: total cost of the projects named, minor units */
  int64_t points;          /* points: to give in all, at most */
  int64_t min_points;      /* points: to give in all, at least (.pb files) */
  int64_t max_per_project; /* points: to one project, at most */
  bool exact;              /* points: all of `points` must be given */
  int32_t lowest, highest; /* scores: the scale; in other kinds 0 */
  int32_t unscored;        /* scores: what a project without a score has ("default"), which may lie
                              outside the scale; in other kinds 0 */
};

struct project {
  struct span id;       /* 1 to ELECTION_ID_MAX bytes of UTF-8, no control characters */
  int64_t cost;         /* minor units, 0 to MONEY_MAX */
  struct span title;    /* for people; may be empty */
  struct span category; /* one or more, comma-separated; may be empty */
};

struct election {
  struct span title;
  struct span currency; /* ISO 4217, or empty when not known */
  unsigned minor_unit;  /* decimals of the currency in use: 100 of the minor unit are 1 when 2 */
  int64_t budget;       /* minor units, 0 to MONEY_MAX */
  struct ballot_form ballot;
  size_t project_count;           /* 1 to ELECTION_PROJECTS_MAX */
  const struct project *projects; /* in the order that the manifest or file lists them */
};

/* No limit set at all; for scores, the widest scale and a default of 0. */
struct ballot_form ballot_form_any(enum ballot_kind kind);

/* "approval", "points", "ranking", "scores", "split", "answer". */
const char *ballot_kind_name(enum ballot_kind kind);
bool ballot_kind_of(struct span name, enum ballot_kind *kind) CHECKED;

/* Whether every bound above holds, limits stand only where the kind has them and leave room
 * (`min` ≤ `max`), texts are UTF-8 without U+0000, and no id stands twice. The fault's `where` is a
 * path such as "projects[3].cost", counted from 0. */
enum status election_check(const struct election *election, struct fault *fault) CHECKED;

/* One currency unit in minor units: 10^minor_unit. */
int64_t election_currency_unit(const struct election *election);

/* Adds the definition of an election that election_check accepted, as canonical JSON. Its SHA-256
 * names an election that has no manifest.
 *
 *   {"ballot":{"default":0,"exact":true,"highest":5,"kind":"…","lowest":1,"max":…,"max_cost":…,
 *              "max_per_project":…,"min":…,"min_points":…,"points":…},
 *    "budget":…,"currency":"EUR","minor_unit":2,
 *    "projects":[{"category":"…","cost":…,"id":"…","title":"…"},…],"title":"…"}
 *
 * without line breaks. Empty texts are left out. Projects stand in the election's order. */
void election_write(const struct election *election, struct buffer *buffer);

/* Writes `ballot` of the above, which manifests have too: `kind` and the limits that are set; `exact`
 * when it holds; `default`, `highest` and `lowest` for scores and for them always. */
void ballot_form_write(const struct ballot_form *form, struct canonical_writer *writer);

#endif
