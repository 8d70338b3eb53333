"""Philox 4x32-10 on numbers that only a program knows: the state of a generator, a seed."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np

from onefit.scripts.tensorflow.data.seeds import Seeds

Array = Any

ROUNDS = 10
# Of 64 bits, in which the product of two words of 32 is whole.
MULTIPLIERS = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
STEPS = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
MASK, HALF = np.uint64(2**32 - 1), np.uint64(32)


def philox(seeds: Seeds, low: Array) -> Array:
    """The words of the counters with these lower halves.

    Args:
        seeds: The key, and the upper half of the counters; uint64, or integers of Python's.
        low: uint64.

    Returns:
        uint32 of shape `(len(low), 4)`.
    """
    key, upper = (_unsigned(one) for one in seeds)
    words = [low & MASK, low >> HALF, upper & MASK, upper >> HALF]
    keys = [key & MASK, key >> HALF]
    for _ in range(ROUNDS):
        one, two = words[0] * MULTIPLIERS[0], words[2] * MULTIPLIERS[1]
        words = [
            (two >> HALF) ^ words[1] ^ keys[0],
            two & MASK,
            (one >> HALF) ^ words[3] ^ keys[1],
            one & MASK,
        ]
        keys = [(old + step) & MASK for old, step in zip(keys, STEPS)]
    return jnp.stack([word.astype("uint32") for word in jnp.broadcast_arrays(*words)], axis=-1)


def scrambled(first: Array, second: Array) -> Seeds:
    """The seeds with which a stateless operation begins; see `data/seeds.py`."""
    counter = _unsigned(first).reshape(1)
    words = philox(Seeds(0x02461E29 << 32 | 0x3EC8F720, _unsigned(second)), counter)[0]
    return Seeds(*whole(words))


def whole(words: Array) -> list[Array]:
    """Numbers of 64 bits of words of 32, the lower ones first."""
    wide = words.astype("uint64")
    return list(wide[0::2] | wide[1::2] << HALF)


def halves(numbers: list[Array]) -> Array:
    """The words of 32 bits of numbers of 64."""
    wide = jnp.stack(numbers)
    return jnp.stack([wide & MASK, wide >> HALF], axis=-1).reshape(-1).astype("uint32")


def _unsigned(value: Any) -> Array:
    """64 bits without a sign; those of a negative number are kept."""
    if isinstance(value, int):
        return jnp.asarray(np.uint64(value % 2**64))
    return value if value.dtype == "uint64" else value.astype("int64").astype("uint64")
