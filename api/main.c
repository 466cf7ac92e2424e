/* beffroi - the service and its administration. */
#include "api/replay/replay.h"
#include "console/program.h"

static const struct command commands[] = {
    {"replay", "hold a published election again on a running service", replay_run},
};

static const struct program program = {
    .name = "beffroi",
    .purpose = "Holds elections: the service and its administration.",
    .commands = commands,
    .command_count = sizeof commands / sizeof *commands,
    .exit_codes = "  0  it holds\n",
};

int main(int count, char **arguments)
{
  return (int)program_run(&program, count, arguments);
}
