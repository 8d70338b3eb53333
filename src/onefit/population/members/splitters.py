"""Folds from outside: those of a splitter, as scikit-learn's are, and those that a user gives."""

from __future__ import annotations

from typing import Any

import numpy as np

from onefit.errors import PopulationError
from onefit.population.members.checks import shown
from onefit.population.members.classes import labels

Pair = tuple[np.ndarray, np.ndarray]  # rows to train on, rows to hold out


def pairs_of(
    folds: Any, rows: int, targets: Any, *, stratify: bool, groups: np.ndarray | None
) -> list[Pair]:
    """The pairs of row numbers that a splitter or the user gives.

    Args:
        folds: An object with scikit-learn's `split`; or pairs (train, held out), each side row
            numbers, or a mask with a bool for each row.
        rows: How many rows there are.
        targets: The targets, of shape `(rows, ...)`, or `None`.
        stratify: Whether the user asked for each class in its proportion.
        groups: A group for each row, none of which may be on both sides; or `None`.

    Raises:
        PopulationError: If there cannot be such folds.

    >>> pairs_of([([True, True, False], [2])], 3, None, stratify=False, groups=None)
    [(array([0, 1]), array([2]))]
    """
    kind = type(folds)
    # By the name: scikit-learn has no other mark for it.
    stratifies = any("Stratified" in each.__name__ for each in kind.__mro__)
    splits = callable(getattr(folds, "split", None)) and not isinstance(folds, (str, bytes))
    if isinstance(folds, type):
        raise PopulationError(
            f"Expected `folds` to be a splitter. Received: the class {folds.__name__} itself. "
            f"Call it: `{folds.__name__}(...)`."
        )
    if stratify and not (splits and stratifies):
        raise PopulationError(
            f"Expected a number of `folds` with `stratify`. Received: {_named(folds)}, which says "
            "itself who falls into which fold. Use scikit-learn's StratifiedKFold, or leave "
            "`stratify` out."
        )
    pairs = _pairs(_split(folds, rows, targets, groups) if splits else folds, rows)
    if groups is not None:
        _check_whole(pairs, groups, folds)
    return pairs


def _check_whole(pairs: list[Pair], groups: np.ndarray, folds: Any) -> None:
    """Refuse folds that have a group on both sides."""
    for number, (train, held) in enumerate(pairs):
        torn = np.intersect1d(groups[train], groups[held]).tolist()
        if torn:
            raise PopulationError(
                f"Expected folds that keep `groups` whole. Received: {_named(folds)}, whose fold "
                f"{number} has group {torn[0]!r} on both sides. Use scikit-learn's GroupKFold, or "
                "give `folds` as a number."
            )


def _split(splitter: Any, rows: int, targets: Any, groups: np.ndarray | None) -> list[Any]:
    """The pairs of a splitter."""
    classes = _classes_for(splitter, targets)
    # scikit-learn warns where it is given groups that a splitter does not look at.
    told = groups if not _is_scikits(splitter) or "Group" in type(splitter).__name__ else None
    try:
        # Only the number of rows is told: no splitter of scikit-learn looks at the inputs.
        return list(splitter.split(np.zeros(rows), classes, told))
    except Exception as error:  # a splitter may be the user's own, and fail in any way
        raise PopulationError(
            f"Expected a splitter that divides these {rows} rows. Received: {_named(splitter)}, "
            f"which says: {str(error).rstrip('.')}. Change it, or give `folds` as a number or as "
            "pairs of row numbers."
        ) from error


def _classes_for(splitter: Any, targets: Any) -> np.ndarray | None:
    """What a splitter is told of the targets: nothing where it does not look at them."""
    if targets is None:
        return None
    if _is_scikits(splitter):
        return labels(targets) if "Stratified" in type(splitter).__name__ else None
    if isinstance(targets, (dict, list, tuple)):
        return None
    try:
        return labels(targets)
    except PopulationError:  # a splitter of the user's own may know what to do with them
        return np.asarray(targets)


def _is_scikits(splitter: Any) -> bool:
    """Whether a splitter is scikit-learn's own, whose name tells what it looks at."""
    return type(splitter).__module__.startswith("sklearn.")


def _named(folds: Any) -> str:
    """What was given as folds, in a few words."""
    return "pairs of row numbers" if isinstance(folds, (list, tuple)) else shown(folds)


def _pairs(given: Any, rows: int) -> list[Pair]:
    """Pairs of row numbers, from whatever is said to be pairs."""
    try:
        # These can be gone through as well, letter by letter and key by key.
        if isinstance(given, (str, bytes, dict)):
            raise TypeError
        sides = [(train, held) for train, held in given]
    except (TypeError, ValueError) as error:
        raise PopulationError(
            "Expected `folds` to be a number, a splitter of scikit-learn, or pairs of row numbers "
            f"(train, held out). Received: {shown(given)}. Give a whole number, such as 5."
        ) from error
    if not sides:
        raise PopulationError(
            "Expected at least one fold. Received: none. Leave `folds` out to train on all rows."
        )
    pairs = [
        (_numbers(train, rows, "train"), _numbers(held, rows, "hold out")) for train, held in sides
    ]
    for number, (train, held) in enumerate(pairs):
        both = np.intersect1d(train, held)
        if len(both):
            raise PopulationError(
                "Expected pairs of row numbers, (train, held out), without a row on both sides. "
                f"Received: `folds` whose pair {number} has {len(both)} of them, row {both[0]} "
                "first. Leave them out of one side: a fold is judged by rows it never saw."
            )
    return pairs


def _numbers(side: Any, rows: int, use: str) -> np.ndarray:
    """Row numbers, from numbers or from a mask with a bool for each row."""
    try:
        found = np.asarray(side)
    except ValueError:  # lists of several lengths
        found = np.empty((), object)
    if found.dtype == bool and found.shape == (rows,):
        found = np.flatnonzero(found)
    wrong = found.ndim != 1 or found.size == 0 or found.dtype.kind not in "iu"
    if wrong or found.min() < 0 or found.max() >= rows:
        span = "" if wrong else f", from {found.min()} to {found.max()}"
        raise PopulationError(
            f"Expected row numbers from 0 to {rows - 1} to {use}, or a mask of {rows} bools. "
            f"Received: {found.dtype} of shape {found.shape}{span}. Give `folds` as pairs (train, "
            "held out)."
        )
    return found
