"""`rejection_resample`: a dataset whose classes have a wanted distribution."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import islice, repeat
from typing import Any, Self

import numpy as np

from onefit.scripts.tensorflow.data.combining import Combining, Directed
from onefit.scripts.tensorflow.data.leaves import array
from onefit.scripts.tensorflow.data.mapping import Mapping
from onefit.scripts.tensorflow.data.numbers import Random
from onefit.scripts.tensorflow.data.seeds import Seeds, scrambled, seeds_of
from onefit.scripts.tensorflow.data.stage import INFINITE, Stage
from onefit.scripts.tensorflow.random.distributions import RESERVED, classes, uniform
from onefit.scripts.tensorflow.tensor_spec import TensorSpec

# TensorFlow's `smoothing_constant` and `dist_estimation_batch_size`.
SEEN = 10
"""How often each class counts as seen before the first element, where its share is estimated."""
BATCH = 32
"""How many elements an estimate is made from, and stands for."""


class Shares(Stage):
    """Numbers from 0 to before 1, as one kernel of TensorFlow's draws them in an iteration."""

    def __init__(self, seeds: Seeds, dtype: Any) -> None:
        """Keep the seeds."""
        self.seeds, self.dtype = seeds, np.dtype(dtype)

    @property
    def spec(self) -> Any:
        """One number."""
        return TensorSpec((), self.dtype)

    def start(self) -> Iterator[Any]:
        """Numbers without end."""
        place = 0
        while True:
            yield uniform(self.seeds, place, 1, self.dtype)[0]
            place += RESERVED

    def count(self) -> int:
        """Without end."""
        return INFINITE


class Resampling(Mapping, Combining):
    """The method of `tf.data.Dataset` that resamples."""

    def rejection_resample(
        self,
        class_func: Callable[..., Any],
        target_dist: Any,
        initial_dist: Any = None,
        seed: int | None = None,
        name: str | None = None,
    ) -> Self:
        """Pairs of a class and an element, the classes in a wanted distribution.

        Args:
            class_func: Takes an element; gives its class, an integer.
            target_dist: The wanted share of each class.
            initial_dist: The share that each has. Defaults to `None`: it is estimated on the way.
            seed: A seed; with it the same elements are taken as in TensorFlow.
            name: Taken, and of no effect.

        >>> from onefit.scripts.tensorflow.data import Dataset
        >>> numbers = Dataset.range(200).map(lambda n: n % 4 == 0)
        >>> evened = numbers.rejection_resample(lambda x: int(x), [0.5, 0.5], [0.75, 0.25], seed=1)
        >>> bool(0.4 < np.mean([int(found) for found, _ in evened]) < 0.6)
        True
        """
        wanted = np.asarray(array(target_dist))
        pairs = type(self).zip(self.map(class_func), self)
        known = None if initial_dist is None else np.asarray(array(initial_dist))
        found = self.map(class_func).stage
        estimates = Estimated(found, len(wanted)) if known is None else Known(known)
        # With known shares that need no mixture TensorFlow has one of the two datasets alone.
        if known is not None and acceptance(known, wanted)[1] == 1:
            return pairs
        drawn = Shares(seeds_of(seed), wanted.dtype)
        accepted = self.of(Accepted(estimates, pairs.stage, drawn, wanted))
        if known is not None and acceptance(known, wanted)[1] == 0:
            return accepted
        numbers = Random(seeds_of(seed), again=False)
        mixed = SampledByShares(numbers, estimates, wanted)
        return self.of(Directed(mixed, [pairs.stage, accepted.stage], stops=True))


class Known(Stage):
    """The same shares of the classes for each element."""

    def __init__(self, shares: np.ndarray) -> None:
        """Keep them."""
        self.shares = shares

    def start(self) -> Iterator[Any]:
        """Without end."""
        return repeat(self.shares)


class Estimated(Stage):
    """Shares of the classes as they have been seen, batch by batch."""

    def __init__(self, classes: Stage, count: int) -> None:
        """Keep the classes of the elements."""
        self.classes, self.number = classes, count

    def start(self) -> Iterator[Any]:
        """As many for each batch as a full one has elements."""
        return self._seen(self.classes.start())

    def _seen(self, classes: Iterator[Any]) -> Iterator[Any]:
        seen = np.full(self.number, SEEN, np.int64)
        while batch := [int(one) for one in islice(classes, BATCH)]:
            # A class beyond those that are wanted has no place in TensorFlow's one-hot rows either.
            seen = seen + np.bincount(batch, minlength=self.number)[: self.number]
            # TensorFlow divides in float64 and rounds then.
            yield from repeat((seen / seen.sum()).astype(np.float32), BATCH)


class Accepted(Stage):
    """Pairs of a class and an element that are not rejected."""

    def __init__(self, estimates: Stage, pairs: Stage, drawn: Shares, wanted: np.ndarray) -> None:
        """Keep the shares that there are, the pairs and the draws."""
        self.estimates, self.pairs, self.drawn, self.wanted = estimates, pairs, drawn, wanted

    @cached_property
    def spec(self) -> Any:
        """That of the pairs."""
        return self.pairs.spec

    def start(self) -> Iterator[Any]:
        """Those that are taken."""
        started = self.estimates.start(), self.pairs.start(), self.drawn.start()
        return self._taken(zip(*started))

    def _taken(self, found: Iterator[Any]) -> Iterator[Any]:
        for shares, pair, drawn in found:
            if drawn < acceptance(shares, self.wanted)[0][int(pair[0])]:
                yield pair


class SampledByShares(Stage):
    """0 for the original elements and 1 for those that were taken, by the share of the first."""

    def __init__(self, numbers: Random, estimates: Stage, wanted: np.ndarray) -> None:
        """Keep the numbers that serve as seeds, and the shares of the classes."""
        self.numbers, self.estimates, self.wanted = numbers, estimates, wanted

    def start(self) -> Iterator[Any]:
        """As many as there are shares."""
        return self._drawn(self.estimates.start(), self.numbers.start())

    def _drawn(self, estimates: Iterator[Any], seeds: Iterator[Any]) -> Iterator[Any]:
        for shares in estimates:
            original = acceptance(shares, self.wanted)[1]
            # A share of 0 has the logarithm -inf, which draws the other one always.
            with np.errstate(divide="ignore"):
                logits = np.log(np.array([original, 1 - original], np.float32))
            key = scrambled(int(next(seeds)), int(next(seeds)))
            yield int(classes(key, 0, logits[None], 1, np.dtype("int64"))[0, 0])


def acceptance(initial: np.ndarray, wanted: np.ndarray) -> tuple[np.ndarray, float]:
    """The chance of each class to be taken, and the share of original elements among the results.

    Original elements keep the rejections fewer: with the least ratio of wanted to present share as
    their part, only what is missing has to come from elements that are taken.

    >>> acceptance(np.array([0.75, 0.25]), np.array([0.5, 0.5]))
    (array([0., 1.]), 0.6666666666666666)
    """
    # TensorFlow adds `tiny`, which changes nothing but a share of 0.
    tiny = np.finfo(initial.dtype).tiny
    ratios = wanted.astype(initial.dtype) / np.maximum(initial, tiny)
    most, least = ratios.max(), ratios.min()
    return (ratios - least) / (most - least if most != least else 1), least[()].item()
