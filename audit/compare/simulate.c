/* The command `simulate`: elections that nobody held, as files or to compare rules on. */
#include <inttypes.h>
#include <stdio.h>

#include "audit/command.h"
#include "audit/compare/contest.h"
#include "audit/compare/model.h"
#include "audit/compare/simulation_report.h"
#include "audit/election_file.h"
#include "audit/progress.h"
#include "console/console.h"
#include "console/options.h"
#include "console/source.h"

enum row {
  ROW_SEED,
  ROW_NUMBER,
  ROW_VOTERS,
  ROW_PROJECTS,
  ROW_BUDGET,
  ROW_LEAST_COST,
  ROW_MOST_COST,
  ROW_APPROVE,
  ROW_RULES,
  ROW_RULE,
  ROW_ELECTIONS,
  ROW_JSON,
  ROW_LANG,
  ROW_HELP,
  ROW_COUNT,
};

static const struct option_row rows[ROW_COUNT] = {
    [ROW_SEED] = {"seed", "N", NULL, "the seed: the same makes the same elections; else 1"},
    [ROW_NUMBER] = {"number", "N", NULL, "which election to write; else 1"},
    [ROW_VOTERS] = {"voters", "N", NULL, "else 1000; resample: as many as the file has"},
    [ROW_PROJECTS] = {"projects", "N", NULL, "else 20; not for resample"},
    [ROW_BUDGET] = {"budget", "N", NULL, "else 100000; not for resample"},
    [ROW_LEAST_COST] = {"least-cost", "N", NULL, "of a project, else 2000; not for resample"},
    [ROW_MOST_COST] = {"most-cost", "N", NULL, "of a project, else 30000; not for resample"},
    [ROW_APPROVE] = {"approve", "PERCENT", NULL,
                     "how many projects a voter approves, on average, of 100; else 20; not for "
                     "resample"},
    [ROW_RULES] = {"rules", "A,B,...", NULL,
                   "compare these rules instead of writing an election; as for 'compare'"},
    [ROW_RULE] = {"rule", "A", NULL, "one more, whose settings may hold commas"},
    [ROW_ELECTIONS] = {"elections", "N", NULL,
                       "how many to compare rules on, from number 1; "
                       "else 100"},
    [ROW_JSON] = {"json", NULL, NULL, "print the figures of each election as canonical JSON"},
    [ROW_LANG] = {"lang", "en|fr", NULL,
                  "the language of the page; else that of LC_ALL, LC_MESSAGES or LANG"},
    [ROW_HELP] = {"help", NULL, NULL, "print this"},
};

/* Options that are numbers: their bounds, and what they are unless given. */
static const struct {
  int64_t least, most, fallback;
} numbers[] = {
    [ROW_SEED] = {0, CANONICAL_INTEGER_MAX, 1},
    [ROW_NUMBER] = {1, CANONICAL_INTEGER_MAX, 1},
    [ROW_VOTERS] = {1, MODEL_VOTERS_MAX, 1000},
    [ROW_PROJECTS] = {1, MODEL_PROJECTS_MAX, 20},
    [ROW_BUDGET] = {1, MONEY_MAX, 100000},
    [ROW_LEAST_COST] = {1, MONEY_MAX, 2000},
    [ROW_MOST_COST] = {1, MONEY_MAX, 30000},
    [ROW_APPROVE] = {1, 100, 20},
    [ROW_RULES] = {0, 0, 0},
    [ROW_RULE] = {0, 0, 0},
    [ROW_ELECTIONS] = {1, SIMULATED_MAX, 100},
};

/* All that the command holds, so that it can be given back in one place. */
struct work {
  const char *path; /* resample only */
  bool given[ROW_COUNT];
  int64_t values[ROW_COUNT];
  struct contenders contenders;
  enum language language;
  struct recipe recipe;
  struct arena arena;
  struct arena first; /* of the first election, whose settings are told */
  struct source source;
  struct pabulib file;
  struct buffer page;
};

/* --- options --- */

static enum status refuse(int row, const char *expected, const char *what, struct fault *fault)
{
  char where[32];
  (void)snprintf(where, sizeof where, "--%s", rows[row].name);
  return fault_set(fault, STATUS_REFUSED, where, expected, "%s", what);
}

static enum status read_number(int row, const char *value, int64_t *number, struct fault *fault)
{
  char expected[FAULT_EXPECTED], what[FAULT_WHAT];
  if (span_to_integer(span_of(value), number) && *number >= numbers[row].least &&
      *number <= numbers[row].most)
    return STATUS_OK;
  (void)snprintf(expected, sizeof expected, "a whole number from %" PRId64 " to %" PRId64,
                 numbers[row].least, numbers[row].most);
  (void)snprintf(what, sizeof what, "'%s' is not a number for it", value);
  return refuse(row, expected, what, fault);
}

static enum status read_option(struct work *work, int row, const char *value, struct fault *fault)
{
  work->given[row] = true;
  switch (row) {
  case ROW_RULES:
    return contenders_add(&work->contenders, "--rules", value, ',', fault);
  case ROW_RULE:
    return contenders_add(&work->contenders, "--rule", value, '\0', fault);
  case ROW_LANG:
    return language_read(value, &work->language, fault);
  case ROW_JSON:
  case ROW_HELP:
    return STATUS_OK;
  default:
    return read_number(row, value, &work->values[row], fault);
  }
}

static enum status read_model(const struct options *options, struct work *work, struct fault *fault)
{
  char **rest;
  int count = options_rest(options, &rest);
  if (count == 0)
    return fault_set(fault, STATUS_REFUSED, "simulate", "impartial, euclidean or resample",
                     "no model was named");
  if (!model_of(span_of(rest[0]), &work->recipe.model))
    return fault_set(fault, STATUS_REFUSED, "simulate", "impartial, euclidean or resample",
                     "no model is called '%s'", rest[0]);
  int wanted = work->recipe.model == MODEL_RESAMPLE ? 2 : 1;
  if (count < wanted)
    return fault_set(fault, STATUS_REFUSED, "simulate", "resample FILE.pb", "no file was named");
  if (count > wanted)
    return fault_set(fault, STATUS_REFUSED, "simulate", "one model", "'%s' is one too many",
                     rest[wanted]);
  work->path = wanted == 2 ? rest[1] : NULL;
  return STATUS_OK;
}

static enum status check(const struct work *work, struct fault *fault)
{
  if (work->path != NULL) {
    for (int row = ROW_PROJECTS; row <= ROW_APPROVE; row++) {
      if (work->given[row])
        return refuse(row, "impartial or euclidean", "a file that is resampled has its own", fault);
    }
  }
  if (work->values[ROW_LEAST_COST] > work->values[ROW_MOST_COST])
    return refuse(ROW_LEAST_COST, "at most --most-cost", "it is more than --most-cost", fault);
  bool compares = work->contenders.count > 0;
  if (compares && work->given[ROW_NUMBER])
    return refuse(ROW_NUMBER, "--elections", "rules are compared on many elections", fault);
  if (!compares && (work->given[ROW_JSON] || work->given[ROW_ELECTIONS]))
    return refuse(work->given[ROW_JSON] ? ROW_JSON : ROW_ELECTIONS, "--rules",
                  "it is for comparing rules", fault);
  return STATUS_OK;
}

static enum status read_options(int count, char **arguments, struct work *work, struct fault *fault)
{
  struct options options;
  enum status status;
  const char *value;
  int row = 0;

  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
    work->values[i] = numbers[i].fallback;
  options_begin(&options, rows, ROW_COUNT, count, arguments);
  do {
    status = options_next(&options, &row, &value, fault);
    if (status == STATUS_OK && row != OPTIONS_END)
      status = read_option(work, row, value, fault);
  } while (status == STATUS_OK && row != OPTIONS_END && !work->given[ROW_HELP]);
  if (status != STATUS_OK || work->given[ROW_HELP])
    return status;
  status = read_model(&options, work, fault);
  return status == STATUS_OK ? check(work, fault) : status;
}

static void add_help(struct buffer *text)
{
  buffer_add(
      text,
      SPAN("Usage: beffroi-audit simulate impartial|euclidean [OPTION]...\n"
           "       beffroi-audit simulate resample FILE.pb [OPTION]...\n"
           "\n"
           "Makes elections that nobody held, to try rules before choosing one: writes one as a "
           ".pb file\n"
           "to standard output, or with --rules compares rules on many.\n"
           "\n"
           "  impartial  every voter approves every project with the same chance\n"
           "  euclidean  voters and projects are points of a square; voters approve the "
           "nearest\n"
           "  resample   each voter casts again one of the file's ballots, drawn evenly\n"
           "\n"
           "Chance is SHA-256 over a counter, and all of it whole numbers: the same seed makes "
           "the same\n"
           "bytes on every machine (docs/auditing.md, \"Simulating elections\").\n"
           "\n"
           "Options:\n"));
  options_add_help(text, rows, ROW_COUNT);
}

/* --- simulating --- */

static enum status prepare(struct work *work, struct fault *fault)
{
  const struct pabulib_options options = {.keep_equal_apart = true};
  work->recipe.seed = (uint64_t)work->values[ROW_SEED];
  work->recipe.voters = (size_t)work->values[ROW_VOTERS];
  work->recipe.projects = (size_t)work->values[ROW_PROJECTS];
  work->recipe.budget = work->values[ROW_BUDGET];
  work->recipe.least_cost = work->values[ROW_LEAST_COST];
  work->recipe.most_cost = work->values[ROW_MOST_COST];
  work->recipe.approve = (unsigned)work->values[ROW_APPROVE];
  if (work->path == NULL)
    return STATUS_OK;
  work->recipe.file = &work->file;
  enum status status = election_file_read(work->path, false, &options, &work->arena, &work->source,
                                          &work->file, fault);
  if (status == STATUS_OK && !work->given[ROW_VOTERS])
    work->recipe.voters = (size_t)work->file.profile.voters;
  return status;
}

static enum status write_election(struct work *work, struct fault *fault)
{
  struct pabulib made;
  struct dice dice;
  enum status status = model_make(&work->recipe, (uint64_t)work->values[ROW_NUMBER], &work->arena,
                                  &dice, &made, fault);
  return status == STATUS_OK ? pabulib_write(&made, &work->page, fault) : status;
}

/* Counts one election by every rule, and keeps the figures. */
static enum status count(struct work *work, size_t place, struct arena *arena, struct pabulib *made,
                         struct contest *contest, struct figures *figures, struct fault *fault)
{
  struct dice dice;
  enum status status = model_make(&work->recipe, place + 1, arena, &dice, made, fault);
  if (status != STATUS_OK)
    return status;
  const struct ground ground = {.election = &made->election,
                                .profile = &made->profile,
                                .file = work->path == NULL ? NULL : made,
                                .seed = dice.key.bytes};
  status = contest_run(&work->contenders, &ground, arena, contest, fault);
  for (size_t i = 0; status == STATUS_OK && i < contest->count; i++)
    figures[i * (size_t)work->values[ROW_ELECTIONS] + place] = contest->standings[i].figures;
  return status;
}

static enum status count_all(struct work *work, struct pabulib *first, struct contest *told,
                             struct figures *figures, struct fault *fault)
{
  struct progress_line line;
  progress_begin(&line);
  enum status status = count(work, 0, &work->first, first, told, figures, fault);
  for (size_t i = 1; status == STATUS_OK && i < (size_t)work->values[ROW_ELECTIONS]; i++) {
    struct arena arena = {0};
    struct pabulib made;
    struct contest contest;
    line.progress.tell(line.progress.context, "simulate", i);
    status = count(work, i, &arena, &made, &contest, figures, fault);
    arena_free(&arena);
  }
  progress_end(&line);
  return status;
}

static enum status compare(struct work *work, struct fault *fault)
{
  struct pabulib first;
  struct contest told;
  struct settings settings[CONTENDERS_MAX];
  size_t elections = (size_t)work->values[ROW_ELECTIONS];
  struct figures *figures =
      ARENA_TAKE(&work->arena, struct figures, work->contenders.count * elections);
  if (figures == NULL)
    return fault_no_memory(fault);
  enum status status = count_all(work, &first, &told, figures, fault);
  if (status != STATUS_OK)
    return status;
  for (size_t i = 0; i < told.count; i++)
    settings[i] = told.standings[i].settings;
  const struct simulated simulated = {
      .recipe = &work->recipe,
      .contenders = &work->contenders,
      .election = &first.election,
      .settings = settings,
      .count = elections,
      .figures = figures,
  };
  if (!work->given[ROW_JSON])
    return simulation_report_add(&simulated, work->language, console_width(), &work->arena,
                                 &work->page, fault);
  simulation_report_write(&simulated, &work->page);
  return work->page.failed ? fault_no_memory(fault) : STATUS_OK;
}

static enum verdict simulate(struct work *work)
{
  struct fault fault;
  bool compares = work->contenders.count > 0;
  enum status status = prepare(work, &fault);
  if (status == STATUS_OK)
    status = compares ? compare(work, &fault) : write_election(work, &fault);
  if (status == STATUS_OK && work->path != NULL)
    status = source_unchanged(&work->source, &fault);
  if (status != STATUS_OK)
    return console_complain(work->path == NULL ? NULL : election_file_name(work->path), &fault);
  return compares && !work->given[ROW_JSON] ? console_show(&work->page, VERDICT_HOLDS)
                                            : console_write(&work->page, VERDICT_HOLDS);
}

enum verdict simulate_run(int count, char **arguments)
{
  struct work work = {.language = language_of_environment()};
  struct fault fault;
  enum verdict verdict;

  if (read_options(count, arguments, &work, &fault) != STATUS_OK) {
    verdict = console_complain(NULL, &fault);
  } else if (work.given[ROW_HELP]) {
    add_help(&work.page);
    verdict = console_show(&work.page, VERDICT_HOLDS);
  } else {
    verdict = simulate(&work);
  }
  source_close(&work.source);
  buffer_free(&work.page);
  arena_free(&work.first);
  arena_free(&work.arena);
  return verdict;
}
