"""Data that comes batch by batch, read once: members read rows in orders of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from keras import tree
from keras.utils import PyDataset

from onefit.console import tell
from onefit.errors import PopulationError
from onefit.training.host.keras_private import data_adapter_utils

MODULES = ("tensorflow.python.data", "torch.utils.data", "onefit.scripts.tensorflow.data")
MOST = 2**30  # bytes that are read of what does not say how long it is
MOST_BATCHES = 200_000  # the same in batches: a few seconds, and more than an epoch has


def is_stream(data: Any) -> bool:
    """Whether data gives its rows batch by batch.

    >>> is_stream(iter([1])), is_stream(np.zeros(3))
    (True, False)
    """
    if isinstance(data, PyDataset) or hasattr(data, "__next__"):
        return True
    return any(kind.__module__.startswith(MODULES) for kind in type(data).__mro__)


def in_memory(given: dict[str, Any]) -> dict[str, Any]:
    """The arguments of `fit` with arrays where there were streams.

    Args:
        given: The arguments as they were given.

    Raises:
        PopulationError: If a stream has no batches of rows, no end, or another argument beside it.
    """
    found = dict(given)
    if is_stream(given["x"]):
        for name in ("y", "sample_weight"):
            if given[name] is not None:
                raise PopulationError(
                    f"Expected no `{name}` beside a {type(given['x']).__name__}, whose batches "
                    f"have targets and weights. Received: `{name}` as well. Leave it out."
                )
        (found["x"], found["y"], found["sample_weight"]), batch = _read("x", given["x"])
        # Whoever has made the stream has chosen a size of batches: that of the first.
        found["batch_size"] = given["batch_size"] or batch
    if is_stream(given["validation_data"]):
        parts, batch = _read("validation_data", given["validation_data"])
        found["validation_data"] = tuple(part for part in parts if part is not None)
        found["validation_batch_size"] = given["validation_batch_size"] or batch
    return found


def _read(name: str, stream: Any) -> tuple[tuple[Any, Any, Any], int]:
    """All rows of a stream as x, y and weights, and how many there were in its first batch."""
    batches, size = [], 0
    for batch in _batches(stream):
        arrays = tree.map_structure(np.asarray, batch, none_is_leaf=False)
        leaves = [leaf for leaf in tree.flatten(arrays) if leaf is not None]
        if not leaves or any(leaf.ndim == 0 for leaf in leaves):
            raise PopulationError(
                f"Expected batches of rows from `{name}`. Received: a {type(stream).__name__} "
                "that gives single numbers. Put rows together, such as with `.batch(32)`."
            )
        batches.append(arrays)
        size += sum(leaf.nbytes for leaf in leaves)
        if (size > MOST or len(batches) > MOST_BATCHES) and not _has_end(stream):
            raise PopulationError(
                f"Expected `{name}` to end. Received: a {type(stream).__name__} that has given "
                f"{len(batches):,} batches, {size / 2**20:,.0f} MiB, and goes on. Give arrays, or "
                "the batches of one epoch: `itertools.islice(batches, steps)` ends after so many."
            )
    if not batches:
        raise PopulationError(
            f"Expected rows in `{name}`. Received: a {type(stream).__name__} without a batch."
        )
    whole = tree.map_structure(lambda *parts: np.concatenate(parts), *batches, none_is_leaf=False)
    parts = data_adapter_utils.unpack_x_y_sample_weight(whole)
    first = len(next(leaf for leaf in tree.flatten(batches[0]) if leaf is not None))
    rows = len(next(leaf for leaf in tree.flatten(parts[0]) if leaf is not None))
    tell(f"onefit: {type(stream).__name__} is read once: {rows:,} rows, for all members and epochs")
    return parts, first


def _batches(stream: Any) -> Iterator[Any]:
    """The batches of one epoch."""
    if isinstance(stream, PyDataset):
        count = stream.num_batches
        if count is None:
            raise PopulationError(
                "Expected a PyDataset that says how many batches it has. Received: "
                f"{type(stream).__name__}, of which `num_batches` is None. Give it `__len__`."
            )
        return (stream[number] for number in range(count))
    # A dataset of `tf.data` gives tensors otherwise.
    numpy = getattr(stream, "as_numpy_iterator", None)
    whole: Iterable[Any] = numpy() if numpy is not None else stream
    return iter(whole)


def _has_end(stream: Any) -> bool:
    """Whether a stream says how long it is."""
    if isinstance(stream, PyDataset):
        return True
    cardinality = getattr(stream, "cardinality", None)
    if cardinality is not None:
        return int(cardinality()) >= 0
    return hasattr(stream, "__len__")
