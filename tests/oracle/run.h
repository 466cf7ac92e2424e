/* run.h - runs of Equal Shares, one or many: what both oracles do around a run.
 */
#ifndef TESTS_ORACLE_RUN_H
#define TESTS_ORACLE_RUN_H

#include "tests/oracle/facts.h"

/* What one run found. */
struct oracle_run {
  size_t count;
  uint32_t *project; /* [projects] in order of purchase */
  mpq_t *rho;
  uint64_t *paid_full;
  uint64_t *paid_all;
  int64_t spent;
  bool *funded; /* [projects] */
  mpq_t endowment;
};

void oracle_run_make(struct oracle_run *run, size_t projects, struct arena *arena);
void oracle_run_free(struct oracle_run *run, size_t projects);

/* Runs the rule from an endowment and writes what it finds to `run`, which was emptied. */
typedef void oracle_run_function(void *state, mpq_srcptr endowment, struct oracle_run *run);

/* Everything that a count by Equal Shares works on. */
struct oracle_count {
  const struct election *election;
  const struct oracle_ballots *ballots;
  const struct oracle_settings *settings;
  const struct oracle_facts *facts;
  struct arena *arena;
};

/* The first run, and with add1 as many as it takes. Fills in the purchases, `spent`, `steps`,
 * `endowment` and `stopped` of the result. `kept` is the run that counts; give it back. */
void oracle_run_all(const struct oracle_count *count, oracle_run_function *function, void *state,
                    struct oracle_run *kept, struct oracle_result *result);

/* What greedy sorts by. */
enum oracle_merit {
  ORACLE_MERIT_SCORE,
  ORACLE_MERIT_DENSITY,
  ORACLE_MERIT_PUBLISHED, /* what cities publish, for the greedy that others are compared with */
};

enum oracle_merit oracle_merit_of(const struct oracle_settings *settings);

/* Adds a project to the selection. */
void oracle_select(const struct election *election, struct oracle_result *result, uint32_t project);

/* Whether strictly more voters get more utility from the projects of `challenger` than from those
 * of `champion`. */
bool oracle_prefers(const struct oracle_count *count, const struct oracle_result *challenger,
                    const struct oracle_result *champion);

#endif
