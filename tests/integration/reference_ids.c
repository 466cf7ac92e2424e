#include "tests/integration/reference_ids.h"

#include <stdio.h>
#include <string.h>

/* `%s` in an id stands for the name of a utility. Their greedy is by density and funds what nobody
 * supports when it fits. */
static const struct {
  const char *id;
  enum oracle_rule rule;
  const char *settings;
} rows[] = {
    {"greedy_%s", ORACLE_GREEDY, "tie_break=id by=density fund_unsupported=true"},
    {"mes_%s", ORACLE_EQUAL_SHARES, "tie_break=id"},
    {"mes_%s+greedy_%s", ORACLE_EQUAL_SHARES,
     "tie_break=id completion=greedy fund_unsupported=true"},
    {"mes_%s+phragmen", ORACLE_EQUAL_SHARES,
     "tie_break=id completion=phragmen forget=true fund_unsupported=true"},
    {"mes_%s_add1", ORACLE_EQUAL_SHARES, "tie_break=id completion=add1-exact"},
    {"mes_%s_add1+greedy_%s", ORACLE_EQUAL_SHARES,
     "tie_break=id completion=add1-exact,greedy fund_unsupported=true"},
    {"mes_%s_add1_floorstart", ORACLE_EQUAL_SHARES, "tie_break=id completion=add1-exhaustive"},
    {"mes_%s_add1u_floorstart", ORACLE_EQUAL_SHARES,
     "tie_break=id completion=add1-exhaustive,greedy fund_unsupported=true"},
    {"mes_%s_exh1pct+greedy_%s", ORACLE_EQUAL_SHARES,
     "tie_break=id completion=add1-exact,greedy unit=1% fund_unsupported=true"},
    {"maxwelfare_%s", ORACLE_MAX_WELFARE, "tie_break=id"},
};

static const struct {
  const char *theirs;
  const char *ours;
} utilities[] = {
    {"cardinality", "cardinality"},
    {"cost", "cost"},
    {"score", "points"},
    {"borda", "borda borda_zero=true"},
};

static const struct {
  const char *id;
  const char *variant;
} cstv_rows[] = {
    {"cstv_EWT_normalised", "ewt"},   {"cstv_EWTC_normalised", "ewtc"},
    {"cstv_EWTS_normalised", "ewts"}, {"cstv_MT_normalised", "mt"},
    {"cstv_MTC_normalised", "mtc"},   {"cstv_MTS_normalised", "mts"},
};

/* The tool done exactly. */
static const struct {
  const char *id;
  const char *settings;
} tool_rows[] = {
    {"eqs_none", ""},
    {"eqs_utilitarian", " completion=greedy fund_unsupported=true"},
    {"eqs_add1", " completion=add1-exhaustive peer_all=true peer_all_fit=true"},
    {"eqs_add1u", " completion=add1-exhaustive,greedy fund_unsupported=true peer_all=true"
                  " peer_all_fit=true"},
    {"eqs_add1 satisfaction", " completion=add1-exhaustive,comparison fund_unsupported=true"
                              " peer_all=true peer_all_fit=true"},
};

#define LENGTH(array) (sizeof(array) / sizeof *(array))

#define TOOL_SETTINGS "utility=cost tie_break=votes,cost,id"

/* Whether `id` is `pattern` with `name` in place of each %s. */
static bool matches(const char *id, const char *pattern, const char *name)
{
  while (*pattern != '\0') {
    if (strncmp(pattern, "%s", 2) == 0) {
      size_t length = strlen(name);
      if (strncmp(id, name, length) != 0)
        return false;
      id += length;
      pattern += 2;
    } else if (*id++ != *pattern++) {
      return false;
    }
  }
  return *id == '\0';
}

bool reference_settings(const char *id, enum oracle_rule *rule, char text[REFERENCE_TEXT])
{
  for (size_t row = 0; row < LENGTH(rows); row++) {
    for (size_t i = 0; i < LENGTH(utilities); i++) {
      if (!matches(id, rows[row].id, utilities[i].theirs))
        continue;
      *rule = rows[row].rule;
      snprintf(text, REFERENCE_TEXT, "utility=%s %s", utilities[i].ours, rows[row].settings);
      return true;
    }
  }
  for (size_t i = 0; i < LENGTH(cstv_rows); i++) {
    if (strcmp(id, cstv_rows[i].id) == 0) {
      *rule = ORACLE_CSTV;
      snprintf(text, REFERENCE_TEXT, "tie_break=id fund_unsupported=true variant=%s",
               cstv_rows[i].variant);
      return true;
    }
  }
  if (strcmp(id, "phragmen") == 0) {
    *rule = ORACLE_PHRAGMEN;
    snprintf(text, REFERENCE_TEXT, "tie_break=id fund_unsupported=true");
    return true;
  }
  if (strncmp(id, "maximin_support_", strlen("maximin_support_")) == 0) {
    *rule = ORACLE_MAXIMIN;
    snprintf(text, REFERENCE_TEXT, "tie_break=id");
    return true;
  }
  for (size_t row = 0; row < LENGTH(tool_rows); row++) {
    if (strcmp(id, tool_rows[row].id) == 0) {
      *rule = ORACLE_EQUAL_SHARES;
      snprintf(text, REFERENCE_TEXT, "%s%s", TOOL_SETTINGS, tool_rows[row].settings);
      return true;
    }
  }
  return false;
}

static bool has_option(const json_t *options, const char *name)
{
  size_t index;
  const json_t *option;
  json_array_foreach(options, index,
                     option) if (json_is_string(option) &&
                                 strcmp(json_string_value(option), name) == 0) return true;
  return false;
}

bool reference_tool_settings(const json_t *parameters, char text[REFERENCE_TEXT])
{
  const char *completion = json_string_value(json_object_get(parameters, "completion"));
  const char *comparison = json_string_value(json_object_get(parameters, "comparison"));
  const json_t *options = json_object_get(parameters, "add1options");
  if (completion == NULL || comparison == NULL)
    return false;
  char id[64];
  bool compare = strcmp(comparison, "none") != 0;
  snprintf(id, sizeof id, "eqs_%s%s%s", completion, compare ? " " : "", compare ? comparison : "");
  enum oracle_rule rule;
  if (!reference_settings(id, &rule, text))
    return false;
  size_t length = strlen(text);
  bool add1 = strncmp(completion, "add1", 4) == 0;
  snprintf(text + length, REFERENCE_TEXT - length, "%s%s",
           add1 && !has_option(options, "integral") ? " start=exact" : "",
           add1 && !has_option(options, "exhaustive") ? " stop=overspend" : "");
  return true;
}
