"""Folds and bootstraps: which rows each member trains on, and which it never sees."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple, cast

import numpy as np

from onefit.errors import PopulationError


class Part(NamedTuple):
    """Rows of one fold or replica.

    Args:
        train: Rows to train on, in the order in which they are given to `fit`.
        held: Rows that are kept from it.
        valid: Those of them that it is validated on after each epoch; `None` for no validation.
    """

    train: np.ndarray
    held: np.ndarray
    valid: np.ndarray | None


def folds_of(
    folds: Any, rows: int, targets: Any, *, stratify: bool, groups: Any, seed: int
) -> list[Part]:
    """The folds of a cross-validation.

    Args:
        folds: How many, or an object with scikit-learn's `split`, or pairs of row numbers.
        rows: How many rows there are.
        targets: The targets, of shape `(rows, ...)`, or `None`.
        stratify: Whether each fold gets each class in its proportion.
        groups: A group for each row, none of which is split; or `None`.
        seed: Decides who falls into which fold.

    Returns:
        A `Part` a fold. The rows of a part are in ascending order.

    Raises:
        PopulationError: If there cannot be such folds.

    >>> parts = folds_of(3, 7, None, stratify=False, groups=None, seed=0)
    >>> [len(part.held) for part in parts]
    [3, 2, 2]
    """
    groups = _groups(groups, rows)
    if hasattr(folds, "split"):
        classes = None if targets is None else labels(targets)
        pairs = folds.split(np.zeros(rows), classes, groups)
        return _given(pairs, rows)
    if isinstance(folds, bool) or not isinstance(folds, (int, np.integer)):
        return _given(cast(Any, folds), rows)
    if folds < 2 or folds > rows:
        raise PopulationError(
            f"Expected `folds` from 2 to the number of rows, {rows}. Received: {folds}."
        )
    if groups is not None:
        return _grouped(int(folds), rows, targets, stratify, groups, seed)
    if stratify:
        return _stratified(int(folds), targets, seed)
    order = np.random.RandomState(seed).permutation(rows)
    return _parts(_cut(order, int(folds)), rows)


def bootstraps(count: int, rows: int, groups: Any, seeds: list[int]) -> list[Part]:
    """Rows drawn with replacement, as many as there are; those that were not drawn are held out.

    With `groups`, whole groups are drawn, as many as there are.

    Replicas leave out different numbers of rows. So that all can share a program, each is validated
    on as many as the one that leaves out the fewest, drawn from its own.

    Raises:
        PopulationError: If the groups do not belong to the rows, or there is only one.

    >>> part, = bootstraps(1, 5, None, [0])
    >>> part.train.tolist(), part.held.tolist()
    ([4, 0, 3, 3, 3], [1, 2])
    """
    groups = _groups(groups, rows)
    names = None if groups is None else np.unique(groups)
    if names is not None and len(names) < 2:
        raise PopulationError(
            "Expected `groups` with at least two groups to draw from. Received: one group. "
            "Leave `groups` out to draw single rows."
        )
    drawn_rows = []
    for seed in seeds:
        source = np.random.RandomState(seed)
        if names is None or groups is None:
            train = source.randint(0, rows, size=rows)
        else:
            drawn = names[source.randint(0, len(names), size=len(names))]
            train = np.concatenate([np.flatnonzero(groups == name) for name in drawn])
        out = np.setdiff1d(np.arange(rows), train)
        drawn_rows.append((train, out, source.permutation(out)))
    fewest = min(len(out) for _, out, _ in drawn_rows)
    return [
        Part(train, out, np.sort(mixed[:fewest]) if fewest else None)
        for train, out, mixed in drawn_rows
    ]


def labels(targets: Any) -> np.ndarray:
    """One class a row: from class numbers, from one column, or from one-hot columns."""
    if isinstance(targets, (dict, list, tuple)):
        raise PopulationError(
            "Expected one target to stratify by. Received: several outputs. Give `folds` as pairs "
            "of row numbers."
        )
    found = np.asarray(targets)
    if found.ndim == 2 and found.shape[1] > 1:
        return found.argmax(1)
    return found.reshape(len(found))


def _stratified(folds: int, targets: Any, seed: int) -> list[Part]:
    """Deal the rows of each class to the folds one by one, going on where the last class ended."""
    classes = _rare_enough(folds, targets)
    source, of = np.random.RandomState(seed), np.empty(len(classes), int)
    start = 0
    for name in np.unique(classes):
        rows = source.permutation(np.flatnonzero(classes == name))
        of[rows] = (start + np.arange(len(rows))) % folds
        start += len(rows)
    return _parts([np.flatnonzero(of == fold) for fold in range(folds)], len(classes))


def _rare_enough(folds: int, targets: Any) -> np.ndarray:
    if targets is None:
        raise PopulationError("Expected `y` to stratify by. Received: no `y`.")
    classes = labels(targets)
    names, counts = np.unique(classes, return_counts=True)
    if len(names) > len(classes) // 2:
        raise PopulationError(
            f"Expected classes to stratify by. Received: {len(names)} different targets in "
            f"{len(classes)} rows. Leave `stratify` out for a regression."
        )
    if counts.min() < folds:
        raise PopulationError(
            f"Expected at most as many folds as the rarest class has rows. Received: {folds} folds "
            f"and class {names[counts.argmin()]} with {counts.min()} rows. Use fewer folds, or "
            "leave `stratify` out."
        )
    return classes


def _grouped(
    folds: int, rows: int, targets: Any, stratify: bool, groups: np.ndarray, seed: int
) -> list[Part]:
    """Give whole groups to the folds, the largest first, each to the fold with the fewest rows."""
    names, number = np.unique(groups, return_inverse=True)
    if len(names) < folds:
        raise PopulationError(
            f"Expected at least as many groups as folds. Received: {len(names)} groups and {folds} "
            "folds."
        )
    if stratify:
        classes = _rare_enough(folds, targets)
        kinds = np.unique(classes, return_inverse=True)[1]
    else:
        kinds = np.zeros(rows, int)
    table = np.zeros((len(names), kinds.max() + 1))
    np.add.at(table, (number, kinds), 1)
    order = np.random.RandomState(seed).permutation(len(names))
    order = order[np.argsort(-table[order].sum(1), kind="stable")]
    filled = np.zeros((folds, table.shape[1]))
    of = np.empty(len(names), int)
    for name in order:
        after = ((filled + table[name]) ** 2).sum(1) - (filled**2).sum(1)
        of[name] = after.argmin()
        filled[of[name]] += table[name]
    return _parts([np.flatnonzero(of[number] == fold) for fold in range(folds)], rows)


def _groups(groups: Any, rows: int) -> np.ndarray | None:
    if groups is None:
        return None
    found = np.asarray(groups)
    if found.shape != (rows,):
        raise PopulationError(
            f"Expected `groups` of shape ({rows},), one for each row. Received: {found.shape}."
        )
    return found


def _cut(order: np.ndarray, folds: int) -> list[np.ndarray]:
    return [np.sort(part) for part in np.array_split(order, folds)]


def _parts(held: list[np.ndarray], rows: int) -> list[Part]:
    return [Part(np.setdiff1d(np.arange(rows), part), part, part) for part in held]


def _given(pairs: Iterable[Any], rows: int) -> list[Part]:
    """Pairs of row numbers, as a splitter of scikit-learn or the user gives them."""
    try:
        parts = [
            Part(np.asarray(train), np.asarray(held), np.asarray(held)) for train, held in pairs
        ]
    except (TypeError, ValueError) as error:
        raise PopulationError(
            "Expected `folds` to be a number, a splitter of scikit-learn, or pairs of row numbers "
            f"(train, held out). Received: {error}"
        ) from error
    for part in parts:
        for name, found in (("train", part.train), ("held out", part.held)):
            wrong = found.size == 0 or found.dtype.kind not in "iu"
            if wrong or found.min() < 0 or found.max() >= rows:
                raise PopulationError(
                    f"Expected row numbers from 0 to {rows - 1} to {name}. Received: an array of "
                    f"{found.dtype}, {found.size} long."
                )
    if not parts:
        raise PopulationError("Expected at least one fold. Received: none.")
    return parts
