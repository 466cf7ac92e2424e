"""Outcomes that the second verifier counts, and receipts."""

import os
import random
import subprocess

from second import manifest, spelling, tree

from . import forge
from .both import EXAMPLE, NUMBERS, PROGRAM, QUICKLY, WORK, WORKED, ALL, hold, judge, sample
from .forge import CARDS, Draft, Files
from .of_admission import outcome_of


def random_election(number):
    """An election of a few ballots, with the outcome that the second verifier counts."""
    chance = random.Random(number)
    names = ["b", "10", "9", "a", "09", "c", "d"][:chance.randint(2, 7)]
    projects = [forge.project(name, chance.choice((0, 10, 20, 20, 30, 60)), **(
        {"category": chance.choice(("x", "y", "x,y"))} if chance.random() < 0.7 else {}))
                for name in names]
    secrets = (bytes([number]) * 32, b"\x41" * 32)
    last = chance.choice(("id", "draw", "listed", "id-numeric"))
    rule = {"name": "greedy", "tie_break": chance.choice(([], ["cost"], ["votes"], ["cost-desc"])) + [
        last], "on_miss": chance.choice(("skip", "stop")), "threshold": chance.choice((0, 0, 1, 2)),
            "fund_unsupported": chance.random() < 0.3,
            "one_per": chance.choice(("none", "none", "category")),
            "utility": chance.choice(("cardinality", "cost"))}
    if chance.random() < 0.3:
        rule["exclusive"] = [list(names[:2])]
    draft = Draft(forge.manifest_of(
        projects=projects, budget=chance.choice((40, 70, 100)), rule=rule,
        scrutineers=forge.with_paper(), draw=forge.with_draw(secrets) if last == "draw" else None))
    draft.electorate(CARDS)
    draft.open()
    for card in CARDS[1:]:
        named = sorted(chance.sample(names, chance.randint(0, len(names))))
        draft.ballot(card, {"approve": named} if named else {"blank": True})
    draft.revocation(CARDS[0])
    draft.close()
    draft.paper([{"approve": [chance.choice(names)]}])
    if last == "draw":
        draft.draw(forge.DRAWER, secrets[0])
        draft.draw(forge.DRAWER_2, secrets[1])
    draft.result(outcome_of(draft))
    return draft.files()


def test_counts():
    hold({f"election {number}": random_election(number) for number in range(200 if ALL else 12)})


def test_another_outcome():
    draft = Draft(forge.manifest_of())
    draft.open()
    draft.close()
    draft.result(b"{}")
    assert judge(draft.files())[0] == ("outcome-differs", 3)


# --- receipts ---


def receipt_answers(receipt, entry, board, witnesses):
    """Whether both say that a receipt holds; a provisional one does not."""
    folder = os.path.join(WORK.name, f"receipt-{next(NUMBERS)}")
    Files({"receipt": receipt, "entry": entry}).write(folder)
    paths = [os.path.join(folder, name) for name in ("receipt", "entry")]
    options = [each for vkey in witnesses for each in ("--witness", vkey)]
    done = subprocess.run([PROGRAM, "check-receipt", *paths, "--vkey", board, *options],
                          capture_output=True, check=False, timeout=60, env=QUICKLY)
    assert done.returncode in (0, 1), done.stderr.decode()
    keys = [manifest.VerifierKey(each, 4) for each in witnesses]
    try:
        standing = tree.check_receipt(receipt, entry, manifest.VerifierKey(board, 1), keys, len(keys))
    except spelling.Wrong:
        standing = "wrong"
    return done.returncode == 0, standing == "final"


def test_receipts():
    receipt, entry = EXAMPLE.files["receipt"], EXAMPLE.files["entry"]
    board = forge.BOARD.vkey(f"{forge.HOST}/projets", 1)
    witness = forge.WITNESS_KEY.vkey(forge.WITNESS, 4)
    lines = receipt.split(b"\n")
    cases = {"right": (receipt, entry), "another entry": (receipt, WORKED.lines()[5])}
    for name, data in {
            "index with a zero": receipt.replace(b"index 6", b"index 06"),
            "another index": receipt.replace(b"index 6", b"index 7"),
            "an index too large": receipt.replace(b"index 6", b"index 10"),
            "a hash less": b"\n".join(lines[:3] + lines[4:]),
            "a hash more": b"\n".join(lines[:3] + lines[2:]),
            "extra data": receipt.replace(b"\nindex", b"\nextra AAAA\nindex"),
            "no witness": b"\n".join(lines[:-2]) + b"\n",
            "not ended": receipt[:-1], "longer": receipt + b"\n", "nothing": b"",
            "another version": receipt.replace(b"@v1", b"@v2")}.items():
        cases[name] = (data, entry)
    for at in sample(range(len(receipt)), 8):
        cases[f"byte {at}"] = (receipt[:at] + bytes([receipt[at] ^ 1]) + receipt[at + 1:], entry)
    for name, (data, of) in cases.items():
        one, other = receipt_answers(data, of, board, [witness])
        assert one == other == (name == "right"), f"{name}: {one}, {other}"
    assert receipt_answers(cases["no witness"][0], entry, board, []) == (True, True)
