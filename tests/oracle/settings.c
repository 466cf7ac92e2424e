#include <stdlib.h>
#include <string.h>

#include "tests/oracle/facts.h"

struct word {
  const char *name;
  int value;
};

static const struct word utilities[] = {
    {"cardinality", ORACLE_CARDINALITY}, {"cost", ORACLE_COST},
    {"points", ORACLE_POINTS},           {"borda", ORACLE_BORDA},
    {"borda-max", ORACLE_BORDA_MAX},     {NULL, 0},
};

static const struct word booleans[] = {{"true", true}, {"false", false}, {NULL, 0}};
static const struct word orders[] = {{"score", false}, {"density", true}, {NULL, 0}};
static const struct word misses[] = {{"skip", false}, {"stop", true}, {NULL, 0}};
static const struct word starts[] = {{"integral", false}, {"exact", true}, {NULL, 0}};
static const struct word stops[] = {{"overspend", false}, {"exhaustive", true}, {NULL, 0}};
static const struct word one_per[] = {{"none", false}, {"category", true}, {NULL, 0}};

static int word_value(const struct word *words, const char *name)
{
  for (; words->name != NULL; words++)
    if (strcmp(words->name, name) == 0)
      return words->value;
  oracle_fail("'%s' is not one of the words of its setting", name);
}

/* What the completions say by their names, which `start` and `stop` may override. */
static void read_completion(struct oracle_settings *settings, char *list)
{
  for (char *rest = list, *name; (name = strtok_r(rest, ",", &rest)) != NULL;) {
    if (strcmp(name, "greedy") == 0) {
      settings->greedy = true;
    } else if (strcmp(name, "phragmen") == 0) {
      settings->phragmen = true;
    } else if (strncmp(name, "add-opt", 7) == 0) {
      settings->add_opt = true;
      settings->add_opt_skip = strcmp(name, "add-opt-skip") == 0;
    } else if (strcmp(name, "comparison") == 0) {
      settings->comparison = true;
    } else if (strncmp(name, "add1", 4) == 0) {
      settings->add1 = true;
      settings->greedy = strcmp(name, "add1u") == 0;
      settings->start_exact = strcmp(name, "add1-exact") == 0;
      settings->stop_exhaustive =
          strcmp(name, "add1-exact") == 0 || strcmp(name, "add1-exhaustive") == 0;
    } else {
      oracle_fail("completion '%s' is not known", name);
    }
  }
}

static void read_unit(struct oracle_settings *settings, const char *text)
{
  char *end;
  int64_t value = strtoll(text, &end, 10);
  settings->unit = *end == '%' ? 0 : value;
  settings->unit_percent = *end == '%' ? value : 0;
}

static void read_one(struct oracle_settings *settings, const char *name, char *value)
{
  if (strcmp(name, "utility") == 0)
    settings->utility = (enum oracle_utility)word_value(utilities, value);
  else if (strcmp(name, "borda_zero") == 0)
    settings->borda_zero = word_value(booleans, value);
  else if (strcmp(name, "tie_break") == 0)
    settings->tie_break = value;
  else if (strcmp(name, "by") == 0)
    settings->by_density = word_value(orders, value);
  else if (strcmp(name, "fund_unsupported") == 0)
    settings->fund_unsupported = word_value(booleans, value);
  else if (strcmp(name, "on_miss") == 0)
    settings->stop_at_miss = word_value(misses, value);
  else if (strcmp(name, "forget") == 0)
    settings->forget = word_value(booleans, value);
  else if (strcmp(name, "variant") == 0)
    settings->variant = value;
  else if (strcmp(name, "threshold") == 0)
    settings->threshold = strtoll(value, NULL, 10);
  else if (strcmp(name, "one_per") == 0)
    settings->one_per_category = word_value(one_per, value);
  else if (strcmp(name, "exclusive") == 0)
    settings->exclusive = value;
  else if (strcmp(name, "completion") == 0)
    read_completion(settings, value);
  else if (strcmp(name, "start") == 0)
    settings->start_exact = word_value(starts, value);
  else if (strcmp(name, "stop") == 0)
    settings->stop_exhaustive = word_value(stops, value);
  else if (strcmp(name, "unit") == 0)
    read_unit(settings, value);
  else if (strcmp(name, "peer_all") == 0)
    settings->peer_all = word_value(booleans, value);
  else if (strcmp(name, "peer_all_fit") == 0)
    settings->peer_all_fit = word_value(booleans, value);
  else
    oracle_fail("setting '%s' is not known", name);
}

static enum oracle_utility natural_utility(enum ballot_kind kind)
{
  switch (kind) {
  case BALLOT_POINTS:
  case BALLOT_SCORES:
  case BALLOT_SPLIT:
    return ORACLE_POINTS;
  case BALLOT_RANKING:
    return ORACLE_BORDA;
  case BALLOT_APPROVAL:
  case BALLOT_ANSWER:
    break;
  }
  return ORACLE_CARDINALITY;
}

/* `start` and `stop` win over the completion's name wherever they stand. */
static void read_all(struct oracle_settings *settings, const char *text, struct arena *arena,
                     bool presets)
{
  size_t length = strlen(text);
  char *rest = ORACLE_TAKE(arena, char, length + 1);
  memcpy(rest, text, length);
  for (char *pair; (pair = strtok_r(rest, " ", &rest)) != NULL;) {
    char *value = strchr(pair, '=');
    if (value == NULL)
      oracle_fail("'%s' is not a setting", pair);
    *value++ = '\0';
    if ((strcmp(pair, "completion") == 0) == presets)
      read_one(settings, pair, value);
  }
}

void oracle_settings_read(enum oracle_rule rule, const char *text, const struct election *election,
                          struct arena *arena, struct oracle_settings *settings)
{
  *settings = (struct oracle_settings){.rule = rule,
                                       .utility = natural_utility(election->ballot.kind),
                                       .tie_break = "id",
                                       .variant = "mtc",
                                       .by_density = rule == ORACLE_EQUAL_SHARES,
                                       .stop_at_miss = rule != ORACLE_GREEDY,
                                       .start_exact = true,
                                       .unit = 1};
  for (unsigned i = 0; i < election->minor_unit; i++)
    settings->unit *= 10;
  if (rule == ORACLE_EXACT)
    settings->utility = ORACLE_CARDINALITY;
  read_all(settings, text, arena, true);
  read_all(settings, text, arena, false);
  if (settings->borda_zero && settings->utility == ORACLE_BORDA)
    settings->utility = ORACLE_BORDA_ZERO;
}
