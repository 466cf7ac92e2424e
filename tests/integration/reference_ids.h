/* reference_ids.h - what others call their ways of counting, in our settings.
 */
#ifndef TESTS_INTEGRATION_REFERENCE_IDS_H
#define TESTS_INTEGRATION_REFERENCE_IDS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "tests/oracle/oracle.h"

enum {
  REFERENCE_TEXT = 256
};

/* Settings that reproduce the id of an outcome in `exact` and `pabutools`; false for rules that
 * the engine does not have. */
bool reference_settings(const char *id, enum oracle_rule *rule, char text[REFERENCE_TEXT]);

/* The same for the parameters of a run of the equalshares.net tool. */
bool reference_tool_settings(const json_t *parameters, char text[REFERENCE_TEXT]);

#endif
