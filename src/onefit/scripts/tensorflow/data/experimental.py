"""`tf.data.experimental`: older names of what `tf.data.Dataset` does."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import Any

from onefit.scripts.tensorflow.annotations import DTypeLike
from onefit.scripts.tensorflow.data.csv import CsvDataset as CsvDataset
from onefit.scripts.tensorflow.data.csv import make_csv_dataset as make_csv_dataset
from onefit.scripts.tensorflow.data.dataset import Dataset
from onefit.scripts.tensorflow.data.dataset import Iterator as _Iterator
from onefit.scripts.tensorflow.data.dataset import Optional as Optional
from onefit.scripts.tensorflow.data.options import DistributeOptions as DistributeOptions
from onefit.scripts.tensorflow.data.options import OptimizationOptions as OptimizationOptions
from onefit.scripts.tensorflow.data.options import ThreadingOptions as ThreadingOptions
from onefit.scripts.tensorflow.data.stage import INFINITE, UNKNOWN
from onefit.scripts.tensorflow.missing import names_of

AUTOTUNE = -1
INFINITE_CARDINALITY, UNKNOWN_CARDINALITY = INFINITE, UNKNOWN
Transformation = Callable[[Dataset], Any]


class AutoShardPolicy(IntEnum):
    """How a dataset is cut among several workers; here there is one."""

    OFF = -1
    AUTO = 0
    FILE = 1
    DATA = 2
    HINT = 3


def cardinality(dataset: Dataset) -> Any:
    """How many elements a dataset has; see `Dataset.cardinality`."""
    return dataset.cardinality()


def assert_cardinality(expected_cardinality: Any) -> Transformation:
    """For `apply`: see `Dataset.assert_cardinality`."""
    return lambda dataset: dataset.assert_cardinality(expected_cardinality)


def rejection_resample(
    class_func: Any, target_dist: Any, initial_dist: Any = None, seed: Any = None
) -> Transformation:
    """For `apply`: see `Dataset.rejection_resample`."""
    return lambda dataset: dataset.rejection_resample(class_func, target_dist, initial_dist, seed)


def choose_from_datasets(
    datasets: Any, choice_dataset: Any, stop_on_empty_dataset: bool = False
) -> Dataset:
    """See `Dataset.choose_from_datasets`."""
    # Here TensorFlow goes on behind an empty dataset by default, in `Dataset`'s own method it
    # stops.
    return Dataset.choose_from_datasets(datasets, choice_dataset, stop_on_empty_dataset)


def sample_from_datasets(
    datasets: Any, weights: Any = None, seed: Any = None, stop_on_empty_dataset: bool = False
) -> Dataset:
    """See `Dataset.sample_from_datasets`."""
    return Dataset.sample_from_datasets(datasets, weights, seed, stop_on_empty_dataset)


def enumerate_dataset(start: Any = 0) -> Transformation:
    """For `apply`: see `Dataset.enumerate`."""
    return lambda dataset: dataset.enumerate(start)


def get_single_element(dataset: Dataset) -> Any:
    """See `Dataset.get_single_element`."""
    return dataset.get_single_element()


def bucket_by_sequence_length(*args: Any, **kwargs: Any) -> Transformation:
    """For `apply`: see `Dataset.bucket_by_sequence_length`."""
    return lambda dataset: dataset.bucket_by_sequence_length(*args, **kwargs)


def group_by_window(*args: Any, **kwargs: Any) -> Transformation:
    """For `apply`: see `Dataset.group_by_window`."""
    return lambda dataset: dataset.group_by_window(*args, **kwargs)


def Counter(start: Any = 0, step: Any = 1, dtype: DTypeLike = "int64") -> Dataset:
    """Integers from `start` on, without end."""
    return Dataset.counter(start, step, dtype)


def scan(initial_state: Any, scan_func: Callable[..., Any]) -> Transformation:
    """For `apply`: see `Dataset.scan`."""
    return lambda dataset: dataset.scan(initial_state, scan_func)


def shuffle_and_repeat(buffer_size: Any, count: Any = None, seed: Any = None) -> Transformation:
    """For `apply`: `shuffle`, then `repeat`."""
    return lambda dataset: dataset.shuffle(buffer_size, seed).repeat(count)


def ignore_errors(log_warning: bool = False) -> Transformation:
    """For `apply`: see `Dataset.ignore_errors`."""
    return lambda dataset: dataset.ignore_errors(log_warning)


def take_while(predicate: Callable[..., Any]) -> Transformation:
    """For `apply`: see `Dataset.take_while`."""
    return lambda dataset: dataset.take_while(predicate)


def unbatch() -> Transformation:
    """For `apply`: see `Dataset.unbatch`."""
    return lambda dataset: dataset.unbatch()


def unique() -> Transformation:
    """For `apply`: see `Dataset.unique`."""
    return lambda dataset: dataset.unique()


def map_and_batch(
    map_func: Callable[..., Any],
    batch_size: Any,
    num_parallel_batches: Any = None,
    drop_remainder: Any = False,
    num_parallel_calls: Any = None,
) -> Transformation:
    """For `apply`: `map`, then `batch`."""
    return lambda dataset: dataset.map(map_func).batch(batch_size, drop_remainder)


def parallel_interleave(
    map_func: Callable[..., Any],
    cycle_length: Any,
    block_length: Any = 1,
    sloppy: Any = False,
    buffer_output_elements: Any = None,
    prefetch_input_elements: Any = None,
) -> Transformation:
    """For `apply`: see `Dataset.interleave`; the order is always that of `sloppy=False`."""
    return lambda dataset: dataset.interleave(map_func, cycle_length, block_length)


def dense_to_ragged_batch(
    batch_size: Any, drop_remainder: Any = False, row_splits_dtype: DTypeLike = "int64"
) -> Transformation:
    """For `apply`: see `Dataset.ragged_batch`."""
    return lambda dataset: dataset.ragged_batch(batch_size, drop_remainder, row_splits_dtype)


def save(dataset: Dataset, path: Any, compression: Any = None) -> None:
    """See `Dataset.save`."""
    dataset.save(path, compression)


def load(path: Any, element_spec: Any = None, compression: Any = None) -> Dataset:
    """See `Dataset.load`."""
    return Dataset.load(path, element_spec, compression)


class TFRecordWriter:
    """Write the elements of a dataset, each one string, to a TFRecord file.

    Args:
        filename: The file's path.
        compression_type: `"ZLIB"`, `"GZIP"` or `""`. Defaults to `None`: none.
    """

    def __init__(self, filename: Any, compression_type: str | None = None) -> None:
        """Remember where to write."""
        self._path, self._compression = filename, compression_type

    def write(self, dataset: Dataset) -> None:
        """Write all elements."""
        from onefit.scripts.tensorflow.io import records

        with records.TFRecordWriter(self._path, self._compression) as writer:
            for record in dataset.as_numpy_iterator():
                writer.write(record)


def prefetch_to_device(device: Any, buffer_size: Any = None) -> Transformation:
    """For `apply`: the same elements."""
    return lambda dataset: dataset


def get_next_as_optional(iterator: _Iterator) -> Optional:
    """The next element of an iterator, or that there is none."""
    return iterator.get_next_as_optional()


ALSO = "AUTOTUNE INFINITE_CARDINALITY UNKNOWN_CARDINALITY"
__getattr__ = names_of("tensorflow.data.experimental")
