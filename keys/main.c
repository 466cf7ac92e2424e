/* beffroi-keys - offline: keys, cards, and whatever is signed. */
#include "console/program.h"
#include "keys/command.h"
#include "keys/guard.h"

static const struct command commands[] = {
    {"new", "make an officer's key pair", new_run},
    {"public", "print the public key of a key file", public_run},
};

static const struct program program = {
    .name = "beffroi-keys",
    .purpose = "Makes keys and voting cards, and signs entries of a board. It needs no network.",
    .commands = commands,
    .command_count = sizeof commands / sizeof *commands,
    .exit_codes =
        "  0  it was done\n"
        "  1  what was compared differs, or a board does not admit the entry\n"
        "  2  bad usage, or a file that cannot be understood\n"
        "  3  could not finish: memory, a file the system does not let us read or write\n",
};

int main(int count, char **arguments)
{
  struct fault fault;
  if (guard_begin(&fault) != STATUS_OK) {
    if (!console_begin(program.name))
      return VERDICT_UNFINISHED;
    return (int)console_complain(NULL, &fault);
  }
  return (int)program_run(&program, count, arguments);
}
