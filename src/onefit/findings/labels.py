"""Labels that the output cannot mean, and class weights for classes that there are not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onefit.findings.finding import Finding


def label_findings(loss: str, units: int, y: NDArray[Any]) -> list[Finding]:
    """What in the labels does not go with the loss and the output.

    Args:
        loss: The name of the loss, as Keras's functions are named.
        units: How many numbers the network answers for a row; 0 where it is not known.
        y: Labels of shape `(rows,)` or `(rows, outputs)`.

    >>> print(label_findings("sparse_categorical_crossentropy", 3, np.array([1, 2, 3]))[0].evidence)
    y has labels from 1 to 3; an output of 3 can mean 0 to 2
    """
    if not y.size or y.dtype.kind not in "biuf":
        return []
    width = y.size // len(y)
    evidence = ""
    if loss == "sparse_categorical_crossentropy":
        evidence = _of_class_numbers(units, y, width)
    elif loss == "categorical_crossentropy" and units > 1 and width == 1:
        evidence = (
            "y has one class number a row; categorical_crossentropy expects one-hot rows: "
            "use sparse_categorical_crossentropy"
        )
    elif loss == "binary_crossentropy" and (y.min() < 0 or y.max() > 1):
        evidence = f"y has labels {_span(y)}; binary_crossentropy expects 0 to 1"
    return [Finding("OF303", where=loss, evidence=evidence)] if evidence else []


def _of_class_numbers(units: int, y: NDArray[Any], width: int) -> str:
    if width > 1 and width == units:
        return (
            "y is one-hot; sparse_categorical_crossentropy expects class numbers: "
            "use categorical_crossentropy"
        )
    if width == 1 and units and (y.min() < 0 or y.max() >= units):
        return f"y has labels {_span(y)}; an output of {units} can mean 0 to {units - 1}"
    return ""


def _span(y: NDArray[Any]) -> str:
    return f"from {y.min():g} to {y.max():g}"


def weight_findings(weights: Mapping[Any, float], y: NDArray[Any]) -> list[Finding]:
    """Classes in `class_weight` that no row has.

    Args:
        weights: The weight of each class.
        y: Labels of shape `(rows,)`, or one-hot rows.

    >>> weight_findings({1: 1.0, 2: 5.0}, np.array([0, 1, 1]))[0].where
    'class_weight[2]'
    """
    if not y.size or y.dtype.kind not in "biuf":
        return []
    table = y.reshape(len(y), -1)
    there = table.argmax(axis=1) if table.shape[1] > 1 else table[:, 0]
    known = set(np.unique(there).tolist())
    return [
        Finding("OF304", where=f"class_weight[{name!r}]", evidence=_classes(known))
        for name in weights
        if name not in known
    ]


def _classes(known: set[Any]) -> str:
    named = ", ".join(f"{one:g}" for one in sorted(known)[:10])
    return f"the classes in y are {named}{', ...' if len(known) > 10 else ''}"
