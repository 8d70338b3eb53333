"""What `while` and `for` of a converted function do: Python's own loops, or the program's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from onefit.scripts.tensorflow.arrays import creation
from onefit.scripts.tensorflow.control_flow.carried import (
    array_of,
    is_traced,
    like,
)
from onefit.scripts.tensorflow.control_flow.loops import scanned, while_loop
from onefit.scripts.tensorflow.mode import here
from onefit.scripts.tensorflow.operation import leaves, nested
from onefit.scripts.tensorflow.operators import Operators
from onefit.scripts.tensorflow.program import Trace
from onefit.scripts.tensorflow.statements import (
    Values,
    both,
    either,
    if_statement,
    is_numeric,
    result_of,
)
from onefit.scripts.tensorflow.tensor import Tensor
from onefit.scripts.tensorflow.tensor_array import LoopOfPython, TensorArray
from onefit.scripts.tensorflow.undefined import Undefined

UNROLLED = 16
"""How many elements of a dataset a program takes in one after the other."""


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

    def learn(self, body: Callable[..., None], *slices: Any) -> None:
        """Run the block once, for the shapes of what has no value yet.

        Args:
            body: Runs the block.
            *slices: Arrays that it takes.
        """
        parts = [one for value in self.first for one in leaves(value)]
        unknown = [name for name, one in zip(self.names, self.first) if isinstance(one, Undefined)]
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
    with jax.enable_x64(True):
        return Tensor(jnp.zeros(array.shape, array.dtype))


def _like(one: Any, value: Any) -> Any:
    """A number of an iteration as what it was: a tensor, or a `TensorArray`."""
    return value if isinstance(value, TensorArray) else like(one, value)


def while_statement(
    test: Callable[[], Any],
    body: Callable[[], None],
    get: Callable[[], Values],
    put: Callable[[Values], None],
    names: tuple[str, ...],
    outside: tuple[str, ...] = (),
) -> None:
    """`while test: body`; arguments as those of `for_statement`."""
    holds = test()
    if not is_traced(holds) and not (here.traced and isinstance(holds, Operators)):
        while holds:
            body()
            holds = test()
            if is_traced(holds):
                while_statement(test, body, get, put, names, outside)
                return
        return
    carried = Carried(get, put, names, outside)
    carried.learn(body)

    def goes_on(*values: Any) -> Any:
        carried.fill(values)
        return test()

    def following(*values: Any) -> list[Any]:
        carried.fill(values)
        body()
        return carried.read()

    try:
        last = while_loop(goes_on, following, carried.state(), names=carried.names)
    finally:
        put(carried.first)
    carried.end(last)


def for_statement(
    sequence: Any,
    body: Callable[[Any], None],
    goes_on: Callable[[], Any] | None,
    get: Callable[[], Values],
    put: Callable[[Values], None],
    names: tuple[str, ...],
    outside: tuple[str, ...] = (),
) -> None:
    """`for one in sequence: body(one)`, as long as `goes_on`.

    Args:
        sequence: What is gone through. A tensor of a function that is traced becomes a scan.
        body: Assigns the loop's variable and runs the block.
        goes_on: Gives `False` after a `break`. Defaults to `None`.
        get: As that of `if_statement`.
        put: As that of `if_statement`.
        names: As those of `if_statement`.
        outside: Those of the names that are read outside of the loop. Defaults to none.
    """
    if isinstance(sequence, Range):
        sequence.loop(body, goes_on, get, put, names, outside)
        return
    of_tensor = here.traced and isinstance(sequence, Operators) and np.ndim(array_of(sequence))
    if not of_tensor:
        _in_python(sequence, body, goes_on)
        return
    rows = array_of(sequence)
    if not len(rows):
        return
    carried = Carried(get, put, names, outside)

    def once(one: Any) -> None:
        if goes_on is None:
            body(one)
        else:
            if_statement(goes_on(), lambda: body(one), lambda: None, get, put, names)

    carried.learn(body, rows[0])

    def step(one: Tensor, *values: Any) -> list[Any]:
        carried.fill(values)
        once(one)
        return carried.read()

    try:
        state = [array_of(one) for one in carried.state()]
        last, _, _ = scanned(step, state, rows, carried.names)
    finally:
        put(carried.first)
    carried.end([Tensor(one) for one in last])


def _in_python(sequence: Any, body: Any, goes_on: Any) -> None:
    pipeline = getattr(sequence, "stage", None)
    if here.traced and pipeline is not None and not 0 <= pipeline.count() <= UNROLLED:
        raise LoopOfPython("has a loop over a dataset")
    for one in sequence:
        body(one)
        if goes_on is None:
            continue
        holds = goes_on()
        if is_traced(holds):
            raise LoopOfPython("leaves a loop over a Python sequence or a dataset by a tensor")
        if not holds:
            return


class Range:
    """`range` of tensors that are not known: a loop over it is a `while`.

    Args:
        *bounds: Start, limit and delta, as for `tf.range`.
    """

    def __init__(self, *bounds: Any) -> None:
        """Keep the bounds."""
        start, limit, delta = (0, *bounds, 1) if len(bounds) == 1 else (*bounds, 1)[:3]
        kind = next(one for one in bounds if is_traced(one))
        self.start: Any
        self.limit: Any
        self.delta: Any
        self.start, self.limit, self.delta = (
            Tensor(array_of(one).astype(array_of(kind).dtype)) for one in (start, limit, delta)
        )

    def loop(
        self, body: Any, goes_on: Any, get: Any, put: Any, names: Any, outside: Any = ()
    ) -> None:
        """`for one in range: body(one)`; see `for_statement`."""
        number = [self.start]

        def test() -> Any:
            before = both(
                lambda: either(lambda: self.delta < 0, lambda: number[0] < self.limit),
                lambda: either(lambda: self.delta > 0, lambda: number[0] > self.limit),
            )
            return before if goes_on is None else both(lambda: before, goes_on)

        def step() -> None:
            body(number[0])
            number[0] = number[0] + self.delta

        def put_all(values: Values) -> None:
            number[0] = values[0]
            put(values[1:])

        every = ("range", *names)
        while_statement(test, step, lambda: (number[0], *get()), put_all, every, outside)


def range_of(*bounds: Any) -> Any:
    """`range`: of tensors that are not known it is a loop of the program."""
    return Range(*bounds) if any(map(is_traced, bounds)) else range(*bounds)


def tensor_range(
    start: Any, limit: Any = None, delta: Any = 1, dtype: Any = None, name: str = "range"
) -> Any:
    """`tf.range`, also where the numbers are not known."""
    bounds = (start,) if limit is None else (start, limit, delta)
    if dtype is None and any(map(is_traced, bounds)):
        return Range(*bounds)
    return creation.range(start, limit, delta, dtype)
