#!/usr/bin/env python3
"""Checks receipts with beffroi-audit, whole and altered.

Usage: receipts.py; finds the programs in BUILD_ROOT. Says what it found as TAP, one case for each
function `test_…`.
"""

import json
import os
import subprocess
import sys
import tempfile
import traceback

BUILD = os.environ["BUILD_ROOT"]
PROGRAM = os.path.join(BUILD, "audit", "beffroi-audit")
MAKER = os.path.join(BUILD, "tests", "integration", "make_receipts")
HOLDS, DOES_NOT_HOLD, UNUSABLE, UNFINISHED = 0, 1, 2, 3

FOLDER = tempfile.TemporaryDirectory()


def path(name):
    return os.path.join(FOLDER.name, name)


def content(name):
    with open(path(name), "rb") as file:
        return file.read()


def written(name, data):
    with open(path(name), "wb") as file:
        file.write(data)
    return path(name)


class Answer:
    def __init__(self, arguments):
        kept = {name: value for name, value in os.environ.items() if not name.startswith("LC_")}
        done = subprocess.run([PROGRAM, "check-receipt", *arguments], capture_output=True,
                              check=False, timeout=60, env={**kept, "LC_ALL": "C.UTF-8"})
        self.code, self.out, self.err = done.returncode, done.stdout.decode(), done.stderr.decode()

    def __str__(self):
        return f"exit {self.code}\nstdout: {self.out}\nstderr: {self.err}"


def check(receipt="receipt", entry="entry", vkey="vkey", witnesses=(), options=()):
    arguments = [path(receipt), path(entry), "--vkey", content(vkey).decode(), *options]
    for witness in witnesses:
        arguments += ["--witness", content(witness).decode()]
    return Answer(arguments)


BOTH = ("witness-1", "witness-2")


def test_a_receipt_holds():
    answer = check()
    assert answer.code == HOLDS and answer.err == "", answer
    assert answer.out.startswith("The receipt holds"), answer
    assert "vote.example/faidherbe/projets" in answer.out and "number 6" in answer.out, answer
    assert "note" in answer.out and "No witness was asked for" in answer.out, answer


def test_it_speaks_french():
    answer = check(options=["--lang", "fr"])
    assert answer.code == HOLDS and answer.out.startswith("Le récépissé est bon"), answer


def test_json_is_one_canonical_line():
    answer = check("cosigned", witnesses=BOTH, options=["--json"])
    assert answer.code == HOLDS, answer
    value = json.loads(answer.out)
    assert json.dumps(value, sort_keys=True, separators=(",", ":")) + "\n" == answer.out, answer
    assert value["holds"] is True and value["provisional"] is False, answer
    assert value["index"] == 6 and value["size"] == 11, answer
    assert value["witnesses"] == {"cosigned": 2, "quorum": 2}, answer
    assert value["entry"]["kind"] == "note" and len(value["entry"]["short_code"]) == 12, answer


def test_a_line_break_after_the_entry_is_no_part_of_it():
    written("with-break", content("entry") + b"\n")
    assert check(entry="with-break").code == HOLDS
    written("with-breaks", content("entry") + b"\n\n")
    assert check(entry="with-breaks").code == DOES_NOT_HOLD


def test_witnesses_are_counted():
    answer = check("cosigned", witnesses=BOTH)
    assert answer.code == HOLDS and "2 cosigned, 2 wanted" in answer.out, answer
    assert "No witness was asked for" not in answer.out, answer


def test_without_its_witnesses_a_receipt_is_provisional():
    answer = check("receipt", witnesses=BOTH)
    assert answer.code == DOES_NOT_HOLD and answer.out.startswith("The receipt is provisional"), \
        answer
    value = json.loads(check("receipt", witnesses=BOTH, options=["--json"]).out)
    assert value["holds"] is False and value["provisional"] is True, value


def test_the_quorum_may_be_less_than_the_witnesses():
    assert check("receipt", witnesses=BOTH, options=["--quorum", "0"]).code == HOLDS


def test_another_entry_is_not_on_the_board():
    answer = check(entry="other-entry")
    assert answer.code == DOES_NOT_HOLD and answer.err == "", answer
    assert answer.out.startswith("The receipt does not hold") and "Why" in answer.out, answer


def test_another_board_has_not_signed():
    assert check(vkey="other-vkey").code == DOES_NOT_HOLD


def test_another_tree_has_another_root():
    one = json.loads(check("cosigned", witnesses=BOTH, options=["--json"]).out)
    other = json.loads(check("forked", witnesses=BOTH, options=["--json"]).out)
    assert one["holds"] and other["holds"] and one["root"] != other["root"]


def test_json_names_the_fault():
    value = json.loads(check(entry="other-entry", options=["--json"]).out)
    assert value["holds"] is False and value["fault"]["what"], value


def flips(name, **how):
    """Every byte of a file altered in turn: every seventh unless all are asked for."""
    original = content(name)
    for place in range(0, len(original), 7):
        for bit in (0x01, 0x20):
            altered = bytearray(original)
            altered[place] ^= bit
            written("altered", bytes(altered))
            answer = check(**{**how, "receipt" if name == "cosigned" else "entry": "altered"})
            assert answer.code == DOES_NOT_HOLD, f"byte {place}, bit {bit}: {answer}"


def test_no_byte_of_a_receipt_can_be_altered():
    flips("cosigned", witnesses=BOTH)


def test_no_byte_of_an_entry_can_be_altered():
    flips("entry")


def test_a_receipt_cut_short_does_not_hold():
    original = content("receipt")
    for length in range(0, len(original), 11):
        written("altered", original[:length])
        assert check("altered").code == DOES_NOT_HOLD, length


def test_a_large_file_is_no_receipt():
    written("altered", content("receipt") + b"x" * (1 << 20))
    assert check("altered").code == DOES_NOT_HOLD
    written("altered", b"x" * (1 << 17))
    assert check(entry="altered").code == DOES_NOT_HOLD


def refused(answer, fragment):
    assert answer.code == UNUSABLE and answer.out == "", answer
    assert answer.err.startswith("beffroi-audit: ") and answer.err.count("\n") == 1, answer
    assert fragment in answer.err, answer


def test_bad_usage():
    vkey = ["--vkey", content("vkey").decode()]
    witness = content("witness-1").decode()
    both = [path("receipt"), path("entry")]
    refused(Answer([]), "RECEIPT ENTRY")
    refused(Answer([both[0], *vkey]), "RECEIPT ENTRY")
    refused(Answer([*both, both[0], *vkey]), "RECEIPT ENTRY")
    refused(Answer(both), "--vkey")
    refused(Answer([*both, "--vkey", "nonsense"]), "--vkey")
    refused(Answer([*both, "--vkey", witness]), "another type")
    refused(Answer([*both, *vkey, "--witness", vkey[1]]), "another type")
    refused(Answer([*both, *vkey, "--quorum", "1"]), "--quorum")
    refused(Answer([*both, *vkey, "--quorum", "-1"]), "--quorum")
    refused(Answer([*both, *vkey, "--lang", "de"]), "--lang")
    refused(Answer([path("nothing"), both[1], *vkey]), "there is no such file")
    refused(Answer([both[0], path("nothing"), *vkey]), "there is no such file")
    refused(Answer([*both, *vkey, *(["--witness", witness] * 33)]), "at most 32")


def test_help():
    answer = Answer(["--help"])
    assert answer.code == HOLDS and "--witness" in answer.out, answer


def main():
    subprocess.run([MAKER, FOLDER.name], check=True)
    count = failed = 0
    for name, function in list(globals().items()):
        if not name.startswith("test_"):
            continue
        count += 1
        try:
            function()
            print(f"ok {count} - {name[len('test_'):].replace('_', ' ')}")
        except Exception:  # a case that breaks is a case that fails; the next ones still run
            failed += 1
            print(f"not ok {count} - {name}")
            print("# " + traceback.format_exc().replace("\n", "\n# "))
    print(f"1..{count}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
