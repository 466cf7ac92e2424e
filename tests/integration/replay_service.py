#!/usr/bin/env python3
"""Holds elections again on a real service and a real PostgreSQL, undisturbed and under harm.

Usage: replay_service.py          short ones; says what it found as TAP, a line for each case
       replay_service.py --files FILE.pb...     these, undisturbed, with figures
       replay_service.py --harm ROUNDS FILE.pb  random harm, then each crash point, so many times
The last two end with "N passed, N failed". BEFFROI_SEED is what all chance follows from; else it is
new. Finds the programs in BUILD_ROOT, built with -Dcrash_points=true.
"""

import os
import random
import subprocess
import sys
import tempfile
import traceback

from campaign import POINTS, WORKERS, Cluster, Trial, at_point, under_faults
from service import CRASH_POINTS

GENERATE = os.path.join(os.environ["BUILD_ROOT"], "tests", "oracle", "generate")
SHARED = os.environ.get("BEFFROI_SHARED") or os.path.join(
    os.path.dirname(os.environ["SOURCE_ROOT"]), "shared")
TOULOUSE = os.path.join(SHARED, "pabulib", "France_Toulouse_2019.pb")
SEED = int(os.environ.get("BEFFROI_SEED") or random.randrange(1 << 30))

FOLDER = tempfile.TemporaryDirectory(prefix="beffroi-elections-")


def generated(kind, voters):
    path = os.path.join(FOLDER.name, f"{kind}-{voters}.pb")
    with open(path, "wb") as file:
        subprocess.run([GENERATE, "--kind", kind, "--voters", str(voters), "--projects", "12",
                        "--seed", str(SEED % 1000)], check=True, stdout=file)
    return path


def server_pids(trial):
    with open(os.path.join(trial.service.cluster.path, "data", "postmaster.pid"),
              encoding="ascii") as file:
        postgres = file.readline().strip()
    return ["--server-pid", str(trial.service.process.pid), "--postgres-pid", postgres]


# --- cases: each takes the cluster ---

def hold_kind(kind):
    def case(cluster):
        with Trial(cluster, WORKERS) as trial:
            found = trial.hold(generated(kind, 120), "--seed", str(SEED), "--again")
            assert found["voters"] == 120 and found["receipts"] > 2 * found["ballots"], found
            assert found["requests"]["cut"] == 0, found
    return case


def hold_at_a_rate(cluster):
    rate = 200
    with Trial(cluster, WORKERS) as trial:
        found = trial.hold(generated("approval", 120), "--seed", str(SEED), "--rate", str(rate))
        assert found["microseconds"]["casting"] >= (found["ballots"] - 1) / rate * 1e6, found


def hold_toulouse(cluster):
    with Trial(cluster, WORKERS) as trial:
        found = trial.hold(TOULOUSE, "--seed", str(SEED), *server_pids(trial))
        assert found["voters"] == 1494 and len(found["winners"]) == 14, found
        used = found["microseconds"]
        assert used["server"] > 0 and used["postgres"] > 0, found
        assert 0 < used["median_wait"] <= used["p99_wait"] <= used["casting"], found


def hold_under_harm(cluster):
    for voters in (600, 3000, 15000):  # until it takes long enough on this machine
        found, done = under_faults(cluster, generated("approval", voters), SEED, most=40)
        print(f"# {voters} voters: {done}")
        if sum(done.values()) > 0:
            return
    raise AssertionError(f"nothing was done to it: {found}")


def hold_at_point(point):
    def case(cluster):
        _, deaths = at_point(cluster, generated("points", 240), point, 2 + SEED % 3, 2, SEED)
        assert deaths >= 2, f"{deaths} workers died"
    return case


NO_TOULOUSE = "" if os.path.isfile(TOULOUSE) else f"there is no {TOULOUSE}"
NO_POINTS = "" if CRASH_POINTS else "built without crash points"

# Name, call, why it cannot be tried.
CASES = [(f"an election of {kind} is held", hold_kind(kind), "")
         for kind in ("approval", "points", "ranking", "scores")]
CASES += [("ballots are sent at a rate", hold_at_a_rate, ""),
          ("Toulouse 2019 is held", hold_toulouse, NO_TOULOUSE),
          ("processes are stopped and killed at random", hold_under_harm, "")]
CASES += [(f"workers die at '{point}'", hold_at_point(point), NO_POINTS) for point in POINTS]


def run_tap():
    print(f"1..{len(CASES)}\n# seed {SEED}", flush=True)
    failed = False
    cluster = Cluster()
    try:
        for number, (name, case, why_not) in enumerate(CASES, 1):
            if why_not:
                print(f"ok {number} - {name} # SKIP {why_not}")
                continue
            try:
                case(cluster)
                print(f"ok {number} - {name}", flush=True)
            except Exception:  # pylint: disable=broad-except
                failed = True
                print(f"not ok {number} - {name}", flush=True)
                print("\n".join("# " + line for line in traceback.format_exc().splitlines()))
    finally:
        cluster.end()
    return failed


# --- longer ---

class Tally:
    def __init__(self):
        self.passed = self.failed = 0

    def attempt(self, name, call):
        try:
            print(f"  {name}: {call()}", flush=True)
            self.passed += 1
        except Exception:  # pylint: disable=broad-except
            print(f"  {name} FAILED\n{traceback.format_exc()}", flush=True)
            self.failed += 1

    def end(self):
        print(f"{self.passed} passed, {self.failed} failed")
        return self.failed > 0


def figures(found):
    used, ballots = found["microseconds"], found["ballots"]
    published = {True: "published winners", False: "OTHER WINNERS", None: "no winners published"}
    return (f"{found['voters']} voters, {ballots} ballots, {found['receipts']} receipts checked, "
            f"{used['casting'] / 1e6:.1f} s, {found['ballots_per_second']} ballots/s; answers in "
            f"{used['median_wait'] / 1e3:.1f} ms, 99 in 100 in {used['p99_wait'] / 1e3:.1f} "
            f"ms; processor per ballot {used['server'] // ballots} + {used['postgres'] // ballots} µs (server + "
            f"PostgreSQL); audit accepted, {published[found['agreement']['published']]}")


def run_files(files):
    tally = Tally()
    cluster = Cluster()
    try:
        with Trial(cluster) as trial:
            for file in files:
                tally.attempt(os.path.basename(file)[:-len(".pb")], lambda path=file: figures(
                    trial.hold(path, "--connections", "64", *server_pids(trial))))
    finally:
        cluster.end()
    return tally.end()


def run_harm(rounds, file):
    def random_harm(seed):
        found, done = under_faults(cluster, file, seed)
        assert sum(done.values()) > 0, "nothing was done to it"
        sent_again = found["requests"]
        return (f"{found['receipts']} receipts, none missing; {done}; {sent_again['cut']} cut, "
                f"{sent_again['refused']} refused, {sent_again['late']} late, "
                f"{sent_again['told_off']} told to come back")

    def point_harm(point, count, seed):
        found, deaths = at_point(cluster, file, point, count, 3, seed)
        assert deaths >= 3, f"{deaths} workers died"
        return f"{found['receipts']} receipts, none missing; {deaths} workers died"

    tally = Tally()
    chance = random.Random(SEED)
    print(f"seed {SEED}")
    cluster = Cluster()
    try:
        for number in range(rounds):
            seed = chance.randrange(1 << 30)
            tally.attempt(f"random harm {number}", lambda: random_harm(seed))
            for point in POINTS:
                count = chance.randrange(2, 12)
                tally.attempt(f"{point}:{count}", lambda: point_harm(point, count, seed))
    finally:
        cluster.end()
    return tally.end()


def main():
    if sys.argv[1:2] == ["--files"]:
        return run_files(sys.argv[2:])
    if sys.argv[1:2] == ["--harm"]:
        return run_harm(int(sys.argv[2]), sys.argv[3])
    return run_tap()


if __name__ == "__main__":
    sys.exit(main())
