"""A member's stream of `np.random`: what shuffles its rows."""

from __future__ import annotations

from typing import Any

import numpy as np


class Stream:
    """Where a member's `np.random` stands before its next epoch.

    To make a `RandomState` takes a tenth of a millisecond, which is longer than all the draws of
    many a short training. So a stream makes its own only if it is drawn from more than once.

    Args:
        seed: Its seed.
        rows: How many rows were shuffled before the first epoch. Defaults to `0`.
        times: How often. Defaults to `0`.

    >>> stream, spare = Stream(3, rows=4, times=1), np.random.RandomState()
    >>> own = np.random.RandomState(3)
    >>> first = own.permutation(4)
    >>> (stream.for_the_last_time(spare).permutation(4) == own.permutation(4)).all()
    np.True_
    """

    def __init__(self, seed: int, rows: int = 0, times: int = 0) -> None:
        """Nothing is made yet."""
        self.seed, self.rows, self.times = seed, rows, times
        self._own: np.random.RandomState | None = None
        self.order: np.ndarray | None = None  # of its last epoch, where the next goes on from it

    @classmethod
    def of(cls, generator: np.random.RandomState) -> Stream:
        """A stream that goes on from where a generator stands."""
        stream = cls(0)
        stream._own = generator
        return stream

    def generator(self) -> np.random.RandomState:
        """The stream's own generator, which goes on with what is drawn from it."""
        if self._own is None:
            self._own = self._placed(np.random.RandomState())
        return self._own

    def position(self) -> dict[str, Any] | None:
        """Where it stands; `None` before anything was drawn from it."""
        if self._own is None:
            return None
        return {"generator": self._own.get_state(legacy=False), "order": self.order}

    def go_on_from(self, position: dict[str, Any] | None) -> None:
        """Stand where another one stood, see `position`."""
        if position is not None:
            self.generator().set_state(position["generator"])
            self.order = position["order"]

    def for_the_last_time(self, spare: np.random.RandomState) -> np.random.RandomState:
        """A generator to draw from once and for all: its own, or a spare one put in its place."""
        return self._placed(spare) if self._own is None else self._own

    def _placed(self, generator: np.random.RandomState) -> np.random.RandomState:
        generator.seed(self.seed)
        for _ in range(self.times):
            generator.permutation(self.rows)
        return generator
