"""Ed25519 by the one predicate of docs/board.md. Slow, and for public values only."""

import functools
import hashlib

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)

# Points are (X, Y, Z, T): x = X/Z, y = Y/Z, xy = T/Z.
NEUTRAL = (0, 1, 1, 0)


def add(a, b):
    """Complete: it holds for all points of the curve, equal ones and those of small order too."""
    e = (a[1] - a[0]) * (b[1] - b[0]) % P
    f = (a[1] + a[0]) * (b[1] + b[0]) % P
    g = 2 * D * a[3] * b[3] % P
    h = 2 * a[2] * b[2] % P
    difference, less, more, total = f - e, h - g, h + g, f + e
    return (difference * less % P, more * total % P, less * more % P, difference * total % P)


def negative(a):
    return (-a[0] % P, a[1], a[2], -a[3] % P)


def times(number, a):
    product = NEUTRAL
    for bit in bin(number)[2:]:
        product = add(product, product)
        if bit == "1":
            product = add(product, a)
    return product


def times_both(one, a, other, b):
    """one·a + other·b, doubling once for both."""
    summands = (None, a, b, add(a, b))
    product = NEUTRAL
    for bit in range(max(one.bit_length(), other.bit_length()) - 1, -1, -1):
        product = add(product, product)
        summand = summands[(one >> bit & 1) + 2 * (other >> bit & 1)]
        if summand is not None:
            product = add(product, summand)
    return product


def is_neutral(a):
    return a[0] % P == 0 and (a[1] - a[2]) % P == 0


def has_small_order(a):
    return is_neutral(times(8, a))


def encode(a):
    inverse = pow(a[2], -1, P)
    x, y = a[0] * inverse % P, a[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def decode(data):
    """The point, or None if the bytes are not the canonical encoding of one."""
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & (1 << 255) - 1
    if len(data) != 32 or y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P != 0:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P != 0 or (x == 0 and sign == 1):
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


BASE = decode((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


@functools.lru_cache(maxsize=None)
def admitted(key):
    """Whether the bytes are a public key: the canonical encoding of a point of prime order."""
    point = decode(key)
    return point is not None and not is_neutral(point) and is_neutral(times(L, point))


@functools.lru_cache(maxsize=None)
def holds(key, message, signature):
    encoded, scalar = signature[:32], int.from_bytes(signature[32:], "little")
    point = decode(key)
    if len(signature) != 64 or scalar >= L or point is None or has_small_order(point):
        return False
    k = int.from_bytes(hashlib.sha512(encoded + key + message).digest(), "little") % L
    found = times_both(scalar, BASE, k, negative(point))
    return encode(found) == encoded and not has_small_order(found)
