#!/usr/bin/env python3
"""Holds beffroi-audit and the second verifier, which was written from docs/board.md, to each other.

Usage: two_verifiers.py; finds the document in SOURCE_ROOT and the programs in BUILD_ROOT. Boards that
hold and boards that do not, most of them altered below the signature and signed again, are given to
both, and both must say the same: that it holds, with the same tree, or the name of the first fault
and the entry it is about. Takes samples of the systematic alterations, and all of them when
BEFFROI_ALL is set. Says what it found as TAP, one case for each function `test_…`.
"""

import re
import sys
import traceback

sys.dont_write_bytecode = True  # the sources stay as they are
from verifiers import of_admission, of_bytes, of_counts, of_files, of_manifests, of_members
from verifiers.both import DOCUMENT, FAULTS, NUMBERS

PARTS = (of_files, of_bytes, of_members, of_admission, of_manifests, of_counts)


def test_every_refusal_was_given_by_both():
    with open(DOCUMENT, encoding="utf-8") as file:
        chapter = file.read().split("\n## Refusals\n")[1].split("\n## ")[0]
    names = set(re.findall(r"^\| `([a-z-]+)` \|", chapter, re.M))
    assert len(names) == 26, names
    missing = names - FAULTS - {"frozen"}
    assert not missing, f"never given: {missing}"
    assert {"entry-missing", "checkpoint-malformed", "checkpoint-unsigned", "checkpoint-differs",
            "witnesses-missing", "too-early", "tile-differs"} <= FAULTS, FAULTS


def main():
    number = failed = 0
    cases = [each for part in PARTS for each in vars(part).items() if each[0].startswith("test_")]
    name = "test_every_refusal_was_given_by_both"
    for name, function in [*cases, (name, globals()[name])]:
        number += 1
        try:
            function()
            print(f"ok {number} - {name[len('test_'):].replace('_', ' ')}", flush=True)
        except Exception:  # a case that breaks is a case that fails; the next ones still run
            failed += 1
            print(f"not ok {number} - {name}")
            print("# " + traceback.format_exc().replace("\n", "\n# "))
    print(f"# {next(NUMBERS)} boards and receipts")
    print(f"1..{number}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
