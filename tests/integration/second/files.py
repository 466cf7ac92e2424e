"""A board as a directory, and the whole verification: docs/board.md, the last chapters."""

import os
import re

from . import spelling, tree
from .board import CLOSED, Board, Refused
from .entries import ENTRY_MAX
from .spelling import Wrong, need

WITHHELD = re.compile(rb'{"leaf":"([0-9a-f]{64})"}')


class Fault(Exception):
    def __init__(self, name, index=None):
        super().__init__(name)
        self.name, self.index = name, index


class Folder:
    def __init__(self, path):
        self.path = path

    def read(self, name):
        """The bytes of a file, or None if there is none."""
        path = os.path.join(self.path, name)
        if not os.path.isfile(path):
            return None
        with open(path, "rb") as file:
            return file.read()

    def read_attachment(self, digest):
        name = "attachments/" + digest.hex()
        path = os.path.join(self.path, name)
        if os.path.isfile(path) and os.path.getsize(path) > spelling.ATTACHMENT_MAX:
            return None
        return self.read(name)

    # --- lines ---

    def lines(self):
        """The lines, and the fault that ends them or None. A withheld one is its line."""
        text = self.read("board.jsonl")
        if text is None:
            return self.lines_of_tiles()
        lines = text.split(b"\n")
        rest = lines.pop()
        fault = Fault("malformed", len(lines)) if rest or not lines else None
        return lines, fault

    def lines_of_tiles(self):
        try:
            size = tree.Checkpoint(self.read("checkpoint") or b"").size
        except Wrong:
            return [], Fault("checkpoint-malformed")
        lines = []
        for index, width in tree.spans(size):
            bundle = self.read(tree.tile_path("entries", index, width))
            try:
                lines += (self.single_lines(index, width) if bundle is None
                          else tree.read_bundle(bundle, width))
            except Wrong:
                return lines, Fault("entry-missing", len(lines))
            except Fault as fault:
                return lines, fault
        return lines, None if lines else Fault("malformed", 0)

    def single_lines(self, index, width):
        hashes = self.read(tree.tile_path(0, index, width)) or b""
        for place in range(width):
            line = self.read(f"entries/{index * tree.WIDTH + place}")
            if line is None:
                if len(hashes) != 32 * width:
                    raise Fault("entry-missing", index * tree.WIDTH + place)
                leaf = hashes[32 * place:32 * place + 32]
                line = b'{"leaf":"' + leaf.hex().encode() + b'"}'
            if len(line) > ENTRY_MAX:
                raise Fault("entry-missing", index * tree.WIDTH + place)
            yield line


def walk(board, lines):
    for index, line in enumerate(lines):
        withheld = WITHHELD.fullmatch(line)
        try:
            if withheld:
                board.append_withheld(bytes.fromhex(withheld[1].decode()))
            else:
                board.append(line)
        except Refused as refused:
            raise Fault(str(refused), index) from None


def check_checkpoint(board, data):
    manifest = board.manifest
    try:
        checkpoint = tree.Checkpoint(data)
    except Wrong:
        raise Fault("checkpoint-malformed") from None
    if not checkpoint.is_of(manifest.board):
        raise Fault("checkpoint-unsigned")
    if (checkpoint.size, checkpoint.root) != (board.tree.size(), board.tree.root()):
        raise Fault("checkpoint-differs")
    try:
        times = checkpoint.seen(manifest.witnesses)
        need(len(times) >= manifest.witness_quorum, "too few witnesses")
    except Wrong:
        raise Fault("witnesses-missing") from None
    early = min(times.values(), default=None)
    if early is not None and (
            (board.has_ballots and early < manifest.opens)
            or (board.phase >= CLOSED and manifest.closes is not None and early < manifest.closes)):
        raise Fault("too-early")


def check_tiles(board, folder, lines):
    whole = [None if WITHHELD.fullmatch(line) else line for line in lines]
    for expected in (tree.tiles(board.tree), tree.bundles(whole)):
        for path, data in expected:
            if folder.read(path) not in (None, data):
                raise Fault("tile-differs")


def verify(path):
    """The board in this directory, as far as it was read, and its first Fault or None."""
    folder = Folder(path)
    board = Board(folder.read_attachment)
    try:
        lines, fault = folder.lines()
        walk(board, lines)
        if fault is not None:
            raise fault
        checkpoint = folder.read("checkpoint")
        if checkpoint is not None:
            check_checkpoint(board, checkpoint)
        check_tiles(board, folder, lines)
    except Fault as fault:
        return board, fault
    return board, None
