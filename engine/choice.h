/* choice.h - what one voter wants, of any of the kinds that a ballot may have.
 *
 * A choice has one spelling only, so that equal choices are equal bytes and equal marks: unknown
 * or repeated projects, zeros, and scores equal to the default are refused, not dropped. The empty
 * choice is `{"blank":true}` in every kind.
 */
#ifndef ENGINE_CHOICE_H
#define ENGINE_CHOICE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/canonical.h"
#include "base/fault.h"
#include "engine/election.h"

/* What a choice says of one project. */
struct mark {
  uint32_t project; /* its place in election.projects */
  int32_t value;    /* approval, answer: 1; points: given; ranking: rank, from 1; scores: the
                       score; split: basis points */
};

/* Marks stand in ascending order of `project`, rankings too; no project twice. */
struct choice {
  size_t count; /* 0: blank */
  const struct mark *marks;
};

/* Projects found by id. Made once for an election, in its arena. */
struct project_index {
  const struct election *election;
  size_t mask;           /* size of the table - 1; a power of two - 1 */
  const uint32_t *slots; /* place + 1, 0: free */
};

enum status project_index_make(const struct election *election, struct arena *arena,
                               struct project_index *index, struct fault *fault) CHECKED;

/* The place of the project called `id`, or -1. */
int64_t project_index_find(const struct project_index *index, struct span id);

/* The one member of a choice of this kind that is not blank: "approve", "points", … */
const char *choice_member(enum ballot_kind kind);

/* Reads a choice from the JSON value of a ballot ({"approve":["p01"]}, {"points":{…}},
 * {"rank":[…]}, {"scores":{…}}, {"split":{…}}, {"answer":"yes"}, {"blank":true}) and holds it to
 * the election's ballot form. Marks are taken from `arena`. STATUS_REFUSED says which limit. */
enum status choice_read(const json_t *value, const struct project_index *index, struct arena *arena,
                        struct choice *choice, struct fault *fault) CHECKED;

/* The same of its canonical text: what canonical_read and then choice_read make of it. On the way of
 * every ballot, so it seldom needs a JSON value. `text` need not outlive the choice. */
enum status choice_read_text(struct span text, const struct project_index *index,
                             struct arena *arena, struct choice *choice,
                             struct fault *fault) CHECKED;

/* Whether a choice keeps to the limits of the election's ballot form: choice_read does it, and
 * readers of other formats do. Marks must be in order and known. Zeros and scores equal to the
 * default, which choice_read refuses as a second spelling, pass here where the scale has them. */
enum status choice_check(const struct choice *choice, const struct election *election,
                         struct fault *fault) CHECKED;

/* Adds the one spelling of a choice that choice_read accepted, as canonical JSON. Ids that become
 * names of members (points, scores, split) must be ASCII, as those of a manifest are; the writer
 * aborts on others. A failed allocation shows in the writer's buffer. */
void choice_write(const struct choice *choice, const struct election *election,
                  struct canonical_writer *writer);

#endif
