"""The seeds and random numbers of `tf.data`: TensorFlow's numbers for TensorFlow's seeds.

The generator is Philox 4x32-10 (Salmon et al., *Parallel Random Numbers: As Easy as 1, 2, 3*,
SC 2011). Its key is the first seed; the upper half of its counter is the second.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from onefit.scripts.tensorflow.mode import here

DEFAULT = 87654321  # the global seed of an operation that has a seed while there is no global one
LARGEST = 2**31 - 1
BLOCK = 16  # counters worked out at first where nobody knows how many will be asked for
CACHED = 8192  # counters worked out at once, at most; their words stay in the processor's cache

_global: list[tuple[int, random.Random]] = []


class Seeds(NamedTuple):
    """The two seeds of an operation."""

    first: int
    second: int


def set_global(seed: int | None) -> None:
    """Begin the seeds of operations without one of their own anew.

    Args:
        seed: The argument of `tf.random.set_seed`; `None` for no global seed.
    """
    # TensorFlow's eager context has Python's generator for the seeds of operations, too.
    _global[:] = [] if seed is None else [(int(seed), random.Random(int(seed)))]


def global_seed() -> int | None:
    """The global seed, if there is one."""
    return _global[0][0] if _global else None


def next_of_global() -> int | None:
    """The seed of the next operation that has none of its own; `None` without a global seed.

    In a `tf.function` TensorFlow counts such operations, in each trace from 0 on.
    """
    if not _global:
        return None
    if here.lifts:
        here.unseeded += 1
        return here.unseeded - 1
    return _global[0][1].randint(0, LARGEST)


def seeds_of(seed: int | None) -> Seeds:
    """The seeds of an operation that was given `seed=`.

    Args:
        seed: The operation's own seed, or `None`.

    Returns:
        Two numbers; drawn anew where neither the operation nor the script has a seed.

    >>> set_global(None)
    >>> seeds_of(7)
    Seeds(first=87654321, second=7)
    """
    own = next_of_global() if seed is None else int(seed)
    if own is None:
        # `secrets` leaves the states of the script's own generators as they are.
        return Seeds(secrets.randbits(63), secrets.randbits(63))
    first = _global[0][0] if _global else DEFAULT
    # TensorFlow's kernels take two zeros for "no seed" and would draw anew each time, so its Python
    # gives them another pair.
    return Seeds(0, LARGEST) if (first, own) == (0, 0) else Seeds(first, own)


def numbers(seeds: Seeds, start: int = 0) -> Iterator[int]:
    """Random numbers of 32 bits, one after the other, without end.

    Args:
        seeds: The seeds.
        start: The first counter, of four numbers each. Defaults to 0.

    >>> stream = numbers(Seeds(87654321, 3))
    >>> next(stream), next(stream)
    (3534849767, 279844183)
    """
    counter, block = start, BLOCK
    while True:
        yield from philox(seeds, counter, block).reshape(-1).tolist()
        counter, block = counter + block, min(2 * block, CACHED)


class Generator:
    """The same numbers, from a place that can be read and set.

    Args:
        seeds: The seeds.

    >>> generator = Generator(Seeds(87654321, 3))
    >>> first = next(generator)
    >>> generator.place, next(generator)
    (1, 279844183)
    >>> generator.place = 0
    >>> next(generator) == first
    True
    """

    def __init__(self, seeds: Seeds) -> None:
        """Begin with the first number."""
        self.seeds, self.place = seeds, 0

    def __next__(self) -> int:
        """The next number."""
        counter, word = divmod(self.place, 4)
        self.place += 1
        return int(philox(self.seeds, counter, 1)[0, word])

    def next_seeds(self) -> Seeds:
        """Two numbers as the seeds of another generator."""
        return Seeds(next(self), next(self))


def philox(seeds: Seeds, start: int | np.ndarray, count: int) -> np.ndarray:
    """Philox 4x32-10 of some counters.

    Args:
        seeds: The key, and the upper half of the counters.
        start: The lower half of the first counter, the others follow it; or uint64 of all of them.
        count: How many counters.

    Returns:
        uint64 of shape `(count, 4)`, each number of 32 bits.
    """
    made = np.empty((count, 4), np.uint64)
    for first in range(0, count, CACHED):
        some = min(CACHED, count - first)
        if isinstance(start, np.ndarray):
            low = start[first : first + some]
        else:
            low = np.arange(some, dtype=np.uint64) + np.uint64((start + first) % 2**64)
        _fill(made[first : first + some], low, seeds)
    return made


def _fill(made: np.ndarray, low: np.ndarray, seeds: Seeds) -> None:
    """The words of the counters with these lower halves; in place, as they are many."""
    (upper_low, upper_high), (key_low, key_high) = _words(seeds.second), _words(seeds.first)
    # Words of 32 bits in numbers of 64, in which the product of two is whole.
    words = [low & _MASK, low >> _HALF, np.full_like(low, upper_low), np.full_like(low, upper_high)]
    one, two = np.empty_like(low), np.empty_like(low)
    for _ in range(10):
        np.multiply(words[0], _MULTIPLIERS[0], out=one)
        np.multiply(words[2], _MULTIPLIERS[1], out=two)
        np.right_shift(two, _HALF, out=words[0])
        words[0] ^= words[1]
        words[0] ^= np.uint64(key_low)
        np.bitwise_and(two, _MASK, out=words[1])
        np.right_shift(one, _HALF, out=words[2])
        words[2] ^= words[3]
        words[2] ^= np.uint64(key_high)
        np.bitwise_and(one, _MASK, out=words[3])
        # The paper's Weyl sequence: the golden ratio, and the root of 3 less 1.
        key_low, key_high = (key_low + 0x9E3779B9) % 2**32, (key_high + 0xBB67AE85) % 2**32
    for place, word in enumerate(words):
        made[:, place] = word


def scrambled(first: int, second: int) -> Seeds:
    """The seeds with which a stateless operation of TensorFlow's begins for its `seed`.

    Returns:
        The key, and the upper half of the counter.
    """
    # As TensorFlow's `GenerateKey` does: a fixed key mixes seeds that differ in one bit only.
    mixed = philox_of((first, second), (0x3EC8F720, 0x02461E29))
    return Seeds(mixed[0] | mixed[1] << 32, mixed[2] | mixed[3] << 32)


def philox_of(counter: tuple[int, int], key: tuple[int, int]) -> list[int]:
    """Philox 4x32-10 of one counter, given as its two halves."""
    seeds = Seeds(key[0] | key[1] << 32, counter[1])
    return [int(word) for word in philox(seeds, counter[0] % 2**64, 1)[0]]


def _words(seed: int) -> tuple[int, int]:
    return seed % 2**32, (seed >> 32) % 2**32


_MASK, _HALF = np.uint64(2**32 - 1), np.uint64(32)
# Those of Philox 4x32 in the paper.
_MULTIPLIERS = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
