"""A table whose order comes with the data: a pipeline that shuffles rows and makes batches.

Keras makes the order of arrays itself, see `tables.py`. Where data are arrays and a list of row
numbers for each batch, as a dataset of `tf.data` may be, its adapter says so with `row_order`, and
an epoch can be part of a program.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, Protocol

import jax
import numpy as np

from onefit.training.core.rows import Rows, Sizes
from onefit.training.data.padding import cut
from onefit.training.data.tables import Table, as_jax_would, is_table


class RowOrder(Protocol):
    """Arrays, and the numbers of their rows in the order of their use, batch by batch."""

    arrays: Any
    """Pytree of NumPy's arrays; a batch is the same rows of each."""
    size: int
    """The rows of a full batch."""
    rows: int | None
    """The rows of a pass; `None` if it has no end."""
    ordered: bool
    """Whether each pass reads the rows as they lie, from the first on."""
    steady: bool
    """Whether all passes are the same."""

    def start(self) -> Iterator[list[int]]:
        """A new pass: the row numbers of each batch; all batches but the last are full."""

    def mark(self) -> Any:
        """What decides about the passes to come, at this point."""

    def back_to(self, mark: Any) -> None:
        """Go on as from that point."""


class OrderedTable(Table):
    """The rows of a `RowOrder`, for programs.

    Args:
        iterator: Keras's iterator over the data, whose adapter has a `row_order`.
    """

    def __post_init__(self) -> None:
        """Take the sizes of a pass, or of so many steps of one without an end."""
        self.given: RowOrder = self.iterator.data_adapter.row_order
        self.steps = self.iterator.steps_per_epoch
        self.executed = self.iterator.steps_per_execution
        rows = self.given.rows
        self.sizes = Sizes.of(
            self.steps * self.given.size if rows is None else rows, self.given.size
        )
        self._arrays = self._first = None
        self._pass: Iterator[list[int]] | None = None
        self._marks: list[list[Any]] = []  # after each batch of the epochs drawn last
        self._host: Any = None

    @property
    def ordered(self) -> bool:
        """Whether the rows are read as they lie, in each epoch from the first on."""
        return self.given.ordered and self.given.rows is not None

    @property
    def follows(self) -> bool:
        """Whether an epoch's order goes on from where the one before it ended."""
        return not self.ordered

    def mark(self) -> Any:
        """What decides about the orders to come."""
        return self.given.mark()

    def back_to(self, mark: Any) -> None:
        """Go on as from that point."""
        self.given.back_to(mark)

    def host_arrays(self) -> Any:
        """The arrays in the dtypes that they have on the device."""
        if self._host is None:
            self._host = jax.tree.map(as_jax_would, self.given.arrays)
        return self._host

    def step_arrays(self) -> Any:
        """The arrays in the dtypes in which a step that is run by itself gets their rows."""
        return self.given.arrays

    def host_rows(self) -> Callable[[int, int], Any]:
        """A function that gives rows `start` to `end` of the arrays."""
        arrays = self.host_arrays()
        return lambda start, end: cut(arrays, start, end)

    def renew(self) -> None:
        """Nothing: a pipeline has arrays of its own."""

    def order(self, epochs: int, length: int) -> Rows:
        """The next epochs' rows, but for their arrays; see `Table.order`."""
        full = np.full(length, self.sizes.full, np.int32)
        partial = np.full(length, int(self.sizes.partial > 0), np.int32)
        if self.ordered:
            return Rows(None, None, full, partial)
        order = np.zeros((length, self.sizes.rows), np.int32)
        # The marks after each batch are kept because a training may end, or be asked to stop,
        # before the epochs that are drawn ahead have been read.
        self._marks = [self._drawn_into(order[epoch]) for epoch in range(epochs)]
        return Rows(None, order, full, partial)

    def _drawn_into(self, order: np.ndarray) -> list[Any]:
        """Write an epoch's row numbers down; give the marks after each of its batches."""
        if self._pass is None or self.given.rows is not None:
            self._pass = self.given.start()
        marks, used = [], 0
        for numbers in islice(self._pass, self.sizes.full + bool(self.sizes.partial)):
            order[used : used + len(numbers)] = numbers
            used += len(numbers)
            marks.append(self.given.mark())
        if self.given.rows is not None and marks:
            self.given.start()  # Keras makes an iterator at an epoch's end, too
            marks[-1] = self.given.mark()
        return marks

    def undraw(self, epochs: int, steps: int = 0) -> None:
        """Leave the pipeline as if only the first of the epochs drawn last had been read.

        Args:
            epochs: How many of them have begun.
            steps: How many batches of the last of these were read. Defaults to `0`: all.
        """
        if not self.ordered and (steps or epochs < len(self._marks)):
            self.given.back_to(self._marks[epochs - 1][steps - 1])


def table_of(iterator: Any) -> Table | None:
    """The data of Keras's iterator as a table; `None` for a stream.

    Args:
        iterator: A `JAXEpochIterator`.
    """
    if is_table(iterator):
        return Table(iterator)
    order: RowOrder | None = getattr(iterator.data_adapter, "row_order", None)
    if order is None:
        return None
    steps = iterator.steps_per_epoch
    if (order.rows is None) != bool(steps) or (steps and iterator.steps_per_execution > 1):
        return None  # passes and epochs do not begin together
    table = OrderedTable(iterator)
    return None if table.sizes.empty else table


def steady_table_of(iterator: Any) -> Table | None:
    """The same, where every pass reads the same rows in the same order: for a validation."""
    table = table_of(iterator)
    if isinstance(table, OrderedTable) and not (table.given.steady and table.steps is None):
        return None
    return table


def contiguous_table_of(iterator: Any) -> Table | None:
    """The same, where rows are read as they lie: for predictions."""
    table = table_of(iterator)
    return None if isinstance(table, OrderedTable) and not table.ordered else table
