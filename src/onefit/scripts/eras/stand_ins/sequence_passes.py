"""When a `Sequence` was looked at, read and told that an epoch has ended, in tf.keras 2.

Keras 3 tells it before the first epoch too, and twice for each evaluation, so that what changes
with `on_epoch_end` (an order of rows, a stage of a curriculum) came an epoch early.

Source: `KerasSequenceAdapter` and `DataHandler.enumerate_epochs` of `keras/engine/data_adapter.py`
in Keras 2.15. Its first batch is looked at once. Then each pass reads batches by their numbers and
ends with `on_epoch_end`: in a fit after the validation and the callbacks of the epoch, unless the
training was stopped; in an evaluation and a prediction at their end. So it is with `workers` of 0
and 1. With more of them, threads told it once more for as many passes as lasted longer than a tenth
of a second, which no two runs had alike.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import wraps
from typing import Any

import keras

from onefit.scripts.eras.stand_ins.sequences import has_length, is_as_today

Method = Callable[..., Any]


def of_fits(original: Method) -> Method:
    """A training and its validations read a `Sequence` as they did.

    Args:
        original: Keras's `fit`.
    """

    def fit(self: Any, x: Any = None, *args: Any, **kwargs: Any) -> Any:
        passes = None
        if has_length(x) and not is_as_today(x, kwargs.get("steps_per_epoch")):
            shuffle, steps = kwargs.get("shuffle", True), kwargs.get("steps_per_epoch")
            kwargs["shuffle"] = False  # the order is that of the passes
            if steps and steps > x.num_batches:  # it ended with its first epoch
                kwargs["epochs"] = kwargs.get("initial_epoch", 0) + 1
            x = passes = Epochs(x, steps, shuffle)
            passes.look()
        held_out = kwargs.get("validation_data")
        if has_length(held_out) and not is_as_today(held_out, kwargs.get("validation_steps")):
            kwargs["validation_data"] = Passes(held_out, kwargs.get("validation_steps"))
        found = original(self, x, *args, **kwargs)
        if passes is not None and not self.stop_training:
            passes.end()
        return found

    return fit


def of_passes(original: Method) -> Method:
    """An evaluation or a prediction reads a `Sequence` as it did.

    Args:
        original: Keras's `evaluate` or `predict`.
    """

    @wraps(original)
    def method(self: Any, x: Any = None, *args: Any, **kwargs: Any) -> Any:
        is_given = has_length(x) and not isinstance(x, Passes)
        if is_given and not is_as_today(x, kwargs.get("steps")):
            # a prediction of a model that is built begins at once
            begun = original.__name__ == "predict" and all(
                layer.built for layer in self._flatten_layers()
            )
            x = Passes(x, kwargs.get("steps"), begun)
        return original(self, x, *args, **kwargs)

    return method


class Passes(keras.utils.PyDataset):
    """The passes over a `Sequence`, of which each begins with its first batch.

    Keras 3 says `on_epoch_end` before the first pass as well; what it reads until then is the look
    at a batch from which a model is built.

    Args:
        sequence: The batches.
        steps: How many of them a pass has; fewer where there are not so many. `None`: all.
        begun: Whether the first batch that is asked for is one of a pass. Defaults to `False`.
    """

    def __init__(self, sequence: Any, steps: int | None, begun: bool = False) -> None:
        """Look at once where a pass begins at once."""
        super().__init__()
        self.sequence, self.steps = sequence, steps
        self.begun, self.under_way = begun, False
        self.seen: Any = None
        if begun:
            self.look()

    def look(self) -> Any:
        """The first batch, asked for once, whoever looks."""
        if self.seen is None:
            self.seen = (self.sequence[0],)
        return self.seen[0]

    def __len__(self) -> int:
        """How many batches a pass has."""
        return min(self.steps or self.sequence.num_batches, self.sequence.num_batches)

    def __getitem__(self, number: int) -> Any:
        """A batch of a pass, or what is looked at."""
        if not self.begun:
            return self.look()
        if number == 0:
            self.begin()
            self.under_way = True
        return self.batch(number)

    def begin(self) -> None:
        """A pass begins."""

    def batch(self, number: int) -> Any:
        """The batch at a place of the pass."""
        return self.sequence[number]

    def on_epoch_end(self) -> None:
        """A pass has ended, or is about to begin."""
        self.look()
        self.begun = True
        if self.under_way:
            self.under_way = False
            self.end_of_pass()

    def end_of_pass(self) -> None:
        """All batches of a pass were read."""
        self.sequence.on_epoch_end()


class Epochs(Passes):
    """The passes of a training: each is told of when its validation is over.

    Args:
        sequence: The batches.
        steps: How many of them an epoch has. `None`: all.
        shuffle: Whether each epoch has another order of batches.
    """

    def __init__(self, sequence: Any, steps: int | None, shuffle: bool) -> None:
        """No epoch has begun."""
        super().__init__(sequence, steps)
        self.shuffle, self.is_due = shuffle, False
        self.order: list[int] = []

    def begin(self) -> None:
        """The epoch before it is over, and this one has an order of its own."""
        self.end()
        self.order = list(range(self.sequence.num_batches))
        if self.shuffle:
            random.shuffle(self.order)

    def batch(self, number: int) -> Any:
        """The batch at a place of the order."""
        return self.sequence[self.order[number]]

    def end_of_pass(self) -> None:
        """The epoch's batches were read; its validation and its callbacks are not over."""
        self.is_due = True
        if len(self) < len(self.order):
            # `tf.data` read one batch ahead, which draws numbers where pictures are turned.
            self.batch(len(self))

    def end(self) -> None:
        """The epoch is over."""
        if self.is_due:
            self.is_due = False
            self.sequence.on_epoch_end()
