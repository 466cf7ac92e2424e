#!/usr/bin/env python3
"""Runs beffroi-keys as officers and voters do: a whole small election on files, and its refusals.

Usage: keys.py; finds the program in BUILD_ROOT. Says what it found as TAP, one case for each
function `test_…`.
"""

import base64
import fcntl
import hashlib
import hmac
import json
import os
import pty
import re
import shutil
import signal
import stat
import subprocess
import sys

sys.dont_write_bytecode = True  # the sources stay as they are
from keys_folder import (
    ADDRESS, ANY, AUDIT, CHEAP, DIFFERS, DONE, ORIGIN, PASSPHRASE, PEOPLE, PROGRAM, UNFINISHED,
    UNUSABLE, Folder, keys, make_cards, payload_of, refused, slips_of, tell,
)


# --- keys ---


def test_a_key_file_is_its_owners_alone():
    with Folder() as folder:
        key, = folder.key("organiser")
        assert len(base64.b64decode(key)) == 32
        assert stat.S_IMODE(os.stat(folder.at("organiser.key")).st_mode) == 0o600
        assert folder.do("public", "organiser.key") == key + "\n"


def test_a_board_key_is_told_as_a_verifier_key():
    with Folder() as folder:
        key, named = folder.key("board", "board", "--origin", "a/b/c/d")
        raw = base64.b64decode(key)
        identity = hashlib.sha256(b"a/b/c/d\n\x01" + raw).hexdigest()[:8]
        assert named == f"a/b/c/d+{identity}+{base64.b64encode(bytes([1]) + raw).decode()}", named
        assert folder.do("public", "board.key", "--origin", "a/b/c/d").splitlines()[1] == named


def test_a_key_file_is_never_overwritten():
    with Folder() as folder:
        folder.key("organiser")
        before = folder.read("organiser.key")
        refused(folder.run("new", "organiser", "organiser.key", "--passphrase-file", "pw", *CHEAP),
                "organiser.key: there is something already")
        assert folder.read("organiser.key") == before


def test_a_wrong_passphrase_and_a_short_one_are_refused():
    with Folder() as folder:
        key, = folder.key("organiser")
        folder.write("wrong", PASSPHRASE + "!")
        folder.write("short", "short")
        folder.write("note.json", json.dumps({"author": key, "open": ANY, "text": {"en": "x"}}))
        refused(folder.run("sign", "note", "note.json", "--key", "organiser.key",
                           "--passphrase-file", "wrong"), "organiser.key: cipher: it does not open")
        refused(folder.run("new", "organiser", "b.key", "--passphrase-file", "short"),
                "passphrase: it is too short", "at least 12 bytes")
        assert not os.path.exists(folder.at("b.key"))


def type_at_terminal(folder, arguments, answers):
    """Runs the program with a terminal of its own; what the terminal showed, and the exit code."""
    child, terminal = pty.fork()
    if child == 0:
        signal.alarm(300)  # ends a program that waits for what was not typed
        os.chdir(folder.path)
        os.execv(PROGRAM, [PROGRAM, *arguments])
    shown = b""
    for prompt, answer in answers:
        while prompt not in shown:
            shown += os.read(terminal, 1000)
        os.write(terminal, answer)
    try:
        while True:
            more = os.read(terminal, 1000)
            if not more:
                break
            shown += more
    except OSError:  # how Linux says that nobody has the other end any more
        pass
    os.close(terminal)
    return shown.decode(), os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_a_typed_passphrase_is_not_echoed_and_asked_twice():
    with Folder() as folder:
        typed = b"bottery\x7f\x7f\x7f\x7f\x7f\x7f\x7fcorrect horse\n"
        shown, code = type_at_terminal(
            folder, ["new", "organiser", "a.key", *CHEAP],
            [(b"new key: ", typed), (b"again: ", b"correct horse\n")])
        assert code == DONE and "horse" not in shown and "bottery" not in shown, shown
        shown, code = type_at_terminal(
            folder, ["new", "organiser", "b.key", *CHEAP],
            [(b"new key: ", b"correct horse\n"), (b"again: ", b"correct house\n")])
        assert code == UNUSABLE and "the two that were typed differ" in shown, shown
        shown, code = type_at_terminal(folder, ["new", "organiser", "b.key", *CHEAP],
                                       [(b"new key: ", b"corr\x03")])
        assert code == UNFINISHED and "interrupted" in shown, shown
        assert not os.path.exists(folder.at("b.key"))


def test_without_a_terminal_or_file_there_is_no_passphrase():
    with Folder() as folder:
        refused(folder.run("new", "organiser", "a.key"), "terminal: cannot read from it",
                code=UNFINISHED)


# --- cards ---

def test_cards_are_made_for_all_and_their_codes_are_on_slips_alone():
    with Folder() as folder:
        make_cards(folder)
        assert sorted(os.listdir(folder.at("cards"))) == [
            "cards.enc", "electorate.bin", "logins.csv", "slips.html"]
        assert stat.S_IMODE(os.stat(folder.at("cards")).st_mode) == 0o700
        slips = slips_of(folder.read("cards/slips.html").decode())
        assert list(slips) == [person for person, _, _ in PEOPLE]
        assert len({code for code, _, _ in slips.values()}) == len(PEOPLE)
        for name in os.listdir(folder.at("cards")):
            assert stat.S_IMODE(os.stat(folder.at("cards/" + name)).st_mode) == 0o600, name
            for code, _, _ in slips.values():
                assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{5}-){3}[0-9A-HJKMNP-TV-Z]{5}", code)
                found = code.encode() in folder.read("cards/" + name)
                assert found == (name == "slips.html"), name
        electorate = folder.read("cards/electorate.bin")
        ordered = [electorate[i:i + 32] for i in range(0, len(electorate), 32)]
        assert len(ordered) == len(PEOPLE) and ordered == sorted(set(ordered))
        logins = [line.split(",") for line in folder.read("cards/logins.csv").decode().split()]
        assert [person for person, _ in logins] == [person for person, _, _ in PEOPLE]
        # The card number is the first 40 bits of SHA-256 of the key; the login follows from the code.
        alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
        numbers = set()
        for key in ordered:
            bits = int.from_bytes(hashlib.sha256(key).digest()[:5], "big")
            numbers.add("".join(alphabet[bits >> (35 - 5 * i) & 31] for i in range(8)))
        assert numbers == {number for _, number, _ in slips.values()}
        for person, login in logins:
            data = slips[person][0].replace("-", "")[:18].encode()
            secret = hmac.digest(data, b"beffroi/1 login\0" + ORIGIN.encode(), "sha512")[:32]
            assert hashlib.sha256(secret).hexdigest() == login


def test_slips_scanned_back_give_the_codes():
    for program in ("rsvg-convert", "zbarimg"):
        if shutil.which(program) is None:
            return f"# SKIP {program} is not installed: no QR code was read back"
    with Folder() as folder:
        make_cards(folder)
        for code, _, picture in slips_of(folder.read("cards/slips.html").decode()).values():
            folder.write("qr.svg", picture)
            subprocess.run(["rsvg-convert", "-w", "500", "-o", "qr.png", "qr.svg"],
                           cwd=folder.path, check=True)
            scanned = subprocess.run(["zbarimg", "--quiet", "--raw", "qr.png"], cwd=folder.path,
                                     check=True, capture_output=True, text=True).stdout.strip()
            assert scanned == ADDRESS + code, scanned
    return None


def test_names_cannot_break_out_of_a_slip():
    with Folder() as folder:
        make_cards(folder, [("e001", "\"<script>&\"\"\"", "A<b>")])
        page = folder.read("cards/slips.html").decode()
        assert "<script" not in page and "A<b>" not in page, page
        assert "&lt;script&gt;&amp;&quot; – e001" in page and "<h1>A&lt;b&gt;</h1>" in page


def test_lists_and_folders_that_are_not_right_are_refused():
    with Folder() as folder:
        def codes(table, out="cards", origin=ORIGIN, address=ADDRESS):
            folder.write("list.csv", table)
            return folder.run("registrar", "codes", "list.csv", "--origin", origin, "--address",
                              address, "--out", out, "--cards-passphrase-file", "pw", *CHEAP)
        refused(codes("id\na\na\n"), "list.csv: id: 'a' stands twice")
        refused(codes("name\na\n"), "list.csv: line 1: no column is called id")
        refused(codes("id\na\n", origin="x"), "origin")
        refused(codes("id\na\n", address="http://a/#"), "--address: 'http://a/#' is none")
        refused(codes("id\na\n", address="https://a/"), "--address")
        os.mkdir(folder.at("there"))
        refused(codes("id\na\n", out="there"), "there: there is something already")
        assert not os.path.exists(folder.at("cards")) and os.listdir(folder.at("there")) == []


# --- drafts ---


def test_an_entry_is_signed_by_those_it_names_alone():
    with Folder() as folder:
        key, = folder.key("organiser")
        folder.key("mediator")
        draft = {"author": key, "open": ANY, "text": {"en": "x"}}
        folder.write("note.json", json.dumps(draft, indent=2))
        line = folder.do("sign", "note", "note.json", *keys("organiser"))
        assert payload_of(line) == draft
        refused(folder.run("sign", "note", "note.json", *keys("mediator")),
                "--key: a key that must sign is missing")
        refused(folder.run("sign", "note", "note.json", *keys("organiser", "mediator")), "--key")
        refused(folder.run("sign", "ballot", "note.json", *keys("organiser")), "'ballot'")
        folder.write("note.json", json.dumps({**draft, "colour": 1}))
        refused(folder.run("sign", "note", "note.json", *keys("organiser")), "colour")


def test_a_code_with_a_mistake_is_refused_and_not_told():
    with Folder() as folder:
        folder.write("choice.json", '{"blank":true}')
        folder.write("code", "Y06WN-ZG14D-2PF2D-BSQP6\n")
        answer = folder.run("vote", "--origin", ORIGIN, "--open", ANY, "--code-file", "code",
                            "choice.json")
        refused(answer, "check")
        assert "Y06WN" not in answer.err and "BSQP6" not in answer.err
        folder.write("code", "y06wnzg14d 2pf2d-bsqp5\n")
        ballot = payload_of(folder.do("vote", "--origin", ORIGIN, "--open", ANY, "--code-file",
                                      "code", "choice.json"))
        assert ballot["choice"] == {"blank": True} and ballot["replaces"] is None


# --- a whole election ---


def leaf_of(line):
    return hashlib.sha256(b"\0" + line).digest()


def root_of(leaves):
    """RFC 6962 section 2.1, by recursion."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while 2 * split < len(leaves):
        split *= 2
    return hashlib.sha256(b"\1" + root_of(leaves[:split]) + root_of(leaves[split:])).digest()


class Election:
    """A board in a folder, from its manifest to its opening. `board_members` go into the manifest's
    `board`."""

    def __init__(self, folder, **board_members):
        self.folder = folder
        origin = ORIGIN + "/projets"
        organiser, = folder.key("organiser")
        registrar, = folder.key("registrar")
        scrutineers = sorted(folder.key("scrutineer", f"scrutineer{i}")[0] for i in (1, 2))
        _, board = folder.key("board", "board", "--origin", origin)
        drawers = []
        for i in (1, 2):
            key, = folder.key("drawer", f"drawer{i}")
            commitment = folder.do("draw", "new", f"draw{i}", "--passphrase-file", "pw", *CHEAP)
            drawers.append({"commitment": commitment.strip(), "key": key})
        make_cards(folder)
        self.slips = slips_of(folder.read("cards/slips.html").decode())
        folder.write("manifest.json", json.dumps({
            "title": {"fr": "Budget 2027", "en": "Budget 2027"}, "format": "beffroi/1",
            "ballot": {"kind": "approval", "min": 1, "max": 2},
            "board": {"key": board, "origin": origin, "max_replacements": 2, "witnesses": [],
                      "witness_quorum": 0, **board_members},
            "budget": 1000000, "currency": "EUR", "minor_unit": 2,
            "credentials": {"origin": ORIGIN, "registrars": [registrar]},
            "custody": [], "draw": drawers, "organiser": organiser,
            "projects": [{"id": project, "cost": cost, "title": {"fr": "Projet " + project}}
                         for project, cost in (("p1", 600000), ("p2", 500000), ("p3", 400000))],
            "revote": True, "rule": {"name": "greedy", "tie_break": ["votes", "draw"]},
            "scrutineers": {"keys": scrutineers, "paper": True}, "secrecy": {"mode": "open"},
            "voting": {"opens": "2027-03-06T08:00:00Z", "closes": None},
        }, indent=1))
        self.summary = folder.do("manifest", "manifest.json", "--out", "first.json",
                                 *keys("organiser"))
        self.id = re.match(r"Election +([0-9a-f]{64})\n", self.summary)[1]
        self.append("first.json")
        folder.do("registrar", "electorate", "cards/electorate.bin", "--cards", "cards/cards.enc",
                  "--cards-passphrase-file", "pw", "--election", self.id, "--out",
                  "electorate.json", *keys("registrar"))
        self.append("electorate.json", "--attach", "cards/electorate.bin")
        self.open = self.sign("open")

    def append(self, name, *options, code=DONE):
        """The leaf hash of the last entry."""
        out = self.folder.do("board", "append", "box", name, *keys("board"), *options, code=code)
        return out.split()[-1] if out else None

    def sign(self, kind):
        """Drafts, signs and appends an entry of the organiser."""
        self.folder.write("draft", self.folder.do("board", "draft", kind, "box"))
        self.folder.write("line", self.folder.do("sign", kind, "draft", *keys("organiser")))
        return self.append("line")

    def ballot(self, person, choice, *options, code=None):
        self.folder.write("code", code or self.slips[person][0])
        self.folder.write("choice.json", json.dumps(choice))
        line = self.folder.do("vote", "--origin", ORIGIN, "--open", self.open, "--code-file",
                              "code", "choice.json", *options)
        self.folder.write("line", line)
        return line.encode()[:-1]

    def vote(self, person, choice, *options, code=None):
        self.ballot(person, choice, *options, code=code)
        return self.append("line")

    def strike(self, how, person, *options):
        self.folder.write("line", self.folder.do(
            "registrar", how, person, "--cards", "cards/cards.enc", "--cards-passphrase-file", "pw",
            "--open", self.open, *keys("registrar", "scrutineer1"), *options))
        return self.append("line")

    def checkpoint(self):
        return self.folder.read("box/checkpoint").decode().split("\n")


def test_the_summary_says_what_is_defined():
    with Folder() as folder:
        election = Election(folder)
        for fragment in ("10000.00 EUR", "Projects      3", "approval", "greedy, ties drawn by lot",
                         "2027-03-06 08:00:00 UTC", "each keeps their own key", "Paper         yes"):
            assert fragment in election.summary, (fragment, election.summary)
        payload = base64.b64decode(json.loads(folder.read("first.json"))["payload"])
        assert hashlib.sha256(payload).hexdigest() == election.id


def paper(folder, election, *options, attendance=2):
    return folder.run("paper", "keyed1", "keyed2", "--manifest", "first.json", "--open",
                      election.open, "--attendance", str(attendance), "--ballots", "ballots.json", "--out",
                      "paper.json", *keys("scrutineer1", "scrutineer2"), *options)


def cast_all(election):
    """Ballots, a second one of the same voter, a lost card, and two people who vote on paper."""
    folder = election.folder
    first = election.vote("e000", {"approve": ["p1"]})
    election.vote("e001", {"approve": ["p1", "p3"]})
    election.vote("e002", {"blank": True})
    election.vote("e006", {"approve": ["p2"]})
    election.vote("e000", {"approve": ["p2"]}, "--replaces", first)
    election.strike("lost", "e003", "--address", ADDRESS, "--slip", "slip.html", *CHEAP)
    (code, _, _), = slips_of(folder.read("slip.html").decode()).values()
    assert code != election.slips["e003"][0]
    election.vote("e003", {"approve": ["p3"]}, code=code)
    election.strike("paper", "e004")
    election.strike("paper", election.slips["e007"][1])  # by the card number


def close_and_count(election, attendance=2):
    folder = election.folder
    election.sign("close")
    folder.write("keyed1", '2 {"approve": ["p2"]}\n1 {"approve":["p1"]}\n')
    folder.write("keyed2", '1 {"approve":["p1"]}\n2 {"approve":["p2"]}\n')
    answer = paper(folder, election, attendance=attendance)
    assert answer.code == DONE, answer
    assert folder.read("ballots.json") == b'[{"approve":["p1"]},{"approve":["p2"]}]'
    election.append("paper.json", "--attach", "ballots.json")
    for i in (1, 2):
        folder.write("line", folder.do("draw", "reveal", f"draw{i}", "--open", election.open,
                                       "--secret-passphrase-file", "pw", *keys(f"drawer{i}")))
        election.append("line")
    election.sign("result")


def test_a_whole_election_on_files():
    with Folder() as folder:
        election = Election(folder)
        cast_all(election)
        close_and_count(election)

        lines = folder.read("box/board.jsonl").splitlines()
        kinds = [json.loads(line)["payloadType"].split(".")[2] for line in lines]
        assert kinds == (["manifest", "electorate", "open"] + ["ballot"] * 5 + ["revocation"] +
                         ["ballot"] + ["revocation"] * 2 +
                         ["close", "paper", "draw", "draw", "result"]), kinds
        # p1: e001 and paper; p2: e000, e006 and paper; p3: e001 and e003.
        digest = payload_of(lines[-1])["outcome"]["digest"]
        outcome = folder.read("box/attachments/" + digest)
        assert hashlib.sha256(outcome).hexdigest() == digest
        assert sorted(json.loads(outcome)["selected"]) == ["p2", "p3"], outcome

        root = base64.b64encode(root_of([leaf_of(line) for line in lines])).decode()
        assert election.checkpoint()[:3] == [ORIGIN + "/projets", str(len(lines)), root]
        assert folder.read(f"box/tile/0/000.p/{len(lines)}") == b"".join(map(leaf_of, lines))
        bundle = b"".join(len(line).to_bytes(2, "big") + line for line in lines)
        assert folder.read(f"box/tile/entries/000.p/{len(lines)}") == bundle
        for i, kind in enumerate(kinds):
            assert os.path.exists(folder.at(f"box/entries/{i}")) == (kind != "ballot"), (i, kind)

        verified = subprocess.run([AUDIT, "verify", "box"], cwd=folder.path, capture_output=True,
                                  check=False, timeout=120, env={**os.environ, "LC_ALL": "C.UTF-8"})
        assert verified.returncode == 0, verified

        turnout = folder.do("registrar", "turnout", "--board", "box/board.jsonl", "--cards",
                            "cards/cards.enc", "--cards-passphrase-file", "pw")
        assert turnout == "     4 of      6  2nde A\n     1 of      6  2nde B\n", turnout
        turnout = folder.do("registrar", "turnout", "--board", "box/board.jsonl", "--cards",
                            "cards/cards.enc", "--cards-passphrase-file", "pw", "--least", "7")
        assert turnout == "     5 of     12  (groups of less than 7 together)\n", turnout


def test_an_attendance_sheet_that_differs_is_reported():
    for attendance in (2, 3):
        with Folder() as folder:
            election = Election(folder)
            cast_all(election)
            close_and_count(election, attendance)
            done = subprocess.run([AUDIT, "verify", "box", "--json"], cwd=folder.path, check=True,
                                  capture_output=True, timeout=120)
            assert ("attendance" in json.loads(done.stdout)["cautions"]) == (attendance != 2), done


def test_what_a_board_does_not_admit_is_told_by_name_and_leaves_no_trace():
    with Folder() as folder:
        election = Election(folder)
        first = election.vote("e000", {"approve": ["p1"]})
        before = folder.read("box/board.jsonl"), folder.read("box/checkpoint")

        def not_admitted(name, *ballot):
            election.ballot(*ballot)
            answer = folder.run("board", "append", "box", "line", *keys("board"))
            refused(answer, f"line: line 1, ", f": {name}: ", code=DIFFERS)
            assert (folder.read("box/board.jsonl"), folder.read("box/checkpoint")) == before

        not_admitted("stale", "e000", {"approve": ["p2"]})
        not_admitted("choice", "e001", {"approve": ["p1", "p2", "p3"]})
        not_admitted("stale", "e001", {"approve": ["p2"]}, "--replaces", first)
        # All lines of a file or none.
        good, bad = election.ballot("e001", {"blank": True}), election.ballot("e000", {"blank": True})
        folder.write("line", good + b"\n" + bad + b"\n")
        answer = folder.run("board", "append", "box", "line", *keys("board"))
        refused(answer, "line 2, ", "stale", code=DIFFERS)
        assert (folder.read("box/board.jsonl"), folder.read("box/checkpoint")) == before
        folder.write("line", good + b"\n")
        election.append("line")


def test_one_writer_at_a_time():
    with Folder() as folder:
        election = Election(folder)
        election.ballot("e000", {"blank": True})
        with open(folder.at("box/lock"), "r+b") as lock:
            fcntl.lockf(lock, fcntl.LOCK_EX)
            refused(folder.run("board", "append", "box", "line", *keys("board")),
                    "somebody else is writing to this board", code=UNFINISHED)
        election.append("line")


def test_an_older_state_put_back_is_noticed():
    with Folder() as folder:
        election = Election(folder)
        older = folder.read("box/board.jsonl")
        election.vote("e000", {"blank": True})
        newer = folder.read("box/board.jsonl")
        election.ballot("e001", {"blank": True})
        folder.write("box/board.jsonl", older)
        refused(folder.run("board", "append", "box", "line", *keys("board")),
                "checkpoint: it is of 4 entries, and the board has 3")
        altered = newer.replace(b'"sig":"', b'"sig":"A', 1)
        folder.write("box/board.jsonl", altered)
        refused(folder.run("board", "append", "box", "line", *keys("board")),
                "board.jsonl: line 1: malformed: ")
        folder.write("box/board.jsonl", newer)
        election.append("line")


def test_an_interrupted_append_is_finished_by_the_next():
    with Folder() as folder:
        election = Election(folder)
        checkpoint = folder.read("box/checkpoint")
        election.vote("e000", {"blank": True})
        folder.write("box/checkpoint", checkpoint)  # as if it had ended before it was written
        folder.write("box/board.jsonl.new-0", b"half a li")
        election.vote("e001", {"blank": True})
        assert election.checkpoint()[1] == "5"


def test_an_append_is_repeated_as_it_was():
    with Folder() as folder:
        election = Election(folder)
        checkpoint = folder.read("box/checkpoint")
        leaf = election.vote("e000", {"blank": True})
        whole = folder.read("box/checkpoint")
        folder.write("box/checkpoint", checkpoint)  # as if it had ended before it was written
        assert folder.do("board", "append", "box", "line", *keys("board")) == f"3 {leaf}\n"
        assert folder.read("box/checkpoint") == whole
        first = folder.read("line")
        election.vote("e001", {"blank": True})
        folder.write("line", first)
        refused(folder.run("board", "append", "box", "line", *keys("board")), "repeated",
                code=DIFFERS)


def test_another_key_signs_no_checkpoint():
    with Folder() as folder:
        election = Election(folder)
        election.ballot("e000", {"blank": True})
        refused(folder.run("board", "append", "box", "line", *keys("organiser")),
                "--key: it is not the board's key")
        checkpoint = folder.read("box/checkpoint")
        folder.do("board", "append", "box", "line")
        assert folder.read("box/checkpoint") == checkpoint


def test_what_two_people_keyed_differently_is_shown_and_resolved():
    with Folder() as folder:
        election = Election(folder)
        # That the first names the projects in another order is no difference.
        folder.write("keyed1",
                     '1 {"approve":["p2","p1"]}\n2 {"approve":["p2"]}\n3 {"blank":true}\n')
        folder.write("keyed2", '1 {"approve":["p1","p2"]}\n2 {"approve":["p3"]}\n')
        answer = paper(folder, election)
        assert answer.code == DIFFERS, answer
        assert answer.out.startswith('Ballot 2\n  keyed1: {"approve":["p2"]}\n'
                                     '  keyed2: {"approve":["p3"]}\n'
                                     'Ballot 3\n  keyed1: {"blank":true}\n  keyed2: not keyed\n'
                                     '2 keyed differently, 1 alike.'), answer
        assert not os.path.exists(folder.at("paper.json"))
        folder.write("resolved", '1 {"blank":true}\n')
        refused(paper(folder, election, "--resolved", "resolved"), "--resolved: it has 1 others")
        folder.write("resolved", '2 {"approve":["p3"]}\n3 {"blank":true}\n')
        answer = paper(folder, election, "--resolved", "resolved")
        assert answer.code == DONE, answer
        ballots = b'[{"approve":["p1","p2"]},{"approve":["p3"]},{"blank":true}]'
        assert folder.read("ballots.json") == ballots
        entry = payload_of(folder.read("paper.json"))
        assert entry["count"] == 3 and entry["attendance"] == 2
        assert entry["ballots"] == {"digest": hashlib.sha256(ballots).hexdigest(),
                                    "length": len(ballots)}


def test_keyed_ballots_keep_to_the_manifest():
    with Folder() as folder:
        election = Election(folder)
        for line, fragment in (('1 {"approve":["p1","p2","p3"]}', "line 1"),
                               ('{"approve":["p1"]}', "no number of a ballot"),
                               ("1 p1", "byte 1"),
                               ('1 {"blank":true}\n1 {"blank":true}', "the number 1 stands twice")):
            folder.write("keyed1", line + "\n")
            folder.write("keyed2", line + "\n")
            refused(paper(folder, election), "keyed1: ", fragment)


# --- usage ---


def test_help_names_every_command():
    with Folder() as folder:
        text = folder.do("--help")
        names = re.findall(r"^  ([a-z]+)  ", text.split("Commands:")[1], re.MULTILINE)
        assert {"new", "public", "manifest", "registrar", "sign", "vote", "paper", "draw",
                "board"} == set(names), text
        for name in names:
            assert folder.do(name, "--help").startswith(f"Usage: beffroi-keys {name} ")
        for name in ("codes", "electorate", "lost", "paper", "turnout"):
            assert "Usage: beffroi-keys registrar " + name in folder.do("registrar", name, "--help")
        for name in ("append", "draft", "receipt"):
            assert "Usage: beffroi-keys board " + name in folder.do("board", name, "--help")


def test_bad_usage_is_refused():
    with Folder() as folder:
        for arguments, fragments in (
                ([], ["nothing was asked for", "registrar"]),
                (["cheat"], ["'cheat'"]),
                (["registrar"], ["codes"]),
                (["new", "organiser"], ["new: something is missing", "new ROLE FILE"]),
                (["new", "king", "a"], ["'king'", "organiser"]),
                (["new", "organiser", "a", "b"], ["'b' is one too many"]),
                (["new", "board", "a"], ["--origin: the key needs a name"]),
                (["new", "organiser", "a", "--passphrase-file", "pw", "--passphrase-file", "pw"],
                 ["--passphrase-file: it is given more than 1 time"]),
                (["new", "organiser", "a", "--passphrase-file", "pw", "--kdf-memory", "4"],
                 ["--kdf-memory: '4'", "8 to 1024"]),
                (["vote", "c.json", "--origin", ORIGIN], ["an option is missing", "--open"]),
                (["vote", "c.json", "--colour"], ["--colour", "beffroi-keys vote --help"]),
                (["draw", "reveal", "f", "--open", "x", "--key", "k"], ["--open: 'x'"]),
                (["board", "draft", "ballot", "box"], ["'ballot'", "open, close or result"])):
            refused(folder.run(*arguments), *fragments)


if __name__ == "__main__":
    sys.exit(tell(globals()))
