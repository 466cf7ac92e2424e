"""Every member of every payload, altered, and the entry signed again."""

import copy

from second import spelling

from . import forge
from .both import BOTH, WORKED, agree, each_board, refuse, sample
from .forge import ORGANISER, STRANGER, Opened


def nodes(value, way=()):
    """Every way into a JSON value, by names and places."""
    members = value.items() if isinstance(value, dict) else enumerate(value)
    for name, inner in members:
        yield way + (name,), inner
        if isinstance(inner, (dict, list)):
            yield from nodes(inner, way + (name,))


def others(value):
    """Values that stand in the place of one, and what they are."""
    found = [("nothing", ""), ("an array", []), ("an object", {}), ("null", None), ("true", True)]
    if isinstance(value, bool):
        found += [("the other", not value)]
    elif isinstance(value, int):
        found += [("more", value + 1), ("less", value - 1), ("0", 0), ("most", 2**53 - 1)]
    elif isinstance(value, str):
        found += [("longer", value + "0"), ("capitals", value.upper()),
                  ("another beginning", ("1" if value[:1] == "0" else "0") + value[1:])]
        if len(value) == 44:
            found += [("a stranger's", STRANGER.text), ("the organiser's", ORGANISER.text),
                      ("spare bits", value[:42] + chr(ord(value[42]) + 1) + "=")]
    elif isinstance(value, list) and value:
        found += [("backwards", value[::-1]), ("the first twice", value[:1] + value),
                  ("one less", value[1:])]
    elif isinstance(value, dict):
        found += [("one more member", {**value, "zz": 0})]
    return found


def replaced(value, way, inner):
    changed = copy.deepcopy(value)
    at = changed
    for name in way[:-1]:
        at = at[name]
    at[way[-1]] = inner
    return changed


def removed(value, way):
    changed = copy.deepcopy(value)
    at = changed
    for name in way[:-1]:
        at = at[name]
    del at[way[-1]]
    return changed


def alterations(value):
    yield "one more member", {**value, "zz": 0}
    for way, inner in nodes(value):
        name = "/".join(map(str, way))
        yield f"{name} removed", removed(value, way)
        for what, other in others(inner):
            if type(other) is not type(inner) or other != inner:
                yield f"{name} {what}", replaced(value, way, other)


def test_every_member_altered_and_signed_again():
    def altered(_, board):
        lines = board.lines()
        for at, line in enumerate(lines):
            opened = Opened(line)
            for name, payload in alterations(opened.payload):
                yield f"entry {at}, {name}", (lines[:at], opened, payload)
    boards = {name: BOTH[name.split()[0]].with_lines(before + [opened.again(payload)])
              for name, (before, opened, payload) in each_board(altered, 80).items()}
    agree(boards)


def test_outcomes_that_differ():
    board = WORKED
    lines = board.lines()
    opened = Opened(lines[9])
    right = board.files["attachments/" + opened.payload["outcome"]["digest"]]
    value = spelling.read_json(right)
    boards = {}
    for name, other in sample(alterations(value), 12):
        data = spelling.write_json(other)
        line = opened.again({**opened.payload, "outcome": forge.attachment_of(data)})
        boards[f"outcome-differs {name}"] = board.with_lines(lines[:9] + [line]).with_attachment(data)
    refuse(boards)


