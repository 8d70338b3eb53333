"""Samples of class numbers, for losses over a part of many classes.

The distributions are TensorFlow's; the numbers for a seed are not.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import jax
import keras
import numpy as np
from keras import ops

from onefit.scripts.tensorflow.data.leaves import tensor
from onefit.scripts.tensorflow.data.seeds import Seeds
from onefit.scripts.tensorflow.data.seeds import numbers as _words
from onefit.scripts.tensorflow.given import array
from onefit.scripts.tensorflow.operation import operations
from onefit.scripts.tensorflow.random.operations import drawn, is_inside, source

Tensor = Any
RESERVED = 512  # counters that TensorFlow keeps free for each sample


class CandidateSample(NamedTuple):
    """Classes that were drawn, and how often the true and the drawn ones are expected."""

    sampled_candidates: Tensor
    true_expected_count: Tensor
    sampled_expected_count: Tensor


def log_uniform_candidate_sampler(
    true_classes: Any,
    num_true: int,
    num_sampled: int,
    unique: bool,
    range_max: int,
    seed: int | None = None,
    name: str | None = None,
) -> CandidateSample:
    """Draw classes, the first ones most often.

    Class `k` has the probability `log((k + 2) / (k + 1)) / log(range_max + 1)`.

    Args:
        true_classes: Class numbers, of shape `(rows, num_true)`.
        num_true: How many true classes a row has.
        num_sampled: How many classes to draw.
        unique: Whether none is drawn twice.
        range_max: How many classes there are.
        seed: The seed of the operation. Defaults to `None`.
        name: Taken, and of no effect.

    >>> drawn = log_uniform_candidate_sampler([[1]], 1, 4, True, 4, seed=1)
    >>> sorted(drawn.sampled_candidates.numpy().tolist())
    [0, 1, 2, 3]
    """
    kernel = "LogUniformCandidateSampler"
    return _sample(kernel, true_classes, int(num_sampled), unique, int(range_max), seed)


def uniform_candidate_sampler(
    true_classes: Any,
    num_true: int,
    num_sampled: int,
    unique: bool,
    range_max: int,
    seed: int | None = None,
    name: str | None = None,
) -> CandidateSample:
    """Draw classes, each as often; for the arguments see `log_uniform_candidate_sampler`."""
    kernel = "UniformCandidateSampler"
    return _sample(kernel, true_classes, int(num_sampled), unique, int(range_max), seed)


def _sample(
    kernel: str, true_classes: Any, count: int, unique: bool, classes: int, seed: Any
) -> CandidateSample:
    if unique and count > classes:
        raise ValueError(
            f"Expected num_sampled of at most range_max, as unique=True. "
            f"Received: num_sampled={count}, range_max={classes}."
        )
    if is_inside(seed):
        word = keras.random.randint((), 0, 2**31 - 1, seed=source(seed))
        found, tries = _in_program(kernel, count, unique, classes, jax.random.key(word))
    else:

        def draw(seeds: Seeds, start: int) -> np.ndarray:
            return _eagerly(kernel, count, unique, classes, seeds, start)

        made = drawn(kernel, seed, count, "int64", draw, RESERVED * count)
        found, tries = tensor(made[:-1]), int(made[-1])

    def expected(values: Any) -> Tensor:
        chance = _probability(kernel, ops.cast(values, "float32"), classes)
        seldom = -ops.expm1(ops.cast(tries, "float32") * ops.log1p(-chance))
        return ops.where(ops.equal(tries, count), chance * count, seldom)

    return CandidateSample(found, expected(array(true_classes)), expected(array(found)))


def _probability(kernel: str, values: Tensor, classes: int) -> Tensor:
    if kernel == "UniformCandidateSampler":
        return ops.full_like(values, 1 / classes)
    return ops.log((values + 2) / (values + 1)) / float(np.log1p(classes))


def _eagerly(
    kernel: str, count: int, unique: bool, classes: int, seeds: Seeds, start: int
) -> np.ndarray:
    """Classes as TensorFlow's kernel draws them, and at the end how many tries they took."""
    stream = _words(seeds, start)
    is_uniform = kernel == "UniformCandidateSampler"
    found: dict[int, None] | list[int] = {} if unique else []
    tries = 0
    while len(found) < count:
        tries += 1
        value = _one_of(stream, classes) if is_uniform else _first_most(stream, classes)
        if isinstance(found, dict):
            found.setdefault(value)
        else:
            found.append(value)
    return np.array([*found, tries], "int64")


def _first_most(stream: Iterator[int], classes: int) -> int:
    low, high = next(stream), next(stream)
    fraction = (((high & 0xFFFFF) << 32) | low) / 2**52
    return (int(np.exp(fraction * np.log1p(classes))) - 1) % classes


def _one_of(stream: Iterator[int], classes: int) -> int:
    if classes & (classes - 1) == 0:
        return next(stream) & (classes - 1)
    rest = (2**32 - 1) % classes + 1
    while (word := next(stream)) < rest:
        pass
    return word % classes


def _in_program(
    kernel: str, count: int, unique: bool, classes: int, key: Any
) -> tuple[Tensor, Tensor]:
    """The same distribution, from Keras's generator: drawn until there are enough."""

    def draw(step: Any, shape: tuple[int, ...] = ()) -> Tensor:
        fractions = jax.random.uniform(jax.random.fold_in(key, step), shape)
        if kernel == "UniformCandidateSampler":
            values = fractions * classes
        else:
            values = ops.exp(fractions * float(np.log1p(classes))) - 1
        return ops.cast(values, "int32") % classes

    if not unique:
        return draw(0, (count,)), ops.convert_to_tensor(count)

    def more(state: tuple[Tensor, Tensor, Tensor]) -> tuple[Tensor, Tensor, Tensor]:
        found, many, tries = state
        value = draw(tries)
        is_new = ops.all(found != value)
        place = ops.where(is_new, many, count)  # beyond the end: dropped
        return found.at[place].set(value, mode="drop"), many + is_new, tries + 1

    first = (ops.full((count,), -1, "int32"), ops.cast(0, "int32"), ops.cast(0, "int32"))
    found, _, tries = jax.lax.while_loop(lambda state: state[1] < count, more, first)
    return found, tries


operations(globals(), constant=False)
