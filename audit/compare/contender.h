/* contender.h - the rules that are to be compared, as a command line names them.
 *
 * A contender is a rule's name, each with its default settings; or `default`, what `tally` counts by
 * when nothing is asked for; or `published`, what the file or the board says of itself. Settings may
 * follow: "greedy:by=density:on_miss=stop". --rules has several, separated by commas; --rule has one,
 * whose values may hold commas: "equal-shares:completion=add1,greedy".
 */
#ifndef AUDIT_COMPARE_CONTENDER_H
#define AUDIT_COMPARE_CONTENDER_H

#include <stddef.h>

#include "audit/request.h"
#include "base/arena.h"
#include "base/fault.h"
#include "base/span.h"
#include "engine/election.h"
#include "engine/pabulib.h"
#include "engine/rule.h"

enum {
  CONTENDERS_MAX = 10
};

/* What --rules stands for when nothing is named. */
#define CONTENDERS_DEFAULT "greedy,default,exact-equal-shares,phragmen"

struct contender {
  struct span said; /* as it was named */
  enum request_rule origin;
  const struct rule *rule; /* NULL: published */
  size_t setting_count;
  struct span names[SETTINGS_MAX];
  struct span values[SETTINGS_MAX];
};

struct contenders {
  size_t count;
  struct contender list[CONTENDERS_MAX];
};

/* Adds what one --rules says; or, for `separator` 0, what one --rule says. Where the rule is known,
 * so are its settings: they are checked at once. `option` is the fault's `where`; `text` must outlive
 * the contenders. */
enum status contenders_add(struct contenders *contenders, const char *option, const char *text,
                           char separator, struct fault *fault) CHECKED;

/* The settings that a contender means for an election, completed for it. `published` is what `file`
 * names, or `manifest` where that is not NULL; refused where both are. */
enum status contender_settings(const struct contender *contender, const struct election *election,
                               const struct pabulib *file, const struct settings *manifest,
                               struct arena *arena, struct settings *settings,
                               struct fault *fault) CHECKED;

#endif
