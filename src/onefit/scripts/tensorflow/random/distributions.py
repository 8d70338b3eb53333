"""Numbers of a distribution, made of the words of Philox as TensorFlow makes them on a CPU.

Philox gives four words of 32 bits a counter. A float takes one of them, a double two; a normal
number takes as much and comes in pairs (Box and Muller); a truncated one draws again until it
fits, for which each group of four has 256 counters of its own. Logarithms, sines and roots are
rounded as a correct `logf`, `sinf` and `sqrtf` would round them.

Where seeds and counters are values of a program, so are the numbers (`philox_in_program.py`).
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import ml_dtypes
import numpy as np

from onefit.scripts.tensorflow.annotations import DTypeLike
from onefit.scripts.tensorflow.data.seeds import Seeds, philox
from onefit.scripts.tensorflow.random import philox_in_program

Array = Any

RESERVED = 256  # counters that TensorFlow keeps free for each number of an operation
BOUND = 2.0  # of a truncated normal number
SMALLEST = 1e-7  # of the number whose logarithm is taken
TRIES = 16
"""Counters of a group of truncated numbers in a program: 64 numbers, of which four have to fit."""

# The bits of the mantissa, the exponent of 1, and integers of the same width.
_MANTISSAS = {"float16": (10, 15, np.uint16), "bfloat16": (7, 127, np.uint16)}
_BFLOAT16 = np.dtype(ml_dtypes.bfloat16)


def words(seeds: Seeds, start: Any, count: int) -> Array:
    """So many words of 32 bits, four a counter.

    Args:
        seeds: The key and the upper half of the counter.
        start: The lower half of the first counter.
        count: How many words.

    Returns:
        uint32 of shape `(count,)`.
    """
    return _philox(seeds, start, -(-count // 4)).reshape(-1)[:count].astype(np.uint32)


def uniform(seeds: Seeds, start: Any, count: int, dtype: DTypeLike) -> Array:
    """Floats from 0 to before 1.

    >>> uniform(Seeds(1, 2), 0, 2, "float32").dtype
    dtype('float32')
    """
    dtype = np.dtype(dtype)
    if dtype == np.float64:
        return doubles(words(seeds, start, 2 * count))
    if dtype == np.float32:
        return _floats(words(seeds, start, count))
    bits, bias, whole = _MANTISSAS[dtype.name]
    mantissas = words(seeds, start, count).astype(whole) & whole(2**bits - 1)
    return (mantissas | whole(bias << bits)).view(dtype) - dtype.type(1)


def integers(seeds: Seeds, start: Any, count: int, low: int, high: int, dtype: DTypeLike) -> Array:
    """Integers from `low` to before `high`: the remainders of words, of two words for 64 bits.

    >>> integers(Seeds(1, 2), 0, 3, 5, 6, "int32")
    array([5, 5, 5], dtype=int32)
    """
    drawn = full_integers(seeds, start, count, dtype)
    unsigned = drawn.view(f"u{drawn.dtype.itemsize}")
    bits = 8 * drawn.dtype.itemsize
    # The remainder favours small numbers by a hair, as TensorFlow's does.
    remainders = unsigned % unsigned.dtype.type((high - low) % 2**bits)
    return (remainders + unsigned.dtype.type(low % 2**bits)).view(drawn.dtype)


def full_integers(seeds: Seeds, start: Any, count: int, dtype: DTypeLike) -> Array:
    """Integers from the whole range of their dtype."""
    dtype = np.dtype(dtype)
    if dtype.itemsize == 4:
        return words(seeds, start, count).view(dtype)
    return _pairs(words(seeds, start, 2 * count)).view(dtype)


def normal(seeds: Seeds, start: Any, count: int, dtype: DTypeLike) -> Array:
    """Numbers of the normal distribution with mean 0 and standard deviation 1."""
    dtype = np.dtype(dtype)
    if dtype == np.float64:
        return normals_64(words(seeds, start, 4 * -(-count // 2)))[:count]
    return _normals(words(seeds, start, 4 * -(-count // 4)))[:count].astype(dtype)


def truncated_normal(seeds: Seeds, start: Any, count: int, dtype: DTypeLike) -> Array:
    """Numbers of the normal distribution, none further than 2 from 0."""
    dtype = np.dtype(dtype)
    wide = dtype == np.float64
    size = 2 if wide else 4  # numbers of a group; a group has counters of its own
    groups = -(-count // size)
    if any(isinstance(one, jax.Array) for one in (*seeds, start)):
        return _truncated_in_program(seeds, start, groups, size)[:count].astype(dtype)
    made = np.empty((groups, size), np.float64 if wide else np.float32)
    left = np.arange(groups)
    tries = 2  # counters a group; most groups need no more
    while left.size:
        lows = (start + left * (size * RESERVED // 4))[:, None] + np.arange(tries)
        drawn = philox_at(seeds, lows.reshape(-1)).reshape(-1).astype(np.uint32)
        numbers = (normals_64 if wide else _normals)(drawn).reshape(len(left), -1)
        fits = np.abs(numbers) < BOUND
        done = fits.sum(axis=1) >= size
        # Stable, so that those that fit keep the order in which they were drawn.
        places = np.argsort(~fits[done], axis=1, kind="stable")[:, :size]
        made[left[done]] = np.take_along_axis(numbers[done], places, axis=1)
        left, tries = left[~done], 4 * tries
    return made.reshape(-1)[:count].astype(dtype)


def _truncated_in_program(seeds: Seeds, start: Any, groups: int, size: int) -> Array:
    """The same in a program, which looks at so many numbers that enough of them fit."""
    firsts = jnp.arange(groups, dtype="uint64") * (size * RESERVED // 4)
    lows = start + firsts[:, None] + jnp.arange(TRIES, dtype="uint64")
    drawn = philox_in_program.philox(seeds, lows.reshape(-1)).reshape(-1)
    numbers = (normals_64 if size == 2 else _normals)(drawn).reshape(groups, -1)
    places = jnp.argsort(jnp.abs(numbers) >= BOUND, axis=1, stable=True)[:, :size]
    return jnp.take_along_axis(numbers, places, axis=1).reshape(-1)


def permutation(seeds: Seeds, start: int, count: int) -> np.ndarray:
    """The places `0 ... count - 1` in random order: each is changed with one that is not before it.

    >>> sorted(permutation(Seeds(1, 2), 0, 4).tolist())
    [0, 1, 2, 3]
    """
    places = list(range(count))
    drawn = words(seeds, start, max(count - 1, 0)).tolist()
    for place, word in enumerate(drawn):
        other = place + word % (count - place)
        places[place], places[other] = places[other], places[place]
    return np.array(places, np.int64)


def classes(
    seeds: Seeds, start: int, logits: np.ndarray, samples: int, dtype: DTypeLike
) -> np.ndarray:
    """Numbers of classes, drawn with the exponentials of `logits` as weights.

    Args:
        seeds: The key and the upper half of the counter.
        start: The lower half of the first counter.
        logits: Floats of shape `(rows, classes)`.
        samples: How many for each row.
        dtype: int32 or int64.
    """
    rows = len(logits)
    # As one thread of TensorFlow's draws them. Many rows are cut among threads there, and what is
    # drawn depends on how many these are.
    drawn = doubles(words(seeds, start, 2 * rows * samples)).reshape(rows, samples)
    made = np.empty((rows, samples), dtype)
    for row, values in enumerate(logits):
        # As TensorFlow's kernel: what is not finite, +inf too, is never drawn.
        finite = np.isfinite(values)
        largest = float(values[finite].max()) if finite.any() else 0.0
        weights = np.where(finite, np.exp(np.asarray(values, np.float64) - largest), 0.0)
        total = np.cumsum(weights)
        made[row] = np.searchsorted(total, drawn[row] * total[-1], side="right")
    return made


def philox_at(seeds: Seeds, lows: np.ndarray) -> np.ndarray:
    """Philox of the counters with these lower halves, four words each."""
    return philox(seeds, np.asarray(lows, np.uint64), len(lows))


def _philox(seeds: Seeds, start: Any, count: int) -> Array:
    """Philox of so many counters; in a program if that knows them."""
    if any(isinstance(one, jax.Array) for one in (*seeds, start)):
        return philox_in_program.philox(seeds, start + jnp.arange(count, dtype="uint64"))
    return philox(seeds, start, count)


def _floats(drawn: Array) -> Array:
    """23 bits of a word behind the point."""
    return ((drawn & np.uint32(0x7FFFFF)) | np.uint32(127 << 23)).view(np.float32) - np.float32(1)


def doubles(drawn: Array) -> Array:
    """20 bits of one word and all of the next behind the point."""
    high, low = drawn[0::2].astype(np.uint64), drawn[1::2].astype(np.uint64)
    mantissas = ((high & np.uint64(0xFFFFF)) << np.uint64(32)) | low
    return (mantissas | np.uint64(1023 << 52)).view(np.float64) - 1.0


def _pairs(drawn: Array) -> Array:
    return drawn[0::2].astype(np.uint64) | drawn[1::2].astype(np.uint64) << np.uint64(32)


def _normals(drawn: Array) -> Array:
    """Two floats of two words, rounded to 32 bits after each step."""
    xp = _library(drawn)
    first, second = _floats(drawn[0::2]), _floats(drawn[1::2])
    first = xp.maximum(first, np.float32(SMALLEST)).astype(np.float64)
    length = xp.sqrt(np.float32(-2) * xp.log(first).astype(np.float32))
    # `2.0f * M_PI` is a double in C++: the angle is rounded once, at its end.
    angle = (2 * np.pi * second.astype(np.float64)).astype(np.float32).astype(np.float64)
    sine, cosine = xp.sin(angle).astype(np.float32), xp.cos(angle).astype(np.float32)
    return xp.stack([sine * length, cosine * length], axis=-1).reshape(-1)


def normals_64(drawn: Array) -> Array:
    """Two doubles of four words."""
    xp, numbers = _library(drawn), doubles(drawn)
    length = xp.sqrt(-2.0 * xp.log(xp.maximum(numbers[0::2], SMALLEST)))
    angle = 2 * np.pi * numbers[1::2]
    return xp.stack([xp.sin(angle) * length, xp.cos(angle) * length], axis=-1).reshape(-1)


def _library(drawn: Array) -> Any:
    """NumPy, or JAX's for the numbers of a program."""
    return jnp if isinstance(drawn, jax.Array) else np
