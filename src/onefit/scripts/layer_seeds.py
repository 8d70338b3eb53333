"""Layers that may draw have seeds, from which random numbers in their `call` come.

TensorFlow's graph drew anew at each step. A program of JAX's draws anew only from a state that it
is given, so layers that may draw get a seed generator, which Keras tracks as it tracks a dropout's.
It serves `keras.backend` of the time of old scripts, and `tf.random`.
"""

from __future__ import annotations

import inspect
import itertools
import random
from collections.abc import Callable, Sequence
from functools import wraps
from types import CodeType
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
        own = any(not _is_of_keras(one) for one in _calls_of(type(self)))
        if (own or isinstance(self, keras.layers.Lambda)) and NAME not in vars(self):
            setattr(self, NAME, keras.random.SeedGenerator(_seed()))

    return __init__


def with_seeds_where_drawn(original: Function) -> Function:
    """The same for layers whose `call` draws, as far as its code and what it calls show.

    A generator is one more variable of a layer, which a script sees where it lists them.

    Args:
        original: The `__init__` of `keras.Layer` or of `keras.layers.Lambda`.
    """
    seeded = with_seeds(original)

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        draws = any(_draws(one, type(self)) for one in _calls_of(type(self)))
        made = seeded if draws or any_draws(args) else original
        made(self, *args, **kwargs)

    return __init__


def _is_of_keras(function: Any) -> bool:
    return (function.__module__ or "").startswith("keras.")


def _calls_of(kind: type) -> list[Any]:
    """What a layer computes with: its `call`, and what a merging layer calls from Keras's own."""
    return [getattr(kind, name) for name in ("call", "_merge_function") if hasattr(kind, name)]


DRAWING = ("random", "normal", "uniform", "gumbel", "dropout", "shuffle", "sample", "noise")
"""Words in the names of functions that draw."""

DEEPEST = 3
"""Functions that call functions: how far they are followed."""


def any_draws(given: Sequence[Any]) -> bool:
    """Whether a function that a `Lambda` is given draws."""
    return any(_draws(one, None) for one in given if callable(one))


def _draws(function: Any, owner: type | None, depth: int = 0) -> bool:
    """Whether the code of a function, or of functions that it names, has a word of drawing."""
    function = inspect.unwrap(getattr(function, "__func__", function))
    code = getattr(function, "__code__", None)
    if code is None or depth > DEEPEST or (function.__module__ or "").startswith("keras."):
        return False
    names = _names(code)
    if any(word in name.lower() for name in names for word in DRAWING):
        return True
    known = getattr(function, "__globals__", {})
    named = [known[n] if n in known else getattr(owner, n, None) for n in names]
    return any(_draws(one, owner, depth + 1) for one in named if inspect.isroutine(one))


def _names(code: CodeType) -> set[str]:
    """The names in a function's code, and in functions inside of it."""
    inner = (_names(one) for one in code.co_consts if isinstance(one, CodeType))
    return {*code.co_names, *code.co_freevars}.union(*inner)


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
