/* maximin.h - the maximin support rule, by the load that every set of projects needs.
 */
#ifndef TESTS_ORACLE_MAXIMIN_H
#define TESTS_ORACLE_MAXIMIN_H

#include "tests/oracle/run.h"

enum {
  ORACLE_MAXIMIN_PROJECTS = 15 /* at most */
};

/* Fills in the selection and the purchases of the result. */
void oracle_maximin(const struct oracle_count *count, struct oracle_result *result);

#endif
