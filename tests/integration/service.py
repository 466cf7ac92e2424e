"""A service of its own for a test: a private cluster, migrated, and `beffroi serve`, all in a folder
that goes at the end.
"""

import base64
import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import tempfile
import urllib.error
import urllib.request

from http_client import BOUND, until
from service_client import Key

SOURCE = os.environ["SOURCE_ROOT"]
BUILD = os.environ["BUILD_ROOT"]
PROGRAM = os.path.join(BUILD, "api", "beffroi")
CLUSTER = os.path.join(SOURCE, "sql", "cluster.sh")
CRASH_POINTS = os.environ.get("CRASH_POINTS", "true") == "true"  # whether PROGRAM was built with them


class Cluster:
    """A private PostgreSQL (sql/cluster.sh). It ends with this process, however that ends."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="beffroi-test-")
        os.chmod(self.folder, 0o711)  # the cluster's user may pass
        self.path = os.path.join(self.folder, "cluster")
        self.holder = subprocess.Popen([CLUSTER, "hold", self.path], stdin=subprocess.PIPE,
                                       stdout=subprocess.PIPE, text=True)
        assert self.holder.stdout.readline(), "the cluster does not start"

    def run(self, verb, *arguments):
        done = subprocess.run([CLUSTER, verb, self.path, *arguments], capture_output=True,
                              text=True, check=False, timeout=600)
        assert done.returncode == 0, f"cluster {verb}: {done.stdout}{done.stderr}"
        return done.stdout.strip()

    def url(self, role):
        return self.run("url", *([role] if role else []))

    def end(self):
        self.holder.communicate()
        shutil.rmtree(self.folder, ignore_errors=True)


class Service:
    """`settings` are lines of the configuration; `environment` is the process's own. One that is
    `like` another is a further node of the same installation."""

    def __init__(self, cluster, settings=(), environment=None, wait=True, like=None):
        self.cluster, self.name = cluster, like.name if like else secrets.token_hex(4)
        self.organiser = Key(f"organiser {self.name}")
        self.folder = tempfile.mkdtemp(prefix="beffroi-service-")
        self.secret = os.path.join(self.folder, "master")
        self.config = os.path.join(self.folder, "beffroi.ini")
        with open(self.secret, "w", encoding="ascii",
                  opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            file.write(like.master() if like else secrets.token_hex(32) + "\n")
        self.environment = {**os.environ, **(environment or {}),
                            "BEFFROI_SERVER_LISTEN": "127.0.0.1:0",
                            "BEFFROI_SERVER_OFFICERS_LISTEN": "127.0.0.1:0",
                            # Clients keep their connections for as long as a test takes.
                            "BEFFROI_SERVER_IDLE_SECONDS": "3600",
                            "BEFFROI_SERVER_REQUEST_SECONDS": str(BOUND),
                            "BEFFROI_DATABASE_CASTING": cluster.url("beffroi_casting"),
                            "BEFFROI_DATABASE_OWNER": cluster.url(""),
                            "BEFFROI_VOTING_MASTER_SECRET": self.secret,
                            "BEFFROI_VOTING_ORGANISERS": self.organiser.text}
        for name, value in dict(settings).items():
            self.environment["BEFFROI_" + name.upper().replace(".", "_")] = str(value)
        self.log_path = os.path.join(self.folder, "log")
        self.process = None
        self.start(wait)

    def master(self):
        with open(self.secret, encoding="ascii") as file:
            return file.read()

    def migrate(self):
        done = subprocess.run([PROGRAM, "migrate"], env=self.environment, capture_output=True,
                              text=True, check=False, timeout=BOUND)
        assert done.returncode == 0, done.stdout + done.stderr

    def start(self, wait=True):
        self.migrate()
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen([PROGRAM, "serve"], env=self.environment, stderr=log,
                                            stdout=subprocess.PIPE, text=True)
        first = [self.process.stdout.readline() for _ in range(2)]
        addresses = re.findall(r"http://[0-9.]+:[0-9]+", "".join(first))
        assert len(addresses) == 2, f"{first}\n{self.log()}"
        self.address, self.officers_address = addresses
        if wait:
            self.wait_until_ready()

    def wait_until_ready(self):
        until(self.ready, "it becomes ready", self.log)

    def ready(self):
        try:
            with urllib.request.urlopen(self.address + "/v1/readiness", timeout=BOUND) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def log(self):
        with open(self.log_path, encoding="utf-8") as file:
            return file.read()

    def children(self):
        """Process ids of the workers, job workers among them."""
        with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children",
                  encoding="ascii") as file:
            return [int(child) for child in file.read().split()]

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        self.process.wait(timeout=BOUND)
        self.process.stdout.close()

    def end(self):
        if self.process is not None and self.process.poll() is None:
            self.stop()
        assert "AddressSanitizer" not in self.log() and "runtime error" not in self.log(), self.log()
        shutil.rmtree(self.folder, ignore_errors=True)


def fetch_board(service, election, folder):
    """Downloads a board as anybody can: into files that beffroi-audit verifies."""
    def get(name):
        with urllib.request.urlopen(f"{service.address}{election.board}/{name}",
                                    timeout=60) as answer:
            return answer.read()

    os.makedirs(os.path.join(folder, "attachments"))
    lines = get("board.jsonl")
    for name, data in (("board.jsonl", lines), ("checkpoint", get("checkpoint"))):
        with open(os.path.join(folder, name), "wb") as file:
            file.write(data)
    for line in lines.splitlines():
        entry = json.loads(line)
        if "payload" not in entry:
            continue
        for attachment in attachments_of(json.loads(base64.b64decode(entry["payload"]))):
            with open(os.path.join(folder, "attachments", attachment), "wb") as file:
                file.write(get("attachments/" + attachment))


def attachments_of(payload):
    for member in ("keys", "ballots", "outcome", "projects"):
        value = payload.get(member)
        if isinstance(value, dict) and set(value) >= {"digest", "length"}:
            yield value["digest"]


def verify(folder):
    """What the auditor's program says, as JSON, with its exit status."""
    done = subprocess.run([os.path.join(BUILD, "audit", "beffroi-audit"), "verify", "--json", folder],
                          capture_output=True, text=True, check=False, timeout=300)
    return done.returncode, json.loads(done.stdout or "{}"), done.stderr
