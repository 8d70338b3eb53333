"""`tf.Module`: an object that knows its variables."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import Any, TypeVar, cast

import keras

from onefit.scripts.tensorflow.scopes import name_scope

Method = TypeVar("Method", bound=Callable[..., Any])


class Module:
    """An object whose attributes may be variables, layers and other modules.

    Args:
        name: Its name. Defaults to that of the class, in small letters.

    >>> from onefit.scripts.tensorflow.variable import Variable
    >>> class Line(Module):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.slope, self.offset = Variable(1.0), Variable(0.0, trainable=False)
    >>> line = Line()
    >>> line.name, len(line.variables), len(line.trainable_variables)
    ('line', 2, 1)
    """

    def __init__(self, name: str | None = None) -> None:
        """Take TensorFlow's argument."""
        if name is not None and not re.fullmatch(r"[A-Za-z_]\w*", name):
            raise ValueError(f"{name!r} is not a valid module name. Module names must be valid "
                             "Python identifiers (e.g. a valid class name).")  # fmt: skip
        self._name = name or _small(type(self).__name__)
        with name_scope(self._name) as path:
            self._name_scope = name_scope(path)

    @property
    def name(self) -> str:
        """Its name."""
        return self._name

    @property
    def variables(self) -> tuple[Any, ...]:
        """All variables, those of attributes in the order of their names, then those of modules."""
        return tuple(_once(_variables(self, set())))

    @property
    def trainable_variables(self) -> tuple[Any, ...]:
        """The variables that an optimizer may change."""
        return tuple(one for one in self.variables if one.trainable)

    @property
    def non_trainable_variables(self) -> tuple[Any, ...]:
        """The other variables."""
        return tuple(one for one in self.variables if not one.trainable)

    @property
    def submodules(self) -> tuple[Any, ...]:
        """The modules in it, and the modules in these."""
        return tuple(_modules(self, set()))

    @property
    def name_scope(self) -> name_scope:
        """A block whose variables have the name of the module before theirs."""
        return self._name_scope

    @classmethod
    def with_name_scope(cls, method: Method) -> Method:
        """The method in the block of `name_scope`."""

        @wraps(method)
        def in_scope(self: Module, *args: Any, **kwargs: Any) -> Any:
            with self.name_scope:
                return method(self, *args, **kwargs)

        return cast(Method, in_scope)


def _attributes(module: Any) -> list[Any]:
    """What is in its attributes, in the order of their names."""
    return [part for _, value in sorted(vars(module).items()) for part in _parts(value)]


def _parts(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for key in _in_order(value):
            yield from _parts(value[key])
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _parts(one)
    else:
        yield value


def _in_order(keys: Iterable[Any]) -> list[Any]:
    """Keys of a dict in their order, or in that of their texts where they have none."""
    try:
        return sorted(keys)
    except TypeError:
        return sorted(keys, key=str)


def _variables(module: Any, seen: set[int]) -> Iterator[Any]:
    """Its variables, then those of the modules in it; modules may hold each other.

    Args:
        module: The module.
        seen: Takes the identities of modules that had their turn.
    """
    seen.add(id(module))
    inner = []
    for part in _attributes(module):
        if isinstance(part, keras.Variable):
            yield part
        elif isinstance(part, Module | keras.Layer) and id(part) not in seen:
            seen.add(id(part))
            inner.append(part)
    for part in inner:
        yield from part.variables if isinstance(part, keras.Layer) else _variables(part, seen)


def _modules(module: Any, seen: set[int]) -> Iterator[Any]:
    """The modules in it, then those in these, but for those that had their turn."""
    seen.add(id(module))
    inner = []
    for part in _attributes(module):
        if isinstance(part, Module) and id(part) not in seen:
            seen.add(id(part))
            inner.append(part)
            yield part
    for part in inner:
        yield from _modules(part, seen)


def _once(things: Iterator[Any]) -> list[Any]:
    return list({id(one): one for one in things}.values())


def _small(name: str) -> str:
    """`TwoWords` as `two_words`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
