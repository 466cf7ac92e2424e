/* rule.h - the registry of counting rules.
 *
 * A rule is one file under rules/ and one row in rule.c. It says what it is called and which
 * settings it has; help, validation and the `rule` member of outcomes are made from that.
 */
#ifndef ENGINE_RULE_H
#define ENGINE_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/span.h"
#include "engine/election.h"
#include "engine/outcome.h"
#include "engine/profile.h"
#include "engine/settings.h"

/* Whom to tell how far a long count is. It changes nothing about the outcome. */
struct progress {
  void (*tell)(void *context, const char *stage, uint64_t steps); /* steps done in the stage */
  void *context;
};

/* All that a count depends on. Everything lives at least as long as the outcome. */
struct tally {
  const struct election *election;
  const struct profile *profile;
  const struct settings *settings; /* resolved */
  const uint32_t *draw;            /* lots for the key `draw` (tiebreak.h), or NULL */
  const struct progress *progress; /* or NULL */
};

struct rule {
  const char *name;
  const char *summary; /* one line for people */
  const struct setting *settings;
  size_t setting_count;
  /* Fills in what follows from the election and refuses settings that contradict each other or
   * the ballots; may be NULL. */
  enum status (*resolve)(struct settings *settings, const struct election *election,
                         struct arena *arena, struct fault *fault);
  enum status (*count)(const struct tally *tally, struct arena *arena, struct outcome *outcome,
                       struct fault *fault);
};

/* The rules, in the order in which help shows them. */
extern const struct rule *const rules[];
extern const size_t rule_count;

/* The rule called `name`, or NULL. */
const struct rule *rule_find(struct span name);

/* Runs the rule. The outcome is in `arena`, and so is all memory used on the way. */
enum status rule_count_ballots(const struct tally *tally, struct arena *arena,
                               struct outcome *outcome, struct fault *fault) CHECKED;

#endif
