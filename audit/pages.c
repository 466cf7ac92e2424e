/* The command `pages`: does a site serve the voting pages that were signed on the board? */
#include <stdlib.h>

#include "audit/command.h"
#include "audit/place.h"
#include "audit/progress.h"
#include "audit/site.h"
#include "audit/site_report.h"
#include "audit/start.h"
#include "audit/verification.h"
#include "console/console.h"
#include "console/options.h"

enum row {
  ROW_BOARD,
  ROW_JSON,
  ROW_LANG,
  ROW_HELP,
  ROW_PLACE,
  ROW_COUNT = ROW_PLACE + PLACE_ROW_COUNT,
};

static const struct option_row rows[ROW_COUNT] = {
    [ROW_BOARD] = {"board", "BOARD", NULL,
                   "the board on which the pages were signed: a directory, a board.jsonl or an "
                   "address, as for 'verify'"},
    [ROW_JSON] = {"json", NULL, NULL, "print what was found as canonical JSON"},
    [ROW_LANG] = {"lang", "en|fr", NULL,
                  "the language of the report; else that of LC_ALL, LC_MESSAGES or LANG"},
    [ROW_HELP] = {"help", NULL, NULL, "print this"},
    PLACE_ROWS,
};

struct request {
  const char *path; /* the pages' address as it was given */
  struct address address;
  const char *board;
  bool json, help;
  enum language language;
  struct place_options place;
};

/* --- what is asked --- */

static enum status read_option(struct request *request, int row, const char *value,
                               struct fault *fault)
{
  if (row >= ROW_PLACE)
    return place_option(&request->place, (enum place_row)(row - ROW_PLACE), value, fault);
  switch (row) {
  case ROW_BOARD:
    request->board = value;
    return STATUS_OK;
  case ROW_LANG:
    return language_read(value, &request->language, fault);
  case ROW_JSON:
    request->json = true;
    return STATUS_OK;
  default:
    request->help = true;
    return STATUS_OK;
  }
}

static enum status finish_request(const struct options *options, struct request *request,
                                  struct fault *fault)
{
  char **rest;
  if (options_rest(options, &rest) != 1)
    return fault_set(fault, STATUS_REFUSED, "pages", "pages https://… --board BOARD",
                     "one address is to be named");
  if (request->board == NULL)
    return fault_set(fault, STATUS_REFUSED, "--board", "the board on which the pages were signed",
                     "it is not said what the pages must be");
  request->path = rest[0];
  enum status status = place_read_address(request->path, &request->place, &request->address, fault);
  if (status != STATUS_OK)
    return status;
  /* Those of the way are for the pages too. */
  request->place.way = NULL;
  return place_check(request->board, &request->place, fault);
}

static enum status read_request(int count, char **arguments, struct request *request,
                                struct fault *fault)
{
  struct options options;
  enum status status;
  const char *value;
  int row = 0;

  *request = (struct request){.language = language_of_environment()};
  options_begin(&options, rows, ROW_COUNT, count, arguments);
  do {
    status = options_next(&options, &row, &value, fault);
    if (status == STATUS_OK && row != OPTIONS_END)
      status = read_option(request, row, value, fault);
  } while (status == STATUS_OK && row != OPTIONS_END && !request->help);
  if (status != STATUS_OK || request->help)
    return status;
  return finish_request(&options, request, fault);
}

static void add_help(struct buffer *text)
{
  buffer_add(text, SPAN("Usage: beffroi-audit pages URL --board BOARD [OPTION]...\n"
                        "\n"
                        "Compares the voting pages that a site serves now with those that were "
                        "signed last on the\n"
                        "board, which is verified first. URL is the pages' own address, below "
                        "which their files are.\n"
                        "\n"
                        "Options:\n"));
  options_add_help(text, rows, ROW_PLACE);
  place_add_help(text);
  buffer_add(text, SPAN("\n"
                        "Exit codes: 0 the site serves what was signed; 1 a file differs, is "
                        "missing, or is served\n"
                        "unsigned, or the board does not hold; 2 bad usage, no board, or no "
                        "pages signed on it;\n"
                        "3 could not finish.\n"));
}

/* --- what is found --- */

static enum status compare(const struct request *request, struct site *site,
                           struct progress *progress, struct fault *fault)
{
  const struct client_settings settings = place_client(&request->place, progress);
  struct client client;
  enum status status = client_begin(&client, &settings, fault);
  if (status != STATUS_OK)
    return status;
  status = site_compare(site, &client, &request->address, fault);
  client_end(&client);
  return status;
}

/* A file that was not read could be anything: with nothing wrong besides, nothing is said. */
static enum verdict complain_unread(const struct request *request, const struct site *site)
{
  enum verdict verdict = VERDICT_UNFINISHED;
  for (size_t i = 0; i < site->count; i++) {
    const struct site_file *file = &site->files[i];
    struct fault fault;
    if (file->state != SITE_UNREAD)
      continue;
    fault_set(&fault, STATUS_FAILED, file->name[0] == '\0' ? "./" : file->name, file->why.expected,
              "%s", file->why.what);
    verdict = console_complain(request->path, &fault);
  }
  return verdict;
}

static enum verdict tell(const struct request *request, const struct site *site,
                         const struct manifest *manifest)
{
  struct buffer text = {0};
  if (site_holds(site) && site->states[SITE_UNREAD] > 0)
    return complain_unread(request, site);
  enum verdict verdict = site_holds(site) ? VERDICT_HOLDS : VERDICT_DOES_NOT_HOLD;
  if (request->json)
    site_report_write(site, manifest, &text);
  else
    site_report_add(site, manifest, request->address.text, request->language, console_width(),
                    &text);
  verdict = request->json ? console_write(&text, verdict) : console_show(&text, verdict);
  buffer_free(&text);
  return verdict;
}

static enum verdict look(const struct request *request, struct verification *verification,
                         struct arena *arena)
{
  struct progress_line line;
  struct site site;
  struct fault fault;
  const char *what = request->board;
  progress_begin(&line);
  enum status status = place_verify(request->board, &request->place, verification_cores(),
                                    &line.progress, arena, verification, &fault);
  bool holds = status == STATUS_OK && verification->problem.kind == PROBLEM_NONE;
  if (holds)
    status = site_find(&verification->source, arena, &site, &fault);
  if (holds && status == STATUS_OK) {
    what = request->path;
    status = compare(request, &site, &line.progress, &fault);
  }
  progress_end(&line);
  if (status != STATUS_OK)
    return console_complain(what, &fault);
  if (!holds)
    return problem_complain(request->board, &verification->problem);
  return tell(request, &site, verification->board.head.manifest);
}

static enum verdict pages(const struct request *request)
{
  struct arena arena = {0};
  struct fault fault;
  struct verification *verification = calloc(1, sizeof *verification);
  if (verification == NULL) {
    fault_no_memory(&fault);
    return console_complain(NULL, &fault);
  }
  enum verdict verdict = look(request, verification, &arena);
  verification_free(verification);
  free(verification);
  arena_free(&arena);
  return verdict;
}

enum verdict pages_run(int count, char **arguments)
{
  struct request request;
  struct buffer text = {0};
  struct fault fault;

  if (start_signatures(&fault) != STATUS_OK ||
      read_request(count, arguments, &request, &fault) != STATUS_OK)
    return console_complain(NULL, &fault);
  if (!request.help)
    return pages(&request);
  add_help(&text);
  enum verdict verdict = console_show(&text, VERDICT_HOLDS);
  buffer_free(&text);
  return verdict;
}
