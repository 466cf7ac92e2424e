/* welfare.h - the set of greatest utility, found by looking at every set that fits.
 */
#ifndef TESTS_ORACLE_WELFARE_H
#define TESTS_ORACLE_WELFARE_H

#include "tests/oracle/run.h"

enum {
  ORACLE_WELFARE_PROJECTS = 20 /* at most that can be chosen from */
};

/* Fills in the selection and the purchases of the result. */
void oracle_max_welfare(const struct oracle_count *count, struct oracle_result *result);

#endif
