"""Where elements come from: arrays and generators, and the functions that make a dataset."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, Self

import numpy as np

from onefit.scripts.tensorflow.annotations import DTypeLike, TensorLike
from onefit.scripts.tensorflow.data.leaves import Nested, array, spec_of_row, specs_of
from onefit.scripts.tensorflow.data.method import Methods
from onefit.scripts.tensorflow.data.numbers import Counter, Random, Range
from onefit.scripts.tensorflow.data.seeds import seeds_of
from onefit.scripts.tensorflow.data.stage import (
    Elements,
    Stage,
    Table,
    concrete,
)
from onefit.scripts.tensorflow.data.structure import Element, flatten, map_leaves, unflatten
from onefit.scripts.tensorflow.dtype import as_dtype
from onefit.scripts.tensorflow.errors import InvalidArgumentError
from onefit.scripts.tensorflow.operators import RANK, Operators
from onefit.scripts.tensorflow.tensor_spec import TensorSpec, fits


class Slices(Stage):
    """The rows of arrays."""

    written = "TensorSlice"

    def __init__(self, arrays: Element) -> None:
        """Keep the arrays."""
        self.table = self.held = Table(arrays)

    @cached_property
    def spec(self) -> Element:
        """Those of the arrays without their first axis."""
        return map_leaves(spec_of_row, self.held.arrays)

    def start(self) -> Elements:
        """Row after row."""
        return map(self.held.row, self.rows())

    def rows(self) -> Iterator[int]:
        """The rows as they lie."""
        return iter(range(len(self.held)))

    def count(self) -> int:
        """The number of rows."""
        return len(self.held)


class Picked(Slices):
    """Some rows of a table, as an element of its own: a window."""

    written = "Variant"

    def __init__(self, table: Table, numbers: list[int], spec: Element) -> None:
        """Keep the numbers of the rows."""
        self.table = self.held = table
        self.numbers, self.spec = numbers, spec

    def rows(self) -> Iterator[int]:
        """These rows."""
        return iter(self.numbers)

    def count(self) -> int:
        """How many they are."""
        return len(self.numbers)


class Kept(Stage):
    """Elements that are there already."""

    written = "Tensor"

    def __init__(self, elements: list[Element], spec: Element) -> None:
        """Keep them."""
        self.elements, self.spec = elements, spec

    def start(self) -> Elements:
        """One after the other."""
        return iter(self.elements)

    def count(self) -> int:
        """How many they are."""
        return len(self.elements)


class Generated(Stage):
    """What a user's generator yields, made anew with each start."""

    written = "FlatMap"
    waits = True

    def __init__(self, generator: Callable[[], Any], spec: Element) -> None:
        """Keep the function that makes the generator."""
        self.generator, self.spec = generator, spec

    def start(self) -> Elements:
        """What it yields, in the dtypes that were promised."""
        return (self._checked(value) for value in self.generator())

    def _checked(self, value: Any) -> Element:
        specs = flatten(self.spec)
        try:
            given = _alike(self.spec, value)
            # TensorFlow is strict with one tensor of any shape, and casts what is promised a shape.
            read = promised if _is_open(self.spec) else cast
            leaves = [read(leaf, spec.dtype) for leaf, spec in zip(given, specs, strict=True)]
        except (TypeError, ValueError) as error:
            raise InvalidArgumentError(
                f"Expected `generator` to yield elements of {self.spec}. Received: {value!r} "
                f"({error})."
            ) from None
        for leaf, spec in zip(leaves, specs):
            if isinstance(leaf, np.ndarray) and as_dtype(leaf.dtype) != spec.dtype:
                raise InvalidArgumentError(
                    f"Expected `generator` to yield an element of {spec.dtype!r}. Received: "
                    f"{value!r}."
                )
            if not fits(leaf.shape, spec.shape):
                raise InvalidArgumentError(
                    f"Expected `generator` to yield an element of shape {tuple(spec.shape)}. "
                    f"Received: an element of shape {leaf.shape}."
                )
        return unflatten(self.spec, iter(leaves))


def _numbers(*ends: int) -> range:
    """Python's range of numbers at a distance.

    Raises:
        InvalidArgumentError: For the distance 0.
    """
    if len(ends) == 3 and not ends[2]:
        raise InvalidArgumentError("step must be a non-zero integer.")
    return range(*ends)


def _is_open(spec: Element) -> bool:
    """Whether one tensor was promised, and nothing of its shape."""
    return isinstance(spec, TensorSpec) and spec.shape is None


def cast(value: Any, dtype: DTypeLike) -> Any:
    """What a generator yields for a leaf as NumPy casts it.

    Raises:
        TypeError: For complex numbers that are to be real.
        ValueError: For `None`.
    """
    if value is None:
        raise ValueError("None is no tensor")
    made = array(value)
    if not isinstance(made, np.ndarray) or made.dtype.kind == "O":
        return made
    kind = np.dtype(as_dtype(dtype).as_numpy_dtype)
    if kind.kind == "O" or (made.dtype.kind == "c" and kind.kind != "c"):
        raise TypeError(f"Cannot convert {value!r} to {dtype!r}")
    return array(value, dtype)


def promised(value: Any, dtype: DTypeLike) -> Any:
    """What a generator yields for a leaf, in the dtype that was promised.

    NumPy's numbers are made that dtype, whatever they are; Python's are where it holds them, and a
    tensor has to have it.

    Raises:
        TypeError: For numbers of Python's that are none of that dtype.
        ValueError: For a tensor of another dtype, and `None`.
    """
    if value is None:
        raise ValueError("None is no tensor")
    if isinstance(value, np.ndarray | np.generic) or hasattr(value, "stage"):
        return array(value, dtype)
    made = array(value)
    if not isinstance(made, np.ndarray) or made.dtype.kind == "O":
        return made
    kind = np.dtype(as_dtype(dtype).as_numpy_dtype)
    if kind.kind == "O":
        raise TypeError("numbers are no text")
    if isinstance(value, Operators):
        if made.dtype != kind:
            raise ValueError(f"it is a tensor of {made.dtype.name}: use tf.cast")
    elif made.size and RANK.get(made.dtype.kind, 9) > RANK.get(kind.kind, 3):
        raise TypeError(f"Cannot convert {value!r} to EagerTensor of dtype {kind.name}")
    return array(value, dtype)


def _alike(spec: Element, value: Any) -> list[Any]:
    """The leaves of a value; a list counts as a tuple where one was promised."""
    if isinstance(spec, tuple):
        parts = list(value)
        return [leaf for one, part in zip(spec, parts, strict=True) for leaf in _alike(one, part)]
    if isinstance(spec, dict):
        if set(spec) != set(value):
            raise ValueError(f"its keys are {sorted(value)}")
        return [leaf for key in sorted(spec) for leaf in _alike(spec[key], value[key])]
    return [value]


class Sources(Methods):
    """The functions of `tf.data.Dataset` that make one."""

    @classmethod
    def from_tensor_slices(cls, tensors: TensorLike, name: str | None = None) -> Self:
        """The rows of arrays.

        Args:
            tensors: An array, or tuples and dicts of arrays with first axes of one length. They
                are copied.
            name: Taken, and of no effect.

        >>> from onefit.scripts.tensorflow.data import Dataset
        >>> list(Dataset.from_tensor_slices(([1, 2], ["a", "b"])).as_numpy_iterator())
        [(np.int32(1), b'a'), (np.int32(2), b'b')]
        """
        arrays = map_leaves(_copied, tensors)
        leaves = flatten(arrays)
        if not leaves:
            raise ValueError("Expected at least one array in `tensors`. Received none.")
        if any(isinstance(leaf, Nested) or leaf is None or not leaf.ndim for leaf in leaves):
            raise ValueError("Expected arrays that have rows in `tensors`. Received a scalar.")
        lengths = [len(leaf) for leaf in leaves]
        if len(set(lengths)) > 1:
            raise ValueError(
                f"Expected first axes of one length in `tensors`. Received lengths: {lengths}."
            )
        return cls.of(Slices(arrays))

    @classmethod
    def from_tensors(cls, tensors: TensorLike, name: str | None = None) -> Self:
        """One element: these arrays, or tuples and dicts of arrays."""
        element = map_leaves(_copied, tensors)
        return cls.of(Kept([element], specs_of(element)))

    @classmethod
    def from_generator(
        cls,
        generator: Callable[..., Any],
        output_types: Any = None,
        output_shapes: Any = None,
        args: Any = None,
        output_signature: Any = None,
        name: str | None = None,
    ) -> Self:
        """What a generator yields.

        Args:
            generator: A function that makes the generator; it is called for each iteration.
            output_types: Deprecated: the dtypes, nested as the elements.
            output_shapes: Deprecated: the shapes, nested as the elements. Defaults to open ones.
            args: Arguments for `generator`, which it gets as arrays.
            output_signature: `tf.TensorSpec`s, nested as the elements.
            name: Taken, and of no effect.
        """
        if not callable(generator):
            raise TypeError(f"Expected `generator` to be a function. Received: {generator!r}.")
        if (output_signature is None) == (output_types is None):
            raise TypeError("Expected either `output_signature` or `output_types`.")
        spec = output_signature
        if spec is None:
            types = map_leaves(as_dtype, output_types)
            shapes = _shapes_like(types, output_shapes)
            leaves = (TensorSpec(*pair) for pair in zip(shapes, flatten(types)))
            spec = unflatten(types, leaves)
        given = [array(argument) for argument in args or ()]
        return cls.of(Generated(lambda: generator(*given), spec))

    @classmethod
    def range(cls, *args: Any, output_type: DTypeLike = "int64", name: str | None = None) -> Self:
        """Integers, as of Python's `range`.

        >>> from onefit.scripts.tensorflow.data import Dataset
        >>> [int(n) for n in Dataset.range(3, 9, 3).as_numpy_iterator()]
        [3, 6]
        """
        return cls.of(Range(_numbers(*map(concrete, args)), output_type))

    @classmethod
    def counter(
        cls,
        start: TensorLike = 0,
        step: Any = 1,
        dtype: DTypeLike = "int64",
        name: str | None = None,
    ) -> Self:
        """Integers from `start` on, without end."""
        return cls.of(Counter(concrete(start), concrete(step), dtype))

    @classmethod
    def list_files(
        cls, file_pattern: Any, shuffle: Any = None, seed: Any = None, name: str | None = None
    ) -> Self:
        """The names of the files that patterns name, in random order.

        Args:
            file_pattern: A pattern such as `"images/*.png"`, or several.
            shuffle: Whether they are shuffled, anew in each iteration. Defaults to `True`.
            seed: The seed of the order. Defaults to `None`.
            name: Taken, and of no effect.

        Raises:
            InvalidArgumentError: If there is no such file.
        """
        from onefit.scripts.tensorflow.io.files import matched

        files = matched(file_pattern)
        if not files:
            raise InvalidArgumentError(f"No files matched pattern: {file_pattern}")
        dataset: Any = cls.from_tensor_slices(files)
        return dataset if shuffle is False else dataset.shuffle(len(files), seed)

    @classmethod
    def random(
        cls,
        seed: Any = None,
        rerandomize_each_iteration: bool | None = None,
        name: str | None = None,
    ) -> Self:
        """Random integers from 0 to before 2**32, as int64, without end."""
        return cls.of(Random(seeds_of(seed), bool(rerandomize_each_iteration)))


def _copied(value: Any) -> Any:
    """An array of our own: what a user writes to his later is not seen."""
    made = array(value)
    if isinstance(made, np.ndarray):
        made = np.array(made, order="C")
        # Elements are parts of this array, and are not copied.
        made.setflags(write=False)
    return made


def _shapes_like(types: Element, shapes: Any) -> list[Any]:
    """The shapes for these dtypes; a shape is written as a list, a tuple or a `TensorShape`."""
    if shapes is None:
        return [None] * len(flatten(types))
    if isinstance(types, tuple):
        pairs = zip(types, shapes, strict=True)
        return [shape for one, part in pairs for shape in _shapes_like(one, part)]
    if isinstance(types, dict):
        return [s for key in sorted(types) for s in _shapes_like(types[key], shapes[key])]
    return [shapes]
