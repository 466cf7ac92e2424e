#!/usr/bin/env python3
"""The voter's and the auditor's programs at a running service: ballots are cast with beffroi-keys, and
boards verified where they are served.

Usage: online.py; finds the programs in BUILD_ROOT, the sources in SOURCE_ROOT. Says what it found as
TAP, one case for each function `test_…`.
"""

import hmac
import json
import os
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True  # the sources stay as they are
from keys_folder import ADDRESS, AUDIT, CHEAP, DIFFERS, DONE, PEOPLE, Folder, slips_of, tell
from service import Cluster, Service, fetch_board
from service_client import SODIUM, Election, Key, ctypes, encoded, leaf_of


class Card(Key):
    """The key that follows from a voting code."""

    def __init__(self, code, origin):
        super().__init__("")
        data = code.replace("-", "")[:18].encode()
        self.seed = hmac.digest(data, b"beffroi/1 signing key\0" + origin.encode(), "sha512")[:32]
        public, secret = ctypes.create_string_buffer(32), ctypes.create_string_buffer(64)
        SODIUM.crypto_sign_seed_keypair(public, secret, self.seed)
        self.public, self.secret, self.text = public.raw, secret.raw, encoded(public.raw)


class Vote:
    """An open election at the service, for voters with cards made by beffroi-keys."""

    def __init__(self, folder):
        self.folder = folder
        self.election = Election(SERVICE)
        self.credentials = self.election.origin.rsplit("/", 1)[0]
        folder.write("list.csv", "id;name;group\r\n" + "".join(
            f"{person};{name};{group}\r\n" for person, name, group in PEOPLE))
        folder.do("registrar", "codes", "list.csv", "--origin", self.credentials, "--address",
                  ADDRESS, "--out", "cards", "--cards-passphrase-file", "pw", *CHEAP)
        self.codes = {person: code for person, (code, _, _) in
                      slips_of(folder.read("cards/slips.html").decode()).items()}
        self.election.voters = [Card(code, self.credentials) for code in self.codes.values()]
        self.election.open()
        folder.write("manifest", self.election.manifest_line())
        self.board = f"{SERVICE.address}{self.election.board}/"

    def vote(self, person, choice, *options, receipt=None, url=None):
        self.folder.write("code", self.codes[person])
        self.folder.write("choice.json", json.dumps(choice))
        return self.folder.run(
            "vote", "choice.json", "--origin", self.credentials, "--open", self.election.opening,
            "--code-file", "code", "--manifest", "manifest", "--out", f"ballot-{person}",
            "--receipt", receipt or f"receipt-{person}", "--url",
            url or SERVICE.address + self.election.path, *options)

    def cast(self, person, choice, *options):
        answer = self.vote(person, choice, *options)
        assert answer.code == DONE and answer.out.startswith("Cast: entry number "), answer
        return self.folder.read(f"ballot-{person}")[:-1]

    def end(self):
        assert self.election.freeze().status == 200
        self.election.close()
        return self.election.finish()


def audit(*words, code=DONE):
    done = subprocess.run([AUDIT, *words], capture_output=True, check=False, timeout=120,
                          env={**os.environ, "LC_ALL": "C.UTF-8"})
    assert done.returncode == code, done
    return done.stdout.decode()


def verified(board, *options):
    return json.loads(audit("verify", board, "--json", *options))


def test_an_election_is_cast_and_verified_at_the_service():
    with Folder() as folder:
        vote = Vote(folder)
        assert verified(vote.board)["stage"] == "open"
        vote.cast("e000", {"approve": ["bench"]})
        vote.cast("e001", {"approve": ["lamp", "tree"]})
        vote.cast("e002", {"blank": True})
        first = folder.read("ballot-e000")[:-1]
        os.rename(folder.at("ballot-e000"), folder.at("first"))
        os.rename(folder.at("receipt-e000"), folder.at("first-receipt"))
        vote.cast("e000", {"approve": ["lamp"]}, "--replaces", leaf_of(first))

        # What is public now: the board of some moment, and no ballot.
        value = verified(vote.board)
        assert value["stage"] == "open" and value["checkpoint"] is True, value
        assert value["numbers"]["withheld"] == value["numbers"]["cast"], value

        outcome = vote.end()
        assert outcome["selected"] == ["lamp", "tree"], outcome
        value = verified(vote.board, "--tiles")
        assert value["stage"] == "ended" and value["numbers"]["standing"] == 3, value
        assert value["numbers"]["tiles"] > 0 and value["numbers"]["withheld"] == 0, value
        assert value["election"] == vote.election.id, value
        copy = tempfile.mkdtemp()
        try:
            fetch_board(SERVICE, vote.election, copy)
            assert {**verified(copy), "numbers": None} == {**value, "numbers": None}
        finally:
            shutil.rmtree(copy)
        counted = json.loads(audit("tally", vote.board, "--json"))
        assert counted["result"] == value["result"] and counted["selected"] == ["lamp", "tree"]
        audit("check-receipt", folder.at("receipt-e000"), folder.at("ballot-e000"), "--vkey",
              vote.election.vkey)


def test_the_same_ballot_again_is_the_same_entry():
    with Folder() as folder:
        vote = Vote(folder)
        vote.cast("e000", {"approve": ["bench"]})
        assert vote.vote("e000", {"approve": ["bench"]}, receipt="again").code == DONE
        assert folder.read("again") == folder.read("receipt-e000")


def test_what_the_service_refuses_is_told_in_its_words():
    with Folder() as folder:
        vote = Vote(folder)
        vote.cast("e000", {"approve": ["bench"]})
        os.remove(folder.at("ballot-e000"))
        os.remove(folder.at("receipt-e000"))
        for choice, status in (({"approve": ["tree"]}, "409"),
                               ({"approve": ["nothing"]}, "422")):
            answer = vote.vote("e000", choice)
            assert answer.code == DIFFERS and answer.out == "", answer
            assert f"not cast: the service answers {status}: " in answer.err, answer
            assert not os.path.exists(folder.at("receipt-e000"))
            os.remove(folder.at("ballot-e000"))
        vote.end()
        answer = vote.vote("e001", {"blank": True})
        assert answer.code == DIFFERS and "the ballot is not cast" in answer.err, answer


if __name__ == "__main__":
    CLUSTER = Cluster()
    try:
        SERVICE = Service(CLUSTER, {"server.workers": 2})
        CODE = tell(globals())
        SERVICE.end()
    finally:
        CLUSTER.end()
    sys.exit(CODE)
