"""The classes of targets: what rows are stratified by, and weighed by."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from onefit.errors import PopulationError


def labels(targets: Any) -> np.ndarray:
    """One class a row: from class numbers, from one column, or from one-hot columns.

    Raises:
        PopulationError: If the rows have no classes, or more than one each.

    >>> labels(np.array([[0, 1], [1, 0]])).tolist(), labels(np.array([[3], [5]])).tolist()
    ([1, 0], [3, 5])
    """
    if isinstance(targets, (dict, list, tuple)):
        raise PopulationError(
            "Expected one target to stratify by. Received: several outputs. Give `folds` as pairs "
            "of row numbers."
        )
    found = np.asarray(targets)
    if found.dtype.kind == "f" and np.isnan(found).any():
        raise PopulationError(
            "Expected classes to stratify by. Received: NaN in `y`, in row "
            f"{int(np.argwhere(np.isnan(found))[0][0])}. Leave out the rows without a target."
        )
    if found.ndim > 2:
        raise PopulationError(
            "Expected one class a row to stratify by. Received: targets of shape "
            f"{found.shape[1:]}. Give `folds` as pairs of row numbers."
        )
    if found.ndim == 2 and found.shape[1] > 1:
        share = found.astype("float64")
        # With a margin for smoothed labels, which in 32 bit do not add up to 1 exactly.
        if share.min() < 0 or np.abs(share.sum(1) - 1).max() > 1e-3:
            raise PopulationError(
                "Expected one class a row to stratify by: class numbers, or one-hot columns. "
                f"Received: {found.shape[1]} columns that do not add up to 1 in every row. Give "
                "`folds` as pairs of row numbers."
            )
        return found.argmax(1)
    return found.reshape(len(found))


def check_weighable(y: Any, sample_weight: Any) -> None:
    """Refuse class weights where rows have no class, or have weights already."""
    if sample_weight is not None:
        raise PopulationError(
            "Expected either `sample_weight` or class weights. Received: both. Multiply them into "
            "one `sample_weight`."
        )
    if y is None or keras.tree.is_nested(y):
        got = "no `y`" if y is None else "several outputs"
        raise PopulationError(
            f"Expected one `y` of classes with class weights. Received: {got}. Give "
            "`sample_weight` instead."
        )


def check_named(y: Any, names: set[int]) -> None:
    """Refuse names of classes that no target has.

    >>> check_named(np.array([0, 1, 1]), {1, 7})
    Traceback (most recent call last):
    ...
    onefit.errors.PopulationError: Expected class weights for classes of `y`. Received: one for \
class 7; the rows have 0, 1. Leave it out, or look at `y`.
    """
    if not names:
        return
    check_weighable(y, None)
    known = _seen(y)
    unknown = sorted(names - known)
    if unknown:
        raise PopulationError(
            f"Expected class weights for classes of `y`. Received: one for class {unknown[0]}; the "
            f"rows have {_listed(known)}. Leave it out, or look at `y`."
        )


def _seen(y: Any) -> set[int]:
    """The classes that Keras sees in targets."""
    found = np.asarray(y)
    if found.ndim > 1 and found.shape[-1] != 1:
        found = found.argmax(-1)
    with np.errstate(invalid="ignore"):  # a target that is no number has no class
        # As Keras's `class_weight_to_sample_weights`: the largest column, or the rounded number.
        return set(np.unique(np.round(found).astype("int32")).tolist())


def _listed(classes: set[int]) -> str:
    """Classes as text, the first few of many."""
    names = [str(name) for name in sorted(classes)]
    return ", ".join(names if len(names) <= 10 else [*names[:10], f"... ({len(names)} in all)"])
