#!/usr/bin/env python3
"""Verifies boards with beffroi-audit, whole, altered, cut short and still open.

Usage: verify.py; finds the programs in BUILD_ROOT. Says what it found as TAP, one case for each
function `test_…`. Here a few bytes of the files are altered; every_byte.c alters them all.
"""

import base64
import datetime
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import traceback

BUILD = os.environ["BUILD_ROOT"]
PROGRAM = os.path.join(BUILD, "audit", "beffroi-audit")
MAKER = os.path.join(BUILD, "tests", "integration", "make_board")
HOLDS, DOES_NOT_HOLD, UNUSABLE, UNFINISHED = 0, 1, 2, 3

# Where entries stand on the example board.
MANIFEST, ELECTORATE, OPEN, FIRST, BLANK, SECOND, LAST = 0, 2, 4, 5, 6, 8, 11
CLOSE, PAPER, RESULT, ENTRIES = 12, 13, 16, 18
BALLOTS = (FIRST, BLANK, SECOND, LAST)

WORK = tempfile.TemporaryDirectory()
TEMPLATES = {}


class Board:
    """A directory with a board of its own, to be altered at will."""

    count = 0

    def __init__(self, *arguments):
        if arguments not in TEMPLATES:
            template = os.path.join(WORK.name, f"template-{len(TEMPLATES)}")
            os.mkdir(template)
            subprocess.run([MAKER, template, *arguments], check=True)
            TEMPLATES[arguments] = template
        Board.count += 1
        self.path = os.path.join(WORK.name, f"board-{Board.count}")
        shutil.copytree(TEMPLATES[arguments], self.path)

    def file(self, name):
        return os.path.join(self.path, name)

    def read(self, name="board.jsonl"):
        with open(self.file(name), "rb") as file:
            return file.read()

    def write(self, data, name="board.jsonl"):
        os.makedirs(os.path.dirname(self.file(name)), exist_ok=True)
        with open(self.file(name), "wb") as file:
            file.write(data)

    def lines(self):
        return self.read().split(b"\n")[:-1]

    def keep(self, lines):
        self.write(b"".join(line + b"\n" for line in lines))

    def remove(self, *names):
        for name in names:
            path = self.file(name)
            shutil.rmtree(path) if os.path.isdir(path) else os.remove(path)

    def attachment(self, entry, member):
        payload = json.loads(base64.b64decode(json.loads(self.lines()[entry])["payload"]))
        return "attachments/" + payload[member]["digest"]


def withheld(line):
    return b'{"leaf":"' + hashlib.sha256(b"\0" + line).hexdigest().encode() + b'"}'


class Answer:
    def __init__(self, arguments, **changes):
        kept = {name: value for name, value in os.environ.items()
                if not name.startswith("LC_") and name not in ("LANG", "COLUMNS")}
        done = subprocess.run([PROGRAM, *arguments], capture_output=True, check=False, timeout=120,
                              env={**kept, "LC_ALL": "C.UTF-8", **changes})
        self.code, self.out, self.err = done.returncode, done.stdout.decode(), done.stderr.decode()

    def __str__(self):
        return f"exit {self.code}\nstdout: {self.out}\nstderr: {self.err}"


def verify(board, *options):
    return Answer(["verify", board.path if isinstance(board, Board) else board, *options])


def found(board, *options):
    """What is found of a board that holds."""
    answer = verify(board, "--json", *options)
    assert answer.code == HOLDS and answer.err == "", answer
    return json.loads(answer.out)


def fault(board, name, index=None):
    """The fault of a board that does not hold, which has this name and is of this entry."""
    answer = verify(board, "--json")
    assert answer.code == DOES_NOT_HOLD and answer.err == "", answer
    value = json.loads(answer.out)
    assert value["holds"] is False and value["fault"]["what"], answer
    assert value["fault"]["name"] == name, answer
    assert value["fault"].get("index") == index, answer
    return value["fault"]


# --- what holds ---


def test_a_whole_board_holds():
    answer = verify(Board())
    assert answer.code == HOLDS and answer.err == "", answer
    for fragment in ("Budget participatif 2027", "The board holds.", "Ballots cast        4",
                     "witness.example.org, at 2027-03-20T19:00:00Z", "Checked:",
                     "p02", "holds the organiser's key", "kept the voting codes"):
        assert fragment in answer.out, f"'{fragment}' is missing: {answer}"


def test_it_speaks_french():
    answer = verify(Board(), "--lang", "fr")
    assert answer.code == HOLDS, answer
    for fragment in ("L’urne est régulière.", "Bulletins déposés", "Vérifié", "tricher"):
        assert fragment in answer.out, f"'{fragment}' is missing: {answer}"


def test_the_page_keeps_to_the_width():
    for language in ("en", "fr"):
        answer = Answer(["verify", Board().path, "--lang", language], COLUMNS="100")
        assert max(len(line) for line in answer.out.split("\n")) <= 100, answer


def test_json_is_one_canonical_line():
    for board in (Board(), Board("9")):
        answer = verify(board, "--json")
        value = json.loads(answer.out)
        assert json.dumps(value, sort_keys=True, separators=(",", ":"),
                          ensure_ascii=False) + "\n" == answer.out, answer


def test_the_numbers():
    value = found(Board())
    assert value["numbers"] == {
        "blank": 1, "cast": 4, "credentials": 6, "entries": 18, "notes": 2, "paper": 1,
        "replaced": 1, "standing": 3, "struck_as_lost": 1, "struck_for_paper": 1, "tiles": 2,
        "withheld": 0, "witnesses": 1}, value
    assert value["stage"] == "ended" and value["checkpoint"] is True, value


def test_the_result_is_the_digest_of_the_attachment():
    board = Board()
    assert board.attachment(RESULT, "outcome") == "attachments/" + found(board)["result"]


def test_the_root_is_that_of_the_checkpoint():
    board = Board()
    root = base64.b64decode(board.read("checkpoint").split(b"\n")[2]).hex()
    assert found(board)["root"] == root


def test_the_cautions():
    assert found(Board())["cautions"] == [
        "custody-organiser", "kept-codes", "roll", "replacements", "paper", "draw", "times",
        "dropped", "pages", "open-mode"]


def test_every_beginning_of_a_board_holds():
    stages = set()
    for count in range(1, ENTRIES + 1):
        value = found(Board(str(count)))
        assert value["numbers"]["entries"] == count, value
        stages.add(value["stage"])
    assert stages == {"preparing", "open", "closed", "ended"}, stages


def test_a_board_that_can_grow_holds_so_far():
    assert "The board holds so far" in verify(Board("9")).out


def test_threads_change_nothing():
    board = Board()
    answers = {verify(board, "--threads", number).out for number in ("1", "2", "5", "256")}
    assert len(answers) == 1, answers
    lines = board.lines()
    board.keep(lines[:LAST] + lines[LAST + 1:])
    answers = {verify(board, "--json", "--threads", number).out for number in ("1", "2", "5")}
    assert len(answers) == 1 and "tree-differs" in answers.pop(), answers


def test_verbose_says_what_it_cost():
    answer = verify(Board(), "--verbose")
    assert answer.code == HOLDS and "KiB of memory (the board's file, " in answer.err, answer


def test_a_file_has_the_rest_beside_it():
    board = Board()
    assert found(board.file("board.jsonl")) == found(board)


def test_bundles_are_as_good_as_lines():
    board = Board()
    expected = found(board)
    board.remove("board.jsonl")
    expected["numbers"]["tiles"] = 1  # the bundle is what was read
    assert found(board) == expected


def test_single_entries_are_as_good_as_lines():
    board = Board()
    for index, line in enumerate(board.lines()):
        board.write(line, f"entries/{index}")
    board.remove("board.jsonl", "tile")
    assert found(board)["numbers"]["entries"] == ENTRIES


def test_an_entry_in_no_file_is_missing():
    board = Board()
    for index, line in enumerate(board.lines()):
        board.write(line, f"entries/{index}")
    board.remove("board.jsonl", "tile", "entries/8")
    fault(board, "entry-missing", 8)


# --- withheld ballots ---


def test_ballots_may_be_withheld_before_the_close():
    board = Board("12")
    board.keep([withheld(line) if index in BALLOTS else line
                for index, line in enumerate(board.lines())])
    board.remove("checkpoint", "tile/entries")
    value = found(board)
    assert value["numbers"]["withheld"] == 4 and "withheld" in value["cautions"], value
    assert "withheld" in verify(board).out


def test_withheld_ballots_may_be_known_by_their_tile():
    board = Board("12")
    for index, line in enumerate(board.lines()):
        if index not in BALLOTS:
            board.write(line, f"entries/{index}")
    board.remove("board.jsonl", "tile/entries")
    assert found(board)["numbers"]["withheld"] == 4


def test_no_ballot_may_be_withheld_after_the_close():
    for index in BALLOTS:
        board = Board()
        lines = board.lines()
        lines[index] = withheld(lines[index])
        board.keep(lines)
        board.remove("checkpoint", "tile")
        answer = verify(board, "--json")
        assert answer.code == DOES_NOT_HOLD, answer
        assert json.loads(answer.out)["fault"]["name"] in ("withheld", "body-missing"), answer


def test_all_ballots_withheld_after_the_release():
    board = Board()
    board.keep([withheld(line) if index in BALLOTS else line
                for index, line in enumerate(board.lines())])
    answer = verify(board, "--json")
    assert answer.code == DOES_NOT_HOLD, answer
    assert json.loads(answer.out)["fault"]["name"] in ("withheld", "body-missing"), answer


def test_nothing_but_a_ballot_may_be_withheld():
    for index in (MANIFEST, ELECTORATE, OPEN, CLOSE, PAPER, RESULT):
        board = Board()
        lines = board.lines()
        lines[index] = withheld(lines[index])
        board.keep(lines)
        assert verify(board).code == DOES_NOT_HOLD, index


# --- what does not hold ---


def test_the_page_names_the_first_fault():
    board = Board()
    lines = board.lines()
    board.keep(lines[:SECOND] + lines[SECOND + 1:])
    answer = verify(board)
    assert answer.code == DOES_NOT_HOLD, answer
    for fragment in ("The board does not hold.", "First fault", "Name", "Meaning", "Why"):
        assert fragment in answer.out, f"'{fragment}' is missing: {answer}"
    assert "Pourquoi" in verify(board, "--lang", "fr").out


def test_no_ballot_can_be_left_out():
    for index in BALLOTS:
        board = Board()
        lines = board.lines()
        board.keep(lines[:index] + lines[index + 1:])
        answer = verify(board, "--json")
        assert answer.code == DOES_NOT_HOLD, answer
        assert json.loads(answer.out)["fault"]["name"] in ("tree-differs", "stale"), answer


def test_no_line_can_be_left_out():
    for index in range(ENTRIES):
        board = Board()
        lines = board.lines()
        board.keep(lines[:index] + lines[index + 1:])
        assert verify(board).code == DOES_NOT_HOLD, index


def test_no_two_lines_can_change_places():
    for index in range(ENTRIES - 1):
        board = Board()
        lines = board.lines()
        lines[index], lines[index + 1] = lines[index + 1], lines[index]
        board.keep(lines)
        assert verify(board).code == DOES_NOT_HOLD, index


def test_no_line_can_stand_twice():
    for index in range(ENTRIES):
        board = Board()
        lines = board.lines()
        board.keep(lines + [lines[index]])
        fault(board, "repeated", ENTRIES)


def test_the_end_cannot_be_cut_off():
    board = Board()
    board.keep(board.lines()[:-1])
    fault(board, "checkpoint-differs")


def test_a_line_cut_short_is_named():
    board = Board()
    board.write(board.read()[:-1])
    fault(board, "malformed", ENTRIES - 1)


def test_an_empty_line_is_no_entry():
    board = Board()
    board.write(board.read() + b"\n")
    fault(board, "malformed", ENTRIES)


def test_a_board_without_entries():
    board = Board()
    board.write(b"")
    fault(board, "malformed", 0)


def test_a_line_too_long():
    board = Board()
    board.write(board.read() + b"x" * 70000 + b"\n")
    fault(board, "malformed", ENTRIES)


def test_attachments_may_not_be_missing():
    for entry, member in ((ELECTORATE, "keys"), (PAPER, "ballots"), (RESULT, "outcome")):
        board = Board()
        board.remove(board.attachment(entry, member))
        fault(board, "attachment-missing", entry)


def test_attachments_may_not_be_altered():
    for entry, member in ((ELECTORATE, "keys"), (PAPER, "ballots"), (RESULT, "outcome")):
        board = Board()
        name = board.attachment(entry, member)
        original = board.read(name)
        for altered in (original + b" ", original[:-1], bytes([original[0] ^ 1]) + original[1:], b""):
            board.write(altered, name)
            fault(board, "attachment-wrong", entry)


def test_an_attachment_is_a_file():
    board = Board()
    name = board.attachment(ELECTORATE, "keys")
    board.remove(name)
    os.mkfifo(board.file(name))
    fault(board, "attachment-missing", ELECTORATE)


def test_a_wrong_result_is_found():
    fault(Board(str(ENTRIES), "{}"), "outcome-differs", RESULT)


def test_a_board_without_checkpoint_is_told_apart():
    board = Board()
    board.remove("checkpoint")
    value = found(board)
    assert value["checkpoint"] is False and value["cautions"][0] == "no-checkpoint", value


def test_without_witnesses_there_is_no_quorum():
    board = Board()
    board.write(board.read("unwitnessed"), "checkpoint")
    fault(board, "witnesses-missing")


def test_a_checkpoint_of_another_tree():
    board = Board()
    other = Board("17")
    board.write(other.read("checkpoint"), "checkpoint")
    fault(board, "checkpoint-differs")


def test_a_checkpoint_that_is_none():
    board = Board()
    for data in (b"", b"hello\n", b"\xff" * 100, b"x" * 200000):
        board.write(data, "checkpoint")
        fault(board, "checkpoint-malformed")


def test_a_tile_of_another_tree():
    for name in ("tile/0/000.p/18", "tile/entries/000.p/18"):
        board = Board()
        original = board.read(name)
        for altered in (original[:-1], original + b"x", original[:-1] + b"\0"):
            board.write(altered, name)
            fault(board, "tile-differs")


def test_witnesses_tell_the_time():
    opens, closes = (int(datetime.datetime.fromisoformat(moment).timestamp())
                     for moment in ("2027-03-06T08:00:00+00:00", "2027-03-20T18:00:00+00:00"))
    fault(Board("18", "", str(closes - 1)), "too-early")
    assert found(Board("18", "", str(closes)))["holds"]
    fault(Board("9", "", str(opens - 1)), "too-early")
    assert found(Board("9", "", str(opens)))["holds"]
    assert found(Board("5", "", "0"))["holds"]  # there is no ballot yet


# --- tally ---


def tally(board, *options):
    return Answer(["tally", board.path, *options])


def test_tally_counts_a_board():
    board = Board()
    answer = tally(board, "--json")
    assert answer.code == HOLDS and answer.err == "", answer
    outcome = json.loads(answer.out)
    assert outcome["result"] == found(board)["result"], answer
    assert outcome["election"] == found(board)["election"] and outcome["voters"] == 4, answer
    page = tally(board)
    assert page.code == HOLDS and outcome["result"] in page.out, page
    assert "Budget participatif 2027" in page.out and "p02" in page.out, page
    assert Answer(["tally", board.file("board.jsonl")]).out == page.out


def test_tally_counts_no_board_that_does_not_hold():
    board = Board()
    lines = board.lines()
    board.keep(lines[:LAST] + lines[LAST + 1:])
    answer = tally(board)
    assert answer.code == DOES_NOT_HOLD and answer.out == "", answer
    assert "entry 11: tree-differs: " in answer.err, answer


def test_tally_counts_no_open_board():
    refused(tally(Board("9")), "not closed")


def test_tally_counts_a_board_as_its_manifest_says():
    for options in (["--rule", "greedy"], ["--preset", "published"], ["--utility", "cost"],
                    ["--set", "utility=cost"], ["--check-published"], ["--warnings"],
                    ["--refuse-invalid"]):
        refused(tally(Board(), *options), options[0])


# --- compare ---


def compare(board, *options):
    return Answer(["compare", board.path, *options])


def test_a_board_is_compared_with_other_rules():
    board = Board()
    answer = compare(board, "--json", "--rules", "published,greedy,phragmen")
    assert answer.code == HOLDS and answer.err == "", answer
    comparison = json.loads(answer.out)
    assert comparison["election"] == found(board)["election"] and comparison["voters"] == 4
    assert comparison["rules"][0]["result"] == found(board)["result"], answer
    assert [rule["rule"]["name"] for rule in comparison["rules"][1:]] == ["greedy", "phragmen"]
    page = compare(board, "--rules", "published")
    assert page.code == HOLDS and "(published)" in page.out, page


def test_compare_counts_no_board_that_does_not_hold():
    board = Board()
    lines = board.lines()
    board.keep(lines[:LAST] + lines[LAST + 1:])
    answer = compare(board, "--rules", "published,greedy")
    assert answer.code == DOES_NOT_HOLD and answer.out == "", answer
    refused(compare(Board("9")), "not closed")


def test_compare_has_no_options_of_files_for_a_board():
    for option in ("--warnings", "--refuse-invalid"):
        refused(compare(Board(), option), option)


# --- bytes ---


def flips(name, step, options=()):
    board = Board()
    original = board.read(name)
    for place in range(0, len(original), step):
        altered = bytearray(original)
        altered[place] ^= 1 << (place % 7)
        board.write(bytes(altered), name)
        answer = verify(board, *options)
        assert answer.code == DOES_NOT_HOLD, f"{name}, byte {place}: {answer}"


def test_no_byte_of_the_lines_can_be_altered():
    flips("board.jsonl", 499)


def test_no_byte_of_the_checkpoint_can_be_altered():
    flips("checkpoint", 31)


def test_no_byte_of_a_tile_can_be_altered():
    flips("tile/0/000.p/18", 113)
    flips("tile/entries/000.p/18", 1999)


# --- usage ---


def refused(answer, fragment):
    assert answer.code == UNUSABLE and answer.out == "", answer
    assert answer.err.startswith("beffroi-audit: ") and answer.err.count("\n") == 1, answer
    assert fragment in answer.err, answer


def test_bad_usage():
    board = Board()
    refused(Answer(["verify"]), "one board")
    refused(Answer(["verify", board.path, board.path]), "one board")
    refused(verify(board, "--threads", "0"), "--threads")
    refused(verify(board, "--threads", "257"), "--threads")
    refused(verify(board, "--lang", "de"), "--lang")
    refused(verify(board.file("nothing")), "there is no such")
    refused(verify(board.file("nothing/nothing")), "there is no such")
    refused(verify(board.file("attachments")), "there is no board in this directory")


def test_help():
    answer = Answer(["verify", "--help"])
    assert answer.code == HOLDS and "--threads" in answer.out, answer


def main():
    count = failed = 0
    for name, function in list(globals().items()):
        if not name.startswith("test_"):
            continue
        count += 1
        try:
            function()
            print(f"ok {count} - {name[len('test_'):].replace('_', ' ')}", flush=True)
        except Exception:  # a case that breaks is a case that fails; the next ones still run
            failed += 1
            print(f"not ok {count} - {name}")
            print("# " + traceback.format_exc().replace("\n", "\n# "))
    print(f"1..{count}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
