#!/usr/bin/env python3
"""Holds the worked example of docs/board.md to what the program make_example makes.

Usage: document.py            says as TAP whether every block that the document shows is what the
                              code makes, byte for byte
       document.py --write    puts what the code makes into the document, after a deliberate change

Finds the document in SOURCE_ROOT and the programs in BUILD_ROOT. A block is a fence right after the
line `<!-- example: NAME -->`, and its text the file blocks/NAME of make_example.
"""

import os
import re
import subprocess
import sys
import tempfile

BUILD = os.environ["BUILD_ROOT"]
DOCUMENT = os.path.join(os.environ["SOURCE_ROOT"], "docs", "board.md")
BLOCK = re.compile(r"(<!-- example: ([a-z0-9-]+) -->\n```[a-z]*\n)(.*?)(^```$)", re.DOTALL | re.M)


def made():
    """The blocks that the code makes, by name."""
    with tempfile.TemporaryDirectory() as folder:
        program = os.path.join(BUILD, "tests", "integration", "make_example")
        subprocess.run([program, folder], check=True)
        blocks = {}
        for name in os.listdir(os.path.join(folder, "blocks")):
            with open(os.path.join(folder, "blocks", name), encoding="utf-8", newline="") as file:
                blocks[name] = file.read()
        return blocks


def main():
    with open(DOCUMENT, encoding="utf-8", newline="") as file:
        document = file.read()
    blocks = made()
    if sys.argv[1:] == ["--write"]:
        written = BLOCK.sub(lambda found: found[1] + blocks.get(found[2], found[3]) + found[4],
                            document)
        with open(DOCUMENT, "w", encoding="utf-8", newline="") as file:
            file.write(written)
        document = written
    shown = [(found[2], found[3]) for found in BLOCK.finditer(document)]
    cases = [(f"shows {name} as it is", text == blocks.get(name)) for name, text in shown]
    cases.append(("every mark has a fence", document.count("<!-- example:") == len(shown)))
    names = [name for name, _ in shown]
    cases.append(("each block once, and all of them", sorted(names) == sorted(blocks)))
    for number, (what, holds) in enumerate(cases, 1):
        print(f"{'ok' if holds else 'not ok'} {number} - {what}")
        if not holds:
            print("# after a deliberate change: tests/integration/document.py --write")
    print(f"# missing: {sorted(set(blocks) - set(names))}")
    print(f"1..{len(cases)}")
    return 0 if all(holds for _, holds in cases) else 1


if __name__ == "__main__":
    sys.exit(main())
