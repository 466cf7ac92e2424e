#!/usr/bin/env python3
"""Verifies boards that web servers on this machine serve, well and badly.

Usage: fetch.py; finds the programs in BUILD_ROOT. Says what it found as TAP, one case for each
function `test_…`.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True  # the sources stay as they are
from keys_folder import tell
from verify import (
    BALLOTS, DOES_NOT_HOLD, ELECTORATE, ENTRIES, HOLDS, PROGRAM, UNFINISHED, UNUSABLE, Answer,
    Board, fault, found, refused, verify, withheld,
)
from web_site import Site, make_certificate, nobody

TEMPORARY = tempfile.TemporaryDirectory()
os.environ["TMPDIR"] = TEMPORARY.name


def nothing_is_left():
    left = [name for name in os.listdir(TEMPORARY.name) if name.startswith("beffroi-audit")]
    assert not left, left


def unfinished(answer, *fragments):
    assert answer.code == UNFINISHED and answer.out == "", answer
    assert answer.err.startswith("beffroi-audit: ") and answer.err.count("\n") == 1, answer
    for fragment in fragments:
        assert fragment in answer.err, f"'{fragment}' is missing: {answer}"
    nothing_is_left()


def without_tiles(value):
    return {**value, "numbers": {**value["numbers"], "tiles": 0}}


def singles(board, *, without=()):
    """Entries each by itself, in place of board.jsonl and bundles."""
    for index, line in enumerate(board.lines()):
        if index not in without:
            board.write(line, f"entries/{index}")
    board.remove("board.jsonl", "tile/entries")
    return board


# --- good servers ---


def test_a_board_at_an_address_is_as_good_as_one_here():
    board = Board()
    with Site(board.path) as site:
        assert found(site.address()) == without_tiles(found(board))
        assert site.asked()[:2] == ["checkpoint", "board.jsonl"], site.asked()
        assert len(site.asked()) == 2 + 3, site.asked()  # and three attachments
        page = verify(site.address())
        assert page.code == HOLDS and page.err == "" and "The board holds." in page.out, page
    nothing_is_left()


def test_the_slash_at_the_end_may_be_left_out():
    board = Board()
    with Site(board.path, "/elections/board/") as site:
        assert found(site.address()[:-1]) == found(site.address())


def test_what_is_asked_says_who_we_are_and_no_more():
    with Site(Board().path) as site:
        found(site.address())
        for method, _, headers, body in site.requests:
            assert method == "GET" and body == b""
            assert headers["User-Agent"].startswith("beffroi-audit/"), headers
            assert set(headers) == {"Host", "User-Agent", "Accept", "Cache-Control"}, headers


def test_all_of_the_tree_is_compared_if_asked_for():
    board = Board()
    with Site(board.path) as site:
        assert found(site.address(), "--tiles") == found(board)


def test_a_tile_of_another_tree_is_found():
    for name in ("tile/0/000.p/18", "tile/entries/000.p/18"):
        board = Board()
        original = board.read(name)
        for altered in (original[:-1] + b"\0", original[:-1], original + b"x", b"", b"x" * 20000):
            board.write(altered, name)
            with Site(board.path) as site:
                fault_at(site, "tile-differs", None, "--tiles")


def fault_at(site, name, index=None, *options):
    answer = verify(site.address(), "--json", *options)
    assert answer.code == DOES_NOT_HOLD and answer.err == "", answer
    value = json.loads(answer.out)["fault"]
    assert value["name"] == name and value.get("index") == index, answer
    nothing_is_left()
    return value


def test_bundles_are_as_good_as_lines():
    board = Board()
    expected = without_tiles(found(board))
    board.remove("board.jsonl")
    with Site(board.path) as site:
        assert found(site.address()) == expected
        expected["numbers"]["tiles"] = 1  # the tile of hashes; bundles are what was read
        assert found(site.address(), "--tiles") == expected


def test_single_entries_are_as_good_as_lines():
    board = singles(Board())
    with Site(board.path) as site:
        assert found(site.address())["numbers"]["entries"] == ENTRIES


def test_an_entry_in_no_file_is_missing():
    board = singles(Board(), without=[8])
    board.remove("tile")
    with Site(board.path) as site:
        fault_at(site, "entry-missing", 8)


def test_partial_tiles_that_are_gone_are_the_beginning_of_wider_ones():
    board, larger = Board("17"), Board()
    expected = without_tiles(found(board))
    board.remove("board.jsonl", "tile/entries")
    with Site(board.path) as site:
        bundle = larger.read("tile/entries/000.p/18")
        site.at("tile/entries/000", lambda handler, _: handler.reply(200, bundle))
        assert found(site.address()) == expected
        assert "tile/entries/000.p/17" in site.asked()
        # With no entry by itself, a ballot's leaf comes from the tile of hashes.
        site.at("tile/entries/000", lambda handler, _: handler.reply(404))
        board.remove("tile")
        hashes = larger.read("tile/0/000.p/18")
        site.at("tile/0/000", lambda handler, _: handler.reply(200, hashes))
        for index, line in enumerate(larger.lines()):
            board.write(line, f"entries/{index}")
        expected["numbers"]["tiles"] = 1
        assert found(site.address()) == expected


def test_ballots_may_be_withheld_before_the_close():
    board = Board("12")
    board.keep([withheld(line) if index in BALLOTS else line
                for index, line in enumerate(board.lines())])
    board.remove("tile/entries")
    with Site(board.path) as site:
        value = found(site.address())
        assert value["numbers"]["withheld"] == 4 and "withheld" in value["cautions"], value
        assert value["checkpoint"] is True, value


def test_ballots_withheld_from_bundles_are_known_by_their_tile():
    board = singles(Board("12"), without=BALLOTS)
    with Site(board.path) as site:
        value = found(site.address())
        assert value["numbers"]["withheld"] == 4 and value["checkpoint"] is True, value


def test_no_ballot_may_be_withheld_after_the_close():
    board = singles(Board(), without=BALLOTS)
    with Site(board.path) as site:
        answer = verify(site.address(), "--json")
        assert answer.code == DOES_NOT_HOLD, answer
        assert json.loads(answer.out)["fault"]["name"] in ("withheld", "body-missing"), answer


def test_a_board_without_checkpoint_is_told_apart():
    board = Board()
    board.remove("checkpoint")
    with Site(board.path) as site:
        for status in (404, 410):
            site.at("checkpoint", lambda handler, _, status=status: handler.reply(status, b"gone"))
            value = found(site.address(), "--tiles")
            assert value["checkpoint"] is False and value["numbers"]["tiles"] == 2, value


def test_tally_counts_a_board_at_an_address():
    board = Board()
    with Site(board.path) as site:
        answer = Answer(["tally", site.address(), "--json"])
        assert answer.code == HOLDS and answer.out == Answer(["tally", board.path, "--json"]).out
        refused(Answer(["tally", site.address(), "--rule", "greedy"]), "--rule")
        site.at("checkpoint", lambda handler, _: handler.reply(200, b"damaged"))
        answer = Answer(["tally", site.address()])
        assert answer.code == DOES_NOT_HOLD and "checkpoint-malformed" in answer.err, answer
    nothing_is_left()


# --- which election ---


def test_the_election_that_the_address_names_is_the_boards():
    board = Board()
    election = found(board)["election"]
    with Site(board.path, f"/elections/{election}/board/") as site:
        assert found(site.address())["election"] == election
    with Site(board.path, f"/v1/elections/{'0' * 64}/board/") as site:
        value = fault_at(site, "other-election")
        assert election in value["what"] and value["expected"] == "0" * 64, value
        answer = Answer(["tally", site.address()])
        assert answer.code == DOES_NOT_HOLD and "other-election" in answer.err, answer


# --- copies that stay ---


def test_a_copy_is_kept_and_completed():
    board = Board()
    kept = os.path.join(TEMPORARY.name, "kept")
    with Site(board.path) as site:
        first = found(site.address(), "--keep", kept, "--tiles")
        assert found(kept) == first == found(board)
        before = len(site.asked())
        assert found(site.address(), "--keep", kept, "--tiles") == first
        assert site.asked()[before:] == ["checkpoint", "board.jsonl"], site.asked()
        # What the server has no more goes from the copy.
        board.remove("checkpoint")
        assert found(site.address(), "--keep", kept)["checkpoint"] is False
        assert not os.path.exists(os.path.join(kept, "checkpoint"))


def test_no_copy_goes_where_something_else_is():
    other = os.path.join(TEMPORARY.name, "other")
    os.mkdir(other)
    with Site(Board().path) as site:
        assert verify(site.address(), "--keep", other).code == HOLDS
        for name in os.listdir(other):
            if name in ("board.jsonl", "checkpoint"):
                os.remove(os.path.join(other, name))
        refused(verify(site.address(), "--keep", other), "there is something else in it")
        unfinished(verify(site.address(), "--keep", "/nowhere/at/all"), "cannot make it")


def test_a_copy_goes_with_the_program():
    def stay(handler, _):
        handler.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhal")
        held.append(True)
        handler.until_gone()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        held = []
        with Site(Board().path) as site:
            site.at("attachments/" + Board().attachment(ELECTORATE, "keys")[12:], stay)
            program = subprocess.Popen([PROGRAM, "verify", site.address()])
            while not held:
                assert program.poll() is None, "it ends before it was told to"
                time.sleep(0.01)
            assert any(name.startswith("beffroi-audit") for name in os.listdir(TEMPORARY.name))
            program.send_signal(number)
            assert program.wait(60) == -number
            nothing_is_left()


# --- boards that change ---


def test_a_board_that_grew_between_two_files_is_read_again():
    old, new = Board("17"), Board()
    with Site(new.path) as site:
        site.at("checkpoint", lambda handler, number: handler.reply(
            200, (old if number == 1 else new).read("checkpoint")))
        assert found(site.address())["numbers"]["entries"] == ENTRIES
    with Site(new.path) as site:
        site.at("board.jsonl", lambda handler, number: handler.reply(
            200, (old if number == 1 else new).read()))
        assert found(site.address())["numbers"]["entries"] == ENTRIES


def test_a_board_that_never_keeps_still_is_not_judged():
    boards = [Board(str(count)) for count in range(6, 12)]
    with Site() as site:
        site.at("checkpoint", lambda handler, number: handler.reply(
            200, boards[number].read("checkpoint")))
        site.at("board.jsonl", lambda handler, number: handler.reply(
            200, boards[number - 1].read()))
        unfinished(verify(site.address()), "it changes", "try again later")


def test_a_checkpoint_of_another_tree_does_not_hold():
    board, other = Board(), Board("17")
    with Site(board.path) as site:
        site.at("checkpoint", lambda handler, _: handler.reply(200, other.read("checkpoint")))
        fault_at(site, "checkpoint-differs")


# --- what does not hold ---


def test_attachments_must_be_what_entries_name():
    board = Board()
    name = board.attachment(ELECTORATE, "keys")
    original = board.read(name)
    with Site(board.path) as site:
        for altered in (original[:-1], original + b"x", b"x" * len(original), b""):
            site.at(name, lambda handler, _, altered=altered: handler.reply(200, altered))
            fault_at(site, "attachment-wrong", ELECTORATE)
        site.at(name, lambda handler, _: handler.reply(404))
        fault_at(site, "attachment-missing", ELECTORATE)


def endless(beginning, more):
    def answer(handler, _):
        handler.raw(beginning)
        while True:
            handler.wfile.write(more)
    return answer


def test_a_file_without_end_is_cut_off():
    board = Board()
    head = b"HTTP/1.1 200 OK\r\n\r\n"
    with Site(board.path) as site:
        name = board.attachment(ELECTORATE, "keys")
        site.at(name, endless(head, b"x" * 100000))
        fault_at(site, "attachment-wrong", ELECTORATE)
        del site.answers["/" + name]
        site.at("checkpoint", endless(head, b"x" * 100000))
        fault_at(site, "checkpoint-malformed")
        # Nor is more read than a little of what says that there is nothing.
        site.at("checkpoint", endless(b"HTTP/1.1 404 Not Found\r\n\r\n", b"x" * 100000))
        assert found(site.address())["checkpoint"] is False


def test_nothing_after_a_line_that_is_none_is_asked_for():
    board = Board()
    lines = board.lines()
    board.keep(lines[:2] + [b"nonsense"] + lines[2:])
    board.remove("checkpoint")
    with Site(board.path) as site:
        fault_at(site, "malformed", 2)
        assert len(site.asked()) == 2, site.asked()


# --- what cannot be finished ---


def test_an_address_without_a_board():
    with Site() as site:
        refused(verify(site.address()), "there is no board here")
        nothing_is_left()


def test_a_server_that_is_not_there():
    with nobody() as address:
        unfinished(verify(address), "checkpoint: no answer")


def test_answers_that_say_no():
    board = Board()
    with Site(board.path) as site:
        for name in ("checkpoint", "board.jsonl", board.attachment(ELECTORATE, "keys")):
            for status in (500, 403, 401, 206, 204, 304):
                site.at(name, lambda handler, _, status=status: handler.reply(status))
                unfinished(verify(site.address()), name, f"the server answers {status}")
            del site.answers["/" + name]


def test_a_server_that_is_busy_is_asked_again():
    with Site(Board().path) as site:
        for status in (429, 502, 503, 504):
            site.requests.clear()
            site.at("checkpoint", lambda handler, number, status=status: handler.reply(status)
                    if number < 3 else handler.serve(site.file("/checkpoint")))
            assert found(site.address())["checkpoint"] is True
            assert site.asked()[:4] == ["checkpoint"] * 3 + ["board.jsonl"], site.asked()
        site.at("checkpoint", lambda handler, _: handler.reply(503))
        unfinished(verify(site.address()), "the server answers 503")


def cut_short(handler, number):
    handler.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nshort")


def test_a_file_cut_short_is_asked_for_again():
    board = Board()
    with Site(board.path) as site:
        site.at("board.jsonl", lambda handler, number: cut_short(handler, number)
                if number == 1 else handler.serve(site.file("/board.jsonl")))
        assert found(site.address()) == without_tiles(found(board))
        site.at("board.jsonl", cut_short)
        unfinished(verify(site.address()), "board.jsonl: no answer")


def test_a_length_that_is_too_short_leaves_a_file_that_does_not_hold():
    board = Board()
    data = board.read()
    with Site(board.path) as site:
        site.at("board.jsonl", lambda handler, _: handler.raw(
            b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (len(data) - 5) + data))
        fault_at(site, "malformed", ENTRIES - 1)


def test_what_is_not_http():
    board = Board()
    with Site(board.path) as site:
        for data in (b"", b"hello\r\n", b"HTTP/1.1\r\n\r\n", b"\0" * 1000,
                     b"HTTP/9.9 200 OK\r\n\r\n",
                     b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
                     b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                     b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"):
            site.at("checkpoint", lambda handler, _, data=data: handler.raw(data))
            unfinished(verify(site.address()), "checkpoint: no answer")


def test_headers_without_end():
    with Site(Board().path) as site:
        for beginning, more in ((b"HTTP/1.1 200 OK\r\n", b"X-More: " + b"x" * 1000 + b"\r\n"),
                                (b"HTTP/1.1 200 OK\r\nX-More: ", b"x" * 1000),
                                (b"", b"HTTP/1.1 100 Continue\r\n\r\n")):
            site.at("checkpoint", endless(beginning, more))
            unfinished(verify(site.address()), "checkpoint: ")


def test_servers_that_take_too_long():
    def says_nothing(handler, _):
        handler.until_gone()

    def stops(handler, _):
        handler.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhello")
        handler.until_gone()

    def drips(handler, _):
        handler.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while True:
            handler.wfile.write(b"x")
            time.sleep(0.05)

    def drips_headers(handler, _):
        handler.raw(b"HTTP/1.1 200 OK\r\n")
        while True:
            handler.wfile.write(b"X: y\r\n")
            time.sleep(0.05)

    with Site(Board().path) as site:
        for slow in (says_nothing, stops, drips, drips_headers):
            site.at("checkpoint", slow)
            unfinished(verify(site.address(), "--timeout", "1"), "the server is too slow")
            assert site.asked() == ["checkpoint"], site.asked()  # and is not asked again
            site.requests.clear()


# --- redirects ---


def leads_to(address, status=302):
    return lambda handler, _: handler.reply(status, b"elsewhere", Location=address)


def test_redirects_on_one_host_are_followed():
    board = Board()
    with Site(board.path) as site, Site(board.path, "/there/") as other:
        for status in (301, 302, 303, 307, 308):
            site.at("checkpoint", leads_to(other.address() + "checkpoint#part", status))
            assert found(site.address())["checkpoint"] is True
        site.at("checkpoint", leads_to("/a", 302))
        site.at("a", leads_to("b/../c"))
        site.at("c", lambda handler, _: handler.serve(site.file("/checkpoint")))
        assert found(site.address())["checkpoint"] is True


def test_redirects_that_go_nowhere():
    with Site(Board().path) as site:
        site.at("checkpoint", leads_to("/checkpoint"))
        unfinished(verify(site.address()), "the server sends us on and on", "at most 5 redirects")
        assert len(site.asked()) == 6, site.asked()
        site.at("checkpoint", lambda handler, _: handler.reply(302))
        unfinished(verify(site.address()), "and not where")


def test_redirects_that_are_not_followed():
    with Site(Board().path) as site:
        for address, fragment in (
                ("file:///etc/passwd", "another kind than http"),
                ("ftp://127.0.0.1/checkpoint", "another kind than http"),
                (f"http://localhost:{site.port}/x", "to another host"),
                ("http://intranet.example/", "to another host"),
                ("http://me:secret@127.0.0.1/", "name or password before the host")):
            site.at("checkpoint", leads_to(address))
            answer = verify(site.address())
            unfinished(answer, fragment)
            assert "secret" not in answer.err, answer


# --- https ---


def test_certificates_are_verified():
    board = Board()
    with tempfile.TemporaryDirectory() as folder:
        good = make_certificate(folder, "good", "IP:127.0.0.1")
        bad = make_certificate(folder, "bad", "DNS:elsewhere.example")
        expected = without_tiles(found(board))
        with Site(board.path, certificate=good) as site:
            assert found(site.address(), "--ca-file", good + ".crt") == expected
            unfinished(verify(site.address()), "certificate")
            unfinished(verify(site.address(), "--ca-file", bad + ".crt"), "certificate")
            unfinished(verify(site.address(), "--ca-file", folder + "/nothing"), "checkpoint")
            # https is never left for http.
            with Site(board.path) as plain:
                site.at("checkpoint", leads_to(plain.address() + "checkpoint"))
                unfinished(verify(site.address(), "--ca-file", good + ".crt"), "on to http")
                assert plain.asked() == []
        with Site(board.path, certificate=bad) as site:
            unfinished(verify(site.address(), "--ca-file", bad + ".crt"), "no answer")


def test_http_is_for_this_machine():
    refused(verify("http://board.example/"), "--plain-http")
    refused(verify("http://127.0.0.1.example/"), "--plain-http")
    with Site(Board().path) as site:
        # An address that the programs do not know to be this machine's.
        there = site.address("0.0.0.0")
        refused(verify(there), "--plain-http")
        assert site.asked() == []
        assert verify(there, "--plain-http").code == HOLDS
        assert verify(site.address("localhost")).code == HOLDS


def test_a_proxy_does_not_see_what_goes_to_this_machine():
    with Site(Board().path) as site, Site() as proxy:
        answer = Answer(["verify", site.address()], http_proxy=proxy.address(),
                        all_proxy=proxy.address(), no_proxy="")
        assert answer.code == HOLDS and proxy.asked() == [], answer


# --- usage ---


def test_bad_usage():
    answer = verify("https://me:secret@board.example/")
    refused(answer, "name or password before the host")
    assert "secret" not in answer.err, answer
    for address, fragment in (("https://", "is no host"), ("https://a b/", "is no host"),
                              ("https://board.example:0/", "is no port"),
                              ("https://board.example/?x=1", "it has a query"),
                              ("https://board.example/#x", "'#'"),
                              ("https://board.example/a/../b", "leads elsewhere"),
                              ("https://board.example/é", "may not stand there"),
                              ("https://board.example/" + "x" * 3000, "too long")):
        refused(verify(address), fragment)
    for value in ("0", "3601", "x", "-1"):
        refused(verify("https://board.example/", "--timeout", value), "--timeout")
    board = Board()
    for options in (["--keep", "x"], ["--tiles"], ["--timeout", "1"], ["--ca-file", "x"],
                    ["--plain-http"]):
        refused(verify(board, *options), options[0])


def test_a_folder_without_room_for_copies():
    with Site(Board().path) as site:
        answer = Answer(["verify", site.address()], TMPDIR="/nowhere/at/all")
        assert answer.code == UNFINISHED and "/nowhere/at/all: cannot" in answer.err, answer


if __name__ == "__main__":
    sys.exit(tell(globals()))
