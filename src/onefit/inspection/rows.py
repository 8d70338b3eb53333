"""The rows that a network is looked at on: arrays, and the names of their columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from onefit.training.host.keras_private import array_slicing, data_adapter_utils

MOST_ROWS = 20_000
"""Rows that a network is looked at on; of more, so many in equal steps."""


@dataclass
class Rows:
    """Inputs and targets.

    Args:
        x: What the model takes: an array, or a list or dict of arrays.
        y: The targets, an array, or a list or dict of them; `None` where there are none.
        names: The names of the columns of `x`, where it is a table.
        judged_on: `"training"`, `"validation"` or `"given"`.
        stride: Of how many rows one is here, the first of them.
        whole: How many rows there are, where not all of them are here. Defaults to `None`: they
            are.
    """

    x: Any
    y: Any
    names: list[str] = field(default_factory=list)
    judged_on: str = "given"
    stride: int = 1
    whole: int | None = None

    @property
    def count(self) -> int:
        """How many rows are here."""
        if isinstance(self.x, dict):
            return len(next(iter(self.x.values())))
        return len(self.x[0] if isinstance(self.x, list | tuple) else self.x)

    @property
    def table(self) -> np.ndarray | None:
        """The inputs as one array; `None` where there are several."""
        return self.x if isinstance(self.x, np.ndarray) else None


def rows(x: Any, y: Any, judged_on: str = "given", names: Sequence[str] | None = None) -> Rows:
    """Rows as arrays.

    Args:
        x: Inputs: an array, a table of pandas, or a list or dict of them.
        y: Targets, or `None`.
        judged_on: What they are. Defaults to `"given"`.
        names: The names of the columns. Defaults to `None`: those of the table, or numbers.

    Raises:
        TypeError: If the inputs are read batch by batch.
    """
    if hasattr(x, "columns") and names is None:
        names = [str(name) for name in x.columns]
    arrays = _arrays(x)
    if names is None and isinstance(arrays, np.ndarray) and arrays.ndim == 2:
        names = [f"x{number + 1}" for number in range(arrays.shape[1])]
    found = Rows(arrays, None if y is None else _arrays(y), list(names or ()))
    found.judged_on = judged_on
    stride = -(-found.count // MOST_ROWS)
    return found if stride <= 1 else _every(found, stride)


def _arrays(data: Any) -> Any:
    if isinstance(data, dict):
        return {name: _arrays(one) for name, one in data.items()}
    # A list of arrays is several inputs, as for Keras; one of numbers is a column.
    if isinstance(data, list | tuple) and data and hasattr(data[0], "shape"):
        return [_arrays(one) for one in data]
    if hasattr(data, "to_numpy"):
        data = data.to_numpy()
    if not hasattr(data, "__array__") and not isinstance(data, list | tuple):
        raise TypeError(f"Expected arrays. Received: {type(data).__name__}.")
    return np.asarray(data)


def _every(found: Rows, stride: int) -> Rows:
    def some(data: Any) -> Any:
        if isinstance(data, dict):
            return {name: some(one) for name, one in data.items()}
        return [some(one) for one in data] if isinstance(data, list | tuple) else data[::stride]

    y = None if found.y is None else some(found.y)
    return Rows(some(found.x), y, found.names, found.judged_on, stride, found.count)


def trained_on(given: dict[str, Any]) -> Rows:
    """The rows that a fit trains on.

    Args:
        given: The arguments of `fit`.

    Raises:
        TypeError: If they are read batch by batch.
    """
    (x, y), _ = _divided(given)
    return rows(x, y, "training", _columns(given["x"]))


def judged_on(given: dict[str, Any], names: Sequence[str] | None = None) -> Rows:
    """The rows that count: those of validation, and where there are none those of training.

    Args:
        given: The arguments of `fit`.
        names: The names of the columns. Defaults to `None`: those of the table, or numbers.

    Raises:
        TypeError: If they are read batch by batch.
    """
    _, validation = _divided(given)
    names = names or _columns(given["x"])
    if validation is None:
        return rows(given["x"], given["y"], "training", names)
    return rows(*validation, "validation", names)


def _divided(given: dict[str, Any]) -> tuple[tuple[Any, Any], tuple[Any, Any] | None]:
    """Training and validation, as Keras divides them."""
    if given["validation_data"] is not None:
        unpacked = data_adapter_utils.unpack_x_y_sample_weight(given["validation_data"])
        return (given["x"], given["y"]), unpacked[:2]
    if given["validation_split"]:
        training, validation = array_slicing.train_validation_split(
            (given["x"], given["y"]), validation_split=given["validation_split"]
        )
        return training, validation
    return (given["x"], given["y"]), None


def _columns(x: Any) -> list[str] | None:
    return [str(name) for name in x.columns] if hasattr(x, "columns") else None
