#!/usr/bin/env python3
"""Does what ./run says to try next, and interrupts it at any moment, as Ctrl-C does and as kill does,
looking for what it left.

Usage: try_run.py [TIMES [SEED]]; after a ./run --exit, so that nothing has to be built. The last
line is "N passed, N failed".
"""

import glob
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LONGEST = 14  # seconds to the signal: a whole replay of Toulouse takes less
PATIENCE = 60


def processes_of(folder):
    """Those that were started with, or work in, a folder."""
    found = []
    for process in glob.glob("/proc/[0-9]*"):
        try:
            with open(process + "/cmdline", "rb") as file:
                command = file.read()
            with open(process + "/environ", "rb") as file:
                environment = file.read()
        except OSError:
            continue
        mentioned = folder.encode() in command or f"TMPDIR={folder}".encode() in environment
        if mentioned and int(process[6:]) != os.getpid():
            found.append(f"{process[6:]} {command.replace(bytes(1), b' ').decode()}")
    return found


def start(folder, *options):
    return subprocess.Popen(["./run", *options], cwd=ROOT, env={**os.environ, "TMPDIR": folder},
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, start_new_session=True, text=True)


def try_next(folder):
    """Stays, answers, ends with its verdict at Ctrl-C, and goes on from what was kept; returns what
    is wrong, or None."""
    elections = 0
    for _ in range(2):
        process = start(folder, "--keep", os.path.join(folder, "kept"))
        said = []
        for line in process.stdout:
            said.append(line)
            if line.startswith("It stays"):
                break
        commands = [line.strip() for line in said if re.match(" +(curl |build.*verify )", line)]
        answers = {}
        for command in commands:
            done = subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, check=False,
                                  timeout=PATIENCE)
            answers[command] = done.stdout
            if done.returncode != 0 or not done.stdout:
                said.append(f"{command}: {done.returncode} {done.stderr.decode()}")
                commands = []
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=PATIENCE)
        if len(commands) != 5 or process.returncode != 0 or processes_of(folder):
            return f"{process.returncode} {processes_of(folder)}\n{''.join(said)}"
        before = elections
        elections = next(iter(answers.values())).count(b'"origin"')
        if elections != before + 1:
            return f"there are {elections} elections, and were {before}"
    return None


def interrupt(seconds, how, whole_group):
    """Runs, interrupts after some time, and returns what is wrong, or None."""
    with tempfile.TemporaryDirectory(prefix="beffroi-interrupt-") as folder:
        os.chmod(folder, 0o755)
        process = start(folder)
        time.sleep(seconds)
        if whole_group:
            os.killpg(process.pid, how)
        else:
            process.send_signal(how)
        try:
            said, _ = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return "it does not end: " + "; ".join(processes_of(folder))
        # Killed outright, it cannot wait for those that end after it; and a process that PostgreSQL
        # has just forked ends a moment after PostgreSQL.
        for _ in range(PATIENCE * 10 if how == signal.SIGKILL else 10):
            left = processes_of(folder)
            if not left:
                break
            time.sleep(0.1)
        if left:
            return "left running: " + "; ".join(left)
        files = os.listdir(folder)
        if files and how != signal.SIGKILL:
            return f"left behind: {files}"
        # In the first moments the shell has no trap yet, and ends of the signal itself.
        expected = {0, 130 if how == signal.SIGINT else 143, -how}
        if process.returncode not in expected:
            return f"ended with {process.returncode}: {said}"
        return None


def main():
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(1 << 30)
    chance = random.Random(seed)
    print(f"interrupting ./run {times} times, seed {seed}")
    with tempfile.TemporaryDirectory(prefix="beffroi-try-") as folder:
        os.chmod(folder, 0o755)
        wrong = try_next(folder)
    failed = 0
    if wrong:
        failed = 1
        print(f"  what to try next: {wrong}", flush=True)
    for number in range(times):
        seconds = LONGEST * chance.random() ** 2
        how, whole_group = chance.choice([(signal.SIGINT, True), (signal.SIGTERM, False),
                                          (signal.SIGKILL, False)])
        wrong = interrupt(seconds, how, whole_group)
        if wrong:
            failed += 1
            print(f"  {number}: {how.name} after {seconds:.2f} s: {wrong}", flush=True)
    print(f"{times + 1 - failed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
