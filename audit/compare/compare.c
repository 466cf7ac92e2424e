/* The command `compare`: one election by several rules, side by side. */
#include <stdlib.h>

#include "audit/catalogue.h"
#include "audit/command.h"
#include "audit/compare/comparison_report.h"
#include "audit/counted_board.h"
#include "audit/election_file.h"
#include "audit/place.h"
#include "audit/progress.h"
#include "audit/start.h"
#include "audit/verification.h"
#include "console/console.h"
#include "console/options.h"
#include "console/source.h"

enum row {
  ROW_RULES,
  ROW_RULE,
  ROW_SEED,
  ROW_REFUSE_INVALID,
  ROW_WARNINGS,
  ROW_JSON,
  ROW_LANG,
  ROW_HELP,
  ROW_PLACE,
  ROW_COUNT = ROW_PLACE + PLACE_ROW_COUNT,
};

static const struct option_row rows[ROW_COUNT] = {
    [ROW_RULES] = {"rules", "A,B,...", NULL, "the rules to compare; else " CONTENDERS_DEFAULT},
    [ROW_RULE] = {"rule", "A", NULL,
                  "one more, with settings whose values may hold commas; may be given several "
                  "times"},
    [ROW_SEED] = {"seed", "HEX", NULL, "the 32 bytes of the draw, for the tie key 'draw'"},
    [ROW_REFUSE_INVALID] = {"refuse-invalid", NULL, NULL,
                            "refuse a file with ballots that break its own limits"},
    [ROW_WARNINGS] = {"warnings", NULL, NULL, "show the file's warnings, not only how many"},
    [ROW_JSON] = {"json", NULL, NULL, "print the comparison as canonical JSON (below)"},
    [ROW_LANG] = {"lang", "en|fr", NULL,
                  "the language of the page; else that of LC_ALL, LC_MESSAGES or LANG"},
    [ROW_HELP] = {"help", NULL, NULL, "print this"},
    PLACE_ROWS,
};

/* All that one comparison holds, so that it can be given back in one place. */
struct work {
  const char *path;
  struct contenders contenders;
  bool given[ROW_COUNT];
  uint8_t seed[DRAW_SEED_BYTES];
  enum language language;
  struct place_options place;
  struct arena arena;
  struct source source;
  struct pabulib file;
  struct verification *verification; /* of a board */
  struct ground ground;
  struct contest contest;
  struct buffer page;
};

/* --- options --- */

static enum status read_option(struct work *work, int row, const char *value, struct fault *fault)
{
  work->given[row] = true;
  if (row >= ROW_PLACE)
    return place_option(&work->place, (enum place_row)(row - ROW_PLACE), value, fault);
  switch (row) { /* the others only have to be given */
  case ROW_RULES:
    return contenders_add(&work->contenders, "--rules", value, ',', fault);
  case ROW_RULE:
    return contenders_add(&work->contenders, "--rule", value, '\0', fault);
  case ROW_SEED:
    return request_read_seed(value, work->seed, fault);
  case ROW_LANG:
    return language_read(value, &work->language, fault);
  default:
    return STATUS_OK;
  }
}

static enum status read_path(struct options *options, struct work *work, struct fault *fault)
{
  char **rest;
  int count = options_rest(options, &rest);
  if (count == 0)
    return fault_set(fault, STATUS_REFUSED, "compare", "compare FILE.pb, or - for standard input",
                     "no file was named");
  if (count > 1)
    return fault_set(fault, STATUS_REFUSED, "compare", "one file", "'%s' is one too many", rest[1]);
  work->path = rest[0];
  return place_check(work->path, &work->place, fault);
}

static enum status read_options(int count, char **arguments, struct work *work, struct fault *fault)
{
  struct options options;
  enum status status;
  const char *value;
  int row = 0;

  options_begin(&options, rows, ROW_COUNT, count, arguments);
  do {
    status = options_next(&options, &row, &value, fault);
    if (status == STATUS_OK && row != OPTIONS_END)
      status = read_option(work, row, value, fault);
  } while (status == STATUS_OK && row != OPTIONS_END && !work->given[ROW_HELP]);
  if (status != STATUS_OK || work->given[ROW_HELP])
    return status;
  if (work->contenders.count == 0)
    status = contenders_add(&work->contenders, "--rules", CONTENDERS_DEFAULT, ',', fault);
  return status == STATUS_OK ? read_path(&options, work, fault) : status;
}

static void add_help(struct buffer *text)
{
  buffer_add(text,
             SPAN("Usage: beffroi-audit compare FILE.pb [--rules A,B,...] [OPTION]...\n"
                  "       beffroi-audit compare BOARD [--rules A,B,...] [OPTION]...\n"
                  "\n"
                  "Counts the same ballots by several rules, and says for each which projects it\n"
                  "funds, what it spends, how many voters are left with no project that they "
                  "approve,\n"
                  "and how many funded projects a voter approves on average. FILE and BOARD are "
                  "as for\n"
                  "'tally'; a board is verified first.\n"
                  "\n"
                  "A rule is its name, with the default of each setting; 'default', what 'tally' "
                  "counts by;\n"
                  "or 'published', the rule that the file's META or the board's manifest names. "
                  "Settings\n"
                  "follow after colons: greedy:by=density:on_miss=stop. In --rules a comma ends a "
                  "rule; give\n"
                  "--rule equal-shares:completion=add1,greedy where a value has one.\n"
                  "\n"
                  "Options:\n"));
  options_add_help(text, rows, ROW_PLACE);
  place_add_help(text);
  buffer_add(text, SPAN("\nRules and their settings: beffroi-audit rules\n"
                        "\n"
                        "With --json one line is printed: \"projects\" with their \"votes\", and "
                        "for each of \"rules\"\n"
                        "all its settings, \"selected\" in order of funding, \"spent\" in the "
                        "smallest unit that the\n"
                        "file uses, voters \"without\" any, and \"approved\": funded projects "
                        "that a ballot approves,\n"
                        "summed over all ballots. \"result\" is that of 'tally' by the same "
                        "settings.\n"
                        "\n"
                        "Exit codes: 0 compared; 1 the board does not hold; 2 bad usage or a file "
                        "that cannot be\n"
                        "understood; 3 could not finish.\n"));
}

/* --- comparing --- */

static enum status compare(struct work *work, struct fault *fault)
{
  struct progress_line line;
  work->ground.progress = &line.progress;
  work->ground.seed = work->given[ROW_SEED] ? work->seed : NULL;
  progress_begin(&line);
  enum status status =
      contest_run(&work->contenders, &work->ground, &work->arena, &work->contest, fault);
  progress_end(&line);
  if (status == STATUS_OK && work->given[ROW_SEED] && !work->contest.drawn)
    status = fault_set(fault, STATUS_REFUSED, "--seed", "a tie list that ends in 'draw'",
                       "no tie is broken by the draw");
  if (status != STATUS_OK)
    return status;

  const struct compared compared = {
      .contenders = &work->contenders, .ground = &work->ground, .contest = &work->contest};
  if (!work->given[ROW_JSON])
    return comparison_report_add(&compared, work->language, console_width(), &work->arena,
                                 &work->page, fault);
  comparison_report_write(&compared, &work->page);
  return work->page.failed ? fault_no_memory(fault) : STATUS_OK;
}

static enum verdict tell(const struct work *work)
{
  return work->given[ROW_JSON] ? console_write(&work->page, VERDICT_HOLDS)
                               : console_show(&work->page, VERDICT_HOLDS);
}

static enum verdict compare_file(struct work *work)
{
  struct fault fault;
  const struct pabulib_options options = {.refuse_invalid = work->given[ROW_REFUSE_INVALID]};
  enum status status = election_file_read(work->path, work->given[ROW_WARNINGS], &options,
                                          &work->arena, &work->source, &work->file, &fault);
  if (status == STATUS_OK) {
    work->ground = (struct ground){
        .election = &work->file.election, .profile = &work->file.profile, .file = &work->file};
    status = contest_id(&work->file.election, &work->ground.id, &fault);
  }
  if (status == STATUS_OK)
    status = compare(work, &fault);
  if (status == STATUS_OK)
    status = source_unchanged(&work->source, &fault);
  return status == STATUS_OK ? tell(work)
                             : console_complain(election_file_name(work->path), &fault);
}

static enum status verify(struct work *work, struct fault *fault)
{
  struct progress_line line;
  for (int row = ROW_REFUSE_INVALID; row <= ROW_WARNINGS; row++) {
    if (work->given[row])
      return fault_set(fault, STATUS_REFUSED,
                       row == ROW_WARNINGS ? "--warnings" : "--refuse-invalid", "a .pb file",
                       "a board has no ballots that break its limits");
  }
  enum status status = start_signatures(fault);
  if (status != STATUS_OK)
    return status;
  work->verification = calloc(1, sizeof *work->verification);
  if (work->verification == NULL)
    return fault_no_memory(fault);
  progress_begin(&line);
  status = place_verify(work->path, &work->place, verification_cores(), &line.progress,
                        &work->arena, work->verification, fault);
  progress_end(&line);
  return status;
}

static enum verdict compare_board(struct work *work)
{
  struct fault fault;
  if (verify(work, &fault) != STATUS_OK)
    return console_complain(work->path, &fault);
  const struct verification *verification = work->verification;
  if (verification->problem.kind != PROBLEM_NONE)
    return problem_complain(work->path, &verification->problem);
  if (!verification->counted)
    return console_complain(work->path, &verification->uncounted);

  const struct manifest *manifest = verification->board.head.manifest;
  work->ground = (struct ground){.election = &manifest->election,
                                 .profile = &verification->profile,
                                 .id = manifest->id,
                                 .manifest = &manifest->settings,
                                 .counted = &verification->outcome};
  return compare(work, &fault) == STATUS_OK ? tell(work) : console_complain(work->path, &fault);
}

enum verdict compare_run(int count, char **arguments)
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
    verdict = counted_board_is(work.path) ? compare_board(&work) : compare_file(&work);
  }
  if (work.verification != NULL)
    verification_free(work.verification);
  free(work.verification);
  source_close(&work.source);
  buffer_free(&work.page);
  arena_free(&work.arena);
  return verdict;
}
