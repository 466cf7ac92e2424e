#!/usr/bin/env python3
"""Compares the voting pages of web servers on this machine with those signed on the example board.

Usage: pages.py; finds the programs in BUILD_ROOT. Says what it found as TAP, one case for each
function `test_…`.
"""

import hashlib
import json
import os
import sys
import tempfile

sys.dont_write_bytecode = True  # the sources stay as they are
from keys import Election
from keys_folder import Folder, keys, tell
from verify import DOES_NOT_HOLD, HOLDS, UNFINISHED, Answer, Board, found, refused
from web_site import Site, nobody

LATER_PAGES = 7  # where the last pages were signed
SIGNED = {"index.html": b"index", "assets/vote.js": b"vote"}


class Pages(tempfile.TemporaryDirectory):
    """A folder with the pages that the example board has signed."""

    def __enter__(self):
        for name, data in SIGNED.items():
            self.write(name, data)
        return self

    def write(self, name, data):
        path = os.path.join(self.name, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)


class PageSite(Site):
    """Serves index.html at the address of its folder too, as web servers do."""

    def file(self, path):
        return super().file(path + "index.html" if path.endswith("/") else path)


def pages(site, board, *options):
    return Answer(["pages", site if isinstance(site, str) else site.address(), "--board",
                   board.path if isinstance(board, Board) else board, *options])


def differences(site, board):
    """What is wrong with a site."""
    answer = pages(site, board, "--json")
    assert answer.code == DOES_NOT_HOLD and answer.err == "", answer
    value = json.loads(answer.out)
    assert value["holds"] is False, answer
    return {name: value[name] for name in ("differs", "extra", "missing", "unread") if value[name]}


def test_a_site_serves_what_was_signed():
    board = Board()
    with Pages() as folder, PageSite(folder.name, "/vote/") as site:
        answer = pages(site, board)
        assert answer.code == HOLDS and answer.err == "", answer
        for fragment in ("The site serves the voting pages that were signed.", site.address(),
                         f"entry number {LATER_PAGES}", "Files signed        2"):
            assert fragment in answer.out, f"'{fragment}' is missing: {answer}"
        assert sorted(site.asked()) == ["", "assets/vote.js", "index.html"], site.asked()
        assert "Le site sert les pages" in pages(site, board, "--lang", "fr").out


def test_json_is_one_canonical_line():
    board = Board()
    with Pages() as folder, PageSite(folder.name) as site:
        answer = pages(site, board, "--json")
        assert json.loads(answer.out) == {
            "differs": [], "election": found(board)["election"], "entry": LATER_PAGES, "extra": [],
            "files": 2, "format": "beffroi-pages/1", "holds": True, "missing": [],
            "unread": []}, answer
        assert json.dumps(json.loads(answer.out), sort_keys=True,
                          separators=(",", ":")) + "\n" == answer.out, answer


def test_the_board_may_be_at_an_address():
    with Pages() as folder, PageSite(folder.name) as site, Site(Board().path) as boards:
        assert pages(site, boards.address()).code == HOLDS
        assert pages(site, boards.address(), "--timeout", "60").code == HOLDS


def test_a_file_that_differs_is_named():
    board = Board()
    with Pages() as folder, PageSite(folder.name) as site:
        for altered in (b"vote ", b"vot", b"", b"v\0te", b"x" * 100000):
            folder.write("assets/vote.js", altered)
            assert differences(site, board) == {"differs": ["assets/vote.js"]}
        answer = pages(site, board)
        assert answer.code == DOES_NOT_HOLD, answer
        for data in (b"vote", b"x" * 100000):
            assert hashlib.sha256(data).hexdigest() in answer.out, answer
        assert "pas les pages" in pages(site, board, "--lang", "fr").out


def test_a_file_that_is_missing_is_named():
    with Pages() as folder, PageSite(folder.name) as site:
        os.remove(os.path.join(folder.name, "assets/vote.js"))
        assert differences(site, Board()) == {"missing": ["assets/vote.js"]}
        os.remove(os.path.join(folder.name, "index.html"))
        assert differences(site, Board()) == {"missing": ["assets/vote.js", "index.html"]}


def test_what_people_open_is_the_signed_page():
    with Pages() as folder, PageSite(folder.name) as site:
        site.at("", lambda handler, _: handler.reply(200, b"another"))
        assert differences(site, Board()) == {"differs": ["./"]}
        # Where nothing is served, or it leads to the page, nobody is led astray.
        for answer in (lambda handler, _: handler.reply(404),
                       lambda handler, _: handler.reply(302, Location="/index.html")):
            site.at("", answer)
            assert pages(site, Board()).code == HOLDS


def sign_pages(election, files):
    folder = election.folder
    folder.write("pages.json", json.dumps({"open": election.open, "files": [
        {"digest": hashlib.sha256(data).hexdigest(), "path": name}
        for name, data in sorted(files.items())]}))
    folder.write("line", folder.do("sign", "pages", "pages.json", *keys("organiser")))
    election.append("line")


def test_what_is_not_signed_any_more_must_not_be_served():
    with Folder() as folder, Pages() as pages_folder, PageSite(pages_folder.name) as site:
        election = Election(folder)
        box = folder.at("box")
        sign_pages(election, SIGNED)
        assert pages(site, box).code == HOLDS
        sign_pages(election, {"vote.html": b"page"})
        pages_folder.write("vote.html", b"page")
        assert differences(site, box) == {"extra": ["./", "assets/vote.js", "index.html"]}
        assert "index.html is served, and is not signed" in pages(site, box).out
        os.remove(os.path.join(pages_folder.name, "index.html"))
        os.remove(os.path.join(pages_folder.name, "assets/vote.js"))
        assert pages(site, box).code == HOLDS
        # Nor a page that was never signed, where people open the address itself.
        site.at("", lambda handler, _: handler.reply(200, b"welcome"))
        assert differences(site, box) == {"extra": ["./"]}


def test_a_file_that_cannot_be_read_is_not_judged():
    board = Board()
    with Pages() as folder, PageSite(folder.name) as site:
        site.at("assets/vote.js", lambda handler, _: handler.reply(500))
        answer = pages(site, board)
        assert answer.code == UNFINISHED and answer.out == "", answer
        assert "assets/vote.js: the server answers 500" in answer.err, answer
        # What is known to be wrong is said all the same.
        folder.write("index.html", b"another")
        assert differences(site, board) == {"differs": ["./", "index.html"],
                                            "unread": ["assets/vote.js"]}
        assert "the server answers 500" in pages(site, board).out


def test_a_server_that_is_not_there():
    with nobody() as address:
        answer = pages(address, Board())
    assert answer.code == UNFINISHED and answer.out == "" and "./: no answer" in answer.err, answer


def test_the_board_must_hold():
    board = Board()
    lines = board.lines()
    board.keep(lines[:5] + lines[6:])
    with Pages() as folder, PageSite(folder.name) as site:
        answer = pages(site, board)
        assert answer.code == DOES_NOT_HOLD and answer.out == "", answer
        assert "entry 7: stale: " in answer.err and site.asked() == [], answer


def test_pages_must_be_signed():
    with Pages() as folder, PageSite(folder.name) as site:
        refused(pages(site, Board("1")), "no voting pages were signed")
        assert site.asked() == []
        assert json.loads(pages(site, Board("5"), "--json").out)["entry"] == 1


def test_bad_usage():
    board = Board()
    refused(Answer(["pages"]), "one address")
    refused(Answer(["pages", "https://a.example/"]), "--board")
    refused(Answer(["pages", board.path, "--board", board.path]), "another kind than http")
    refused(Answer(["pages", "http://a.example/", "--board", board.path]), "--plain-http")
    refused(Answer(["pages", "https://a.example/", "--board", "http://b.example/"]), "--plain-http")
    refused(Answer(["pages", "https://a.example/", "--board", board.path, "--keep", "x"]), "--keep")
    refused(Answer(["pages", "https://me:secret@a.example/", "--board", board.path]), "password")
    answer = Answer(["pages", "--help"])
    assert answer.code == HOLDS and "--board BOARD" in answer.out, answer


if __name__ == "__main__":
    sys.exit(tell(globals()))
