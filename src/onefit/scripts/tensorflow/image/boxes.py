"""Boxes around what is in a picture."""

from __future__ import annotations

from typing import Any

import numpy as np

from onefit.scripts.tensorflow.annotations import TensorLike
from onefit.scripts.tensorflow.data.leaves import array, tensor
from onefit.scripts.tensorflow.operation import operations

Tensor = Any


def non_max_suppression(
    boxes: TensorLike,
    scores: TensorLike,
    max_output_size: Any,
    iou_threshold: float = 0.5,
    score_threshold: float = float("-inf"),
    name: str | None = None,
) -> Tensor:
    """The numbers of the boxes with the best scores that do not cover a better one.

    Args:
        boxes: Floats of shape (boxes, 4): y1, x1, y2, x2, of any two opposite corners.
        scores: Floats of shape (boxes,).
        max_output_size: How many at most.
        iou_threshold: From this share of overlap on, a box is left out. Defaults to `0.5`.
        score_threshold: Boxes that score no more are left out. Defaults to none.
        name: Taken, and of no effect.

    >>> boxes = [[0, 0, 1, 1.0], [0, 0, 1, 0.9], [2, 2, 3, 3]]
    >>> non_max_suppression(boxes, [0.5, 0.9, 0.1], 3).numpy().tolist()
    [1, 2]
    """
    corners, values = np.asarray(array(boxes), np.float32), np.asarray(array(scores), np.float32)
    # Of equal scores the first box comes first, as in TensorFlow's queue.
    order = np.argsort(-values, kind="stable")
    kept: list[int] = []
    for number in order[values[order] > score_threshold].tolist():
        if len(kept) == int(max_output_size):
            break
        if all(overlap(corners[number], corners[other]) <= iou_threshold for other in kept):
            kept.append(number)
    return tensor(np.array(kept, np.int32))


def overlap(one: np.ndarray, other: np.ndarray) -> float:
    """The area of both over the area of either."""
    lows = [np.minimum(box[:2], box[2:]) for box in (one, other)]
    highs = [np.maximum(box[:2], box[2:]) for box in (one, other)]
    areas = [float(np.prod(high - low)) for low, high in zip(lows, highs)]
    # As in TensorFlow's kernel: a box without an area overlaps with none.
    if min(areas) <= 0:
        return 0.0
    sides = np.maximum(np.minimum(*highs) - np.maximum(*lows), 0)
    both = float(np.prod(sides))
    return both / (sum(areas) - both)


operations(globals())
