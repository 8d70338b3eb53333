"""Elements side by side on a new first axis: batch, ragged_batch, padded_batch."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from typing import Any, Self

import numpy as np

from onefit.scripts.tensorflow.annotations import DTypeLike
from onefit.scripts.tensorflow.data.filling import Filled, places, taken, whole
from onefit.scripts.tensorflow.data.leaves import Nested, Row, array, spec_of
from onefit.scripts.tensorflow.data.mapping import Map
from onefit.scripts.tensorflow.data.memory import memory
from onefit.scripts.tensorflow.data.method import Methods
from onefit.scripts.tensorflow.data.read_ahead import is_slow
from onefit.scripts.tensorflow.data.stage import Elements, Stage, concrete
from onefit.scripts.tensorflow.data.structure import Element, flatten, map_leaves, unflatten
from onefit.scripts.tensorflow.dtype import as_dtype
from onefit.scripts.tensorflow.errors import DataLossError, InvalidArgumentError
from onefit.scripts.tensorflow.missing import refuse
from onefit.scripts.tensorflow.ragged.ragged_tensor import RaggedTensor
from onefit.scripts.tensorflow.ragged.ragged_tensor_spec import RaggedTensorSpec
from onefit.scripts.tensorflow.rows import Rows
from onefit.scripts.tensorflow.tensor_spec import TensorSpec


def joined(elements: list[Element]) -> Element:
    """Elements as a batch.

    Args:
        elements: At least one.
    """
    columns = enumerate(zip(*map(flatten, elements)))
    return unflatten(elements[0], (_stacked(list(column), place) for place, column in columns))


class Batch(Stage):
    """So many elements as one; cut from the table at once where there is one."""

    written = "Batch"
    fresh = True

    def __init__(self, source: Stage, size: int, only_full: bool) -> None:
        """Keep the size, and whether a smaller last batch is left out."""
        self.source, self.size, self.only_full = source, size, only_full

    @cached_property
    def spec(self) -> Element:
        """Those of the elements with a first axis."""
        return map_leaves(self.batched_spec, self.source.spec)

    def batched_spec(self, spec: Any) -> Any:
        """That of a leaf with a first axis, open if a batch may be smaller."""
        if hasattr(spec, "ragged_rank"):
            return spec.batched(self.size if self.only_full else None)
        if not isinstance(spec, TensorSpec):
            refuse("a batch of datasets", "batch")
        shape = None if spec.shape is None else (self.size if self.only_full else None, *spec.shape)
        return TensorSpec(shape, spec.dtype)

    def start(self) -> Elements:
        """Batch after batch."""
        table = self.source.table
        if table is not None:
            return map(table.rows, self.groups(self.source.rows()))
        # Each thread copies its element into the batch while its cache still holds it (`filling`).
        if isinstance(self.source, Map) and is_slow(self.source):
            return map(self.filled, self.groups(self.source.start_in(places(self.size))))
        return map(self.joined, self.groups(self.source.start()))

    def filled(self, group: list[Filled | Element]) -> Element:
        """A batch of elements that lie in it already; joined if they are of different shapes."""
        made = whole(group)
        return self.joined([taken(one) for one in group]) if made is None else made

    def groups(self, elements: Iterator[Any]) -> Iterator[list[Any]]:
        """The elements of each batch."""
        while group := list(islice(elements, self.size)):
            if len(group) == self.size or not self.only_full:
                yield group

    def joined(self, elements: list[Element]) -> Element:
        """Elements as a batch."""
        return joined(elements)

    def count(self) -> int:
        """The number of batches."""
        there = self.source.count()
        if there < 0:
            return there
        return there // self.size + bool(there % self.size and not self.only_full)


class RaggedBatch(Batch):
    """So many elements as rows of different lengths."""

    def batched_spec(self, spec: Any) -> Any:
        """That of a leaf as a row."""
        return super().batched_spec(_as_rows(spec))

    def start(self) -> Elements:
        """Batch after batch."""
        return map(self.joined, self.groups(self.source.start()))

    def joined(self, elements: list[Element]) -> Element:
        """Elements as a batch."""
        return joined([map_leaves(_as_row, one, self.source.spec) for one in elements])


def _as_rows(spec: Any) -> Any:
    """The shape and dtype of a leaf whose lengths differ, as a row; others are as they are."""
    if not isinstance(spec, TensorSpec) or spec.shape is None or None not in spec.shape:
        return spec
    # TensorFlow's ragged rank is the last open axis: those before it are ragged as well, known or
    # not.
    last = max(axis for axis, length in enumerate(spec.shape) if length is None)
    return RaggedTensorSpec(spec.shape, spec.dtype, last)


def _as_row(leaf: Any, spec: Any) -> Any:
    """A leaf whose lengths differ, as a row or as rows itself; others are as they are."""
    as_rows = _as_rows(spec)
    if as_rows is spec:
        return leaf
    # Of rank 0 only the batch is ragged: the element is one plain row of it.
    if as_rows.ragged_rank:
        return RaggedTensor.from_tensor(leaf, ragged_rank=as_rows.ragged_rank)
    return leaf.view(Row)


class PaddedBatch(Batch):
    """So many elements as one, each made as long as the longest."""

    written = "PaddedBatch"

    def __init__(
        self, source: Stage, size: int, only_full: bool, shapes: list[Any], values: list[Any]
    ) -> None:
        """Keep the shapes to fill up to, and with what."""
        super().__init__(source, size, only_full)
        self.shapes, self.values = shapes, values

    @cached_property
    def spec(self) -> Element:
        """Those of the shapes to fill up to, with a first axis."""
        leaves = [
            self.batched_spec(TensorSpec(shape, spec.dtype))
            for shape, spec in zip(self.shapes, flatten(self.source.spec))
        ]
        return unflatten(self.source.spec, iter(leaves))

    def start(self) -> Elements:
        """Batch after batch."""
        return map(self.joined, self.groups(self.source.start()))

    def joined(self, elements: list[Element]) -> Element:
        """Elements as a batch."""
        columns = zip(*map(flatten, elements))
        parts = zip(columns, self.shapes, self.values)
        return unflatten(elements[0], (_padded(list(c), shape, value) for c, shape, value in parts))


def _stacked(leaves: list[Any], place: int) -> Any:
    """Leaves of one shape beside each other."""
    first = leaves[0]
    if isinstance(first, Rows | Row):
        return _rows_of_rows(leaves, place)
    if isinstance(first, Nested):
        refuse("a batch of datasets", "batch")
    if first is None:
        return None
    _same_shapes(leaves, place)
    made = memory((len(leaves), *first.shape), first.dtype)
    for number, leaf in enumerate(leaves):
        # NumPy would store an array of no axes in an array of objects as it is; text comes out of
        # its box.
        made[number] = leaf[()]
    return made


def _same_shapes(leaves: list[Any], place: int) -> None:
    first = leaves[0]
    for number, leaf in enumerate(leaves):
        if leaf.shape != first.shape:
            raise InvalidArgumentError(
                f"Cannot batch tensors with different shapes in component {place}. First element "
                f"had shape {_written(first)} and element {number} had shape {_written(leaf)}."
            )


def _rows_of_rows(leaves: list[Any], place: int) -> Any:
    """Rows beside each other; TensorFlow takes no batches of different numbers of rows."""
    if all(isinstance(leaf, RaggedTensor) and leaf.is_batch for leaf in leaves):
        _same_shapes([np.empty(len(leaf)) for leaf in leaves], place)
    made = spec_of(leaves[0]).joined(leaves)
    if isinstance(made, RaggedTensor):
        made.is_batch = True
    return made


def _padded(leaves: list[Any], shape: Any, value: Any) -> np.ndarray:
    """Leaves beside each other in the shape given; an open length is that of the longest."""
    rank = leaves[0].ndim
    lengths = [
        max(leaf.shape[axis] for leaf in leaves) if shape is None or shape[axis] is None
        else shape[axis]
        for axis in range(rank)
    ]  # fmt: skip
    made = np.empty((len(leaves), *lengths), leaves[0].dtype)
    # A fill of text is bytes, not the array around them.
    made[...] = value if value.dtype.kind != "O" else value[()]
    for number, leaf in enumerate(leaves):
        if leaf.ndim != rank or any(map(int.__gt__, leaf.shape, lengths)):
            raise DataLossError(
                "Attempted to pad to a smaller size than the input element: "
                f"{_written(leaf)} to {lengths}."
            )
        place: Any = (number, *map(slice, leaf.shape))
        made[place] = leaf[()]
    return made


def _written(leaf: Any) -> str:
    return "[" + ",".join(map(str, leaf.shape)) + "]"


def size_of(batch_size: Any) -> int:
    """A batch's size as a number; TensorFlow's error where it is below 1."""
    size = concrete(batch_size)
    if size < 1:
        raise InvalidArgumentError(
            f"Expected `batch_size` greater than zero. Received: batch_size={size}."
        )
    return size


class Batching(Methods):
    """The methods of `tf.data.Dataset` that make batches and take them apart."""

    def batch(
        self,
        batch_size: Any,
        drop_remainder: Any = False,
        num_parallel_calls: Any = None,
        deterministic: bool | None = None,
        name: str | None = None,
    ) -> Self:
        """`batch_size` elements as one, on a new first axis.

        Args:
            batch_size: How many.
            drop_remainder: Whether a smaller last batch is left out. Defaults to `False`.
            num_parallel_calls: Taken, and of no effect.
            deterministic: Taken, and of no effect.
            name: Taken, and of no effect.

        >>> from onefit.scripts.tensorflow.data import Dataset
        >>> [batch.tolist() for batch in Dataset.range(5).batch(2).as_numpy_iterator()]
        [[0, 1], [2, 3], [4]]
        """
        return self.of(Batch(self.stage, size_of(batch_size), bool(drop_remainder)))

    def ragged_batch(
        self,
        batch_size: Any,
        drop_remainder: Any = False,
        row_splits_dtype: DTypeLike = "int64",
        name: str | None = None,
    ) -> Self:
        """`batch_size` elements as one; what differs in length becomes a `tf.RaggedTensor`.

        Args:
            batch_size: How many.
            drop_remainder: Whether a smaller last batch is left out. Defaults to `False`.
            row_splits_dtype: Taken, and of no effect: int64.
            name: Taken, and of no effect.
        """
        return self.of(RaggedBatch(self.stage, size_of(batch_size), bool(drop_remainder)))

    def padded_batch(
        self,
        batch_size: Any,
        padded_shapes: Any = None,
        padding_values: Any = None,
        drop_remainder: Any = False,
        name: str | None = None,
    ) -> Self:
        """`batch_size` elements as one, each filled up to the length of the longest.

        Args:
            batch_size: How many.
            padded_shapes: The shapes to fill up to, nested as the elements; `None` or -1 for the
                longest of the batch. Defaults to the shapes of the elements.
            padding_values: What to fill with, nested as the elements. Defaults to zeros and `""`.
            drop_remainder: Whether a smaller last batch is left out. Defaults to `False`.
            name: Taken, and of no effect.
        """
        specs = flatten(self.stage.spec)
        for spec in specs:
            if not isinstance(spec, TensorSpec):
                raise TypeError(
                    "`padded_batch` is only supported for datasets that produce tensor elements. "
                    f"Received: {spec}. `ragged_batch` makes batches of rows."
                )
        if padded_shapes is None:
            shapes = [spec.shape for spec in specs]
            if None in shapes:
                raise ValueError("Expected `padded_shapes`: the number of axes is not known.")
        else:
            shapes = [_open(shape) for shape in _given(self.stage.spec, padded_shapes)]
        values = _values(self.stage.spec, padding_values)
        filled = [
            array("" if spec.dtype == "string" else 0, spec.dtype)
            if value is None
            else array(value)
            for value, spec in zip(values, specs)
        ]
        for spec, fill in zip(specs, filled):
            if (kind := as_dtype(fill.dtype)) != spec.dtype:
                raise TypeError(
                    f"Invalid `padding_values`. `padding_values` values type {kind!r} does not "
                    f"match type {spec.dtype!r} of the corresponding input component."
                )
        for spec, shape in zip(specs, shapes):
            if spec.shape is not None and len(spec.shape) != len(shape):
                raise ValueError(
                    f"Expected a padded shape of {len(spec.shape)} axes for an element of shape "
                    f"{tuple(spec.shape)}. Received: {tuple(shape)}."
                )
        only_full = bool(drop_remainder)
        return self.of(PaddedBatch(self.stage, size_of(batch_size), only_full, shapes, filled))


def _given(spec: Element, shapes: Any) -> list[Any]:
    """The shapes for the leaves of elements; a shape is a list, a tuple or a `TensorShape`."""
    if isinstance(spec, tuple):
        pairs = zip(spec, shapes, strict=True)
        return [shape for one, part in pairs for shape in _given(one, part)]
    if isinstance(spec, dict):
        return [s for key in sorted(spec) for s in _given(spec[key], shapes[key])]
    return [shapes]


def _values(spec: Element, values: Any) -> list[Any]:
    """The values for the leaves of elements: one may be for all."""
    if isinstance(spec, tuple) and isinstance(values, tuple | list):
        pairs = zip(spec, values, strict=True)
        return [value for one, part in pairs for value in _values(one, part)]
    if isinstance(spec, dict) and isinstance(values, dict):
        return [v for key in sorted(spec) for v in _values(spec[key], values[key])]
    return [values] * len(flatten(spec))


def _open(shape: Any) -> tuple[int | None, ...]:
    return tuple(None if some is None or int(some) < 0 else int(some) for some in shape)
