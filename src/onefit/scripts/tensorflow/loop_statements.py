"""What `while` and `for` of a converted function do: Python's own loops, or the program's."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from onefit.scripts.tensorflow.annotations import DTypeLike, TensorLike
from onefit.scripts.tensorflow.arrays import creation
from onefit.scripts.tensorflow.control_flow.carried import array_of, is_traced
from onefit.scripts.tensorflow.control_flow.loops import scanned, while_loop
from onefit.scripts.tensorflow.loop_names import Carried
from onefit.scripts.tensorflow.mode import here
from onefit.scripts.tensorflow.operators import Operators
from onefit.scripts.tensorflow.statements import Values, both, either, if_statement
from onefit.scripts.tensorflow.tensor import Tensor
from onefit.scripts.tensorflow.tensor_array import PartOfPython

UNROLLED = 16
"""How many elements of a dataset a program takes in one after the other."""


def while_statement(
    test: Callable[[], Any],
    body: Callable[[], None],
    get: Callable[[], Values],
    put: Callable[[Values], None],
    names: tuple[str, ...],
    outside: tuple[str, ...] = (),
) -> None:
    """`while test: body`; `get`, `put`, `names` and `outside` are those of a `Block`."""
    holds = test()
    if not is_traced(holds) and not (here.traced and isinstance(holds, Operators)):
        while holds:
            body()
            holds = test()
            if is_traced(holds):
                # A `break` by a tensor, say, has made the test a value of the program: the rest
                # is its loop.
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
        # The trace has put tracers into the names.
        put(carried.first)
    carried.end(last)


class Block(NamedTuple):
    """The block of a `for`, and the names that it changes.

    Args:
        body: Assigns the loop's variable and runs the block.
        goes_on: Gives `False` after a `break`; `None` where there is none.
        get: As that of `if_statement`.
        put: As that of `if_statement`.
        names: As those of `if_statement`.
        outside: Those of the names that are read outside of the loop.
        targets: Those of the names that each iteration assigns to before anything else.
    """

    body: Callable[[Any], None]
    goes_on: Callable[[], Any] | None
    get: Callable[[], Values]
    put: Callable[[Values], None]
    names: tuple[str, ...]
    outside: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()

    def once(self, one: Any) -> None:
        """Run it for one element, if no `break` came before."""
        if self.goes_on is None:
            self.body(one)
            return
        run = partial(self.body, one)
        if_statement(self.goes_on(), run, lambda: None, self.get, self.put, self.names)

    def scan(self, rows: Any, element: Callable[[Tensor], Any]) -> None:
        """Run it for each row of an array, which has some.

        Args:
            rows: The array.
            element: Makes of a row what the block takes.
        """
        carried = Carried(self.get, self.put, self.names, self.outside)
        carried.forget(self.targets)
        carried.learn(lambda row: self.body(element(row)), rows[0])

        def step(row: Tensor, *values: Any) -> list[Any]:
            carried.fill(values)
            self.once(element(row))
            return carried.read()

        try:
            state = [array_of(one) for one in carried.state()]
            last, _, _ = scanned(step, state, rows, carried.names)
        finally:
            # As in `while_statement`: the names hold tracers.
            self.put(carried.first)
        carried.end([Tensor(one) for one in last])


def for_statement(sequence: Any, *block: Any) -> None:
    """`for one in sequence`, as long as it goes on.

    Args:
        sequence: What is gone through. A tensor of a function that is traced becomes a scan; so
            does a dataset of arrays.
        *block: The fields of a `Block`.
    """
    loop = Block(*block)
    if isinstance(sequence, Range):
        sequence.loop(loop)
        return
    if here.traced and isinstance(sequence, Operators) and np.ndim(array_of(sequence)):
        rows = array_of(sequence)
        if len(rows):
            loop.scan(rows, lambda one: one)
        return
    batches = _program_of(sequence, loop) if here.traced else None
    if batches is None:
        _in_python(sequence, loop)
    else:
        batches.go_through(loop.scan, loop.once)


def _program_of(sequence: Any, loop: Block) -> Any:
    """A dataset that becomes a part of the program; `None` for what is gone through in Python.

    A few elements that are the same at each pass are taken in one after the other.
    """
    stage = getattr(sequence, "stage", None)
    if stage is None:
        return None
    from onefit.scripts.tensorflow.data_loops import batches_of

    batches = batches_of(stage)
    if batches is None or (batches.rows.steady and 0 <= stage.count() <= UNROLLED):
        return None
    return batches if loop.goes_on is None or batches.rows.steady else None


def _in_python(sequence: Any, loop: Block) -> None:
    pipeline = getattr(sequence, "stage", None)
    if here.traced and pipeline is not None and not 0 <= pipeline.count() <= UNROLLED:
        raise PartOfPython("has a loop over a dataset")
    for one in sequence:
        loop.body(one)
        if loop.goes_on is None:
            continue
        holds = loop.goes_on()
        if is_traced(holds):
            raise PartOfPython("leaves a loop over a Python sequence or a dataset by a tensor")
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

    def loop(self, block: Block) -> None:
        """`for one in range`; see `for_statement`."""
        # A list, because the functions below set what is in it, and the loop carries it with its
        # names.
        number = [self.start]
        goes_on = block.goes_on

        def test() -> Any:
            # The sign of `delta` may be known only when the program runs: the test has both
            # directions.
            before = both(
                lambda: either(lambda: self.delta < 0, lambda: number[0] < self.limit),
                lambda: either(lambda: self.delta > 0, lambda: number[0] > self.limit),
            )
            return before if goes_on is None else both(lambda: before, goes_on)

        def step() -> None:
            block.body(number[0])
            number[0] = number[0] + self.delta

        def put_all(values: Values) -> None:
            number[0] = values[0]
            block.put(values[1:])

        every = ("range", *block.names)
        while_statement(
            test, step, lambda: (number[0], *block.get()), put_all, every, block.outside
        )


def range_of(*bounds: Any) -> Any:
    """`range`: of tensors that are not known it is a loop of the program."""
    return Range(*bounds) if any(map(is_traced, bounds)) else range(*bounds)


def tensor_range(
    start: TensorLike,
    limit: TensorLike = None,
    delta: TensorLike = 1,
    dtype: DTypeLike = None,
    name: str = "range",
) -> Any:
    """`tf.range`, also where the numbers are not known."""
    bounds = (start,) if limit is None else (start, limit, delta)
    if dtype is None and any(map(is_traced, bounds)):
        return Range(*bounds)
    return creation.range(start, limit, delta, dtype)
