#!/usr/bin/env python3
"""What a ballot costs from POST to receipt, and how long it takes, beside what its parts cost alone.

Usage: casting.py [FILE.pb]; Warszawa 2026 unless told, or an election that is made where there are no
published ones. The vote is held by `beffroi replay` on a service and a PostgreSQL of its own, with
ballots signed beforehand: all of it, the eligibility of each credential, the tree, the receipt, the
log, durable commits. Server and PostgreSQL are told apart, and both as multiples of libsodium's
verification of one signature in the same seconds, since machines differ, and one machine from moment
to moment. In the same run stand libsodium by itself, a bare evhttp
(bench_bare) and a bare PostgreSQL (bench_database). Figures are told, never asserted; that every
vote is held as it should is. Finds the programs in BUILD_ROOT, which should be optimised.
"""

import os
import statistics
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.environ["SOURCE_ROOT"], "tests", "integration"))
from campaign import Cluster, Trial  # pylint: disable=wrong-import-position
from replay_service import SHARED, server_pids  # pylint: disable=wrong-import-position

BUILD = os.environ["BUILD_ROOT"]
BARE = os.path.join(BUILD, "tests", "bench", "bench_bare")
RUNS = ((16, None), (64, None), (256, None), (64, 3000))  # connections, and ballots sent a second
ROUNDS = 3
AIM = 120 / 41  # verifications: limits of the design, on the machine where they were found


def bench(name, *arguments):
    done = subprocess.run([os.path.join(BUILD, "tests", "bench", name), *arguments], text=True,
                          check=True, stdout=subprocess.PIPE)
    print(done.stdout, flush=True)
    return done.stdout


def election(folder):
    if len(sys.argv) > 1:
        return sys.argv[1]
    published = os.path.join(SHARED, "pabulib", "Poland_Warszawa_2026.pb")
    if os.path.isfile(published):
        return published
    made = os.path.join(folder, "made.pb")
    with open(made, "wb") as file:
        subprocess.run([os.path.join(BUILD, "tests", "oracle", "generate"), "--voters", "20000",
                        "--projects", "40"], check=True, stdout=file)
    return made


def hold(cluster, file, connections, rate):
    """What replay found, and what a verification took meanwhile: the median of many small samples."""
    beside = subprocess.Popen([BARE, "--beside"], text=True, stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE)
    with Trial(cluster) as trial:
        found = trial.hold(file, "--connections", str(connections),
                           *(["--rate", str(rate)] if rate else []), *server_pids(trial))
    samples = [line.split() for line in beside.communicate()[0].splitlines()]
    began = found["microseconds"]["began"] / 1e6
    ended = began + found["microseconds"]["casting"] / 1e6
    return found, statistics.median(float(took) for when, took in samples
                                    if began <= float(when) <= ended)


def show(connections, rate, found, verification):
    used, ballots = found["microseconds"], found["ballots"]
    server, postgres = used["server"] / ballots, used["postgres"] / ballots
    print(f"{connections:11} {rate or '-':>6} {ballots:8} {found['ballots_per_second']:10} {server:8.0f} "
          f"{postgres:11.0f} {server + postgres:6.0f} {verification:12.1f} {(server + postgres) / verification:17.2f} "
          f"{used['median_wait'] / 1e3:10.1f} {used['p99_wait'] / 1e3:10.1f}", flush=True)


def main():
    with tempfile.TemporaryDirectory(prefix="beffroi-bench-") as folder:
        file = election(folder)
        print(f"{os.path.basename(file)}, {os.cpu_count()} processors, which the voters' client shares; "
              f"aim: {AIM:.2f} verifications\n")
        cluster = Cluster()
        try:
            for _ in range(ROUNDS):
                bench("bench_bare")
                print("                                        processor us a ballot\n"
                      "connections   rate  ballots  ballots/s   server  PostgreSQL   both  verification "
                      " in verifications  half in ms  99 % in ms")
                for connections, rate in RUNS:
                    show(connections, rate, *hold(cluster, file, connections, rate))
                print(flush=True)
        finally:
            cluster.end()
    bench("bench_database")


if __name__ == "__main__":
    main()
