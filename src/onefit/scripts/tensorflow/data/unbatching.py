"""Batches taken apart into rows, and rows in batches of other sizes: unbatch, rebatch."""

from __future__ import annotations

from functools import cached_property
from itertools import cycle, islice
from typing import Any, Self

import numpy as np

from onefit.scripts.tensorflow.data.batching import joined, size_of
from onefit.scripts.tensorflow.data.leaves import row_of
from onefit.scripts.tensorflow.data.method import Methods
from onefit.scripts.tensorflow.data.stage import UNKNOWN, Elements, Stage
from onefit.scripts.tensorflow.data.structure import Element, flatten, map_leaves
from onefit.scripts.tensorflow.errors import FailedPreconditionError, InvalidArgumentError
from onefit.scripts.tensorflow.tensor_spec import TensorSpec


class Unbatch(Stage):
    """The rows of each element."""

    written = "Unbatch"

    def __init__(self, source: Stage) -> None:
        """Keep the other stage."""
        self.source = source

    @cached_property
    def spec(self) -> Element:
        """Those of the elements without their first axis."""

        def spec_of_row(spec: Any) -> Any:
            if hasattr(spec, "ragged_rank"):
                return spec.row()
            if spec.shape is not None and not len(spec.shape):
                raise ValueError("Expected elements that have rows. Received a scalar.")
            return TensorSpec(None if spec.shape is None else spec.shape[1:], spec.dtype)

        return map_leaves(spec_of_row, self.source.spec)

    def start(self) -> Elements:
        """Row after row."""
        return _rows(self.source.start())

    def count(self) -> int:
        """The product, where all elements are known to have as many rows."""
        there = self.source.count()
        first = flatten(self.source.spec)[0].shape
        rows = first[0] if first else None
        if there == UNKNOWN or rows is None:
            return UNKNOWN
        return there if there < 0 else there * rows


class Rebatch(Stage):
    """The rows of all elements in batches of other sizes."""

    written = "Rebatch"

    def __init__(self, source: Stage, sizes: list[int], only_full: bool) -> None:
        """Keep the sizes, which come again and again."""
        self.source, self.sizes, self.only_full = source, sizes, only_full

    @cached_property
    def spec(self) -> Element:
        """Those of the elements, with a first axis that is open if it may change."""
        size = self.sizes[0] if len(set(self.sizes)) == 1 else None
        if any(one.shape is not None and not len(one.shape) for one in flatten(self.source.spec)):
            raise ValueError(
                "Invalid `batch_sizes`. Expected dataset with rank of >= 1 but found a dataset "
                "with scalar elements. Fix the issue by adding the `batch` transformation to the "
                "dataset."
            )
        shapes = [spec.shape for spec in flatten(self.source.spec)]
        rows = [shape[0] for shape in shapes if shape is not None and shape[0] is not None]
        if size and not self.only_full and (not rows or min(rows) % size):
            size = None  # a batch may be smaller

        def batched(spec: Any) -> Any:
            if hasattr(spec, "ragged_rank"):
                return spec.row().batched(size)
            shape = None if spec.shape is None else (size, *spec.shape[1:])
            return TensorSpec(shape, spec.dtype)

        return map_leaves(batched, self.source.spec)

    def start(self) -> Elements:
        """Batch after batch."""
        return self._batches(_rows(self.source.start()))

    def _batches(self, rows: Elements) -> Elements:
        for size in cycle(self.sizes):
            group = list(islice(rows, size))
            if not group or (len(group) < size and self.only_full):
                return
            try:
                yield joined(group)
            except InvalidArgumentError as error:
                # TensorFlow's `rebatch` has another error than its `batch` for rows of different
                # shapes.
                raise FailedPreconditionError(str(error)) from None


def _rows(elements: Elements) -> Elements:
    for element in elements:
        leaves = flatten(element)
        if any(not leaf.ndim for leaf in leaves):
            raise InvalidArgumentError("Expected elements that have rows. Received a scalar.")
        if len({len(leaf) for leaf in leaves}) > 1:
            raise InvalidArgumentError(
                "Expected parts of an element with as many rows as each other. Received: "
                f"{[len(leaf) for leaf in leaves]}."
            )
        for row in range(len(leaves[0])):
            yield map_leaves(lambda leaf, row=row: row_of(leaf, row), element)


class Unbatching(Methods):
    """What a dataset does with the rows of its elements."""

    def unbatch(self, name: str | None = None) -> Self:
        """The rows of each element, one after the other."""
        return self.of(Unbatch(self.stage))

    def rebatch(
        self, batch_size: Any, drop_remainder: Any = False, name: str | None = None
    ) -> Self:
        """The rows of all elements in batches of another size, or of several in turn."""
        sizes = [size_of(size) for size in np.ravel(np.asarray(batch_size)).tolist()]
        cut = Rebatch(self.stage, sizes, bool(drop_remainder))
        _ = cut.spec  # elements that have no rows are told here
        return self.of(cut)
