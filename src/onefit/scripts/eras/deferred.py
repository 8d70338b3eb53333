"""Functions and attributes of stand-ins that are loaded when a script first uses them.

An era replaces hundreds of functions of Keras, and a script calls a few of them.
"""

from __future__ import annotations

import functools
import importlib
import inspect
from collections.abc import Callable
from typing import Any

from onefit.scripts.eras.signature import LazySignature

ROOM = "onefit.scripts.eras.stand_ins"


class Deferred:
    """A function of a stand-in, which is loaded when it is called.

    As a meaning's `replace` it makes the function of then, or the property, from today's when that
    is first used. What is asked of a function before, its signature and its marks, is told by
    today's; a function of then with marks of its own has to be made at once.

    Args:
        name: Its name, as `"module:name"`, below `onefit.scripts.eras.stand_ins`.

    >>> width = Deferred("number_widths:of_source")
    >>> width.__module__, width.__name__
    ('onefit.scripts.eras.stand_ins.number_widths', 'of_source')
    """

    def __init__(self, name: str) -> None:
        """Load nothing."""
        module, _, self.__name__ = name.partition(":")
        self.__module__ = f"{ROOM}.{module}"

    def load(self) -> Any:
        """What has the name."""
        return getattr(importlib.import_module(self.__module__), self.__name__)

    def __call__(self, given: Any) -> Any:
        """What the function makes; of a part of Keras, one that asks it when it is used."""
        made = functools.cache(lambda: self.load()(given))
        if isinstance(given, property):
            return _property(given, made)
        if inspect.ismethod(given):
            return classmethod(_function(given.__func__, lambda: made().__func__))
        return _function(given, made) if inspect.isfunction(given) else made()


def _function(today: Callable[..., Any], made: Callable[[], Any]) -> Callable[..., Any]:
    @functools.wraps(today)
    def call(*args: Any, **kwargs: Any) -> Any:
        return made()(*args, **kwargs)

    # Keras reads the arguments of constructors in a way that does not look through wrappers. Of
    # other methods it makes wrappers itself, which would take a bound method's for a function's.
    if today.__name__ == "__init__":
        call.__signature__ = LazySignature(today)  # type: ignore[attr-defined]
    return call


def is_deferred(one: Any) -> bool:
    """Whether a function of Keras is one that makes the function of then when it is called.

    >>> is_deferred(_function(len, lambda: len)), is_deferred(len)
    (True, False)
    """
    code = getattr(one, "__code__", None)
    return code is not None and code in _function.__code__.co_consts


def _property(today: property, made: Callable[[], Any]) -> property:
    @functools.wraps(today.fget)  # type: ignore[arg-type]
    def get(self: Any) -> Any:
        return made().__get__(self)

    def put(self: Any, value: Any) -> None:
        made().__set__(self, value)

    def delete(self: Any) -> None:
        made().__delete__(self)

    return property(get, put, delete, doc=today.__doc__)


class Attribute:
    """An attribute of a class that takes its own place when it is first asked for, or set.

    Args:
        owner: The class.
        name: The attribute's name.
        source: What it is, as `"module:name"`, below `onefit.scripts.eras.stand_ins`.

    >>> class Layer: ...
    >>> Layer.stateful = Attribute(Layer, "stateful", "attributes:stateful")
    >>> Layer().stateful, type(vars(Layer)["stateful"]).__name__
    (False, 'OldAttribute')
    """

    def __init__(self, owner: type, name: str, source: str) -> None:
        """Load nothing."""
        self._owner, self._name, self._source = owner, name, source

    def _settle(self) -> Any:
        found = Deferred(self._source).load()
        setattr(self._owner, self._name, found)
        return found

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        """What it is for an instance or a class, also by `super()`."""
        found = self._settle()
        kind = type(found)
        if self._name in getattr(instance, "__dict__", ()) and not hasattr(kind, "__set__"):
            return vars(instance)[self._name]
        return kind.__get__(found, instance, owner) if hasattr(kind, "__get__") else found

    def __set__(self, instance: object, value: object) -> None:
        """Set it again, and past what Keras does with a layer's attributes: that has been done."""
        self._settle()
        object.__setattr__(instance, self._name, value)
