#!/usr/bin/env python3
"""What a ballot costs from POST to receipt, and how long it takes, beside what its parts cost alone.

Usage: casting.py [FILE.pb]; Warszawa 2026 unless told, or an election that is made where there are no
published ones. The vote is held by `beffroi replay` on a service and a PostgreSQL of its own, with
ballots signed beforehand: all of it, the eligibility of each credential, the tree, the receipt, the
log, durable commits. Server and PostgreSQL are told apart, and both as multiples of libsodium's
verification of one signature, since machines differ. In the same run stand libsodium, a bare evhttp
(bench_bare) and a bare PostgreSQL (bench_database). Figures are told, never asserted; that every
vote is held as it should is. Finds the programs in BUILD_ROOT, which should be optimised.
"""

import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.environ["SOURCE_ROOT"], "tests", "integration"))
from campaign import Cluster, Trial  # pylint: disable=wrong-import-position
from replay_service import SHARED, server_pids  # pylint: disable=wrong-import-position

BUILD = os.environ["BUILD_ROOT"]
CONNECTIONS = (16, 64, 256)
ROUNDS = 3
AIM = 120 / 41  # verifications: limits of the design, on the machine where they were found


def bench(name, *arguments):
    done = subprocess.run([os.path.join(BUILD, "tests", "bench", name), *arguments], text=True,
                          check=True, stdout=subprocess.PIPE)
    print(done.stdout, flush=True)
    return done.stdout


def verification():
    return float(re.search(r"verified in ([0-9.]+) us", bench("bench_bare"))[1])


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


def hold(cluster, file, connections):
    with Trial(cluster) as trial:
        return trial.hold(file, "--connections", str(connections), *server_pids(trial))


def show(connections, found, alone):
    used, ballots = found["microseconds"], found["ballots"]
    server, postgres = used["server"] / ballots, used["postgres"] / ballots
    print(f"{connections:11} {ballots:8} {found['ballots_per_second']:10} {server:8.0f} "
          f"{postgres:11.0f} {server + postgres:6.0f} {(server + postgres) / alone:15.2f} "
          f"{used['median_wait'] / 1e3:10.1f} {used['p99_wait'] / 1e3:10.1f}", flush=True)


def main():
    with tempfile.TemporaryDirectory(prefix="beffroi-bench-") as folder:
        file = election(folder)
        print(f"{os.path.basename(file)}, {os.cpu_count()} processors, which the voters' client shares; "
              f"aim: {AIM:.2f} verifications\n")
        cluster = Cluster()
        try:
            for _ in range(ROUNDS):
                alone = verification()
                print("                                 processor us a ballot\n"
                      "connections  ballots  ballots/s   server  PostgreSQL   both  in verifications "
                      " half in ms  99 % in ms")
                for connections in CONNECTIONS:
                    show(connections, hold(cluster, file, connections), alone)
                print(flush=True)
        finally:
            cluster.end()
    bench("bench_database")


if __name__ == "__main__":
    main()
