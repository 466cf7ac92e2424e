/* simulation_report.h - how several rules do on many simulated elections.
 *
 * For people: of each figure its mean, and between which values the middle half of the elections lies.
 * For machines: one line of canonical JSON with the figures of every election, nothing rounded
 * (docs/auditing.md, "Simulating elections").
 */
#ifndef AUDIT_COMPARE_SIMULATION_REPORT_H
#define AUDIT_COMPARE_SIMULATION_REPORT_H

#include <stddef.h>

#include "audit/compare/contender.h"
#include "audit/compare/figures.h"
#include "audit/compare/model.h"
#include "audit/words.h"
#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "engine/election.h"

enum {
  SIMULATED_MAX = 1000 /* elections */
};

struct simulated {
  const struct recipe *recipe;
  const struct contenders *contenders;
  const struct election *election; /* the first; all have the same budget */
  const struct settings *settings; /* [contenders] for the first */
  size_t count;                    /* elections, 1 to SIMULATED_MAX */
  const struct figures *figures;   /* [contenders × count], by contender */
};

enum status simulation_report_add(const struct simulated *simulated, enum language language,
                                  size_t width, struct arena *arena, struct buffer *page,
                                  struct fault *fault) CHECKED;

/* Adds the JSON. A failed allocation shows in the buffer. */
void simulation_report_write(const struct simulated *simulated, struct buffer *text);

#endif
