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
from functools import wraps
from itertools import islice
from types import GeneratorType
from typing import Any

import keras
from keras.src.trainers.data_adapters import data_adapter_utils
from keras.src.trainers.data_adapters.data_adapter import DataAdapter

from onefit.scripts.eras.stand_ins.sequences import has_length, is_as_today, is_told_ends
from onefit.scripts.eras.stand_ins.validation import counted

Method = Callable[..., Any]
Batches = Any


def round_by_round(original: Method) -> Method:
    """The batches of epochs follow each other, those of evaluations as well.

    Args:
        original: Keras's `fit`.
    """

    def fit(self: Any, x: Any = None, *args: Any, **kwargs: Any) -> Any:
        has_ends = kwargs.pop("workers", 1) != 0
        if has_length(x) and not is_as_today(x, kwargs.get("steps_per_epoch")):
            kwargs["steps_per_epoch"] = kwargs.get("steps_per_epoch") or x.num_batches
            shuffle = kwargs.get("shuffle", True) and has_ends
            x = counted(pictures_of(x) if gives_pictures(x) else rounds_of(x, shuffle, has_ends))
            kwargs["shuffle"] = False  # a generator's batches come as they are
        data: Any = kwargs.get("validation_data")
        # An evaluation of all pictures is Keras's own: each counts once, whatever the order.
        if is_told_ends(data) and not gives_pictures(data):
            kwargs["validation_steps"] = kwargs.get("validation_steps") or data.num_batches
            kwargs["validation_data"] = rounds_of(data, False, has_ends)
        _let_evaluations_go_on(kwargs)
        return original(self, x, *args, **kwargs)

    return fit


def one_round(original: Method) -> Method:
    """An evaluation or a prediction takes the batches of a `Sequence` from the first one on.

    Args:
        original: Keras's `evaluate` or `predict`.
    """

    @wraps(original)
    def method(self: Any, x: Any = None, *args: Any, **kwargs: Any) -> Any:
        has_ends, steps = kwargs.pop("workers", 1) != 0, kwargs.get("steps")
        if is_told_ends(x) or (steps and _is_of_another_length(x, steps)):
            kwargs["steps"] = steps or x.num_batches
            x = rounds_of(x, False, has_ends)
            if original.__name__ == "predict":
                # Keras 3 wants tuples of a generator, of `predict` too; a `Sequence` may give
                # arrays.
                x = (batch if isinstance(batch, tuple) else (batch,) for batch in x)
        return original(self, x, *args, **kwargs)

    return method


def rounds_of(sequence: Any, shuffle: bool, has_ends: bool) -> Iterator[Batches]:
    """The batches of a `Sequence`, round after round.

    Its `on_epoch_end` came from a thread a tenth of a second after the last batch of a round was
    taken, so in fact before the first one of the next was made; without threads it never came.
    """
    order = list(range(sequence.num_batches))
    while True:
        if shuffle:
            random.shuffle(order)
        for place in order:
            batch = sequence[place]
            yield tuple(batch) if isinstance(batch, list) else batch
        if has_ends:
            sequence.on_epoch_end()


def evaluations_go_on(original: Method) -> Method:
    """Evaluations of a generator begin where the last ended.

    Args:
        original: Keras's `fit`.
    """

    def fit(self: Any, x: Any = None, *args: Any, **kwargs: Any) -> Any:
        if isinstance(kwargs.get("validation_data"), GeneratorType):
            _let_evaluations_go_on(kwargs)
        return original(self, x, *args, **kwargs)

    return fit


def in_rounds(x: Any, steps: int, shuffle: bool = True) -> Batches:
    """The batches of a `PyDataset` for epochs of so many steps: each goes on where one has ended.

    Args:
        x: The data of a fit; what is no `PyDataset`, or has as many batches, stays what it is.
        steps: The steps of an epoch.
        shuffle: Whether the batches are in another order in each round.
    """
    return _round_after_round(x, shuffle) if _is_of_another_length(x, steps) else x


def evaluations_in_rounds(data: Any, steps: int) -> Batches:
    """The batches of a `PyDataset` for evaluations of so many steps: each goes on, too.

    Args:
        data: The validation data of a fit; what is no `PyDataset`, or has as many batches, stays
            what it is.
        steps: The steps of an evaluation.
    """
    if not _is_of_another_length(data, steps):
        return data
    return NextBatches(_round_after_round(data, False), steps)


class NextBatches(keras.utils.PyDataset):
    """The next batches of a source, so many at a time, wherever they are asked for.

    Keras 3 begins each evaluation of a generator with the batches that it had looked at.

    Args:
        source: The batches.
        steps: How many an evaluation has.
    """

    def __init__(self, source: Iterator[Batches], steps: int) -> None:
        """Keep them."""
        super().__init__()
        self.source, self.steps = source, int(steps)

    def __len__(self) -> int:
        """How many batches an evaluation has."""
        return self.steps

    def __getitem__(self, index: int) -> Batches:
        """The next one, whatever its number."""
        return next(self.source)


def _round_after_round(sequence: Any, shuffle: bool) -> Iterator[Batches]:
    """The batches of a `PyDataset`, without an end."""
    if gives_pictures(sequence):
        return pictures_of(sequence)
    return batches_of(sequence, sequence.num_batches, shuffle)


def gives_pictures(x: Any) -> bool:
    """Whether data are what `ImageDataGenerator.flow` and its likes give."""
    return hasattr(x, "index_generator")


def pictures_of(flow: Any) -> Iterator[Batches]:
    """The batches of a flow as they come, without an end.

    It was no `Sequence` of Keras's: TensorFlow was imported first, and `keras_preprocessing` made
    it one of `tf.keras`. So nothing shuffled its batches.
    """
    for batch in flow:
        yield batch if isinstance(batch, tuple) else (batch,)


def first_steps(x: Any, steps: int, shuffle: bool = True) -> Batches:
    """The batches of a `PyDataset` for epochs of so many steps: each begins with the first.

    Args:
        x: The data of a fit; what is no `PyDataset`, or has no more batches, stays what it is.
        steps: The steps of an epoch.
        shuffle: Whether the batches are in another order in each epoch.
    """
    if not _is_of_another_length(x, steps) or steps > x.num_batches:
        return x
    x[0]  # tf.keras 2 looked at a batch, which draws numbers where pictures are turned at random
    return batches_of(x, steps, shuffle, afresh=True)


def batches_of(sequence: Any, count: int, shuffle: bool, afresh: bool = False) -> Iterator[Batches]:
    """The first batches of a `PyDataset`, so many each time, again and again.

    Args:
        sequence: The batches.
        count: How many of them.
        shuffle: Whether they are in another order each time.
        afresh: Whether each order is drawn from the first one, as in tf.keras 2, and not from the
            one before, as in Keras 2. Defaults to `False`.
    """
    order = list(range(sequence.num_batches))
    while True:
        order = list(range(sequence.num_batches)) if afresh else order
        if shuffle:
            random.shuffle(order)
        *first, last = order[:count]
        for place in first:
            yield sequence[place]
        batch = sequence[last]
        if afresh:
            sequence[order[count]]  # `tf.data` read one batch ahead
        sequence.on_epoch_end()  # before the batch is given: nobody may ask for another one
        yield batch


def _let_evaluations_go_on(settings: dict[str, Any]) -> None:
    """Evaluations of so many steps, of a generator or a `Sequence`, begin where the last ended."""
    data: Any = settings.get("validation_data")
    steps = settings.get("validation_steps")
    if steps and _is_of_another_length(data, steps):
        data = _round_after_round(data, False)
    if steps and isinstance(data, GeneratorType):
        settings.update(validation_data=_NextSteps(data, steps), validation_steps=None)


def _is_of_another_length(data: Any, steps: int) -> bool:
    """Whether it is a `Sequence` with more or fewer batches than there are steps."""
    return isinstance(data, keras.utils.PyDataset) and data.num_batches not in (None, steps)


class _NextSteps(DataAdapter):
    """The next batches of a source, so many at a time; fewer where it ends.

    Args:
        source: The batches.
        steps: How many an evaluation has.
    """

    batch_size = has_partial_batch = partial_batch_size = None  # not known

    def __init__(self, source: Iterator[Batches], steps: int) -> None:
        self.source, self.steps = source, int(steps)

    @property
    def num_batches(self) -> int:
        """How many batches an evaluation has."""
        return self.steps

    def get_numpy_iterator(self) -> Iterator[Batches]:
        """The batches of an evaluation."""
        return data_adapter_utils.get_numpy_iterator(islice(self.source, self.steps))

    def get_jax_iterator(self) -> Iterator[Batches]:
        """The same for JAX."""
        return data_adapter_utils.get_jax_iterator(islice(self.source, self.steps))
