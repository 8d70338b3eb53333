"""What a network has to be compared with before anything is said of it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from onefit.doctor.setup import Rows, Setup, arrays, mapped
from onefit.doctor.task import answers, skill, truth

Array = NDArray[Any]

# To solve the equations takes the third power of the columns.
MOST_COLUMNS = 1000
MOST_ROWS = 10_000
# Makes the equations solvable where columns repeat each other, and is too little to be seen.
RIDGE = 1e-3


def linear(setup: Setup) -> float | None:
    """The skill of a linear model, least squares with a small penalty; `None` where it has none.

    It is trained on the setup's rows and judged as the setup is, on inputs brought to one scale.
    Of classes it answers the one with the largest number.
    """
    found = _table(setup.rows)
    if found is None:
        return None
    mean, spread = found.mean(axis=0), found.std(axis=0)
    # A column that never changes would become 0 / 0.
    spread[spread == 0] = 1.0
    true = truth(setup.task, setup.scaled(setup.rows.y[: len(found)]))
    wanted = np.eye(setup.task.count)[true] if setup.task.kind == "classes" else true
    if len(wanted) != len(found):
        return None  # sequences
    x = _with_one((found - mean) / spread)
    # The penalty grows with the rows, as the products beside it do.
    weights = np.linalg.solve(x.T @ x + RIDGE * len(x) * np.eye(x.shape[1]), x.T @ wanted)
    judged = _table(setup.judged)
    if judged is None:
        return None
    said = _with_one((judged - mean) / spread) @ weights
    there = truth(setup.task, setup.scaled(setup.judged.y[: len(judged)]))
    form = said.argmax(axis=1) if setup.task.kind == "classes" else answers(setup.task, said)
    return skill(setup.task, there, form)


def _table(rows: Rows) -> Array | None:
    """The inputs as one table of numbers."""
    parts = arrays(rows.x)
    if any(one.dtype.kind not in "fiub" or one.ndim < 1 for one in parts):
        return None
    flat = [one[:MOST_ROWS].reshape(min(len(one), MOST_ROWS), -1) for one in parts]
    if sum(one.shape[1] for one in flat) > MOST_COLUMNS:
        return None
    return np.concatenate(flat, axis=1).astype(float)


NEIGHBOURS = 10
MOST_NEIGHBOURED = 2000


def nearest(setup: Setup) -> float | None:
    """The skill of the ten nearest rows' labels, on rows that were held back; `None` without them.

    It finds what any smooth function of the inputs says about the labels (Cover and Hart, 1967).
    """
    known, asked = _table(setup.rows), None if setup.held is None else _table(setup.held)
    # Of fewer rows ten are more than a tenth of all, which are not near.
    if known is None or asked is None or len(known) < 10 * NEIGHBOURS or _is_of_words(setup):
        return None
    known, asked = known[:MOST_NEIGHBOURED], asked[:MOST_NEIGHBOURED]
    mean, spread = known.mean(axis=0), known.std(axis=0)
    spread[spread == 0] = 1.0
    known, asked = (known - mean) / spread, (asked - mean) / spread
    # Squared distances less those of the asked rows from 0, which do not change which are nearest.
    far = (known**2).sum(axis=1) - 2 * asked @ known.T
    near = np.argpartition(far, NEIGHBOURS, axis=1)[:, :NEIGHBOURS]
    own = truth(setup.task, setup.scaled(setup.rows.y[: len(known)]))
    there = truth(setup.task, setup.scaled(setup.judged.y[: len(asked)]))
    if len(own) != len(known) or len(there) != len(asked):
        return None  # sequences
    labels = np.eye(setup.task.count)[own] if setup.task.kind == "classes" else own
    said = labels[near].mean(axis=1)
    form = said.argmax(axis=1) if setup.task.kind == "classes" else answers(setup.task, said)
    return skill(setup.task, there, form)


def _is_of_words(setup: Setup) -> bool:
    """Whether inputs are numbers of words, of which near ones mean nothing alike."""
    return any(type(one).__name__ == "Embedding" for one in setup.model.layers)


def _with_one(x: Array) -> Array:
    return np.concatenate([x, np.ones((len(x), 1))], axis=1)


# Inputs of 0 and a few rows learned by heart come from Karpathy's "A Recipe for Training Neural
# Networks" (2019), labels of other rows from Zhang et al., "Understanding Deep Learning Requires
# Rethinking Generalization" (ICLR 2017).
def without_inputs(setup: Setup) -> Setup:
    """The setup with inputs that are all 0: what it gets without looking at them."""

    def empty(rows: Rows) -> Rows:
        return Rows(mapped(rows.x, np.zeros_like), rows.y, rows.weights)

    held = None if setup.held is None else empty(setup.held)
    return setup.but(rows=empty(setup.rows), held=held)


def with_shuffled_labels(setup: Setup) -> Setup:
    """The setup with the labels of other rows: what it gets by remembering rows."""
    order = np.random.default_rng(0).permutation(len(setup.rows))
    rows = Rows(setup.rows.x, setup.rows.y[order], setup.rows.weights)
    return setup.but(rows=rows)


FEW = 32
"""Rows of which a network that works at all can learn each one."""


def with_few_rows(setup: Setup) -> Setup:
    """The setup on a few rows, with as many updates as before."""
    if len(setup.rows) <= FEW:
        return setup
    order = np.random.default_rng(0).permutation(len(setup.rows))[:FEW]
    batch = min(setup.batch, FEW)
    epochs = max(1, setup.steps // -(-FEW // batch))
    # Judged on the rows themselves: the question is whether it can learn anything at all.
    return setup.but(rows=setup.rows.at(order), held=None, epochs=epochs, batch=batch)
