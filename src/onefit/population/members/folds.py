"""Folds and bootstraps: which rows each member trains on, and which it never sees."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from onefit.errors import PopulationError
from onefit.population.members.checks import is_whole
from onefit.population.members.classes import labels
from onefit.population.members.free_memory import check_parts
from onefit.population.members.splitters import pairs_of


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


def counted(folds: Any, bootstrap: Any, rows: int) -> int:
    """How many parts of the rows there will be, as far as the arguments tell; else 1.

    >>> counted(5, None, 100), counted(None, 50, 100), counted([(0, 1)], None, 100)
    (5, 50, 1)
    """
    if bootstrap is not None:
        return int(bootstrap)
    return min(int(folds), rows) if is_whole(folds) else 1


def folds_of(
    folds: Any, rows: int, targets: Any, *, stratify: bool, groups: Any, seed: int
) -> list[Part]:
    """The folds of a cross-validation.

    Args:
        folds: How many, or an object with scikit-learn's `split`, or pairs of row numbers or of
            masks with a bool for each row.
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
    if not is_whole(folds):
        found = pairs_of(folds, rows, targets, stratify=stratify, groups=groups)
        return [Part(train, held, held) for train, held in found]
    if folds < 2 or folds > rows:
        raise PopulationError(
            f"Expected `folds` from 2 to the number of rows, {rows}. Received: {folds}. Use fewer "
            "folds, or more than one."
        )
    check_parts("folds", int(folds), rows)
    if groups is not None:
        return _grouped(int(folds), rows, targets, stratify, groups, seed)
    if stratify:
        return _stratified(int(folds), targets, seed)
    order = np.random.RandomState(seed).permutation(rows)
    return _parts(_cut(order, int(folds)), rows)


def bootstraps(count: int, rows: int, groups: Any, seeds: Sequence[int]) -> list[Part]:
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
    check_parts("bootstrap", count, rows)
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
        # Mixed, because only the first of them may be needed, and `out` is sorted.
        drawn_rows.append((train, out, source.permutation(out)))
    fewest = min(len(out) for _, out, _ in drawn_rows)
    return [
        Part(train, out, np.sort(mixed[:fewest]) if fewest else None)
        for train, out, mixed in drawn_rows
    ]


def _stratified(folds: int, targets: Any, seed: int) -> list[Part]:
    """Deal the rows of each class to the folds one by one, going on where the last class ended."""
    classes = _rare_enough(folds, targets)
    source, of = np.random.RandomState(seed), np.empty(len(classes), int)
    start = 0
    for name in np.unique(classes):
        rows = source.permutation(np.flatnonzero(classes == name))
        # Begun anew for each class, the first folds would get all the rows that are left over.
        of[rows] = (start + np.arange(len(rows))) % folds
        start += len(rows)
    return _parts([np.flatnonzero(of == fold) for fold in range(folds)], len(classes))


def _rare_enough(folds: int, targets: Any) -> np.ndarray:
    if targets is None:
        raise PopulationError(
            "Expected `y` to stratify by. Received: no `y`. Give it, or leave `stratify` out."
        )
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
            "folds. Use fewer folds."
        )
    if stratify:
        classes = _rare_enough(folds, targets)
        kinds = np.unique(classes, return_inverse=True)[1]
    else:
        kinds = np.zeros(rows, int)
    table = np.zeros((len(names), kinds.max() + 1))
    np.add.at(table, (number, kinds), 1)
    order = np.random.RandomState(seed).permutation(len(names))
    # The largest first: they fit nowhere once the folds are nearly full. Those of one size stay in
    # the order that was drawn.
    order = order[np.argsort(-table[order].sum(1), kind="stable")]
    filled = np.zeros((folds, table.shape[1]))
    of = np.empty(len(names), int)
    for name in order:
        # The sum of the squares grows least where these classes are rarest so far.
        after = ((filled + table[name]) ** 2).sum(1) - (filled**2).sum(1)
        of[name] = after.argmin()
        filled[of[name]] += table[name]
    return _parts([np.flatnonzero(of[number] == fold) for fold in range(folds)], rows)


def _groups(groups: Any, rows: int) -> np.ndarray | None:
    """A group for each row, as an array whose values can be told apart and put in order."""
    if groups is None:
        return None
    try:
        found = np.asarray(groups)
    except ValueError:  # lists of several lengths
        found = np.empty((), object)
    if found.shape != (rows,):
        raise PopulationError(
            f"Expected `groups` of shape ({rows},), one for each row. Received: {found.shape}. "
            "Give each row the name of its group."
        )
    kinds = {type(name).__name__ for name in found.tolist()}
    try:
        if "NoneType" in kinds or bool((found != found).any()):
            raise PopulationError(
                "Expected a group for each row. Received: `groups` with None or NaN. Give those "
                "rows a group too, or leave them out."
            )
        np.unique(found)
    except TypeError as error:  # they have no order
        raise PopulationError(
            "Expected `groups` of one kind, text or numbers. Received: a mix of "
            f"{' and '.join(sorted(kinds))}. Make them all text."
        ) from error
    return found


def _cut(order: np.ndarray, folds: int) -> list[np.ndarray]:
    return [np.sort(part) for part in np.array_split(order, folds)]


def _parts(held: list[np.ndarray], rows: int) -> list[Part]:
    return [Part(np.setdiff1d(np.arange(rows), part), part, part) for part in held]
