"""Samples of class numbers, for losses over a part of many classes.

The distributions are TensorFlow's; the numbers for a seed are not.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import keras
import numpy as np
from keras import ops

from onefit.scripts.tensorflow.data.leaves import tensor
from onefit.scripts.tensorflow.data.seeds import Seeds, numbers
from onefit.scripts.tensorflow.given import array
from onefit.scripts.tensorflow.operation import operations
from onefit.scripts.tensorflow.random.operations import drawn, is_inside, source

Tensor = Any
RESERVED = 1  # counters of TensorFlow's generator that a sample takes


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
    found, tries = _classes(kernel, count, unique, classes, jax.random.key(word(seed)))

    def expected(values: Any) -> Tensor:
        chance = _probability(kernel, ops.cast(values, "float32"), classes)
        # As TensorFlow's `ExpectedCountHelper`: the form that keeps its digits where the chance is
        # tiny.
        seldom = -ops.expm1(ops.cast(tries, "float32") * ops.log1p(-chance))
        return ops.where(ops.equal(tries, count), chance * count, seldom)

    sampled = tensor(np.asarray(found, "int64")) if not is_inside(seed) else found
    return CandidateSample(sampled, expected(array(true_classes)), expected(found))


def _probability(kernel: str, values: Tensor, classes: int) -> Tensor:
    if kernel == "UniformCandidateSampler":
        return ops.full_like(values, 1 / classes)
    return ops.log((values + 2) / (values + 1)) / float(np.log1p(classes))


def word(seed: Any) -> Any:
    """A number of 31 bits: from TensorFlow's seeds, or in a program from Keras's generator."""
    if is_inside(seed):
        return keras.random.randint((), 0, 2**31 - 1, seed=source(seed))

    def draw(seeds: Seeds, start: int) -> np.ndarray:
        return np.array([next(numbers(seeds, start)) & 0x7FFFFFFF], "int64")

    return int(drawn("CandidateSampler", seed, 1, "int64", draw, RESERVED)[0])


def _classes(
    kernel: str, count: int, unique: bool, classes: int, key: Any
) -> tuple[Tensor, Tensor]:
    """Classes of this distribution, drawn until there are enough, and how many were drawn."""

    def draw(step: Any, shape: tuple[int, ...] = ()) -> Tensor:
        fractions = jax.random.uniform(jax.random.fold_in(key, step), shape)
        if kernel == "UniformCandidateSampler":
            values = fractions * classes
        else:
            values = ops.exp(fractions * float(np.log1p(classes))) - 1
        # Rounding may give `classes` itself, which TensorFlow's remainder takes back, too.
        return ops.cast(values, "int32") % classes

    if not unique:
        return draw(0, (count,)), ops.convert_to_tensor(count)

    def more(state: tuple[Tensor, Tensor, Tensor]) -> tuple[Tensor, Tensor, Tensor]:
        found, many, tries = state
        value = draw(tries)
        is_new = ops.all(found != value)
        place = ops.where(is_new, many, count)  # beyond the end: dropped
        return found.at[place].set(value, mode="drop"), many + is_new, tries + 1

    # No class has the number -1: a place that is still empty is equal to none.
    first = (ops.full((count,), -1, "int32"), ops.cast(0, "int32"), ops.cast(0, "int32"))
    found, _, tries = jax.lax.while_loop(lambda state: state[1] < count, more, first)
    return found, tries


operations(globals(), constant=False)
