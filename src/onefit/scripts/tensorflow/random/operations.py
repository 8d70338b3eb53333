"""The operations of `tf.random` that remember where they are, as TensorFlow's kernels do.

An operation without `seed=` takes a new seed from the global one each time. With `seed=` it goes on
where the last call with the same seed and dtype ended. Inside of a program the numbers are those of
Keras's generator on JAX: a program draws anew at each run, which no kernel of TensorFlow's does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import keras
import numpy as np
from keras import ops
from keras.src.backend.common.symbolic_scope import in_symbolic_scope

from onefit.scripts.layer_seeds import begin_anew, seed_or_own
from onefit.scripts.tensorflow.annotations import DTypeLike, ShapeLike, TensorLike
from onefit.scripts.tensorflow.data import seeds as _seeds
from onefit.scripts.tensorflow.data.leaves import array, tensor
from onefit.scripts.tensorflow.data.seeds import Seeds
from onefit.scripts.tensorflow.dtype import as_dtype
from onefit.scripts.tensorflow.given import shape as _shape
from onefit.scripts.tensorflow.mode import here, refuse_draws
from onefit.scripts.tensorflow.operation import operations
from onefit.scripts.tensorflow.random import distributions
from onefit.scripts.tensorflow.refusals import demand

Tensor = Any
Draw = Callable[[Seeds, int], np.ndarray]

_next: dict[tuple[str, Seeds, str], int] = {}
"""The next counter of each operation with a seed of its own."""


def set_seed(seed: int | None) -> None:
    """Begin the numbers of operations, and the seeds of `tf.data`, anew.

    Args:
        seed: An integer; `None` to be as before the first seed.

    >>> set_seed(1)
    >>> first = normal((2,)).numpy().tolist()
    >>> set_seed(1)
    >>> first == normal((2,)).numpy().tolist()
    True
    """
    # TensorFlow drops its kernels with a new seed, and with them where each generator was.
    _next.clear()
    _sources.clear()
    begin_anew()
    _seeds.set_global(seed)


def drawn(
    name: str, seed: Any, count: int, dtype: DTypeLike, draw: Draw, reserved: int
) -> np.ndarray:
    """The next numbers of an operation.

    Args:
        name: The name of TensorFlow's kernel.
        seed: Its own seed, or `None`.
        count: How many numbers are to be drawn.
        dtype: The dtype of the numbers.
        draw: The numbers, from seeds and a counter on.
        reserved: How many counters it takes.
    """
    refuse_draws()
    if seed is None:
        return draw(_seeds.seeds_of(None), 0)
    key = (name, _seeds.seeds_of(int(seed)), np.dtype(dtype).name)
    start = _next.get(key, 0)
    # Moved on by what TensorFlow's kernel reserves, which is more than it reads.
    _next[key] = start + reserved
    return draw(key[1], start)


def _bell(
    name: str, kernel: str, distribution: Any, of_keras: Callable[..., Any], told: str
) -> Callable[..., Tensor]:
    """An operation that draws around a mean."""

    def function(
        shape: ShapeLike,
        mean: TensorLike = 0.0,
        stddev: TensorLike = 1.0,
        dtype: DTypeLike = "float32",
        seed: int | None = None,
        name: str | None = None,
    ) -> Tensor:
        dtype = as_dtype(dtype).name  # `float` has 32 bits
        demand_bell(dtype)
        if is_inside(seed):
            made = of_keras(lengths_of(shape), dtype=dtype, seed=source(seed))
        else:
            made = _numbers(kernel, distribution, shape, dtype, seed)
        return _scaled(made, stddev, mean)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = told
    return function


normal = _bell(
    "normal",
    "RandomStandardNormal",
    distributions.normal,
    keras.random.normal,
    "Numbers of a normal distribution.",
)
truncated_normal = _bell(
    "truncated_normal",
    "TruncatedNormal",
    distributions.truncated_normal,
    keras.random.truncated_normal,
    "Numbers of a normal distribution, none further than two standard deviations away.",
)


def uniform(
    shape: ShapeLike,
    minval: TensorLike = 0,
    maxval: TensorLike = None,
    dtype: DTypeLike = "float32",
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Numbers of a uniform distribution, `maxval` excluded; integers need `maxval`."""
    dtype = as_dtype(dtype).name
    if keras.backend.is_int_dtype(dtype):
        if maxval is None:
            raise ValueError(f"Expected `maxval` with an integer dtype. Received: dtype={dtype}.")
        if is_inside(seed):
            return keras.random.randint(lengths_of(shape), minval, maxval, dtype, source(seed))
        return _integers(lengths_of(shape), int(minval), int(maxval), dtype, seed)
    low, high = minval, 1 if maxval is None else maxval
    if is_inside(seed):
        made = keras.random.uniform(lengths_of(shape), dtype=dtype, seed=source(seed))
    else:
        made = _numbers("RandomUniform", distributions.uniform, shape, dtype, seed)
    return between(made, low, high)


def shuffle(value: TensorLike, seed: int | None = None, name: str | None = None) -> Tensor:
    """The slices along the first axis in random order."""
    if is_inside(seed) or isinstance(value, jax.core.Tracer):
        return keras.random.shuffle(ops.convert_to_tensor(value), seed=source(seed))
    values = array(value)
    length = len(values) if values.ndim else 0

    def draw(key: Seeds, start: int) -> np.ndarray:
        return distributions.permutation(key, start, length)

    # A counter of Philox gives four words.
    # Also where there is nothing to shuffle: the operation takes its seed, and later ones the next.
    places = drawn("RandomShuffle", seed, length, values.dtype, draw, -(-length // 4))
    return tensor(values[places] if length > 1 else values)


def categorical(
    logits: TensorLike,
    num_samples: Any,
    dtype: DTypeLike = None,
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Numbers of classes for each row of `logits`, the logarithms of their probabilities.

    Args:
        logits: Floats of shape `(rows, classes)`; they need not sum to one.
        num_samples: How many for each row.
        dtype: int32 or int64. Defaults to int64.
        seed: The seed of the operation. Defaults to `None`.
        name: Taken, and of no effect.

    >>> set_seed(1)
    >>> categorical([[0.0, 0.0]], 6).numpy().tolist()
    [[0, 0, 0, 1, 0, 0]]
    """
    dtype = "int64" if dtype is None else dtype
    demand(np.ndim(logits) == 2, f"logits should be a matrix, got shape {np.shape(logits)}")
    if is_inside(seed) or isinstance(logits, jax.core.Tracer):
        return keras.random.categorical(logits, int(num_samples), dtype=dtype, seed=source(seed))
    rows, samples = array(logits), int(num_samples)
    # TensorFlow's kernel reserves for the samples of each row rounded up to whole counters, of four
    # words.
    count = len(rows) * -(-samples // 4) * 4

    def draw(key: Seeds, start: int) -> np.ndarray:
        return distributions.classes(key, start, rows, samples, np.dtype(dtype))

    reserved = count * distributions.RESERVED
    return tensor(drawn("Multinomial", seed, count, dtype, draw, reserved))


def demand_bell(dtype: DTypeLike) -> None:
    """Raise for a dtype whose numbers cannot be drawn around a mean.

    Raises:
        TypeError: For integers.
    """
    if not as_dtype(dtype).is_floating:
        raise TypeError(f"Value passed to parameter 'dtype' has DataType {as_dtype(dtype).name}.")


def lengths_of(shape: ShapeLike) -> tuple[int, ...]:
    """A shape to draw in.

    Raises:
        InvalidArgumentError: For one number, and for a length below 0.
    """
    lengths = _shape(shape)
    is_list = isinstance(shape, list | tuple) or np.ndim(shape)
    demand(bool(is_list), f"shape must be a vector of {{int32,int64}}, got shape {shape!r}")
    known = [length for length in lengths if isinstance(length, int)]
    demand(min(known, default=0) >= 0, f"Dimensions must be >= 0. Received: shape={lengths}.")
    return lengths


def between(numbers: Tensor, low: Any, high: Any) -> Tensor:
    """Numbers from 0 to before 1 as numbers from `low` to before `high`."""
    if isinstance(low, int | float) and isinstance(high, int | float) and (low, high) == (0, 1):
        return numbers
    low, high = ops.cast(low, numbers.dtype), ops.cast(high, numbers.dtype)
    return numbers * (high - low) + low


def _numbers(name: str, distribution: Any, shape: ShapeLike, dtype: DTypeLike, seed: Any) -> Tensor:
    lengths, dtype = lengths_of(shape), np.dtype(dtype)
    count = int(np.prod(lengths, dtype=np.int64))

    def draw(key: Seeds, start: int) -> np.ndarray:
        return distribution(key, start, count, dtype)

    made = drawn(name, seed, count, dtype, draw, count * distributions.RESERVED)
    return tensor(made.reshape(lengths))


def _integers(shape: tuple[int, ...], low: int, high: int, dtype: DTypeLike, seed: Any) -> Tensor:
    count = int(np.prod(shape, dtype=np.int64))
    if count and low >= high:
        raise ValueError(f"Expected minval < maxval. Received: minval={low}, maxval={high}.")

    def draw(key: Seeds, start: int) -> np.ndarray:
        return distributions.integers(key, start, count, low, high, np.dtype(dtype))

    made = drawn("RandomUniformInt", seed, count, dtype, draw, count * distributions.RESERVED)
    return tensor(made.reshape(shape))


def _scaled(numbers: Tensor, factor: Any, offset: Any) -> Tensor:
    return numbers * ops.cast(factor, numbers.dtype) + ops.cast(offset, numbers.dtype)


def is_inside(seed: Any) -> bool:
    """Whether a program is being traced, or the seed is a generator of Keras's."""
    refuse_draws()
    # Whatever is made in a program of JAX's is a tracer.
    is_traced = here.traced or isinstance(ops.ones(()), jax.core.Tracer)
    return bool(is_traced) or isinstance(seed, keras.random.SeedGenerator)


def source(seed: Any) -> Any:
    """What an operation of a program draws its seed from.

    A `tf.function` has generators of its own: their states are variables, which each run moves on.
    In a program of Keras's the layer that is called has one.
    """
    if isinstance(seed, keras.random.SeedGenerator):
        return seed
    if not here.lifts:
        own = seed_or_own(None)
        if own is None and seed is None and in_symbolic_scope():
            return 0  # only the shape is asked for: of a weight that gets its value later
        return seed if own is None else own
    own, shared = (None if seed is None else int(seed)), _seeds.global_seed()
    if own is None:
        _seeds.next_of_global()  # the next dataset of the function gets the seed after it
    # One generator for each pair of seeds: functions with the same seeds go on where another has
    # ended.
    if (own, shared) not in _sources:
        words = [word for word in (own, shared) if word is not None]
        # An empty list would be a seed as well, and the same one in every process.
        first = np.random.default_rng(words or None).integers(2**31)
        _sources[own, shared] = keras.random.SeedGenerator(int(first))
    return _sources[own, shared]


_sources: dict[Any, keras.random.SeedGenerator] = {}


operations(globals(), constant=False)
