"""The operations of `tf.random` that are a function of their seed alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np
from keras import ops

from onefit.scripts.tensorflow.annotations import DTypeLike, Seed, ShapeLike, TensorLike
from onefit.scripts.tensorflow.data.leaves import array, tensor
from onefit.scripts.tensorflow.data.seeds import Seeds, scrambled
from onefit.scripts.tensorflow.operation import leaves, operations, unwrapped
from onefit.scripts.tensorflow.random import distributions, philox_in_program
from onefit.scripts.tensorflow.random.operations import between, demand_bell, lengths_of

Tensor = Any


def stateless_uniform(
    shape: ShapeLike,
    seed: Seed,
    minval: TensorLike = 0,
    maxval: TensorLike = None,
    dtype: DTypeLike = "float32",
    name: str | None = None,
    alg: Any = "auto_select",
) -> Tensor:
    """Numbers of a uniform distribution, `maxval` excluded.

    Args:
        shape: The shape of the result.
        seed: Two integers.
        minval: The least number. Defaults to `0`; `None` with `maxval=None` and an integer dtype
            draws from all integers of that dtype.
        maxval: The bound above. Defaults to `1` for floats; integers need it.
        dtype: The dtype of the result. Defaults to float32.
        name: Taken, and of no effect.
        alg: Only `"philox"` and what chooses it are there.

    >>> stateless_uniform((2,), seed=(1, 2), minval=0, maxval=10, dtype="int32").numpy().tolist()
    [0, 9]
    """
    lengths, (key, start), kind = lengths_of(shape), _state(seed, alg), np.dtype(dtype)
    count = int(np.prod(lengths, dtype=np.int64))
    if keras.backend.is_int_dtype(dtype):
        # `minval` is 0 by default: beside no `maxval` it says that the bound was forgotten.
        if (minval is None) != (maxval is None) or (maxval is None and minval == 0):
            raise ValueError(
                f"Expected `minval` and `maxval`, or neither, with an integer dtype. Received: "
                f"minval={minval}, maxval={maxval}."
            )
        if minval is None:
            made = distributions.full_integers(key, start, count, kind)
        else:
            made = distributions.integers(key, start, count, int(minval), int(maxval), kind)
        return tensor(made.reshape(lengths))
    made = distributions.uniform(key, start, count, kind)
    return between(tensor(made.reshape(lengths)), minval, 1 if maxval is None else maxval)


def _bell(name: str, distribution: Any, told: str) -> Callable[..., Tensor]:
    """A function that draws around a mean."""

    def function(
        shape: ShapeLike,
        seed: Seed,
        mean: TensorLike = 0.0,
        stddev: TensorLike = 1.0,
        dtype: DTypeLike = "float32",
        name: str | None = None,
        alg: Any = "auto_select",
    ) -> Tensor:
        return _floats(distribution, shape, seed, mean, stddev, dtype, alg)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = told
    return function


stateless_normal = _bell(
    "stateless_normal", distributions.normal, "Numbers of a normal distribution."
)
stateless_truncated_normal = _bell(
    "stateless_truncated_normal",
    distributions.truncated_normal,
    "Numbers of a normal distribution, none further than two standard deviations away.",
)


def stateless_categorical(
    logits: TensorLike,
    num_samples: Any,
    seed: Seed,
    dtype: DTypeLike = "int64",
    name: str | None = None,
) -> Tensor:
    """Numbers of classes for each row of `logits`, the logarithms of their probabilities."""
    key, start = _state(seed, "philox")
    kind = np.dtype(dtype)
    return tensor(distributions.classes(key, start, array(logits), int(num_samples), kind))


def stateless_shuffle(
    value: TensorLike, seed: Seed, alg: Any = "auto_select", name: str | None = None
) -> Tensor:
    """The slices along the first axis in random order."""
    values = array(value)
    return tensor(values[distributions.permutation(*_state(seed, alg), len(values))])


def split(seed: Any, num: int = 2, alg: Any = "auto_select") -> Tensor:
    """`num` new seeds of one."""
    pair = seed if isinstance(seed, jax.core.Tracer) else array(seed)
    return stateless_uniform((num, 2), pair, None, None, pair.dtype, alg=alg)


def fold_in(seed: Any, data: Any, alg: Any = "auto_select") -> Tensor:
    """A new seed of a seed and a number."""
    number = data if isinstance(data, jax.core.Tracer) else array(data)
    first = unwrapped(stateless_uniform((), seed, None, None, number.dtype, alg=alg))
    return tensor(jnp.stack([jnp.asarray(first, number.dtype), jnp.asarray(number)]))


def _floats(
    distribution: Any, shape: Any, seed: Any, mean: Any, stddev: Any, dtype: DTypeLike, alg: Any
) -> Tensor:
    demand_bell(dtype)
    lengths, (key, start) = lengths_of(shape), _state(seed, alg)
    count = int(np.prod(lengths, dtype=np.int64))
    made = tensor(distribution(key, start, count, np.dtype(dtype)).reshape(lengths))
    return made * ops.cast(stddev, made.dtype) + ops.cast(mean, made.dtype)


def _state(seed: Any, alg: Any) -> tuple[Seeds, Any]:
    """The key with the upper half of the counter, and the lower half."""
    # `tf.random.Algorithm` has numbers as well: 1 is Philox, 3 chooses.
    if str(getattr(alg, "name", alg)).lower() not in ("philox", "auto_select", "1", "3"):
        raise ValueError(f"Expected the algorithm 'philox'. Received: alg={alg!r}.")
    pair = unwrapped(seed)
    if any(isinstance(one, jax.core.Tracer) for one in leaves(pair)):
        return _of_program(pair), 0
    pair = np.asarray(array(seed))
    if pair.shape != (2,):
        raise ValueError(f"Expected `seed` of two integers. Received: seed={seed!r}.")
    return scrambled(int(pair[0]), int(pair[1])), 0


def _of_program(pair: Any) -> Seeds:
    """The same for a seed that only a program knows."""
    given = jnp.stack([jnp.asarray(one) for one in pair])
    if given.shape != (2,):
        raise ValueError(f"Expected `seed` of two integers. Received: shape={given.shape}.")
    return philox_in_program.scrambled(given[0], given[1])


operations(globals())
