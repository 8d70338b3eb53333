"""Layers that may draw have seeds, from which random numbers in their `call` come.

TensorFlow's graph drew anew at each step. A program of JAX's draws anew only from a state that it
is given, so layers that may draw get a seed generator, which Keras tracks as it tracks a dropout's.
It serves `keras.backend` of the time of old scripts, and `tf.random`.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from functools import wraps
from typing import Any

import keras

Function = Callable[..., Any]
NAME = "_onefit_seeds"
"""The attribute of a layer that holds its generator."""
_calls: list[Any] = []


def with_seeds(original: Function) -> Function:
    """A layer with a `call` that is not Keras's own, and a `Lambda`, can draw.

    Args:
        original: The `__init__` of `keras.Layer` or of `keras.layers.Lambda`.
    """

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        own = not type(self).call.__module__.startswith("keras.")
        if (own or isinstance(self, keras.layers.Lambda)) and NAME not in vars(self):
            setattr(self, NAME, keras.random.SeedGenerator(_seed()))

    return __init__


def _seed() -> int:
    """A seed that follows Python's, as Keras's own do, and takes no number from it.

    Layers have these seeds in scripts only, and weights are drawn alike without them.
    """
    own = random.Random()
    own.setstate(random.getstate())
    return own.randrange(2**31) ^ next(_counts[0])


_counts = [itertools.count(1)]


def begin_anew() -> None:
    """After a seed was set: layers get the seeds that those after the same seed got before."""
    _counts[0] = itertools.count(1)


def noting(original: Function) -> Function:
    """While a layer is called, it is the one whose seeds are drawn from."""

    @wraps(original)
    def __call__(self: Any, *args: Any, **kwargs: Any) -> Any:
        _calls.append(self)
        try:
            return original(self, *args, **kwargs)
        finally:
            _calls.pop()

    return __call__


def seed_or_own(seed: Any) -> Any:
    """A seed as it is given, or the generator of the innermost layer that has one."""
    if seed is not None:
        return seed
    found = (vars(layer).get(NAME) for layer in reversed(_calls))
    return next((one for one in found if one is not None), None)
