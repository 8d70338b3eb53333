"""`tf.random`: numbers from JAX's generator; a seed gives the same numbers again, not TensorFlow's.

As with TensorFlow from 2.16 on, `set_seed` is for the functions here. Keras's layers draw their
seeds from Python's `random`; `tf.keras.utils.set_random_seed` seeds everything.
"""

from __future__ import annotations

from typing import Any

import jax
import keras
from keras import ops

from onefit.scripts.tensorflow.data import seeds
from onefit.scripts.tensorflow.given import shape as _shape
from onefit.scripts.tensorflow.missing import names_of

Tensor = Any

_generators: dict[int | None, keras.random.SeedGenerator] = {}
_seeds: list[int] = []


def set_seed(seed: int | None) -> None:
    """Begin the numbers of this module, and the seeds of `tf.data`, anew.

    Args:
        seed: An integer; `None` to be as before the first seed.

    >>> set_seed(1)
    >>> first = normal((2,)).tolist()
    >>> set_seed(1)
    >>> first == normal((2,)).tolist()
    True
    """
    _seeds[:] = [] if seed is None else [int(seed)]
    _generators.clear()
    seeds.set_global(seed)


def normal(
    shape: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = "float32",
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Numbers of a normal distribution."""
    drawn = keras.random.normal(_shape(shape), dtype=dtype, seed=_generator(seed))
    return drawn * ops.cast(stddev, drawn.dtype) + ops.cast(mean, drawn.dtype)


def truncated_normal(
    shape: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = "float32",
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Numbers of a normal distribution, none further than two standard deviations away."""
    drawn = keras.random.truncated_normal(_shape(shape), dtype=dtype, seed=_generator(seed))
    return drawn * ops.cast(stddev, drawn.dtype) + ops.cast(mean, drawn.dtype)


def uniform(
    shape: Any,
    minval: Any = 0,
    maxval: Any = None,
    dtype: Any = "float32",
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Numbers of a uniform distribution, `maxval` excluded; integers need `maxval`."""
    if keras.backend.is_int_dtype(dtype):
        if maxval is None:
            raise ValueError(f"Expected `maxval` with an integer dtype. Received: dtype={dtype}.")
        return keras.random.randint(_shape(shape), minval, maxval, dtype, _generator(seed))
    drawn = keras.random.uniform(_shape(shape), dtype=dtype, seed=_generator(seed))
    low, high = (
        ops.cast(minval, drawn.dtype),
        ops.cast(1 if maxval is None else maxval, drawn.dtype),
    )
    return drawn * (high - low) + low


def shuffle(value: Any, seed: int | None = None, name: str | None = None) -> Tensor:
    """The slices along the first axis in random order."""
    return keras.random.shuffle(ops.convert_to_tensor(value), seed=_generator(seed))


def _generator(seed: Any) -> Any:
    """The source of one operation's seeds; Keras's own where none was set, or inside a program."""
    inside = isinstance(ops.ones(()), jax.core.Tracer)
    if inside or (seed is None and not _seeds) or isinstance(seed, keras.random.SeedGenerator):
        return seed
    if seed is None:
        seeds.next_of_global()  # as TensorFlow's own counts its operations
    if seed not in _generators:
        chosen = 87654321 if seed is None else int(seed)
        _generators[seed] = keras.random.SeedGenerator((sum(_seeds) * 2654435761 + chosen) % 2**31)
    return _generators[seed]


__getattr__ = names_of("tensorflow.random")
