"""The order of rows in an epoch as Keras 1 and 2 made it with `np.random`.

One list of row numbers was shuffled on and on: each epoch's order was made of that of the epoch
before. Keras 3 shuffles all rows afresh, and draws one order more where it looks at a batch to
build a model. `shuffle="batch"` put whole batches in another order.

Source: `_fit_loop` and `batch_shuffle` in `keras/engine/training.py` of 1.2.2, `fit_loop` in
`keras/engine/training_arrays.py` and `batch_shuffle` in `keras/engine/training_utils.py` of 2.2.4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from keras import tree

Method = Callable[..., Any]
_orders = {"are_of_then": True}


def leave() -> None:
    """Let Keras 3 make the orders, as a proof has to: an upgraded script has those of Keras 3."""
    _orders["are_of_then"] = False


class ShuffledRows:
    """The row numbers of a fit, in the order of its last epoch.

    Args:
        rows: How many rows there are.
        batch: Rows of a batch.
        shuffle: `True`, or `"batch"` to keep the rows of a batch together.

    >>> np.random.seed(0)
    >>> order = ShuffledRows(5, 2, "batch")
    >>> order.shuffled()
    array([2, 3, 0, 1, 4], dtype=int32)
    """

    def __init__(self, rows: int, batch: int, shuffle: bool | str) -> None:
        """Begin with the rows as they lie."""
        self.numbers = np.arange(rows, dtype=np.int32)
        self.batch, self.shuffle = batch, shuffle
        self.is_looked_at = False

    def restart(self) -> None:
        """Begin again with the rows as they lie."""
        self.numbers = np.arange(len(self.numbers), dtype=np.int32)

    def shuffled(self) -> np.ndarray:
        """The order of the next epoch, drawn from `np.random`."""
        whole: np.ndarray = self.numbers
        if self.shuffle == "batch":
            # The rows left over are no batch, and stay where they are: at the end.
            whole = whole[: len(whole) // self.batch * self.batch].reshape(-1, self.batch)
        np.random.shuffle(whole)  # in place; batches are views of the row numbers
        # A copy, since the order of the next epoch is made of this one in place.
        return self.numbers.copy()


def of_adapters(original: Method) -> Method:
    """Arrays that are to be shuffled have an order that goes on from epoch to epoch.

    Args:
        original: The `__init__` of Keras's adapter of arrays.
    """

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        if self._shuffle and _orders["are_of_then"]:
            self.shuffled_rows = ShuffledRows(self._num_samples, self._batch_size, self._shuffle)

    return __init__


def of_batches(original: Method) -> Method:
    """The batches of an epoch, in that order; a look at one of them draws nothing.

    Args:
        original: The `_get_iterator` of Keras's adapter of arrays.
    """

    def _get_iterator(self: Any, convert: Callable[..., Any], inputs: Any) -> Iterator[Any]:
        order: ShuffledRows | None = getattr(self, "shuffled_rows", None)
        if order is None:
            yield from original(self, convert, inputs)
            return
        rows = order.numbers if order.is_looked_at else order.shuffled()
        for start in range(0, len(rows), self._batch_size):
            taken = partial(convert, indices=rows[start : start + self._batch_size])
            yield tree.map_structure(taken, inputs, none_is_leaf=False)

    return _get_iterator


def of_pictures(original: Method) -> Method:
    """Pictures keep their first order in Keras 1 where all batches are full.

    It drew an order when a batch began at the first row, and told that by a count which went back
    to 0 behind a batch that was smaller only (`_flow_index` in `keras/preprocessing/image.py`).

    Args:
        original: The `_set_index_array` of an iterator of pictures.
    """

    def _set_index_array(self: Any) -> None:
        is_full = self.index_array is not None and self.n % self.batch_size == 0
        if not (is_full and _orders["are_of_then"]):
            original(self)

    return _set_index_array


def of_beginnings(original: Method) -> Method:
    """A `reset` of such an iterator has an order drawn anew.

    Args:
        original: The iterator's `reset`.
    """

    def reset(self: Any) -> None:
        original(self)
        self.index_array = None

    return reset


def of_looks(original: Method) -> Method:
    """A model is built from a batch without an order being drawn for that.

    Args:
        original: Keras's `_symbolic_build`.
    """

    def _symbolic_build(self: Any, iterator: Any = None, data_batch: Any = None) -> Any:
        order = getattr(getattr(iterator, "data_adapter", None), "shuffled_rows", None)
        if order is None:
            return original(self, iterator=iterator, data_batch=data_batch)
        order.is_looked_at = True
        try:
            return original(self, iterator=iterator, data_batch=data_batch)
        finally:
            order.is_looked_at = False

    return _symbolic_build
