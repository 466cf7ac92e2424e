/* beffroi - the service and its administration. */
#include "api/command.h"
#include "api/replay/replay.h"
#include "console/program.h"

static const struct command commands[] = {
    {"serve", "serve elections over HTTP", serve_run},
    {"migrate", "bring the database to what the program needs", migrate_run},
    {"secret", "make an installation's master secret", secret_run},
    {"replay", "hold a published election again on a running service", replay_run},
};

static const struct program program = {
    .name = "beffroi",
    .purpose = "Holds elections: the service and its administration.",
    .commands = commands,
    .command_count = sizeof commands / sizeof *commands,
    .exit_codes = "  0  it holds\n"
                  "  1  it does not\n"
                  "  2  bad usage, or a file or configuration that cannot be used\n"
                  "  3  it could not finish: memory, the network, the database\n",
};

int main(int count, char **arguments)
{
  return (int)program_run(&program, count, arguments);
}
