/* published.c - what cities published, found again.
 *
 * Counts every file of shared/pabulib that says by which rule its city counted and what was
 * funded, and says as TAP, rule by rule, in how many the same projects are funded. A file that is
 * not reproduced fails unless it is listed below; so does one that is listed and is reproduced.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/pabulib.h"
#include "engine/pabulib/preset.h"
#include "engine/rule.h"
#include "tests/integration/published_differences.h"
#include "tests/oracle/files.h"

enum {
  RULES_MAX = 32,
  RULE_NAME = 64,
};

struct rule_tally {
  char name[RULE_NAME];
  unsigned reproduced, different, known;
};

struct survey {
  struct rule_tally tallies[RULES_MAX];
  size_t tally_count;
  unsigned no_column, no_rule;
  bool held;
};

static struct rule_tally *tally_of(struct survey *survey, struct span rule)
{
  char name[RULE_NAME];
  snprintf(name, sizeof name, "%.*s", SPAN_PRINT(rule));
  for (size_t i = 0; i < survey->tally_count; i++)
    if (strcmp(survey->tallies[i].name, name) == 0)
      return &survey->tallies[i];
  if (survey->tally_count == RULES_MAX)
    abort();
  struct rule_tally *tally = &survey->tallies[survey->tally_count++];
  memcpy(tally->name, name, sizeof name);
  return tally;
}

/* Why a file is listed as a difference, or NULL. */
static const char *known_reason(const char *name)
{
  for (size_t i = 0; i < published_difference_count; i++)
    if (strcmp(published_differences[i].file, name) == 0)
      return published_differences[i].why;
  return NULL;
}

/* Prints which projects one side alone funds; returns whether there is none. */
static bool same_projects(const char *name, const struct pabulib *file,
                          const struct outcome *outcome, bool tell)
{
  bool same = true;
  for (size_t i = 0; i < outcome->project_count; i++) {
    bool ours = outcome->projects[i].reason == REASON_FUNDED;
    bool theirs = file->selected[i] == 1;
    same &= ours == theirs;
    if (ours != theirs && tell)
      printf("# %s: '%.*s' is funded by %s only\n", name, SPAN_PRINT(file->election.projects[i].id),
             ours ? "us" : "the city");
  }
  return same;
}

static void compare(struct survey *survey, const char *name, const struct pabulib *file,
                    struct arena *arena)
{
  struct settings settings;
  struct outcome outcome;
  struct fault fault;
  struct rule_tally *tally = tally_of(survey, pabulib_meta_value(file, "rule"));
  const char *why = known_reason(name);
  bool known = why != NULL;
  enum status status = pabulib_preset(file, &settings, arena, &fault);
  if (status == STATUS_OK)
    status = settings_resolve(&settings, &file->election, arena, &fault);
  struct tally count = {
      .election = &file->election, .profile = &file->profile, .settings = &settings};
  if (status == STATUS_OK)
    status = rule_count_ballots(&count, arena, &outcome, &fault);
  bool same = status == STATUS_OK && same_projects(name, file, &outcome, !known);
  if (status != STATUS_OK && !known)
    printf("# %s: %s: %s\n", name, fault.where, fault.what);
  if (same && known)
    printf("# %s: reproduced, and yet listed as a difference\n", name);
  if (!same && known)
    printf("# %s: not reproduced: %s\n", name, why);
  tally->reproduced += same;
  tally->known += !same && known;
  tally->different += same == known;
}

static void survey_file(struct survey *survey, const char *folder, const char *name)
{
  struct arena arena = {0};
  struct pabulib_options options = {0};
  struct pabulib file;
  struct fault fault;
  struct span text;
  if (!files_read(files_join(folder, name, &arena), &arena, &text)) {
    printf("# %s: cannot be read\n", name);
    survey->held = false;
  } else if (pabulib_read(text, &options, &arena, &file, &fault) != STATUS_OK) {
    printf("# %s: %s: %s\n", name, fault.where, fault.what);
    survey->held = false;
  } else if (file.selected == NULL) {
    survey->no_column++;
  } else if (pabulib_meta_value(&file, "rule").length == 0 ||
             span_equal(pabulib_meta_value(&file, "rule"), SPAN("unknown"))) {
    survey->no_rule++;
  } else {
    compare(survey, name, &file, &arena);
  }
  arena_free(&arena);
}

int main(void)
{
  struct arena arena = {0};
  struct survey survey = {.held = true};
  const char *const *names = NULL;
  const char *folder = files_shared("pabulib", &arena);
  if (folder == NULL) {
    printf("1..0 # SKIP no folder of shared elections: neither $BEFFROI_SHARED nor ../shared\n");
    arena_free(&arena);
    return EXIT_SUCCESS;
  }
  size_t count = files_list(folder, ".pb", &arena, &names);
  for (size_t i = 0; i < count; i++)
    survey_file(&survey, folder, names[i]);
  for (size_t i = 0; i < survey.tally_count; i++) {
    const struct rule_tally *tally = &survey.tallies[i];
    printf("%s %zu - %s: %u of %u published results reproduced\n",
           tally->different == 0 ? "ok" : "not ok", i + 1, tally->name, tally->reproduced,
           tally->reproduced + tally->different + tally->known);
    survey.held &= tally->different == 0;
  }
  printf("%s %zu - %zu files read; %u do not say what was funded, %u by which rule\n",
         survey.held ? "ok" : "not ok", survey.tally_count + 1, count, survey.no_column,
         survey.no_rule);
  printf("1..%zu\n", survey.tally_count + 1);
  arena_free(&arena);
  return survey.held ? EXIT_SUCCESS : EXIT_FAILURE;
}
