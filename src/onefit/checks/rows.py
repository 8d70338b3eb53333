"""Checks of the rows: their order, repetitions, contradictions, and labels that disagree."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from onefit.checks.case import Array, Case, Output
from onefit.checks.curves import best_constant
from onefit.checks.task import some_rows, task_of
from onefit.findings import Finding
from onefit.runs.constants import constants

BY_CHANCE = 0.001
"""The chance of rows that were shuffled once to come in this order, below which it is told."""

MOST_NUMBERS = 1_000_000
MOST_LABELS = 2_000_000
NEIGHBOURS = 5
MOST_NEIGHBOURED = 1_000

FEW = 10
"""Rows of which none can be spared."""

LEARNED = 0.5
"""The share of a constant answer's loss below which something was learned."""

UNLIKE = 10.0
"""How many times as wide as the others a column is that was not made with them."""


def order(case: Case) -> Iterator[Finding]:
    """Classes that only the rows of `validation_split` have.

    Certain by a count, where shuffled rows would come like that once in a thousand times at most:
    n rows of a class all lie in the last share s with probability s ** n. Or where one class alone
    is left to train on, which it takes few rows for: then there is nothing to tell it from. Of
    numbers, where all of the last rows lie beyond those that are trained on, and so do the answers.
    """
    share = case.validation_split
    for output in case.outputs:
        y, valid = output.y, output.valid_y
        if not share or y is None or valid is None or not len(valid) or not len(y):
            continue
        if y.size > MOST_LABELS:
            continue
        task = task_of(y)
        if task.kind not in ("binary", "classes", "one-hot", "signed"):
            beyond = _beyond(case, output)
            yield from _drift(y, valid) if beyond is None else [beyond]
            continue
        seen, later = _classes(y), _classes(valid)
        unseen = [one for one in np.unique(later) if not (seen == one).any()]
        total = np.unique(np.concatenate([seen, later]))
        late = [one for one in unseen if share ** int((later == one).sum()) < BY_CHANCE]
        fix = "`order = np.random.permutation(len(x)); x, y = x[order], y[order]` before the fit"
        if unseen and len(np.unique(seen)) == 1:
            yield _one_class(seen, len(later), fix)
        elif late and len(total) > len(unseen):
            named = ", ".join(f"{one:g}" for one in late[:5])
            told = f"{len(late)} of the {len(total)} classes ({named}) are in the last {share:.0%} "
            told += "of the rows only: none of them is trained on, and all are validated on"
            yield Finding("OF522", "validation_split", told, "certain", fix)
        elif len(np.unique(later)) == 1 and _share(seen, later) ** len(later) < BY_CHANCE:
            told = f"all {len(later):,} rows of the last {share:.0%} are of class {later[0]:g}, "
            told += f"as are {np.mean(seen == later[0]):.0%} of the rows that are trained on"
            yield Finding("OF522", "validation_split", told, "certain", fix)
        elif _is_sorted(np.concatenate([seen, later])):
            told = "the rows are sorted by class"
            yield Finding("OF522", "validation_split", told, "hunch", fix)


def _one_class(seen: Array, later: int, fix: str) -> Finding:
    """That the rows before the last ones are of one class."""
    count = "the one row that is" if len(seen) == 1 else f"all {len(seen):,} rows that are"
    told = f"{count} trained on {'is' if len(seen) == 1 else 'are'} of class {seen[0]:g}, and the "
    told += f"other classes are among the last {later:,} alone: nothing can be told apart"
    few = "leave out `validation_split`: so few rows are all needed"
    return Finding("OF522", "validation_split", told, "certain", few if len(seen) < FEW else fix)


def _beyond(case: Case, output: Output) -> Finding | None:
    """That a column of the last rows is beyond all that is trained on, and nothing is right there.

    Shuffled rows do not come like that: one order in (N choose n) has the n largest at the end. It
    is told where the network has learned its rows, and is worse on the last ones than the best
    constant answer for them.
    """
    loss, later = (case.history.get(name, ()) for name in ("loss", "val_loss"))
    best, valid = best_constant(case), output.valid_y
    if not len(loss) or not len(later) or best is None or valid is None:
        return None
    last = constants({"loss": output.loss}, valid).get("loss")
    if last is None or not (loss[-1] < LEARNED * best.value and later[-1] > last.value):
        return None
    x, beyond = case.inputs.get("x"), case.valid_inputs.get("x")
    if x is None or beyond is None or beyond.ndim > 2 or len(beyond) < FEW or x.size > MOST_NUMBERS:
        return None
    table, after = x.reshape(len(x), -1), beyond.reshape(len(beyond), -1)
    above, below = after.min(axis=0) > table.max(axis=0), after.max(axis=0) < table.min(axis=0)
    if not (above | below).any():
        return None
    place = int(np.argmax(above | below))
    told = f"column {place} of x goes from {table[:, place].min():.4g} to "
    told += f"{table[:, place].max():.4g} in the rows of training, and from "
    told += f"{after[:, place].min():.4g} to {after[:, place].max():.4g} in the last ones, where "
    told += f"the loss ends at {later[-1]:.4g}; always answering {last.answer} gets "
    told += f"{last.value:.4g}"
    fix = "`order = np.random.permutation(len(x)); x, y = x[order], y[order]` before the fit; of a "
    fix += "series whose future is asked for, leave out the column that only grows"
    return Finding("OF522", "validation_split", told, "certain", fix)


def _drift(y: Array, valid: Array) -> Iterator[Finding]:
    """Targets whose mean on the last rows is far from that on the others: a hunch."""
    if y.dtype.kind not in "biuf" or not y.size or not np.isfinite(y.sum()) or len(valid) < 5:
        return
    away = abs(float(y.mean()) - float(valid.mean()))
    if y.size == len(y) and float(y.std()) and away > 2 * float(y.std()):
        told = f"y has mean {y.mean():.4g} in the rows of training, {valid.mean():.4g} in the last"
        yield Finding("OF522", "validation_split", told, "hunch")


def sorted_without_shuffle(case: Case) -> Iterator[Finding]:
    """Rows sorted by class that are trained on in that order: a hunch."""
    y = case.outputs[0].y if len(case.outputs) == 1 else None
    if case.shuffle or y is None or not task_of(y).is_classes or (case.batch or 0) >= len(y):
        return
    if any(one.settings.get("stateful") for one in case.layers):
        return
    if _is_sorted(_classes(y)):
        told = "the rows are sorted by class, and each batch has one class"
        yield Finding("OF522", "shuffle=False", told, "hunch", "`shuffle=True`")


def _classes(y: Array) -> Array:
    table = y.reshape(len(y), -1)
    found: Array = table.argmax(axis=1) if table.shape[1] > 1 else table[:, 0]
    return found


def _share(seen: Array, later: Array) -> float:
    """The share of the last rows' first class in all rows."""
    return float(np.mean(np.concatenate([seen, later]) == later[0]))


def _is_sorted(classes: Array) -> bool:
    """Whether classes change as seldom from row to row as they can, in at least fifty rows."""
    changes = int(np.count_nonzero(np.diff(classes)))
    return len(classes) >= 50 and 0 < changes <= 2 * (len(np.unique(classes)) - 1)


def conflicts(case: Case) -> Iterator[Finding]:
    """Rows with the same inputs and different targets.

    The best that can be is to answer the commonest target of each group: a count, told as a hunch,
    because data with few columns may well be like that.
    """
    x, y = _pair(case)
    if x is None or y is None or not task_of(y).is_classes or len(x) < 4:
        return
    groups = _groups(x)
    labels = np.unique(_classes(y), return_inverse=True)[1]
    counts = np.zeros((int(groups.max()) + 1, int(labels.max()) + 1), int)
    np.add.at(counts, (groups, labels), 1)
    best = counts.max(axis=1).sum() / len(x)
    if best < 0.95 and len(counts) > 1:
        told = f"rows with equal inputs have different labels: no accuracy above {best:.3f} is "
        told += "possible on these rows"
        yield Finding("OF523", "x and y", told, "hunch")


def leaks(case: Case) -> Iterator[Finding]:
    """Rows of the validation that are trained on: a hunch."""
    x, _ = _pair(case)
    if x is None:
        return
    valid = next(iter(case.valid_inputs.values()), None)
    if valid is not None and valid.shape[1:] == x.shape[1:] and 0 < valid.size <= MOST_NUMBERS:
        groups = _groups(np.concatenate([x, valid.astype(x.dtype, copy=False)]))
        known = np.isin(groups[len(x) :], groups[: len(x)])
        varied = len(np.unique(groups)) > 0.5 * len(groups)
        if known.mean() > 0.1 and (varied or known.mean() < 1) and len(valid) >= 10:
            told = f"{int(known.sum()):,} of {len(valid):,} rows of the validation are trained on"
            yield Finding("OF523", "validation", told, "hunch")


def given_away(case: Case) -> Iterator[Finding]:
    """A column, one of several, that is the target itself.

    That is a count, of at least twenty rows of which five or more have another target than the
    commonest one. It is a hunch where the column is like the others, since whoever tries something
    out takes one of them as the target; and certain where it is a class among numbers, or far wider
    or narrower than the others.
    """
    x, y = _pair(case)
    if x is None or y is None or y.size != len(y) or x.ndim != 2 or x.shape[1] < 2 or len(x) < 20:
        return
    labels = y.reshape(-1)
    few = slice(None, None, max(1, len(x) // 10))  # mostly they tell enough
    near = np.flatnonzero((x[few] == labels[few, None]).all(axis=0))
    equal = [int(one) for one in near if bool((x[:, one] == labels).all())]
    if not equal or len(x) - int(np.unique(labels, return_counts=True)[1].max()) < 5:
        return
    place, name = equal[0], next(iter(case.inputs))
    named: Sequence[str] = case.columns.get(name, ())
    shown = repr(named[place]) if place < len(named) else str(place)
    told = f"column {shown} is the target itself, in each of {len(x):,} rows: nothing else has to "
    told += "be learned, and where the target is not known yet the column is not either"
    grade = "certain" if _is_unlike(x, equal) else "hunch"
    yield Finding("OF523", name, told, grade, "remove the column from the inputs")


def _is_unlike(x: Array, columns: list[int]) -> bool:
    """Whether columns are of another kind than the others: whole numbers, or of another scale."""
    some = some_rows(x, MOST_NEIGHBOURED)
    whole = (some == np.floor(some)).all(axis=0)
    widths = some.std(axis=0)
    others = np.setdiff1d(np.arange(x.shape[1]), columns)
    varied = others[widths[others] > 0]
    if not len(varied):
        return False
    apart = widths[columns[0]] / float(np.median(widths[varied]))
    return bool(whole[columns[0]] and not whole[varied].any()) or not 1 / UNLIKE < apart < UNLIKE


def _pair(case: Case) -> tuple[Array | None, Array | None]:
    """The inputs and the targets, where there is one of each and they are small."""
    x = next(iter(case.inputs.values())) if len(case.inputs) == 1 else None
    y = case.outputs[0].y if len(case.outputs) == 1 else None
    if x is None or x.size > MOST_NUMBERS or (y is not None and len(y) != len(x)):
        return None, None
    if not x.size or not np.isfinite(x.sum()) or (y is not None and y.dtype.kind not in "biuf"):
        return None, None
    return x, y


def _groups(x: Array) -> Array:
    """A number for each row, the same for equal rows."""
    table = np.ascontiguousarray(x.reshape(len(x), -1))
    lines = table.view(np.dtype((np.void, table.dtype.itemsize * table.shape[1]))).reshape(-1)
    found: Array = np.unique(lines, return_inverse=True)[1].reshape(-1)
    return found


def noisy(case: Case) -> Iterator[Finding]:
    """Rows whose label is that of none of their five nearest rows: a hunch.

    It is told from a tenth of the rows on, if most of the others agree with their neighbours.
    """
    x, y = _pair(case)
    task = task_of(y)
    if x is None or y is None or x.ndim != 2 or not task.is_classes or len(x) < 100:
        return
    x, labels = some_rows(x, MOST_NEIGHBOURED), _classes(some_rows(y, MOST_NEIGHBOURED))
    x = (x - x.mean(axis=0)) / np.where(x.std(axis=0) > 0, x.std(axis=0), 1.0)
    near = (x**2).sum(axis=1)[:, None] + (x**2).sum(axis=1)[None] - 2 * x @ x.T
    np.fill_diagonal(near, math.inf)
    nearest = np.argpartition(near, NEIGHBOURS, axis=1)[:, :NEIGHBOURS]
    agree = (labels[nearest] == labels[:, None]).mean(axis=1)
    alone = float(np.mean(agree == 0))
    if 0.05 < alone < 0.4 and float(np.mean(agree >= 0.8)) > 0.5:
        told = f"{alone:.0%} of the rows have the label of none of their {NEIGHBOURS} neighbours"
        yield Finding("OF527", "y", told, "hunch")
