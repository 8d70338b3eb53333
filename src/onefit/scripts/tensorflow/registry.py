"""The variables that there are: a traced function may read or change any of them."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from functools import wraps
from typing import Any

import jax
from keras.src.backend.common.variables import Variable as KerasVariable

from onefit.scripts.tensorflow.mode import here

FIRST = "_onefit_first"
"""The attribute with the first value of a variable that is made while a function is traced."""

_known: dict[int, weakref.ref[Any]] = {}
_looked: list[bool] = []


def variables() -> list[Any]:
    """All variables with a value, in the order in which they were made."""
    if not _looked:  # those that were made before the stand-in was there
        _looked.append(True)
        for one in gc.get_objects():
            if isinstance(one, KerasVariable) and id(one) not in _known:
                _know(one)
    found = [reference() for reference in list(_known.values())]
    return [one for one in found if one is not None and getattr(one, "_value", None) is not None]


def new_variables_are_known() -> None:
    """Let the registry know of each new variable. Idempotent.

    A variable that is made while a function is traced gets its first value at once, as no tracer.
    """
    for name in ("__init__", "_deferred_initialize"):
        plain = getattr(KerasVariable, name)
        if not hasattr(plain, "__onefit__"):
            setattr(KerasVariable, name, _known_from_now_on(plain))


def _known_from_now_on(plain: Callable[..., None]) -> Callable[..., None]:
    @wraps(plain)
    def make(self: Any, *args: Any, **kwargs: Any) -> None:
        if here.lifts:
            with jax.ensure_compile_time_eval():
                plain(self, *args, **kwargs)
            vars(self)[FIRST] = self._value
            here.made += 1
        else:
            plain(self, *args, **kwargs)
        _know(self)

    make.__onefit__ = True  # type: ignore[attr-defined]
    return make


def _know(variable: Any) -> None:
    place = id(variable)
    _known[place] = weakref.ref(variable, lambda _: _known.pop(place, None))
