"""Which batches an epoch of steps takes, where a `Sequence` has more of them, or a generator.

Keras 3 lets the next epoch begin where the last one ended, and end with the last batch, so that
with two steps and three batches every other epoch has one batch. An evaluation of a generator
begins each time with the two batches that Keras had looked at.

Source: `fit_generator` of `keras/engine/training_generator.py` and `OrderedEnqueuer` of
`keras/utils/data_utils.py` in Keras 2.2.4: batches follow each other, round by round.
`DataHandler` and `KerasSequenceAdapter` of `keras/engine/data_adapter.py` in Keras 2.15: each
epoch begins with the first batch of a `Sequence`; batches of a generator follow each other.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from types import GeneratorType
from typing import Any

import keras

Method = Callable[..., Any]
Batches = Any


def round_by_round(original: Method) -> Method:
    """The batches of epochs follow each other, those of evaluations as well.

    Args:
        original: Keras's `fit`.
    """

    def fit(self: Any, x: Any = None, *args: Any, **kwargs: Any) -> Any:
        steps = kwargs.get("steps_per_epoch")
        if steps and _is_of_another_length(x, steps):
            x = _Steps(_rounds(x, kwargs.get("shuffle", True)), steps)
            kwargs.update(steps_per_epoch=None, shuffle=False)
        _held_out(kwargs, _is_of_another_length)
        return original(self, x, *args, **kwargs)

    return fit


def from_the_first(original: Method) -> Method:
    """Each epoch begins with the first batch of a `Sequence`; a generator goes on.

    Args:
        original: Keras's `fit`.
    """

    def fit(self: Any, x: Any = None, *args: Any, **kwargs: Any) -> Any:
        steps = kwargs.get("steps_per_epoch")
        if steps and _is_of_another_length(x, steps):
            x = _FirstSteps(x, steps, kwargs.get("shuffle", True))
            kwargs.update(steps_per_epoch=None, shuffle=False)
        _held_out(kwargs, lambda data, steps: False)
        return original(self, x, *args, **kwargs)

    return fit


def _held_out(settings: dict[str, Any], goes_on: Callable[[Any, int], bool]) -> None:
    """Let the evaluations of a generator, and of what else goes on, go on where they stood."""
    data, steps = settings.get("validation_data"), settings.get("validation_steps")
    if not steps:
        return
    if isinstance(data, GeneratorType):
        source: Iterator[Batches] = data
    elif goes_on(data, steps):
        source = _rounds(data, False)
    else:
        return
    settings.update(validation_data=_Steps(source, steps), validation_steps=None)


def _is_of_another_length(data: Any, steps: int) -> bool:
    """Whether it is a `Sequence` with more or fewer batches than an epoch has steps."""
    return isinstance(data, keras.utils.PyDataset) and data.num_batches not in (None, steps)


def _rounds(sequence: Any, shuffle: bool) -> Iterator[Batches]:
    """The batches of a `Sequence`, again and again, in another order each time if that is asked."""
    while True:
        order = list(range(sequence.num_batches))
        if shuffle:
            random.shuffle(order)
        for place in order:
            yield sequence[place]
        sequence.on_epoch_end()


class _Steps(keras.utils.PyDataset):
    """So many batches of a source at a time.

    Args:
        source: The batches.
        steps: How many are an epoch.
    """

    def __init__(self, source: Iterator[Batches], steps: int) -> None:
        super().__init__()
        self.source, self.steps, self.given = source, int(steps), 0
        self.first: Batches = None

    @property
    def num_batches(self) -> int:
        """How many batches an epoch has."""
        return self.steps

    def __getitem__(self, index: int) -> Batches:
        """The next batch; the first one again where Keras has only looked at it."""
        is_again = index == 0 and self.given == 1 < self.steps
        self.given = index + 1
        if index:
            self.first = None
            return next(self.source)
        if not is_again:
            self.first = next(self.source)
        return self.first


class _FirstSteps(keras.utils.PyDataset):
    """The first batches of a `Sequence`.

    Args:
        sequence: The batches.
        steps: How many are an epoch.
        shuffle: Whether they are in another order in each epoch.
    """

    def __init__(self, sequence: Any, steps: int, shuffle: bool) -> None:
        super().__init__()
        self.sequence, self.steps, self.shuffle = sequence, int(steps), shuffle
        self.given, self.order = 0, [0]

    @property
    def num_batches(self) -> int:
        """How many batches an epoch has."""
        return self.steps

    def __getitem__(self, index: int) -> Batches:
        """A batch, in the order of the epoch."""
        if index == 0 and not self.given == 1 < self.steps:
            self.order = list(range(self.sequence.num_batches))
            if self.shuffle:
                random.shuffle(self.order)
        self.given = index + 1
        return self.sequence[self.order[index % len(self.order)]]

    def on_epoch_end(self) -> None:
        """Tell the `Sequence`."""
        self.sequence.on_epoch_end()
