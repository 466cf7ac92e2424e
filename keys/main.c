/* beffroi-keys - offline: keys, cards, and whatever is signed. */
#include "console/program.h"
#include "keys/command.h"
#include "keys/guard.h"

static const struct command commands[] = {
    {"new", "make an officer's key pair", new_run},
    {"public", "print the public key of a key file", public_run},
    {"manifest", "check and sign the definition of an election", manifest_run},
    {"registrar", "make voting cards, strike lost ones, count who voted", registrar_run},
    {"sign", "sign any officer's entry", sign_run},
    {"vote", "make a ballot from a voting code and a choice", vote_run},
    {"paper", "compare what two people keyed from paper ballots", paper_run},
    {"board", "keep a board in a folder, without a service", board_run},
    {"draw", "make, and later reveal, a secret for drawing lots", draw_run},
};

static const struct program program = {
    .name = "beffroi-keys",
    .purpose = "Makes keys and voting cards, and signs entries of a board. Only 'vote --url' "
               "uses a network.",
    .commands = commands,
    .command_count = sizeof commands / sizeof *commands,
    .exit_codes = KEYS_EXIT_CODES,
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
