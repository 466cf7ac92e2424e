#include "engine/margins/proof.h"

static bool is(const struct tally *tally, const char *rule)
{
  return span_equal(span_of(tally->settings->rule->name), span_of(rule));
}

static bool greedy_is(const struct tally *tally, enum change change)
{
  return change != CHANGE_COST || settings_has(tally->settings, "by", "density") ||
         !settings_has(tally->settings, "utility", "cost");
}

static bool shares_are(const struct tally *tally, enum change change)
{
  return change != CHANGE_FURTHER_VOTERS &&
         settings_text(tally->settings, "completion").length == 0;
}

bool proof_monotone(const struct tally *tally, enum change change)
{
  if (change == CHANGE_COST && settings_has(tally->settings, "tie_break", "cost-desc"))
    return false;
  if (change == CHANGE_SUPPORTERS_LEAVE && tally->election->ballot.kind == BALLOT_RANKING)
    return false;
  if (is(tally, "greedy"))
    return greedy_is(tally, change);
  if (is(tally, "phragmen"))
    return !settings_boolean(tally->settings, "fund_unsupported");
  if (is(tally, "equal-shares") || is(tally, "exact-equal-shares"))
    return shares_are(tally, change);
  return false;
}
