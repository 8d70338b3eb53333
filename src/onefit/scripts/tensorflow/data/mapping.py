"""A user's function of each element: map, filter, scan, reduce and others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import islice
from typing import Any, Self

import numpy as np

from onefit.scripts.tensorflow.data.filling import Filled, Filling
from onefit.scripts.tensorflow.data.function import Function
from onefit.scripts.tensorflow.data.leaves import array, specs_of, tensor
from onefit.scripts.tensorflow.data.method import Methods
from onefit.scripts.tensorflow.data.read_ahead import in_parallel, is_slow
from onefit.scripts.tensorflow.data.samples import common_spec
from onefit.scripts.tensorflow.data.stage import Elements, Order, Stage, concrete, demand_calls
from onefit.scripts.tensorflow.data.structure import Element, flatten, map_leaves, unflatten
from onefit.scripts.tensorflow.errors import FailedPreconditionError, InvalidArgumentError
from onefit.scripts.tensorflow.tensor_spec import TensorSpec

Mapped = Callable[..., Any]


class Map(Stage):
    """A function of each element."""

    def __init__(self, source: Stage, function: Function, workers: int | None) -> None:
        """Keep the function, and how many threads may call it; `None` for this one alone."""
        self.source, self.function, self.workers = source, function, workers
        self.written = "Map" if workers is None else "ParallelMap"
        self.made: Element | None = None  # of all rows of arrays

    @cached_property
    def spec(self) -> Element:
        """What the function gives."""
        try:
            return self.function.spec(self.source.spec)
        except Exception:
            # a function of text may need a text that is there, the name of a file for example
            rows = [row_read(self.source, place) for place in (0, -1)]
            if rows[0] is None:
                raise
            return map_leaves(common_spec, *(specs_of(self.function(row)) for row in rows))

    def start(self) -> Elements:
        """The function of each element."""
        return self._each(self.function, self.source.start())

    def start_in(self, places: Iterator[tuple[Filling, int]]) -> Iterator[Filled | Element]:
        """The same, each put in its place by the thread that makes it.

        Args:
            places: Those of the elements, in their order.
        """

        def put(pair: tuple[tuple[Filling, int], Element]) -> Filled | Element:
            (batch, place), element = pair
            return batch.put(place, self.function(element))

        return self._each(put, zip(places, self.source.start()))

    def _each(self, function: Mapped, elements: Iterator[Any]) -> Iterator[Any]:
        if self.workers is not None and is_slow(self.source):
            return in_parallel(function, elements, self.workers)
        return map(function, elements)

    def of_rows(self, arrays: Element, most: int) -> Element | None:
        """The function of each row of the arrays that the other stage gives, as arrays; kept.

        Args:
            arrays: These arrays, which are always the same.
            most: The bytes that may be made.

        Returns:
            `None` where the function cannot be traced, or gives other bits for many rows at once.
        """
        if self.made is None:
            self.made = self.function.of_rows(arrays, most)
        return self.made

    def count(self) -> int:
        """That of the other stage."""
        return self.source.count()


def row_read(stage: Stage, place: int) -> Element | None:
    """The first or last row that a stage reads, without starting it: that would draw numbers.

    Args:
        stage: The stage.
        place: 0 for the first row, -1 for the last one.
    """
    if stage.table is not None and len(stage.table):
        return stage.table.row(place % len(stage.table))
    if stage.written == "Zip":
        sources = stage.sources  # type: ignore[attr-defined]
        parts = [row_read(one, place) for one in flatten(sources)]
        return None if any(one is None for one in parts) else unflatten(sources, iter(parts))
    source = getattr(stage, "source", None)
    found = None if source is None else row_read(source, place)
    if isinstance(stage, Map):
        return None if found is None else stage.function(found)
    return found if isinstance(stage, Order) else None


class Chosen(Stage):
    """The elements of another stage of which a function says yes; a base class."""

    def __init__(self, source: Stage, function: Function) -> None:
        """Keep the function."""
        self.source, self.function = source, function

    @cached_property
    def spec(self) -> Element:
        """Those of the other stage."""
        return self.source.spec

    def says_yes(self, element: Element) -> bool:
        """What the function says."""
        answer = self.function(element)
        if not isinstance(answer, np.ndarray) or answer.shape or answer.dtype.kind != "b":
            raise ValueError(
                f"Expected `predicate` to give one boolean. Received: {specs_of(answer)}."
            )
        return bool(answer)


class Filter(Chosen):
    """The elements of which a function says yes."""

    written = "Filter"

    def start(self) -> Elements:
        """These elements."""
        return filter(self.says_yes, self.source.start())


class TakeWhile(Chosen):
    """The elements before the first of which a function says no."""

    written = "TakeWhile"

    def start(self) -> Elements:
        """These elements."""
        return self._first(self.source.start())

    def _first(self, elements: Elements) -> Elements:
        for element in elements:
            if not self.says_yes(element):
                return
            yield element


class Scan(Stage):
    """A function of a state and each element, which gives the next state and an element."""

    written = "Scan"

    def __init__(self, source: Stage, first: Element, function: Function) -> None:
        """Keep the first state and the function."""
        self.source, self.first, self.function = source, first, function

    @cached_property
    def spec(self) -> Element:
        """What the function gives, without the state."""
        return self.function.spec(specs_of(self.first), self.source.spec)[1]

    def start(self) -> Elements:
        """From the first state on."""
        return self._scanned(self.source.start())

    def _scanned(self, elements: Elements) -> Elements:
        state = self.first
        for element in elements:
            state, given = self.function(state, element)
            yield given

    def count(self) -> int:
        """That of the other stage."""
        return self.source.count()


class Unique(Stage):
    """Each element once, where it comes first."""

    written = "Unique"

    def __init__(self, source: Stage) -> None:
        """Keep the other stage."""
        self.source = source

    @cached_property
    def spec(self) -> Element:
        """Those of the other stage."""
        return self.source.spec

    def start(self) -> Elements:
        """What has not been before."""
        return self._new(self.source.start())

    def _new(self, elements: Elements) -> Elements:
        seen = set()
        for element in elements:
            (leaf,) = flatten(element)
            # The shape belongs to it: [1, 2] and [[1, 2]] hold the same numbers.
            key = (leaf.shape, tuple(leaf.reshape(-1).tolist()))
            if key not in seen:
                seen.add(key)
                yield element


class Counted(Stage):
    """The elements of another stage, of which there are so many."""

    written = "AssertCardinality"

    def __init__(self, source: Stage, expected: int) -> None:
        """Keep how many."""
        self.source, self.expected = source, expected

    @cached_property
    def spec(self) -> Element:
        """Those of the other stage."""
        return self.source.spec

    def start(self) -> Elements:
        """The same elements; another number of them is an error."""
        return self._checked(self.source.start())

    def _checked(self, elements: Elements) -> Elements:
        seen = 0
        for element in elements:
            seen += 1
            if 0 <= self.expected < seen:
                raise FailedPreconditionError(
                    f"Input dataset was expected to contain {self.expected} elements but "
                    "contained more."
                )
            yield element
        if seen != self.expected:
            there = "an infinite number of" if self.expected < 0 else f"{self.expected}"
            raise FailedPreconditionError(
                f"Input dataset was expected to contain {there} elements but contained only "
                f"{seen} elements."
            )

    def count(self) -> int:
        """As many as was said."""
        return self.expected


class Mapping(Methods):
    """The methods of `tf.data.Dataset` that take a function of elements."""

    def map(
        self,
        map_func: Mapped,
        num_parallel_calls: Any = None,
        deterministic: bool | None = None,
        synchronous: bool | None = None,
        use_unbounded_threadpool: bool = False,
        name: str | None = None,
    ) -> Self:
        """`map_func` of each element.

        Args:
            map_func: A function; a tuple is its arguments, one by one. It is traced once for each
                shape, or called with values where it can't be.
            num_parallel_calls: How many threads call it where elements come from files or texts,
                in their order. Defaults to one.
            deterministic: Taken, and of no effect.
            synchronous: Taken, and of no effect.
            use_unbounded_threadpool: Taken, and of no effect.
            name: Taken, and of no effect.

        >>> from onefit.scripts.tensorflow.data import Dataset
        >>> list(Dataset.range(3).map(lambda n: n * 2).as_numpy_iterator())
        [np.int64(0), np.int64(2), np.int64(4)]
        """
        workers = None if num_parallel_calls is None else concrete(num_parallel_calls)
        demand_calls(num_parallel_calls)
        return self.of(Map(self.stage, Function(map_func), workers))

    def filter(self, predicate: Mapped, name: str | None = None) -> Self:
        """The elements of which `predicate` gives `True`."""
        return self.of(Filter(self.stage, Function(predicate)))

    def take_while(self, predicate: Mapped, name: str | None = None) -> Self:
        """The elements before the first of which `predicate` gives `False`."""
        return self.of(TakeWhile(self.stage, Function(predicate)))

    def scan(self, initial_state: Any, scan_func: Mapped, name: str | None = None) -> Self:
        """What a function of a state and each element gives beside the next state.

        >>> from onefit.scripts.tensorflow.data import Dataset
        >>> sums = Dataset.range(4).scan(np.int64(0), lambda sum, n: (sum + n, sum + n))
        >>> [int(n) for n in sums.as_numpy_iterator()]
        [0, 1, 3, 6]
        """
        return self.of(Scan(self.stage, map_leaves(array, initial_state), Function(scan_func)))

    def unique(self, name: str | None = None) -> Self:
        """Each element once. Elements are one tensor of integers or of text."""
        specs = self.stage.spec
        if not isinstance(specs, TensorSpec) or specs.dtype not in ("int32", "int64", "string"):
            raise TypeError(
                "Expected elements of one tensor of int32, int64 or text. Received: "
                f"{self.stage.spec}."
            )
        return self.of(Unique(self.stage))

    def apply(self, transformation_func: Callable[[Self], Any]) -> Any:
        """`transformation_func` of this dataset, which gives another."""
        made = transformation_func(self)
        if not hasattr(made, "stage"):
            raise TypeError(
                f"Expected `transformation_func` to give a dataset. Received: {made!r}."
            )
        return made

    def reduce(self, initial_state: Any, reduce_func: Mapped, name: str | None = None) -> Any:
        """The last state of a function of a state and each element.

        >>> from onefit.scripts.tensorflow.data import Dataset
        >>> int(Dataset.range(5).reduce(np.int64(0), lambda sum, n: sum + n))
        10
        """
        state, function = map_leaves(array, initial_state), Function(reduce_func)
        for element in self.stage.start():
            found = function(state, element)
            if (parts := len(flatten(found))) != (given := len(flatten(state))):
                raise InvalidArgumentError(
                    "The number of components of the initial state and the reduce function output "
                    f"does not match. (initial_state={given}, output={parts})."
                )
            state = found
        return map_leaves(tensor, state)

    def assert_cardinality(self, expected_cardinality: Any) -> Self:
        """The same elements, of which there are said to be so many; another number is an error."""
        return self.of(Counted(self.stage, concrete(expected_cardinality)))

    def get_single_element(self, name: str | None = None) -> Any:
        """The only element."""
        # Two say that there are too many, of a dataset without end, too.
        elements = list(islice(self.stage.start(), 2))
        if len(elements) != 1:
            raise InvalidArgumentError(
                "Dataset was empty." if not elements else "Dataset had more than one element."
            )
        return map_leaves(tensor, elements[0])
