"""Which of a model's variables a step reads although they were not handed to it.

Keras hands a step the values of all variables that it is to read, and empties the variables
themselves. A step that reaches for another one, the optimizer's iterations in a loss, say, fails
there. A trace of the same step with the variables full would take in the value of the moment, and
train with it for ever.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from keras.src.backend.common.stateless_scope import get_stateless_scope, in_stateless_scope

_NOTING = threading.local()


class HiddenState(Exception):
    """A step has read variables that were not handed to it.

    Args:
        paths: The variables' paths.
    """

    def __init__(self, paths: list[str]) -> None:
        """Name the variables."""
        super().__init__(f"reads {', '.join(dict.fromkeys(paths))}, which is not handed to it")


class Reads:
    """Notes, for a block in this thread, what is read of variables beside the values handed over.

    The variables get a class that notes for the time of the block; other threads read on as before.

    Args:
        variables: The variables to watch.

    >>> import keras
    >>> variable = keras.Variable(1.0, name="rate")
    >>> with Reads([variable]) as reads:
    ...     value = variable + 1
    >>> reads.paths
    ['rate']
    """

    def __init__(self, variables: Iterable[Any]) -> None:
        """Nothing has been read yet."""
        self.variables = list(variables)
        self.paths: list[str] = []

    def __enter__(self) -> Reads:
        """Let the variables note."""
        self.before = getattr(_NOTING, "reads", None)
        _NOTING.reads = self
        for variable in self.variables:
            variable.__class__ = _noting(_plain(type(variable)))
        return self

    def __exit__(self, *raised: object) -> None:
        """Give the variables their class back."""
        _NOTING.reads = self.before
        for variable in self.variables:
            variable.__class__ = _plain(type(variable))


def watched(function: Callable[..., Any], groups: Iterable[Iterable[Any]]) -> Callable[..., Any]:
    """A step that raises `HiddenState` when it is traced and reads more than it is given.

    Args:
        function: The step.
        groups: The variables that it may read as values only.
    """
    variables = [variable for group in groups for variable in group]

    def step(*given: Any) -> Any:
        with Reads(variables) as reads:
            result = function(*given)
        if reads.paths:
            raise HiddenState(reads.paths)
        return result

    return step


@cache
def _noting(cls: type) -> type:
    """A class of variables that notes what is read of it, in the threads that ask for it."""
    theirs = cls.__dict__.get("value") or next(
        vars(base)["value"] for base in cls.__mro__ if "value" in vars(base)
    )

    def value(self: Any) -> Any:
        reads = getattr(_NOTING, "reads", None)
        if reads is not None and not _handed(self):
            reads.paths.append(self.path)
        return theirs.fget(self)

    names = {"value": property(value), "__module__": cls.__module__, "_noted": cls}
    return type(cls.__name__, (cls,), names)


def _plain(cls: type) -> type:
    """The class of a variable without the notes."""
    return vars(cls).get("_noted", cls)


def _handed(variable: Any) -> bool:
    """Whether a value has been handed over in the place of this variable's own."""
    return in_stateless_scope() and get_stateless_scope().get_current_value(variable) is not None
