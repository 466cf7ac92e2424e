#include "engine/rule.h"

#include "engine/rules/cstv.h"
#include "engine/rules/equal_shares.h"
#include "engine/rules/exact_equal_shares.h"
#include "engine/rules/expanding_approvals.h"
#include "engine/rules/greedy.h"
#include "engine/rules/max_welfare.h"
#include "engine/rules/maximin_support.h"
#include "engine/rules/phragmen.h"

/* One row for each rule; the rest is in its file. */
const struct rule *const rules[] = {
    &cstv_rule,   &equal_shares_rule, &exact_equal_shares_rule, &expanding_approvals_rule,
    &greedy_rule, &max_welfare_rule,  &maximin_support_rule,    &phragmen_rule,
};

const size_t rule_count = sizeof rules / sizeof rules[0];

const struct rule *rule_find(struct span name)
{
  for (size_t i = 0; i < rule_count; i++) {
    if (span_equal(name, span_of(rules[i]->name)))
      return rules[i];
  }
  return NULL;
}

enum status rule_count_ballots(const struct tally *tally, struct arena *arena,
                               struct outcome *outcome, struct fault *fault)
{
  return tally->settings->rule->count(tally, arena, outcome, fault);
}
