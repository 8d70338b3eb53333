"""Boxes that cover others are left out, in the ways that detectors ask for."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from onefit.scripts.tensorflow.annotations import TensorLike
from onefit.scripts.tensorflow.data.leaves import array, tensor
from onefit.scripts.tensorflow.image.boxes import overlap
from onefit.scripts.tensorflow.operation import as_it_is

Tensor = Any


class CombinedNonMaxSuppression(NamedTuple):
    """Boxes, scores and classes that are kept, and how many of each picture."""

    nmsed_boxes: Tensor
    nmsed_scores: Tensor
    nmsed_classes: Tensor
    valid_detections: Tensor


@as_it_is
def non_max_suppression_with_scores(
    boxes: TensorLike,
    scores: TensorLike,
    max_output_size: Any,
    iou_threshold: float = 0.5,
    score_threshold: float = float("-inf"),
    soft_nms_sigma: float = 0.0,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """The numbers of the best boxes and their scores, which fall where better boxes cover them.

    Args:
        boxes: Floats of shape (boxes, 4): y1, x1, y2, x2.
        scores: Floats of shape (boxes,).
        max_output_size: How many at most.
        iou_threshold: From this share of overlap on, a box is left out. Defaults to `0.5`.
        score_threshold: Boxes that score no more are left out. Defaults to none.
        soft_nms_sigma: How slowly scores fall with the overlap. Defaults to `0.0`: they stay.
        name: Taken, and of no effect.
    """
    corners, values = _floats(boxes), _floats(scores)
    soft = float(np.asarray(array(soft_nms_sigma)))
    kept, chances = _soft(
        corners, values, int(array(max_output_size)), float(iou_threshold),
        float(score_threshold), soft,
    )  # fmt: skip
    return tensor(np.array(kept, np.int32)), tensor(np.array(chances, np.float32))


def _soft(
    corners: np.ndarray, values: np.ndarray, most: int, threshold: float, least: float, soft: float
) -> tuple[list[int], list[float]]:
    scale = np.float32(-0.5 / soft) if soft > 0 else np.float32(0)
    kept: list[int] = []
    chances: list[float] = []
    waiting = [(values[n], n, 0) for n in range(len(values)) if values[n] > least]
    while waiting and len(kept) < most:
        # In each round, since a score that fell has another place.
        waiting.sort(key=lambda one: (-one[0], one[1]))
        score, number, seen = waiting.pop(0)
        before = score
        is_out = False
        # From the latest back, as TensorFlow: to the bit the product of the falls depends on
        # their order.
        for other in reversed(kept[seen:]):
            shared = np.float32(overlap(corners[number], corners[other]))
            score = np.float32(score * np.exp(scale * shared * shared)) if soft > 0 else score
            # Where scores fall, TensorFlow does not ask for the share of overlap.
            if (soft <= 0 and shared > threshold) or score <= least:
                is_out = True
                break
        if is_out:
            continue
        if score == before:
            kept.append(number)
            chances.append(float(score))
        else:
            # It fell, so that others may be better now; what it was compared with need not come
            # again.
            waiting.append((score, number, len(kept)))
    return kept, chances


@as_it_is
def non_max_suppression_padded(
    boxes: TensorLike,
    scores: TensorLike,
    max_output_size: Any,
    iou_threshold: float = 0.5,
    score_threshold: float = float("-inf"),
    pad_to_max_output_size: bool = False,
    name: str | None = None,
    sorted_input: bool = False,
    canonicalized_coordinates: bool = False,
    tile_size: int = 512,
) -> tuple[Tensor, Tensor]:
    """The numbers of the best boxes, zeros behind them if they are padded, and how many there are.

    Args:
        boxes: Floats of shape (boxes, 4).
        scores: Floats of shape (boxes,).
        max_output_size: How many at most.
        iou_threshold: As for `non_max_suppression`. Defaults to `0.5`.
        score_threshold: As for `non_max_suppression`. Defaults to none.
        pad_to_max_output_size: Whether the result has that length. Defaults to `False`.
        name: Taken, and of no effect.
        sorted_input: Taken, and of no effect.
        canonicalized_coordinates: Taken, and of no effect.
        tile_size: Taken, and of no effect.
    """
    corners, values, most = _floats(boxes), _floats(scores), int(array(max_output_size))
    if corners.ndim > 2:
        raise ValueError(f"Expected boxes of shape (boxes, 4). Received: {corners.shape}.")
    kept, _ = _soft(corners, values, most, float(iou_threshold), float(score_threshold), 0.0)
    count = np.array(len(kept), np.int32)
    kept += [0] * (most - len(kept)) if pad_to_max_output_size else []
    return tensor(np.array(kept, np.int32)), tensor(count)


@as_it_is
def combined_non_max_suppression(
    boxes: TensorLike,
    scores: TensorLike,
    max_output_size_per_class: Any,
    max_total_size: Any,
    iou_threshold: float = 0.5,
    score_threshold: float = float("-inf"),
    pad_per_class: bool = False,
    clip_boxes: bool = True,
    name: str | None = None,
) -> CombinedNonMaxSuppression:
    """The best boxes of each class of each picture, zeros behind them.

    Args:
        boxes: Floats of shape (pictures, boxes, classes or 1, 4).
        scores: Floats of shape (pictures, boxes, classes).
        max_output_size_per_class: How many at most of a class.
        max_total_size: How many at most of a picture.
        iou_threshold: As for `non_max_suppression`. Defaults to `0.5`.
        score_threshold: As for `non_max_suppression`. Defaults to none.
        pad_per_class: Whether the result has no more places than the classes can fill. Defaults to
            `False`.
        clip_boxes: Whether corners are put between 0 and 1. Defaults to `True`.
        name: Taken, and of no effect.
    """
    corners, values = _floats(boxes), _floats(scores)
    most, total = int(array(max_output_size_per_class)), int(array(max_total_size))
    pictures, _, classes = values.shape
    places = min(total, most * classes) if pad_per_class else total
    made = np.zeros((pictures, places, 6), np.float32)
    counts = np.zeros(pictures, np.int32)
    for picture in range(pictures):
        found = []
        for one in range(classes):
            own = corners[picture, :, min(one, corners.shape[2] - 1)]
            chances = values[picture, :, one]
            limits = float(iou_threshold), float(score_threshold), 0.0
            for number in _soft(own, chances, most, *limits)[0]:
                found.append((chances[number], one, own[number]))
        found.sort(key=lambda row: -row[0])
        counts[picture] = min(len(found), places)
        for place, (score, one, box) in enumerate(found[:places]):
            made[picture, place] = [*(np.clip(box, 0, 1) if clip_boxes else box), score, one]
    parts = (made[..., :4], made[..., 4], made[..., 5], counts)
    return CombinedNonMaxSuppression(*map(tensor, parts))


@as_it_is
def non_max_suppression_overlaps(
    overlaps: Any,
    scores: TensorLike,
    max_output_size: Any,
    overlap_threshold: float = 0.5,
    score_threshold: float = float("-inf"),
    name: str | None = None,
) -> Tensor:
    """The numbers of the best boxes, of which all overlaps are known: a square matrix."""
    shares, values = _floats(overlaps), _floats(scores)
    kept: list[int] = []
    for number in np.argsort(-values, kind="stable").tolist():
        if values[number] <= score_threshold or len(kept) == int(array(max_output_size)):
            break
        if all(shares[number, other] <= overlap_threshold for other in kept):
            kept.append(number)
    return tensor(np.array(kept, np.int32))


def _floats(values: Any) -> np.ndarray:
    return np.asarray(array(values), np.float32)
