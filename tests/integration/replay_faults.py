#!/usr/bin/env python3
"""Holds elections with `beffroi replay` on a service that stumbles, and on services that lie: the
first must not matter, each of the others must be noticed.

Usage: replay_faults.py; finds the programs in BUILD_ROOT. Says what it found as TAP, one case for
each function `test_…`.
"""

import base64
import json
import os
import random
import subprocess
import sys
import tempfile
import traceback

from fake_service import Service
from web_site import nobody

BUILD = os.environ["BUILD_ROOT"]
PROGRAM = os.path.join(BUILD, "api", "beffroi")
GENERATOR = os.path.join(BUILD, "tests", "oracle", "generate")
HOLDS, DOES_NOT_HOLD, UNUSABLE, UNFINISHED = 0, 1, 2, 3

FOLDER = tempfile.TemporaryDirectory()
ELECTION = """META
key;value
description;A small town
country;France
unit;Town
instance;2026
num_projects;4
num_votes;{votes}
budget;1000
vote_type;approval
rule;greedy
max_length;2
currency;EUR
PROJECTS
project_id;cost;votes;name;selected
p1;600;{p1};A bench;1
p2;500;{p2};A fountain;0
p3;300;{p3};A tree;1
p4;100;{p4};A lamp;1
VOTES
voter_id;vote
"""


def path(name):
    return os.path.join(FOLDER.name, name)


def write_election(name, voters, published=None):
    choices = [random.Random(i).choice(["p1", "p1,p2", "p1,p3", "p1,p4", "p2,p4", "p3", "p4", ""])
               for i in range(voters)]
    votes = {f"p{i}": sum(f"p{i}" in choice for choice in choices) for i in range(1, 5)}
    text = ELECTION.format(votes=voters, **votes)
    with open(path(name), "w", encoding="utf-8") as file:
        file.write(published(text) if published else text)
        file.writelines(f"{i};{choice}\n" for i, choice in enumerate(choices))


def make_key(name):
    return subprocess.run([PROGRAM, "replay", "--make-key", path(name)], check=True, text=True,
                          capture_output=True).stdout.strip()


write_election("town.pb", 60)
ORGANISER = make_key("organiser")


class Answer:
    def __init__(self, url, options=(), file="town.pb"):
        done = subprocess.run([PROGRAM, "replay", path(file), "--organiser-key", path("organiser"),
                               "--url", url, "--seed", "7", "--json", *options],
                              capture_output=True, check=False, timeout=300,
                              env={**os.environ, "LC_ALL": "C.UTF-8"})
        self.code, self.out, self.err = done.returncode, done.stdout.decode(), done.stderr.decode()
        self.found = json.loads(self.out) if self.out.startswith("{") else None

    def __str__(self):
        return f"exit {self.code}\nstdout: {self.out}\nstderr: {self.err}"


def hold(faults=None, options=(), file="town.pb"):
    with Service(ORGANISER) as service:
        service.faults.update(faults(service) if faults else {})
        return Answer(service.url, options, file)


def noticed(answer, *words):
    assert answer.code == DOES_NOT_HOLD, str(answer)
    said = answer.err + answer.out
    for word in words:
        assert word in said, f"'{word}' is not said: {answer}"


def is_ballot(request):
    return request.path.endswith("/ballots")


# --- a service that stumbles ---

def test_an_election_is_held():
    answer = hold(options=["--revote", "30", "--twice", "30", "--again"])
    assert answer.code == HOLDS, str(answer)
    found = answer.found
    assert found["voters"] == 60 and found["ballots"] > 60, str(answer)
    assert found["receipts"] > 2 * found["ballots"], str(answer)
    assert found["winners"] == ["p1", "p4", "p3"], str(answer)
    assert found["agreement"] == {"audit": True, "outcome": True, "published": True,
                                  "receipts": True}, str(answer)
    assert found["requests"]["cut"] == 0, str(answer)


def test_the_same_seed_is_the_same_vote():
    first, second = hold(), hold()
    assert first.found["ballots"] == second.found["ballots"], f"{first}{second}"
    assert first.found["election"] != second.found["election"], f"{first}{second}"


def stumbling(trouble, one_in):
    chance = random.Random(trouble)

    def faults(_):
        return {"before": lambda request: trouble if chance.randrange(one_in) == 0 else None}
    return faults


def test_connections_may_be_cut_before_a_request():
    answer = hold(stumbling("cut", 5))
    assert answer.code == HOLDS and answer.found["requests"]["cut"] > 5, str(answer)


def test_answers_may_be_lost():
    answer = hold(stumbling("lose", 5), ["--twice", "50", "--revote", "50"])
    assert answer.code == HOLDS and answer.found["requests"]["cut"] > 5, str(answer)


def test_a_busy_service_is_asked_again():
    answer = hold(stumbling(503, 5))
    assert answer.code == HOLDS and answer.found["requests"]["told_off"] > 5, str(answer)


def test_the_export_is_a_board():
    answer = hold(options=["--export", path("board")])
    assert answer.code == HOLDS, str(answer)
    with open(path("board/board.jsonl"), "rb") as file:
        lines = file.read().splitlines()
    # manifest, electorate, open, ballots, close, result
    assert len(lines) == answer.found["ballots"] + 5, str(answer)
    for name in ("checkpoint", "tile/0/000.p", "tile/entries/000.p", "entries/0", "attachments"):
        assert os.path.exists(path(f"board/{name}")), name
    again = hold(options=["--export", path("board")])
    assert again.code == UNUSABLE and "--export" in again.err, str(again)


def test_nobody_there_is_unfinished():
    with nobody() as address:
        answer = Answer(address.rstrip("/"), ["--patience", "1"])
    assert answer.code == UNFINISHED and "no answer" in answer.err, str(answer)


def test_a_service_that_stays_away_is_unfinished():
    def faults(service):
        return {"before": lambda _: "cut" if len(service.election.lines) > 20 else None}
    answer = hold(faults, ["--patience", "2"])
    assert answer.code == UNFINISHED and "no answer" in answer.err, str(answer)


# --- services that lie ---

def once(condition, change):
    """Changes the first answer of which the condition holds."""
    done = []

    def answer(request, body):
        if done or not condition(request, body):
            return body
        done.append(True)
        return change(request, body)
    return {"answer": answer}


def nth_ballot(service, number):
    return lambda request, _: is_ballot(request) and len(service.election.lines) >= number


def test_a_receipt_for_another_entry():
    def faults(service):
        return once(nth_ballot(service, 20), lambda *_: service.election.keeper.ask("receipt", "4"))
    noticed(hold(faults), "proof does not lead")


def test_a_receipt_that_is_none():
    def faults(service):
        return once(nth_ballot(service, 20), lambda *_: b"received, thank you\n")
    noticed(hold(faults), "line 1")


def test_a_checkpoint_that_the_board_did_not_sign():
    def change(_, body):
        head, _, signature = body.rpartition(b" ")
        raw = bytearray(base64.b64decode(signature))
        raw[20] ^= 1
        return head + b" " + base64.b64encode(raw) + b"\n"
    noticed(hold(lambda service: once(nth_ballot(service, 20), change)), "does not hold")


def test_a_ballot_dropped_after_its_receipt():
    # keep_board has it, so that later receipts hold; what is served has not.
    chosen = []

    def faults(service):
        def append(line):
            if len(service.election.lines) >= 30 and b"vnd.beffroi.ballot" in line and not chosen:
                chosen.append(line)
                return False
            return True
        return {"append": append}
    noticed(hold(faults, ["--twice", "0", "--revote", "0"]), "frozen board has")


def test_another_receipt_for_the_same_bytes():
    def faults(service):
        def change(request, body):
            index = service.election.lines.index(request.body)
            return service.election.keeper.ask("receipt", str(index))
        seen = set()

        def repeated(request, _):
            if not is_ballot(request) or request.body not in seen:
                seen.add(request.body)
                return False
            # Under the same head the receipt would be the same.
            receipt = service.election.receipts[request.body]
            return str(len(service.election.lines)).encode() not in receipt.splitlines()
        return once(repeated, change)
    noticed(hold(faults, ["--again"]), "another receipt")


def test_a_ballot_refused():
    def faults(service):
        return {"before": lambda request: 422 if is_ballot(request) and
                len(service.election.lines) >= 40 else None}
    noticed(hold(faults), "a ballot", "422")


def test_another_standing_ballot():
    def change(_, body):
        return body.replace(b'"leaf":"', b'"leaf":"0')[:-3] + b'"}'
    noticed(hold(lambda _: once(lambda request, _: "standing" in request.path, change)), "standing")


def test_another_close_than_follows():
    def change(_, body):
        close = json.loads(body)
        close["standing"] -= 1
        return json.dumps(close, sort_keys=True, separators=(",", ":")).encode()
    noticed(hold(lambda _: once(lambda request, _: "drafts/close" in request.path, change)),
            "drafts/close", "another entry")


def test_another_outcome():
    def change(_, body):
        count = json.loads(body)
        count["outcome"] = "0" * 64
        return json.dumps(count, sort_keys=True, separators=(",", ":")).encode()
    answer = hold(lambda _: once(lambda request, _: request.path.endswith("/count"), change))
    noticed(answer)
    assert answer.found["agreement"]["outcome"] is False, str(answer)


def test_another_result_than_counted():
    def change(_, body):
        return body.replace(b'"p1"', b'"p2"')

    def is_result(request, _):
        return request.path.endswith("/result") and "drafts" not in request.path
    answer = hold(lambda _: once(is_result, change))
    noticed(answer)
    assert answer.found["agreement"]["outcome"] is False, str(answer)


def test_a_board_that_shows_another_entry():
    def faults(service):
        original = service.server.route

        def route(request, words, query):
            if words[-1] == "board.jsonl":
                lines = service.election.lines
                lines[9], lines[10] = lines[10], lines[9]
            original(request, words, query)
        service.server.route = route
        return {}
    answer = hold(faults, ["--revote", "0"])
    noticed(answer, "entry 9")
    assert answer.found["agreement"]["receipts"] is False, str(answer)
    assert answer.found["agreement"]["audit"] is False, str(answer)


def test_other_winners_than_published():
    write_election("other.pb", 60,
                   lambda text: text.replace("A fountain;0", "A fountain;1").replace(
                       "A tree;1", "A tree;0"))
    answer = hold(file="other.pb")
    noticed(answer, "of 3 projects funded here and 3 published, 2 are the same")
    assert answer.found["agreement"]["published"] is False, str(answer)


def test_what_is_not_http():
    import socket
    import threading
    with socket.create_server(("127.0.0.1", 0)) as listener:
        def babble():
            connection, _ = listener.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(b"220 ready\r\n" * 10)
        thread = threading.Thread(target=babble)
        thread.start()
        answer = Answer(f"http://127.0.0.1:{listener.getsockname()[1]}", ["--patience", "60"])
        thread.join()
    assert answer.code == UNUSABLE and "not HTTP" in answer.err, str(answer)


# --- requests ---

def refused(*arguments, words=()):
    done = subprocess.run([PROGRAM, "replay", *arguments], capture_output=True, check=False,
                          timeout=60)
    said = done.stderr.decode()
    assert done.returncode == UNUSABLE and not done.stdout, said
    for word in words:
        assert word in said, f"'{word}' is not said: {said}"


def test_requests_that_cannot_be_used():
    key = ["--organiser-key", path("organiser")]
    refused(words=["one file"])
    refused(path("town.pb"), words=["--organiser-key"])
    refused(path("none.pb"), *key, words=["none.pb"])
    refused(path("town.pb"), "--organiser-key", path("town.pb"), words=["64 hex digits"])
    refused(path("town.pb"), *key, "--connections", "0", words=["--connections", "from 1 to"])
    refused(path("town.pb"), *key, "--rate", "0", words=["--rate", "from 1 to"])
    refused(path("town.pb"), *key, "--revote", "101", words=["--revote"])
    refused(path("town.pb"), *key, "--url", "https://vote.example.fr", words=["no address"])
    refused(path("town.pb"), *key, "--origin", "a/b", words=["a/b"])


def test_a_key_file_is_not_overwritten():
    refused("--make-key", path("organiser"), words=["organiser"])


def run():
    cases = [(name, case) for name, case in globals().items() if name.startswith("test_")]
    print(f"1..{len(cases)}")
    failed = False
    for number, (name, case) in enumerate(cases, 1):
        try:
            case()
            print(f"ok {number} - {name[5:].replace('_', ' ')}", flush=True)
        except Exception:  # pylint: disable=broad-except
            failed = True
            print(f"not ok {number} - {name[5:].replace('_', ' ')}", flush=True)
            print("\n".join("# " + line for line in traceback.format_exc().splitlines()))
    return failed


if __name__ == "__main__":
    sys.exit(run())
