"""Asks beffroi-audit and the second verifier, and holds them to each other.

Takes samples of systematic alterations, and all of them when BEFFROI_ALL is set.
"""

import concurrent.futures
import itertools
import json
import os
import re
import subprocess
import tempfile

from second import files

from . import forge
from .forge import Files

BUILD = os.environ["BUILD_ROOT"]
DOCUMENT = os.path.join(os.environ["SOURCE_ROOT"], "docs", "board.md")
PROGRAM = os.path.join(BUILD, "audit", "beffroi-audit")
MAKERS = os.path.join(BUILD, "tests", "integration")
ALL = bool(os.environ.get("BEFFROI_ALL"))

# Hundreds of runs: whether the program leaks is looked for by its other tests.
QUICKLY = {**os.environ,
           "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"}

WORK = tempfile.TemporaryDirectory()
NUMBERS = itertools.count()
FAULTS = set()  # the names that both have given


def audit(folder):
    """What beffroi-audit says: name and number of the fault, or the root of the tree."""
    done = subprocess.run([PROGRAM, "verify", folder, "--json", "--threads", "1"],
                          capture_output=True, check=False, timeout=120, env=QUICKLY)
    assert done.returncode in (0, 1), f"exit {done.returncode}: {done.stderr.decode()}"
    found = json.loads(done.stdout)
    assert found["holds"] == (done.returncode == 0), found
    fault = found.get("fault", {})
    return found["root"] if found["holds"] else (fault["name"], fault.get("index"))


def second(folder):
    board, fault = files.verify(folder)
    return board.tree.root().hex() if fault is None else (fault.name, fault.index)


def judge(board):
    folder = os.path.join(WORK.name, f"board-{next(NUMBERS)}")
    board.write(folder)
    return audit(folder), second(folder)


def agree(boards):
    """Gives boards, by what they are called, to both; what they say of each."""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        answers = dict(zip(boards, pool.map(judge, boards.values())))
    apart = {name: answer for name, answer in answers.items() if answer[0] != answer[1]}
    assert not apart, "they do not agree: " + "".join(
        f"\n{name}: beffroi-audit {one}, the second {other}" for name, (one, other) in apart.items())
    FAULTS.update(one[0] for one, _ in answers.values() if isinstance(one, tuple))
    return {name: one for name, (one, _) in answers.items()}


def refuse(boards):
    """The same for boards of which each must be refused as the first word of its name says."""
    for name, answer in agree(boards).items():
        assert answer[0] == name.split()[0], f"{name}: {answer}"


def hold(boards):
    for name, answer in agree(boards).items():
        assert isinstance(answer, str), f"{name}: {answer}"


def sample(things, most):
    """As many of the things as may be, spread over all."""
    things = list(things)
    step = 1 if ALL else -(-len(things) // most)
    return things[::step]


# --- boards to begin with ---


def made(program, *arguments):
    folder = os.path.join(WORK.name, f"made-{next(NUMBERS)}")
    os.mkdir(folder)
    subprocess.run([os.path.join(MAKERS, program), folder, *arguments], check=True)
    return Files.read(folder)


def example_files():
    """The worked example; its voters' keys are those that the document shows."""
    with open(DOCUMENT, encoding="utf-8") as file:
        document = file.read()
    for seed in re.findall(r"^  seed +([0-9a-f]{64})$", document, re.M):
        key = forge.Key(bytes.fromhex(seed))
        forge.KNOWN[key.id] = key
    everything = made("make_example")
    return everything, Files({name[len("board/"):]: data for name, data in everything.files.items()
                              if name.startswith("board/")})


EXAMPLE, WORKED = example_files()
WHOLE = made("make_board")
BOTH = {"worked": WORKED, "whole": WHOLE}


def each_board(alterations, most=1000000):
    """Names and boards: of both, what `alterations` gives of one, or as many as may be."""
    return dict(sample([(f"{which} {name}", board) for which, files_ in BOTH.items()
                        for name, board in alterations(which, files_)], most))
