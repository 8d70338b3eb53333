"""The rows of a call as arrays: read, thinned to what fits in memory, divided for judging."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np

from onefit.checks.data import as_array
from onefit.doctor import memory
from onefit.doctor.setup import Rows, arrays
from onefit.errors import DiagnosisError
from onefit.training.host.keras_private import array_slicing
from onefit.training.observation.fit_record import trained_on

FEWEST_HELD = 40
"""Rows from which on a part of them is held back; of fewer, all are trained on and judged on."""

FEWEST_JUDGED = 8
"""Rows of validation from which on networks are judged on them."""

SHARE_HELD = 0.25

MOST_READ = 100_000
"""Rows that are read of data that come batch by batch."""


def rows_of(x: Any, y: Any, weights: Any = None) -> Rows:
    """Data as arrays; what comes batch by batch is read once.

    Raises:
        DiagnosisError: If they are no arrays, and cannot be read twice.
    """
    if y is None and hasattr(x, "__getitem__") and isinstance(x, keras.utils.PyDataset):
        x, y, weights = _read(x)
    labels = _array(y)
    inputs = mapped_or_none(x)
    if labels is None or inputs is None or not labels.ndim:
        raise DiagnosisError(
            "Expected x and y as arrays, lists, tables or a PyDataset, which can be read again. "
            f"Received: {type(x).__name__} and {type(y).__name__}."
        )
    if any(len(one) != len(labels) for one in arrays(inputs)):
        raise DiagnosisError(
            "Expected as many labels as rows. Received: "
            f"{', '.join(str(len(one)) for one in arrays(inputs))} rows and {len(labels)} labels."
        )
    if any(one.dtype.kind not in "fiub" for one in (*arrays(inputs), labels)):
        raise DiagnosisError("Expected numbers in x and y. Received: words or objects.")
    for one in (*arrays(inputs), labels):
        # A NaN or an infinity anywhere makes the sum one, and a sum needs no second array.
        if one.dtype.kind == "f" and not np.isfinite(one.sum(dtype=float)):
            raise DiagnosisError("Expected finite numbers in x and y. Received: NaN or infinity.")
    return Rows(inputs, labels, None if weights is None else np.asarray(weights))


def mapped_or_none(x: Any) -> Any:
    """Inputs as an array, or a list or dict of them; `None` where they are none."""
    if isinstance(x, dict):
        found = {name: _array(one) for name, one in x.items()}
        return None if any(one is None for one in found.values()) else found
    if isinstance(x, list | tuple) and x and hasattr(x[0], "shape"):
        listed = [_array(one) for one in x]
        return None if any(one is None for one in listed) else listed
    return _array(x)


def _array(given: Any) -> Any:
    if hasattr(given, "to_numpy"):
        given = given.to_numpy()
    return as_array(given)


def _read(data: Any) -> tuple[Any, Any, Any]:
    """The first rows of a `PyDataset`, as many as fit in memory."""
    batches: list[Any] = []
    count, room = 0, memory.SHARE * memory.free() / memory.COPIES
    for place in range(len(data)):
        batch = data[place]
        batches.append(batch)
        leaves = keras.tree.flatten(batch)
        count += len(leaves[0])
        room -= sum(np.asarray(one).nbytes for one in leaves if one is not None)
        if count >= MOST_READ or room <= 0:
            break
    joined = keras.tree.map_structure(lambda *parts: np.concatenate(parts), *batches)
    x, y, *weights = joined
    return x, y, weights[0] if weights else None


def divided(
    rows: Rows, given: Mapping[str, Any]
) -> tuple[Rows, Rows | None, Rows | None, list[str]]:
    """Rows to train on, rows to judge on, all rows where the last ones are split off, remarks."""
    data, split = given["validation_data"], given["validation_split"]
    told: list[str] = []
    if isinstance(data, tuple | list) and len(data) >= 2:
        held = rows_of(data[0], data[1])
        if trained_on(data, given["x"]):
            told = ["the rows of validation_data are trained on, so they are not judged on"]
        elif len(held) < FEWEST_JUDGED:
            told = [f"{len(held)} rows of validation_data are too few to judge on"]
        else:
            return rows, held, None, []
    elif split:
        # Keras's own, so that the same rows are split off, rounded in the same way.
        (x, y, w), (vx, vy, *_) = array_slicing.train_validation_split(
            (rows.x, rows.y, rows.weights), validation_split=split
        )
        if len(vy) >= FEWEST_JUDGED:
            return Rows(x, y, w), Rows(vx, vy), rows, []
        told = [f"the last {len(vy)} rows are too few to judge on"]
        rows = Rows(x, y, w)
    if len(rows) < FEWEST_HELD:
        return rows, None, None, told
    # The same rows each time, so that two diagnoses of a script can be compared.
    order = np.random.default_rng(0).permutation(len(rows))
    cut = int(len(rows) * (1 - SHARE_HELD))
    told += [f"a quarter of the rows ({len(rows) - cut:,}) was held back to judge on"]
    # Sorted: where `fit` does not shuffle, the order of the rows is part of the training.
    return rows.at(np.sort(order[:cut])), rows.at(order[cut:]), None, told  # they may be in order


def thinned_to_fit(rows: Rows) -> tuple[Rows, list[str]]:
    """So many of the rows, in their order, that copies of them do not fill the memory."""
    most, whole = memory.most_rows(rows), len(rows)
    if most >= whole:
        return rows, []
    order = np.random.default_rng(2).permutation(whole)[:most]
    return rows.at(np.sort(order)), [
        f"the experiments were made on {most:,} of {whole:,} rows: more do not fit in memory"
    ]
