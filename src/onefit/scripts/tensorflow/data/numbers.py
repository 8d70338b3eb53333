"""Datasets of numbers: ranges, with an end and without one, and random integers."""

from __future__ import annotations

import itertools

import numpy as np

from onefit.scripts.tensorflow.annotations import DTypeLike
from onefit.scripts.tensorflow.data.seeds import Generator, Seeds, numbers
from onefit.scripts.tensorflow.data.stage import INFINITE, Elements, Stage
from onefit.scripts.tensorflow.dtype import as_dtype
from onefit.scripts.tensorflow.tensor_spec import TensorSpec


class Range(Stage):
    """Numbers at equal distances."""

    written = "Range"

    def __init__(self, numbers: range, dtype: DTypeLike) -> None:
        """Keep the numbers and their dtype."""
        self.numbers, self.dtype = numbers, as_dtype(dtype)
        self.spec = TensorSpec((), dtype)

    def start(self) -> Elements:
        """One after the other."""
        kind = np.dtype(self.dtype.as_numpy_dtype)
        return (np.asarray(number, kind) for number in self.numbers)

    def count(self) -> int:
        """How many they are."""
        return len(self.numbers)


class Counter(Stage):
    """Numbers at equal distances, without end."""

    written = "Counter"

    def __init__(self, start: int, step: int, dtype: DTypeLike) -> None:
        """Keep the first number and the distance."""
        self.numbers, self.dtype = (start, step), as_dtype(dtype)
        self.spec = TensorSpec((), dtype)

    def start(self) -> Elements:
        """One after the other."""
        kind = np.dtype(self.dtype.as_numpy_dtype)
        return (np.asarray(number, kind) for number in itertools.count(*self.numbers))

    def count(self) -> int:
        """There is no end."""
        return INFINITE


class Random(Stage):
    """Random integers of 32 bits, as int64."""

    written = "Random"

    def __init__(self, seeds: Seeds, again: bool) -> None:
        """Keep the seeds; with `again`, each start takes two of their numbers for its own."""
        self.seeds, self.spec = seeds, TensorSpec((), "int64")
        self.drawn = Generator(seeds) if again else None

    def start(self) -> Elements:
        """Numbers without end."""
        seeds = self.seeds if self.drawn is None else self.drawn.next_seeds()
        return (np.asarray(number, np.int64) for number in numbers(seeds))

    def count(self) -> int:
        """There is no end."""
        return INFINITE
