"""Boards as files: lines, attachments, checkpoints, tiles, withheld ballots."""

import os

from second import files, tree

from . import forge
from .both import BOTH, WORK, WORKED, agree, audit, each_board, hold, sample, second

BALLOTS = {"worked": (3, 4, 5, 6, 7), "whole": (5, 6, 8, 11)}


def test_both_hold_and_are_counted():
    hold(BOTH)
    folder = os.path.join(WORK.name, "counted")
    WORKED.write(folder)
    assert files.verify(folder)[0].counted is True


def test_every_beginning():
    def beginnings(_, board):
        lines = board.lines()
        for size in range(len(lines) + 1):
            yield f"{size} lines", board.with_lines(lines[:size]).but(
                {"checkpoint": forge.checkpoint_of(lines[:size])})
    answers = agree(each_board(beginnings, 15))
    assert answers.pop("worked 0 lines") == ("malformed", 0), answers
    assert all(isinstance(answer, str) or answer == ("malformed", 0)
               for answer in answers.values()), answers


def test_lines_left_out_exchanged_and_repeated():
    def rearranged(_, board):
        lines = board.lines()
        for at in range(len(lines)):
            yield f"without {at}", board.with_lines(lines[:at] + lines[at + 1:])
            yield f"twice {at}", board.with_lines(lines + [lines[at]])
            yield f"exchanged {at}", board.with_lines(
                lines[:at] + lines[at + 1:at + 2] + [lines[at]] + lines[at + 2:])
    agree(each_board(rearranged, 24))


def test_lines_of_text():
    def texts(_, board):
        text = board.files["board.jsonl"]
        for name, data in {"cut": text[:-1], "empty line": text + b"\n", "no line": b"",
                           "only a break": b"\n", "carriage returns": text.replace(b"\n", b"\r\n"),
                           "too long": text + b"x" * 70000 + b"\n"}.items():
            yield name, board.but({"board.jsonl": data})
    agree(each_board(texts))


def test_bytes_of_lines():
    def flipped(_, board):
        text = board.files["board.jsonl"]
        for at in sample(range(0, len(text), 29), 8):
            changed = bytes([text[at] ^ 1 << at % 7])
            yield f"byte {at}", board.but({"board.jsonl": text[:at] + changed + text[at + 1:]})
    agree(each_board(flipped))


def test_attachments():
    def altered(_, board):
        for name, data in board.files.items():
            if name.startswith("attachments/"):
                short = name[:16]
                yield f"missing {short}", board.but({name: None})
                yield f"longer {short}", board.but({name: data + b" "})
                yield f"other {short}", board.but({name: bytes([data[0] ^ 1]) + data[1:]})
    agree(each_board(altered))


def test_an_attachment_too_large():
    folder = os.path.join(WORK.name, "too-large")
    WORKED.write(folder)
    name = next(name for name in WORKED.files if name.startswith("attachments/"))
    os.truncate(os.path.join(folder, name), 67108865)
    answers = {audit(folder), second(folder)}
    assert len(answers) == 1 and answers.pop()[0] == "attachment-missing", answers


def test_checkpoints():
    def checkpoints(_, board):
        lines, right = board.lines(), board.files["checkpoint"]
        for name, data in {
                "none": None, "empty": b"", "not UTF-8": b"\xff" + right, "too long": right * 500,
                "of less": forge.checkpoint_of(lines[:-1]),
                "of another size": forge.checkpoint_of(lines, size=len(lines) + 1),
                "size with a zero": forge.checkpoint_of(lines, size=f"0{len(lines)}"),
                "unwitnessed": forge.checkpoint_of(lines, time=None),
                "before the close": forge.checkpoint_of(lines, time=1805565599),
                "at the close": forge.checkpoint_of(lines, time=1805565600),
                "before the opening": forge.checkpoint_of(lines, time=0),
                "signed twice": right + right.split(b"\n")[-2] + b"\n",
                "of one more": right + "\u2014 stranger AAAAAAA=\n".encode(),
                "of one without bytes": right + "\u2014 stranger AAAAAA==\n".encode(),
                "with a space": right + "\u2014 str\u2003nger AAAAAAA=\n".encode(),
                "unsigned": right.split(b"\n\n")[0] + b"\n\n" + right.split(b"\n")[-2] + b"\n",
                "of another board": right.replace(b"projets", b"projetz")}.items():
            yield name, board.but({"checkpoint": data})
        for at in sample(range(len(right)), 8):
            changed = bytes([right[at] ^ 1 << at % 7])
            yield f"byte {at}", board.but({"checkpoint": right[:at] + changed + right[at + 1:]})
    agree(each_board(checkpoints, 30))


def test_tiles():
    def tiles(which, board):
        names = [name for name in board.files if name.startswith("tile/")]
        for name in names:
            data = board.files[name]
            yield f"longer {name}", board.but({name: data + b"\0"})
            yield f"other {name}", board.but({name: data[:-1] + bytes([data[-1] ^ 1])})
        bare = board.but({"board.jsonl": None})
        yield "bundles", bare
        bundle, = (name for name in names if "entries" in name)
        yield "bundle cut", bare.but({bundle: board.files[bundle][:-1]})
        singles = {f"entries/{at}": line for at, line in enumerate(board.lines())}
        alone = bare.but({name: None for name in names}).but(singles)
        yield "singles", alone
        yield "one missing", alone.but({"entries/5": None})
        yield "one too long", alone.but({"entries/5": b"x" * 65536})
        yield "one empty", alone.but({"entries/5": b""})
        hidden = bare.but({bundle: None}).but(
            {name: None if int(name[8:]) in BALLOTS[which] else line
             for name, line in singles.items()})
        yield "hashes for ballots", hidden
        yield "no checkpoint to count by", alone.but({"checkpoint": b"\n"})
        yield "an empty tree", alone.but({"checkpoint": forge.checkpoint_of([])})
    agree(each_board(tiles))


def test_withheld_ballots():
    def hide(line):
        return b'{"leaf":"' + tree.leaf_of(line).hex().encode() + b'"}'

    def withheld(which, board):
        lines, ballots = board.lines(), BALLOTS[which]
        hidden = [hide(line) if at in ballots else line for at, line in enumerate(lines)]
        yield "all", board.with_lines(hidden)
        yield "so far", board.with_lines(hidden[:ballots[-1] + 1])
        for at in range(len(lines)):
            yield f"entry {at}", board.with_lines(lines[:at] + [hide(lines[at])] + lines[at + 1:])
        first = ballots[0]
        yield "and then not", board.with_lines(hidden[:first + 1] + lines[first + 1:])
        yield "twice", board.with_lines(hidden[:first + 1] + [hidden[first]])
        yield "and shown", board.with_lines(hidden[:first + 1] + [lines[first]])
        yield "in capitals", board.with_lines(hidden[:first] + [hidden[first].upper()])
    agree(each_board(withheld, 30))
