#include "console/program.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/fault.h"

/* A file that we had mapped became shorter (source.h). Only calls that are safe in a signal. */
static void end_on_shorter_file(int signal_number, siginfo_t *information, void *context)
{
  static const char message[] = ": a file became shorter while it was read: nothing can be said of "
                                "it\n";
  (void)signal_number;
  (void)context;
  if (information->si_code == BUS_ADRERR) {
    const char *name = console_program();
    ssize_t written = write(STDERR_FILENO, name, strlen(name));
    written = write(STDERR_FILENO, message, sizeof message - 1);
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

static enum verdict help(const struct program *program)
{
  struct buffer text = {0};
  buffer_format(&text, "Usage: %s COMMAND [OPTION]...\n\n%s\n\nCommands:\n", program->name,
                program->purpose);
  for (size_t i = 0; i < program->command_count; i++)
    buffer_format(&text, "  %-14s %s\n", program->commands[i].name, program->commands[i].summary);
  buffer_format(&text,
                "\n'%s COMMAND --help' says more. Also --help and --version.\n"
                "\n"
                "Exit codes:\n%s",
                program->name, program->exit_codes);
  enum verdict verdict = console_show(&text, VERDICT_HOLDS);
  buffer_free(&text);
  return verdict;
}

static enum verdict version(void)
{
  struct buffer text = {0};
  buffer_format(&text, "%s " BEFFROI_VERSION "\n", console_program());
  enum verdict verdict = console_show(&text, VERDICT_HOLDS);
  buffer_free(&text);
  return verdict;
}

static enum verdict refuse_command(const struct program *program, const char *name)
{
  struct buffer known = {0};
  struct fault fault;
  for (size_t i = 0; i < program->command_count; i++)
    buffer_format(&known, "%s%s", i > 0 ? ", " : "a command: ", program->commands[i].name);
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

enum verdict program_run_part(const struct program *part, int count, char **arguments)
{
  const char *name = count > 1 ? arguments[1] : NULL;
  if (name != NULL && (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0))
    return help(part);
  if (name != NULL && strcmp(name, "--version") == 0)
    return version();
  for (size_t i = 0; name != NULL && i < part->command_count; i++) {
    if (strcmp(name, part->commands[i].name) == 0)
      return part->commands[i].run(count - 1, arguments + 1);
  }
  return refuse_command(part, name);
}

enum verdict program_run(const struct program *program, int count, char **arguments)
{
  if (!console_begin(program->name) || !handle_signals())
    return VERDICT_UNFINISHED;
  return program_run_part(program, count, arguments);
}
