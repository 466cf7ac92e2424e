/* rule.h - the registry of counting rules, and their settings.
 *
 * A rule is one file under rules/ and one row in rule.c. Its row says what it is called and which
 * settings it has; help, validation and the `rule` member of outcomes are made from that.
 */
#ifndef ENGINE_RULE_H
#define ENGINE_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/canonical.h"
#include "base/fault.h"
#include "base/span.h"
#include "engine/election.h"
#include "engine/outcome.h"
#include "engine/profile.h"

enum setting_kind {
  SETTING_BOOLEAN, /* "true" or "false" */
  SETTING_INTEGER, /* a whole number from 0 to 2^53-1 */
  SETTING_WORD,    /* one of `words` */
  SETTING_WORDS,   /* several of `words`, comma-separated, none twice; may be empty */
  SETTING_TIES,    /* a tie list (tiebreak.h) */
  SETTING_UNIT,    /* an amount in minor units ≥ 1, or a share of the budget such as "1%" */
  SETTING_GROUPS,  /* groups of project ids: "a+b,c+d+e"; may be empty */
};

struct setting {
  const char *name;
  enum setting_kind kind;
  const char *words;    /* SETTING_WORD(S): "skip stop" */
  const char *fallback; /* its value when it is not given; NULL: follows from the election, which
                           `meaning` explains */
  const char *meaning;  /* one line for people */
};

enum { SETTINGS_MAX = 16 };

struct rule;

/* The settings of one count, by their place in the rule's table. */
struct settings {
  const struct rule *rule;
  bool given[SETTINGS_MAX];
  struct span text[SETTINGS_MAX]; /* as given or the fallback; valid once settings_resolve said so */
};

/* All that a count depends on. Everything lives at least as long as the outcome. */
struct tally {
  const struct election *election;
  const struct profile *profile;
  const struct settings *settings; /* resolved */
  const uint32_t *draw;            /* lots for the key `draw` (tiebreak.h), or NULL */
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

/* Nothing given yet. */
void settings_begin(struct settings *settings, const struct rule *rule);

/* Gives one setting; a later one replaces an earlier. `text` must outlive the settings. Refuses
 * an unknown name and a value that is not of its kind, naming those that are. */
enum status settings_set(struct settings *settings, struct span name, struct span text,
                         struct fault *fault) CHECKED;

/* Completes the settings for an election: after it every text is there and checked. Texts made on
 * the way are in `arena`. */
enum status settings_resolve(struct settings *settings, const struct election *election,
                             struct arena *arena, struct fault *fault) CHECKED;

/* By name, which must be one of the rule's. */
struct span settings_text(const struct settings *settings, const char *name);
bool settings_boolean(const struct settings *settings, const char *name);
int64_t settings_integer(const struct settings *settings, const char *name);
/* Whether the word is in the list of a SETTING_WORDS. */
bool settings_has(const struct settings *settings, const char *name, const char *word);

/* Writes {"name":…, every setting…} with values in their kind. */
void settings_write(const struct settings *settings, struct canonical_writer *writer);

/* Runs the rule. The outcome is in `arena`, and so is all memory used on the way. */
enum status rule_count_ballots(const struct tally *tally, struct arena *arena,
                               struct outcome *outcome, struct fault *fault) CHECKED;

#endif
