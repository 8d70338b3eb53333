"""The names that a loop's block changes, as values that go from one iteration to the next."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import jax
import jax.numpy as jnp

from onefit.scripts.tensorflow.control_flow.carried import array_of, like
from onefit.scripts.tensorflow.operation import leaves, nested
from onefit.scripts.tensorflow.program import Trace
from onefit.scripts.tensorflow.statements import Values, is_numeric, result_of
from onefit.scripts.tensorflow.tensor import Tensor
from onefit.scripts.tensorflow.tensor_array import TensorArray
from onefit.scripts.tensorflow.undefined import Undefined


class Carried:
    """What a block changes, as the values that go from one iteration of a loop to the next.

    Numbers go through the loop, also those in lists, tuples and dicts. A name that has no value yet
    gets zeros of the shape that the block gives it, if it is read elsewhere. Other objects stay as
    they are.

    Args:
        get: Gives the values of the names that the block assigns.
        put: Assigns to them.
        names: The names.
        outside: Those that are read outside of the block.
    """

    def __init__(
        self,
        get: Callable[[], Values],
        put: Callable[[Values], None],
        names: Sequence[str],
        outside: Sequence[str],
    ) -> None:
        """Begin with the values that the names have."""
        self.get, self.put, self.names, self.outside = get, put, names, outside
        self.first: Values = get()
        self.lost: set[int] = set()

    def forget(self, names: Sequence[str]) -> None:
        """Take some names as if they had no value: each iteration assigns to them first.

        Args:
            names: Their names.
        """
        self.first = tuple(
            Undefined(name) if name in names else one for name, one in zip(self.names, self.first)
        )

    def learn(self, body: Callable[..., None], *slices: Any) -> None:
        """Run the block once, for the shapes of what has no value yet.

        Args:
            body: Runs the block.
            *slices: Arrays that it takes.
        """
        parts = [one for value in self.first for one in leaves(value)]
        unknown = [name for name, one in zip(self.names, self.first) if isinstance(one, Undefined)]
        # A second trace repeats Python's side effects, so that there is one only where it is
        # needed.
        if not any(map(_is_open, parts)) and not set(unknown) & set(self.outside):
            return
        known = [array_of(one) for one in parts if is_numeric(one) and not _is_open(one)]
        found: list[Any] = []

        def once(*given: Tensor) -> list[Any]:
            rest = iter(given[len(slices) :])

            def filled(one: Any) -> Any:
                return _like(one, next(rest)) if is_numeric(one) and not _is_open(one) else one

            self.put(nested(filled, self.first))
            body(*given[: len(slices)])
            found.extend(self.get())
            return []

        try:
            Trace(once, [*slices, *known])
        finally:
            # The trace has left its tracers in the names.
            self.put(self.first)
        self.first = tuple(
            one if isinstance(one, Undefined) and name not in self.outside else _begun(one, later)
            for name, one, later in zip(self.names, self.first, found)
        )

    def state(self) -> list[Any]:
        """The numbers before the first iteration."""
        return [one for value in self.first for one in leaves(value) if is_numeric(one)]

    def fill(self, values: Sequence[Any]) -> None:
        """Give the names the numbers of an iteration.

        Args:
            values: As those of `state`.
        """
        self.put(self._filled(iter(values)))

    def read(self) -> list[Any]:
        """The numbers after the block.

        Raises:
            TypeError: If a list or dict has become another one.
        """
        found: list[Any] = []
        for place, (before, after) in enumerate(zip(self.first, self.get())):
            if any(map(is_numeric, leaves(before))):
                found += self._numbers(place, before, after)
            elif after is not before:
                self._changed(place, before, after)
        return found

    def end(self, values: Sequence[Any]) -> None:
        """Give the names what they have after the loop; see `fill`."""
        last = self._filled(iter(values))
        self.put(tuple(Undefined(self.names[n]) if n in self.lost else one
                       for n, one in enumerate(last)))  # fmt: skip

    def _filled(self, remaining: Iterator[Any]) -> Values:
        return nested(
            lambda one: _like(one, next(remaining)) if is_numeric(one) else one, self.first
        )

    def _numbers(self, place: int, before: Any, after: Any) -> list[Any]:
        numbers = [one for one in leaves(result_of(after)) if is_numeric(one)]
        expected = [one for one in leaves(before) if is_numeric(one)]
        if type(before) in (list, tuple, dict) and type(after) is not type(before):
            numbers = []
        if len(numbers) != len(expected):
            raise TypeError(
                f"Expected a loop that keeps what its names hold. Received: "
                f"{self.names[place]!r}, which holds {len(expected)} tensors before and "
                f"{len(numbers)} after one iteration."
            )
        return numbers

    def _changed(self, place: int, before: Any, after: Any) -> None:
        self.lost.add(place)
        if before is None and any(map(is_numeric, leaves(after))):
            raise TypeError(
                f"Expected a tensor as the first value of a name that a loop over a tensor "
                f"changes. Received: {self.names[place]!r}, which is None before the loop."
            )


def _begun(first: Any, later: Any) -> Any:
    """A first value as the loop needs it, by what the block has given."""
    if isinstance(first, Undefined):
        numbers = list(leaves(later))
        known = numbers and all(map(is_numeric, numbers))
        return nested(_zeros, result_of(later)) if known else first
    if _is_open(first):
        shape = later.element_shape if isinstance(later, TensorArray) else None
        return first if shape is None else first.shaped(tuple(shape))
    if type(first) in (list, tuple) and isinstance(later, type(first)) and len(first) == len(later):
        return type(first)([_begun(*pair) for pair in zip(first, later)])
    return first


def _is_open(one: Any) -> bool:
    """Whether it is a `TensorArray` whose elements have no shape yet."""
    return isinstance(one, TensorArray) and not one.is_shaped


def _zeros(one: Any) -> Any:
    if isinstance(one, TensorArray):
        return one
    array = one._array()
    # Else JAX makes 32 bits of int64 and float64.
    with jax.enable_x64(True):
        return Tensor(jnp.zeros(array.shape, array.dtype))


def _like(one: Any, value: Any) -> Any:
    """A number of an iteration as what it was: a tensor, or a `TensorArray`."""
    return value if isinstance(value, TensorArray) else like(one, value)
