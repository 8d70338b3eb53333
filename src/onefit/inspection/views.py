"""Views of a network for a report: what it gets wrong, how sure it is, what it looks for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from onefit.inspection.answers import Answers, answers
from onefit.inspection.names import ClassNames
from onefit.inspection.pictures import filters, grey, picture_shape
from onefit.inspection.rows import Rows
from onefit.reports.scales import short
from onefit.reports.views import Calibration, Confusion, Mistake, Mistakes, Scatter, Views
from onefit.runs.words import counted

if TYPE_CHECKING:
    from keras import Model

MOST_CLASSES = 30
"""Classes of a confusion matrix: larger ones are read by nobody."""

ENOUGH_ROWS = 100
"""Rows below which a calibration curve shows chance more than the network."""

BINS = 10
MOST_POINTS = 500
MOST_PICTURES, MOST_MISTAKES, MOST_VALUES = 18, 10, 8


def views(model: Model, rows: Rows, class_names: ClassNames = None) -> Views:
    """Everything that can be seen of a network on these rows, but for the plane.

    Args:
        model: A `keras.Model`.
        rows: The rows that it is judged on.
        class_names: The names of the classes, or a dict with those of each output. Defaults to
            `None`, their numbers.
    """
    shape = picture_shape(rows.table)
    found = [_of_output(told, rows, shape) for told in answers(model, rows, class_names)]
    several = Views(rows.judged_on, rows.count, "", outputs=found, whole=rows.whole)
    whole = found[0] if len(found) == 1 else several
    whole.filters = filters(model, shape)
    return whole


def _of_output(told: Answers, rows: Rows, shape: tuple[int, ...] | None) -> Views:
    """What one output makes of the rows."""
    found = Views(rows.judged_on, rows.count, told.task, name=told.name, whole=rows.whole)
    if told.remark:
        found.remarks.append(told.remark)
    if told.task and not len(told.true):
        found.remarks.append("The targets are not numbers of classes, so nothing is counted.")
    elif told.task:
        kept = _finite(told)
        if len(kept) < rows.count:
            lost = counted(rows.count - len(kept), "row")
            found.remarks.append(f"Left out: {lost} with a NaN or an infinite number.")
        if len(kept):
            _add(found, told, kept, rows, shape)
    return found


def _finite(told: Answers) -> np.ndarray:
    """The places of the rows whose answer, and what would be right, are finite numbers.

    A network that has diverged answers NaN. No mean survives one, and the largest of several NaNs
    is the first: all such rows would be counted as sure answers of class 0.
    """
    sound = np.isfinite(told.told.reshape(len(told.told), -1)).all(axis=1) & np.isfinite(told.true)
    return np.flatnonzero(sound)


def _add(
    found: Views, told: Answers, kept: np.ndarray, rows: Rows, shape: tuple[int, ...] | None
) -> None:
    """Add what is seen of the rows at these places."""
    sound = replace(told, told=told.told[kept], true=told.true[kept])
    if told.task == "number":
        found.scatter = scatter(sound.told, sound.true)
        return
    if len(told.labels) <= MOST_CLASSES:
        found.confusion = confusion(sound)
    else:
        found.remarks.append(f"{len(told.labels)} classes are too many for a confusion matrix.")
    if len(kept) >= ENOUGH_ROWS:
        found.calibration = calibration(sound)
    else:
        count = f"there {'is' if len(kept) == 1 else 'are'} {counted(len(kept), 'row')}"
        found.remarks.append(f"A calibration curve needs {ENOUGH_ROWS} rows; {count}.")
    found.mistakes = mistakes(sound, rows, shape, kept)


def confusion(told: Answers) -> Confusion:
    """How often each class was taken for each.

    >>> told = Answers("binary", np.array([[0.2, 0.8], [0.9, 0.1]]), np.array([1, 1]), ["a", "b"])
    >>> confusion(told).counts
    [[0, 0], [1, 1]]
    """
    counts = np.zeros((len(told.labels),) * 2, int)
    np.add.at(counts, (told.true, told.classes), 1)
    return Confusion(told.labels, counts.tolist())


def calibration(told: Answers) -> Calibration:
    """How often it was so, against how sure the network was, in bins of equal width.

    The error is the expected calibration error of Naeini, Cooper and Hauskrecht (2015). A binary
    classifier is asked about its second class, others about their answer.
    """
    if told.task == "binary":
        about, sure, right = told.labels[1], told.told[:, 1], told.true == 1
    else:
        about, sure, right = "its answer", told.sure, told.true == told.classes
    # A probability of 1 belongs into the last bin: there is none from 1 on.
    places = np.minimum((sure * BINS).astype(int), BINS - 1)
    view = Calibration(about, [], [], [], 0.0)
    for place in range(BINS):
        here = places == place
        if not here.any():
            continue
        view.sure.append(float(sure[here].mean()))
        view.right.append(float(np.asarray(right)[here].mean()))
        view.rows.append(int(here.sum()))
        view.error += abs(view.sure[-1] - view.right[-1]) * view.rows[-1] / len(sure)
    return view


def mistakes(
    told: Answers, rows: Rows, shape: tuple[int, ...] | None, places: np.ndarray
) -> Mistakes:
    """The rows that were answered wrongly, the surest first.

    Args:
        told: The answers.
        rows: The rows.
        shape: The shape of a row that is a picture; `None` for others.
        places: The place among the rows of each answer.
    """
    wrong = np.flatnonzero(told.classes != told.true)
    # Of equally sure ones the first row comes first, whatever the machine's way of sorting.
    wrong = wrong[np.argsort(-told.sure[wrong], kind="stable")]
    table = rows.table
    view = Mistakes(len(wrong), [], [])
    if table is not None and shape is None and table.ndim == 2:
        view.names = rows.names[:MOST_VALUES]
    for at in wrong[: MOST_PICTURES if shape else MOST_MISTAKES]:
        true, answer = told.labels[told.true[at]], told.labels[told.classes[at]]
        row = places[at]
        number = int(row) * rows.stride
        one = Mistake(number, true, answer, float(told.sure[at]))
        if table is not None and shape is not None:
            one.picture = grey(table[row].reshape(shape), table, f"row {number}")
        elif table is not None and view.names:
            one.values = [_word(value) for value in table[row][:MOST_VALUES]]
        view.surest.append(one)
    return view


def _word(value: Any) -> str:
    return short(float(value)) if np.issubdtype(type(value), np.number) else str(value)


def scatter(told: np.ndarray, true: np.ndarray) -> Scatter:
    """Predictions of a number against the truth.

    >>> scatter(np.array([1.0, 3.0]), np.array([1.0, 2.0])).mean_error
    0.5
    """
    stride = max(1, -(-len(true) // MOST_POINTS))
    spread = float(np.sum((true - true.mean()) ** 2))
    explained = 1 - float(np.sum((true - told) ** 2)) / spread if spread else 0.0
    return Scatter(
        "", true[::stride].tolist(), told[::stride].tolist(), len(true),
        float(np.mean(np.abs(true - told))), explained,
    )  # fmt: skip
