#!/usr/bin/env python3
"""The shipped configurations of proxies, as they are but for names, paths and addresses: what reaches
the service through them, what does not, and what they write down.

Usage: proxies.py [nginx|haproxy|caddy]...   (nginx unless told)
Finds the programs in BUILD_ROOT and the configurations in SOURCE_ROOT. Says what it found as TAP; a
proxy that is not installed is skipped by name.
"""

import functools
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True  # the sources stay as they are
from http_client import BOUND, Client, Reply, Service, get, post, run, until

SOURCE = os.environ["SOURCE_ROOT"]
NAME = "vote.example.org"
ELECTION = "/v1/elections/" + "ab" * 32
BALLOTS = ELECTION + "/ballots"
PART = f"{ELECTION}/attachments/{'cd' * 32}/parts/0"

# Ours ends a request that is too slow for the proxy; the tests would rather not wait.
IMPATIENCE = [("_timeout 10s", "_timeout 2s"), ("timeout http-request 10s", "timeout http-request 2s"),
              ("read_header 10s", "read_header 2s"), ("read_body 20s", "read_body 6s")]


def substituted(name, changes):
    """A shipped configuration with changes, each of which must find something to change."""
    with open(os.path.join(SOURCE, "api", "proxy", name), encoding="utf-8") as file:
        text = file.read()
    for old, new in changes:
        assert re.search(old, text, re.MULTILINE), f"{name} has no {old}"
        text = re.sub(old, new, text, flags=re.MULTILINE)
    for old, new in IMPATIENCE:
        text = text.replace(old, new)
    return text


class Proxy:
    """A proxy before a service, both on sockets in a folder of their own."""

    program = None
    reads_bodies_first = True  # before it asks the service
    tells_broken_streams = True

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="beffroi-")
        self.path = functools.partial(os.path.join, self.folder.name)
        self.service = Service({"server.listen": "unix:" + self.path("public"),
                                "server.officers_listen": "unix:" + self.path("officers"),
                                "server.request_seconds": 10 if self.reads_bodies_first else 3})
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-nodes", "-subj", "/CN=" + NAME, "-addext", "subjectAltName=DNS:" + NAME,
             "-keyout", self.path("key"), "-out", self.path("certificate")],
            check=True, capture_output=True)
        with open(self.path("both.pem"), "wb") as both:
            for part in ("certificate", "key"):
                with open(self.path(part), "rb") as file:
                    both.write(file.read())
        self.configure()
        with open(self.path("said"), "wb") as said:
            self.process = subprocess.Popen(self.command(), stdout=said, stderr=said,
                                            cwd=self.folder.name)
        until(self.answers, f"{self.program} serves; it said {self.said()}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=BOUND)
        self.service.__exit__()
        self.folder.cleanup()

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)

    def said(self):
        """All that the proxy has written down."""
        text = ""
        for name in sorted(os.listdir(self.folder.name)):
            if name == "said" or name.endswith(".log"):
                with open(self.path(name), encoding="utf-8") as file:
                    text += file.read()
        return text

    def answers(self):
        assert self.process.poll() is None, self.said()
        try:
            return self.ask(get_name("/echo")).status == 200
        except OSError:
            return False

    def client(self):
        client = Client("unix:" + self.path("tls"))
        context = ssl.create_default_context(cafile=self.path("certificate"))
        context.set_alpn_protocols(["http/1.1"])
        client.socket = context.wrap_socket(client.socket, server_hostname=NAME)
        return client

    def ask(self, data, **options):
        with self.client() as client:
            return client.ask(data, **options)


class Nginx(Proxy):
    program = "nginx"

    def configure(self):
        self.write("site", substituted("nginx.conf", [
            (r"^ *listen \[::\].*\n", ""),
            (r"listen 443", "listen unix:" + self.path("tls")),
            (r"listen 80;", f"listen unix:{self.path('plain')};"),
            (r"/run/beffroi", self.folder.name),
            (r"/etc/ssl/vote\.example\.org\.pem", self.path("certificate")),
            (r"/etc/ssl/private/vote\.example\.org\.key", self.path("key")),
            (r"/var/log/nginx/", self.path("")),
        ]))
        temporary = "".join(f"{kind}_temp_path {self.path(kind)};\n"
                            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        user = "user root;\n" if os.getuid() == 0 else ""
        self.write("main", f"{user}daemon off;\npid {self.path('pid')};\nworker_processes 1;\n"
                           f"error_log {self.path('main-error.log')};\nevents {{}}\n"
                           f"http {{\n{temporary}include {self.path('site')};\n}}\n")

    def command(self):
        return ["nginx", "-e", self.path("start.log"), "-p", self.folder.name, "-c", self.path("main")]

    def check(self):
        return [*self.command(), "-t"]


class Haproxy(Proxy):
    program = "haproxy"

    def configure(self):
        self.write("main", substituted("haproxy.cfg", [
            (r"^  (user|group) haproxy\n", ""),
            (r"log /dev/log local0", "log stderr format raw local0"),
            (r"bind :80$", "bind unix@" + self.path("plain")),
            (r"bind :443", "bind unix@" + self.path("tls")),
            (r"/etc/haproxy/vote\.example\.org\.pem", self.path("both.pem")),
            (r"/run/beffroi", self.folder.name),
        ]))

    def command(self):
        return ["haproxy", "-db", "-f", self.path("main")]

    def check(self):
        return ["haproxy", "-c", "-f", self.path("main")]


class Caddy(Proxy):
    program = "caddy"
    reads_bodies_first = False
    tells_broken_streams = False  # 2.6 ends a stream well that the service broke off

    def configure(self):
        self.write("main", substituted("Caddyfile", [
            (r"^\tadmin off$", "\tadmin off\n\tauto_https disable_redirects\n\tstorage file_system "
             + self.path("storage")),
            (r"^vote\.example\.org \{", f"{NAME} {{\n\tbind unix/{self.path('tls')}\n\t"
             f"tls {self.path('certificate')} {self.path('key')}"),
            (r"/run/beffroi", self.folder.name),
        ]))

    def command(self):
        return ["caddy", "run", "--config", self.path("main"), "--adapter", "caddyfile"]

    def check(self):
        return ["caddy", "validate", "--config", self.path("main"), "--adapter", "caddyfile"]


def get_name(path, *headers, method="GET"):
    return get(path, *headers, method=method).replace(b"Host: x\r\n", f"Host: {NAME}\r\n".encode())


def post_name(path, body, *headers, method="POST"):
    return post(path, body, *headers, method=method).replace(
        b"Host: x\r\n", f"Host: {NAME}\r\n".encode(), 1)


def plain_problem(reply):
    """The type of a problem that the proxy made by itself."""
    assert reply.headers["content-type"].startswith("application/problem+json"), reply.headers
    match = re.search(rb'"type":"urn:beffroi:problem:([a-z-]+)"', reply.body)
    return match[1].decode()


def lines(reply):
    return reply.body.decode().split("\n")


# --- cases ---

def its_own_check_accepts_it(proxy):
    done = subprocess.run(proxy.check(), cwd=proxy.folder.name, capture_output=True, check=False,
                          timeout=BOUND)
    assert done.returncode == 0, done.stderr.decode()
    assert b"warn" not in (done.stdout + done.stderr).lower().replace(b'"level":"warn"', b""), done.stderr

def requests_arrive_as_they_were_sent(proxy):
    for target in ("/echo", "/echo?a=b&c=%20%2F?", "/echo?"):
        assert lines(proxy.ask(get_name(target)))[1] == target
    assert lines(proxy.ask(get_name("/echo", "X-Test: some words")))[5] == "some words"
    # Nothing is put in order on the way that a signature may be over.
    assert proxy.ask(get_name("//echo")).status == 404


def the_host_is_the_one_that_was_asked_for(proxy):
    assert lines(proxy.ask(get_name("/echo")))[4] == NAME
    with_port = get_name("/echo").replace(NAME.encode(), NAME.encode() + b":8443")
    assert lines(proxy.ask(with_port))[4] == NAME + ":8443"


def signatures_arrive(proxy):
    for name, value in (("Signature", "beffroi=:AAAA+/==:"),
                        ("Signature-Input", 'beffroi=("@method" "@path");created=1;keyid="a"'),
                        ("Content-Digest", "sha-256=:AAAA+/==:")):
        assert proxy.ask(get_name("/header/" + name, f"{name}: {value}")).body.decode() == value


def the_service_is_not_told_who_asks(proxy):
    for name in ("X-Forwarded-For", "X-Real-IP", "Forwarded", "X-Forwarded-Host", "Via", "X-Client-IP"):
        for sent in ([], [f"{name}: 192.0.2.7"]):
            if sent and name in ("X-Forwarded-Host", "Via", "X-Client-IP"):
                continue  # whoever sends these by hand speaks of himself
            assert proxy.ask(get_name("/header/" + name, *sent)).body == b"", name


def bodies_of_every_length_arrive(proxy):
    for length in (0, 1, 1000, 65535, 65536):
        body = bytes(i % 251 for i in range(length))
        assert proxy.ask(post_name(BALLOTS, body)).body == body


def longer_bodies_do_not(proxy):
    with proxy.client() as client:
        client.try_send(post_name("/echo", b"a" * 65537))
        reply = client.take()
        assert (reply.status, plain_problem(reply)) == (413, "too-large")


def parts_go_to_the_officers(proxy):
    body = os.urandom(1024 * 1024)
    assert proxy.ask(post_name(PART, body, method="PUT")).body == body
    with proxy.client() as client:
        client.try_send(post_name(PART, body + b"a", method="PUT"))
        assert client.take().status == 413


def streams_and_large_replies_come_back_whole(proxy):
    for path in ("/large/5000000", "/stream/50/100000"):
        with proxy.client() as client:
            client.send(get_name(path, "Connection: close"))
            assert len(Reply(client.rest()).body) == 5000000
    if proxy.tells_broken_streams:
        with proxy.client() as client:
            client.send(get_name("/broken/3/1000"))
            assert not Reply(client.rest()).whole


def what_the_service_says_is_left_alone(proxy):
    reply = proxy.ask(get_name("/nowhere"))
    assert (reply.status, reply.problem) == (404, "not-found")
    assert "strict-transport-security" in reply.headers
    assert proxy.ask(get_name("/headers")).headers["cache-control"] == "max-age=60"
    assert proxy.ask(get_name("/echo")).headers["cache-control"] == "no-store"
    assert proxy.ask(get_name("/nothing")).status == 204
    head = proxy.ask(get_name("/large/1000", method="HEAD"), head_only=True)
    assert head.headers["content-length"] == "1000"


def smuggled(first):
    """Two requests in one, if two programs read it in two ways."""
    return first + get_name("/large/7")


def requests_of_two_readings_are_one_or_none(proxy):
    inner = get_name("/large/7")
    for first in (
            get_name("/echo", "Content-Length: 0", f"Content-Length: {len(inner)}", method="POST"),
            get_name("/echo", "Transfer-Encoding: chunked", "Content-Length: 5", method="POST") + b"0\r\n\r\n",
            get_name("/echo", "Transfer-Encoding: xchunked", method="POST") + b"0\r\n\r\n",
            get_name("/echo", "Transfer-Encoding : chunked", method="POST") + b"0\r\n\r\n",
            get_name("/echo", "Content-Length: +5", method="POST") + b"12345",
            get_name("/echo", "X-Test: a\nX-Other: b"),
            get_name("/echo", "X-Test: a\0b"),
            get_name("/echo").replace(b"Host: " + NAME.encode() + b"\r\n", b""),
    ):
        with proxy.client() as client:
            client.try_send(smuggled(first))
            client.socket.settimeout(3)
            raw = b""
            try:
                while True:
                    data = client.socket.recv(65536)
                    if not data:
                        break
                    raw += data
            except OSError:
                pass
        # The second may be answered where the first was one whole request; never as part of it.
        assert raw.count(b"HTTP/1.1 ") <= 2 and raw.count(b"xxxxxxx") <= 1, raw[:500]


def other_names_get_nothing(proxy):
    with proxy.client() as client:
        client.try_send(get_name("/echo").replace(NAME.encode(), b"other.example.org"))
        assert b"other.example.org" not in client.socket.recv(65536)


def a_slow_client_does_not_reach_the_service(proxy):
    for part in (post_name("/echo", b"a" * 1000)[:-500], get_name("/echo")[:-10]):
        with proxy.client() as client:
            client.send(part)
            data = client.socket.recv(65536)  # an answer, or the end
            assert data == b"" or data.split(b" ")[1] == b"408", data
    assert (proxy.service.events("request-refused", problem="timeout") == []) == proxy.reads_bodies_first


def http_2(proxy):
    if shutil.which("curl") is None:
        return
    done = subprocess.run(
        ["curl", "--silent", "--show-error", "--http2", "--cacert", proxy.path("certificate"),
         "--unix-socket", proxy.path("tls"), "--data-binary", "@-", "--write-out", " %{http_version}",
         "--header", "Content-Type: application/octet-stream", f"https://{NAME}{BALLOTS}"],
        input=b"a ballot", capture_output=True, check=True, timeout=BOUND)
    assert done.stdout == b"a ballot 2", done.stdout


def nothing_is_written_down_of_casting(proxy):
    token = "0123456789abcdef" * 4
    path = f"/v1/elections/{token}/ballots"
    assert proxy.ask(post_name(path, b"a ballot")).status == 200
    assert proxy.ask(get_name(path.replace("ballots", "standing"))).status == 404
    proxy.ask(get_name("/echo"))
    if proxy.program == "nginx":
        until(lambda: " GET /echo " in proxy.said(), "other requests are written down")
    assert token not in proxy.said()


def a_service_that_is_away(proxy):
    """Last, since it is not there afterwards."""
    proxy.service.signal(signal.SIGKILL)
    proxy.service.wait()
    until(lambda: not os.path.exists(proxy.path("public")) or not connects(proxy.path("public")),
          "its workers end")
    reply = until(lambda: (lambda reply: reply if reply.status >= 500 else None)(
        proxy.ask(post_name(BALLOTS, b"a ballot"))), "the proxy notices")
    assert reply.status in (502, 503) and plain_problem(reply) == "unavailable"
    # What went wrong was told without saying whose request it was.
    telling = [line for line in proxy.said().splitlines() if "client" in line or "remote" in line]
    assert not telling, telling


def connects(path):
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(path)
            return True
        except OSError:
            return False


CASES = [its_own_check_accepts_it, requests_arrive_as_they_were_sent, the_host_is_the_one_that_was_asked_for, signatures_arrive,
         the_service_is_not_told_who_asks, bodies_of_every_length_arrive, longer_bodies_do_not,
         parts_go_to_the_officers, streams_and_large_replies_come_back_whole,
         what_the_service_says_is_left_alone, requests_of_two_readings_are_one_or_none,
         other_names_get_nothing, a_slow_client_does_not_reach_the_service, http_2,
         nothing_is_written_down_of_casting, a_service_that_is_away]


def case_of(kind, case, started):
    def run_case():
        if shutil.which(kind.program) is None or shutil.which("openssl") is None:
            return f"{kind.program} or openssl is not installed"
        if kind not in started:
            started[kind] = kind()
        case(started[kind])
        return None

    run_case.__name__ = f"{kind.program}: {case.__name__}"
    return run_case


def main():
    kinds = {kind.program: kind for kind in (Nginx, Haproxy, Caddy)}
    started = {}
    try:
        return run([case_of(kinds[name], case, started)
                    for name in sys.argv[1:] or ["nginx"] for case in CASES])
    finally:
        for proxy in started.values():
            proxy.__exit__()


if __name__ == "__main__":
    sys.exit(main())
