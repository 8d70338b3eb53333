"""Hashes of text that never change: FarmHash's Fingerprint64, SipHash-2-4, and TensorFlow's oldest.

Layers like `Hashing` save no table: which bin a word falls into has to be TensorFlow's own. The
first is `farmhashna::Hash64` of FarmHash (Pike, 2014), the second that of Aumasson and Bernstein
(2012), the third MurmurHash64A (Appleby) with TensorFlow's seed.
"""

from __future__ import annotations

# The words of these algorithms wrap around at 64 bits; Python's integers grow instead.
WORD = 2**64 - 1
# FarmHash's own: primes between 2**63 and 2**64.
K0, K1, K2 = 0xC3A5C85C97CB3127, 0xB492B66FBE98F273, 0x9AE16A3B2F90404F
MURMUR, MURMUR_SEED = 0xC6A4A7935BD1E995, 0xDECAFCAFFE


def fingerprint64(text: bytes) -> int:
    """FarmHash's Fingerprint64 of bytes.

    >>> fingerprint64(b"a") % 3
    0
    """
    size = len(text)
    if size <= 16:
        return _to_16(text, size)
    if size <= 32:
        return _to_32(text, size)
    return _to_64(text, size) if size <= 64 else _longer(text, size)


def concatenated(first: int, second: int) -> int:
    """The fingerprint of two fingerprints, one after the other (`FingerprintCat64`)."""
    made = first ^ MURMUR
    made ^= _mixed(second * MURMUR & WORD) * MURMUR & WORD
    made = made * MURMUR & WORD
    return _mixed(_mixed(made) * MURMUR & WORD)


def siphash(text: bytes, key: tuple[int, int]) -> int:
    """SipHash-2-4 of bytes with a key of two words.

    >>> hex(siphash(bytes(range(15)), (0x0706050403020100, 0x0F0E0D0C0B0A0908)))
    '0xa129ca6149be45e5'
    """
    first, second = key
    # SipHash's own words: `somepseudorandomlygeneratedbytes` in ASCII.
    state = [
        first ^ 0x736F6D6570736575,
        second ^ 0x646F72616E646F6D,
        first ^ 0x6C7967656E657261,
        second ^ 0x7465646279746573,
    ]
    # By SipHash's definition the last byte of the last word is the length.
    padded = text + bytes(-(len(text) + 1) % 8) + bytes([len(text) % 256])
    for place in range(0, len(padded), 8):
        word = _word(padded, place)
        state[3] ^= word
        _sip_rounds(state, 2)
        state[0] ^= word
    state[2] ^= 0xFF
    _sip_rounds(state, 4)
    return state[0] ^ state[1] ^ state[2] ^ state[3]


def murmur(text: bytes) -> int:
    """TensorFlow's `Hash64`: MurmurHash64A with its seed."""
    made = MURMUR_SEED ^ (len(text) * MURMUR & WORD)
    whole = len(text) // 8 * 8
    for place in range(0, whole, 8):
        word = _word(text, place) * MURMUR & WORD
        made = (made ^ ((word ^ word >> 47) * MURMUR & WORD)) * MURMUR & WORD
    if whole < len(text):
        made = (made ^ int.from_bytes(text[whole:], "little")) * MURMUR & WORD
    made = _mixed(made) * MURMUR & WORD
    return _mixed(made)


def _sip_rounds(v: list[int], count: int) -> None:
    for _ in range(count):
        v[0] = v[0] + v[1] & WORD
        v[1] = _left(v[1], 13) ^ v[0]
        v[0] = _left(v[0], 32)
        v[2] = v[2] + v[3] & WORD
        v[3] = _left(v[3], 16) ^ v[2]
        v[0] = v[0] + v[3] & WORD
        v[3] = _left(v[3], 21) ^ v[0]
        v[2] = v[2] + v[1] & WORD
        v[1] = _left(v[1], 17) ^ v[2]
        v[2] = _left(v[2], 32)


def _to_16(text: bytes, size: int) -> int:
    multiplier = K2 + size * 2
    if size >= 8:
        # The first eight bytes and the last, which overlap where there are fewer than 16.
        a, b = _word(text, 0) + K2 & WORD, _word(text, size - 8)
        c = _right(b, 37) * multiplier + a & WORD
        d = (_right(a, 25) + b) * multiplier & WORD
        return _pair(c, d, multiplier)
    if size >= 4:
        return _pair(size + (_half(text, 0) << 3), _half(text, size - 4), multiplier)
    if size:
        y = text[0] + (text[size >> 1] << 8)
        z = size + (text[size - 1] << 2)
        return _mixed((y * K2 ^ z * K0) & WORD) * K2 & WORD
    return K2


def _to_32(text: bytes, size: int) -> int:
    multiplier = K2 + size * 2
    a, b = _word(text, 0) * K1 & WORD, _word(text, 8)
    c, d = _word(text, size - 8) * multiplier & WORD, _word(text, size - 16) * K2 & WORD
    first = _right(a + b & WORD, 43) + _right(c, 30) + d & WORD
    return _pair(first, a + _right(b + K2 & WORD, 18) + c & WORD, multiplier)


def _to_64(text: bytes, size: int) -> int:
    multiplier = K2 + size * 2
    a, b = _word(text, 0) * K2 & WORD, _word(text, 8)
    c, d = _word(text, size - 8) * multiplier & WORD, _word(text, size - 16) * K2 & WORD
    y = _right(a + b & WORD, 43) + _right(c, 30) + d & WORD
    z = _pair(y, a + _right(b + K2 & WORD, 18) + c & WORD, multiplier)
    e, f = _word(text, 16) * multiplier & WORD, _word(text, 24)
    g = (y + _word(text, size - 32)) * multiplier & WORD
    h = (z + _word(text, size - 24)) * multiplier & WORD
    first = _right(e + f & WORD, 43) + _right(g, 30) + h & WORD
    return _pair(first, e + _right(f + a & WORD, 18) + g & WORD, multiplier)


def _longer(text: bytes, size: int) -> int:
    x = 81
    y = x * K1 + 113 & WORD
    z = _mixed(y * K2 + 113 & WORD) * K2 & WORD
    v, w = (0, 0), (0, 0)
    x = x * K2 + _word(text, 0) & WORD
    # Of a multiple of 64 the last block stays for the end as well: that is mixed in another way.
    end = (size - 1) // 64 * 64
    for place in range(0, end, 64):
        x, y, z, v, w = _block(text, place, x, y, z, v, w, K1, 1)
    multiplier = K1 + ((z & 0xFF) << 1) & WORD
    w = (w[0] + (size - 1 & 63) & WORD, w[1])
    v = (v[0] + w[0] & WORD, v[1])
    w = (w[0] + v[0] & WORD, w[1])
    # It reaches back over bytes that were read before, so that it is a whole block.
    x, y, z, v, w = _block(text, size - 64, x, y, z, v, w, multiplier, 9)
    first = _pair(v[0], w[0], multiplier) + _mixed(y) * K0 + z & WORD
    return _pair(first, _pair(v[1], w[1], multiplier) + x & WORD, multiplier)


Pair = tuple[int, int]


def _block(
    text: bytes, place: int, x: int, y: int, z: int, v: Pair, w: Pair, by: int, weight: int
) -> tuple[int, int, int, Pair, Pair]:
    """64 bytes: most of them, and the last, which has another multiplier and weight."""
    x = _right(x + y + v[0] + _word(text, place + 8) & WORD, 37) * by & WORD
    y = _right(y + v[1] + _word(text, place + 48) & WORD, 42) * by & WORD
    x ^= w[1] * weight & WORD
    y = y + v[0] * weight + _word(text, place + 40) & WORD
    z = _right(z + w[0] & WORD, 33) * by & WORD
    v = _weak(text, place, v[1] * by & WORD, x + w[0] & WORD)
    w = _weak(text, place + 32, z + w[1] & WORD, y + _word(text, place + 16) & WORD)
    return z, y, x, v, w


def _weak(text: bytes, place: int, a: int, b: int) -> Pair:
    w, x, y, z = (_word(text, place + 8 * number) for number in range(4))
    a = a + w & WORD
    b = _right(b + a + z & WORD, 21)
    c = a
    a = a + x + y & WORD
    b = b + _right(a, 44) & WORD
    return a + z & WORD, b + c & WORD


def _pair(u: int, v: int, multiplier: int) -> int:
    a = (u ^ v) * multiplier & WORD
    a ^= a >> 47
    b = (v ^ a) * multiplier & WORD
    b ^= b >> 47
    return b * multiplier & WORD


def _mixed(value: int) -> int:
    return value ^ value >> 47


def _word(text: bytes, place: int) -> int:
    return int.from_bytes(text[place : place + 8], "little")


def _half(text: bytes, place: int) -> int:
    return int.from_bytes(text[place : place + 4], "little")


def _right(value: int, bits: int) -> int:
    return (value >> bits | value << 64 - bits) & WORD


def _left(value: int, bits: int) -> int:
    return _right(value, 64 - bits)
