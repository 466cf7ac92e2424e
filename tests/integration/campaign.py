"""Faults in the middle of a vote: processes of the service and of PostgreSQL are stopped and killed
while `beffroi replay` holds an election on them.

Whatever is done to them, in the end no receipt that was given is missing, the board verifies, and the
same bytes sent again get the same receipts: replay's exit status says so, for it checks all of it.
"""

import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time

from http_client import BOUND
from service import PROGRAM, Cluster, Service

# Where the sequencer may be when it dies (api/voting).
POINTS = ["begun", "locked", "judged", "sent", "committed", "answered"]

HOLDS = 0
PATIENCE = 240  # the most that replay takes
LONGEST = 2400
WORKERS = {"server.workers": 2}  # and not more where there are more processors


def start_again(service):
    """Starts a service whose parent was killed. Its children end when it does, and until then they
    hold its addresses: whoever starts it, as systemd does, tries until they are free."""
    end = time.monotonic() + BOUND
    while True:
        try:
            service.start(wait=False)
            return
        except AssertionError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


class Harm(threading.Thread):
    """Something that is done to a service meanwhile, until it is told to stop."""

    def __init__(self, service):
        super().__init__()
        self.service = service
        self.stopped = threading.Event()
        self.error = None

    def do(self):
        raise NotImplementedError

    def run(self):
        try:
            self.do()
        except Exception as error:  # pylint: disable=broad-except
            self.error = error

    def finish(self):
        self.stopped.set()
        self.join()
        if self.error:
            raise self.error


class Faults(Harm):
    """Does harm of each kind at random moments."""

    KINDS = ["kill_worker", "freeze_worker", "kill_parent", "kill_postgres"]
    LONGEST_PAUSE = 0.6

    def __init__(self, service, seed, most):
        super().__init__(service)
        self.most = most
        self.chance = random.Random(seed)
        self.done = {kind: 0 for kind in self.KINDS}

    def worker(self):
        """A worker or job worker of now."""
        children = self.service.children()
        return self.chance.choice(children) if children else None

    def signal_worker(self, how):
        worker = self.worker()
        if worker is None:
            return None
        try:
            os.kill(worker, how)
        except ProcessLookupError:
            return None
        return worker

    def kill_worker(self):
        return self.signal_worker(signal.SIGKILL)

    def freeze_worker(self):
        """Stopped in the midst of things, perhaps while it holds a head, and then going on."""
        worker = self.signal_worker(signal.SIGSTOP)
        if worker is not None:
            self.stopped.wait(self.chance.uniform(1, 4))
            try:
                os.kill(worker, signal.SIGCONT)
            except ProcessLookupError:
                pass
        return worker

    def kill_parent(self):
        self.service.stop(signal.SIGKILL)
        start_again(self.service)
        return True

    def kill_postgres(self):
        self.service.cluster.run("crash")
        self.service.cluster.run("start")
        return True

    def do(self):
        while (sum(self.done.values()) < self.most and
               not self.stopped.wait(self.chance.uniform(0, self.LONGEST_PAUSE))):
            kind = self.chance.choice(self.KINDS)
            if getattr(self, kind)():
                self.done[kind] += 1


class Relief(Harm):
    """Waits until so many workers have died at their crash point, and then puts a service in the
    place of theirs that has none."""

    def __init__(self, service, deaths):
        super().__init__(service)
        self.deaths = deaths

    @property
    def done(self):
        return len(re.findall("event=child-ended .*signal=9", self.service.log()))

    def do(self):
        while not self.stopped.wait(0.05):
            if self.done >= self.deaths:
                del self.service.environment["BEFFROI_CRASH_AT"]
                self.service.stop(signal.SIGKILL)
                start_again(self.service)
                return


class Trial:
    """A service on which elections are held again, always at the same addresses."""

    def __init__(self, cluster, settings=None, environment=None):
        self.folder = tempfile.TemporaryDirectory(prefix="beffroi-trial-")
        self.key = os.path.join(self.folder.name, "organiser")
        public = subprocess.run([PROGRAM, "replay", "--make-key", self.key], check=True, text=True,
                                capture_output=True).stdout.strip()
        # A job of a worker that was killed is not to be waited for longer than needed.
        self.service = Service(cluster, {"jobs.lease_seconds": 5, "voting.organisers": public,
                                         **(settings or {})}, environment)
        for name, address in (("LISTEN", self.service.address),
                              ("OFFICERS_LISTEN", self.service.officers_address)):
            self.service.environment[f"BEFFROI_SERVER_{name}"] = address.removeprefix("http://")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.service.end()
        self.folder.cleanup()

    def hold(self, file, *options, faults=None):
        """What replay found, as JSON; it must hold."""
        process = subprocess.Popen(
            [PROGRAM, "replay", file, "--url", self.service.address, "--officers",
             self.service.officers_address, "--organiser-key", self.key, "--patience",
             str(PATIENCE), "--json", *options],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if faults:
            faults.start()
        try:
            out, err = process.communicate(timeout=LONGEST)
        finally:
            process.kill()
            if faults:
                faults.finish()
        assert process.returncode == HOLDS, (
            f"exit {process.returncode}\n{out}{err}\n{faults.done if faults else ''}\n"
            + self.service.log()[-3000:])
        return json.loads(out)


def under_faults(cluster, file, seed, most=sys.maxsize):
    """Holds an election while all kinds of harm are done, with few connections so that it takes its
    time, but not more often than `most`: a slow machine has hardly come to itself when the next one
    is done. What was found, and how often each kind was done."""
    with Trial(cluster, WORKERS) as trial:
        faults = Faults(trial.service, seed, most)
        found = trial.hold(file, "--seed", str(seed), "--revote", "20", "--twice", "20", "--again",
                           "--connections", "4", faults=faults)
        return found, faults.done


def at_point(cluster, file, point, count, deaths, seed):
    """Holds an election on workers that die when they come to a point for the count-th time; so do
    those that take their place, until there were so many deaths. What was found, and how many."""
    with Trial(cluster, WORKERS, environment={"BEFFROI_CRASH_AT": f"{point}:{count}"}) as trial:
        relief = Relief(trial.service, deaths)
        found = trial.hold(file, "--seed", str(seed), "--revote", "20", "--twice", "20", "--again",
                           "--connections", "16", faults=relief)
        return found, relief.done
