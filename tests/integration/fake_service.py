"""A service of elections in a few lines, to try its clients: one board, in the memory of keep_board,
served over HTTP as docs/api.md says. It can be told to misbehave.

    with Service(organiser="<base64 key>") as service:
        ... service.url ...

`Service.faults` holds functions by name, each called where it could do harm:

    before(request)        before a request is looked at: "cut" ends the connection, "lose" does what
                           was asked but ends it without an answer, "late" answers too late, a number
                           is a status to answer with; None for nothing
    answer(request, body)  the bytes to answer with in place of `body`
    append(line)           whether a ballot is really appended when its receipt is given
"""

import base64
import hashlib
import http.server
import io
import json
import os
import socketserver
import subprocess
import threading
import time
import urllib.parse

KEEPER = os.path.join(os.environ["BUILD_ROOT"], "tests", "integration", "keep_board")
PART = 1 << 20
WIDTH = 256
LATE = 30  # seconds


class Refused(Exception):
    pass


class Keeper:
    """The process that keeps the board; one request at a time."""

    def __init__(self):
        self.process = subprocess.Popen([KEEPER], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.lock = threading.RLock()

    def ask(self, verb, argument="-", body=b""):
        with self.lock:
            self.process.stdin.write(f"{verb} {argument} {len(body)}\n".encode() + body)
            self.process.stdin.flush()
            done, length = self.process.stdout.readline().split()
            answer = self.process.stdout.read(int(length))
        if done != b"ok":
            raise Refused(answer.decode())
        return answer

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=60)
        self.process.stdout.close()


def hash_of(prefix, data):
    return hashlib.sha256(prefix + data).digest()


def root_of(hashes):
    while len(hashes) > 1:
        hashes = [hash_of(b"\1", hashes[i] + hashes[i + 1]) for i in range(0, len(hashes), 2)]
    return hashes[0]


class Election:
    """What the service knows of its one election."""

    def __init__(self):
        self.keeper = Keeper()
        self.lines = []
        self.receipts = {}
        self.parts = {}
        self.attachments = {}
        self.id = None
        self.frozen = False
        self.outcome = None

    def append(self, line, really=True):
        with self.keeper.lock:
            if line in self.receipts:
                return 200, self.receipts[line]
            receipt = self.keeper.ask("append", body=line)
            if really:
                self.lines.append(line)
                self.receipts[line] = receipt
            return 201, receipt

    def attach(self, data):
        self.attachments[hashlib.sha256(data).hexdigest()] = data
        self.keeper.ask("attach", body=data)

    def tile(self, path):
        """The bytes of tile/<L>/<N>[.p/<W>] or tile/entries/<N>[.p/<W>]."""
        words, width = path[1:], WIDTH
        if len(words) > 1 and words[-2].endswith(".p"):
            width = int(words[-1])
            words = words[:-2] + [words[-2][:-2]]
        number = int("".join(word.lstrip("x") for word in words))
        level = 0 if path[0] == "entries" else int(path[0])
        if path[0] == "entries":
            some = self.lines[number * WIDTH:number * WIDTH + width]
            return b"".join(len(line).to_bytes(2, "big") + line for line in some)
        hashes = [hash_of(b"\0", line) for line in self.lines]
        for _ in range(level):
            hashes = [root_of(hashes[i:i + WIDTH])
                      for i in range(0, len(hashes) - WIDTH + 1, WIDTH)]
        return b"".join(hashes[number * WIDTH:number * WIDTH + width])


class Request(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def send(self, status, body=b"", content="application/json", **headers):
        change = self.server.faults.get("answer")
        if change and status in (200, 201):
            body = change(self, body)
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Type", content)
            self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def send_json(self, value, status=200, **headers):
        body = json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
        self.send(status, body, **headers)

    def send_chunked(self, pieces):
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for piece in pieces:
            if piece:
                self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        self.wfile.write(b"0\r\n\r\n")

    def problem(self, status, name, **headers):
        self.send_json({"detail": "as it is called", "status": status, "title": name,
                        "type": f"urn:beffroi:problem:{name}"}, status, **headers)

    def handle_one(self):
        self.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        trouble = self.server.faults.get("before", lambda _: None)(self)
        if trouble == "cut":
            self.close_connection = True
            return
        if trouble == "late":
            time.sleep(LATE)
            self.close_connection = True
            return
        if trouble == "lose":
            self.wfile = io.BytesIO()
            self.close_connection = True
        elif trouble:
            self.problem(trouble, "busy", Retry_After="0")
            return
        path, _, query = self.path.partition("?")
        words = path.strip("/").split("/")
        self.server.route(self, words, query)

    do_GET = do_POST = do_PUT = handle_one


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, organiser):
        super().__init__(("127.0.0.1", 0), Request)
        self.election = Election()
        self.organiser = base64.b64decode(organiser).hex()
        self.faults = {}

    def handle_error(self, *_):
        """Clients that leave are none of our errors."""

    def route(self, request, words, query):
        election = self.election
        try:
            if words == ["v1", "board-key"]:
                origin = urllib.parse.parse_qs(query)["origin"][0]
                key = election.keeper.ask("key", origin).decode()
                request.send_json({"key": key, "origin": origin})
            elif words == ["v1", "elections"]:
                self.create(request)
            elif words[0] == "v1":
                self.serve_election(request, words[3:])
            else:
                self.serve_board(request, words[3:])
        except Refused as refused:
            request.problem(422, str(refused))

    def create(self, request):
        payload = base64.b64decode(json.loads(request.body)["payload"])
        self.election.id = hashlib.sha256(payload).hexdigest()
        status, receipt = self.election.append(request.body)
        request.send(status, receipt, "text/plain", Location=f"/v1/elections/{self.election.id}")

    def check_signed(self, request, key):
        words = [request.command, request.headers["Host"], request.path,
                 request.headers.get("Content-Digest", ""), request.headers["Signature-Input"],
                 request.headers["Signature"]]
        self.election.keeper.ask("signed", key, "\n".join(words).encode() + b"\n" + request.body)

    def serve_election(self, request, words):
        election = self.election
        if words == ["ballots"] or words == ["entries"]:
            really = self.faults.get("append", lambda _: True)(request.body)
            status, receipt = election.append(request.body, really)
            request.send(status, receipt, "text/plain")
        elif words[0] == "attachments":
            self.check_signed(request, self.organiser)
            self.take_attachment(request, words[1:])
        elif words == ["standing"]:
            key = request.headers["Signature-Input"].split('keyid="')[1].split('"')[0]
            key = base64.b64decode(key).hex()
            self.check_signed(request, key)
            said = election.keeper.ask("standing", key).decode().split()
            index, leaf = (int(said[0]), said[1]) if len(said) == 2 else (None, None)
            request.send_json({"index": index, "leaf": leaf})
        elif words == ["freeze"]:
            self.check_signed(request, self.organiser)
            election.frozen = True
            request.send_json({"root": "", "size": len(election.lines)})
        elif words[0] == "drafts":
            request.send(200, election.keeper.ask("draft", words[1]))
        elif words == ["count"]:
            election.outcome = election.outcome or election.keeper.ask("outcome")
            request.send_json({"done": 1, "outcome": hashlib.sha256(election.outcome).hexdigest(),
                               "state": "done", "total": 1})
            election.attachments[hashlib.sha256(election.outcome).hexdigest()] = election.outcome
        elif words == ["result"]:
            request.send(200, election.outcome)
        else:
            request.problem(404, "not-found")

    def take_attachment(self, request, words):
        if len(words) == 3:
            self.election.parts[(words[0], int(words[2]))] = request.body
            request.send(204)
            return
        asked = json.loads(request.body)
        data = b"".join(self.election.parts[(words[0], i)] for i in range(asked["parts"]))
        assert len(data) == asked["length"] and hashlib.sha256(data).hexdigest() == words[0]
        self.election.attach(data)
        request.send(201, b"{}")

    def serve_board(self, request, words):
        election = self.election
        if words == ["checkpoint"]:
            request.send(200, election.keeper.ask("checkpoint"), "text/plain")
        elif words == ["board.jsonl"]:
            request.send_chunked(line + b"\n" for line in election.lines)
        elif words[0] == "entries":
            request.send(200, election.lines[int(words[1])])
        elif words[0] == "attachments":
            request.send(200, election.attachments[words[1]], "application/octet-stream")
        else:
            request.send(200, election.tile(words[1:]), "application/octet-stream")


class Service:
    def __init__(self, organiser):
        self.server = Server(organiser)
        self.faults = self.server.faults
        self.election = self.server.election
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
        self.election.keeper.close()
