#!/usr/bin/env python3
"""Runs docs/small-committee.md as it stands, and tries what such a committee gets wrong.

Usage: committee.py; finds the document in SOURCE_ROOT and the programs in BUILD_ROOT. The blocks
marked `sh` of the document are one script, run in an empty folder; only passphrases are made to cost
less. Says what it found as TAP, one case for each function `test_…`.
"""

import os
import re
import shutil
import stat
import subprocess
import sys

from keys_folder import (AUDIT, CHEAP, DIFFERS, DONE, ORIGIN, PROGRAM, Folder, keys, payload_of,
                         refused, tell)

DOCUMENT = os.path.join(os.environ["SOURCE_ROOT"], "docs", "small-committee.md")
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.DOTALL | re.M)
SHIM = f"""#!/bin/sh
case "$1 $2" in
  "new "* | "registrar codes") exec '{PROGRAM}' "$@" {' '.join(CHEAP)} ;;
  *) exec '{PROGRAM}' "$@" ;;
esac
"""


class Committee(Folder):
    """The folder in which the document was run, and what that printed."""

    def __init__(self):
        super().__init__()
        with open(DOCUMENT, encoding="utf-8") as file:
            script = "".join(BLOCK.findall(file.read()))
        os.mkdir(self.at("bin"))
        os.chmod(self.at(self.write("bin/beffroi-keys", SHIM)), 0o755)
        os.symlink(AUDIT, self.at("bin/beffroi-audit"))
        os.mkdir(self.at("day"))
        done = subprocess.run(["bash"], cwd=self.at("day"), input=script.encode(), check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300,
                              env={**os.environ, "LC_ALL": "C.UTF-8",
                                   "PATH": self.at("bin") + os.pathsep + os.environ["PATH"]})
        self.out = done.stdout.decode()
        self.code = done.returncode
        self.path_of_all, self.path = self.path, self.at("day")

    def close(self):
        shutil.rmtree(self.path_of_all)


COMMITTEE = Committee()
SCOPE = "vote.lycee.example/2027/foyer"


def open_leaf():
    """As `board append` printed it."""
    return re.search(r"^2 ([0-9a-f]{64})$", COMMITTEE.out, re.M)[1]


def vote(choice, *options):
    COMMITTEE.write("choice", choice)
    COMMITTEE.write("a-code", "00000-00000-00000-00000\n")
    return COMMITTEE.run("vote", "choice", "--origin", SCOPE, "--code-file", "a-code", *options)


def test_the_document_is_run_to_its_end():
    assert COMMITTEE.code == DONE, COMMITTEE.out
    for said in ("The board holds.\n", "\nFunded              radio, garden, bench\n",
                 "\nstanding            11\n", "\nreplaced            1\n",
                 "\nBlank ballots       1\n", "     6 of      6  2A\n     5 of      6  2B\n",
                 "The receipt holds", "who draw lots: 0"):
        assert said in COMMITTEE.out, f"'{said}' is missing:\n{COMMITTEE.out}"
    assert COMMITTEE.out.endswith("\n1\n"), COMMITTEE.out


def test_what_is_published_holds_and_can_be_read_by_others():
    public = COMMITTEE.at("public")
    done = subprocess.run([AUDIT, "verify", public], capture_output=True, check=False)
    assert done.returncode == 0, done
    for folder, folders, files in os.walk(public):
        for name in folders + files:
            mode = os.stat(os.path.join(folder, name)).st_mode
            assert mode & stat.S_IROTH, f"{name}: {oct(mode)}"
    assert not os.path.exists(COMMITTEE.at("cards/slips.html"))
    assert not os.path.exists(COMMITTEE.at("codes"))


def test_each_voter_has_a_receipt_of_the_published_board():
    vkey = COMMITTEE.do("public", "board.key", "--origin", f"{SCOPE}/projects").split()[1]
    names = [f"{number}" for number in range(1, 12)] + ["3b"]
    for name in names:
        done = subprocess.run([AUDIT, "check-receipt", f"ballots/{name}.receipt",
                               f"ballots/{name}.json", "--vkey", vkey], cwd=COMMITTEE.path,
                              capture_output=True, check=False)
        assert done.returncode == 0, (name, done)
    other = subprocess.run([AUDIT, "check-receipt", "ballots/1.receipt", "ballots/2.json", "--vkey",
                            vkey], cwd=COMMITTEE.path, capture_output=True, check=False)
    assert other.returncode == 1, other


def test_only_what_the_boards_key_has_signed_has_a_receipt():
    COMMITTEE.write("stranger", COMMITTEE.read("ballots/1.json").replace(b'"sig":"', b'"sig":"A', 1))
    refused(COMMITTEE.run("board", "receipt", "board", "stranger"), "the entry is not on it")
    COMMITTEE.do("board", "append", "unsigned", "manifest.json")
    refused(COMMITTEE.run("board", "receipt", "unsigned", "manifest.json"),
            "has not signed for the entry yet", "--key")
    COMMITTEE.do("board", "append", "unsigned", "electorate.json", "--attach",
                 "cards/electorate.bin", *keys("board"))
    for entry in ("manifest.json", "electorate.json"):
        assert COMMITTEE.do("board", "receipt", "unsigned", entry).startswith("c2sp.org/tlog-proof@v1")


def test_an_entry_is_named_by_its_file_or_by_its_digest():
    by_file = vote('{"blank":true}', "--open", "open.json", "--replaces", "ballots/3.json")
    assert by_file.code == DONE, by_file
    replaced = payload_of(COMMITTEE.read("ballots/3b.json"))["replaces"]
    by_digest = vote('{"blank":true}', "--open", open_leaf(), "--replaces", replaced)
    assert by_file.out == by_digest.out != "", (by_file, by_digest)
    election = re.search(r"^Election +([0-9a-f]{64})$", COMMITTEE.out, re.M)[1]
    again = COMMITTEE.do("registrar", "electorate", "cards/electorate.bin", "--election", election,
                         "--cards", "cards/cards.enc", "--cards-passphrase-file", "pw",
                         *keys("registrar"))
    assert again.encode() == COMMITTEE.read("electorate.json")


def test_another_entry_than_the_one_asked_for_is_refused():
    refused(vote('{"blank":true}', "--open", "manifest.json"),
            "--open: 'manifest.json' is another kind of entry: manifest; expected open")
    refused(vote('{"blank":true}', "--open", open_leaf()[1:]),
            "--open: '", "' is neither: ", "64 lower-case hexadecimal digits, or a file")
    refused(vote('{"blank":true}', "--open", "pw"), "--open: 'pw' is neither: ")
    refused(vote('{"blank":true}', "--open", "open.json", "--replaces", "open.json"),
            "--replaces: 'open.json' is another kind of entry: open; expected ballot")


def test_ids_may_be_named_in_any_order():
    assert payload_of(COMMITTEE.read("ballots/1.json"))["choice"] == {"approve": ["bench", "radio"]}
    answer = vote('{"approve": ["c", "a", "b", "a"]}', "--open", "open.json")
    assert payload_of(answer.out)["choice"] == {"approve": ["a", "a", "b", "c"]}, answer
    answer = vote('{"approve": ["c", 1, "a"]}', "--open", "open.json")
    assert payload_of(answer.out)["choice"] == {"approve": ["c", 1, "a"]}, answer


def test_slips_need_no_voting_page():
    with Folder() as folder:
        folder.write("list.csv", "id,name\na,A\nb,B\n")
        for name, address in (("without", []), ("with", ["--address", "https://vote.example.fr/#"])):
            folder.do("registrar", "codes", "list.csv", "--origin", ORIGIN, "--out", name,
                      "--cards-passphrase-file", "pw", *CHEAP, *address)
            page = folder.read(f"{name}/slips.html").decode()
            assert len(re.findall(r'class="code">[0-9A-Z-]{23}<', page)) == 2, page
            assert page.count("<svg") == page.count("Scan the square") == (2 if address else 0), page
            assert ("https://" in page) == bool(address), page


def test_what_the_keeper_forgets_is_said():
    first = COMMITTEE.do("board", "append", "forgetful", "manifest.json")
    answer = COMMITTEE.run("board", "append", "forgetful", "electorate.json")
    refused(answer, "line 1, attachments/", "attachment-missing: the board does not have it",
            "--attach", code=DIFFERS)
    refused(COMMITTEE.run("board", "append", "forgetful", "open.json"), "open.json: line 1, size: ",
            code=DIFFERS)
    # What is given twice is not appended twice: at the end of the board it is as if it had been
    # given once, and further back it is refused.
    assert COMMITTEE.do("board", "append", "forgetful", "manifest.json") == first
    COMMITTEE.do("board", "append", "forgetful", "electorate.json", "--attach",
                 "cards/electorate.bin")
    refused(COMMITTEE.run("board", "append", "forgetful", "manifest.json"),
            "manifest.json: line 1: repeated: the same line is entry 0", code=DIFFERS)


if __name__ == "__main__":
    failed = tell(globals())
    COMMITTEE.close()
    sys.exit(failed)
