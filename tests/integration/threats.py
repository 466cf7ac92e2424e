#!/usr/bin/env python3
"""docs/threats.md names tests: each is there, and is run."""

import os
import re
import sys

SOURCE = os.environ["SOURCE_ROOT"]
NAMED = re.compile(r"`((?:unit|integration)/[a-z_0-9]+\.(?:c|py)): ([a-z_0-9]+)`")


def is_tested(file, case):
    with open(os.path.join(SOURCE, "tests", file), encoding="utf-8") as source:
        text = source.read()
    if file.startswith("unit/"):
        return f"cmocka_unit_test({case})" in text
    return re.search(rf"^(def|int|static int) {case}\(", text, re.M) is not None


def is_run(file):
    folder, name = file.split("/")
    with open(os.path.join(SOURCE, "tests", folder, "meson.build"), encoding="utf-8") as build:
        stem = re.sub(r"^test_", "", name.rsplit(".", 1)[0])
        return re.search(rf"'(test_)?{stem}(\.py|\.c)?'", build.read()) is not None


def main():
    with open(os.path.join(SOURCE, "docs", "threats.md"), encoding="utf-8") as page:
        rows = [line for line in page if line.startswith("| ")][1:]
    print(f"1..{len(rows)}")
    failed = False
    for number, row in enumerate(rows, 1):
        what = row.split("|")[1].strip()
        named = NAMED.findall(row)
        wrong = [f"{file}: {case}" for file, case in named
                 if not is_tested(file, case) or not is_run(file)]
        if len(named) != row.count("`unit/") + row.count("`integration/"):
            wrong.append("a name that is none")
        ok = named and not wrong
        failed = failed or not ok
        print(f"{'ok' if ok else 'not ok'} {number} - {what[:90]}")
        for each in wrong:
            print(f"# there is no {each}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
