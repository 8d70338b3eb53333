"""The variables that there are: a traced function may read or change any of them."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from functools import wraps
from typing import Any

import jax
from keras.src.backend import Variable
from keras.src.backend.common.variables import Variable as KerasVariable

from onefit.scripts.patches import Patches
from onefit.scripts.tensorflow.mode import here
from onefit.scripts.tensorflow.program_checks import FOUND

FIRST = "_onefit_first"
"""The attribute with the first value of a variable that is made while a function is traced."""

SEEDS = "seed_generator_state"
"""How Keras names the state of a `SeedGenerator`."""

# By identity, since `==` of two variables compares their values.
_known: dict[int, weakref.ref[Any]] = {}
_first: dict[int, weakref.ref[jax.Array]] = {}
_looked: list[bool] = []


def variables() -> list[Any]:
    """All variables with a value, in the order in which they were made.

    The first is what a program has found wrong, which goes through traces as a variable does.
    """
    if not _looked:  # those that were made before the stand-in was there
        _looked.append(True)
        for one in gc.get_objects():
            if isinstance(one, KerasVariable) and id(one) not in _known and not is_view(one):
                know(one)
    # A copy of the list: the garbage collector may take variables away meanwhile (`forget`).
    found = [reference() for reference in list(_known.values())]
    held = [one for one in found if one is not None and getattr(one, "_value", None) is not None]
    return [FOUND, *held]


def is_view(variable: Any) -> bool:
    """Whether it is another variable under another name, as what `assign` gives."""
    return hasattr(variable, "_variable")


def first_values(of: list[Any]) -> list[bool]:
    """Whether variables have the values with which they were made.

    Args:
        of: The variables.

    Returns:
        For each; `False` also where nobody saw how it was made.
    """
    firsts = (_first.get(id(one)) for one in of)
    return [first is not None and first() is one._value for one, first in zip(of, firsts)]


def give_registry(patches: Patches) -> None:
    """Let the registry know of each new variable.

    A variable that is made while a function is traced gets its first value at once, as no tracer.

    Args:
        patches: Where what is replaced is noted.
    """
    _looked.clear()
    for name in ("__init__", "_deferred_initialize"):
        # an era may have put its own on the class that scripts call
        owner = next(one for one in Variable.__mro__ if name in vars(one))
        patches.put(owner, name, _known_from_now_on(getattr(owner, name)))


def _known_from_now_on(plain: Callable[..., None]) -> Callable[..., None]:
    @wraps(plain)
    def make(self: Any, *args: Any, **kwargs: Any) -> None:
        if here.lifts:
            with jax.ensure_compile_time_eval():
                plain(self, *args, **kwargs)
            vars(self)[FIRST] = self._value
            here.made += 1
            here.made_to_draw += self.name == SEEDS
        else:
            plain(self, *args, **kwargs)
        know(self, is_new=True)

    return make


def know(variable: Any, is_new: bool = False) -> None:
    """Note a variable.

    Args:
        variable: A variable of Keras's or of the script's.
        is_new: Whether it has the value with which it was made. Defaults to `False`.
    """
    place, value = id(variable), getattr(variable, "_value", None)

    def forget(_: object) -> None:
        _known.pop(place, None)
        _first.pop(place, None)

    _known[place] = weakref.ref(variable, forget)
    _first.pop(place, None)
    if is_new and isinstance(value, jax.Array) and not isinstance(value, jax.core.Tracer):
        _first[place] = weakref.ref(value)  # an array that is no variable's value goes
