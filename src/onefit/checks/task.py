"""What kind of answers targets ask for, as far as the numbers tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from onefit.checks.case import Array, Output

ROWS_READ = 20_000
"""Rows from which the kind of targets is told; of more, some from everywhere."""

NUMBERS_READ = 200_000

MOST_CLASSES = 200

Kind = Literal["binary", "signed", "classes", "one-hot", "multi-label", "real", "unknown"]


@dataclass(frozen=True)
class Task:
    """What targets are.

    Args:
        kind: `"binary"` (0 and 1), `"signed"` (-1 and 1), `"classes"` (few whole numbers from 0),
            `"one-hot"`, `"multi-label"` (rows of 0 and 1), `"real"`, or `"unknown"`.
        classes: How many classes there are; 0 for numbers.
    """

    kind: Kind
    classes: int = 0

    @property
    def is_classes(self) -> bool:
        """Whether each row has one of several classes."""
        return self.kind in ("binary", "signed", "classes", "one-hot")


def some_rows(array: Array, most: int = ROWS_READ) -> Array:
    """The rows of an array, or as many as are looked at, from its whole length."""
    return array if len(array) <= most else array[:: -(-len(array) // most)]


def task_of(y: Array | None) -> Task:
    """The kind of targets.

    Args:
        y: Targets of shape `(rows, ...)`.

    >>> task_of(np.array([0, 2, 1, 2] * 5)), task_of(np.eye(3)[[0, 1, 2]])
    (Task(kind='classes', classes=3), Task(kind='one-hot', classes=3))
    >>> task_of(np.linspace(0, 1, 30)).kind
    'real'
    """
    if y is None or not y.size or y.dtype.kind not in "biuf":
        return Task("unknown")
    width = max(1, y[:1].size)
    rows = some_rows(y, max(1, min(ROWS_READ, NUMBERS_READ // width)))
    table = rows.reshape(len(rows), -1)
    if table.dtype.kind == "f" and not np.isfinite(table).all():
        return Task("unknown")
    if table.shape[1] > 1:
        return _of_rows(y, table)
    values = np.unique(table)
    if np.isin(values, (0, 1)).all():
        return Task("binary", 2)
    if np.isin(values, (-1, 1)).all():
        return Task("signed", 2)
    whole = table.dtype.kind != "f" or bool((values == np.floor(values)).all())
    # Whole numbers of which each comes up three times on average are classes; ages, years and
    # prices come up less often, or leave gaps.
    few = 2 < len(values) <= min(MOST_CLASSES, max(3, len(table) // 3))
    # Some scripts count classes from 1, and among the rows that are read some class may be missing.
    if whole and few and values[0] in (0, 1) and values[-1] - values[0] < 2 * len(values):
        return Task("classes", int(values[-1]) + 1)
    return Task("real")


def _of_rows(y: Array, table: Array) -> Task:
    # Soft labels are numbers, too: nothing tells them from shares that are to be predicted.
    if not ((table == 0) | (table == 1)).all():
        return Task("real")
    # Of sequences each step has labels of its own.
    rows = table if y.ndim == 2 else table.reshape(-1, y.shape[-1])
    if rows.shape[1] > 1 and (rows.sum(axis=1) == 1).all():
        return Task("one-hot", rows.shape[1])
    return Task("multi-label", rows.shape[1])


def matches(output: Output) -> bool:
    """Whether the targets have one number for each number of the output."""
    y, shape = output.y, output.shape
    if y is None or not y.size or not shape or None in shape or y.dtype.kind not in "biuf":
        return False
    return y.shape[1:] == shape or (y.ndim == 1 and shape == (1,))


def layer_for(output: Output) -> str:
    """The last layer and the loss that go with the targets, as code to paste.

    >>> layer_for(Output(y=np.array([0, 1, 1])))
    '`Dense(1, activation="sigmoid")` with `loss="binary_crossentropy"`'
    """
    task = task_of(output.y)
    if task.kind == "unknown" and "crossentropy" in output.loss:
        units, end = output.units or 1, "sigmoid" if output.loss.startswith("bin") else "softmax"
        end, loss = ("sigmoid", "binary_crossentropy") if units == 1 else (end, output.loss)
        return f'`Dense({units}, activation="{end}")` with `loss="{loss}"`'
    if task.kind == "binary":
        return '`Dense(1, activation="sigmoid")` with `loss="binary_crossentropy"`'
    if task.kind == "signed":
        return '`Dense(1, activation="tanh")` with `loss="mse"`'
    if task.kind == "classes":
        return (
            f'`Dense({task.classes}, activation="softmax")` with '
            '`loss="sparse_categorical_crossentropy"`'
        )
    if task.kind == "one-hot":
        return (
            f'`Dense({task.classes}, activation="softmax")` with `loss="categorical_crossentropy"`'
        )
    if task.kind == "multi-label":
        return f'`Dense({task.classes}, activation="sigmoid")` with `loss="binary_crossentropy"`'
    width = output.y[:1].size if output.y is not None and len(output.y) else 1
    return f'`Dense({width})` with `loss="mse"`'
