#include "tests/oracle/counting.h"

#include <string.h>

const char *counting_rule_name(enum oracle_rule rule)
{
  static const char *const names[] = {
      [ORACLE_GREEDY] = "greedy",
      [ORACLE_EQUAL_SHARES] = "equal-shares",
      [ORACLE_PHRAGMEN] = "phragmen",
      [ORACLE_EXACT] = "exact-equal-shares",
      [ORACLE_MAX_WELFARE] = "max-welfare",
      [ORACLE_MAXIMIN] = "maximin-support",
      [ORACLE_EXPANDING] = "expanding-approvals",
      [ORACLE_CSTV] = "cstv",
  };
  return names[rule];
}

static enum status set_all(struct settings *settings, const char *text, struct fault *fault)
{
  while (*text != '\0') {
    size_t length = strcspn(text, " ");
    size_t name = strcspn(text, "= ");
    if (name < length) {
      struct span value = {.bytes = text + name + 1, .length = length - name - 1};
      enum status status =
          settings_set(settings, (struct span){.bytes = text, .length = name}, value, fault);
      if (status != STATUS_OK)
        return status;
    }
    text += length + (text[length] == ' ');
  }
  return STATUS_OK;
}

enum status counting_run(enum oracle_rule rule, const char *text, const struct election *election,
                         const struct profile *profile, const uint32_t *draw, struct arena *arena,
                         struct settings *settings, struct outcome *outcome, struct fault *fault)
{
  const struct rule *engine_rule = rule_find(span_of(counting_rule_name(rule)));
  if (engine_rule == NULL)
    return fault_set(fault, STATUS_FAILED, "rule", NULL, "the engine has no rule '%s'",
                     counting_rule_name(rule));
  settings_begin(settings, engine_rule);
  enum status status = set_all(settings, text, fault);
  if (status == STATUS_OK)
    status = settings_resolve(settings, election, arena, fault);
  if (status != STATUS_OK)
    return status;
  struct tally tally = {
      .election = election, .profile = profile, .settings = settings, .draw = draw};
  return rule_count_ballots(&tally, arena, outcome, fault);
}
