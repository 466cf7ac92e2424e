/* counting.h - the engine's rules, set up by the same text as the oracles.
 */
#ifndef TESTS_ORACLE_COUNTING_H
#define TESTS_ORACLE_COUNTING_H

#include "base/arena.h"
#include "base/fault.h"
#include "engine/outcome.h"
#include "engine/rule.h"
#include "tests/oracle/oracle.h"

/* As the engine calls it: "greedy", "equal-shares" and so on. */
const char *counting_rule_name(enum oracle_rule rule);

/* Counts with the engine. `text` is as for oracle_settings_read; `settings` is what it came to. */
enum status counting_run(enum oracle_rule rule, const char *text, const struct election *election,
                         const struct profile *profile, const uint32_t *draw, struct arena *arena,
                         struct settings *settings, struct outcome *outcome,
                         struct fault *fault) CHECKED;

#endif
