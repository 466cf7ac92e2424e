/* The command `tally`: which projects are funded, and why. */
#include "audit/command.h"
#include "audit/counted.h"

static const struct counted_command tally = {
    .form =
        {
            .command = "tally",
            .purpose = "Counts the ballots of a .pb file (pabulib.org) and says which projects are "
                       "funded.",
            .json = "print the outcome as canonical JSON (below)",
            .ending =
                "With --json one line is printed: the outcome with the members \"result\" and, "
                "with\n"
                "--check-published, \"published\" "
                "({\"agrees\":...,\"extra\":[...],\"missing\":[...]}). \"selected\"\n"
                "is in order of funding, \"spent\" in the smallest unit that the file uses. The "
                "result\n"
                "is the SHA-256 of the outcome: take \"result\" and \"published\" out, write the "
                "rest\n"
                "as canonical JSON (RFC 8785: no spaces, members sorted) without a newline, hash.\n"
                "\n"
                "Exit codes: 0 counted, and agrees with what was published if that was asked;\n"
                "1 it does not agree; 2 bad usage or a file that cannot be understood;\n"
                "3 could not finish.\n",
            .compares = true,
        },
    .add = report_add,
    .add_json = report_add_json,
};

enum verdict tally_run(int count, char **arguments)
{
  return counted_run(&tally, count, arguments);
}
