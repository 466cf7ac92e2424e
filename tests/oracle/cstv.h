/* cstv.h - cumulative support transfer voting, voter by voter and project by project: for elections of
 * a few voters.
 */
#ifndef TESTS_ORACLE_CSTV_H
#define TESTS_ORACLE_CSTV_H

#include "tests/oracle/run.h"

void oracle_cstv(const struct oracle_count *count, struct oracle_result *result);

#endif
