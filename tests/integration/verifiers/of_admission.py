"""What may stand: each kind in each phase, and each refusal."""

import base64
import itertools
import os

from second import count, files

from . import forge
from .both import NUMBERS, WORK, agree, hold, refuse, sample
from .forge import CARDS, ORGANISER, REGISTRAR, STRANGER, Draft, Opened
from .of_bytes import NO_KEYS


def played(manifest_=None, until="result", cards=3):
    """An election with paper and draw, up to an entry of this kind."""
    secrets = (b"\x40" * 32, b"\x41" * 32)
    draft = Draft(forge.manifest_of(
        scrutineers=forge.with_paper(), draw=forge.with_draw(secrets), mediators=[forge.MEDIATOR.text],
        rule={"name": "greedy", "tie_break": ["votes", "draw"]}, **(manifest_ or {})))
    steps = {
        "electorate": lambda: draft.electorate(CARDS[:cards]),
        "open": draft.open,
        "ballot": lambda: draft.ballot(CARDS[0], {"approve": ["a", "b"]}),
        "revocation": lambda: draft.revocation(CARDS[1]),
        "close": draft.close,
        "paper": lambda: draft.paper([{"approve": ["c"]}]),
        "draw": lambda: draft.draw(forge.DRAWER, secrets[0]),
        "second draw": lambda: draft.draw(forge.DRAWER_2, secrets[1]),
        "result": lambda: draft.result(outcome_of(draft)),
    }
    for kind, step in steps.items():
        step()
        if kind == until:
            break
    return draft


def outcome_of(draft):
    """What the second verifier counts; "{}" where it cannot."""
    folder = os.path.join(WORK.name, f"counted-{next(NUMBERS)}")
    draft.files().write(folder)
    board, fault = files.verify(folder)
    assert fault is None, fault
    return board.outcome() if count.can_count(board.manifest) else b"{}"


def scenario(until, *steps, **options):
    draft = played(until=until, **options)
    for step in steps:
        step(draft)
    return draft.files()


def test_every_kind_in_every_phase():
    secret = b"\x40" * 32
    kinds = {
        "manifest": lambda draft: draft.add("manifest", draft.manifest, [ORGANISER]),
        "another manifest": lambda draft: draft.add(
            "manifest", forge.manifest_of(budget=7), [ORGANISER]),
        "pages": lambda draft: draft.add(
            "pages", {"files": [{"digest": "00" * 32, "path": "index.html"}]}, [ORGANISER]),
        "electorate": lambda draft: draft.electorate(CARDS[3:4], election=draft.election),
        "open": lambda draft: draft.open(election=draft.election),
        "ballot": lambda draft: draft.ballot(
            CARDS[2], {"blank": True}, open=draft.opening or "00" * 32),
        "revocation": lambda draft: draft.revocation(CARDS[2], open=draft.opening or "00" * 32),
        "close": lambda draft: draft.close(open=draft.opening or "00" * 32),
        "paper": lambda draft: draft.paper([], open=draft.opening or "00" * 32),
        "draw": lambda draft: draft.draw(forge.DRAWER, secret, open=draft.opening or "00" * 32),
        "result": lambda draft: draft.result(b"{}", open=draft.opening or "00" * 32),
        "note": lambda draft: draft.note(forge.MEDIATOR),
    }
    stages = ("electorate", "ballot", "close", "paper", "second draw", "result")
    answers = agree({f"{kind} after {stage}": scenario(stage, kinds[kind])
                     for kind, stage in sample(itertools.product(kinds, stages), 36)})
    assert {"not-now"} < {answer[0] for answer in answers.values()}, answers


def test_what_stands_only_after_a_manifest():
    draft = played(until="result")
    refuse({f"not-now {Opened(line).kind} {at}": draft.files().with_lines([line])
            for at, line in enumerate(draft.lines) if at > 0})


def blank(card, **changes):
    return lambda draft: draft.ballot(card, {"blank": True}, **changes)


def strike(card, replacement=None, **changes):
    return lambda draft: draft.revocation(card, replacement, **changes)


def test_ballots_and_revocations():
    refuse({
        "unknown-credential stranger": scenario("ballot", blank(STRANGER)),
        "unknown-credential struck stranger": scenario("ballot", strike(STRANGER)),
        "struck for paper": scenario("revocation", blank(CARDS[1])),
        "struck twice": scenario("revocation", strike(CARDS[1], CARDS[4])),
        "struck lost": scenario("ballot", strike(CARDS[1], CARDS[4]), blank(CARDS[1])),
        "already-voted revoked": scenario("ballot", strike(CARDS[0])),
        "already-voted once": scenario("ballot", blank(CARDS[0]), manifest_={"revote": False}),
        "stale null": scenario("ballot", blank(CARDS[0], replaces=None)),
        "stale other": scenario("ballot", blank(CARDS[0], replaces="00" * 32)),
        "stale first": scenario("ballot", blank(CARDS[1], replaces="00" * 32)),
        "too-many": scenario("ballot", strike(CARDS[1], CARDS[4]), strike(CARDS[2], CARDS[5]),
                             strike(CARDS[3], STRANGER), cards=4),
        "too-many before credential-repeated": scenario(
            "ballot", strike(CARDS[1], CARDS[0]), manifest_={
                "board": {**forge.manifest_of()["board"], "max_replacements": 0}}),
        "credential-repeated itself": scenario("ballot", strike(CARDS[1], CARDS[1])),
        "credential-repeated other": scenario("ballot", strike(CARDS[1], CARDS[0])),
        "credential-repeated officer": scenario("ballot", strike(CARDS[1], forge.WITNESS_KEY)),
        "credential-repeated struck": scenario("ballot", strike(CARDS[1], CARDS[4]),
                                               strike(CARDS[2], CARDS[1])),
        "not-listed registrar": scenario("ballot", strike(CARDS[1], registrar=STRANGER.text)),
        "not-listed scrutineer": scenario("ballot", strike(CARDS[1], scrutineer=REGISTRAR.text)),
        "wrong-election": scenario("ballot", blank(CARDS[1], open="00" * 32)),
    })
    hold({"the replacement": scenario("ballot", strike(CARDS[1], CARDS[4]), blank(CARDS[4])),
          "again and again": scenario("ballot", blank(CARDS[0]), blank(CARDS[0]))})


def test_openings_and_closes():
    same = CARDS[:1]
    refuse({
        "tree-differs size": scenario("electorate", lambda draft: draft.open(size=1)),
        "tree-differs root": scenario("electorate", lambda draft: draft.open(root="00" * 32)),
        "credentials-differ": scenario("electorate", lambda draft: draft.open(credentials=4)),
        "credential-repeated": scenario("electorate", lambda draft: draft.electorate(same)),
        "credential-repeated officer": scenario(
            "electorate", lambda draft: draft.electorate([REGISTRAR])),
        "eligibility-differs more": scenario(
            "electorate", lambda draft: draft.electorate(CARDS[4:5], eligibility="00" * 32)),
        "tree-differs close": scenario("ballot", lambda draft: draft.close(size=3)),
        "standing-differs number": scenario("ballot", lambda draft: draft.close(standing=2)),
        "standing-differs indexes": scenario(
            "ballot", lambda draft: draft.close(indexes="00" * 32)),
    })
    rules = {"manifest_": {"eligibility": "11" * 32}, "cards": 1}
    refuse({"eligibility-differs other": scenario(
        "electorate", lambda draft: draft.electorate(CARDS[4:5], eligibility="00" * 32), **rules)})
    hold({"eligibility": scenario("electorate", **rules)})


def test_electorates():
    def keys(data, credentials):
        draft = Draft(forge.manifest_of())
        draft.add("electorate", {"credentials": credentials, "keys": draft.attach(data),
                                 "registrar": REGISTRAR.text, "roll": "00" * 32}, [REGISTRAR])
        return draft.files()
    first, second_ = sorted([CARDS[0].public, CARDS[1].public])
    none = NO_KEYS["not on the curve"]
    refuse({
        "attachment-wrong descending": keys(second_ + first, 2),
        "attachment-wrong twice": keys(first + first, 2),
        "malformed too many": keys(first + second_, 1),
        "malformed odd": keys(first + b"x", 1),
        "credential-repeated before a key that is none": keys(
            b"".join(sorted([none, REGISTRAR.public])), 2),
        "attachment-wrong before an officer's": keys(
            b"".join(sorted([none, REGISTRAR.public], reverse=True)), 2),
    })


def test_paper_draw_and_result():
    def paper(choices_, **changes):
        return lambda draft: draft.paper(choices_, **changes)

    def attached(data, number=1):
        return lambda draft: draft.paper([{"blank": True}] * number, ballots=draft.attach(data))
    secret, other = b"\x40" * 32, b"\x41" * 32
    twice = {"cards": 4}
    refuse({
        "paper-differs": scenario("close", paper([{"blank": True}] * 2)),
        "attachment-wrong choice": scenario("close", paper([{"approve": ["z"]}])),
        "attachment-wrong number": scenario("close", attached(b'[{"blank":true},{"blank":true}]')),
        "attachment-wrong spelling": scenario("close", attached(b'[{"blank": true}]')),
        "attachment-wrong no array": scenario("close", attached(b'{"blank":true}')),
        "malformed null": scenario("close", paper([{"blank": True}], ballots=None)),
        "malformed no null": scenario("close", paper([], ballots=forge.attachment_of(b"[]"))),
        "not-listed scrutineer": scenario("close", paper(
            [], scrutineers=sorted([forge.SCRUTINEER.text, STRANGER.text],
                                   key=lambda each: base64.b64decode(each)))),
        "commitment-differs": scenario("paper", lambda draft: draft.draw(forge.DRAWER, other)),
        "not-listed drawer": scenario("paper", lambda draft: draft.draw(STRANGER, secret)),
        "not-now drawn twice": scenario("draw", lambda draft: draft.draw(forge.DRAWER, other)),
        "draw-incomplete": scenario("draw", lambda draft: draft.result(b"{}")),
        "outcome-differs": scenario("second draw", lambda draft: draft.result(b"{}")),
    })
    hold({"no paper ballot": scenario("close", paper([])), "all": scenario("result")})
    two = [{"approve": ["c"]}, {"blank": True}]
    answers = agree({
        "ascending": scenario("ballot", strike(CARDS[1]), strike(CARDS[2]), Draft.close, paper(two),
                              **twice),
        "equal": scenario("ballot", strike(CARDS[1]), strike(CARDS[2]), Draft.close,
                          paper(two[:1] * 2), **twice),
        "descending": scenario("ballot", strike(CARDS[1]), strike(CARDS[2]), Draft.close,
                               paper(two[::-1]), **twice)})
    assert answers["descending"][0] == "attachment-wrong" and isinstance(answers["equal"], str)


def test_paper_that_there_is_not():
    def draft():
        made_ = Draft(forge.manifest_of(scrutineers={"keys": [forge.SCRUTINEER.text], "paper": False}))
        made_.electorate(CARDS[:2])
        made_.open()
        return made_
    struck, keyed, lost = draft(), draft(), draft()
    struck.revocation(CARDS[0])
    keyed.close()
    keyed.paper([])
    lost.revocation(CARDS[0], CARDS[3])
    refuse({"no-paper struck": struck.files(), "no-paper keyed": keyed.files()})
    hold({"lost": lost.files()})
