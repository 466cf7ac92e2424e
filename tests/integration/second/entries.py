"""One line of a board: the envelope, what is signed, the payload of each kind."""

import re

from . import ed25519, spelling
from .manifest import Manifest
from .spelling import Attachment, Wrong, ascending, members, need, sha256

ENTRY_MAX = 65535
SIGNATURES_MAX = 8

BASE64 = "[A-Za-z0-9+/]*={0,2}"
SIGNATURE = '{"keyid":"([0-9a-f]{64})","sig":"(' + BASE64 + ')"}'
ENVELOPE = re.compile(
    '{"payload":"(' + BASE64 + ')","payloadType":"(application/vnd\\.beffroi\\.([a-z-]+)\\.v1\\+json)"'
    ',"signatures":\\[(' + SIGNATURE.replace("(", "(?:") + "(?:," + SIGNATURE.replace("(", "(?:")
    + ")*)\\]}")


class Entry:
    def __init__(self, line):
        """Reads a line without its break; raises Wrong."""
        need(1 <= len(line) <= ENTRY_MAX, f"an entry of {len(line)} bytes")
        found = ENVELOPE.fullmatch(line.decode("latin-1"))
        need(found, "this is not an envelope")
        payload, self.type, self.kind, signatures = found.groups()
        self.leaf = sha256(b"\0" + line)
        self.payload = spelling.read_base64(payload)
        self.signatures = [(bytes.fromhex(each[1]), spelling.read_base64(each[2], 64))
                           for each in re.finditer(SIGNATURE, signatures)]
        need(len(self.signatures) <= SIGNATURES_MAX, "too many signatures")
        ascending([keyid for keyid, _ in self.signatures])
        need(self.kind in READERS, f"no kind of entry is called {self.kind!r}")
        self.attachment = None
        self.binding = None  # "election" or "open", and `bound` is its digest
        READERS[self.kind](self, spelling.read_json(self.payload))

    def signed(self):
        """The pre-authentication encoding."""
        kind = self.type.encode()
        return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(self.payload), self.payload)

    def is_signed_by(self, keys):
        named = {sha256(key): key for key in keys}
        return len(self.signatures) == len(keys) and all(
            keyid in named and ed25519.holds(named[keyid], self.signed(), signature)
            for keyid, signature in self.signatures)

    def bind(self, value, name):
        self.binding, self.bound = name, spelling.digest(value[name])


def bind_either(entry, value, others):
    """Of kinds that stand on both sides of the opening."""
    name = "open" if isinstance(value, dict) and "open" in value else "election"
    members(value, name + " " + others)
    entry.bind(value, name)


def read_manifest(entry, value):
    entry.manifest = Manifest(value, sha256(entry.payload))
    entry.attachment = entry.manifest.attachment
    entry.signers = [entry.manifest.organiser]


def read_pages(entry, value):
    bind_either(entry, value, "files")
    paths = []
    for each in spelling.array(value["files"], 1):
        members(each, "digest path")
        spelling.digest(each["digest"])
        paths.append(spelling.path(each["path"]).encode())
    ascending(paths)


def read_electorate(entry, value):
    members(value, "credentials election keys registrar roll", "eligibility")
    entry.bind(value, "election")
    entry.credentials = spelling.count(value["credentials"])
    entry.eligibility = spelling.digest(value["eligibility"]) if "eligibility" in value else None
    entry.attachment = Attachment(value["keys"])
    need(entry.attachment.length == 32 * entry.credentials, "not 32 bytes for each credential")
    entry.registrar = spelling.named_key(value["registrar"])
    spelling.digest(value["roll"])
    entry.signers = [entry.registrar]


def read_tree(entry, value):
    entry.root = spelling.digest(value["root"])
    entry.size = spelling.count(value["size"])


def read_open(entry, value):
    members(value, "credentials election root size")
    entry.bind(value, "election")
    entry.credentials = spelling.count(value["credentials"])
    read_tree(entry, value)


def read_ballot(entry, value):
    members(value, "choice credential open replaces")
    entry.bind(value, "open")
    entry.choice = value["choice"]
    need(isinstance(entry.choice, dict), "a choice is an object")
    entry.credential = spelling.named_key(value["credential"])
    replaces = value["replaces"]
    entry.replaces = None if replaces is None else spelling.digest(replaces)
    entry.signers = [entry.credential]


def read_revocation(entry, value):
    need(isinstance(value, dict), "a payload is an object")
    lost = value.get("for") == "lost"
    members(value, "credential for open registrar scrutineer" + (" replacement" if lost else ""))
    entry.bind(value, "open")
    entry.credential = spelling.named_key(value["credential"])
    entry.reason = spelling.word(value["for"], ("lost", "paper"))
    entry.registrar = spelling.named_key(value["registrar"])
    entry.scrutineers = [spelling.named_key(value["scrutineer"])]
    entry.replacement = spelling.key(value["replacement"]) if lost else None
    entry.signers = [entry.registrar, *entry.scrutineers]


def read_close(entry, value):
    members(value, "indexes open root size standing")
    entry.bind(value, "open")
    entry.indexes = spelling.digest(value["indexes"])
    entry.standing = spelling.count(value["standing"])
    read_tree(entry, value)


def read_paper(entry, value):
    members(value, "attendance ballots count open scrutineers")
    entry.bind(value, "open")
    spelling.count(value["attendance"])
    entry.count = spelling.count(value["count"])
    need((value["ballots"] is None) == (entry.count == 0), "ballots do not go with their count")
    entry.attachment = None if value["ballots"] is None else Attachment(value["ballots"])
    entry.scrutineers = ascending(
        [spelling.named_key(each) for each in spelling.array(value["scrutineers"], 2, 2)])
    entry.signers = entry.scrutineers


def read_draw(entry, value):
    members(value, "drawer open secret")
    entry.bind(value, "open")
    entry.drawer = spelling.named_key(value["drawer"])
    entry.secret = spelling.digest(value["secret"])
    entry.signers = [entry.drawer]


def read_result(entry, value):
    members(value, "open outcome")
    entry.bind(value, "open")
    entry.attachment = Attachment(value["outcome"])


def read_note(entry, value):
    bind_either(entry, value, "author text")
    entry.author = spelling.named_key(value["author"])
    spelling.texts(value["text"])
    entry.signers = [entry.author]


# Those that set no signers are signed by the organiser.
READERS = {
    "manifest": read_manifest, "pages": read_pages, "electorate": read_electorate,
    "open": read_open, "ballot": read_ballot, "revocation": read_revocation,
    "close": read_close, "paper": read_paper, "draw": read_draw, "result": read_result,
    "note": read_note,
}


def read_entry(line):
    """The entry, or None if the line is malformed."""
    try:
        return Entry(line)
    except Wrong:
        return None
