/* beffroi-audit - the auditor's program: recompute results, and prove them right or wrong. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit/command.h"
#include "audit/console.h"
#include "base/buffer.h"
#include "base/fault.h"

static const struct command commands[] = {
    {"tally", "count the ballots of a .pb file", tally_run},
    {"rules", "list the counting rules and their settings", rules_run},
};

static const size_t command_count = sizeof commands / sizeof *commands;

/* A file that we had mapped became shorter (source.h). Only calls that are safe in a signal. */
static void end_on_shorter_file(int signal_number, siginfo_t *information, void *context)
{
  static const char message[] =
      "beffroi-audit: a file became shorter while it was read: nothing can be said of it\n";
  (void)signal_number;
  (void)context;
  if (information->si_code == BUS_ADRERR) {
    ssize_t written = write(STDERR_FILENO, message, sizeof message - 1);
    (void)written;
    _exit(VERDICT_UNFINISHED);
  }
  abort();
}

static bool handle_signals(void)
{
  struct sigaction ignore = {.sa_handler = SIG_IGN};
  struct sigaction bus = {.sa_sigaction = end_on_shorter_file, .sa_flags = SA_SIGINFO};
  /* A closed pipe is to be an error of writing, which is told. */
  return sigaction(SIGPIPE, &ignore, NULL) == 0 && sigaction(SIGBUS, &bus, NULL) == 0;
}

static enum verdict help(void)
{
  struct buffer text = {0};
  buffer_add(&text, SPAN("Usage: beffroi-audit COMMAND [OPTION]...\n"
                         "\n"
                         "Recomputes the results of elections and says whether they hold.\n"
                         "\n"
                         "Commands:\n"));
  for (size_t i = 0; i < command_count; i++)
    buffer_format(&text, "  %-14s %s\n", commands[i].name, commands[i].summary);
  buffer_add(&text, SPAN("\n"
                         "'beffroi-audit COMMAND --help' says more. Also --help and --version.\n"
                         "\n"
                         "Exit codes:\n"
                         "  0  it holds\n"
                         "  1  it does not hold\n"
                         "  2  bad usage, or a file that cannot be understood\n"
                         "  3  could not finish: memory, a file the system does not let us read,\n"
                         "     nowhere to write the answer\n"));
  enum verdict verdict = console_show(&text, VERDICT_HOLDS);
  buffer_free(&text);
  return verdict;
}

static enum verdict version(void)
{
  struct buffer text = {0};
  buffer_add(&text, SPAN("beffroi-audit " BEFFROI_VERSION "\n"));
  enum verdict verdict = console_show(&text, VERDICT_HOLDS);
  buffer_free(&text);
  return verdict;
}

static enum verdict refuse_command(const char *name)
{
  struct buffer known = {0};
  struct fault fault;
  for (size_t i = 0; i < command_count; i++)
    buffer_format(&known, "%s%s", i > 0 ? ", " : "a command: ", commands[i].name);
  buffer_add(&known, SPAN("; or --help"));
  buffer_add_byte(&known, '\0');
  const char *expected = known.failed ? NULL : known.bytes;
  if (name == NULL)
    fault_set(&fault, STATUS_REFUSED, NULL, expected, "nothing was asked for");
  else
    fault_set(&fault, STATUS_REFUSED, NULL, expected, "no command is called '%s'", name);
  buffer_free(&known);
  return console_complain(NULL, &fault);
}

static enum verdict run(int count, char **arguments)
{
  if (!console_begin() || !handle_signals())
    return VERDICT_UNFINISHED;

  const char *name = count > 1 ? arguments[1] : NULL;
  if (name != NULL && (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0))
    return help();
  if (name != NULL && strcmp(name, "--version") == 0)
    return version();
  for (size_t i = 0; name != NULL && i < command_count; i++) {
    if (strcmp(name, commands[i].name) == 0)
      return commands[i].run(count - 1, arguments + 1);
  }
  return refuse_command(name);
}

int main(int count, char **arguments)
{
  return (int)run(count, arguments);
}
