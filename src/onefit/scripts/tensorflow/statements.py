"""What the statements of a converted function do: Python's own, or control flow of the program.

`conversion.py` rewrites `if`, `while`, `for`, `and`, `or` and `not` of a function to calls of
these. Where a condition is known they do what Python does; where it is a traced tensor, the names
that a statement assigns to go through `cond`, `while_loop` or `scan`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import lax

from onefit.scripts.tensorflow.arrays import creation
from onefit.scripts.tensorflow.control_flow.branches import chosen, cond
from onefit.scripts.tensorflow.control_flow.carried import (
    array_of,
    is_traced,
    learned,
    like,
    tensor_of,
)
from onefit.scripts.tensorflow.control_flow.loops import scanned, while_loop
from onefit.scripts.tensorflow.mode import here
from onefit.scripts.tensorflow.operation import leaves, nested
from onefit.scripts.tensorflow.operators import Operators
from onefit.scripts.tensorflow.program import PLACE, Trace, filled
from onefit.scripts.tensorflow.tensor import Tensor
from onefit.scripts.tensorflow.tensor_array import TensorArray
from onefit.scripts.tensorflow.undefined import Undefined

Values = tuple[Any, ...]
MISSING = object()
"""What a branch leaves for a name that it assigns nothing to."""


def if_statement(
    test: Any,
    body: Callable[[], None],
    otherwise: Callable[[], None],
    get: Callable[[], Values],
    put: Callable[[Values], None],
    names: tuple[str, ...],
) -> None:
    """`if test: body else: otherwise`.

    Args:
        test: The condition.
        body: Runs the first block.
        otherwise: Runs the other one.
        get: Gives the values of the names that the blocks assign.
        put: Assigns to them.
        names: The names.
    """
    if not is_traced(test):
        (body if test else otherwise)()
        return
    before = get()
    lists: dict[int, TensorArray] = {}

    def branch(block: Callable[[], None]) -> Callable[[], Any]:
        def run() -> list[Any]:
            put(before)
            block()
            after = get()
            lists.update((n, one) for n, one in enumerate(after) if isinstance(one, TensorArray))
            return [MISSING if isinstance(one, Undefined) else _result(one) for one in after]

        return run

    try:
        traces = [Trace(branch(block), []) for block in (otherwise, body)]
        both = [n for n in range(len(names)) if _is_in_both(*(one.structure[n] for one in traces))]
        kept = [_outputs(trace.structure, both) for trace in traces]
        try:
            results = chosen(array_of(test).astype(jnp.int32), traces, kept)
        except TypeError as error:
            told = ", ".join(names[place] for place in both)
            raise TypeError(f"{error} They are assigned to {told}.") from None
    finally:
        put(before)
    structure = [one if n in both else None for n, one in enumerate(traces[1].structure)]
    values = filled(structure, results)
    values = [like(lists.get(n), one) if n in both else one for n, one in enumerate(values)]
    put(tuple(one if n in both else Undefined(names[n]) for n, one in enumerate(values)))


def _is_in_both(one: Any, other: Any) -> bool:
    """Whether both branches leave the same kind of value."""
    parts = list(leaves(one)), list(leaves(other))
    if one is MISSING or len(parts[0]) != len(parts[1]):
        return False
    return all(part is same for part, same in zip(*parts))


def _outputs(structure: Any, wanted: list[int]) -> list[int]:
    """Which results of a trace belong to the wanted names."""
    counts = [sum(part is PLACE for part in leaves(one)) for one in structure]
    starts = [sum(counts[:n]) for n in range(len(counts))]
    return [starts[n] + place for n in wanted for place in range(counts[n])]


def while_statement(
    test: Callable[[], Any],
    body: Callable[[], None],
    get: Callable[[], Values],
    put: Callable[[Values], None],
    names: tuple[str, ...],
) -> None:
    """`while test: body`; arguments as those of `if_statement`."""
    holds = test()
    if not is_traced(holds) and not (here.traced and isinstance(holds, Operators)):
        while holds:
            body()
            holds = test()
            if is_traced(holds):
                while_statement(test, body, get, put, names)
                return
        return
    first = get()
    places = [n for n, one in enumerate(first) if not isinstance(one, Undefined)]
    places = [n for n in places if _is_numeric(first[n])]

    def with_values(values: Iterable[Any]) -> Values:
        every = list(first)
        for place, value in zip(places, values):
            every[place] = value
        return tuple(every)

    def goes_on(*values: Any) -> Any:
        put(with_values(values))
        return test()

    def following(*values: Any) -> list[Any]:
        put(with_values(values))
        body()
        after = get()
        return [after[place] for place in places]

    try:
        last = while_loop(goes_on, following, [first[place] for place in places])
    finally:
        put(first)
    put(with_values(last))


def for_statement(
    sequence: Any,
    body: Callable[[Any], None],
    goes_on: Callable[[], Any] | None,
    get: Callable[[], Values],
    put: Callable[[Values], None],
    names: tuple[str, ...],
) -> None:
    """`for one in sequence: body(one)`, as long as `goes_on`.

    Args:
        sequence: What is gone through. A tensor of a function that is traced becomes a scan.
        body: Assigns the loop's variable and runs the block.
        goes_on: Gives `False` after a `break`. Defaults to `None`.
        get: As that of `if_statement`.
        put: As that of `if_statement`.
        names: As those of `if_statement`.
    """
    if isinstance(sequence, Range):
        sequence.loop(body, goes_on, get, put, names)
        return
    of_tensor = here.traced and isinstance(sequence, Operators) and np.ndim(array_of(sequence))
    if not of_tensor:
        _in_python(sequence, body, goes_on)
        return
    first = get()
    places = [n for n, one in enumerate(first) if _is_numeric(one)]
    told = [names[place] for place in places]

    def with_values(values: Iterable[Any]) -> Values:
        every = list(first)
        for place, value in zip(places, values):
            every[place] = value if isinstance(value, TensorArray) else like(first[place], value)
        return tuple(every)

    def step(one: Tensor, *values: Any) -> list[Any]:
        put(with_values(values))
        if goes_on is None:
            body(one)
        else:
            if_statement(goes_on(), lambda: body(one), lambda: None, get, put, names)
        after = get()
        return [_result(after[place]) for place in places]

    rows = array_of(sequence)
    try:
        begun = learned(lambda *values: step(Tensor(rows[0]), *values), [first[n] for n in places])
        for place, one in zip(places, begun):
            first = (*first[:place], one, *first[place + 1 :])
        last, _, _ = scanned(step, [array_of(one) for one in begun], rows, told)
    finally:
        put(first)
    put(with_values(map(Tensor, last)))


def _in_python(sequence: Any, body: Any, goes_on: Any) -> None:
    for one in sequence:
        body(one)
        if goes_on is None:
            continue
        holds = goes_on()
        if is_traced(holds):
            raise TypeError(
                "Expected a `break` that depends on known values in a loop over a Python sequence. "
                "Received: a `break` that depends on a tensor. Loop over tf.range or a tensor."
            )
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

    def loop(self, body: Any, goes_on: Any, get: Any, put: Any, names: tuple[str, ...]) -> None:
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

        while_statement(test, step, lambda: (number[0], *get()), put_all, ("range", *names))


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


def expression_if(test: Any, body: Callable[[], Any], otherwise: Callable[[], Any]) -> Any:
    """`body if test else otherwise`."""
    return cond(test, body, otherwise)


def both(one: Callable[[], Any], *others: Callable[[], Any]) -> Any:
    """`one and other`."""
    value = one()
    for other in others:
        if is_traced(value):
            value = Tensor(jnp.logical_and(array_of(value), array_of(other())))
        elif not value:
            return value
        else:
            value = other()
    return value


def either(one: Callable[[], Any], *others: Callable[[], Any]) -> Any:
    """`one or other`."""
    value = one()
    for other in others:
        if is_traced(value):
            value = Tensor(jnp.logical_or(array_of(value), array_of(other())))
        elif value:
            return value
        else:
            value = other()
    return value


def opposite(one: Any) -> Any:
    """`not one`."""
    return Tensor(lax.bitwise_not(array_of(one))) if is_traced(one) else not one


def _is_numeric(one: Any) -> bool:
    """Whether a name's value can go through a loop of the program."""
    if isinstance(one, Undefined) or hasattr(one, "assign_add"):
        return False
    return isinstance(one, bool | int | float | Operators | TensorArray)


def _result(one: Any) -> Any:
    """A value that a branch leaves: numbers become tensors, so that both can leave one."""
    return nested(lambda part: tensor_of(part) if _is_numeric(part) else part, one)
