"""Loops over a dataset of arrays in a `tf.function`: a scan over the batches of a pass.

The arrays are in the program. The row numbers of a pass come from the host when the loop begins,
so each pass has the order that the dataset would give: seeds are drawn as in an iteration.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.experimental import io_callback

from onefit.scripts.tensorflow.data.batching import Batch
from onefit.scripts.tensorflow.data.combining import Zip
from onefit.scripts.tensorflow.data.numbers import Range
from onefit.scripts.tensorflow.data.row_batches import RowBatches, row_batches
from onefit.scripts.tensorflow.data.stage import Stage
from onefit.scripts.tensorflow.data.structure import map_leaves
from onefit.scripts.tensorflow.mode import here, untraced
from onefit.scripts.tensorflow.tensor import Tensor

Array = Any


def enumerate_of(sequence: Any, start: Any = 0) -> Any:
    """`enumerate`: of a dataset in a function that is traced, the numbers are tensors."""
    if not here.traced or getattr(sequence, "stage", None) is None:
        return enumerate(sequence, start)
    return sequence.enumerate(start)


class Batches(NamedTuple):
    """A dataset whose elements are rows of arrays.

    Args:
        rows: The arrays, and passes over their row numbers.
        arrays: The arrays on the device, nested as the elements are.
        alone: Whether an element is one row, and not a batch of rows.
        first: The number of the first element, if each comes with its number.
    """

    rows: RowBatches
    arrays: Any
    alone: bool
    first: int | None

    def order(self) -> Array:
        """The row numbers of a new pass."""
        count = self.rows.rows
        if self.rows.ordered:
            return jnp.arange(count, dtype="int32")
        spec = jax.ShapeDtypeStruct((count,), jnp.int32)
        # Ordered, since a pass moves the generators on from which the next one draws.
        return io_callback(self._drawn, spec, ordered=True)

    def _drawn(self) -> np.ndarray:
        numbers = chain.from_iterable(self.rows.start())
        return np.fromiter(numbers, np.int32, count=self.rows.rows or 0)

    def element(self, place: Array | int, numbers: Array) -> Any:
        """The element of these rows, as tensors.

        Args:
            place: The number of the element in the pass.
            numbers: The numbers of its rows.
        """
        picked = numbers[0] if self.alone else numbers
        # No number is beyond the end, so `clip` spares the program JAX's default of filling in NaN
        # there.
        found = map_leaves(
            lambda one: Tensor(jnp.take(one, picked, axis=0, mode="clip")), self.arrays
        )
        if self.first is None:
            return found
        return Tensor(jnp.asarray(place, "int64") + self.first), found

    def go_through(
        self,
        scan: Callable[[Array, Callable[[Tensor], Any]], None],
        once: Callable[[Any], None],
    ) -> None:
        """Run a loop's block for each batch: those that are full in a scan, then the last one.

        Args:
            scan: Runs a loop over the rows of an array, each of which is made an element.
            once: Runs the block for one element.
        """
        order, size = self.order(), self.rows.size
        full = len(order) // size
        if full:
            places = jnp.arange(full, dtype="int32")[:, None]
            # A scan goes over one array: the number of an element stands before those of its rows.
            table = jnp.concatenate([places, order[: full * size].reshape(full, size)], axis=1)
            scan(table, lambda row: self.element(row._array()[0], row._array()[1:]))
        if full * size < len(order):
            once(self.element(full, order[full * size :]))


def batches_of(stage: Stage) -> Batches | None:
    """A dataset as batches of arrays, whose end is known; `None` if it is none.

    Args:
        stage: The last stage of the dataset.
    """
    stage, first = _numbered(stage)
    with untraced(), jax.enable_x64(True):
        found, alone = row_batches(stage), False
        if found is None:
            found, alone = row_batches(Batch(stage, 1, False)), True
        if found is None or not found.rows:
            return None
        return Batches(found, map_leaves(jnp.asarray, found.arrays), alone, first)


def _numbered(stage: Stage) -> tuple[Stage, int | None]:
    """What `enumerate` numbers, and from where on."""
    match stage.sources if isinstance(stage, Zip) else None:
        case (Range(numbers=numbers), Stage() as source):
            if numbers.step == 1 and 0 <= source.count() <= len(numbers):
                return source, numbers.start
    return stage, None
