"""A call of something of Keras's, which a rule turns into one that Keras 3 understands.

The same rule works on a call that happens (`Happening`: values are Python's) and, in `upgrade`, on
one that stands in a source (values are expressions). So a rule asks for arguments by their names
only, and for a value only by `literal`, which a source may not know.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from types import GeneratorType
from typing import Any, Protocol

from onefit.scripts.eras.era import Era

UNKNOWN: Any = object()
"""What `literal` gives for a value that a source does not tell."""
Replace = Callable[[Any], Any] | str
"""What makes a function of then from today's, or where that is: `Meaning.replace`."""


class Call(Protocol):
    """What a rule sees of a call.

    `target` is the full name of what is called, `"keras.layers.Dense"` for example; `era` is the
    script's.
    """

    target: str
    era: Era

    def has(self, name: str) -> bool:
        """Whether an argument is given."""

    def take(self, name: str) -> Any:
        """Remove an argument and give its value."""

    def give(self, name: str, value: Any) -> None:
        """Add an argument, or replace it. The value is one that `take` gave, or a constant."""

    def literal(self, name: str) -> Any:
        """An argument's value where it is known, or `UNKNOWN`; so are elements of a list."""

    def is_numpy(self, name: str) -> bool:
        """Whether an argument is a number of NumPy's; in a source, whether it may be one."""

    def ending(self, name: str) -> str:
        """How the text of an argument ends, as far as it is told: `folder + "/best.h5"`."""

    def end(self, name: str, before: str, after: str) -> None:
        """Let the text of an argument end in something else."""

    def is_ended(self, name: str) -> bool:
        """Whether that end can be written in one place, so that all who use it have the new one."""

    def wrap(self, name: str, function: str, *values: Any) -> None:
        """Let an argument be what a stand-in, `"module:name"`, makes of it and of constants."""

    def called(self, name: str) -> str:
        """The last name of what an argument is a call of: `"Dense"` for `layers.Dense(3)`."""

    def is_bracketed(self, name: str) -> bool:
        """Whether an argument is a name in brackets, `shape=(size)`, which may miss a comma."""

    def is_flat(self, name: str) -> bool:
        """Whether an argument is an array of numbers with one axis."""

    def is_list(self, name: str) -> bool:
        """Whether an argument is a list of numbers, which need not be known."""

    def is_iterator(self, name: str) -> bool:
        """Whether an argument is an iterator that no function with `yield` made: `zip(a, b)`."""

    def batch_size(self, name: str) -> Any:
        """How many rows each batch of an argument has; `None` where that is not told."""

    def express(self, template: str, *values: Any) -> Any:
        """A value made of others: `"({}, {})"` is a tuple of two."""

    def make(self, target: str, *values: Any, **named: Any) -> Any:
        """What a call of a full name gives: `make("numpy.array", value)`.

        In a source, `"module:name"` is a stand-in, whose definition becomes part of the script.
        """

    def before(self, method: str) -> None:
        """Call a method of the subject first, without arguments."""

    def mentions(self, name: str) -> bool:
        """Whether the script has a name anywhere; what happens does not know its script.

        `"name="` asks for an argument that is given and not `False`, `"name()"` for a call,
        `".name"` for an attribute that is set, `'"name"'` for a text, and `'="name"'` for one that
        is not compared with anything.
        """

    def saves(self, path: str, weights: bool = False) -> bool:
        """Whether the script itself writes a model, or weights alone, of this name; likewise."""

    def may_save(self, path: str, weights: bool = False) -> bool:
        """Whether the script may write a file of this name, `"w-07.h5"` as `"w-{epoch:02d}.h5"`."""

    def may_train(self, path: str) -> bool:
        """Whether the script may load a model of this file, and train it as it was compiled."""

    def write(self, method: str, replace: Replace, argument: str = "") -> None:
        """Have a method of the class that is called written down in a source, as it was then."""

    def may_change(self) -> bool:
        """Whether the user allows rules that change what the script does (`upgrade --unsafe`)."""

    def is_applied(self) -> bool:
        """Whether a layer is called as soon as it is made; what happens later cannot be told."""

    def note(self, told: str) -> None:
        """Remember what was done, in a few words for the user."""


class Happening:
    """A call that is about to happen.

    Args:
        target: The full name of what is called.
        era: The script's era.
        arguments: Its arguments by name, positional ones too.
        subject: The object of which a method is called. Defaults to `None`.

    >>> from onefit.scripts.eras.era import named
    >>> call = Happening("keras.layers.Dense", named("keras1"), {"nb_row": 3, "nb_col": 2})
    >>> call.give("kernel_size", call.express("({}, {})", call.take("nb_row"), call.take("nb_col")))
    >>> call.arguments
    {'kernel_size': (3, 2)}
    """

    def __init__(
        self, target: str, era: Era, arguments: dict[str, Any], subject: object = None
    ) -> None:
        """Keep them."""
        self.target, self.era, self.arguments, self.subject = target, era, arguments, subject
        self.notes: list[str] = []

    def has(self, name: str) -> bool:
        """Whether an argument is given."""
        return name in self.arguments

    def take(self, name: str) -> Any:
        """Remove an argument and give its value."""
        return self.arguments.pop(name)

    def give(self, name: str, value: Any) -> None:
        """Add an argument, or replace it."""
        self.arguments[name] = value

    def literal(self, name: str) -> Any:
        """Its value."""
        return self.arguments.get(name)

    def is_numpy(self, name: str) -> bool:
        """Whether it is one, without an axis."""
        value = self.arguments.get(name)
        return type(value).__module__ == "numpy" and getattr(value, "ndim", 1) == 0

    def ending(self, name: str) -> str:
        """The text itself."""
        return str(self.arguments.get(name, ""))

    def end(self, name: str, before: str, after: str) -> None:
        """Put the new end in place of the old one."""
        self.arguments[name] = self.ending(name).removesuffix(before) + after

    def is_ended(self, name: str) -> bool:
        """Yes: it is a text."""
        return True

    def wrap(self, name: str, function: str, *values: Any) -> None:
        """Call it."""
        module, _, stand_in = function.partition(":")
        self.arguments[name] = self.make(
            f"{_STAND_INS}.{module}.{stand_in}", self.arguments[name], *values
        )

    def called(self, name: str) -> str:
        """The name of its class."""
        return type(self.arguments.get(name)).__name__

    def is_bracketed(self, name: str) -> bool:
        """No: a value tells what it is."""
        return False

    def is_flat(self, name: str) -> bool:
        """Whether it is one, of one number at least."""
        value: Any = self.arguments.get(name)
        is_axis = type(value).__module__ == "numpy" and getattr(value, "ndim", 0) == 1
        return is_axis and value.dtype.kind in "biuf" and len(value) > 0

    def is_list(self, name: str) -> bool:
        """Whether it is one, as far as its first element tells."""
        value = self.arguments.get(name)
        return isinstance(value, list) and bool(value) and isinstance(value[0], int | float)

    def is_iterator(self, name: str) -> bool:
        """Whether it is one; what has lengths and elements is a sequence."""
        value = self.arguments.get(name)
        # Keras 3 takes what a function with `yield` gives, and refuses every other iterator.
        is_next = hasattr(value, "__next__") and not hasattr(value, "__getitem__")
        return is_next and not isinstance(value, GeneratorType)

    def batch_size(self, name: str) -> Any:
        """What it says itself."""
        return getattr(self.arguments.get(name), "batch_size", None)

    def express(self, template: str, *values: Any) -> Any:
        """The template's value."""
        # The template is filled with names, since the text of a value, such as that of an array, is
        # no expression that gives the value back.
        names = {f"v{place}": value for place, value in enumerate(values)}
        return eval(template.format(*names), {}, names)

    def make(self, target: str, *values: Any, **named: Any) -> Any:
        """The call's result."""
        module, _, name = target.rpartition(".")
        return getattr(importlib.import_module(module), name)(*values, **named)

    def before(self, method: str) -> None:
        """Call it, if the model is compiled."""
        if getattr(self.subject, "compiled", False):
            getattr(self.subject, method)()

    def write(self, method: str, replace: Replace, argument: str = "") -> None:
        """Nothing: what runs has the method of then already."""

    def may_change(self) -> bool:
        """Never: what runs does what it did."""
        return False

    def mentions(self, name: str) -> bool:
        """Not known."""
        return False

    def saves(self, path: str, weights: bool = False) -> bool:
        """Not known."""
        return False

    def may_save(self, path: str, weights: bool = False) -> bool:
        """Not known."""
        return False

    def may_train(self, path: str) -> bool:
        """Not known, nor needed: what runs reads HDF5 as it was read then."""
        return False

    def is_applied(self) -> bool:
        """Not known yet."""
        return False

    def note(self, told: str) -> None:
        """Remember what was done."""
        self.notes.append(told)


_STAND_INS = "onefit.scripts.eras.stand_ins"
Translate = Callable[[Call], None]


def bind(positions: Sequence[str], given: Sequence[Any], named: Mapping[str, Any]) -> dict | None:
    """Arguments by name; None where there are more than names, or a name twice.

    >>> bind(["x", "y"], [1], {"y": 2})
    {'x': 1, 'y': 2}
    >>> bind(["x"], [1, 2], {}) is None
    True
    """
    if len(given) > len(positions):
        return None
    bound = dict(zip(positions, given))
    if bound.keys() & named.keys():
        return None
    return bound | dict(named)
