"""Spellings and signatures: envelopes, canonical JSON, keys."""

import copy
import json
import re

from second import ed25519, spelling

from . import forge
from .both import WHOLE, WORKED, agree, hold, refuse
from .forge import CARDS, REGISTRAR, STRANGER, Draft, Opened


def test_envelopes():
    board = WORKED
    lines = board.lines()
    line, opened = lines[3], Opened(lines[3])
    kind, payload = opened.kind, opened.bytes
    card, = opened.signers
    own = (card.id, card.sign(forge.signed(kind, payload)))
    other = (STRANGER.id, STRANGER.sign(forge.signed(kind, payload)))
    numbered = [(bytes([number]) * 32, own[1]) for number in range(9)]
    spare = re.sub(rb'(.)=="}\]', lambda found: bytes([found[1][0] + 1]) + b'=="}]', line)
    swapped = json.loads(line)
    reordered = json.dumps({name: swapped[name] for name in sorted(swapped, reverse=True)},
                           separators=(",", ":")).encode()
    variants = {
        "malformed reordered": reordered,
        "malformed blank": line.replace(b'":"', b'": "', 1),
        "malformed at the end": line + b" ",
        "malformed spare bits": spare,
        "malformed unpadded": line.replace(b'=="}]', b'"}]'),
        "malformed capitals": line.replace(own[0].hex().encode(), own[0].hex().upper().encode()),
        "malformed another version": line.replace(b".v1+json", b".v2+json"),
        "malformed another kind": line.replace(b"beffroi.ballot", b"beffroi.shuffle"),
        "malformed unsigned": forge.envelope(kind, payload, []),
        "malformed nine": forge.envelope(kind, payload, numbered),
        "malformed unsorted": forge.envelope(kind, payload, [own, other]).replace(
            min(own, other)[0].hex().encode(), b"f" * 64),
        "malformed twice": forge.envelope(kind, payload, [own, own]),
        "malformed empty payload": forge.line_of(kind, b"", [card]),
        "wrong-signer too many": forge.envelope(kind, payload, [own, other]),
        "wrong-signer eight": forge.envelope(kind, payload, numbered[:8]),
        "wrong-signer another": forge.envelope(kind, payload, [other]),
        "wrong-signer in its name": forge.envelope(kind, payload, [(own[0], other[1])]),
        "wrong-signer by another keyid": forge.envelope(kind, payload, [(other[0], own[1])]),
        "wrong-signer another type": forge.envelope(
            kind, payload, [(own[0], card.sign(forge.signed("note", payload)))]),
    }
    refuse({name: board.with_lines(lines[:3] + [each]) for name, each in variants.items()})


def test_canonical_json():
    board = WHOLE
    lines = board.lines()
    opened = Opened(lines[17])

    def of(text):
        return opened.bytes.replace(b'"No appeal was made."', text)
    texts = {
        "same": of(b'"No appeal was made."'), "escapes": of(rb'"\u0001\b\t\n\f\r\"\\"'),
        "delete": of(b'"\x7f/"'), "astral": of("\"\U0001f600\u00e9\"".encode()),
        "escaped slash": of(rb'"\/"'), "escaped letter": of(rb'"\u0061"'),
        "escaped capitals": of(rb'"\u001F"'), "long escape": of(rb'"\u0009"'),
        "U+0000": of(rb'"\u0000"'), "raw control": of(b'"\t"'), "surrogate": of(rb'"\ud800"'),
        "encoded surrogate": of(b'"\xed\xa0\x80"'), "not UTF-8": of(b'"\xff"'),
        "overlong": of(b'"\xc0\xaf"'), "empty": of(b'""'), "number": of(b"1"), "null": of(b"null"),
        "byte order mark": b"\xef\xbb\xbf" + opened.bytes, "blank": opened.bytes + b" ",
        "leading blank": b" " + opened.bytes, "two values": opened.bytes * 2,
        "blank inside": opened.bytes.replace(b":", b": ", 1), "not an object": b"[]",
        "unsorted": b'{"text":{"en":"x"},' + opened.bytes[1:].replace(
            b',"text":{"en":"No appeal was made."}', b""),
        "twice": opened.bytes.replace(b'"en":', b'"en":"x","en":'),
        "a name that is not ASCII": opened.bytes.replace(b'"en"', '"\u00e9"'.encode()),
        "deep": of(b"[" * 30 + b"]" * 30), "too deep": of(b"[" * 31 + b"]" * 31),
        "very deep": of(b"[" * 9000 + b"]" * 9000),
    }
    paper = Opened(lines[13])
    numbers = (b"-0", b"1.0", b"1e0", b"01", b"9007199254740991", b"9007199254740992", b"-1",
               b"1" + b"0" * 400, b"true", b"NaN")
    texts = {f"text {name}": opened.again(text) for name, text in texts.items()}
    for number in numbers:
        name = "number " + number.decode()[:20]
        texts[name] = paper.again(
            paper.bytes.replace(b'"attendance":1', b'"attendance":' + number))
    agree({name: board.with_lines(lines[:13 if name.startswith("number") else 17] + [line])
           for name, line in texts.items()})


# --- signatures ---

ORDER_2 = (0, ed25519.P - 1, 1, 0)


def mixed_key(seed):
    """A key whose point is not of prime order: its own plus the point of order two."""
    key = forge.Key(seed)
    point = ed25519.add(ed25519.times(key.scalar, ed25519.BASE), ORDER_2)
    key.public = ed25519.encode(point)
    key.id, key.text = spelling.sha256(key.public), forge.text_of(key.public)
    return key


NO_KEYS = {
    "neutral": bytes([1]) + bytes(31), "order two": (ed25519.P - 1).to_bytes(32, "little"),
    "order four": bytes(32), "order eight": bytes.fromhex(
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
    "y = p + 1": (ed25519.P + 1).to_bytes(32, "little"),
    "minus zero": bytes([1]) + bytes(30) + bytes([128]),
    "not on the curve": bytes([2]) + bytes(31), "mixed order": mixed_key(bytes(32)).public,
}


def test_keys_that_are_none():
    def electorate(public):
        draft = Draft(forge.manifest_of())
        keys = draft.attach(b"".join(sorted([CARDS[0].public, public])))
        draft.add("electorate", {"credentials": 2, "keys": keys, "registrar": REGISTRAR.text,
                                 "roll": "00" * 32}, [REGISTRAR])
        return draft.files()

    def mediator(public):
        return Draft(forge.manifest_of(mediators=[forge.text_of(public)])).files()

    def replacement(public):
        draft = Draft(forge.manifest_of(scrutineers=forge.with_paper()))
        draft.electorate(CARDS[:1])
        draft.open()
        key = copy.copy(STRANGER)
        key.text = forge.text_of(public)
        draft.revocation(CARDS[0], key)
        return draft.files()
    refuse({f"attachment-wrong {name}": electorate(public) for name, public in NO_KEYS.items()})
    refuse({f"malformed {name} {where.__name__}": where(public) for name, public in NO_KEYS.items()
            for where in (mediator, replacement)})


def test_signatures_that_do_not_hold():
    draft = Draft(forge.manifest_of())
    draft.electorate(CARDS[:1])
    draft.open()
    card, payload = CARDS[0], spelling.write_json(
        {"choice": {"blank": True}, "credential": CARDS[0].text, "open": draft.opening,
         "replaces": None})
    message = forge.signed("ballot", payload)
    right = card.sign(message)
    scalar = int.from_bytes(right[32:], "little")
    neutral = bytes([1]) + bytes(31)
    k = int.from_bytes(spelling.hashlib.sha512(neutral + card.public + message).digest(), "little")
    variants = {
        "wrong-signer S + L": right[:32] + (scalar + ed25519.L).to_bytes(32, "little"),
        "wrong-signer R neutral": neutral + (k * card.scalar % ed25519.L).to_bytes(32, "little"),
        "wrong-signer R plus order two": ed25519.encode(
            ed25519.add(ed25519.decode(right[:32]), ORDER_2)) + right[32:],
        "wrong-signer zero": bytes(64),
        "wrong-signer S = L": right[:32] + ed25519.L.to_bytes(32, "little"),
    }
    files_ = draft.files()
    lines = files_.lines()
    hold({"right": files_.with_lines(lines + [forge.envelope("ballot", payload, [(card.id, right)])])})
    refuse({name: files_.with_lines(lines + [forge.envelope("ballot", payload, [(card.id, each)])])
            for name, each in variants.items()})


def test_signatures_by_keys_that_are_in_no_electorate():
    draft = Draft(forge.manifest_of())
    draft.open()
    boards = {}
    nobody = copy.copy(STRANGER)  # k·A vanishes for points of small order, or one time in eight
    nobody.scalar = 0
    for name, public in NO_KEYS.items():
        key = mixed_key(bytes(32)) if name == "mixed order" else nobody
        payload = spelling.write_json(
            {"choice": {"blank": True}, "credential": forge.text_of(public), "open": draft.opening,
             "replaces": None})
        message = forge.signed("ballot", payload)
        for nonce in range(1, 7):
            signature = key.sign_with(message, nonce, public)
            line = forge.envelope("ballot", payload, [(spelling.sha256(public), signature)])
            boards[f"{name} {nonce}"] = draft.files().with_lines(draft.lines + [line])
            if "order" not in name:
                break
    answers = agree(boards)
    mixed = {answer[0] for name, answer in answers.items() if name.startswith("mixed")}
    assert mixed == {"wrong-signer", "unknown-credential"}, answers
