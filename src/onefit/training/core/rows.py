"""The rows of a table as a program reads them: sizes, order, and the batch at a place."""

from __future__ import annotations

import operator
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import lax

from onefit.training.rewrite.rounding import by_itself

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
