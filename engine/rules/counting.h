/* counting.h - what every rule starts from and writes into.
 *
 * Who supports what, the order in which ties are broken, the budget that is left, and the
 * outcome as it grows. A rule decides; this keeps the books.
 */
#ifndef ENGINE_RULES_COUNTING_H
#define ENGINE_RULES_COUNTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/rule.h"
#include "engine/support.h"
#include "engine/tiebreak.h"

struct counting {
  const struct election *election;
  const struct settings *settings;
  struct arena *arena;
  const struct progress *progress; /* or NULL */
  struct support support;
  struct tiebreak tiebreak;
  struct tie_facts facts;
  const uint32_t *order; /* [project_count] place of each project in the tie list's order */

  int64_t left; /* of the budget */
  bool *funded; /* [project_count] */
  struct project_result *results;
  uint32_t *selected;
  struct round *rounds;
  size_t round_count; /* as many projects are selected */
  struct tie *ties;
  size_t tie_count, tie_capacity;
  struct completion_report *completions;
  size_t completion_count;
};

enum {
  COMPLETIONS_MAX = 8
};

/* Reads the settings that every rule has: `utility` (with `borda_zero`) and `tie_break`. */
enum status counting_begin(struct counting *counting, const struct tally *tally,
                           struct arena *arena, struct fault *fault) CHECKED;

/* Funds a project: a new round, whose numbers about shares the caller fills in. */
struct round *counting_fund(struct counting *counting, uint32_t project, const char *stage);

/* Records that `count` ≥ 2 projects were equal for the next round, and sorts them into the order
 * of the tie list. */
enum status counting_tie(struct counting *counting, uint32_t *projects, size_t count,
                         struct fault *fault) CHECKED;

/* The project of `projects` that the tie list puts first. */
uint32_t counting_first(const struct counting *counting, const uint32_t *projects, size_t count);

/* What a completion did, to be filled in by the caller. */
struct completion_report *counting_completion(struct counting *counting, const char *name);

/* The finished outcome. Every project that is not funded must have its reason by now. */
void counting_end(const struct counting *counting, const struct profile *profile,
                  struct outcome *outcome);

/* The settings that every rule has, for their tables, and what follows from an election for
 * them. */
#define SETTING_ROW_TIE_BREAK                                                                      \
  {                                                                                                \
    .name = "tie_break", .kind = SETTING_TIES, .fallback = "id",                                   \
    .meaning = "keys that decide between equal projects, in order: votes, score, cost, "           \
               "cost-desc, id, id-numeric, listed, draw"                                           \
  }
#define SETTING_ROW_UTILITY                                                                        \
  {                                                                                                \
    .name = "utility", .kind = SETTING_WORD, .words = "cardinality cost points borda borda-max",   \
    .fallback = NULL,                                                                              \
    .meaning = "what a funded project is worth to its supporter; unless given: cardinality for "   \
               "approvals, points for points and scores, borda for rankings"                       \
  }
#define SETTING_ROW_BORDA_ZERO                                                                     \
  {                                                                                                \
    .name = "borda_zero", .kind = SETTING_BOOLEAN, .fallback = "false",                            \
    .meaning = "borda: the last project of a ranking gets 0 points instead of 1"                   \
  }
enum status counting_resolve(struct settings *settings, const struct election *election,
                             struct fault *fault) CHECKED;

#endif
