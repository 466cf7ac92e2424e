/* phragmen.h - Phragmén's sequential rule, as a rule and as a completion.
 */
#ifndef TESTS_ORACLE_PHRAGMEN_H
#define TESTS_ORACLE_PHRAGMEN_H

#include "tests/oracle/run.h"

/* Goes on from what `result` has selected. `loads` holds that of each ballot, and is used up. Fills
 * in the purchases of the result. */
void oracle_phragmen(const struct oracle_count *count, mpq_t *loads, struct oracle_result *result);

#endif
