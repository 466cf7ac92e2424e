/* exact.h - Exact Equal Shares with add-opt, voter by voter: for elections of a few voters.
 */
#ifndef TESTS_ORACLE_EXACT_H
#define TESTS_ORACLE_EXACT_H

#include "tests/oracle/run.h"

void oracle_exact(const struct oracle_count *count, struct oracle_result *result);

#endif
