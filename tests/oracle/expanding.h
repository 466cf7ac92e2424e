/* expanding.h - expanding approvals, voter by voter: for elections of a few voters.
 */
#ifndef TESTS_ORACLE_EXPANDING_H
#define TESTS_ORACLE_EXPANDING_H

#include "tests/oracle/run.h"

void oracle_expanding(const struct oracle_count *count, struct oracle_result *result);

#endif
