"""A pipeline of arrays as a table with an order: which rows, batch by batch.

Where stages only order rows, leave some out or compute others from them one by one, a batch is a
list of row numbers. `fit` then reads the arrays once, and the numbers are all that an epoch needs.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from onefit.scripts.tensorflow.data.batching import Batch
from onefit.scripts.tensorflow.data.combining import Zip
from onefit.scripts.tensorflow.data.mapping import Map
from onefit.scripts.tensorflow.data.order import Cache, Prefetch, Shuffle, Take
from onefit.scripts.tensorflow.data.sources import Picked, Slices
from onefit.scripts.tensorflow.data.stage import INFINITE, Order, Stage, Table
from onefit.scripts.tensorflow.data.structure import Element, flatten, map_leaves, unflatten

MOST_BYTES = 2**31
"""Of arrays that are made of others; above it a pipeline stays a stream."""


class RowBatches:
    """A pipeline whose batches are rows of arrays; see `RowOrder` in `training/data`.

    Args:
        last: The last stage of the pipeline.
        batch: The stage that makes batches.
        arrays: The arrays that it cuts them from.
    """

    def __init__(self, last: Stage, batch: Batch, arrays: Element) -> None:
        """Look at the stages once."""
        self.last, self.arrays, self.size = last, arrays, batch.size
        stages = [*_orders(last, batch), *_orders(batch.source)]
        self.kept = [one for one in stages if isinstance(one, Cache)]
        self.shuffles = [one for one in stages if isinstance(one, Shuffle)]
        self.ordered = all(isinstance(one, Take | Cache | Prefetch) for one in stages)
        self.steady = all(one.drawn is None for one in self.shuffles)
        self.rows = None if last.count() == INFINITE else _rows_of_a_pass(last, batch)

    def start(self) -> Iterator[list[int]]:
        """A new pass: the row numbers of each batch."""
        return _batches(self.last)

    def batches(self) -> Iterator[Element]:
        """A new pass: the batches themselves."""
        return map(self._batch, self.start())

    def _batch(self, numbers: list[int]) -> Element:
        place = np.array(numbers, np.intp)
        return map_leaves(lambda a: a[place], self.arrays)

    def mark(self) -> Any:
        """The places of the shuffles' generators, and what the caches keep."""
        places = [one.drawn.place for one in self.shuffles if one.drawn is not None]
        return places, [one.kept for one in self.kept]

    def back_to(self, mark: Any) -> None:
        """Go on as from that point."""
        places, kept = mark
        drawn = [one.drawn for one in self.shuffles if one.drawn is not None]
        for generator, place in zip(drawn, places):
            generator.place = place
        for cache, elements in zip(self.kept, kept):
            cache.kept = elements


class KeptRows:
    """The memory of a `cache` that a pass over row numbers has filled.

    Args:
        numbers: The row numbers.
        arrays: The arrays.
    """

    def __init__(self, numbers: list[int], arrays: Element) -> None:
        """Keep both."""
        self.numbers, self.arrays = numbers, arrays

    def __iter__(self) -> Iterator[Element]:
        """The rows, as elements."""
        return (map_leaves(lambda a, n=n: a[n, ...], self.arrays) for n in self.numbers)


def row_batches(last: Stage) -> RowBatches | None:
    """A pipeline as a table with an order; `None` if it is none.

    >>> from onefit.scripts.tensorflow.data import Dataset
    >>> made = row_batches(Dataset.from_tensor_slices([4, 5, 6]).repeat(2).batch(3).stage)
    >>> list(made.start()), made.arrays
    ([[0, 1, 2], [0, 1, 2]], array([4, 5, 6], dtype=int32))
    >>> row_batches(Dataset.range(9).filter(lambda n: n > 2).batch(2).stage) is None
    True
    """
    batch, above = last, []
    while isinstance(batch, Order):
        above.append(batch)
        batch = batch.source
    # Programs count rows in int32.
    # An unknown count, `UNKNOWN`, is below `INFINITE`.
    if type(batch) is not Batch or batch.size > 2**31 - 1 or last.count() < INFINITE:
        return None
    if not _fits(above, batch) or not all(map(_is_of_rows, above)):
        return None
    arrays = _arrays(batch.source)
    if arrays is None or not all(map(_is_numeric, flatten(arrays))):
        return None
    return RowBatches(last, batch, arrays)


def _fits(above: list[Order], batch: Batch) -> bool:
    """Whether a smaller batch can only be the last of a pass."""
    rows = batch.source.count()
    if batch.only_full or rows == INFINITE or rows % batch.size == 0:
        return True
    return all(isinstance(one, Cache | Prefetch | Take) for one in above)


def _is_of_rows(stage: Stage) -> bool:
    """Whether row numbers can stand for the elements of a stage that orders them."""
    # A cache that an iteration has filled holds elements, and no numbers of their rows.
    if isinstance(stage, Cache) and stage.table is None and stage.kept is not None:
        return isinstance(stage.kept, KeptRows)
    return isinstance(stage, Order)


def _rows_of_a_pass(last: Stage, batch: Batch) -> int:
    """How many rows are read from a start to its end."""
    rows, batches = batch.source.count(), last.count()
    all_full = batch.only_full or rows == INFINITE or rows % batch.size == 0
    return batches * batch.size if all_full else min(rows, batches * batch.size)


def _orders(last: Stage, end: Stage | None = None) -> Iterator[Stage]:
    """The stages from the last one up that order elements."""
    while last is not end and isinstance(last, Order | Map):
        if isinstance(last, Order):
            yield last
        last = last.source


def _batches(stage: Stage) -> Iterator[list[int]]:
    """The row numbers of each batch of a new pass."""
    if isinstance(stage, Batch):
        return stage.groups(_rows(stage.source))
    return _ordered(stage, _batches)


def _rows(stage: Stage) -> Iterator[int]:
    """The row numbers of a new pass."""
    if isinstance(stage, Map):
        return _rows(stage.source)
    if isinstance(stage, Order):
        return _ordered(stage, _rows)
    return iter(range(stage.count()))  # rows as they lie


def _ordered(stage: Any, of_source: Any) -> Iterator[Any]:
    """What a stage makes of the numbers of the one before it."""
    if isinstance(stage, Cache) and stage.table is None:
        return _cached(stage, of_source)
    made: Iterator[Any] = stage.order(lambda: of_source(stage.source))
    return made


def _cached(stage: Cache, of_source: Any) -> Iterator[Any]:
    """The numbers of a stage that keeps elements."""
    if stage.kept is not None:
        return iter(stage.kept.numbers)  # type: ignore[attr-defined]
    return _keeping(stage, of_source(stage.source))


def _keeping(stage: Cache, given: Iterator[Any]) -> Iterator[Any]:
    """The numbers of a first pass, kept at its end."""
    numbers = []
    for number in given:
        numbers.append(number)
        yield number
    stage.kept = KeptRows(numbers, _arrays(stage))  # type: ignore[assignment]


def _arrays(stage: Stage) -> Element | None:
    """The arrays of which a stage's elements are rows; `None` if they are not."""
    if isinstance(stage, Slices) and not isinstance(stage, Picked):
        return _of_table(stage.held)
    if isinstance(stage, Zip):
        return _side_by_side(stage)
    if isinstance(stage, Map):
        arrays = _arrays(stage.source)
        return None if arrays is None else stage.of_rows(arrays, MOST_BYTES)
    if isinstance(stage, Batch) or _is_of_rows(stage):
        return _arrays(stage.source)  # type: ignore[attr-defined]
    return None


def _of_table(table: Table) -> Element | None:
    """The rows of a table as arrays, made where they are not there yet."""
    if type(table) is Table:
        return table.arrays
    if not len(table):
        return None
    size = len(table) * sum(leaf.nbytes for leaf in flatten(table.row(0)))
    return table.rows(list(range(len(table)))) if size <= MOST_BYTES else None


def _side_by_side(stage: Zip) -> Element | None:
    """The arrays of several stages whose elements come as they lie."""
    found = []
    for source in flatten(stage.sources):
        # Two orders that are drawn pair other rows in each pass: no arrays have such rows.
        plain = all(isinstance(one, Cache | Prefetch) for one in _orders(source))
        arrays = _arrays(source) if plain and source.count() >= 0 else None
        if arrays is None:
            return None
        found.append(map_leaves(lambda a: a[: stage.count()], arrays))
    return unflatten(stage.sources, iter(found))


def _is_numeric(leaf: Any) -> bool:
    """Whether a leaf is what a program takes."""
    # JAX takes no arrays whose bytes are in the order of another processor.
    if not isinstance(leaf, np.ndarray) or not leaf.dtype.isnative:
        return False
    return leaf.dtype.kind in "biufc" or leaf.dtype.name == "bfloat16"
