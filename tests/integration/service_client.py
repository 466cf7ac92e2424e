"""A small election on a running service, from outside: a client that shares no code with ours.

Keys and signatures are libsodium's, called by ctypes; envelopes, requests and trees are put together
here from docs/board.md and docs/api.md.
"""

import base64
import ctypes
import ctypes.util
import hashlib
import http.client
import json
import time
from urllib.parse import quote

SODIUM = ctypes.CDLL(ctypes.util.find_library("sodium"))
assert SODIUM.sodium_init() >= 0
PART = 1 << 20


def canonical(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def encoded(data):
    return base64.b64encode(data).decode()


class Key:
    """An Ed25519 key made of a name."""

    def __init__(self, name):
        seed = hashlib.sha256(name.encode()).digest()
        public, secret = ctypes.create_string_buffer(32), ctypes.create_string_buffer(64)
        SODIUM.crypto_sign_seed_keypair(public, secret, seed)
        self.seed, self.public, self.secret = seed, public.raw, secret.raw
        self.text = encoded(self.public)

    def sign(self, message):
        signature = ctypes.create_string_buffer(64)
        SODIUM.crypto_sign_detached(signature, None, message, ctypes.c_ulonglong(len(message)),
                                    self.secret)
        return signature.raw


def envelope(kind, payload, *keys):
    """One line of a board."""
    kind = f"application/vnd.beffroi.{kind}.v1+json".encode()
    message = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)
    signatures = sorted(({"keyid": hashlib.sha256(key.public).hexdigest(),
                          "sig": encoded(key.sign(message))} for key in keys),
                        key=lambda signature: signature["keyid"])
    return json.dumps({"payload": encoded(payload), "payloadType": kind.decode(),
                       "signatures": signatures}, separators=(",", ":")).encode()


def leaf_of(line):
    return hashlib.sha256(b"\0" + line).hexdigest()


class Answer:
    def __init__(self, response):
        self.status, self.headers = response.status, response.headers
        self.body = response.read()

    def json(self):
        return json.loads(self.body)

    @property
    def problem(self):
        """The last word of a problem's type, or None."""
        if self.headers.get("Content-Type") != "application/problem+json":
            return None
        return self.json()["type"].rsplit(":", 1)[1]

    def __repr__(self):
        return f"{self.status} {self.body[:400]!r}"


class Http:
    """Requests to one address; each thread has its own."""

    def __init__(self, address, timeout=300):
        self.address, self.timeout = address.split("//")[1], timeout
        self.connection = None

    def ask(self, method, path, body=None, headers=None):
        """Asks once; a connection that ended is made again next time."""
        if self.connection is None:
            self.connection = http.client.HTTPConnection(self.address, timeout=self.timeout)
        try:
            self.connection.request(method, path, body, headers or {})
            return Answer(self.connection.getresponse())
        except (OSError, http.client.HTTPException):
            self.connection.close()
            self.connection = None
            raise

    def post(self, path, body, kind="application/json"):
        return self.ask("POST", path, body, {"Content-Type": kind})

    def get(self, path):
        return self.ask("GET", path)

    def signed(self, key, method, path, body=b"", kind=None, age=0):
        """A request signed as RFC 9421 says, in our one spelling."""
        parts, base = ['"@method"', '"@authority"', '"@path"'], [
            f'"@method": {method}', f'"@authority": {self.address}', f'"@path": {path}']
        headers = {}
        if body:
            headers["Content-Digest"] = f"sha-256=:{encoded(hashlib.sha256(body).digest())}:"
            parts.append('"content-digest"')
            base.append(f'"content-digest": {headers["Content-Digest"]}')
        parameters = (f'({" ".join(parts)});created={int(time.time()) - age};'
                      f'keyid="{key.text}";alg="ed25519"')
        base.append(f'"@signature-params": {parameters}')
        headers["Signature-Input"] = f"beffroi={parameters}"
        headers["Signature"] = f"beffroi=:{encoded(key.sign(chr(10).join(base).encode()))}:"
        if kind:
            headers["Content-Type"] = kind
        return self.ask(method, path, body or None, headers)


class Election:
    """An election of a few projects, approvals, counted greedily; `change` alters its manifest."""

    count = 0

    def __init__(self, service, voters=4, change=None, **voting):
        Election.count += 1
        self.reach(service)
        self.name = f"{service.name}-{Election.count}"
        self.organiser, self.registrar = service.organiser, Key(f"registrar {self.name}")
        self.voters = [Key(f"voter {self.name} {i}") for i in range(voters)]
        self.origin = f"vote.example.fr/{self.name}/scope/projects"
        key = self.http.get("/v1/board-key?origin=" + quote(self.origin, safe="/")).json()["key"]
        self.vkey = key
        self.manifest = {
            "ballot": {"kind": "approval", "max": 2, "min": 1},
            "board": {"key": key, "max_replacements": 2, "origin": self.origin,
                      "witness_quorum": 0, "witnesses": []},
            "budget": 100, "currency": "EUR", "minor_unit": 0,
            "credentials": {"origin": self.origin.rsplit("/", 1)[0],
                            "registrars": [self.registrar.text]},
            "custody": ["organiser"], "format": "beffroi/1", "organiser": self.organiser.text,
            "projects": [{"cost": 60, "id": "bench", "title": {"fr": "Un banc"}},
                         {"cost": 50, "id": "tree", "title": {"fr": "Un arbre"}},
                         {"cost": 30, "id": "lamp", "title": {"fr": "Une lampe"}}],
            "revote": True,
            "rule": {"name": "greedy", "tie_break": ["votes", "id"]},
            "secrecy": {"mode": "open"}, "title": {"fr": "Essai"},
            "voting": {"closes": None, "opens": "2020-01-01T00:00:00Z", **voting},
        }
        if change is not None:
            change(self.manifest)
        self.manifest_payload = canonical(self.manifest)
        self.id = hashlib.sha256(self.manifest_payload).hexdigest()
        self.path = f"/v1/elections/{self.id}"
        self.board = f"/elections/{self.id}/board"
        self.lines, self.opening = [], None

    def reach(self, service):
        """Asks this service from now on, on new connections."""
        self.http, self.officers = Http(service.address), Http(service.officers_address)

    def manifest_line(self):
        return envelope("manifest", self.manifest_payload, self.organiser)

    def register(self):
        return self.http.post("/v1/elections", self.manifest_line())

    def upload(self, data, key=None, election=None):
        """Puts an attachment there; gives how it is named in entries."""
        digest = hashlib.sha256(data).hexdigest()
        path = f"/v1/elections/{election or self.id}/attachments/{digest}"
        parts = [data[at:at + PART] for at in range(0, len(data), PART)]
        for number, part in enumerate(parts):
            answer = self.officers.signed(key or self.registrar, "PUT", f"{path}/parts/{number}",
                                          part, "application/octet-stream")
            assert answer.status == 204, answer
        answer = self.officers.signed(key or self.registrar, "POST", path,
                                      canonical({"length": len(data), "parts": len(parts)}),
                                      "application/json")
        assert answer.status in (200, 201), answer
        return {"digest": digest, "length": len(data)}

    def entry(self, kind, payload, *keys):
        """Sends an officer's entry until it was examined; gives the last answer."""
        line = envelope(kind, canonical(payload), *keys)
        for _ in range(3000):
            answer = self.http.post(self.path + "/entries", line)
            if answer.status != 202:
                return answer
            time.sleep(0.1)
        raise AssertionError(f"{kind} is examined for ever")

    def electorate(self, keys=None):
        listed = b"".join(sorted(key.public for key in keys or self.voters))
        return self.entry("electorate", {
            "credentials": len(listed) // 32, "election": self.id, "keys": self.upload(listed),
            "registrar": self.registrar.text, "roll": "00" * 32}, self.registrar)

    def sign_draft(self, name):
        draft = self.http.get(f"{self.path}/drafts/{name}")
        if draft.status != 200:
            return draft, None
        line = envelope(name, draft.body, self.organiser)
        return self.http.post(self.path + "/entries", line), line

    def open(self):
        """All up to the opening."""
        for answer in (self.register(), self.electorate()):
            assert answer.status == 201, answer
        answer, line = self.sign_draft("open")
        assert answer.status == 201, answer
        self.opening = leaf_of(line)
        return self

    def ballot(self, voter, *projects, replaces=None, **changes):
        """A ballot's line; no project is a blank one."""
        choice = {"approve": sorted(projects)} if projects else {"blank": True}
        key = self.voters[voter] if isinstance(voter, int) else voter
        payload = {"choice": choice, "credential": key.text, "open": self.opening,
                   "replaces": replaces, **changes}
        return envelope("ballot", canonical(payload), key)

    def cast(self, line, http=None):
        return (http or self.http).post(self.path + "/ballots", line)

    def freeze(self):
        return self.http.signed(self.organiser, "POST", self.path + "/freeze")

    def status(self):
        return self.http.get(self.path).json()

    def close(self):
        answer, _ = self.sign_draft("close")
        assert answer.status == 201, answer

    def finish(self):
        """Counts, and publishes the result; gives the outcome."""
        for _ in range(3000):
            count = self.http.get(self.path + "/count").json()
            if count["state"] in ("done", "failed"):
                break
            time.sleep(0.1)
        assert count["state"] == "done", count
        answer, _ = self.sign_draft("result")
        assert answer.status == 201, answer
        return self.http.get(self.path + "/result").json()


def receipt_parts(receipt):
    """Index, proof, size and root of a receipt."""
    proof, note = receipt.decode().split("\n\n", 1)
    lines = proof.split("\n")
    assert lines[0] == "c2sp.org/tlog-proof@v1", lines
    head = note.split("\n")
    return (int(lines[1].removeprefix("index ")), [base64.b64decode(line) for line in lines[2:]],
            int(head[1]), base64.b64decode(head[2]))


def receipt_proves(receipt, line):
    """Whether the line is in the receipt's tree (RFC 9162 section 2.1.3.2)."""
    index, proof, size, root = receipt_parts(receipt)
    node, last = index, size - 1
    found = bytes.fromhex(leaf_of(line))
    for sibling in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            found = hashlib.sha256(b"\1" + sibling + found).digest()
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            found = hashlib.sha256(b"\1" + found + sibling).digest()
        node, last = node >> 1, last >> 1
    return last == 0 and found == root
