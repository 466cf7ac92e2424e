#!/usr/bin/env python3
"""A second verifier of boards, written from docs/board.md alone.

Usage: second_verifier.py verify DIRECTORY
       second_verifier.py receipt RECEIPT ENTRY VKEY [WITNESS]...

Says what it found as one line of JSON. Exit status: 0 it holds, 1 it does not. Of a receipt all the
witnesses that are named must have cosigned, or it is provisional and does not hold.

It counts again only what the rule `greedy` makes of approvals by score; of a result by another rule
it compares length and digest of the outcome, and says `"counted":false`. Ed25519 is computed here
with whole numbers, some hundreds of signatures a second: it is for tests and for reading.
"""

import json
import sys

from second import files, tree
from second.manifest import VerifierKey
from second.spelling import Wrong


def verify(path):
    board, fault = files.verify(path)
    found = {"counted": board.counted, "entries": board.tree.size(), "holds": fault is None,
             "root": board.tree.root().hex()}
    if fault is not None:
        found["fault"] = {"index": fault.index, "name": fault.name}
    return found


def read(path):
    with open(path, "rb") as file:
        return file.read()


def receipt(path, entry, board, *witnesses):
    try:
        keys = [VerifierKey(each, 4) for each in witnesses]
        standing = tree.check_receipt(read(path), read(entry), VerifierKey(board, 1), keys, len(keys))
    except Wrong as wrong:
        return {"holds": False, "what": str(wrong)}
    return {"holds": standing == "final", "standing": standing}


def main(arguments):
    commands = {"verify": verify, "receipt": receipt}
    if len(arguments) < 2 or arguments[0] not in commands:
        sys.exit(__doc__)
    found = commands[arguments[0]](*arguments[1:])
    print(json.dumps(found, sort_keys=True))
    return 0 if found["holds"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
