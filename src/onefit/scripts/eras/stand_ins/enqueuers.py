"""Queues in front of a generator or a sequence, without threads."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any


class SequenceEnqueuer:
    """What `GeneratorEnqueuer` and `OrderedEnqueuer` share."""

    def __init__(self, sequence: Any, *_: Any, **__: Any) -> None:
        """Keep what gives the batches."""
        self.sequence, self.running = sequence, False

    def is_running(self) -> bool:
        """Whether it was started and not stopped."""
        return self.running

    def start(self, *_: Any, **__: Any) -> None:
        """Ready."""
        self.running = True

    def stop(self, *_: Any, **__: Any) -> None:
        """No more batches."""
        self.running = False

    def get(self) -> Iterator[Any]:
        """The batches."""
        while self.running:
            yield next(self.sequence)


class GeneratorEnqueuer(SequenceEnqueuer):
    """The batches of a generator."""


class OrderedEnqueuer(SequenceEnqueuer):
    """The batches of a `Sequence`, epoch after epoch.

    Args:
        sequence: A `keras.utils.Sequence`.
        use_multiprocessing: Not needed. Defaults to `False`.
        shuffle: Whether batches come in a random order. Defaults to `False`.
    """

    def __init__(
        self, sequence: Any, use_multiprocessing: bool = False, shuffle: bool = False
    ) -> None:
        """Keep the sequence."""
        super().__init__(sequence)
        self.shuffle = shuffle

    def get(self) -> Iterator[Any]:
        """The batches, without an end."""
        while self.running:
            order = list(range(len(self.sequence)))
            if self.shuffle:
                random.shuffle(order)
            for place in order:
                # `stop()` may come between two batches; without it the round would be given to its
                # end.
                if not self.running:
                    return
                yield self.sequence[place]
            self.sequence.on_epoch_end()
