#!/usr/bin/env python3
"""Shows two outcomes of one election side by side.

Usage: side_by_side.py FILE.pb NAME=OUTCOME.json NAME=OUTCOME.json

The outcomes are what `beffroi-audit tally FILE.pb --json` prints; titles of projects come from
FILE.pb, which that program has already read and checked.
"""

import csv
import json
import os
import signal
import sys
from decimal import Decimal

TITLE_WIDTH = 56
FIELD_MAX = 1 << 20  # bytes of a line of a .pb file


def read_file(path):
    """META, and titles by project id: the id itself where the file has no titles."""
    meta, titles, header, section = {}, {}, None, None
    with open(path, encoding="utf-8-sig", newline="") as file:
        for row in csv.reader(file, delimiter=";"):
            cells = [cell.strip() for cell in row]
            if len(cells) == 1 and cells[0].upper() in ("META", "PROJECTS", "VOTES"):
                section, header = cells[0].upper(), None
            elif section == "META" and len(cells) == 2:
                meta[cells[0]] = cells[1]
            elif section == "PROJECTS" and header is None:
                header = cells
            elif section == "PROJECTS" and cells:
                project = dict(zip(header, cells))
                titles[project["project_id"]] = project.get("name") or project["project_id"]
            elif section == "VOTES":
                break
    return meta, titles


def printable(text):
    text = "".join(letter if letter.isprintable() else " " for letter in text)
    return text if len(text) <= TITLE_WIDTH else text[: TITLE_WIDTH - 1] + "…"


def amount(units, unit):
    return f"{units if unit == 1 else units / unit:,}"


def main():
    # Whoever reads only the first lines is no error.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    csv.field_size_limit(FIELD_MAX)
    path = sys.argv[1]
    named = [argument.split("=", 1) for argument in sys.argv[2:]]
    names = [name for name, _ in named]
    outcomes = []
    for _, file_name in named:
        with open(file_name, encoding="utf-8") as file:
            outcomes.append(json.load(file))
    meta, titles = read_file(path)
    budget = Decimal(meta["budget"])
    # Outcomes are in the smallest unit that the file uses.
    unit = outcomes[0]["budget"] / budget if budget else Decimal(1)
    currency = "" if meta.get("currency") in (None, "", "None") else " " + printable(meta["currency"])
    name = os.path.basename(path).removesuffix(".pb")
    funded = [set(outcome["selected"]) for outcome in outcomes]
    rows = sorted(
        outcomes[0]["projects"], key=lambda project: (-project["votes"], project["cost"], project["id"])
    )

    print(f"\n== {printable(meta.get('description') or name)} ==\n")
    marks = "  ".join(f"{name:^13}" for name in names)
    print(f"  {'votes':>7}  {'cost':>12}  {marks}  project")
    for project in rows:
        if any(project["id"] in one for one in funded):
            marks = "  ".join(f"{'funded' if project['id'] in one else '-':^13}" for one in funded)
            title = printable(titles.get(project["id"], project["id"]))
            print(f"  {project['votes']:>7,}  {amount(project['cost'], unit):>12}  {marks}  {title}")
    rest = sum(1 for project in rows if not any(project["id"] in one for one in funded))
    print(f"  and {rest} more that neither funds\n")
    for name, outcome in zip(names, outcomes):
        print(
            f"  {name}: {len(outcome['selected'])} of {len(rows)} projects, "
            f"{amount(outcome['spent'], unit)} of {amount(outcome['budget'], unit)}{currency} spent"
        )
        print(f"    result {outcome['result']}")


if __name__ == "__main__":
    main()
