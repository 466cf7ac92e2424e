/* beffroi-audit - the auditor's program: recompute results, and prove them right or wrong. */
#include "audit/command.h"
#include "console/program.h"

static const struct command commands[] = {
    {"tally", "count the ballots of a .pb file or of a board", tally_run},
    {"explain", "say why each project is funded or not, and how close it was", explain_run},
    {"guarantees", "say what is guaranteed of the projects that are funded", guarantees_run},
    {"compare", "count by several rules, and put their results side by side", compare_run},
    {"simulate", "make elections that nobody held, to try rules on", simulate_run},
    {"check-receipt", "say whether an entry stands on a board", check_receipt_run},
    {"verify", "check a whole board, and count it again", verify_run},
    {"pages", "compare a site's voting pages with those that were signed", pages_run},
    {"rules", "list the counting rules and their settings", rules_run},
};

static const struct program program = {
    .name = "beffroi-audit",
    .purpose = "Recomputes the results of elections and says whether they hold.",
    .commands = commands,
    .command_count = sizeof commands / sizeof *commands,
    .exit_codes = "  0  it holds\n"
                  "  1  it does not hold\n"
                  "  2  bad usage, or a file that cannot be understood\n"
                  "  3  could not finish: memory, a file the system does not let us read,\n"
                  "     a server that does not answer, nowhere to write the answer\n",
};

int main(int count, char **arguments)
{
  return (int)program_run(&program, count, arguments);
}
