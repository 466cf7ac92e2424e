/* The command `serve`: the service, until it is told to stop. */
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "api/command.h"
#include "api/migrate.h"
#include "api/server/config.h"
#include "api/server/worker.h"
#include "api/voting/voting.h"
#include "console/options.h"

enum row {
  ROW_CONFIG,
  ROW_PRINT,
  ROW_HELP,
  ROW_COUNT,
};

static const struct option_row rows[ROW_COUNT] = {
    [ROW_CONFIG] = {"config", "FILE", NULL,
                    "the configuration; else only what the environment says (BEFFROI_SECTION_KEY)"},
    [ROW_PRINT] = {"print-config", NULL, NULL,
                   "print the configuration as it is now, with what each setting means"},
    [ROW_HELP] = {"help", NULL, NULL, "print this"},
};

struct request {
  const char *config;
  bool print, help;
};

static enum status read_request(int count, char **arguments, struct request *request,
                                struct fault *fault)
{
  struct options options;
  int row;
  const char *value;
  char **rest;
  enum status status;
  options_begin(&options, rows, ROW_COUNT, count, arguments);
  while ((status = options_next(&options, &row, &value, fault)) == STATUS_OK &&
         row != OPTIONS_END) {
    if (row == ROW_CONFIG)
      request->config = value;
    request->print = request->print || row == ROW_PRINT;
    request->help = request->help || row == ROW_HELP;
  }
  if (status == STATUS_OK && options_rest(&options, &rest) > 0)
    status = fault_set(fault, STATUS_REFUSED, "serve", "options only", "'%s' is not one", rest[0]);
  return status;
}

static enum verdict show_help(void)
{
  struct buffer text = {0};
  buffer_add(&text, SPAN("Usage: beffroi serve [OPTION]...\n\n"
                         "Serves elections over HTTP until it is told to stop (SIGTERM, SIGINT).\n"
                         "Prints its addresses, one on each line, once it can be asked.\n\n"));
  options_add_help(&text, rows, ROW_COUNT);
  enum verdict verdict = console_show(&text, VERDICT_HOLDS);
  buffer_free(&text);
  return verdict;
}

/* For scripts that wait for it. */
static void announce(const char *address, const char *officers_address)
{
  printf("%s\n%s\n", address, officers_address == NULL ? "" : officers_address);
  (void)fflush(stdout);
}

/* Keys lie in memory: no core may be dumped. Inherited by the workers. */
static void dump_no_core(void)
{
  const struct rlimit none = {0};
  (void)setrlimit(RLIMIT_CORE, &none);
  (void)prctl(PR_SET_DUMPABLE, 0);
}

enum verdict serve_run(int count, char **arguments)
{
  struct request request = {0};
  struct arena arena = {0};
  struct config config;
  struct fault fault;
  if (read_request(count, arguments, &request, &fault) != STATUS_OK)
    return console_complain(NULL, &fault) == VERDICT_UNFINISHED ? VERDICT_UNFINISHED
                                                                : VERDICT_UNUSABLE;
  if (request.help)
    return show_help();
  enum verdict verdict = VERDICT_HOLDS;
  enum status status = config_read(request.config, &arena, &config, &fault);
  if (status != STATUS_OK) {
    (void)console_complain(NULL, &fault);
    verdict = status == STATUS_REFUSED ? VERDICT_UNUSABLE : VERDICT_UNFINISHED;
  } else if (request.print) {
    struct buffer text = {0};
    config_write(&config, &text);
    verdict = console_write(&text, VERDICT_HOLDS);
    buffer_free(&text);
  } else {
    dump_no_core();
    status = migrate_check(config.database, &fault);
    if (status == STATUS_OK)
      status = service_run(&config, &voting_application, announce, &fault);
    if (status != STATUS_OK) {
      (void)console_complain(NULL, &fault);
      verdict = status == STATUS_REFUSED ? VERDICT_UNUSABLE : VERDICT_UNFINISHED;
    }
  }
  arena_free(&arena);
  return verdict;
}
