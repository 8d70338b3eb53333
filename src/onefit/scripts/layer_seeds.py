"""Layers that may draw have seeds, from which random numbers in their `call` come.

TensorFlow's graph drew anew at each step. A program of JAX's draws anew only from a state that it
is given, so layers that may draw get a seed generator, which Keras tracks as it tracks a dropout's.
It serves `keras.backend` of the time of old scripts, and `tf.random`.
"""

from __future__ import annotations

import inspect
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
        if NAME not in vars(self) and _computes_by_itself(self):
            setattr(self, NAME, own_seeds(latest_layer if _may_draw(self) else _in_case))

    return __init__


def with_seeds_where_drawn(original: Function) -> Function:
    """The same for layers whose `call` draws, as far as its code and what it calls show.

    A generator is one more variable of a layer, which a script sees where it lists them.

    Args:
        original: The `__init__` of `keras.Layer` or of `keras.layers.Lambda`.
    """

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        if NAME not in vars(self) and _computes_by_itself(self) and _may_draw(self):
            setattr(self, NAME, own_seeds())

    # Not by `functools.wraps`: Keras reads it in two ways, of which one does not see through that.
    __init__.__signature__ = inspect.signature(original)  # type: ignore[attr-defined]
    return __init__


def _computes_by_itself(layer: Any) -> bool:
    """Whether a layer has a `call` that is not Keras's, or is a `Lambda` that has its function."""
    if isinstance(layer, keras.layers.Lambda):
        # In the `__init__` of its base it has none yet; its own `__init__` comes here as well.
        return hasattr(layer, "function")
    return any(not _is_of_keras(one) for one in _calls_of(type(layer)))


def _may_draw(layer: Any) -> bool:
    """Whether the code of a layer, or of a `Lambda`'s function, has a word of drawing."""
    given = [layer.function] if isinstance(layer, keras.layers.Lambda) else []
    return any(_draws(one, type(layer)) for one in _calls_of(type(layer))) or any_draws(given)


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


latest_layer: dict[str, int] = {}
_in_case: dict[str, int] = {}
"""The same for layers in whose code no draw was found, so that they do not change the others'."""


def own_seeds(latest: dict[str, int] = latest_layer) -> keras.random.SeedGenerator:
    """A generator for a layer that draws, whose seed follows Python's `random`.

    It takes no number from it, as Keras's own generators do, so that weights are drawn alike with
    it and without it. Layers that are made one after the other have different seeds.

    Args:
        latest: The state of Python's `random` for the last one, as a number, and how many it was
            for. Changes.
    """
    own = random.Random()
    own.setstate(random.getstate())
    state = own.randrange(2**31)
    count = latest["count"] + 1 if latest.get("state") == state else 1
    latest.update(state=state, count=count)
    return keras.random.SeedGenerator(state ^ count)


def begin_anew() -> None:
    """After a seed was set: layers get the seeds that those after the same seed got before."""
    latest_layer.clear()
    _in_case.clear()


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
