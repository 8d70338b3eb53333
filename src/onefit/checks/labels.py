"""Labels that the output cannot mean, and class weights for classes that there are not."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onefit.checks.case import Output
from onefit.checks.task import layer_for
from onefit.findings.finding import Finding

Labels = NDArray[Any]

ELEMENTWISE = (
    "mean_squared_error", "mean_absolute_error", "mean_squared_logarithmic_error",
    "mean_absolute_percentage_error", "huber", "log_cosh", "poisson", "binary_crossentropy",
    "binary_focal_crossentropy", "hinge", "squared_hinge",
)  # fmt: skip
"""Losses that compare each number of an output with one of y; the shorter one is stretched."""

ROWS_READ = 1_000_000
"""Rows of which sums are computed; of more, the first ones."""


def label_findings(
    loss: str, shape: Sequence[int | None], y: Labels, name: str = "y", ignored: float | None = None
) -> list[Finding]:
    """What in the labels does not go with the loss and the output.

    Args:
        loss: The name of the loss, as Keras's functions are named.
        shape: The shape of the output for a row; `()` where it is not known.
        y: Labels of shape `(rows, ...)`.
        name: What they are called. Defaults to `"y"`.
        ignored: The class number that the loss leaves out (its `ignore_class`). Defaults to `None`.

    >>> found = label_findings("sparse_categorical_crossentropy", (3,), np.array([1, 2, 3]))
    >>> found[0].evidence
    'y has labels from 1 to 3; an output of 3 units can mean 0 to 2'
    """
    if not y.size or not y.ndim:
        return []
    if y.dtype.kind not in "biuf":
        evidence = _of_words(y, name)
    else:
        known = tuple(size for size in shape if size is not None)
        sizes = known if len(known) == len(shape) else ()
        check = _CHECKS.get(loss)
        evidence = check(y, sizes, name, ignored) if check is not None else ""
        evidence = evidence or (of_sizes(y, sizes, name) if loss in ELEMENTWISE else "")
    if not evidence:
        return []
    grade = "" if "add up to" in evidence else "certain"
    fix = _fix(loss, y, tuple(shape), evidence)
    return [Finding("OF303", where=loss, evidence=evidence, grade=grade, fix=fix)]


def _fix(loss: str, y: Labels, shape: tuple[int | None, ...], evidence: str) -> str:
    """What to write, for these labels; `""` where that depends on what is meant."""
    units = shape[-1] if shape else None
    if y.dtype.kind not in "biuf":
        return "`classes, y = numpy.unique(y, return_inverse=True)`"
    if "for several labels a row" in evidence:
        return f'`Dense({units}, activation="sigmoid")` with `loss="binary_crossentropy"`'
    if ": use categorical_crossentropy" in evidence:
        return '`loss="categorical_crossentropy"`'
    if ": use sparse_categorical_crossentropy" in evidence:
        return '`loss="sparse_categorical_crossentropy"`'
    values = np.unique(y[:ROWS_READ])
    whole = bool((values == np.floor(values)).all()) and y.size == len(y)
    if whole and loss.startswith("sparse") and (units or 0) > 1:
        if values[0] == 1 and values[-1] == units:
            return "`y = y - 1`"
        if len(values) <= (units or 0):
            return "`y = np.unique(y, return_inverse=True)[1]`"
    if whole and " has labels " in evidence and len(values) == 2:
        if "hinge" in loss:
            return f"`y = np.where(y == {values[1]:g}, 1, -1)`"
        return f"`y = (y == {values[1]:g}).astype(int)`"
    known = tuple(one for one in shape if one is not None)
    if len(known) != 1:
        return ""
    return f"let the last layer be {layer_for(Output(y=y, loss=loss, shape=known))}"


def _of_words(y: Labels, name: str) -> str:
    first = y.flat[0]
    if y.dtype.kind in "US" or isinstance(first, str | bytes):
        return (
            f"{name} has words, such as {first!s:.20}; a loss compares numbers: "
            "numpy.unique(y, return_inverse=True) gives the classes and a number for each row"
        )
    return ""


def _of_class_numbers(y: Labels, sizes: tuple[int, ...], name: str, ignored: float | None) -> str:
    units = sizes[-1] if sizes else 0
    if units > 1 and y.shape[1:] == sizes:
        return (
            f"{name} is one-hot; sparse_categorical_crossentropy expects class numbers: "
            "use categorical_crossentropy"
        )
    if y.dtype.kind == "f" and np.any(y[:ROWS_READ] != np.floor(y[:ROWS_READ])):
        return f"{name} has numbers such as {_broken(y):g}, which are no class numbers"
    seen = y if ignored is None else y[y != ignored]
    if units and seen.size and (seen.min() < 0 or seen.max() >= units):
        can = f"0 to {units - 1}" if units > 1 else "0 only"
        noun = "unit" if units == 1 else "units"
        return f"{name} has labels {_span(seen)}; an output of {units} {noun} can mean {can}"
    return ""


def _broken(y: Labels) -> float:
    """The first number that is not whole."""
    flat = y[:ROWS_READ].reshape(-1)
    return float(flat[np.argmax(flat != np.floor(flat))])


def _of_one_hot(y: Labels, sizes: tuple[int, ...], name: str, ignored: float | None) -> str:
    units, width = (sizes[-1] if sizes else 0), y.size // len(y)
    if units == 1:
        return (
            "with one unit categorical_crossentropy is 0 whatever the weights are: use "
            'Dense(1, activation="sigmoid") and binary_crossentropy'
        )
    if units > 1 and width == 1:
        return (
            f"{name} has one class number a row; categorical_crossentropy expects one-hot rows: "
            "use sparse_categorical_crossentropy"
        )
    if units > 1 and y.shape[1:] == sizes:
        sums = y[:ROWS_READ].sum(axis=-1, dtype=float)
        sums = sums if y.ndim == 2 else sums[sums != 0]  # steps of a sequence that are filled up
        if y.min() < 0 or np.any(np.abs(sums - 1) > 0.01):
            return (
                f"the numbers of a row of {name} add up to {_span(sums, 'between')}; "
                "categorical_crossentropy expects them to add up to 1: for several labels a row "
                'use activation="sigmoid" and binary_crossentropy'
            )
    return ""


def _of_binary(y: Labels, sizes: tuple[int, ...], name: str, ignored: float | None) -> str:
    if y.min() < 0 or y.max() > 1:
        return f"{name} has labels {_span(y)}; binary_crossentropy expects 0 to 1"
    return ""


def _of_hinge(y: Labels, sizes: tuple[int, ...], name: str, ignored: float | None) -> str:
    if np.isin(y, (-1, 0, 1)).all():
        return ""
    return f"{name} has labels {_span(y)}; hinge losses expect -1 and 1, or 0 and 1"


def _of_shares(y: Labels, sizes: tuple[int, ...], name: str, ignored: float | None) -> str:
    if y.min() < 0 or y.max() > 1:
        return f"{name} has numbers {_span(y)}; kl_divergence expects probabilities"
    return ""


def _of_counts(y: Labels, sizes: tuple[int, ...], name: str, ignored: float | None) -> str:
    return f"{name} has numbers {_span(y)}; this loss expects none below 0" if y.min() < 0 else ""


def of_sizes(y: Labels, sizes: tuple[int, ...], name: str) -> str:
    """Whether JAX would stretch the labels, or the output, to the size of the other."""
    width, wanted = math.prod(y.shape[1:]), math.prod(sizes)
    if not sizes or width == wanted:
        return ""
    return f"{name} has {_numbers(width)} a row, the output has {_numbers(wanted)}"


def _numbers(count: int) -> str:
    return f"{count} number{'' if count == 1 else 's'}"


def _span(y: Labels, word: str = "from") -> str:
    low, high = f"{y.min():g}", f"{y.max():g}"
    if low == high:
        return f"{low}" if word == "between" else f"that are all {low}"
    return f"{word} {low} {'and' if word == 'between' else 'to'} {high}"


_CHECKS: dict[str, Callable[[Labels, tuple[int, ...], str, float | None], str]] = {
    "sparse_categorical_crossentropy": _of_class_numbers,
    "categorical_crossentropy": _of_one_hot,
    "categorical_focal_crossentropy": _of_one_hot,
    "binary_crossentropy": _of_binary,
    "binary_focal_crossentropy": _of_binary,
    "hinge": _of_hinge,
    "squared_hinge": _of_hinge,
    "kl_divergence": _of_shares,
    "poisson": _of_counts,
    "mean_squared_logarithmic_error": _of_counts,
}


def weight_findings(weights: Mapping[Any, float], y: Labels) -> list[Finding]:
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
