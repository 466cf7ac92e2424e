/* reference.c - the outcomes that other programs found on real elections, found again.
 *
 * Reads every file of shared/reference and says, as TAP, whether the same projects are funded in
 * the same order for the same money. `reference --oracle` puts our own straightforward program in
 * the engine's place: that the semantics are read rightly must not rest on the engine alone.
 *
 * $BEFFROI_ALL=1: everything; otherwise what took `exact` less than a second.
 */
#include <gmp.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/pabulib.h"
#include "tests/integration/reference_ids.h"
#include "tests/oracle/counting.h"
#include "tests/oracle/facts.h"
#include "tests/oracle/files.h"
#include "tests/oracle/welfare.h"

enum {
  SETS_OF_CITIES = 10 /* projects of which the oracle weighs every set for all voters */
};

struct folder {
  const char *name;
  double seconds;        /* longest of theirs that the default tier repeats */
  double oracle_seconds; /* longest that the straightforward program repeats there */
  bool tool;             /* computed with floats: differences are told, not held against us */
};

/* pabutools takes about a hundred times as long as the program behind `exact`. */
static const struct folder folders[] = {
    {"exact", 1.0, 0.02, false},
    {"pabutools", 20.0, 0.5, false},
    {"equalshares", 2.0, 0.1, true},
};

/* Outcomes of theirs that ours may not equal. */
static const struct {
  const char *file;
  const char *id;
  const char *why;
} explained[] = {
    {"Switzerland_Zurich_S5D10.pb", "cstv_MTC_normalised",
     "the transfer to 14 takes all from 29 voters, where 13 run out at the ratio that is needed"},
};

struct tallies {
  unsigned compared, equal, different, explained, other_rule, not_ok, slow;
};

struct judge {
  bool oracle;
  bool all;
  const struct folder *folder;
  const char *file; /* the name of the reference */
  struct pabulib pabulib;
  struct oracle_ballots ballots;
  struct arena *arena;
  struct tallies tallies;
};

struct selection {
  size_t count;
  const uint32_t *projects;
  int64_t spent;
};

/* --- counting --- */

static bool count_ballots(struct judge *judge, enum oracle_rule rule, const char *text,
                          struct arena *arena, struct selection *selection)
{
  const struct election *election = &judge->pabulib.election;
  if (judge->oracle) {
    struct oracle_settings settings;
    struct oracle_result result;
    oracle_settings_read(rule, text, election, arena, &settings);
    oracle_straightforward(election, &judge->ballots, &settings, arena, &result);
    *selection = (struct selection){result.selected_count, result.selected, result.spent};
    return true;
  }
  struct settings settings;
  struct outcome outcome;
  struct fault fault;
  if (counting_run(rule, text, election, &judge->pabulib.profile, NULL, arena, &settings, &outcome,
                   &fault) != STATUS_OK) {
    printf("# %s: %s: %s\n", text, fault.where, fault.what);
    return false;
  }
  *selection = (struct selection){outcome.selected_count, outcome.selected, outcome.spent};
  return true;
}

/* --- comparing --- */

static int compare_strings(const void *a, const void *b)
{
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char **names_of(const struct judge *judge, const struct selection *selection,
                             struct arena *arena)
{
  const char **names = arena_take(arena, selection->count, sizeof *names);
  for (size_t i = 0; names != NULL && i < selection->count; i++) {
    struct span id = judge->pabulib.election.projects[selection->projects[i]].id;
    names[i] = arena_copy(arena, id.bytes, id.length);
    if (names[i] == NULL)
      return NULL;
  }
  return names;
}

static bool same_list(const char *const *names, size_t count, const json_t *list)
{
  if (json_array_size(list) != count)
    return false;
  for (size_t i = 0; i < count; i++) {
    const char *id = json_string_value(json_array_get(list, i));
    if (id == NULL || strcmp(id, names[i]) != 0)
      return false;
  }
  return true;
}

/* Theirs is in currency units, "n" or "n/d", or a number. */
static bool same_cost(const struct judge *judge, int64_t spent, const json_t *cost)
{
  char text[64];
  mpq_t theirs, ours, unit;
  mpq_inits(theirs, ours, unit, (mpq_ptr)NULL);
  snprintf(text, sizeof text, "%lld", (long long)spent);
  bool same = mpq_set_str(ours, text, 10) == 0;
  snprintf(text, sizeof text, "%lld", (long long)election_currency_unit(&judge->pabulib.election));
  same = same && mpq_set_str(unit, text, 10) == 0;
  mpq_div(ours, ours, unit);
  if (json_is_real(cost))
    mpq_set_d(theirs, json_real_value(cost));
  else if (json_is_integer(cost))
    mpq_set_d(theirs, (double)json_integer_value(cost));
  else
    same = same && json_is_string(cost) && mpq_set_str(theirs, json_string_value(cost), 10) == 0;
  mpq_canonicalize(theirs);
  same = same && mpq_equal(theirs, ours);
  mpq_clears(theirs, ours, unit, (mpq_ptr)NULL);
  return same;
}

static void print_list(const char *title, const char *const *names, size_t count)
{
  printf("#   %s:", title);
  for (size_t i = 0; i < count; i++)
    printf(" %s", names[i]);
  printf("\n");
}

static void print_json_list(const char *title, const json_t *list)
{
  printf("#   %s:", title);
  for (size_t i = 0; i < json_array_size(list); i++)
    printf(" %s", json_string_value(json_array_get(list, i)));
  printf("\n");
}

/* Whether the same projects were funded, in the same order where theirs has one and `ordered`. */
static bool same_outcome(const struct judge *judge, const struct selection *selection,
                         const json_t *outcome, bool ordered, const char *title,
                         struct arena *arena)
{
  const json_t *order = ordered ? json_object_get(outcome, "order") : NULL;
  const json_t *cost = json_object_get(outcome, "cost");
  const char **names = names_of(judge, selection, arena);
  if (names == NULL)
    return false;
  bool same = cost == NULL || same_cost(judge, selection->spent, cost);
  same = same && (order == NULL || same_list(names, selection->count, order));
  if (!same) {
    printf("# %s/%s: %s: different\n", judge->folder->name, judge->file, title);
    print_list("ours  ", names, selection->count);
    if (order != NULL)
      print_json_list("theirs", order);
  }
  qsort(names, selection->count, sizeof *names, compare_strings);
  if (same && !same_list(names, selection->count, json_object_get(outcome, "selected"))) {
    printf("# %s/%s: %s: different\n", judge->folder->name, judge->file, title);
    print_list("ours  ", names, selection->count);
    print_json_list("theirs", json_object_get(outcome, "selected"));
    same = false;
  }
  return same;
}

/* The utility of a set to all voters together. */
static void add_welfare(const struct oracle_facts *facts, uint32_t project, mpq_t welfare)
{
  mpq_t weight, scale;
  mpq_inits(weight, scale, (mpq_ptr)NULL);
  oracle_set(weight, facts->weight[project]);
  oracle_set(scale, facts->scale[project]);
  mpq_mul(weight, weight, scale);
  mpq_add(welfare, welfare, weight);
  mpq_clears(weight, scale, (mpq_ptr)NULL);
}

/* Whether the set is of as much use as theirs, where they take any of the best. */
static bool same_welfare(const struct judge *judge, const struct selection *selection,
                         const char *text, const json_t *outcome, const char *title,
                         struct arena *arena)
{
  const struct election *election = &judge->pabulib.election;
  const json_t *selected = json_object_get(outcome, "selected");
  struct oracle_settings settings;
  struct oracle_facts facts;
  size_t found = 0;
  mpq_t ours, theirs;
  mpq_inits(ours, theirs, (mpq_ptr)NULL);
  oracle_settings_read(ORACLE_MAX_WELFARE, text, election, arena, &settings);
  oracle_facts_make(election, &judge->ballots, &settings, arena, &facts);
  for (size_t i = 0; i < selection->count; i++)
    add_welfare(&facts, selection->projects[i], ours);
  for (uint32_t project = 0; project < election->project_count; project++) {
    for (size_t i = 0; i < json_array_size(selected); i++) {
      struct span id = span_of(json_string_value(json_array_get(selected, i)));
      if (!span_equal(election->projects[project].id, id))
        continue;
      add_welfare(&facts, project, theirs);
      found++;
    }
  }
  bool same = found == json_array_size(selected) && mpq_equal(ours, theirs) != 0;
  if (!same)
    gmp_printf("# %s/%s: %s: utility %Qd, theirs %Qd\n", judge->folder->name, judge->file, title,
               ours, theirs);
  mpq_clears(ours, theirs, (mpq_ptr)NULL);
  return same;
}

static const char *why_different(const json_t *reference, const char *id)
{
  const char *file = json_string_value(json_object_get(reference, "file"));
  for (size_t i = 0; file != NULL && i < sizeof explained / sizeof *explained; i++)
    if (strcmp(explained[i].file, file) == 0 && strcmp(explained[i].id, id) == 0)
      return explained[i].why;
  return NULL;
}

/* `why`: they are known to differ. By cstv pabutools leaves money with a project whose faithful
 * supporters alone have its cost, so that it may buy the same in another order. */
static void compare_one(struct judge *judge, enum oracle_rule rule, const char *text,
                        const json_t *outcome, const char *title, const char *why)
{
  struct arena arena = {0};
  struct selection selection;
  bool same = count_ballots(judge, rule, text, &arena, &selection);
  if (same && rule == ORACLE_MAX_WELFARE)
    same = same_welfare(judge, &selection, text, outcome, title, &arena);
  else if (same)
    same = same_outcome(judge, &selection, outcome, rule != ORACLE_CSTV, title, &arena);
  if (why != NULL)
    printf("# %s/%s: %s: %s: %s\n", judge->folder->name, judge->file, title,
           same ? "not different after all" : "known to differ", why);
  judge->tallies.compared++;
  judge->tallies.equal += same && why == NULL;
  judge->tallies.explained += !same && why != NULL;
  judge->tallies.different += same == (why != NULL);
  arena_free(&arena);
}

/* Whether it took them too long to be repeated in this tier. Even when everything is asked for, the
 * straightforward program does no more than the engine in the default tier: some would take hours. */
static bool too_slow(const struct judge *judge, double seconds)
{
  if (judge->oracle)
    return seconds >= (judge->all ? judge->folder->seconds : judge->folder->oracle_seconds);
  return !judge->all && seconds >= judge->folder->seconds;
}

/* By these rules the straightforward program looks at every set there is. */
static bool too_many_sets(const struct judge *judge, enum oracle_rule rule)
{
  size_t projects = judge->pabulib.election.project_count;
  return (rule == ORACLE_MAX_WELFARE && projects > ORACLE_WELFARE_PROJECTS) ||
         (rule == ORACLE_MAXIMIN && projects > SETS_OF_CITIES);
}

static bool to_compare(struct judge *judge, const json_t *outcome, const char *seconds)
{
  const char *status = json_string_value(json_object_get(outcome, "status"));
  double taken = json_number_value(json_object_get(outcome, seconds));
  if (status == NULL || strcmp(status, "ok") != 0) {
    judge->tallies.not_ok++;
    return false;
  }
  if (too_slow(judge, taken)) {
    judge->tallies.slow++;
    return false;
  }
  return true;
}

static void compare_outcomes(struct judge *judge, json_t *reference)
{
  const char *id;
  json_t *outcome;
  json_object_foreach(json_object_get(reference, "outcomes"), id, outcome)
  {
    enum oracle_rule rule;
    char text[REFERENCE_TEXT];
    if (!reference_settings(id, &rule, text))
      judge->tallies.other_rule++;
    else if (judge->oracle && too_many_sets(judge, rule))
      judge->tallies.slow++;
    else if (judge->oracle && rule == ORACLE_CSTV)
      judge->tallies.slow++; /* each voter's rationals double in length with each purchase */
    else if (to_compare(judge, outcome, "seconds"))
      compare_one(judge, rule, text, outcome, id, why_different(reference, id));
  }
}

static void compare_tool_runs(struct judge *judge, const json_t *reference)
{
  size_t index;
  json_t *run;
  json_array_foreach(json_object_get(reference, "runs"), index, run)
  {
    char text[REFERENCE_TEXT];
    if (!to_compare(judge, run, "rule_seconds"))
      continue;
    if (reference_tool_settings(json_object_get(run, "params"), text))
      compare_one(judge, ORACLE_EQUAL_SHARES, text, run,
                  json_string_value(json_object_get(run, "name")), NULL);
    else
      judge->tallies.other_rule++;
  }
}

/* --- files --- */

static bool read_election(struct judge *judge, const json_t *reference, char *why, size_t size)
{
  const char *name = json_string_value(json_object_get(reference, "file"));
  const char *folder = files_shared("pabulib", judge->arena);
  struct fault fault;
  struct span text;
  if (name == NULL || folder == NULL ||
      !files_read(files_join(folder, name, judge->arena), judge->arena, &text)) {
    snprintf(why, size, "%s is not there", name != NULL ? name : "its election");
    return false;
  }
  struct pabulib_options options = {0};
  if (pabulib_read(text, &options, judge->arena, &judge->pabulib, &fault) != STATUS_OK) {
    snprintf(why, size, "%s: %s: %s", name, fault.where, fault.what);
    return false;
  }
  oracle_ballots_of(&judge->pabulib.profile, judge->arena, &judge->ballots);
  return true;
}

static void add(struct tallies *total, const struct tallies *part)
{
  total->compared += part->compared;
  total->equal += part->equal;
  total->different += part->different;
  total->explained += part->explained;
  total->other_rule += part->other_rule;
  total->not_ok += part->not_ok;
  total->slow += part->slow;
}

static void print_tallies(const char *before, const struct tallies *tallies)
{
  printf("%s%u compared, %u equal, %u different, %u known to differ; skipped: %u of other rules, "
         "%u without a "
         "result, %u too slow for this tier\n",
         before, tallies->compared, tallies->equal, tallies->different, tallies->explained,
         tallies->other_rule, tallies->not_ok, tallies->slow);
}

/* One reference file: one line of TAP. */
static bool judge_file(struct judge *judge, const char *path, unsigned number)
{
  struct arena arena = {0};
  char why[512], title[640];
  json_error_t error;
  json_t *reference = json_load_file(path, 0, &error);
  bool held = false;
  judge->arena = &arena;
  judge->tallies = (struct tallies){0};
  if (reference == NULL) {
    printf("not ok %u - %s/%s: line %d: %s\n", number, judge->folder->name, judge->file, error.line,
           error.text);
  } else if (!read_election(judge, reference, why, sizeof why)) {
    printf("not ok %u - %s/%s: %s\n", number, judge->folder->name, judge->file, why);
  } else {
    if (judge->folder->tool)
      compare_tool_runs(judge, reference);
    else
      compare_outcomes(judge, reference);
    held = judge->folder->tool || judge->tallies.different == 0;
    snprintf(title, sizeof title, "%s %u - %s/%s: ", held ? "ok" : "not ok", number,
             judge->folder->name, judge->file);
    print_tallies(title, &judge->tallies);
  }
  fflush(stdout);
  json_decref(reference);
  arena_free(&arena);
  return held;
}

static bool judge_folder(struct judge *judge, unsigned *number, struct arena *arena)
{
  const char *const *names = NULL;
  const char *path = files_shared("reference", arena);
  path = files_join(path, judge->folder->name, arena);
  size_t count = files_list(path, ".json", arena, &names);
  struct tallies total = {0};
  bool held = true;
  for (size_t i = 0; i < count; i++) {
    judge->file = names[i];
    held &= judge_file(judge, files_join(path, names[i], arena), ++*number);
    add(&total, &judge->tallies);
  }
  printf("# %s, %zu files: ", judge->folder->name, count);
  print_tallies("", &total);
  return held;
}

int main(int argc, char **argv)
{
  struct arena arena = {0};
  struct judge judge = {.oracle = argc > 1 && strcmp(argv[1], "--oracle") == 0,
                        .all = getenv("BEFFROI_ALL") != NULL};
  unsigned number = 0;
  bool held = true;
  if (files_shared("reference", &arena) == NULL || files_shared("pabulib", &arena) == NULL) {
    printf("1..0 # SKIP no folder of shared elections: neither $BEFFROI_SHARED nor ../shared\n");
    arena_free(&arena);
    return EXIT_SUCCESS;
  }
  for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
    judge.folder = &folders[i];
    held &= judge_folder(&judge, &number, &arena);
  }
  printf("1..%u\n", number);
  arena_free(&arena);
  return held ? EXIT_SUCCESS : EXIT_FAILURE;
}
