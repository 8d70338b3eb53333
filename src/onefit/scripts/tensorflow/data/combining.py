"""Several datasets as one: zip, concatenate, choose and sample."""

from __future__ import annotations

import bisect
import math
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, Self

import numpy as np

from onefit.scripts.tensorflow.annotations import TensorLike
from onefit.scripts.tensorflow.data.leaves import array
from onefit.scripts.tensorflow.data.method import Methods
from onefit.scripts.tensorflow.data.numbers import Random, Range
from onefit.scripts.tensorflow.data.seeds import Seeds, philox, scrambled, seeds_of
from onefit.scripts.tensorflow.data.stage import INFINITE, UNKNOWN, Elements, Stage
from onefit.scripts.tensorflow.data.structure import Element, flatten, map_leaves, unflatten
from onefit.scripts.tensorflow.errors import InvalidArgumentError
from onefit.scripts.tensorflow.missing import refuse
from onefit.scripts.tensorflow.tensor_spec import TensorSpec, common


class Zip(Stage):
    """An element of each, side by side, until the first ends.

    Args:
        sources: Stages, nested as the elements will be.
    """

    written = "Zip"

    def __init__(self, sources: Element) -> None:
        """Keep the stages."""
        self.sources = sources

    @cached_property
    def spec(self) -> Element:
        """Theirs, side by side."""
        return map_leaves(lambda stage: stage.spec, self.sources)

    def start(self) -> Elements:
        """An element of each."""
        started = [stage.start() for stage in flatten(self.sources)]
        return (unflatten(self.sources, iter(parts)) for parts in zip(*started))

    def count(self) -> int:
        """That of the shortest."""
        counts = [stage.count() for stage in flatten(self.sources)]
        if UNKNOWN in counts:
            return UNKNOWN
        return min((count for count in counts if count != INFINITE), default=INFINITE)


class Concatenate(Stage):
    """All elements of one stage, then all of another."""

    written = "Concatenate"

    def __init__(self, first: Stage, second: Stage) -> None:
        """Keep both."""
        self.first, self.second = first, second

    @cached_property
    def spec(self) -> Element:
        """What both are."""
        return _common_specs([self.first, self.second])

    def start(self) -> Elements:
        """The second is started when the first has ended."""
        return self._joined(self.first.start())

    def _joined(self, elements: Elements) -> Elements:
        yield from elements
        yield from self.second.start()

    def count(self) -> int:
        """The sum."""
        counts = self.first.count(), self.second.count()
        # Without end comes first: nobody has to know the other's length then.
        for special in (INFINITE, UNKNOWN):
            if special in counts:
                return special
        return sum(counts)


class Directed(Stage):
    """The next element of the stage that a number chooses, again and again."""

    written = "DirectedInterleave"

    def __init__(self, choices: Stage, sources: list[Stage], stops: bool) -> None:
        """Keep the stages, the numbers, and whether the first that is empty ends it all."""
        self.choices, self.sources, self.stops = choices, sources, stops

    @cached_property
    def spec(self) -> Element:
        """What all are."""
        return _common_specs(self.sources)

    def start(self) -> Elements:
        """One element after the other."""
        # All are started, chosen or not, as in TensorFlow: a `shuffle` in one draws its seeds now.
        return self._chosen(self.choices.start(), [stage.start() for stage in self.sources])

    def _chosen(self, choices: Elements, started: list[Elements]) -> Elements:
        left = dict(enumerate(started))
        for choice in choices:
            number = int(choice)
            if not 0 <= number < len(started):
                raise InvalidArgumentError(
                    f"Expected choices from 0 to before {len(started)}. Received: {number}."
                )
            # A choice of a dataset that has ended is used up, and the next one is drawn, as in
            # TensorFlow.
            if number in left:
                element = next(left[number], _END)
                if element is not _END:
                    yield element
                    continue
                if self.stops:
                    return
                del left[number]
            if not left:
                return


class Sampled(Stage):
    """Numbers drawn with weights, as TensorFlow's stateless multinomial draws them."""

    def __init__(self, numbers: Random, weights: Sequence[float]) -> None:
        """Keep the numbers that serve as seeds, two for each draw."""
        self.numbers = numbers
        logits = [math.log(weight) for weight in np.asarray(weights).tolist()]
        # As in TensorFlow's kernel: logits of float32, sums of float64. Other roundings would now
        # and then choose another dataset.
        most = max(map(np.float32, logits))
        steps = [math.exp(float(np.float32(logit)) - float(most)) for logit in logits]
        self.sums = np.cumsum(np.array(steps, np.float64)).tolist()

    def start(self) -> Iterator[Any]:
        """Numbers without end."""
        return self._drawn(self.numbers.start())

    def _drawn(self, seeds: Iterator[Any]) -> Iterator[Any]:
        for first in seeds:
            share = _uniform(scrambled(int(first), int(next(seeds))))
            yield min(bisect.bisect_right(self.sums, share * self.sums[-1]), len(self.sums) - 1)


def _uniform(seeds: Seeds) -> float:
    """The first number of a generator as one from 0 to before 1, of 52 bits."""
    # As TensorFlow's `Uint64ToDouble`: 20 bits of the first word above all of the second.
    low, high = (int(word) for word in philox(seeds, 0, 1)[0, :2])
    return ((low & 0xFFFFF) << 32 | high) / 2**52


def _common_specs(stages: list[Stage]) -> Element:
    found = stages[0].spec
    for stage in stages[1:]:
        found = map_leaves(_common_spec, found, stage.spec)
    return found


def _common_spec(one: Any, other: Any) -> Any:
    if isinstance(one, TensorSpec) and isinstance(other, TensorSpec) and one.dtype == other.dtype:
        return TensorSpec(common(one.shape, other.shape), one.dtype)
    if one == other:
        return one
    raise TypeError(
        f"Expected datasets with elements of the same dtypes. Received: {one}, {other}."
    )


_END: Any = object()


class Combining(Methods):
    """The methods of `tf.data.Dataset` that make one of several."""

    @classmethod
    def zip(cls, *args: Any, datasets: Any = None, name: str | None = None) -> Self:
        """An element of each dataset, side by side, until the first ends.

        Args:
            *args: Datasets, or one tuple or dict of datasets.
            datasets: The same, by name.
            name: Taken, and of no effect.

        >>> from onefit.scripts.tensorflow.data import Dataset
        >>> [tuple(map(int, pair)) for pair in Dataset.zip(Dataset.range(2), Dataset.range(5, 9))]
        [(0, 5), (1, 6)]
        """
        if (not args) == (datasets is None):
            raise TypeError("Expected datasets, either one after the other or as `datasets=`.")
        given = datasets if datasets is not None else args[0] if len(args) == 1 else args
        if isinstance(given, list):
            raise TypeError(
                "Invalid input to `zip`. Inputs are expected to be (nested) structures of "
                "`tf.data.Dataset` objects. Python `list` is not supported and you should use "
                "`tuple` instead."
            )
        sources = map_leaves(array, given)
        for stage in flatten(sources):
            if not isinstance(stage, Stage):
                raise TypeError(f"Expected datasets. Received: {stage!r} of type {type(stage)}.")
        return cls.of(Zip(sources))

    def concatenate(self, dataset: Any, name: str | None = None) -> Self:
        """All elements of this dataset, then all of another."""
        joined = Concatenate(self.stage, dataset.stage)
        _ = joined.spec  # elements that do not fit each other are told here
        return self.of(joined)

    def enumerate(self, start: TensorLike = 0, name: str | None = None) -> Self:
        """Each element with its number.

        >>> from onefit.scripts.tensorflow.data import Dataset
        >>> list(Dataset.from_tensor_slices(["a"]).enumerate(5).as_numpy_iterator())
        [(np.int64(5), b'a')]
        """
        # A range up to the largest int64, as TensorFlow has it: the other dataset's length is that
        # of both.
        numbers = Range(range(int(start), 2**63 - 1), "int64")
        return self.of(Zip((numbers, self.stage)))

    @classmethod
    def choose_from_datasets(
        cls, datasets: Any, choice_dataset: Any, stop_on_empty_dataset: bool = True
    ) -> Self:
        """The next element of the dataset that each number of `choice_dataset` names."""
        if not len(datasets):
            raise ValueError("Expected at least one dataset. Received none.")
        sources, spec = [dataset.stage for dataset in datasets], choice_dataset.stage.spec
        if spec != TensorSpec([], "int64"):
            raise TypeError(
                "Invalid `choice_dataset`. Elements of `choice_dataset` must be scalar `tf.int64` "
                f"tensors but are {spec}."
            )
        return cls.of(Directed(choice_dataset.stage, sources, stop_on_empty_dataset))

    @classmethod
    def sample_from_datasets(
        cls,
        datasets: Any,
        weights: Any = None,
        seed: Any = None,
        stop_on_empty_dataset: bool = False,
        rerandomize_each_iteration: bool | None = None,
    ) -> Self:
        """The next element of a dataset that is drawn at random, again and again.

        Args:
            datasets: A list of datasets.
            weights: The share of each. Defaults to equal ones.
            seed: A seed; with it the draws are TensorFlow's.
            stop_on_empty_dataset: Whether the first that ends is the end. Defaults to `False`.
            rerandomize_each_iteration: Whether each iteration has other draws. Defaults to `False`.
        """
        sources = [dataset.stage for dataset in datasets]
        if not sources:
            raise ValueError("Expected at least one dataset. Received none.")
        if hasattr(weights, "stage"):
            refuse("a dataset of weights in sample_from_datasets", "weights")
        shares = [1.0] * len(sources) if weights is None else np.asarray(weights, float).tolist()
        if len(shares) != len(sources):
            raise ValueError(
                f"Expected as many weights as datasets. Received: {len(shares)} and {len(sources)}."
            )
        if weights is not None:
            # As in TensorFlow (`_skip_datasets_with_zero_weight`), which then gives a last one as
            # it is: no seed is drawn for it.
            kept = [place for place, share in enumerate(shares) if share > 0]
            sources, shares = [sources[k] for k in kept], [shares[k] for k in kept]
        if len(sources) == 1:
            return cls.of(sources[0])
        numbers = Random(seeds_of(seed), bool(rerandomize_each_iteration))
        return cls.of(Directed(Sampled(numbers, shares), sources, stop_on_empty_dataset))
