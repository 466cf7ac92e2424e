/* settings.h - what can be chosen about a rule, and what was.
 *
 * Each rule has a table of settings. They are given as text, by name, from a manifest, a command
 * line or a preset; refused at once when they are not of their kind; completed for an election
 * before counting; and written out in full, defaults too, in every outcome.
 */
#ifndef ENGINE_SETTINGS_H
#define ENGINE_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/canonical.h"
#include "base/fault.h"
#include "base/span.h"
#include "engine/election.h"

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

enum {
  SETTINGS_MAX = 16
};

struct rule;

/* The settings of one count, by their place in the rule's table. */
struct settings {
  const struct rule *rule;
  bool given[SETTINGS_MAX];
  struct span
      text[SETTINGS_MAX]; /* as given or the fallback; valid once settings_resolve said so */
};

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
/* Whether it was given rather than left to its fallback; and, for a rule's resolve, what follows
 * from the election for one that was not. */
bool settings_given(const struct settings *settings, const char *name);
/* Whether it was not given and has no fallback: its value follows from the election. */
bool settings_follows(const struct settings *settings, const char *name);
void settings_fill(struct settings *settings, const char *name, struct span text);
/* Whether the word is in the list of a SETTING_WORDS. */
bool settings_has(const struct settings *settings, const char *name, const char *word);

/* Writes {"name":…, every setting…} with values in their kind. */
void settings_write(const struct settings *settings, struct canonical_writer *writer);

#endif
