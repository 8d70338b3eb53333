"""Arrays, in exactly the order in which Keras would feed them.

Keras's own iterators check the arguments and decide sizes; nothing of that is written again here.
`Table` is what becomes of arrays: they lie on the device once, and an epoch is a list of row
numbers. Anything else is a stream, see `streams.py`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from keras.src import tree
from keras.src.backend.jax.trainer import JAXEpochIterator
from keras.src.trainers.data_adapters import array_slicing
from keras.src.trainers.data_adapters.array_data_adapter import ArrayDataAdapter

from onefit.training.apart import by_itself
from onefit.training.rows import cut

SMALL = 2**17  # bytes of a table up to which it is not worth its own way to the device
MOST_ROWS = 2**31 - 1  # programs count rows in 32 bit


class Sizes(NamedTuple):
    """The static sizes of a table: rows in all, rows a batch, full batches, rows left over."""

    rows: int
    batch: int
    full: int
    partial: int

    @classmethod
    def of(cls, rows: int, batch: Any) -> Sizes:
        """The sizes of so many rows in batches of a size that Keras has taken.

        Keras takes all that it can divide by, and slices with it later: NumPy's numbers and those
        beyond 64 bit are sizes. A negative number makes no batch, and what cannot be an index none
        that could be sliced.

        >>> Sizes.of(10, 4)
        Sizes(rows=10, batch=4, full=2, partial=2)
        >>> Sizes.of(10, 2**70).partial, Sizes.of(10, -3).empty
        (10, True)
        """
        try:
            size = min(max(0, operator.index(batch)), MOST_ROWS)
        except TypeError:
            size = 0
        return cls(rows, size, *(divmod(rows, size) if size else (0, 0)))

    @property
    def empty(self) -> bool:
        """Whether there is no batch."""
        return not (self.full or self.partial)


class Rows(NamedTuple):
    """What a program reads of a table.

    Args:
        arrays: Pytree of arrays with `rows` as first axis; on the device. `None` where only their
            order is asked for.
        order: int32 of shape `(epochs, width)`: the row numbers of each epoch in the order of
            their use. `None` if every epoch reads the rows as they lie.
        full: int32 of shape `(epochs,)`: full batches in each epoch.
        partial: int32 of shape `(epochs,)`: 1 where the left-over rows come last, else 0.
    """

    arrays: Any
    order: Any
    full: Any
    partial: Any


@dataclass
class Table:
    """Arrays, with Keras's iterator over their row numbers.

    Args:
        iterator: The `JAXEpochIterator` that Keras would use for these arrays.
    """

    iterator: Any

    def __post_init__(self) -> None:
        """Take sizes and order from Keras's adapter."""
        adapter = self.iterator.data_adapter
        self.sizes = Sizes.of(adapter._num_samples, adapter._batch_size)
        self.shuffle = adapter._shuffle
        self.steps = self.iterator.steps_per_epoch
        self.executed = self.iterator.steps_per_execution
        self._arrays: Any = None
        self._index: Any = None
        self._first: Rows | None = None
        self._drawn = 0  # epochs drawn last
        self._before: Any = None  # np.random before them
        self._marks: list[list[Any]] = []  # np.random after each of their batches, and ends

    @property
    def whole(self) -> bool:
        """Whether every epoch reads every row: no `steps_per_epoch` cuts it."""
        return self.steps is None or self.steps == self.sizes.full + bool(self.sizes.partial)

    @property
    def ordered(self) -> bool:
        """Whether the rows are read as they lie."""
        return self.whole and not self.shuffle

    def host_arrays(self) -> Any:
        """The arrays as Keras would slice and cast them, uncut."""
        return _converted(self.iterator.data_adapter._inputs)

    def host_rows(self) -> Callable[[int, int], Any]:
        """A function that gives rows `start` to `end` of the arrays.

        Keras casts a whole array of float64 before it takes the first batch. Here NumPy's arrays
        are cast as far as they are asked for: a table that is mapped from a disk stays there.
        """
        inputs = self.iterator.data_adapter._inputs
        if all(isinstance(a, np.ndarray) for a in tree.flatten(inputs) if a is not None):
            return lambda start, end: _converted(cut(inputs, start, end))
        arrays = self.host_arrays()
        return lambda start, end: cut(arrays, start, end)

    def arrays(self) -> Any:
        """The arrays on the device; they are put there once.

        Small ones stay on the host: to hand them over with each call takes a tenth of the time.
        """
        if self._arrays is None:
            held = self.host_arrays()
            small = sum(leaf.nbytes for leaf in tree.flatten(held) if leaf is not None) <= SMALL
            place = _as_jax_would if small else jax.device_put
            self._arrays = tree.map_structure(place, held, none_is_leaf=False)
        return self._arrays

    def renew(self) -> None:
        """Read the user's arrays again before they are used next: they may have been written to."""
        self._arrays = None

    def draw(self, epochs: int, length: int) -> Rows:
        """The next epochs' rows; draws from `np.random` what Keras would draw for them.

        Args:
            epochs: How many epochs to draw.
            length: As in `order`.
        """
        return self.order(epochs, length)._replace(arrays=self.arrays())

    def order(self, epochs: int, length: int) -> Rows:
        """The next epochs' rows, but for their arrays, which stay where they are.

        Args:
            epochs: How many epochs to draw.
            length: The first axis of what is returned, at least `epochs`; the rest is padding.
        """
        sizes = self.sizes
        full = np.full(length, sizes.full, np.int32)
        partial = np.full(length, int(sizes.partial > 0), np.int32)
        if self.ordered:
            return Rows(None, None, full, partial)
        order = np.zeros((length, sizes.rows), np.int32)
        order[:epochs] = np.arange(sizes.rows, dtype=np.int32)
        self._before, self._marks, self._drawn = np.random.get_state(), [], epochs
        for epoch in range(epochs):
            if self._shuffles:
                self._shuffle(order[epoch])
            else:
                full[epoch], partial[epoch] = self._follow(order[epoch])
        return Rows(None, order, full, partial)

    @property
    def _shuffles(self) -> bool:
        """Whether an epoch is one permutation of all rows."""
        return self.whole and self.shuffle is not False and self.shuffle != "batch"

    def undraw(self, epochs: int, steps: int = 0) -> None:
        """Leave `np.random` as if only the first of the epochs drawn last had been drawn.

        Epochs are drawn ahead; a training may end before.

        Args:
            epochs: How many of them have begun.
            steps: How many batches of the last of these were read. Defaults to `0`: all.
        """
        if self.ordered or (epochs, steps) == (self._drawn, 0):
            return
        if not self._shuffles:
            np.random.set_state(self._marks[epochs - 1][steps - 1])
        elif not hasattr(self.iterator.data_adapter, "_epoch"):  # see `_shuffle`
            np.random.set_state(self._before)
            rows = np.arange(self.sizes.rows, dtype=np.int32)
            for _ in range(epochs):
                np.random.shuffle(rows)

    def first(self) -> Rows:
        """The rows of one pass from the start, as an evaluation makes it; drawn once."""
        return self.first_order()._replace(arrays=self.arrays())

    def first_order(self) -> Rows:
        """The same, but for the arrays."""
        if self._first is None:
            self._first = self.order(1, 1)
        return self._first

    def batches(self, rows: Rows) -> Iterator[Any]:
        """The batches of a pass on the host, one after the other, as Keras's loop would take them.

        Args:
            rows: The rows of one epoch, of `order` or `first_order`.
        """
        arrays, (_, size, _, left) = self.host_arrays(), self.sizes
        full = int(rows.full[0])
        ends = [size] * full + [left] * int(rows.partial[0])
        start = 0
        for length in ends:
            place: Any = slice(start, start + length)
            if rows.order is not None:
                place = rows.order[0, place]
            yield jax.tree.map(lambda a, place=place: a[place], arrays)
            start += length

    def _shuffle(self, order: np.ndarray) -> None:
        """Shuffle row numbers as Keras's adapter does.

        From Keras 3.16 on the order depends on the number of the adapter's epoch alone.
        """
        adapter = self.iterator.data_adapter
        if not hasattr(adapter, "_epoch"):
            np.random.shuffle(order)  # draws as np.random.permutation does, in place
            return
        order[:] = np.random.default_rng(adapter._epoch).permutation(len(order))
        adapter.on_epoch_end()

    def _follow(self, order: np.ndarray) -> tuple[int, int]:
        """Let Keras's iterator run over row numbers for one epoch, and write down what it gives."""
        if self._index is None:
            self._index = JAXEpochIterator(
                x=np.arange(self.sizes.rows),
                batch_size=self.sizes.batch,
                steps_per_epoch=self.steps,
                steps_per_execution=self.executed,
                shuffle=self.shuffle,
            )
            if hasattr(self._index.data_adapter, "_epoch"):
                self._index.data_adapter._epoch = self.iterator.data_adapter._epoch
        full = used = 0
        marks: list[Any] = []
        self._marks.append(marks)
        for rows in batches_of(self._index, self.executed):
            order[used : used + len(rows)] = rows
            used += len(rows)
            full += len(rows) == self.sizes.batch
            marks.append(np.random.get_state())
        marks.append(np.random.get_state())
        return full, int(used > full * self.sizes.batch)


def _converted(inputs: Any) -> Any:
    """Arrays as Keras would hand them to a jitted step."""
    sliceables = array_slicing.convert_to_sliceable(inputs, target_backend="jax")
    return tree.map_structure(
        lambda s: s.convert_to_jax_compatible(s[:]), sliceables, none_is_leaf=False
    )


def _as_jax_would(array: Any) -> Any:
    """A host's array in the dtype that it would have on the device (int64 becomes int32)."""
    if not isinstance(array, np.ndarray):
        return array
    return array.astype(jax.dtypes.canonicalize_dtype(array.dtype), copy=False)


def take(
    rows: Rows, epoch: Any, start: Any, size: int, sums: bool = True, trains: bool = True
) -> Any:
    """Inside a program: the batch of `size` rows that begins at place `start` of an epoch.

    Args:
        rows: The rows of the whole table.
        epoch: Which of the orders to follow.
        start: Where the batch begins.
        size: How many rows it has.
        sums: Whether the step sums anything up. Then the slice of rows in their order is a call of
            its own, 3 us: XLA would fuse it into the sums, and round otherwise.
        trains: Whether gradients are taken. If not, the loss alone reads shuffled labels, and
            XLA would fuse their gather into its sums too.
    """
    if rows.order is None:

        def slice_of(array: Any, start: Any) -> Any:
            return lax.dynamic_slice_in_dim(array, start, size, allow_negative_indices=False)

        cut = by_itself(slice_of) if sums else slice_of
        return jax.tree.map(lambda a: cut(a, start), rows.arrays)

    def chosen_of(arrays: Any, order: Any, epoch: Any, start: Any) -> Any:
        place = (jnp.asarray(epoch, start.dtype), start)  # a plain 0 would be of 64 bits with x64
        chosen = lax.dynamic_slice(order, place, (1, size), allow_negative_indices=False)[0]
        return jax.tree.map(
            lambda a: a.at[chosen].get(mode="promise_in_bounds", unique_indices=True), arrays
        )

    pick = chosen_of if trains else by_itself(chosen_of)
    return pick(rows.arrays, rows.order, epoch, start)


def is_table(iterator: Any) -> bool:
    """Whether Keras's iterator runs over arrays that a program can slice."""
    adapter = iterator.data_adapter
    if type(adapter) is not ArrayDataAdapter or adapter._num_samples > MOST_ROWS:
        return False
    return all(_dense(leaf) for leaf in tree.flatten(adapter._inputs) if leaf is not None)


_COMMON = frozenset(map(np.dtype, ("float32", "float64", "int32", "int64", "uint8", "bool")))


def _dense(array: Any) -> bool:
    """Whether an array is dense and of numbers, as Keras would hand it to a jitted step."""
    if type(array) is np.ndarray and array.dtype in _COMMON:
        return True  # most arrays, and a small network's epoch takes as long as the look below
    if isinstance(array, np.ndarray):
        array = array[:1]  # a whole array of float64 would be cast at once
    try:
        sliceable = array_slicing.convert_to_sliceable(array, target_backend="jax")
    except ValueError:  # a dtype that Keras does not know: its own loop says so when it is due
        return False
    if isinstance(
        sliceable,
        array_slicing.JaxSparseSliceable
        | array_slicing.ScipySparseSliceable
        | array_slicing.TensorflowSparseSliceable
        | array_slicing.TensorflowRaggedSliceable,
    ):
        return False
    one = sliceable.convert_to_jax_compatible(sliceable[:1])
    if isinstance(one, np.ma.MaskedArray) or not np.asarray(one).dtype.isnative:
        return False  # JAX says what it thinks of them
    one = np.asarray(one)
    return one.dtype.kind in "biufc" or one.dtype.name in ("bfloat16",)


def batches_of(
    iterator: Any, executed: int, stopped: Callable[[], bool] = lambda: False
) -> Iterator[Any]:
    """The batches of one pass, asked for exactly when Keras's loop would ask for them.

    Keras's warnings about data that runs out come from its own iterator.

    Args:
        iterator: Keras's iterator over the data.
        executed: Steps an execution.
        stopped: Looked at after each execution: whether the pass ends there. Defaults to never.
    """
    with iterator.catch_stop_iteration():
        for _, _, source in iterator:
            yield next(source)
            for _ in range(executed - 1):
                following = next(source, _END)
                if following is _END:
                    break
                yield following
            if stopped():
                break


_END = object()


def whole(steps: int, executed: int) -> int:
    """So many steps and those that are left of the execution they end in."""
    return -(-steps // executed) * executed


def last_counted(steps: int, executed: int) -> int:
    """The number that callbacks get for the last of so many steps: whole executions are counted.

    Args:
        steps: The steps that have run.
        executed: Steps an execution.

    >>> last_counted(4, 1), last_counted(4, 3)
    (3, 5)
    """
    return whole(steps, executed) - 1
