"""`tf.edit_distance`: how many labels to change, to add and to take away."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from onefit.scripts.tensorflow.data.leaves import tensor
from onefit.scripts.tensorflow.sparse.sparse_tensor import SparseTensor

Tensor = Any


def edit_distance(
    hypothesis: SparseTensor,
    truth: SparseTensor,
    normalize: bool = True,
    name: str = "edit_distance",
) -> Tensor:
    """The Levenshtein distance of sequences.

    Args:
        hypothesis: Sequences along the last axis.
        truth: What they should be.
        normalize: Whether to divide by the lengths of `truth`. Defaults to `True`.
        name: Taken, and of no effect.

    >>> one, other = (SparseTensor([[0, 0], [0, 1]], values, [1, 2]) for values in ([1, 2], [1, 3]))
    >>> edit_distance(one, other, normalize=False).numpy().tolist()
    [1.0]
    """
    shape = [max(pair) for pair in zip(hypothesis.lengths, truth.lengths)][:-1]
    found = np.zeros(shape, np.float32)
    for place in itertools.product(*map(range, shape)):
        one, other = _row(hypothesis, place), _row(truth, place)
        distance = float(_distance(one, other))
        if normalize:
            # As in TensorFlow's kernel: nothing for nothing is no error, anything for nothing an
            # infinite one.
            empty = np.inf if one else 0.0
            distance = distance / len(other) if other else empty
        found[place] = distance
    return tensor(found)


def _row(sparse: SparseTensor, place: tuple[int, ...]) -> list[Any]:
    values: list[Any] = sparse.held[(sparse.places[:, :-1] == place).all(-1)].tolist()
    return values


def _distance(one: list[Any], other: list[Any]) -> int:
    row = list(range(len(other) + 1))
    for count, label in enumerate(one, 1):
        before, row = row, [count]
        for place, expected in enumerate(other):
            changed = before[place] + (label != expected)
            row.append(min(changed, before[place + 1] + 1, row[place] + 1))
    return row[-1]
