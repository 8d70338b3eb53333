"""Arrays, in exactly the order in which Keras would feed them.

Keras's own iterators check the arguments and decide sizes; nothing of that is written again here.
`Table` is what becomes of arrays: they lie on the device once, and an epoch is a list of row
numbers. Anything else is a stream, see `running/stream_passes.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import numpy as np
from keras import tree

from onefit.training.core.rows import MOST_ROWS, Rows, Sizes
from onefit.training.core.shapes import Frozen, frozen, thawed
from onefit.training.data.batches import batches_of
from onefit.training.data.padding import cut
from onefit.training.host.keras_private import ArrayDataAdapter, JAXEpochIterator, array_slicing

SMALL = 2**17  # bytes of a table up to which it is not worth its own way to the device


class Form(NamedTuple):
    """A table without its numbers: all that a program knows of it.

    Args:
        sizes: Rows and batches.
        arrays: Structure, shapes and dtypes of the arrays; `None` where nobody has to know.
        ordered: Whether the rows are read as they lie.
    """

    sizes: Sizes
    arrays: Frozen | None = None
    ordered: bool = True

    @property
    def shapes(self) -> Any:
        """The shapes and dtypes of the arrays as a pytree; `None` where they are not known."""
        return None if self.arrays is None else thawed(self.arrays)


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

    @property
    def form(self) -> Form:
        """The table without its numbers; arrays that are to be cut on the host stay there."""
        held = self._arrays
        if held is None:
            held = jax.tree.map(self._long, self.host_rows()(0, 1))
        return Form(self.sizes, frozen(held), self.ordered)

    def _long(self, one: Any) -> jax.ShapeDtypeStruct:
        """The form of an array that has this first row."""
        dtype = jax.dtypes.canonicalize_dtype(one.dtype)
        return jax.ShapeDtypeStruct((self.sizes.rows, *one.shape[1:]), dtype)

    def host_arrays(self) -> Any:
        """The arrays as Keras would slice and cast them, uncut."""
        return _converted(self.iterator.data_adapter._inputs)

    def step_arrays(self) -> Any:
        """The arrays in the dtypes in which a step that is run by itself gets their rows."""
        return self.host_arrays()

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
            place = as_jax_would if small else jax.device_put
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
        self._marks, self._drawn = [], epochs
        if self._shuffles:
            # One epoch is not drawn ahead, so nothing of it is ever undrawn; and to ask for the
            # state takes 3 % of a short fit.
            self._before = np.random.get_state() if epochs > 1 else None
            self._shuffle(order[:epochs])
        else:
            for epoch in range(epochs):
                full[epoch], partial[epoch] = self._follow(order[epoch])
        return Rows(None, order, full, partial)

    @property
    def follows(self) -> bool:
        """Whether an epoch's order goes on from where the one before it ended."""
        return not self.ordered and (self._onward is not None or not self._shuffles)

    @property
    def _onward(self) -> Any:
        """The order of rows that goes on from epoch to epoch, where the adapter has one.

        Keras's adapters have none; those of scripts of Keras 1 and 2 do, see
        `scripts/eras/stand_ins/row_orders.py`.
        """
        return getattr(self.iterator.data_adapter, "shuffled_rows", None)

    def mark(self) -> Any:
        """What decides about the orders to come, beside `np.random`."""
        return getattr(self.iterator.data_adapter, "_epoch", None)

    def back_to(self, mark: Any) -> None:
        """Go on as from that point; where an order goes on, from the first epoch."""
        if self._onward is not None:
            self._onward.restart()
            self._index = None
        if mark is not None:
            self.iterator.data_adapter._epoch = mark

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
        # A shuffle is drawn whole when its epoch begins, however many of its batches are read.
        if self.ordered or (epochs == self._drawn and (steps == 0 or self._shuffles)):
            return
        if not self._shuffles:
            np.random.set_state(self._marks[epochs - 1][steps - 1])
        elif not hasattr(self.iterator.data_adapter, "_epoch"):  # see `_shuffle`
            # What a shuffle draws depends on the number of rows alone, so shuffling any rows as
            # often leaves the generator where Keras would have it.
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

    def _shuffle(self, orders: np.ndarray) -> None:
        """Shuffle row numbers of shape `(epochs, rows)` as Keras's adapter does.

        From Keras 3.16 on the order depends on the number of the adapter's epoch alone.
        """
        adapter = self.iterator.data_adapter
        if self._onward is not None:
            for order in orders:
                order[:] = self._onward.shuffled()
            return
        if not hasattr(adapter, "_epoch"):
            shuffle = np.random.shuffle  # draws as np.random.permutation does, in place
            for order in orders:  # of the tutorial, a thousand: looking anything up would show
                shuffle(order)
            return
        for order in orders:
            order[:] = np.random.default_rng(adapter._epoch).permutation(len(order))
            adapter.on_epoch_end()

    def _follow(self, order: np.ndarray) -> tuple[int, int]:
        """Let Keras's iterator run over row numbers for one epoch, and write down what it gives."""
        # Keras's own iterator, over row numbers in the place of rows: where an epoch ends in the
        # middle of the data, or batches are shuffled as wholes, the rules are Keras's and are not
        # written again here.
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


def shuffles_go_on() -> bool:
    """Whether each epoch shuffles the order of the one before: in scripts of Keras 1 and 2.

    >>> shuffles_go_on()
    False
    """
    return hasattr(ArrayDataAdapter(np.zeros(1), shuffle=True), "shuffled_rows")


def _converted(inputs: Any) -> Any:
    """Arrays as Keras would hand them to a jitted step."""
    sliceables = array_slicing.convert_to_sliceable(inputs, target_backend="jax")
    return tree.map_structure(
        lambda s: s.convert_to_jax_compatible(s[:]), sliceables, none_is_leaf=False
    )


def as_jax_would(array: Any) -> Any:
    """A host's array in the dtype that it would have on the device (int64 becomes int32)."""
    if not isinstance(array, np.ndarray):
        return array
    return array.astype(jax.dtypes.canonicalize_dtype(array.dtype), copy=False)


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
