#!/usr/bin/env python3
"""Casts ballots with 'beffroi-keys vote --url' at services on this machine, honest ones and others.

Usage: casting.py; finds the programs in BUILD_ROOT. Says what it found as TAP, one case for each
function `test_…`. The service is a stand-in that keeps a board with beffroi-keys and proves what
it appends, with a tree of its own.
"""

import base64
import hashlib
import json
import os
import subprocess
import sys

sys.dont_write_bytecode = True  # the sources stay as they are
from keys import Election, leaf_of, root_of
from keys_folder import AUDIT, CHEAP, DIFFERS, DONE, ORIGIN, UNFINISHED, Folder, refused, tell
from web_site import Site, make_certificate

PROBLEM = {"Content-Type": "application/problem+json"}


def path_of(index, leaves):
    """RFC 6962 section 2.1.1, by recursion."""
    if len(leaves) == 1:
        return []
    split = 1
    while 2 * split < len(leaves):
        split *= 2
    if index < split:
        return path_of(index, leaves[:split]) + [root_of(leaves[split:])]
    return path_of(index - split, leaves[split:]) + [root_of(leaves[:split])]


def receipt_of(lines, index, checkpoint):
    proof = path_of(index, [leaf_of(line) for line in lines])
    return "".join(["c2sp.org/tlog-proof@v1\n", f"index {index}\n",
                    *(base64.b64encode(node).decode() + "\n" for node in proof), "\n",
                    checkpoint]).encode()


class Service(Site):
    """Appends the ballots that it is sent, and answers with their receipts; `alter` makes another
    receipt of one."""

    def __init__(self, election, **options):
        super().__init__(prefix=f"/v1/elections/{election.id}", **options)
        self.election = election
        self.alter = lambda receipt: receipt
        self.at("/ballots", self.take)

    def receipt(self, line):
        folder = self.election.folder
        lines = folder.read("box/board.jsonl").splitlines()
        if line not in lines:
            folder.write("sent", line)
            self.election.append("sent")
            lines.append(line)
        return receipt_of(lines, lines.index(line), folder.read("box/checkpoint").decode())

    def take(self, handler, _):
        assert handler.command == "POST"
        handler.reply(201, self.alter(self.receipt(handler.body)),
                      Content_Type="text/plain; charset=utf-8")

    def sent(self):
        return [body for _, _, _, body in self.requests]


def vote(service, person, choice, *options, receipt="receipt", out="ballot", url=None):
    election = service.election
    folder = election.folder
    folder.write("code", election.slips[person][0])
    folder.write("choice.json", json.dumps(choice))
    return folder.run("vote", "--origin", ORIGIN, "--open", election.open, "--code-file", "code",
                      "choice.json", "--manifest", "first.json", "--out", out, "--receipt",
                      receipt, "--url", url or service.address(), *options)


def not_cast(service, answer, *fragments, code=DIFFERS):
    """An answer other than a receipt that holds: none is kept."""
    assert answer.code == code and answer.out == "", answer
    assert answer.err.startswith("beffroi-keys: ") and answer.err.count("\n") == 1, answer
    for fragment in fragments:
        assert fragment in answer.err, f"'{fragment}' is missing: {answer}"
    assert not os.path.exists(service.election.folder.at("receipt"))


# One election for all cases that do not change it for others.
FOLDER = Folder()
ELECTION = Election(FOLDER)


def fresh():
    for name in ("receipt", "ballot"):
        if os.path.exists(FOLDER.at(name)):
            os.remove(FOLDER.at(name))
    return Service(ELECTION)


# --- honest services ---


def test_a_ballot_is_cast_and_its_receipt_kept():
    with fresh() as service:
        answer = vote(service, "e000", {"approve": ["p1"]})
        assert answer.code == DONE and answer.err == "", answer
        ballot, receipt = FOLDER.read("ballot"), FOLDER.read("receipt")
        assert service.sent() == [ballot[:-1]]
        assert FOLDER.read("box/board.jsonl").splitlines()[-1] == ballot[:-1]
        assert answer.out.startswith("Cast: entry number 3, counted from 0, of 4 on the board\n" +
                                     ORIGIN + "/projets\n"), answer
        vkey = json.loads(FOLDER.read("manifest.json"))["board"]["key"]
        checked = subprocess.run([AUDIT, "check-receipt", FOLDER.at("receipt"), FOLDER.at("ballot"),
                                  "--vkey", vkey, "--json"], capture_output=True, check=False)
        value = json.loads(checked.stdout)
        assert checked.returncode == 0 and value["entry"]["short_code"] in answer.out, answer
        assert receipt.startswith(b"c2sp.org/tlog-proof@v1\nindex 3\n")


def test_the_ballot_is_all_that_is_sent():
    with fresh() as service:
        assert vote(service, "e001", {"approve": ["p2"]}).code == DONE
        (method, path, headers, body), = service.requests
        assert method == "POST" and path == f"/v1/elections/{ELECTION.id}/ballots"
        assert set(headers) == {"Host", "User-Agent", "Accept", "Content-Type",
                                "Content-Length"}, headers
        assert headers["Content-Type"] == "application/json", headers
        assert headers["User-Agent"].startswith("beffroi-keys/"), headers
        everything = repr(service.requests)
        code = ELECTION.slips["e001"][0]
        assert code not in everything and code.replace("-", "") not in everything
        assert json.loads(body)["payloadType"] == "application/vnd.beffroi.ballot.v1+json"


def test_the_same_ballot_again_gets_a_receipt_of_the_same_entry():
    with fresh() as service:
        first = vote(service, "e002", {"blank": True})
        assert first.code == DONE, first
        size = len(FOLDER.read("box/board.jsonl"))
        again = vote(service, "e002", {"blank": True}, receipt="second")
        assert again.code == DONE and again.out == first.out, again
        assert service.sent()[0] == service.sent()[1]
        assert FOLDER.read("second") == FOLDER.read("receipt")
        assert len(FOLDER.read("box/board.jsonl")) == size


def test_a_receipt_with_too_few_witnesses_is_provisional():
    with Folder() as folder:
        key, = folder.key("drawer", "witness")
        raw = b"\x04" + base64.b64decode(key)
        identity = hashlib.sha256(b"witness.example\n" + raw).hexdigest()[:8]
        witness = f"witness.example+{identity}+{base64.b64encode(raw).decode()}"
        with Service(Election(folder, witnesses=[witness], witness_quorum=1)) as service:
            answer = vote(service, "e000", {"blank": True})
            assert answer.code == DONE and "provisional" in answer.out, answer
            assert os.path.exists(folder.at("receipt"))


def test_https():
    certificate = make_certificate(FOLDER.path, "certificate", "IP:127.0.0.1")
    fresh()
    with Service(ELECTION, certificate=certificate) as service:
        not_cast(service, vote(service, "e003", {"blank": True}), "certificate", code=UNFINISHED)
        assert service.sent() == []
        answer = vote(service, "e003", {"blank": True}, "--ca-file", certificate + ".crt")
        assert answer.code == DONE, answer


# --- services that refuse ---


def says(status, body, **headers):
    return lambda handler, _: handler.reply(status, body, **headers)


def problem(code, **members):
    return says(code, json.dumps(members).encode(), **PROBLEM)


def test_a_refusal_is_told_in_the_services_words():
    with fresh() as service:
        service.at("/ballots", problem(
            409, type="about:blank", title="Another ballot stands", status=409,
            detail="Name it as replaces.", extra=[1, {"a": None}]))
        not_cast(service, vote(service, "e004", {"blank": True}), "the ballot is not cast",
                 "the service answers 409: Another ballot stands: Name it as replaces.")
        assert len(service.sent()) == 1  # and is not asked again


def test_a_refusal_cannot_speak_to_the_terminal():
    with fresh() as service:
        for title in ("\x1b[2JCast", "a\nCast: entry", "a\u202ebcd", "a\x9b2J"):
            for escaped in (True, False):
                body = json.dumps({"title": title, "detail": title}, ensure_ascii=escaped)
                service.at("/ballots", says(400, body.encode(), **PROBLEM))
                answer = vote(service, "e004", {"blank": True})
                not_cast(service, answer, "the service answers 400")
                assert not set(answer.err[:-1]) & set("\x1b\n\x9b\u202e"), repr(answer.err)


def test_a_refusal_without_words():
    for body, headers in ((b"", {}), (b"<html>No</html>", {"Content-Type": "text/html"}),
                          (b"{", PROBLEM), (b"[]", PROBLEM), (b'{"title":1}', PROBLEM),
                          (b'{"title":1.5}', PROBLEM), (b"\xff\xfe", PROBLEM),
                          (b'{"title":"x"}', {"Content-Type": "application/json"}),
                          (b'{"title":"' + b"x" * 300000 + b'"}', PROBLEM)):
        with fresh() as service:
            service.at("/ballots", says(422, body, **headers))
            not_cast(service, vote(service, "e004", {"blank": True}), "the service answers 422\n")


# --- services whose receipts prove nothing ---


def test_receipts_that_do_not_hold_are_no_receipts():
    other = Folder()
    Election(other)
    with fresh() as service:
        assert vote(service, "e005", {"blank": True}).code == DONE
        os.remove(FOLDER.at("receipt"))
        lines = FOLDER.read("box/board.jsonl").splitlines()
        good, cast = service.receipt(lines[-1]), lines[-1]

        def checkpoint_of(altered):
            return altered.read("box/checkpoint").decode()

        def flip(at):
            return good[:at] + bytes([good[at] ^ 1]) + good[at + 1:]

        other_lines = other.read("box/board.jsonl").splitlines()
        for receipt in (
                b"", b"cast", b"<html>Your ballot was cast</html>", good[:-1], good + b"x",
                good.replace(b"index ", b"index 0"), good.replace(b"proof@v1", b"proof@v2"),
                receipt_of(lines, len(lines) - 2, checkpoint_of(FOLDER)),
                receipt_of(lines[:-1], 0, checkpoint_of(FOLDER)),
                receipt_of(other_lines, 1, checkpoint_of(other)),
                flip(30), flip(len(good) // 2), flip(len(good) - 20), flip(len(good) - 2),
                b"x" * 1000000):
            service.alter = lambda _, receipt=receipt: receipt
            not_cast(service, vote(service, "e005", {"blank": True}),
                     "the ballot is not known to be cast", "no receipt that proves it")
        # A board signed by another key, for these very lines.
        text = "\n".join(FOLDER.read("box/checkpoint").decode().split("\n")[:4]) + "\n"
        signature = other.read("box/checkpoint").decode().split("\n")[4] + "\n"
        service.alter = lambda _: receipt_of(lines, lines.index(cast), text + signature)
        not_cast(service, vote(service, "e005", {"blank": True}), "no receipt that proves it")
        service.alter = lambda receipt: receipt
        assert vote(service, "e005", {"blank": True}).code == DONE
    other.__exit__()


# --- services that do not answer ---


def test_a_busy_service_is_asked_again():
    with fresh() as service:
        service.at("/ballots", lambda handler, number: handler.reply(503) if number < 3
                   else service.take(handler, number))
        assert vote(service, "e006", {"blank": True}).code == DONE
        assert len(service.sent()) == 3 and len(set(service.sent())) == 1


def test_a_service_that_stays_busy_or_fails_leaves_it_open():
    with fresh() as service:
        for status in (429, 500, 503):
            service.at("/ballots", problem(status, title="Later"))
            not_cast(service, vote(service, "e007", {"blank": True}),
                     f"the service answers {status}: Later", "the same command again",
                     code=UNFINISHED)
        assert vote(Service(ELECTION), "e007", {"blank": True}, "--timeout", "1").code == UNFINISHED


def test_an_answer_that_is_lost_leaves_it_open_and_the_ballot_can_be_sent_again():
    with fresh() as service:
        def take_and_go(handler, _):
            service.receipt(handler.body)
            handler.raw(b"")

        service.at("/ballots", take_and_go)
        not_cast(service, vote(service, "e008", {"approve": ["p3"]}),
                 "nobody knows whether the ballot was cast", "the same command again",
                 code=UNFINISHED)
        size = len(FOLDER.read("box/board.jsonl"))
        service.at("/ballots", service.take)
        answer = vote(service, "e008", {"approve": ["p3"]})
        assert answer.code == DONE, answer
        assert len(set(service.sent())) == 1 and len(FOLDER.read("box/board.jsonl")) == size


def test_a_slow_service_and_one_without_end():
    def says_nothing(handler, _):
        handler.until_gone()

    def never_ends(handler, _):
        handler.raw(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            handler.wfile.write(b"x" * 100000)

    with fresh() as service:
        service.at("/ballots", says_nothing)
        not_cast(service, vote(service, "e009", {"blank": True}, "--timeout", "1"), "too slow",
                 code=UNFINISHED)
        service.at("/ballots", never_ends)
        not_cast(service, vote(service, "e009", {"blank": True}), "larger than any receipt")


def test_a_ballot_is_not_sent_elsewhere():
    with fresh() as service, Service(ELECTION) as other:
        for status in (301, 302, 303, 307, 308):
            service.at("/ballots", says(status, b"", Location=other.address() + "/ballots"))
            not_cast(service, vote(service, "e009", {"blank": True}),
                     f"the service answers {status}", code=UNFINISHED)
        assert other.sent() == []


# --- usage ---


def test_what_is_not_right_is_refused_before_anything_is_sent():
    with fresh() as service:
        base = service.address()
        for url, fragment in ((base[:-1] + "g", "not the address of the manifest's election"),
                              (base[:-64] + "0" * 64, "not the address of the manifest's election"),
                              (base + "/ballots", "not the address of the manifest's election"),
                              (base.replace("127.0.0.1", "vote.example"), "by http anybody"),
                              (base.replace("http", "ftp"), "another kind than http"),
                              (base + "?x", "it has a query"),
                              (base.replace("//", "//me:secret@"), "name or password")):
            answer = vote(service, "e010", {"blank": True}, url=url)
            refused(answer, fragment)
            assert "secret" not in answer.err, answer
        FOLDER.write("there", "x")
        refused(vote(service, "e010", {"blank": True}, receipt="there"), "there is something")
        refused(vote(service, "e010", {"blank": True}, out="there"), "there is something")
        refused(vote(service, "e010", {"blank": True}, "--timeout", "0"), "--timeout")
        for missing in ("--manifest", "--out", "--receipt"):
            words = ["vote", "--origin", ORIGIN, "--open", ELECTION.open, "choice.json", "--url",
                     base]
            for option, value in (("--manifest", "first.json"), ("--out", "o"), ("--receipt", "r")):
                words += [option, value] if option != missing else []
            refused(FOLDER.run(*words), missing + " is missing")
        for option in ("--manifest", "--receipt", "--timeout", "--ca-file"):
            refused(FOLDER.run("vote", "--origin", ORIGIN, "--open", ELECTION.open, "choice.json",
                               option, "1"), option, "nothing is sent")
        refused(FOLDER.run("vote", "--origin", "another", "--open", ELECTION.open, "choice.json",
                           "--manifest", "first.json", "--out", "o", "--receipt", "r", "--url",
                           base), "--origin", ORIGIN)
        assert service.sent() == []


def test_the_manifest_must_be_signed_and_one():
    with fresh() as service:
        good = FOLDER.read("first.json")
        try:
            envelope = json.loads(good)
            signature = bytearray(base64.b64decode(envelope["signatures"][0]["sig"]))
            signature[5] ^= 1
            envelope["signatures"][0]["sig"] = base64.b64encode(signature).decode()
            altered = json.dumps(envelope, separators=(",", ":")).encode()
            for line, fragment in ((FOLDER.read("electorate.json"), "another kind of entry"),
                                   (altered, "signature"), (b"", "manifest")):
                FOLDER.write("first.json", line)
                refused(vote(service, "e010", {"blank": True}), fragment)
        finally:
            FOLDER.write("first.json", good)
        assert service.sent() == []


if __name__ == "__main__":
    CODE = tell(globals())
    FOLDER.__exit__()
    sys.exit(CODE)
