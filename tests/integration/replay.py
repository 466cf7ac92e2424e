#!/usr/bin/env python3
"""Holds published elections again on boards, as signed ballots, and compares the outcomes.

Usage: replay.py                    some shared elections and some made from a seed; says what it
                                    found as TAP
       replay.py --files FILE.pb... these, by the rule that each says its city used; a line for each,
                                    the last one "N passed, N failed"

Each file becomes a board in a folder (stage_election): some voters cast another choice first and
replace it, some send a line twice, which is refused. Then `beffroi-audit verify`, a process of its
own, must say that the board holds, and count it to the outcome of `beffroi-audit tally FILE.pb`:
everything in it but the election's digest must be the same. Finds the programs in BUILD_ROOT.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
import traceback

BUILD = os.environ["BUILD_ROOT"]
AUDIT = os.path.join(BUILD, "audit", "beffroi-audit")
STAGE = os.path.join(BUILD, "tests", "integration", "stage_election")
GENERATE = os.path.join(BUILD, "tests", "oracle", "generate")
SHARED = os.environ.get("BEFFROI_SHARED") or os.path.join(
    os.path.dirname(os.environ["SOURCE_ROOT"]), "shared")

PUBLISHED = ["published"]
SHARES = ["equal-shares", "completion=add1", "tie_break=votes,cost,id"]


def run(*arguments):
    done = subprocess.run(arguments, capture_output=True, check=False, timeout=3600)
    assert done.returncode == 0, (f"{' '.join(arguments)}: exit {done.returncode}\n"
                                  f"{done.stdout.decode()}{done.stderr.decode()}")
    return done.stdout


def tally_options(rule):
    if rule == PUBLISHED:
        return ["--preset", "published"]
    return ["--rule", rule[0], *(word for setting in rule[1:] for word in ("--set", setting))]


def same_outcome(file, board, but):
    for member in sorted(file.keys() | board.keys()):
        if member not in but:
            assert file.get(member) == board.get(member), (
                f"'{member}' is {file.get(member)} of the file and {board.get(member)} of the board")
    assert file["election"] != board["election"]


def replay(path, rule):
    """Replays one file; what happened. Whatever does not agree is an AssertionError."""
    with tempfile.TemporaryDirectory(prefix="beffroi-replay-") as work:
        folder = os.path.join(work, "board")
        played = json.loads(run(STAGE, path, folder, os.path.basename(path), *rule))
        verified = json.loads(run(AUDIT, "verify", folder, "--json"))
        file = json.loads(run(AUDIT, "tally", path, "--json", *tally_options(rule)))
        del file["result"]  # the digest of the rest
        with open(os.path.join(folder, "attachments", verified["result"]), "rb") as outcome:
            board = json.load(outcome)
    numbers = verified["numbers"]
    assert verified["holds"] and verified["stage"] == "ended" and verified["checkpoint"], verified
    assert numbers["cast"] == played["ballots"], (numbers, played)
    assert numbers["replaced"] == played["replaced"], (numbers, played)
    assert numbers["standing"] == numbers["credentials"] == played["voters"], (numbers, played)
    # Ballots that differ in marks of no worth alone are the same on a board.
    spared = {"distinct_ballots"} if played["left_out"] else set()
    same_outcome(file, board, {"election"} | spared)
    assert board["voters"] == played["voters"], (board["voters"], played)
    return {**played, "selected": board["selected"], "projects": len(board["projects"])}


def replay_text(text, rule):
    with tempfile.TemporaryDirectory(prefix="beffroi-replay-") as work:
        path = os.path.join(work, "made.pb")
        with open(path, "wb") as file:
            file.write(text)
        return replay(path, rule)


def shared(name):
    return os.path.join(SHARED, "pabulib", name)


# --- as a test ---

COUNT = FAILED = 0


def case(title, check, skip=None):
    global COUNT, FAILED
    COUNT += 1
    if skip:
        print(f"ok {COUNT} - {title} # SKIP {skip}", flush=True)
        return
    try:
        print(f"ok {COUNT} - {title}: {check()}", flush=True)
    except Exception:  # a case that breaks is a case that fails; the next ones still run
        FAILED += 1
        print(f"not ok {COUNT} - {title}")
        print("# " + traceback.format_exc().replace("\n", "\n# "), flush=True)


def words(played):
    return (f"{played['voters']} voters, {played['ballots']} ballots, "
            f"{played['repeated']} lines sent twice, {len(played['selected'])} projects funded")


def real(name):
    """Large enough for everything to happen."""
    def check():
        played = replay(shared(name), PUBLISHED)
        assert played["replaced"] > 0 and played["repeated"] > 0 and played["selected"], played
        return words(played)
    there = os.path.isdir(SHARED)
    case(name, check, None if there else "no shared elections: neither $BEFFROI_SHARED nor ../shared")


def made(kind, rule, voters=300, projects=25):
    def check():
        played = replay_text(run(GENERATE, "--seed", "7", "--kind", kind, "--voters", str(voters),
                                 "--projects", str(projects)), rule)
        assert played["voters"] == voters and played["projects"] == projects, played
        assert played["blank"] > 0 and played["replaced"] > 0 and played["selected"], played
        assert (played["left_out"] > 0) == (kind == "points"), played
        return words(played)
    case(f"{kind} ballots on {projects} projects made from a seed, {rule[0]}", check)


CHOOSE_ONE = b"""META
key;value
vote_type;choose-1
budget;150.50
rule;greedy-no-skip
min_project_score_threshold;3
PROJECTS
project_id;cost
a;100.25
b;50
c/1;0.25
VOTES
voter_id;vote
1;a
2;c/1
3;b,a
4;a
5;
6;c/1
7;c/1
"""


def choose_one():
    """No title, no currency; one voter chose two."""
    played = replay_text(CHOOSE_ONE, PUBLISHED)
    assert (played["voters"], played["widened"], played["selected"]) == (7, 1, ["a", "c/1"]), played
    return words(played)


def outcomes_that_differ():
    """The comparison itself: it must see what differs."""
    file = {"election": "1", "selected": ["a", "b"], "spent": 3}
    for change in ({"selected": ["b", "a"]}, {"spent": 4}, {"ties": []}, {"election": "1"}):
        try:
            same_outcome(file, {**file, "election": "2", **change}, {"election"})
        except AssertionError:
            continue
        raise AssertionError(f"{change} was not seen")
    return "each is seen"


def test():
    case("outcomes that differ", outcomes_that_differ)
    case("choose-1 ballots", choose_one)
    for kind in ("approval", "points", "ranking", "scores"):
        for rule in (PUBLISHED, SHARES):
            made(kind, rule)
    made("approval", PUBLISHED, voters=120, projects=900)
    real("France_Toulouse_2019.pb")
    real("France_Toulouse_2022_6_-_Saint-Cyprien.pb")
    print(f"1..{COUNT}")
    return 1 if FAILED else 0


# --- as a table ---

def table(paths):
    passed = failed = 0
    print(f"{'voters':>7} {'ballots':>8} {'seconds':>8}  verdict")
    for path in paths:
        name = os.path.basename(path)
        start = time.monotonic()
        try:
            played = replay(path, PUBLISHED)
            took = time.monotonic() - start
            passed += 1
            print(f"{played['voters']:>7} {played['ballots']:>8} {took:>8.1f}  same outcome, "
                  f"{len(played['selected'])} projects funded  {name}", flush=True)
        except Exception:
            failed += 1
            print(f"{'-':>7} {'-':>8} {'-':>8}  FAILED  {name}\n{traceback.format_exc()}", flush=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(table(sys.argv[2:]) if sys.argv[1:2] == ["--files"] else test())
