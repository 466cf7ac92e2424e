"""Bytes and their one spelling: hex, base64, canonical JSON, and the types of its values."""

import base64
import datetime
import hashlib
import json
import re

from . import ed25519

INTEGER_MAX = 2**53 - 1
DEPTH_MAX = 32
ATTACHMENT_MAX = 67108864


class Wrong(Exception):
    """Something is not as docs/board.md says."""


def need(condition, what):
    if not condition:
        raise Wrong(what)


def sha256(data):
    return hashlib.sha256(data).digest()


# --- hex and base64 ---


def read_hex(text, length):
    need(re.fullmatch("[0-9a-f]{%d}" % (2 * length), text), f"{text!r} is not {length} bytes in hex")
    return bytes.fromhex(text)


def read_base64(text, length=None):
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        raise Wrong(f"{text!r} is not base64") from None
    need(base64.b64encode(data).decode() == text, f"{text!r} is not the spelling of its bytes")
    need(length is None or len(data) == length, f"{text!r} is not {length} bytes")
    return data


# --- canonical JSON ---

ESCAPED = re.compile('["\\\\\x00-\x1f]')
ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}


def escape(found):
    return ESCAPES.get(found[0]) or f"\\u{ord(found[0]):04x}"


def write_string(text):
    need("\0" not in text, "U+0000 is in no string")
    return '"' + ESCAPED.sub(escape, text) + '"'


def write_text(value, depth):
    if value is None or isinstance(value, bool):
        return {None: "null", False: "false", True: "true"}[value]
    if isinstance(value, int):
        need(abs(value) <= INTEGER_MAX, f"{value} is too large")
        return str(value)
    if isinstance(value, str):
        return write_string(value)
    need(isinstance(value, (list, dict)), f"{value!r} has no spelling")
    need(depth < DEPTH_MAX, "too many objects and arrays inside each other")
    if isinstance(value, list):
        return "[" + ",".join(write_text(each, depth + 1) for each in value) + "]"
    need(all(name.isascii() for name in value), "a name that is not ASCII")
    return "{" + ",".join(
        write_string(name) + ":" + write_text(value[name], depth + 1) for name in sorted(value)) + "}"


def write_json(value):
    try:
        return write_text(value, 0).encode()
    except UnicodeEncodeError:
        raise Wrong("a surrogate is in no string") from None


def no_number(text):
    raise Wrong(f"{text} is not a whole number")


def unique(pairs):
    need(len(dict(pairs)) == len(pairs), "a name stands twice")
    return dict(pairs)


def read_json(data):
    """The value of these bytes, which must be what it is written as."""
    try:
        value = json.loads(data.decode(), object_pairs_hook=unique, parse_float=no_number,
                           parse_constant=no_number)
    except (ValueError, RecursionError) as error:
        raise Wrong(f"this is not JSON: {error}") from None
    need(write_json(value) == data, "this is not the canonical spelling")
    return value


# --- types: each takes a value and gives what it means ---


def members(value, required, optional=""):
    """Holds an object to the names of its members."""
    need(isinstance(value, dict), f"{value!r} is not an object")
    required, optional = required.split(), optional.split()
    need(set(required) <= set(value), f"of {required} not all are there")
    need(set(value) <= {*required, *optional}, f"{list(value)} are not all among {required}")
    return value


def array(value, least=0, most=None):
    need(isinstance(value, list), f"{value!r} is not an array")
    need(len(value) >= least and (most is None or len(value) <= most), f"{len(value)} elements")
    return value


def whole(value, least, most):
    need(isinstance(value, int) and not isinstance(value, bool), f"{value!r} is not a whole number")
    need(least <= value <= most, f"{value} is out of bounds")
    return value


def count(value, least=0, most=INTEGER_MAX):
    return whole(value, least, most)


def string(value):
    need(isinstance(value, str), f"{value!r} is not a string")
    return value


def boolean(value):
    need(isinstance(value, bool), f"{value!r} is not true or false")
    return value


def word(value, words):
    need(string(value) in words, f"{value!r} is not one of {words}")
    return value


def digest(value):
    return read_hex(string(value), 32)


def named_key(value):
    return read_base64(string(value), 32)


def key(value):
    found = named_key(value)
    need(ed25519.admitted(found), f"{value!r} is not a key")
    return found


def identifier(value):
    need(re.fullmatch("[A-Za-z0-9._/-]{1,64}", string(value)), f"{value!r} is not an id")
    return value


def path(value):
    need(re.fullmatch("[A-Za-z0-9._/-]{1,255}", string(value)), f"{value!r} is not a path")
    need(not {"", ".", ".."} & set(value.split("/")), f"{value!r} leads elsewhere")
    return value


def text(value):
    need(string(value) != "", "a text is empty")
    return value


def texts(value):
    need(isinstance(value, dict) and value, f"{value!r} is not texts by language")
    for language in value:
        need(re.fullmatch("[a-z]{2}", language), f"{language!r} is not a language")
        text(value[language])
    return value


def time(value):
    """Seconds since 1970."""
    need(re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", string(value)),
         f"{value!r} is not a time")
    try:
        moment = datetime.datetime.strptime(value, "%Y-%m-%dT%H:%M:%SZ")
    except ValueError:
        raise Wrong(f"{value!r} is not a time that exists") from None
    need(moment.year >= 1970, f"{value!r} is before 1970")
    return int(moment.replace(tzinfo=datetime.timezone.utc).timestamp())


class Attachment:
    def __init__(self, value, others=""):
        members(value, "digest length " + others)
        self.digest = digest(value["digest"])
        self.length = count(value["length"], 1, ATTACHMENT_MAX)


def ascending(values):
    """Strictly."""
    need(all(before < after for before, after in zip(values, values[1:])), "they are not in order")
    return values
