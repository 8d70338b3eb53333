"""What has to hold of values that are not known while a function is traced.

A program computes whether it holds, and goes on; what did not hold first is told when it has run,
as TensorFlow's error. What was found goes through loops, branches and inner functions as the value
of a variable does.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from onefit.scripts.tensorflow.errors import InvalidArgumentError, OpError
from onefit.scripts.tensorflow.mode import here
from onefit.scripts.tensorflow.recorder import level
from onefit.scripts.tensorflow.refusals import values_of

Array = Any


class Found(threading.local):
    """What did not hold first: the number of a demand or 0, a place, and the value there.

    Traces carry it as the value of a variable; each thread has its own.
    """

    trainable = False
    path = "what_did_not_hold"
    _value: Array = np.zeros(3, np.int32)

    def reset(self) -> None:
        """Nothing is found yet."""
        self._value = np.zeros(3, np.int32)

    def _direct_assign(self, value: Array) -> None:
        self._value = value


class Demand(NamedTuple):
    """What an error says.

    Args:
        told: With `{place}` and `{value}`.
        shape: That of the values, for the place.
        kind: What the error is.
    """

    told: str
    shape: tuple[int, ...]
    kind: type[OpError]


FOUND = Found()
_demands: dict[Demand, int] = {}


@contextlib.contextmanager
def checked() -> Iterator[None]:
    """A block in which a program is made that tells of what did not hold."""
    before, here.checked = here.checked, True
    try:
        yield
    finally:
        here.checked = before


@contextlib.contextmanager
def this_level() -> Iterator[None]:
    """A block in which a function is traced whose results what was found is one of."""
    before, here.level = here.level, level()
    try:
        yield
    finally:
        here.level = before


@contextlib.contextmanager
def found_in_trace() -> Iterator[list[Array]]:
    """A block in which a function is traced; the list has afterwards what its program finds."""
    before, first = FOUND._value, np.zeros(3, np.int32)
    FOUND._value = first
    result: list[Array] = []
    try:
        with checked(), this_level():
            yield result
        # A program that demands nothing gives nothing more, and is not waited for.
        if FOUND._value is not first:
            result.append(FOUND._value)
    finally:
        FOUND._value = before


def can_be_told(value: Any) -> bool:
    """Whether a value is not known, and the program that is traced tells of it."""
    is_traced = isinstance(value, jax.core.Tracer) and not here.only_shapes
    return is_traced and here.checked and here.level is level()


def demand_everywhere(holds: Array, told: str, kind: type[OpError] = InvalidArgumentError) -> None:
    """Raise unless something holds everywhere: now if it is known, else when the program has run.

    Args:
        holds: Booleans.
        told: What the error says.
        kind: What the error is. Defaults to `InvalidArgumentError`.

    >>> demand_everywhere(np.array([True, False]), "Integer division by zero")
    Traceback (most recent call last):
    ...
    onefit.scripts.tensorflow.errors.InvalidArgumentError: Integer division by zero
    """
    if (known := values_of(holds)) is None:
        demand_in_program(holds, told, kind=kind)
    elif not known.all():
        raise kind(told)


def demand_in_program(
    holds: Array,
    told: str,
    values: Array | None = None,
    kind: type[OpError] = InvalidArgumentError,
) -> None:
    """Let the program that is traced tell if something does not hold.

    Args:
        holds: Booleans.
        told: What the error says, with `{place}` and `{value}`.
        values: Of what, of the shape of `holds`. Defaults to `holds`.
        kind: What the error is. Defaults to `InvalidArgumentError`.
    """
    if not can_be_told(holds) or not holds.size:
        return
    demand = Demand(told, tuple(holds.shape), kind)
    # A number, since a program cannot give back a text.
    number = _demands.setdefault(demand, len(_demands) + 1)
    flat, shown = holds.reshape(-1), (holds if values is None else values).reshape(-1)
    # Of booleans the least is the first that does not hold.
    place = jnp.argmin(flat)
    limits = np.iinfo(np.int32)
    # A number of 64 bits has to stand beside two others of 32.
    value = jnp.clip(shown[place], limits.min, limits.max).astype("int32")
    new = jnp.stack([jnp.asarray(number, "int32"), place.astype("int32"), value])
    # TensorFlow stops at the first error, so later ones are not told.
    is_first = ~flat[place] & (jnp.asarray(FOUND._value)[0] == 0)
    FOUND._value = jnp.where(is_first, new, FOUND._value)


def demand_within(numbers: Array, length: int, told: str, from_the_end: bool = False) -> None:
    """Let the program that is traced tell of numbers outside of an axis.

    Args:
        numbers: Integers.
        length: The length of the axis.
        told: What the error says, with `{place}` and `{value}`.
        from_the_end: Whether -1 is the last place. Defaults to `False`.
    """
    if can_be_told(numbers):
        least = -length if from_the_end else 0
        demand_in_program((numbers >= least) & (numbers < length), told, numbers)


def raise_for(found: Array) -> None:
    """Raise if a program has found something.

    Args:
        found: What it has given for `FOUND`.

    Raises:
        OpError: With what its demand says.
    """
    number, flat, value = np.asarray(found).tolist()
    if number:
        FOUND.reset()
        # A dict keeps the order in which demands were numbered.
        told, shape, kind = list(_demands)[number - 1]
        place = ",".join(map(str, np.unravel_index(flat, shape))) if shape else ""
        raise kind(
            told.replace("{place}", f"[{place}]" if place else "").replace("{value}", str(value))
        )
