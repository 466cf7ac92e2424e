"""What tests of the service share: the service as a process, and clients that write what they like.

Bounds of time here only tell a hanging service from one that answers: they are generous.
"""

import concurrent.futures
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback

BUILD = os.environ["BUILD_ROOT"]
ECHO = os.path.join(BUILD, "tests", "integration", "echo_service")
BOUND = 300

LINE = re.compile(
    r'time=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z level=(error|warning|info|debug) event=[a-z-]+ pid=\d+'
    r'( [a-z_]+=("[^"]*"|[A-Za-z0-9\-_.:/+@%]+))*\n'
)


def until(holds, what, log=lambda: ""):
    """Waits until `holds` gives something true, and returns it; else shows the log."""
    end = time.monotonic() + BOUND
    while time.monotonic() < end:
        found = holds()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"it did not come to pass: {what}\n{log()}")


def state(pid):
    """Of a process, as in /proc: "T" when it is stopped, "Z" when it has ended."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        return file.read().rsplit(")", 1)[1].split()[0]


def alive(pid):
    try:
        return state(pid) not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


class Reply:
    """A reply, taken apart strictly."""

    def __init__(self, raw, head_only=False):
        head, mark, rest = raw.partition(b"\r\n\r\n")
        assert mark, f"no whole head in {raw[:200]!r}"
        lines = head.decode("ascii").split("\r\n")
        match = re.fullmatch(r"HTTP/1\.1 (\d{3}) [A-Za-z -]+", lines[0])
        assert match, lines[0]
        self.status = int(match[1])
        self.headers = {}
        for line in lines[1:]:
            match = re.fullmatch(r"([A-Za-z-]+): ([ -~]*)", line)
            assert match, line
            name = match[1].lower()
            assert name not in self.headers, f"{name} twice"
            self.headers[name] = match[2]
        self.chunked = "transfer-encoding" in self.headers
        self.missing = 0  # bytes at least
        if head_only or self.status in (100, 204, 304):
            self.body, self.rest = b"", rest
        elif self.chunked:
            self.take_chunks(rest)
        else:
            length = int(self.headers["content-length"])
            self.body, self.rest = rest[:length], rest[length:]
            self.missing = length - len(self.body)

    def take_chunks(self, rest):
        self.body = b""
        while True:
            size, mark, rest = rest.partition(b"\r\n")
            length = int(size, 16) if mark else 0
            if not mark or len(rest) < length + 2:
                self.body += rest[:length]
                self.missing, self.rest = (length + 2 - len(rest) if mark else 1), b""
                return
            assert rest[length:length + 2] == b"\r\n"
            self.body += rest[:length]
            rest = rest[length + 2:]
            if length == 0:
                self.rest = rest
                return

    @property
    def whole(self):
        return self.missing == 0

    @property
    def closes(self):
        return self.headers.get("connection") == "close"

    @property
    def problem(self):
        """The type of the problem, whose form is checked."""
        assert self.headers["content-type"] == "application/problem+json", self.headers
        members = json.loads(self.body)
        assert set(members) <= {"detail", "expected", "request", "status", "title", "type", "where"}
        assert json.dumps(members, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode() == self.body
        assert members["status"] == self.status
        assert members["request"] == self.headers["request-id"]
        prefix = "urn:beffroi:problem:"
        assert members["type"].startswith(prefix)
        return members["type"].removeprefix(prefix)


class Client:
    def __init__(self, address, small=False):
        if address.startswith("unix:"):
            self.socket = socket.socket(socket.AF_UNIX)
            target = address.removeprefix("unix:")
        else:
            host, port = address.removeprefix("http://").rsplit(":", 1)
            self.socket = socket.socket(socket.AF_INET6 if "[" in host else socket.AF_INET)
            target = (host.strip("[]"), int(port))
        if small:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.settimeout(BOUND)
        self.socket.connect(target)
        self.buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def try_send(self, data):
        """Whether it could be sent: the service may have closed."""
        try:
            self.socket.sendall(data)
            return True
        except OSError:
            return False

    def end(self):
        self.socket.shutdown(socket.SHUT_WR)

    def reset(self):
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.socket.close()

    def rest(self):
        """All that comes until the connection ends, in whatever way."""
        taken, self.buffer = self.buffer, b""
        try:
            while True:
                data = self.socket.recv(65536)
                if not data:
                    return taken
                taken += data
        except ConnectionError:
            return taken

    def take(self, head_only=False):
        """One reply; what follows stays."""
        needed = 0  # bytes before it is worth to look again
        while True:
            if len(self.buffer) >= needed and b"\r\n\r\n" in self.buffer:
                reply = Reply(self.buffer, head_only)
                if reply.whole:
                    self.buffer = reply.rest
                    return reply
                needed = len(self.buffer) + reply.missing
            data = self.socket.recv(65536)
            assert data, f"the connection ended after {self.buffer[:300]!r}"
            self.buffer += data

    def ask(self, data, head_only=False):
        self.send(data)
        return self.take(head_only)


def get(path, *headers, method="GET"):
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: x", *headers, "", ""]).encode()


def post(path, body, *headers, method="POST", kind="application/octet-stream"):
    return get(path, f"Content-Length: {len(body)}", f"Content-Type: {kind}", *headers,
               method=method) + body


class Service:
    def __init__(self, settings=(), environment=(), program=(ECHO,), wait=True):
        self.folder = tempfile.TemporaryDirectory()
        values = {
            "server": {"listen": "127.0.0.1:0", "officers_listen": "127.0.0.1:0", "workers": 1,
                       "connections": 64, "request_seconds": BOUND, "reply_seconds": BOUND,
                       "idle_seconds": BOUND, "stop_seconds": BOUND, "log_level": "debug"},
            "jobs": {"workers": 0},
        }
        for name, value in dict(settings).items():
            section, key = name.split(".")
            values[section][key] = value
        self.config = os.path.join(self.folder.name, "beffroi.ini")
        with open(self.config, "w", encoding="utf-8") as file:
            for section, pairs in values.items():
                file.write(f"[{section}]\n")
                for key, value in pairs.items():
                    file.write(f"{key} = {value}\n")
        self.log_path = os.path.join(self.folder.name, "log")
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(
                [*program, self.config], stdout=subprocess.PIPE, stderr=log,
                env={**os.environ, **dict(environment)})
        self.address = self.process.stdout.readline().decode().strip()
        self.officers = self.process.stdout.readline().decode().strip()
        if wait and self.address:
            until(lambda: "event=worker-started" in self.log(), "a worker begins")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.folder.cleanup()

    def log(self):
        with open(self.log_path, encoding="utf-8") as file:
            return file.read()

    def events(self, event, **fields):
        """The lines of the log that tell of it."""
        lines = [line for line in self.log().splitlines(keepends=True) if f"event={event} " in line + " "]
        return [line for line in lines
                if all(f" {name}={value}" in line for name, value in fields.items())]

    def client(self, **options):
        return Client(self.address, **options)

    def ask(self, data, **options):
        with self.client() as client:
            return client.ask(data, **options)

    def raw(self, data):
        """All that is answered to these bytes, until the connection ends."""
        with self.client() as client:
            client.try_send(data)
            return client.rest()

    def serves(self):
        reply = self.ask(get("/echo"))
        assert reply.status == 200, reply.status

    def children(self):
        with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children", encoding="ascii") as file:
            return [int(pid) for pid in file.read().split()]

    def worker(self):
        return int(self.ask(get("/pid")).body)

    def signal(self, number):
        self.process.send_signal(number)

    def wait(self):
        return self.process.wait(timeout=BOUND)

    def stop(self):
        """Stops it as an operator does, and sees that all ended well."""
        self.signal(signal.SIGTERM)
        self.ended_well()

    def ended_well(self):
        assert self.wait() == 0
        ends = self.events("child-ended")
        assert all(" status=0" in line for line in ends), self.log()[-3000:]
        for line in self.log().splitlines(keepends=True):
            assert LINE.fullmatch(line), line


def outcome(function):
    """What went wrong, or None, and why it was skipped, or None."""
    try:
        return None, function()
    except Exception:  # a case that breaks is a case that fails; the next ones still run
        return traceback.format_exc(), None


def run(functions, at_once=1):
    """Runs the cases, so many at once, and says how each went as TAP."""
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
        for number, (function, (fault, skipped)) in enumerate(
                zip(functions, pool.map(outcome, functions)), 1):
            name = function.__name__.removeprefix("test_").replace("_", " ")
            failed += fault is not None
            print(f"{'ok' if fault is None else 'not ok'} {number} - {name}" +
                  (f" # SKIP {skipped}" if skipped else ""))
            if fault is not None:
                print("# " + fault.rstrip().replace("\n", "\n# "))
            sys.stdout.flush()
    print(f"1..{len(functions)}")
    return 1 if failed else 0
