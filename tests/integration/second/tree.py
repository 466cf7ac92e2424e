"""The tree over a board, and what is signed of it: checkpoints, receipts, tiles."""

import hashlib
import re

from . import ed25519, spelling
from .spelling import Wrong, need, sha256

SIZE_MAX = 2**63 - 1
NOTE_MAX = 131072
LINES_MAX = 32
WIDTH = 256


def leaf_of(entry):
    return sha256(b"\0" + entry)


def node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


class Tree:
    """Grows by leaves; keeps the hashes of all perfect subtrees, level by level."""

    def __init__(self):
        self.levels = [[]]

    def size(self):
        return len(self.levels[0])

    def append(self, leaf):
        level, found = 0, leaf
        self.levels[0].append(found)
        while len(self.levels[level]) % 2 == 0:
            found = node(*self.levels[level][-2:])
            level += 1
            if level == len(self.levels):
                self.levels.append([])
            self.levels[level].append(found)

    def root(self):
        """Over the perfect subtrees of which the tree is made, the smallest first."""
        found = None
        for level, hashes in enumerate(self.levels):
            if self.size() >> level & 1:
                found = hashes[-1] if found is None else node(hashes[-1], found)
        return sha256(b"") if found is None else found


def includes(size, root, index, leaf, proof):
    """Whether the proof leads from a leaf to the root: RFC 9162 section 2.1.3.2."""
    here, last, found = index, size - 1, leaf
    for each in proof:
        if last == 0:
            return False
        if here & 1 or here == last:
            found = node(each, found)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            found = node(found, each)
        here, last = here >> 1, last >> 1
    return last == 0 and found == root


def number(text, what):
    need(re.fullmatch("0|[1-9][0-9]*", text) and int(text) <= SIZE_MAX, f"{what}: {text!r}")
    return int(text)


# --- notes ---

WHITE_SPACE = " \u0085\u00a0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B)))
LINE = re.compile("\u2014 ([^%s+]+) ([A-Za-z0-9+/]+={0,2})" % WHITE_SPACE)


class Note:
    def __init__(self, data):
        need(len(data) <= NOTE_MAX, "a note is too long")
        try:
            text = data.decode()
        except UnicodeDecodeError:
            raise Wrong("a note is not UTF-8") from None
        need(not re.search("[\x00-\x09\x0b-\x1f]", text), "a control character")
        end = text.rfind("\n\n")
        need(end > 0 and text.endswith("\n") and end + 2 < len(text), "this is no note")
        self.text = text[:end + 1]
        self.signatures = {}
        lines = text[end + 2:-1].split("\n")
        need(len(lines) <= LINES_MAX, "too many signatures")
        for line in lines:
            found = LINE.fullmatch(line)
            need(found, f"{line!r} is no signature")
            data = spelling.read_base64(found[2])
            need(len(data) > 4, f"{line!r} has no signature")
            need((found[1], data[:4]) not in self.signatures, "two signatures by one key")
            self.signatures[found[1], data[:4]] = data[4:]

    def by(self, key):
        """The bytes of the signature by a verifier key, or None."""
        return self.signatures.get((key.name, key.id))


class Checkpoint:
    def __init__(self, data):
        self.note = Note(data)
        lines = self.note.text[:-1].split("\n")
        need(len(lines) == 3, "a checkpoint has three lines")
        self.origin = lines[0]
        need(re.fullmatch("[!-*,-~]{1,255}", self.origin), "no origin of a board")
        self.size = number(lines[1], "size")
        self.root = spelling.read_base64(lines[2], 32)
        need(self.size > 0 or self.root == sha256(b""), "not the root of nothing")

    def is_of(self, board):
        signature = self.note.by(board)
        return self.origin == board.name and signature is not None and ed25519.holds(
            board.key, self.note.text.encode(), signature)

    def seen_by(self, witness):
        """When a witness has cosigned, or None; raises Wrong if its line does not hold."""
        signature = self.note.by(witness)
        if signature is None:
            return None
        need(len(signature) == 72, "a cosignature of another length")
        time = int.from_bytes(signature[:8], "big")
        need(time <= SIZE_MAX, "a time out of range")
        message = f"cosignature/v1\ntime {time}\n{self.note.text}".encode()
        need(ed25519.holds(witness.key, message, signature[8:]), "a cosignature does not hold")
        return time

    def seen(self, witnesses):
        """The times that these witnesses give, by their public keys."""
        times = {each.key: self.seen_by(each) for each in witnesses}
        return {key: time for key, time in times.items() if time is not None}


def check_receipt(data, entry, board, witnesses, quorum):
    """"final" or "provisional"; raises Wrong if the receipt does not hold for the entry."""
    head, empty, checkpoint = data.partition(b"\n\n")
    lines = head.decode("latin-1").split("\n")
    need(empty and lines[0] == "c2sp.org/tlog-proof@v1" and len(lines) > 1, "this is no receipt")
    need(lines[1].startswith("index "), "there is no index")
    index = number(lines[1][len("index "):], "index")
    proof = [spelling.read_base64(line, 32) for line in lines[2:]]
    checkpoint = Checkpoint(checkpoint)
    need(index < checkpoint.size, "the tree has no such entry")
    need(checkpoint.is_of(board), "the checkpoint is not of this board")
    seen = checkpoint.seen(witnesses)
    need(includes(checkpoint.size, checkpoint.root, index, leaf_of(entry), proof),
         "the proof does not lead to the root")
    return "final" if len(seen) >= quorum else "provisional"


# --- tiles ---


def tile_path(level, index, width):
    groups = [f"{index % 1000:03}"]
    while index >= 1000:
        index //= 1000
        groups.insert(0, f"x{index % 1000:03}")
    partial = "" if width == WIDTH else f".p/{width}"
    return f"tile/{level}/{'/'.join(groups)}{partial}"


def spans(count):
    """Number and width of each tile over so many hashes."""
    return [(index, min(WIDTH, count - index * WIDTH)) for index in range(-(-count // WIDTH))]


def tiles(tree):
    """Path and bytes of each tile of hashes."""
    for level in range(8):
        hashes = tree.levels[8 * level] if 8 * level < len(tree.levels) else []
        for index, width in spans(tree.size() >> 8 * level):
            first = index * WIDTH
            yield tile_path(level, index, width), b"".join(hashes[first:first + width])


def bundles(lines):
    """Path and bytes of each bundle; a line that is None cannot be in one."""
    for index, width in spans(len(lines)):
        part = lines[index * WIDTH:index * WIDTH + width]
        if None not in part:
            yield (tile_path("entries", index, width),
                   b"".join(len(each).to_bytes(2, "big") + each for each in part))


def read_bundle(data, width):
    lines = []
    while data:
        need(len(data) >= 2, "a bundle ends within a length")
        length = int.from_bytes(data[:2], "big")
        need(len(data) >= 2 + length, "a bundle ends within an entry")
        lines.append(data[2:2 + length])
        data = data[2 + length:]
    need(len(lines) == width, "a bundle has another number of entries")
    return lines
