#!/usr/bin/env python3
"""Whole elections on a running service, and what may come between: the end of the vote, two devices,
the same bytes a hundred times, frozen and killed processes, wrong and hostile entries.

Usage: voting.py [NAME...]; finds the programs in BUILD_ROOT, the sources in SOURCE_ROOT. Says what it
found as TAP, one case for each function `test_…`; with names, only those.
"""

import base64
import hashlib
import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import service_client as client  # noqa: E402
from campaign import start_again  # noqa: E402
from http_client import BOUND, state, until  # noqa: E402
from service import CRASH_POINTS, Cluster, Service, fetch_board, verify  # noqa: E402
from service_client import Election, Http, Key, canonical, envelope, leaf_of  # noqa: E402

CLUSTER = None
SERVICE = None
PUBLIC_SECONDS = 600  # of api/voting/board_state.h


def together(count, action):
    """Calls action(i) at once from so many threads; gives what each returned, or what it raised."""
    results, barrier = [None] * count, threading.Barrier(count)

    def run(i):
        barrier.wait()
        try:
            results[i] = action(i)
        except Exception as error:  # pylint: disable=broad-except
            results[i] = error

    threads = [threading.Thread(target=run, args=(i,)) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def audited(election, service=None):
    """The board as anybody gets it, verified; gives the audit."""
    folder = tempfile.mkdtemp(prefix="beffroi-board-")
    try:
        fetch_board(service or SERVICE, election, folder)
        code, audit, complaint = verify(folder)
        assert code == 0 and audit["holds"], f"{audit} {complaint}"
        return audit
    finally:
        shutil.rmtree(folder)


def expect(answer, status, problem=None):
    assert answer.status == status and answer.problem == problem, \
        f"wanted {status} {problem}, got {answer!r}"
    return answer


def ended(election, standing, service=None):
    """Freezes, closes, counts; the audit must agree."""
    assert election.freeze().status == 200
    election.close()
    outcome = election.finish()
    audit = audited(election, service)
    assert audit["stage"] == "ended" and audit["numbers"]["standing"] == standing, audit
    return outcome


def check_given(election, given):
    """Every receipt given proves its line, and the same bytes get the same receipt again."""
    for line, receipt in given.items():
        assert client.receipt_proves(receipt, line)
        again = election.cast(line)
        assert again.status == 200 and again.body == receipt, again


# --- a whole election ---

def test_an_election_from_manifest_to_result():
    election = Election(SERVICE)
    first = election.register()
    assert first.status == 201 and first.headers["Location"] == election.path, first
    assert client.receipt_proves(first.body, election.manifest_line())
    again = election.register()
    assert again.status == 200 and again.body == first.body, again
    assert election.electorate().status == 201
    assert election.status()["credentials"] == 4
    answer, line = election.sign_draft("open")
    assert answer.status == 201, answer
    election.opening = leaf_of(line)

    given = {}
    for voter, projects in enumerate([("bench",), ("bench", "lamp"), ("tree",), ()]):
        line = election.ballot(voter, *projects)
        given[line] = expect(election.cast(line), 201).body
    line = election.ballot(2, "lamp", replaces=leaf_of(election.ballot(2, "tree")))
    given[line] = expect(election.cast(line), 201).body
    check_given(election, given)

    outcome = ended(election, 4)
    assert outcome["selected"] == ["bench", "lamp"], outcome["selected"]
    assert outcome["voters"] == 4
    check_given(election, given)


def cast_in_one_step(voters):
    """An election with a ballot of each voter, and their lines. The clock does not come meanwhile to
    where the public board shows what there is: those ten minutes are begun anew."""
    for _ in range(10):
        began = int(time.time()) // PUBLIC_SECONDS
        election = Election(SERVICE, voters=voters).open()
        lines = [election.ballot(i, "bench") for i in range(voters)]
        for line in lines:
            expect(election.cast(line), 201)
        sealed = election.http.get(election.board + "/board.jsonl").body.splitlines()
        if int(time.time()) // PUBLIC_SECONDS == began:
            return election, lines, sealed
    raise AssertionError("ballots take as long as the public board waits")


def test_a_board_is_served_as_files():
    election, lines, sealed = cast_in_one_step(310)
    get = election.http.get
    assert len(sealed) == 303, "the public board is not ahead of the ballots"
    assert json.loads(sealed[3]) == {"leaf": leaf_of(lines[0])}
    expect(get(election.board + "/tile/entries/000"), 404, "not-found")
    answer = expect(get(election.board + "/entries/3"), 404, "not-found")
    assert answer.headers["Cache-Control"] == "no-store"
    assert get(election.board + "/entries/2").status == 200
    tile = get(election.board + "/tile/0/000")
    assert len(tile.body) == 256 * 32 and "immutable" in tile.headers["Cache-Control"]
    assert tile.body[3 * 32:4 * 32].hex() == leaf_of(lines[0])
    expect(get(election.board + "/tile/0/1000000"), 404, "not-found")
    expect(get(election.board + "/tile/0/007"), 404, "not-found")
    audited(election)

    assert election.freeze().status == 200
    expect(get(election.board + "/entries/3"), 404, "not-found")
    election.close()
    assert get(election.board + "/entries/3").body == lines[0]
    bundle = get(election.board + "/tile/entries/000")
    assert bundle.status == 200 and bundle.body[2:].startswith(election.manifest_line())
    assert len(get(election.board + "/board.jsonl").body.splitlines()) == 314
    higher = get(election.board + "/tile/1/000.p/1")
    assert higher.status == 200 and len(higher.body) == 32
    election.finish()
    audited(election)


def test_projects_and_electorates_come_as_attachments():
    projects = canonical([{"cost": 10 + i, "id": f"p{i:03}", "title": {"fr": "Un projet"}}
                          for i in range(50)])

    def attach(manifest):
        manifest["projects"] = {"count": 50, "digest": hashlib.sha256(projects).hexdigest(),
                                "length": len(projects)}

    election = Election(SERVICE, change=attach)
    expect(election.register(), 409, "attachment-missing")
    election.upload(projects, key=election.organiser)
    assert election.register().status == 201
    assert election.electorate().status == 201
    answer, line = election.sign_draft("open")
    assert answer.status == 201
    election.opening = leaf_of(line)
    expect(election.cast(election.ballot(0, "p007")), 201)
    expect(election.cast(election.ballot(1, "bench")), 422, "choice")
    assert ended(election, 1)["selected"] == ["p007"]


# --- who may ---

def test_strangers_register_nothing():
    stranger = Election(SERVICE)
    stranger.organiser = Key("stranger")

    def theirs(manifest):
        manifest["organiser"] = Key("stranger").text

    election = Election(SERVICE, change=theirs)
    election.organiser = Key("stranger")
    expect(election.register(), 403, "forbidden")
    expect(stranger.register(), 403, "wrong-signer")

    def another_key(manifest):
        other = Key("board").public
        name = manifest["board"]["origin"].encode()
        key_id = hashlib.sha256(name + b"\n\x01" + other).digest()[:4].hex()
        manifest["board"]["key"] = \
            f"{name.decode()}+{key_id}+{base64.b64encode(bytes([1]) + other).decode()}"

    expect(Election(SERVICE, change=another_key).register(), 400, "bad-request")


def test_an_origin_serves_one_board():
    election = Election(SERVICE)
    assert election.register().status == 201

    def same(manifest):
        manifest["board"].update(origin=election.origin, key=election.vkey)
        manifest["credentials"]["origin"] = election.origin.rsplit("/", 1)[0]

    expect(Election(SERVICE, change=same).register(), 409, "origin-taken")


def test_uploads_are_signed_by_officers():
    election = Election(SERVICE)
    path = f"{election.path}/attachments/{'ab' * 32}"
    http = election.officers
    kind = "application/octet-stream"
    expect(http.ask("PUT", path + "/parts/0", b"x", {"Content-Type": kind}), 401, "unauthorised")
    # Before the manifest only organisers of the installation may; afterwards officers.
    expect(http.signed(election.registrar, "PUT", path + "/parts/0", b"x", kind), 403, "forbidden")
    assert http.signed(election.organiser, "PUT", path + "/parts/0", b"x", kind).status == 204
    assert election.register().status == 201
    assert http.signed(election.registrar, "PUT", path + "/parts/0", b"x", kind).status == 204
    expect(http.signed(Key("stranger"), "PUT", path + "/parts/0", b"x", kind), 403, "forbidden")
    expect(http.signed(election.registrar, "PUT", path + "/parts/0", b"x", kind, age=1000), 401,
           "unauthorised")
    expect(http.signed(election.registrar, "PUT", path + "/parts/64", b"x", kind), 400,
           "bad-request")
    expect(http.signed(election.registrar, "POST", path, canonical({"length": 1, "parts": 1}),
                       "application/json"), 422, "attachment-wrong")
    expect(http.signed(election.registrar, "POST", path, canonical({"length": 1, "parts": 2}),
                       "application/json"), 400, "malformed-body")
    expect(http.get(election.board + "/attachments/" + "ab" * 32), 404, "not-found")


def test_electorates_are_examined():
    election = Election(SERVICE, voters=3)
    assert election.register().status == 201
    keys = [key.public for key in election.voters]

    def announce(data, count=None):
        return election.entry("electorate", {
            "credentials": len(data) // 32 if count is None else count, "election": election.id,
            "keys": election.upload(data), "registrar": election.registrar.text,
            "roll": "00" * 32}, election.registrar)

    expect(announce(b"".join(sorted(keys, reverse=True))), 422, "attachment-wrong")
    identity = bytes([1]) + bytes(31)
    expect(announce(b"".join(sorted([identity, keys[0]]))), 422, "attachment-wrong")
    expect(announce(election.organiser.public), 409, "credential-repeated")
    assert announce(b"".join(sorted(keys[:2]))).status == 201
    expect(announce(b"".join(sorted(keys[1:]))), 409, "credential-repeated")
    assert announce(keys[2]).status == 201
    assert election.status()["credentials"] == 3
    missing = {"credentials": 1, "election": election.id,
               "keys": {"digest": "cd" * 32, "length": 32}, "registrar": election.registrar.text,
               "roll": "00" * 32}
    expect(election.entry("electorate", missing, election.registrar), 409, "attachment-missing")


def test_a_voter_asks_what_stands():
    election = Election(SERVICE).open()
    path = election.path + "/standing"
    expect(election.http.get(path), 401, "unauthorised")
    expect(election.http.signed(Key("stranger"), "GET", path), 403, "forbidden")
    voter = election.voters[0]
    assert election.http.signed(voter, "GET", path).json() == {"index": None, "leaf": None}
    line = election.ballot(0, "bench")
    expect(election.cast(line), 201)
    assert election.http.signed(voter, "GET", path).json() == {"index": 3, "leaf": leaf_of(line)}
    expect(election.http.signed(voter, "GET", path, age=-1000), 401, "unauthorised")
    answer = election.http.signed(voter, "GET", path)
    assert answer.headers["Cache-Control"] == "no-store"


# --- refusals ---

def test_ballots_that_do_not_hold_change_nothing():
    election = Election(SERVICE).open()
    good = election.ballot(0, "bench")
    expect(election.cast(good), 201)
    stands = leaf_of(good)
    other = Election(SERVICE).open()
    alter = lambda **changes: election.ballot(1, "bench", **changes)  # noqa: E731
    lopsided = json.loads(good)
    lopsided["signatures"][0]["sig"] = base64.b64encode(bytes(64)).decode()
    refused = [
        (election.ballot(0, "tree"), 409, "stale"),
        (election.ballot(0, "tree", replaces="00" * 32), 409, "stale"),
        (election.ballot(1, "tree", replaces=stands), 409, "stale"),
        (election.ballot(Key("stranger"), "tree"), 403, "unknown-credential"),
        (alter(open=other.opening), 409, "wrong-election"),
        (alter(choice={"approve": ["bench", "lamp", "tree"]}), 422, "choice"),
        (alter(choice={"approve": ["nothing"]}), 422, "choice"),
        (alter(choice={"points": {"bench": 1}}), 422, "choice"),
        (alter(choice=[]), 400, "malformed"),
        (alter(spare=1), 400, "malformed"),
        (alter(credential=7), 400, "malformed"),
        (alter(replaces=True), 400, "malformed"),
        (alter(choice={"a": {"b": {"c": [[[[[[1]]]]]]}}}), 422, "choice"),
        (envelope("ballot", b"[" * 5000, election.voters[1]), 400, "malformed"),
        (envelope("ballot", b'{"choice":1.5}', election.voters[1]), 400, "malformed"),
        (envelope("ballot", canonical({}), election.voters[1]), 400, "malformed"),
        (envelope("note", canonical({}), election.voters[1]), 400, "malformed"),
        (json.dumps(lopsided, separators=(",", ":")).encode(), 403, "wrong-signer"),
        (good + b" ", 400, "malformed"),
        (b" " + good, 400, "malformed"),
        (b"{}", 400, "malformed"),
        (b"", 400, "malformed"),
        (b"\0" * 100, 400, "malformed"),
        (b"x" * (16 * 1024 + 1), 413, "too-large"),
    ]
    for line, status, problem in refused:
        answer = election.cast(line, Http(SERVICE.address))
        assert answer.status == status and answer.problem == problem, (line[:200], answer)
    assert "head" in election.cast(election.ballot(0, "tree")).json()
    assert "head" not in election.cast(election.ballot(Key("stranger"), "tree")).json()
    expect(election.http.post(election.path + "/ballots", good, "text/plain"), 415, "type")
    expect(election.http.post(f"/v1/elections/{'0' * 64}/ballots", good), 404, "not-found")
    expect(election.http.post("/v1/elections/xyz/ballots", good), 404, "not-found")
    expect(election.http.ask("DELETE", election.path + "/ballots"), 405, "method")
    assert election.freeze().json()["size"] == 4


def test_entries_come_in_their_order():
    election = Election(SERVICE)
    assert election.register().status == 201
    expect(election.cast(election.ballot(0, "bench", open="00" * 32)), 409, "not-now")
    expect(election.http.get(election.path + "/drafts/close"), 409, "not-now")
    assert election.electorate().status == 201
    answer, line = election.sign_draft("open")
    election.opening = leaf_of(line)
    expect(election.http.get(election.path + "/drafts/open"), 409, "not-now")
    expect(election.electorate([Key("late")]), 409, "not-now")
    expect(election.http.get(election.path + "/drafts/close"), 409, "not-now")
    expect(election.http.get(election.path + "/drafts/result"), 409, "not-now")
    expect(election.http.get(election.path + "/result"), 404, "not-found")
    expect(election.http.signed(election.registrar, "POST", election.path + "/freeze"), 403,
           "forbidden")
    note = {"author": election.organiser.text, "open": election.opening,
            "text": {"fr": "Une remarque"}}
    assert election.entry("note", note, election.organiser).status == 201
    assert election.freeze().status == 200
    expect(election.cast(election.ballot(0, "bench")), 409, "frozen")
    election.close()
    expect(election.cast(election.ballot(0, "bench")), 409, "not-now")
    wrong = {"open": election.opening, "outcome": {"digest": "ab" * 32, "length": 5}}
    answer = until(lambda: (lambda answer: answer if answer.problem != "not-now" else None)(
        election.entry("result", wrong, election.organiser)), "it is counted")
    expect(answer, 422, "outcome-differs")
    election.finish()


# --- at the same moment ---

def test_ballots_at_the_moment_of_freezing():
    """However fast the machine: the voters vote again until they are refused."""
    began = time.time()
    Election(SERVICE, voters=60).open()
    opening_takes = time.time() - began
    closes = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 4 + 5 * opening_takes))
    election = Election(SERVICE, voters=60, closes=closes).open()
    given, voted, refused, lock = {}, set(), [], threading.Lock()

    def keep_casting(thread):
        http = Http(SERVICE.address)
        standing = {}
        for turn in itertools.count():
            voter = thread + 6 * (turn % 10)
            line = election.ballot(voter, "bench", replaces=standing.get(voter))
            answer = election.cast(line, http)
            with lock:
                if answer.status != 201:
                    refused.append(answer)
                    return
                given[line] = answer.body
                voted.add(voter)
            standing[voter] = leaf_of(line)
            time.sleep(0.05)

    together(6, keep_casting)
    assert given
    assert [answer.problem for answer in refused] == ["frozen"] * 6, refused
    election.close()
    election.finish()
    assert audited(election)["numbers"]["standing"] == len(voted)
    check_given(election, given)


def test_a_close_waits_for_its_time():
    closes = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600))
    election = Election(SERVICE, closes=closes).open()
    expect(election.freeze(), 409, "not-now")
    expect(election.http.get(election.path + "/drafts/close"), 409, "not-now")
    size = int(election.http.get(election.board + "/checkpoint").body.split(b"\n")[1])
    root = base64.b64decode(election.http.get(election.board + "/checkpoint").body.split(b"\n")[2])
    early = {"indexes": hashlib.sha256(b"").hexdigest(), "open": election.opening,
             "root": root.hex(), "size": size, "standing": 0}
    expect(election.entry("close", early, election.organiser), 409, "not-now")

    def later(manifest):
        manifest["voting"] = {"closes": None, "opens": "2100-01-01T00:00:00Z"}

    future = Election(SERVICE, change=later).open()
    expect(future.cast(future.ballot(0, "bench")), 409, "not-now")


def test_two_devices_replace_the_same_ballot():
    election = Election(SERVICE, voters=10).open()
    for voter in range(10):
        first = election.ballot(voter, "bench")
        expect(election.cast(first), 201)
        rivals = [election.ballot(voter, project, replaces=leaf_of(first))
                  for project in ("tree", "lamp")]
        answers = together(2, lambda i, lines=rivals: election.cast(lines[i],
                                                                    Http(SERVICE.address)))
        assert sorted(answer.status for answer in answers) == [201, 409], answers
        loser = next(answer for answer in answers if answer.status == 409)
        assert loser.problem == "stale", loser
    ended(election, 10)


def test_the_same_bytes_a_hundred_times_at_once():
    election = Election(SERVICE).open()
    line = election.ballot(0, "bench")
    answers = together(100, lambda i: election.cast(line, Http(SERVICE.address)))
    assert all(not isinstance(answer, Exception) for answer in answers), answers
    assert {answer.status for answer in answers} <= {200, 201}, answers
    assert len({answer.body for answer in answers}) == 1
    assert client.receipt_proves(answers[0].body, line)
    assert election.freeze().json()["size"] == 4


# --- processes that freeze and die ---

def cast_until_given(election, line, service):
    """Sends the same bytes until they get a receipt, as a voter's page does."""
    end = time.monotonic() + BOUND
    while time.monotonic() < end:
        try:
            answer = election.cast(line, Http(service.address, timeout=60))
        except (OSError, client.http.client.HTTPException):
            time.sleep(0.1)
            continue
        if answer.status in (200, 201):
            return answer.body
        assert answer.status == 503, answer
        time.sleep(0.1)
    raise AssertionError("no receipt")


def cast_all(election, service, disturb=None, threads=4):
    """All voters cast, and when some have their receipts, something happens; gives line → receipt."""
    given = {}

    def some(thread):
        if thread == threads:
            until(lambda: len(given) >= threads, "ballots are cast")
            return disturb() if disturb else None
        for voter in range(thread, len(election.voters), threads):
            line = election.ballot(voter, "bench")
            given[line] = cast_until_given(election, line, service)
        return None

    results = together(threads + 1, some)
    failures = [result for result in results if isinstance(result, Exception)]
    assert not failures, failures
    return given


def holds_after(election, service, given):
    election.reach(service)
    check_given(election, given)
    ended(election, len(election.voters), service)


def test_a_frozen_worker_holds_a_head_for_a_while_only():
    settings = {"server.workers": 1, "database.lock_seconds": 2}
    service = Service(CLUSTER, settings)
    frozen = Service(CLUSTER, settings, {"BEFFROI_STOP_AT": "locked:2"}, like=service)
    try:
        election = Election(service, voters=12).open()
        first, second = election.ballot(0, "bench"), election.ballot(1, "bench")
        given = {first: cast_until_given(election, first, frozen)}
        stuck = Http(frozen.address, timeout=BOUND)
        answers = [None]
        thread = threading.Thread(target=lambda: answers.__setitem__(
            0, election.cast(second, stuck)))
        thread.start()
        stopped = until(lambda: [child for child in frozen.children() if state(child) == "T"],
                        "a worker is stopped")
        # It holds the head, until the database takes it away; the other node goes on.
        for voter in range(2, 12):
            line = election.ballot(voter, "bench")
            given[line] = cast_until_given(election, line, service)
        for child in stopped:
            os.kill(child, signal.SIGCONT)
        thread.join()
        assert answers[0] is not None and answers[0].status in (200, 201, 503), answers
        given[second] = cast_until_given(election, second, frozen)
        check_given(election, given)
        ended(election, 12, service)
    finally:
        for child in frozen.children():
            os.kill(child, signal.SIGCONT)
        frozen.end()
        service.end()


def test_workers_die_at_each_point():
    for point in ("begun", "locked", "judged", "sent", "committed", "answered"):
        service = Service(CLUSTER, {"server.workers": 2}, {"BEFFROI_CRASH_AT": f"{point}:6"})
        try:
            election = Election(service, voters=40).open()
            given = cast_all(election, service)
            until(lambda: "child-ended" in service.log(), f"a worker dies at {point}")
            service.stop()
            del service.environment["BEFFROI_CRASH_AT"]
            service.start()
            holds_after(election, service, given)
        finally:
            service.end()


def test_the_parent_is_killed():
    service = Service(CLUSTER, {"server.workers": 2})
    try:
        election = Election(service, voters=80).open()
        port = service.address

        def disturb():
            service.stop(signal.SIGKILL)
            service.environment["BEFFROI_SERVER_LISTEN"] = port.split("//")[1]
            start_again(service)

        given = cast_all(election, service, disturb)
        holds_after(election, service, given)
    finally:
        service.end()


def test_postgresql_dies_and_comes_back():
    cluster = Cluster()
    service = Service(cluster, {"server.workers": 2})
    try:
        election = Election(service, voters=80).open()

        def disturb():
            cluster.run("crash")
            time.sleep(1)
            cluster.run("start")

        given = cast_all(election, service, disturb)
        holds_after(election, service, given)
    finally:
        service.end()
        cluster.end()


def test_a_count_that_was_often_interrupted_is_not_given_up():
    cluster = Cluster()  # of its own: who else serves one takes its jobs
    service = Service(cluster, {"server.workers": 1, "jobs.workers": 1})
    try:
        election = Election(service).open()
        expect(election.cast(election.ballot(0, "bench")), 201)
        service.stop()
        service.environment["BEFFROI_JOBS_WORKERS"] = "0"
        service.start()
        election.reach(service)
        assert election.freeze().status == 200
        election.close()
        subprocess.run(["psql", "-q", cluster.url(""), "-v", "ON_ERROR_STOP=1", "-c",
                        "UPDATE board.job SET attempts = 100 WHERE kind = 'count' AND election = "
                        f"'\\x{election.id}'"], check=True)
        service.stop()
        service.environment["BEFFROI_JOBS_WORKERS"] = "1"
        service.start()
        election.reach(service)
        assert election.finish()["selected"] == ["bench"]
        assert "job-tried-often" in service.log()
    finally:
        service.end()
        cluster.end()


def test_an_older_database_put_back_is_noticed():
    cluster = Cluster()
    with tempfile.TemporaryDirectory() as folder:
        settings = {"server.workers": 1, "voting.marks": os.path.join(folder, "marks")}
        service = Service(cluster, settings)
        data = os.path.join(cluster.path, "data")

        def put(old, new):
            """The database's files, which are the cluster's own, under another name."""
            cluster.run("stop")
            os.rename(data, data + new)
            os.rename(data + old, data)
            cluster.run("start")

        def is_refused(line):
            """Until it has its connection a worker refuses for want of that."""
            http = Http(service.address)

            def said():
                expect(election.cast(line, http), 503, "unavailable")
                return "were signed: was the database restored" in \
                    service.log().rsplit("service-listens", 1)[1]

            until(said, "it notices", service.log)
            for _ in range(4):
                expect(election.cast(line, http), 503, "unavailable")
            assert not service.ready()

        try:
            election = Election(service, voters=7).open()
            given = {line: cast_until_given(election, line, service)
                     for line in (election.ballot(voter, "bench") for voter in range(3))}
            cluster.run("stop")
            subprocess.run(["cp", "-a", data, data + ".older"], check=True)
            cluster.run("start")
            for voter in range(3, 6):
                line = election.ballot(voter, "bench")
                given[line] = cast_until_given(election, line, service)

            put(".older", ".newer")
            line = election.ballot(6, "bench")
            is_refused(line)
            service.stop()
            service.start(wait=False)
            is_refused(line)

            put(".newer", ".older")
            given[line] = cast_until_given(election, line, service)
            service.wait_until_ready()
            holds_after(election, service, given)
        finally:
            service.end()
            cluster.end()


def test_a_full_pool_says_so():
    service = Service(CLUSTER, {"server.workers": 1, "voting.pool": 4, "voting.batch": 1,
                                "database.lock_seconds": BOUND, "database.unit_seconds": BOUND})
    try:
        election = Election(service, voters=20).open()
        expect(election.cast(election.ballot(0, "bench")), 201)
        holder = subprocess.Popen(["psql", "-q", CLUSTER.url("")],
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            holder.stdin.write("BEGIN; SELECT 1 FROM board.head WHERE election = "
                               f"'\\x{election.id}' FOR UPDATE;\n")
            holder.stdin.flush()
            assert "1" in "".join(holder.stdout.readline() for _ in range(3))
            lines = [election.ballot(voter, "bench") for voter in range(1, 16)]
            full = threading.Event()

            def cast(i):
                if i == len(lines):
                    full.wait(BOUND / 2)
                    return holder.communicate("ROLLBACK;\n\\q\n", timeout=BOUND)
                answer = election.cast(lines[i], Http(service.address, timeout=BOUND))
                if answer.status == 503:
                    full.set()
                return answer

            answers = together(len(lines) + 1, cast)[:-1]
        finally:
            holder.communicate(timeout=BOUND)
        busy = [answer for answer in answers if answer.status == 503]
        assert busy and all(answer.problem == "busy" and answer.headers["Retry-After"]
                            for answer in busy), answers
        assert [answer for answer in answers if answer.status == 201], answers
        given = {line: cast_until_given(election, line, service) for line in lines}
        check_given(election, given)
    finally:
        service.end()


NEED_CRASH_POINTS = (test_a_frozen_worker_holds_a_head_for_a_while_only,
                     test_workers_die_at_each_point)


def main():
    global CLUSTER, SERVICE  # pylint: disable=global-statement
    wanted = sys.argv[1:]
    cases = [(name, case) for name, case in globals().items()
             if name.startswith("test_") and (not wanted or name in wanted)]
    print(f"1..{len(cases)}", flush=True)
    failed = 0
    CLUSTER = Cluster()
    try:
        SERVICE = Service(CLUSTER, {"server.workers": 2})
        for number, (name, case) in enumerate(cases, 1):
            what = name.removeprefix("test_").replace("_", " ")
            if case in NEED_CRASH_POINTS and not CRASH_POINTS:
                print(f"ok {number} - {what} # SKIP built without crash points", flush=True)
                continue
            try:
                case()
                print(f"ok {number} - {what}", flush=True)
            except Exception:  # pylint: disable=broad-except
                failed += 1
                print(f"not ok {number} - {what}")
                print("".join("# " + line + "\n" for line in traceback.format_exc().splitlines()),
                      flush=True)
        SERVICE.end()
    finally:
        CLUSTER.end()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
