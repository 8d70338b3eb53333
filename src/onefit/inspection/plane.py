"""The answer over the plane of two inputs, at some epochs of the training."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from onefit.inspection.answers import Answers, answers
from onefit.inspection.names import ClassNames
from onefit.inspection.replay import Replay, holding
from onefit.inspection.rows import Rows
from onefit.reports.plane import MOST_CLASSES
from onefit.reports.views import Plane
from onefit.training.core.state import State
from onefit.training.observation.layers import inner
from onefit.training.observation.outputs import outputs_of

if TYPE_CHECKING:
    from keras import Model

SIZE = 40
"""Places of a side: a byte each for every frame."""

ROOM = 0.3
"""Room around the data, in shares of its range."""

MOST_POINTS = 400
MOST_UNITS, MOST_WEIGHTS = 12, 200


def has_plane(model: Model, rows: Rows) -> bool:
    """Whether a network has two numbers for an input, and one output."""
    table = rows.table if len(outputs_of(model)) == 1 else None
    if table is None or table.ndim != 2 or table.shape[1] != 2 or table.dtype.kind not in "biuf":
        return False
    return bool(np.isfinite(table).any(axis=0).all())


def plane(model: Model, rows: Rows, replay: Replay, class_names: ClassNames = None) -> Plane | None:
    """The answer over the plane, for each state that a training went through.

    Args:
        model: A `keras.Model` of two inputs.
        rows: The rows that it was trained on, which are drawn on top.
        replay: The states.
        class_names: The names of the classes. Defaults to `None`, their numbers.

    Returns:
        The plane; `None` if the network's answers cannot be drawn.
    """
    table = np.asarray(rows.table, float)
    reach = _reach(table[:, 0]), _reach(table[:, 1])
    across, upward = (np.linspace(low, high, SIZE + 1) for low, high in reach)
    # A byte is a square of the picture, so the answer is that in its middle.
    middles = [(edges[:-1] + edges[1:]) / 2 for edges in (across, upward)]
    grid = np.stack(np.meshgrid(*middles), axis=-1).reshape(-1, 2).astype("float32")
    seen = []
    for state in replay.states:
        with holding(model, state):
            seen.append(answers(model, Rows(grid, None), class_names)[0])
    with holding(model, replay.states[-1]):
        last, *others = answers(model, rows, class_names)
    kind = {"binary": "probability", "classes": "classes", "number": "number"}.get(last.task, "")
    if not kind or others or len(last.labels) > MOST_CLASSES:
        return None
    low, high = _range(kind, seen, last)
    sizes = sizes_of(model)
    return Plane(
        kind=kind, names=rows.names[:2], x=list(reach[0]), y=list(reach[1]), size=SIZE,
        low=low, high=high, epochs=replay.epochs, labels=last.labels,
        frames=[_frame(kind, one, low, high) for one in seen],
        points=_points(table, last), sizes=sizes,
        weights=[_weights(model, state) for state in replay.states] if sizes else [],
        same=replay.same, remark=replay.remark,
    )  # fmt: skip


def _reach(column: np.ndarray) -> tuple[float, float]:
    known = column[np.isfinite(column)]
    low, high = float(known.min()), float(known.max())
    # A column of one value still has a width to draw.
    room = ROOM * (high - low) or 1.0
    return low - room, high + room


def _range(kind: str, seen: Sequence[Answers], last: Answers) -> tuple[float, float]:
    if kind != "number":
        return 0.0, 1.0
    # The end and the truth set the scale: an epoch that was far off would press all others flat. A
    # network that diverged ends in NaN, which has no place on a scale.
    numbers = np.concatenate([last.told, last.true])
    known = numbers[np.isfinite(numbers)]
    return (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)


def _frame(kind: str, told: Answers, low: float, high: float) -> str:
    """A byte a place."""
    if kind == "classes":
        numbers = told.classes.astype("uint8")
    else:
        values = told.told if kind == "number" else told.told[:, 1]
        # A network that diverged answers NaN, which no byte holds.
        shares = np.nan_to_num((values - low) / ((high - low) or 1.0), nan=0.5)
        numbers = np.clip(np.round(255 * shares), 0, 255).astype("uint8")
    return base64.b64encode(numbers.tobytes()).decode()


def _points(table: np.ndarray, last: Answers) -> list[list[float]]:
    """Rows of the data: where they lie, and their class or number."""
    if not len(last.true):
        return []
    stride = max(1, -(-len(table) // MOST_POINTS))
    values = last.true.tolist()
    return [
        [*map(float, table[at]), values[at]]
        for at in range(0, len(table), stride)
        if np.isfinite([*table[at], values[at]]).all()
    ]


def sizes_of(model: Model) -> list[int]:
    """How many inputs and units the layers have, if the network is a small chain of `Dense`.

    >>> from keras import Input, Sequential
    >>> from keras.layers import Dense
    >>> sizes_of(Sequential([Input((2,)), Dense(4), Dense(1)]))
    [2, 4, 1]
    """
    layers = [one for one in inner(model).layers if one.weights]
    chain = len(layers) > 0 and all(
        type(one).__name__ == "Dense" and one.use_bias for one in layers
    )
    if not chain:
        return []
    kernels = [one.kernel.shape for one in layers]
    sizes = [kernels[0][0], *[shape[1] for shape in kernels]]
    follows = [shape[0] for shape in kernels] == sizes[:-1]
    weights = sum(rows * columns for rows, columns in kernels)
    small = follows and max(sizes) <= MOST_UNITS and weights <= MOST_WEIGHTS
    return sizes if small else []


def _weights(model: Model, state: State) -> list[list[float]]:
    """Kernel and biases of each layer, three digits of each number."""
    with holding(model, state):
        layers = [one for one in inner(model).layers if one.weights]
        found = [(np.asarray(one.kernel), np.asarray(one.bias)) for one in layers]
    return [[float(f"{value:.3g}") for value in (*kernel.ravel(), *bias)] for kernel, bias in found]
