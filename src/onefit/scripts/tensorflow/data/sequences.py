"""Windows over an array as a table: `keras.utils.timeseries_dataset_from_array`.

Keras builds it of `tf.data`: each window is gathered by a traced function. Here a window is a row,
so that shuffling handles numbers and a batch is gathered at once. Arguments are checked by Keras.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from onefit.scripts.tensorflow.data.dataset import Dataset
from onefit.scripts.tensorflow.data.leaves import array
from onefit.scripts.tensorflow.data.sources import Slices
from onefit.scripts.tensorflow.data.stage import Table
from onefit.scripts.tensorflow.data.structure import Element
from onefit.scripts.tensorflow.tensor_spec import TensorSpec


class Windows(Table):
    """Windows of an array, each with its target, if there are targets.

    Args:
        data: The array; windows are cut along its first axis.
        targets: An array with the target of the window that begins at each place, or `None`.
        starts: Where the windows begin.
        offsets: The places of a window's values, counted from its begin.
    """

    def __init__(
        self, data: np.ndarray, targets: np.ndarray | None, starts: np.ndarray, offsets: np.ndarray
    ) -> None:
        """Keep the arrays."""
        self.data, self.targets, self.starts, self.offsets = data, targets, starts, offsets

    def row(self, number: int) -> Element:
        """One window."""
        return self._at(self.starts[number])

    def rows(self, numbers: list[int]) -> Element:
        """Some windows, as a batch."""
        return self._at(self.starts[np.array(numbers, np.intp)])

    def _at(self, starts: Any) -> Element:
        windows = self.data[np.asarray(starts)[..., None] + self.offsets]
        return windows if self.targets is None else (windows, self.targets[starts, ...])

    def __len__(self) -> int:
        """The number of windows."""
        return len(self.starts)


class Sequences(Slices):
    """The windows, one after the other."""

    written = "Prefetch"  # Keras's pipeline ends so

    def __init__(self, windows: Windows) -> None:
        """Keep the windows."""
        self.table = self.held = windows
        self.windows = windows

    @cached_property
    def spec(self) -> Element:
        """Those of a window, whose length Keras's pipeline leaves open, and of a target."""
        data, targets = self.windows.data, self.windows.targets
        window = TensorSpec((None, *data.shape[1:]), data.dtype)
        if targets is None:
            return window
        return window, TensorSpec(targets.shape[1:], targets.dtype)


def timeseries(
    data: Any,
    targets: Any,
    sequence_length: int,
    sequence_stride: int,
    sampling_rate: int,
    batch_size: int | None,
    shuffle: bool,
    seed: int | None,
    start_index: int | None,
    end_index: int | None,
) -> Dataset:
    """What `keras.utils.timeseries_dataset_from_array` gives for arguments that it has checked."""
    start = start_index or 0
    end = len(data) if end_index is None else end_index
    count = end - start - (sequence_length - 1) * sampling_rate
    if targets is not None:
        count = min(count, len(targets))
    starts = np.arange(0, count, sequence_stride, dtype="int32" if count < 2**31 - 1 else "int64")
    # As Keras does, with one seed for both: the places are shuffled here, the windows in a buffer
    # below.
    if shuffle:
        if seed is None:
            # From the script's own generator, which Keras moves on as well.
            seed = np.random.randint(10**6)
        np.random.RandomState(seed).shuffle(starts)
    offsets = np.arange(0, sequence_length * sampling_rate, sampling_rate)
    of_targets = None if targets is None else array(targets[start:end])
    windows = Windows(array(data[start:end]), of_targets, starts, offsets)
    dataset = Dataset.of(Sequences(windows))
    if shuffle:
        dataset = dataset.shuffle(1024 if batch_size is None else batch_size * 8, seed=seed)
    return dataset if batch_size is None else dataset.batch(batch_size)
