"""Datasets in the hands of Keras: what `fit`, `evaluate` and `predict` make of one.

Keras has an adapter for each kind of data. The one for `tf.data.Dataset` needs TensorFlow; this is
the same for the stand-in's: epochs, cardinality, `class_weight`, and the errors are Keras's own.
"""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable, Iterator
from functools import cached_property, wraps
from itertools import chain, islice
from typing import Any

import numpy as np
from keras.src import tree
from keras.src.trainers import data_adapters
from keras.src.trainers.data_adapters import data_adapter_utils
from keras.src.trainers.data_adapters.data_adapter import DataAdapter

from onefit.scripts.patches import Patches
from onefit.scripts.tensorflow.data.dataset import Dataset
from onefit.scripts.tensorflow.data.leaves import array, spec_of
from onefit.scripts.tensorflow.data.row_batches import RowBatches, row_batches
from onefit.scripts.tensorflow.data.stage import Elements, Stage
from onefit.scripts.tensorflow.data.structure import Element, flatten

KIND = "tf.data.Dataset"


class DatasetAdapter(DataAdapter):
    """A dataset as Keras reads it: one iteration an epoch.

    A pass begins when its iterator is made: seeds are drawn then, as TensorFlow's iterators draw
    them. Keras makes one more at the end of an epoch whose length is known.

    Args:
        stage: The last stage of the dataset, which gives batches.
    """

    def __init__(self, stage: Stage) -> None:
        """Keep the stage."""
        self.stage = stage
        self._first: Iterator[Any] | None = None
        self._looks = False

    @cached_property
    def row_order(self) -> RowBatches | None:
        """The data as arrays and an order of their rows, if that is what they are."""
        if not isinstance(self.stage, Weighted):
            return row_batches(self.stage)
        found = row_batches(self.stage.source)
        if found is not None:
            # A weight depends on its row alone, so that all rows can have theirs at once.
            found.arrays = self.stage.weighted(found.arrays)
        return found

    def get_numpy_iterator(self) -> Iterator[Any]:
        """The batches of a new pass."""
        if self._first is not None:
            batches, self._first = self._first, None
            return batches
        batches = self.stage.start() if self.row_order is None else self.row_order.batches()
        # Keras reads one batch to build a model from. Where the pass is made of Python's elements
        # it cannot be set back, so that batch is given again.
        if self._looks:
            seen = list(islice(batches, 1))
            self._first = chain(seen, batches)
            return iter(seen)
        return batches

    # Keras's own iterators for JAX give NumPy's arrays as they are, too.
    get_jax_iterator = get_numpy_iterator

    @contextlib.contextmanager
    def looked_at(self) -> Iterator[None]:
        """A block in which Keras looks at the first batch; the first pass begins with it."""
        order = self.row_order
        # The look draws seeds and may fill a cache: the first pass is to find both as they were.
        mark = None if order is None else order.mark()
        self._looks = order is None
        try:
            yield
        finally:
            self._looks = False
            if order is not None:
                order.back_to(mark)

    @property
    def num_batches(self) -> int | None:
        """The number of batches, if there is an end that is known."""
        there = self.stage.count()
        return there if there >= 0 else None

    @property
    def batch_size(self) -> int | None:
        """The rows of a batch, where all have as many."""
        shape = flatten(self.stage.spec)[0].shape
        return shape[0] if shape else None

    @property
    def has_partial_batch(self) -> None:
        """Not known."""
        return None

    @property
    def partial_batch_size(self) -> None:
        """Not known."""
        return None


class Weighted(Stage):
    """Batches of inputs and labels, with the weight of each label's class."""

    written = "Map"

    def __init__(self, source: Stage, of_class: dict[int, float]) -> None:
        """Keep the weights; what cannot be weighted raises as in Keras."""
        _, y, weights = data_adapter_utils.unpack_x_y_sample_weight(source.spec)
        if weights is not None:
            raise ValueError("You cannot `class_weight` and `sample_weight` at the same time.")
        if tree.is_nested(y):
            raise ValueError("`class_weight` is only supported for Models with a single output.")
        self.source = source
        # A class without a weight counts once, as in Keras.
        self.weights = array([of_class.get(int(c), 1.0) for c in range(max(of_class) + 1)])
        self.spec = (*source.spec[:2], spec_of(self.weights))

    def start(self) -> Elements:
        """Batch after batch."""
        return map(self.weighted, self.source.start())

    def weighted(self, batch: Element) -> Element:
        """Inputs and labels with the weights of the labels' classes."""
        x, y, _ = data_adapter_utils.unpack_x_y_sample_weight(batch)
        if y.ndim < 2:
            # As in Keras (`make_class_weight_map_fn`): one-hot rows, or numbers that are rounded.
            classes = np.round(y)
        elif y.shape[-1] > 1:
            classes = np.argmax(y, axis=-1)
        else:
            classes = np.round(np.squeeze(y, axis=-1))
        return x, y, self.weights[classes.astype(np.int32)]

    def count(self) -> int:
        """That of the other stage."""
        return self.source.count()


def give_adapter(patches: Patches) -> None:
    """Let Keras take the stand-in's datasets.

    Args:
        patches: Where what is replaced is noted.
    """
    keras_own = data_adapters.get_data_adapter
    patches.put(data_adapters, "get_data_adapter", _with_datasets(keras_own))


def _with_datasets(keras_own: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(keras_own)
    def get_data_adapter(
        x: Any,
        y: Any = None,
        sample_weight: Any = None,
        batch_size: Any = None,
        steps_per_epoch: Any = None,
        shuffle: Any = False,
        class_weight: Any = None,
    ) -> Any:
        if not isinstance(x, Dataset):
            return keras_own(
                x, y, sample_weight, batch_size, steps_per_epoch, shuffle, class_weight
            )
        if y is not None:
            data_adapters.raise_unsupported_arg("y", "the targets", KIND)
        if sample_weight is not None:
            data_adapters.raise_unsupported_arg("sample_weights", "the sample weights", KIND)
        # The text is Keras's own: scripts that filter warnings by it go on to do so.
        if shuffle:
            warnings.warn(
                "`shuffle=True` was passed, but will be ignored since the data `x` was provided as "
                "a tf.data.Dataset. The Dataset is expected to already be shuffled (via "
                "`.shuffle(buffer_size)`).",
                stacklevel=2,
            )
        stage = x.stage if class_weight is None else Weighted(x.stage, class_weight)
        return DatasetAdapter(stage)

    get_data_adapter.__onefit__ = True  # type: ignore[attr-defined]
    return get_data_adapter
