"""Boards made and altered below their signatures, for tests of verifiers.

What is made here is made from docs/board.md, with the arithmetic of tests/integration/second: nothing
of the code in C, and nothing secret, since every key comes from a seed that everybody knows.
"""

import base64
import copy
import functools
import hashlib
import os

from second import ed25519, spelling, tree

HOST = "vote.example.fr/bpl-2027/faidherbe"
WITNESS = "witness.example.org"
AFTER_THE_CLOSE = 1805569200


def text_of(data):
    return base64.b64encode(data).decode()


DOUBLED = [ed25519.BASE]
while len(DOUBLED) < 256:
    DOUBLED.append(ed25519.add(DOUBLED[-1], DOUBLED[-1]))


def times_base(number):
    product = ed25519.NEUTRAL
    for bit, summand in enumerate(DOUBLED):
        if number >> bit & 1:
            product = ed25519.add(product, summand)
    return product


class Key:
    """A key pair; signs as RFC 8032 section 5.1.6 says."""

    def __init__(self, seed):
        digest = hashlib.sha512(seed).digest()
        self.scalar = int.from_bytes(digest[:32], "little") & (1 << 254) - 8 | 1 << 254
        self.prefix = digest[32:]
        self.public = ed25519.encode(times_base(self.scalar))
        self.id = spelling.sha256(self.public)
        self.text = text_of(self.public)

    @functools.lru_cache(maxsize=None)
    def sign(self, message):
        nonce = hashlib.sha512(self.prefix + message).digest()
        return self.sign_with(message, int.from_bytes(nonce, "little") % ed25519.L)

    def sign_with(self, message, nonce, public=None):
        """With a nonce of one's choice, and perhaps in the name of another key."""
        encoded = ed25519.encode(times_base(nonce))
        digest = hashlib.sha512(encoded + (public or self.public) + message).digest()
        k = int.from_bytes(digest, "little") % ed25519.L
        return encoded + ((nonce + k * self.scalar) % ed25519.L).to_bytes(32, "little")

    def vkey(self, name, kind):
        data = bytes([kind]) + self.public
        return f"{name}+{spelling.sha256(name.encode() + bytes([10]) + data)[:4].hex()}+{text_of(data)}"


# The officers of tests/unit/board_example.h, and as many cards as one likes.
ORGANISER, BOARD, WITNESS_KEY, REGISTRAR, MEDIATOR, SCRUTINEER, SCRUTINEER_2, DRAWER, DRAWER_2 = (
    Key(bytes([number]) * 32) for number in range(1, 10))
CARDS = [Key(bytes([number]) * 32) for number in range(10, 16)]
STRANGER = Key(bytes([16]) * 32)
KNOWN = {each.id: each for each in (
    ORGANISER, BOARD, WITNESS_KEY, REGISTRAR, MEDIATOR, SCRUTINEER, SCRUTINEER_2, DRAWER, DRAWER_2,
    *CARDS, STRANGER)}


def signed(kind, payload):
    name = f"application/vnd.beffroi.{kind}.v1+json".encode()
    return b"DSSEv1 %d %b %d %b" % (len(name), name, len(payload), payload)


def envelope(kind, payload, signatures):
    """The line, from pairs of key id and signature."""
    parts = [b'{"keyid":"%b","sig":"%b"}' % (keyid.hex().encode(), base64.b64encode(signature))
             for keyid, signature in sorted(signatures)]
    return b'{"payload":"%b","payloadType":"application/vnd.beffroi.%b.v1+json","signatures":[%b]}' % (
        base64.b64encode(payload), kind.encode(), b",".join(parts))


def line_of(kind, payload, signers):
    """The line of a payload, which may be any JSON value or bytes."""
    if not isinstance(payload, bytes):
        payload = spelling.write_json(payload)
    return envelope(kind, payload,
                    [(each.id, each.sign(signed(kind, payload))) for each in signers])


class Opened:
    """A line that was read: its kind, payload and signers, to be altered and signed again."""

    def __init__(self, line):
        whole = spelling.json.loads(line)
        self.kind = whole["payloadType"].split(".")[2]
        self.bytes = base64.b64decode(whole["payload"])
        self.payload = spelling.json.loads(self.bytes)
        self.signers = [KNOWN[bytes.fromhex(each["keyid"])] for each in whole["signatures"]]

    def again(self, payload):
        return line_of(self.kind, payload, self.signers)


def checkpoint_of(lines, time=AFTER_THE_CLOSE, size=None):
    """Of these lines, signed by the board and, unless `time` is None, by the witness."""
    grown = tree.Tree()
    for line in lines:
        grown.append(tree.leaf_of(line))
    text = f"{HOST}/projets\n{len(lines) if size is None else size}\n{text_of(grown.root())}\n"
    board = BOARD.vkey(f"{HOST}/projets", 1)
    note = text + "\n" + note_line(board, BOARD.sign(text.encode()))
    if time is not None:
        message = f"cosignature/v1\ntime {time}\n{text}".encode()
        signature = time.to_bytes(8, "big") + WITNESS_KEY.sign(message)
        note += note_line(WITNESS_KEY.vkey(WITNESS, 4), signature)
    return note.encode()


def note_line(vkey, signature):
    name, identity, _ = vkey.split("+", 2)
    return f"\u2014 {name} {text_of(bytes.fromhex(identity) + signature)}\n"


class Files:
    """A board as files, by name."""

    def __init__(self, files):
        self.files = dict(files)

    @classmethod
    def read(cls, folder):
        files = {}
        for where, _, names in os.walk(folder):
            for name in names:
                path = os.path.join(where, name)
                with open(path, "rb") as file:
                    files[os.path.relpath(path, folder)] = file.read()
        return cls(files)

    def lines(self):
        return self.files["board.jsonl"].split(b"\n")[:-1]

    def but(self, changes):
        """With these files in place of what was there; None takes one away."""
        files = {**self.files, **changes}
        return Files({name: data for name, data in files.items() if data is not None})

    def with_lines(self, lines):
        """Only lines and attachments: no checkpoint, no tiles."""
        kept = {name: data for name, data in self.files.items() if name.startswith("attachments/")}
        return Files({**kept, "board.jsonl": b"".join(each + b"\n" for each in lines)})

    def with_attachment(self, data):
        return self.but({"attachments/" + spelling.sha256(data).hex(): data})

    def write(self, folder):
        for name, data in self.files.items():
            path = os.path.join(folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(data)


def attachment_of(data):
    return {"digest": spelling.sha256(data).hex(), "length": len(data)}


class Draft:
    """An election that grows entry by entry, each the one that would be admitted.

    A payload may be given changes: members in place of those that are right.
    """

    def __init__(self, manifest):
        self.manifest = manifest
        self.lines, self.attachments = [], {}
        self.tree = tree.Tree()
        self.opening = None
        self.cards, self.standing = [], {}
        self.add("manifest", manifest, [ORGANISER])
        self.election = spelling.sha256(spelling.write_json(manifest)).hex()

    def files(self):
        files = {"attachments/" + spelling.sha256(data).hex(): data
                 for data in self.attachments.values()}
        return Files({**files, "board.jsonl": b"".join(each + b"\n" for each in self.lines)})

    def attach(self, data):
        self.attachments[spelling.sha256(data)] = data
        return attachment_of(data)

    def add(self, kind, payload, signers, **changes):
        payload = {**payload, **changes}
        if kind != "manifest":
            name, value = ("election", self.election) if self.opening is None else (
                "open", self.opening)
            payload.setdefault(name, value)
        self.add_line(line_of(kind, payload, signers))

    def add_line(self, line):
        self.lines.append(line)
        self.tree.append(tree.leaf_of(line))

    def leaf(self):
        return tree.leaf_of(self.lines[-1]).hex()

    def electorate(self, cards, **changes):
        self.cards += cards
        keys = self.attach(b"".join(sorted(each.public for each in cards)))
        payload = {"credentials": len(cards), "keys": keys, "registrar": REGISTRAR.text,
                   "roll": "00" * 32}
        if "eligibility" in self.manifest:
            payload["eligibility"] = self.manifest["eligibility"]
        self.add("electorate", payload, [REGISTRAR], **changes)

    def head(self):
        return {"root": self.tree.root().hex(), "size": self.tree.size()}

    def open(self, **changes):
        self.add("open", {"credentials": len(self.cards), **self.head()}, [ORGANISER], **changes)
        self.opening = self.leaf()

    def ballot(self, card, choice, **changes):
        before = self.standing.get(card.public)
        payload = {"choice": choice, "credential": card.text, "replaces": before and before[0]}
        self.add("ballot", payload, [card], **changes)
        self.standing[card.public] = (self.leaf(), len(self.lines) - 1)

    def revocation(self, card, replacement=None, **changes):
        payload = {"credential": card.text, "for": "paper", "registrar": REGISTRAR.text,
                   "scrutineer": SCRUTINEER.text}
        if replacement is not None:
            payload.update({"for": "lost", "replacement": replacement.text})
        self.add("revocation", payload, [REGISTRAR, SCRUTINEER], **changes)

    def close(self, **changes):
        places = sorted(place for _, place in self.standing.values())
        indexes = spelling.sha256(b"".join(each.to_bytes(8, "big") for each in places))
        self.add("close", {"indexes": indexes.hex(), "standing": len(places), **self.head()},
                 [ORGANISER], **changes)

    def paper(self, choices, **changes):
        ballots = self.attach(spelling.write_json(choices)) if choices else None
        signers = sorted([SCRUTINEER, SCRUTINEER_2], key=lambda each: each.public)
        self.add("paper", {"attendance": len(choices), "ballots": ballots, "count": len(choices),
                           "scrutineers": [each.text for each in signers]}, signers, **changes)

    def draw(self, drawer, secret, **changes):
        self.add("draw", {"drawer": drawer.text, "secret": secret.hex()}, [drawer], **changes)

    def note(self, author, **changes):
        self.add("note", {"author": author.text, "text": {"en": "A remark."}}, [author], **changes)

    def result(self, outcome, **changes):
        self.add("result", {"outcome": self.attach(outcome)}, [ORGANISER], **changes)


def project(identity, cost, **others):
    return {"cost": cost, "id": identity, "title": {"en": identity}, **others}


def manifest_of(**changes):
    """A small manifest, of approvals counted by `greedy`; None takes a member away."""
    manifest = {
        "ballot": {"kind": "approval"},
        "board": {"key": BOARD.vkey(f"{HOST}/projets", 1), "max_replacements": 2,
                  "origin": f"{HOST}/projets", "witness_quorum": 0,
                  "witnesses": [WITNESS_KEY.vkey(WITNESS, 4)]},
        "budget": 100, "currency": "EUR", "minor_unit": 2, "custody": [],
        "credentials": {"origin": HOST, "registrars": [REGISTRAR.text]},
        "format": "beffroi/1", "organiser": ORGANISER.text,
        "projects": [project("a", 30), project("b", 50), project("c", 20), project("d", 0)],
        "revote": True, "rule": {"name": "greedy"}, "secrecy": {"mode": "open"},
        "title": {"en": "A vote"},
        "voting": {"closes": None, "opens": "2027-03-06T08:00:00Z"},
    }
    manifest = copy.deepcopy({**manifest, **changes})
    return {name: value for name, value in manifest.items() if value is not None}


def with_paper():
    return {"keys": [SCRUTINEER.text, SCRUTINEER_2.text], "paper": True}


def with_draw(secrets):
    return [{"commitment": spelling.sha256(secret).hex(), "key": drawer.text}
            for drawer, secret in zip((DRAWER, DRAWER_2), secrets)]
