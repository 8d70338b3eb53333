"""A user's function that gives a dataset for each element: flat_map and interleave."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cached_property
from itertools import islice
from typing import Any, Self

from onefit.scripts.tensorflow.data.function import Function
from onefit.scripts.tensorflow.data.leaves import DatasetSpec, specs_of
from onefit.scripts.tensorflow.data.method import Methods
from onefit.scripts.tensorflow.data.stage import (
    AUTOTUNE,
    Elements,
    Stage,
    concrete,
    demand_calls,
)
from onefit.scripts.tensorflow.data.structure import Element
from onefit.scripts.tensorflow.errors import InvalidArgumentError


class FlatMap(Stage):
    """The elements of the dataset that a function gives for each element."""

    written = "FlatMap"

    def __init__(self, source: Stage, function: Function) -> None:
        """Keep the function."""
        self.source, self.function = source, function

    @cached_property
    def spec(self) -> Element:
        """Those of what the function gives."""
        given = self.function.spec(self.source.spec)
        if not isinstance(given, DatasetSpec):
            raise TypeError(f"Expected `map_func` to give a dataset. Received: {given}.")
        return given.element_spec

    def dataset(self, element: Element) -> Stage:
        """What the function gives for an element."""
        given = self.function(element)
        if not isinstance(given, Stage):
            raise TypeError(f"Expected `map_func` to give a dataset. Received: {specs_of(given)}.")
        return given

    def start(self) -> Elements:
        """One dataset after the other."""
        return self._flat(self.source.start())

    def _flat(self, elements: Elements) -> Elements:
        for element in elements:
            yield from self.dataset(element).start()


class Interleave(FlatMap):
    """The same of several datasets in turn."""

    def __init__(
        self, source: Stage, function: Function, cycle: int, block: int, parallel: bool
    ) -> None:
        """Keep how many are open, and how many elements each gives in its turn."""
        super().__init__(source, function)
        self.cycle, self.block = cycle, block
        self.written = "ParallelInterleave" if parallel else "Interleave"

    def start(self) -> Elements:
        """Elements of all that are open, in turn."""
        return self._in_turn(self.source.start())

    def _in_turn(self, sources: Elements) -> Elements:
        opened: list[Elements | None] = [None] * self.cycle
        more, turn = True, 0
        while more or any(one is not None for one in opened):
            current = opened[turn]
            if current is None and more:
                element = next(sources, _END)
                more = element is not _END
                if more:
                    opened[turn] = self.dataset(element).start()
                    continue
            elif current is not None:
                left = self.block
                for element in islice(current, self.block):
                    yield element
                    left -= 1
                # One that gave all that was asked for is closed at its next turn, when it gives
                # nothing: TensorFlow does not look ahead either, and the turn counts.
                if left:
                    opened[turn] = None
            turn = (turn + 1) % self.cycle


_END: Any = object()
Mapped = Callable[..., Any]


class Interleaving(Methods):
    """The methods of `tf.data.Dataset` that take a function of elements to datasets."""

    def flat_map(self, map_func: Mapped, name: str | None = None) -> Self:
        """The elements of all datasets that `map_func` gives, one dataset after the other."""
        return self.of(FlatMap(self.stage, Function(map_func)))

    def interleave(
        self,
        map_func: Mapped,
        cycle_length: Any = None,
        block_length: Any = None,
        num_parallel_calls: Any = None,
        deterministic: bool | None = None,
        name: str | None = None,
    ) -> Self:
        """The elements of the datasets that `map_func` gives, of several in turn.

        Args:
            map_func: A function that gives a dataset.
            cycle_length: How many datasets are open at once. Defaults to the number of processors,
                as in TensorFlow.
            block_length: How many elements each gives in its turn. Defaults to 1.
            num_parallel_calls: Taken, and of no effect: the order is the same.
            deterministic: Taken, and of no effect.
            name: Taken, and of no effect.
        """
        cycle = -1 if cycle_length is None else concrete(cycle_length)
        block = 1 if block_length is None else concrete(block_length)
        if cycle == -1:
            cycle = _of_processors(num_parallel_calls)
        if cycle < 1 or block < 1:
            raise InvalidArgumentError(
                "Expected `cycle_length` and `block_length` greater than zero. Received: "
                f"cycle_length={cycle_length}, block_length={block_length}."
            )
        parallel = num_parallel_calls is not None
        demand_calls(num_parallel_calls)
        if parallel and concrete(num_parallel_calls) > cycle:
            raise InvalidArgumentError(
                "Expected `num_parallel_calls` of at most `cycle_length`. Received: "
                f"num_parallel_calls={num_parallel_calls}, cycle_length={cycle}."
            )
        return self.of(Interleave(self.stage, Function(map_func), cycle, block, parallel))


def _of_processors(num_parallel_calls: Any) -> int:
    """How many datasets TensorFlow has open where a script does not say."""
    processors = os.cpu_count() or 1
    if num_parallel_calls is None:
        return processors
    calls = concrete(num_parallel_calls)
    # Each one that is open may have two more threads, which read ahead.
    return -(-processors // 3) if calls == AUTOTUNE else min(calls, processors)
