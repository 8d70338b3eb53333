"""A number that stands for a column of numbers: one traced step, every member's own values.

A hyper-parameter of Keras is a Python float that the step closes over. While a step is traced for
many members, a `Column` stands in its place. What Python does with it (`1 - beta`) is done for
every member in 64 bit, as Python would; where it meets an array, it becomes an input of the step,
rounded to 32 bit as a Python float would be. So every member computes with the numbers with which
it would compute alone. Where Python branches on it (`if rate > 0`) the members must agree.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import jax
import numpy as np


class Disagreement(Exception):
    """Members take different branches of a Python `if`.

    Args:
        sides: bool of shape `(members,)`.
    """

    def __init__(self, sides: np.ndarray) -> None:
        """Keep who goes which way."""
        super().__init__("members take different branches")
        self.sides = sides


class Border:
    """Where columns become inputs of the step that is being traced.

    Args:
        inputs: float32 tracers of one member's values, as many as there is room for.
    """

    def __init__(self, inputs: list[Any]) -> None:
        """Nothing has crossed yet."""
        self.inputs = inputs
        self.columns: list[np.ndarray] = []
        self.seen: set[str] = set()

    def cross(self, values: np.ndarray) -> Any:
        """The tracer for a column; the same one for the same values."""
        for place, known in enumerate(self.columns):
            if np.array_equal(known, values):
                return self.inputs[place]
        if len(self.columns) == len(self.inputs):
            raise NoRoom
        self.columns.append(values)
        return self.inputs[len(self.columns) - 1]


class NoRoom(Exception):
    """More columns meet arrays than inputs were made for."""


class Column:
    """One number a member.

    Args:
        values: float64 of shape `(members,)`.
        border: Where it becomes an input of the step.
        name: With what the border notes that the step has looked at it. Defaults to `""`: not.

    >>> beta = Column(np.array([0.9, 0.99]), Border([]))
    >>> (1 - beta).values.tolist() == [1 - 0.9, 1 - 0.99]
    True
    >>> bool(beta > 0)
    True
    """

    shape: tuple[int, ...] = ()
    ndim = 0

    def __init__(self, values: np.ndarray, border: Border, name: str = "") -> None:
        """Keep the values."""
        self.numbers, self.border, self.name = values, border, name

    @property
    def values(self) -> np.ndarray:
        """The values, and a note that they were looked at."""
        if self.name:
            self.border.seen.add(self.name)
        return self.numbers

    @property
    def dtype(self) -> Any:
        """What Keras sees: a number of its own default kind."""
        return np.dtype(np.float32)

    def __jax_array__(self) -> Any:
        """Become an input of the step, as weakly typed as a Python float."""
        return jax.lax.convert_element_type(self.border.cross(self.values), float)

    def __float__(self) -> float:
        """Refuse: no one number is right for all members."""
        raise TypeError("a column of numbers has no single value")

    def __bool__(self) -> bool:
        """Whether it is not zero, if the members agree."""
        return _agreed(self.values != 0)

    def __hash__(self) -> int:
        """By identity."""
        return id(self)


def _agreed(sides: np.ndarray) -> bool:
    if sides.all() or not sides.any():
        return bool(sides[0])
    raise Disagreement(sides)


def _binary(operation: Callable[..., Any], swapped: bool) -> Callable[..., Any]:
    def method(self: Column, other: Any) -> Any:
        if isinstance(other, Column):
            other = other.values
        elif not isinstance(other, (int, float)):
            mine = self.__jax_array__()
            return operation(other, mine) if swapped else operation(mine, other)
        pair = (other, self.values) if swapped else (self.values, other)
        return Column(np.asarray(operation(*pair), np.float64), self.border)

    return method


def _unary(operation: Callable[..., Any]) -> Callable[[Column], Column]:
    return lambda self: Column(operation(self.values), self.border)


def _compared(operation: Callable[..., Any]) -> Callable[..., Any]:
    def method(self: Column, other: Any) -> Any:
        if isinstance(other, Column):
            other = other.values
        elif not isinstance(other, (int, float)):
            return NotImplemented if other is None else operation(self.__jax_array__(), other)
        return _agreed(np.asarray(operation(self.values, other)))

    return method


for _name in ("add", "sub", "mul", "truediv", "pow", "floordiv", "mod"):
    _operation = getattr(operator, _name)
    setattr(Column, f"__{_name}__", _binary(_operation, swapped=False))
    setattr(Column, f"__r{_name}__", _binary(_operation, swapped=True))
for _name in ("eq", "ne", "lt", "le", "gt", "ge"):
    setattr(Column, f"__{_name}__", _compared(getattr(operator, _name)))
for _name in ("neg", "abs"):
    setattr(Column, f"__{_name}__", _unary(getattr(operator, _name)))

# an argument of a function that JAX has jitted becomes an input here, and is one inside
jax.tree_util.register_pytree_node(
    Column, lambda column: ((column.__jax_array__(),), None), lambda _, leaves: leaves[0]
)
