"""A stage of a pipeline: what gives elements, again with each start.

A stage is frozen but for what TensorFlow's own stages keep: the seeds of `shuffle`, the memory of
`cache`. It starts its input when it is started itself, as TensorFlow's iterators do, so that two
pipelines over one `shuffle` draw seeds in TensorFlow's order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from onefit.scripts.tensorflow.data.leaves import Nested, row_of
from onefit.scripts.tensorflow.data.structure import Element, flatten, map_leaves
from onefit.scripts.tensorflow.errors import InvalidArgumentError
from onefit.scripts.tensorflow.rows import Rows
from onefit.scripts.tensorflow.tensor import Tensor

# The numbers that `tf.data` has for them, which scripts compare with.
INFINITE, UNKNOWN = -1, -2
AUTOTUNE = -1
Elements = Iterator[Element]


class Table:
    """Arrays with one first axis: its rows are the elements.

    Args:
        arrays: Arrays of NumPy's, nested as the elements are.
    """

    def __init__(self, arrays: Element) -> None:
        """Keep the arrays."""
        self.arrays = arrays

    def row(self, number: int) -> Element:
        """One row."""
        return map_leaves(lambda a: row_of(a, number), self.arrays)

    def rows(self, numbers: list[int]) -> Element:
        """Some rows, as a batch.

        >>> Table(np.array([5, 6, 7])).rows([2, 0])
        array([7, 5])
        """
        place = np.array(numbers, np.intp)
        return map_leaves(
            lambda a: a.rows_at(place) if isinstance(a, Rows) else a[place], self.arrays
        )

    def __len__(self) -> int:
        """The number of rows."""
        return len(flatten(self.arrays)[0])


class Stage(Nested):
    """What a stage has. Each kind of stage derives from this class.

    A stage that only chooses among the rows of a `Table`, or orders them, says so with `table` and
    `rows`: batches are cut from the table then, and no row is an element of its own before.
    """

    of_user: ClassVar[Callable[[Any], Any]]
    """Makes a `tf.data.Dataset` of a stage; `dataset.py` sets it."""

    waits: ClassVar[bool] = False
    """Whether its elements come from elsewhere: files, a generator."""

    fresh: bool = False
    """Whether the arrays of its elements are made for them: nobody else has or changes them."""

    options: Any = None
    """What a script has set for it, of `tf.data.Options`."""

    table: Table | None = None
    written = "Variant"
    """The name of TensorFlow's class, without `_` and `Dataset`."""

    @cached_property
    def spec(self) -> Element:
        """The shapes and dtypes of the elements."""
        raise NotImplementedError

    def start(self) -> Elements:
        """The elements from the first on."""
        raise NotImplementedError

    def rows(self) -> Iterator[int]:
        """The numbers of the rows from the first on, where there is a table."""
        raise NotImplementedError

    def count(self) -> int:
        """How many elements there are, or `INFINITE` or `UNKNOWN`."""
        return UNKNOWN

    def shown(self) -> Any:
        """This stage as a user's dataset."""
        return type(self).of_user(self)


class Order(Stage):
    """A stage that gives the elements of another, some or all, in some order, and no others.

    Args:
        source: The other stage.
    """

    def __init__(self, source: Stage) -> None:
        """Keep the other stage, and its table."""
        self.source, self.table, self.fresh = source, source.table, source.fresh

    @cached_property
    def spec(self) -> Element:
        """Those of the other stage."""
        return self.source.spec

    def order(self, start: Callable[[], Iterator[Any]]) -> Iterator[Any]:
        """The order, of whatever: elements, or numbers of rows.

        Args:
            start: Starts the other stage.
        """
        raise NotImplementedError

    def start(self) -> Elements:
        """The elements in that order."""
        if self.table is not None:
            return map(self.table.row, self.rows())
        return self.order(self.source.start)

    def rows(self) -> Iterator[int]:
        """The rows in that order."""
        return self.order(self.source.rows)

    def count(self) -> int:
        """That of the other stage."""
        return self.source.count()


def demand_calls(number: Any) -> None:
    """Raise for a number of calls at a time that is none.

    Args:
        number: `num_parallel_calls` of a method; `None` where it is not given.

    Raises:
        InvalidArgumentError: For it.
    """
    if number is not None and (count := concrete(number)) < 1 and count != AUTOTUNE:
        raise InvalidArgumentError(
            f"num_parallel_calls must be greater than zero. Received: {count}."
        )


def concrete(value: Any) -> int:
    """An argument that is one integer: Python's, NumPy's or a tensor of int64.

    Raises:
        TypeError: For a fraction of Python's, text, and what is no number.
        ValueError: For a tensor of another dtype.

    >>> concrete(np.int64(3))
    3
    """
    if isinstance(value, float | str | bytes):
        raise TypeError(f"Cannot convert {value!r} to EagerTensor of dtype int64: use int(...).")
    if type(value) is Tensor and value.dtype != "int64":
        raise ValueError(
            f"Tensor conversion requested dtype int64 for Tensor with dtype {value.dtype.name}: "
            "use tf.cast."
        )
    try:
        return int(value)
    except TypeError:
        raise TypeError(f"Expected an integer. Received: {value!r}.") from None
