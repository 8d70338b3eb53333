"""Datasets of datasets: windows, groups by a key, buckets by a length."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import islice
from typing import Any, Self

import numpy as np

from onefit.scripts.tensorflow.data.function import Function
from onefit.scripts.tensorflow.data.leaves import DatasetSpec, specs_of
from onefit.scripts.tensorflow.data.method import Methods
from onefit.scripts.tensorflow.data.sources import Kept, Picked
from onefit.scripts.tensorflow.data.stage import Elements, Stage, Table, concrete
from onefit.scripts.tensorflow.data.structure import Element, flatten, map_leaves, unflatten
from onefit.scripts.tensorflow.dtype import as_dtype
from onefit.scripts.tensorflow.errors import InvalidArgumentError
from onefit.scripts.tensorflow.mode import here
from onefit.scripts.tensorflow.tensor_spec import TensorSpec


class Window(Stage):
    """Elements that follow each other, as datasets: one for each part of an element."""

    written = "Window"

    def __init__(self, source: Stage, size: int, shift: int, stride: int, only_full: bool) -> None:
        """Keep the sizes."""
        self.source, self.size, self.shift = source, size, shift
        self.stride, self.only_full = stride, only_full

    @cached_property
    def spec(self) -> Element:
        """Datasets of the parts of an element."""
        return map_leaves(DatasetSpec, self.source.spec)

    def start(self) -> Elements:
        """Window after window."""
        table = self.source.table
        # The windows of a series are a table that holds no arrays of rows.
        if type(table) is not Table:
            return map(self._kept, self._windows(self.source.start()))
        return (self._picked(table, rows) for rows in self._windows(self.source.rows()))

    def _windows(self, elements: Iterator[Any]) -> Iterator[list[Any]]:
        reach = (self.size - 1) * self.stride + 1
        held: list[Any] = []
        while True:
            held += islice(elements, reach - len(held))
            if not held or (len(held) < reach and self.only_full):
                return
            yield held[:: self.stride]
            # What lies between two windows is read and thrown away.
            if self.shift >= len(held):
                missed = self.shift - len(held)
                held = []
                if sum(1 for _ in islice(elements, missed)) < missed:
                    return
            else:
                held = held[self.shift :]

    def _kept(self, window: list[Element]) -> Element:
        columns = zip(*map(flatten, window))
        pairs = zip(columns, flatten(self.source.spec))
        return unflatten(window[0], (Kept(list(column), spec) for column, spec in pairs))

    def _picked(self, table: Table, rows: list[int]) -> Element:
        return map_leaves(lambda a, spec: Picked(Table(a), rows, spec), table.arrays, self.spec_of)

    @cached_property
    def spec_of(self) -> Element:
        """The shapes and dtypes of the parts of an element."""
        return self.source.spec

    def count(self) -> int:
        """The number of windows."""
        there = self.source.count()
        if there < 0:
            return there
        if not self.only_full:
            return -(-there // self.shift)
        reach = (self.size - 1) * self.stride + 1
        return max(0, (there - reach) // self.shift + 1)


class Group(Stage):
    """Elements of the same key, so many at a time, given to a function that makes a dataset."""

    written = "GroupByWindow"

    def __init__(
        self, source: Stage, key: Function, reduce: Function, size: Callable[[Any], int]
    ) -> None:
        """Keep the functions."""
        self.source, self.key, self.reduce, self.size = source, key, reduce, size

    @cached_property
    def spec(self) -> Element:
        """Those of what the function gives."""
        given = self.reduce.spec(TensorSpec((), "int64"), DatasetSpec(self.source.spec))
        if not isinstance(given, DatasetSpec):
            raise TypeError(f"Expected `reduce_func` to give a dataset. Received: {given}.")
        return given.element_spec

    def start(self) -> Elements:
        """The elements of each group when it is full, at last of those that are not, by key."""
        return self._grouped(self.source.start())

    def _grouped(self, elements: Elements) -> Elements:
        groups: dict[int, list[Element]] = {}
        for element in elements:
            key = self.key(element)
            number = int(key)
            group = groups.setdefault(number, [])
            group.append(element)
            if (size := self.size(key)) < 1:
                raise InvalidArgumentError(
                    f"Window size must be greater than zero, but got {size}."
                )
            if len(group) == size:
                yield from self._reduced(number, groups.pop(number))
        # TensorFlow keeps its groups in a `std::map`, which goes through keys as they ascend.
        for number in sorted(groups):
            yield from self._reduced(number, groups[number])

    def _reduced(self, key: int, group: list[Element]) -> Elements:
        given = self.reduce(np.asarray(key, np.int64), Kept(group, self.source.spec))
        if not isinstance(given, Stage):
            raise TypeError(
                f"Expected `reduce_func` to give a dataset. Received: {specs_of(given)}."
            )
        return given.start()


class Windows(Methods):
    """The methods of `tf.data.Dataset` that make datasets of datasets."""

    def window(
        self,
        size: Any,
        shift: Any = None,
        stride: Any = 1,
        drop_remainder: bool = False,
        name: str | None = None,
    ) -> Self:
        """Datasets of `size` elements that follow each other.

        Args:
            size: How many elements a window has.
            shift: How far the next window begins after the last. Defaults to `size`.
            stride: The distance of two elements of a window. Defaults to 1.
            drop_remainder: Whether smaller last windows are left out. Defaults to `False`.
            name: Taken, and of no effect.

        >>> from onefit.scripts.tensorflow.data import Dataset
        >>> windows = Dataset.range(4).window(2, shift=1, drop_remainder=True)
        >>> [w.tolist() for w in windows.flat_map(lambda w: w.batch(2)).as_numpy_iterator()]
        [[0, 1], [1, 2], [2, 3]]
        """
        length, step = concrete(size), concrete(stride)
        ahead = length if shift is None else concrete(shift)
        if min(length, ahead, step) < 1:
            raise InvalidArgumentError(
                "Expected `size`, `shift` and `stride` greater than zero. Received: "
                f"size={size}, shift={shift}, stride={stride}."
            )
        return self.of(Window(self.stage, length, ahead, step, bool(drop_remainder)))

    def group_by_window(
        self,
        key_func: Callable[..., Any],
        reduce_func: Callable[..., Any],
        window_size: Any = None,
        window_size_func: Callable[[Any], Any] | None = None,
        name: str | None = None,
    ) -> Self:
        """Elements of the same key, so many at a time, made into datasets by a function.

        Args:
            key_func: A function of an element that gives an integer.
            reduce_func: A function of a key and the dataset of a group that gives a dataset.
            window_size: How many elements a full group has.
            window_size_func: The same, as a function of the key.
            name: Taken, and of no effect.
        """
        if (window_size is None) == (window_size_func is None):
            raise ValueError("Expected either `window_size` or `window_size_func`.")
        size = _size_of(window_size, window_size_func)
        key = Function(_of_one_integer(key_func, "key_func"))
        return self.of(Group(self.stage, key, Function(reduce_func), size))

    def bucket_by_sequence_length(
        self,
        element_length_func: Callable[..., Any],
        bucket_boundaries: Any,
        bucket_batch_sizes: Any,
        padded_shapes: Any = None,
        padding_values: Any = None,
        pad_to_bucket_boundary: bool = False,
        no_padding: bool = False,
        drop_remainder: bool = False,
        name: str | None = None,
    ) -> Self:
        """Batches of elements of similar length.

        Args:
            element_length_func: A function of an element that gives its length.
            bucket_boundaries: The lengths at which the next bucket begins.
            bucket_batch_sizes: The size of a batch of each bucket, one more than boundaries.
            padded_shapes: As of `padded_batch`.
            padding_values: As of `padded_batch`.
            pad_to_bucket_boundary: Whether open lengths are filled up to the longest of the
                bucket, not of the batch. Defaults to `False`.
            no_padding: Whether elements are of one length already. Defaults to `False`.
            drop_remainder: Whether a smaller last batch of a bucket is left out.
            name: Taken, and of no effect.
        """
        boundaries = np.asarray(bucket_boundaries)
        sizes = [int(size) for size in bucket_batch_sizes]
        if len(sizes) != len(boundaries) + 1:
            raise ValueError(
                "Expected one more of `bucket_batch_sizes` than of `bucket_boundaries`. Received: "
                f"{len(sizes)} and {len(boundaries)}."
            )

        def bucket(*element: Any) -> Any:
            length = int(element_length_func(*element))
            # A length that is a boundary falls into the bucket that begins there.
            return np.int64(np.searchsorted(boundaries, length, side="right"))

        def batched(number: Any, group: Any) -> Any:
            # A sample of which only the shapes are asked for may name a bucket that is not there.
            number = min(int(number), len(sizes) - 1)
            if no_padding:
                return group.batch(sizes[number], drop_remainder=drop_remainder)
            shapes = padded_shapes
            if shapes is None:
                shapes = map_leaves(lambda spec: spec.shape, group.element_spec)
            if pad_to_bucket_boundary and not here.only_shapes:
                shapes = _filled(group.stage.spec, shapes, number, boundaries)
            return group.padded_batch(sizes[number], shapes, padding_values, drop_remainder)

        return self.group_by_window(bucket, batched, window_size_func=lambda key: sizes[int(key)])


def _size_of(size: Any, function: Callable[[Any], Any] | None) -> Callable[[Any], int]:
    if function is None:
        fixed = concrete(size)
        return lambda key: fixed
    of_key = Function(_of_one_integer(function, "window_size_func"))
    return lambda key: int(of_key(key))


def _of_one_integer(function: Callable[..., Any], told: str) -> Callable[..., Any]:
    """A function of a user's that has to give one int64: only Python's integers become one."""

    def called(*elements: Any) -> Any:
        found = function(*elements)
        if isinstance(found, float | str | bytes):
            kind = type(found).__name__
            raise TypeError(f"Expected int64, but got {found!r} of type '{kind}'.")
        if isinstance(found, int):
            return np.int64(found)
        name = as_dtype(found.dtype).name if hasattr(found, "dtype") else type(found).__name__
        if name != "int64":
            raise ValueError(
                f"Tensor conversion requested dtype int64 for Tensor with dtype {name}: use "
                "tf.cast."
            )
        if tuple(found.shape) != ():
            raise ValueError(
                f"Invalid `{told}`. `{told}` must return a single `tf.int64` scalar tensor but "
                f"its shape is {tuple(found.shape)}."
            )
        return found

    return called


def _filled(spec: Element, shapes: Any, number: int, boundaries: np.ndarray) -> Any:
    """Shapes whose open lengths are the longest of a bucket."""
    if number == len(boundaries):
        raise InvalidArgumentError(
            "When pad_to_bucket_boundary=True, elements must have length < max(bucket_boundaries)."
        )
    # The boundary itself is the first length of the next bucket.
    most = int(boundaries[number]) - 1
    if isinstance(spec, tuple):
        return tuple(_filled(s, shape, number, boundaries) for s, shape in zip(spec, shapes))
    if isinstance(spec, dict):
        return {key: _filled(spec[key], shapes[key], number, boundaries) for key in spec}
    return tuple(most if some is None else some for some in shapes)
