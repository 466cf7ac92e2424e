/* The command `verify`: does a board hold, from its first entry to its result? */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "audit/ahead.h"
#include "audit/command.h"
#include "audit/place.h"
#include "audit/progress.h"
#include "audit/start.h"
#include "audit/verification.h"
#include "audit/verify_report.h"
#include "console/console.h"
#include "console/options.h"

enum row {
  ROW_THREADS,
  ROW_VERBOSE,
  ROW_JSON,
  ROW_LANG,
  ROW_HELP,
  ROW_PLACE,
  ROW_COUNT = ROW_PLACE + PLACE_ROW_COUNT,
};

static const struct option_row rows[ROW_COUNT] = {
    [ROW_THREADS] = {"threads", "N", NULL,
                     "how many threads check signatures, 1 to 256; else one for each core. The "
                     "answer is the same"},
    [ROW_VERBOSE] = {"verbose", NULL, NULL,
                     "say on standard error how long it took and how much memory"},
    [ROW_JSON] = {"json", NULL, NULL, "print what was found as canonical JSON"},
    [ROW_LANG] = {"lang", "en|fr", NULL,
                  "the language of the report; else that of LC_ALL, LC_MESSAGES or LANG"},
    [ROW_HELP] = {"help", NULL, NULL, "print this"},
    PLACE_ROWS,
};

struct request {
  const char *path;
  size_t threads;
  bool verbose, json, help;
  enum language language;
  struct place_options place;
};

static enum status read_threads(const char *value, struct request *request, struct fault *fault)
{
  int64_t threads;
  if (!span_to_integer(span_of(value), &threads) || threads < 1 || threads > AHEAD_THREADS_MAX)
    return fault_set(fault, STATUS_REFUSED, "--threads", "a whole number from 1 to 256",
                     "'%s' is no number of threads", value);
  request->threads = (size_t)threads;
  return STATUS_OK;
}

static enum status read_option(struct request *request, int row, const char *value,
                               struct fault *fault)
{
  if (row >= ROW_PLACE)
    return place_option(&request->place, (enum place_row)(row - ROW_PLACE), value, fault);
  switch (row) {
  case ROW_THREADS:
    return read_threads(value, request, fault);
  case ROW_LANG:
    return language_read(value, &request->language, fault);
  case ROW_VERBOSE:
    request->verbose = true;
    return STATUS_OK;
  case ROW_JSON:
    request->json = true;
    return STATUS_OK;
  default:
    request->help = true;
    return STATUS_OK;
  }
}

static enum status read_request(int count, char **arguments, struct request *request,
                                struct fault *fault)
{
  struct options options;
  enum status status;
  const char *value;
  char **rest;
  int row = 0;

  *request =
      (struct request){.language = language_of_environment(), .threads = verification_cores()};
  options_begin(&options, rows, ROW_COUNT, count, arguments);
  do {
    status = options_next(&options, &row, &value, fault);
    if (status == STATUS_OK && row != OPTIONS_END)
      status = read_option(request, row, value, fault);
  } while (status == STATUS_OK && row != OPTIONS_END && !request->help);
  if (status != STATUS_OK || request->help)
    return status;
  if (options_rest(&options, &rest) != 1)
    return fault_set(fault, STATUS_REFUSED, "verify",
                     "verify DIRECTORY, verify board.jsonl or verify https://…/board/",
                     "one board is to be named");
  request->path = rest[0];
  return place_check(request->path, &request->place, fault);
}

static void add_help(struct buffer *text)
{
  buffer_add(text,
             SPAN("Usage: beffroi-audit verify BOARD [OPTION]...\n"
                  "\n"
                  "Reads the board of an election from its first entry to the last, checks "
                  "all that can be\n"
                  "checked, counts the ballots again, and says what nobody can check from "
                  "these files.\n"
                  "\n"
                  "BOARD is a directory with board.jsonl, attachments and checkpoint, or with "
                  "tile/entries or\n"
                  "entries instead of board.jsonl; or a board.jsonl, beside which the others "
                  "are; or the address\n"
                  "of such a directory on a web server, https://…/board/. At most 4 GiB and "
                  "67,108,864 entries;\n"
                  "an attachment has at most 64 MiB.\n"
                  "\n"
                  "Options:\n"));
  options_add_help(text, rows, ROW_PLACE);
  place_add_help(text);
  buffer_add(text, SPAN("\n"
                        "Exit codes: 0 the board holds, or holds so far; 1 it does not, and the "
                        "first fault is\n"
                        "named; 2 bad usage, or there is no board; 3 could not finish.\n"));
}

static double seconds_now(void)
{
  struct timespec now;
  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* What was read of a mapped file counts as memory, though the system can have it back. */
static void tell_cost(const struct request *request, const struct source *file, double seconds)
{
  struct rusage usage;
  struct fault said;
  char mapped[64] = "";
  long peak = getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_maxrss : 0;
  if (file->mapped)
    (void)snprintf(mapped, sizeof mapped, " (the board's file, %zu KiB, is mapped)",
                   file->text.length / 1024);
  fault_set(&said, STATUS_OK, NULL, NULL, "%.2f s on %zu threads, at most %ld KiB of memory%s",
            seconds, request->threads, peak, mapped);
  console_warn(request->path, &said);
}

static enum verdict verify(const struct request *request)
{
  struct arena arena = {0};
  struct verification *verification = calloc(1, sizeof *verification);
  struct buffer text = {0};
  struct progress_line line;
  struct fault fault;
  enum verdict verdict;

  if (verification == NULL) {
    fault_no_memory(&fault);
    return console_complain(request->path, &fault);
  }
  double begin = seconds_now();
  progress_begin(&line);
  enum status status = place_verify(request->path, &request->place, request->threads,
                                    &line.progress, &arena, verification, &fault);
  progress_end(&line);
  if (request->verbose)
    tell_cost(request, &verification->source.file, seconds_now() - begin);
  if (status != STATUS_OK) {
    verdict = console_complain(request->path, &fault);
  } else {
    verdict = verification->problem.kind == PROBLEM_NONE ? VERDICT_HOLDS : VERDICT_DOES_NOT_HOLD;
    if (request->json)
      verify_report_write(verification, &text);
    else
      verify_report_add(verification, request->language, console_width(), &text);
    verdict = request->json ? console_write(&text, verdict) : console_show(&text, verdict);
  }
  verification_free(verification);
  free(verification);
  buffer_free(&text);
  arena_free(&arena);
  return verdict;
}

enum verdict verify_run(int count, char **arguments)
{
  struct request request;
  struct buffer text = {0};
  struct fault fault;

  if (start_signatures(&fault) != STATUS_OK ||
      read_request(count, arguments, &request, &fault) != STATUS_OK)
    return console_complain(NULL, &fault);
  if (!request.help)
    return verify(&request);
  add_help(&text);
  enum verdict verdict = console_show(&text, VERDICT_HOLDS);
  buffer_free(&text);
  return verdict;
}
