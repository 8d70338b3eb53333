"""The answers of a network on rows: classes with probabilities, or numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from keras import Model, tree

from onefit.inspection.names import ClassNames, check
from onefit.inspection.rows import Rows
from onefit.training.observation.outputs import Output, outputs_of, values_of
from onefit.training.verbs.predict import predict

BATCH = 1024
"""Rows of a call."""

MOST_PARTS = 6
"""Numbers of an answer that are looked at one by one."""

UNKNOWN = np.zeros(0, int)
"""What is true of rows, where it is not known."""


@dataclass
class Answers:
    """What a network answers.

    Args:
        task: `"binary"`, `"classes"`, `"number"`, or `""` for what is none of them.
        told: Probabilities of shape `(rows, classes)`, or numbers of shape `(rows,)`.
        true: The true class numbers or numbers, of shape `(rows,)`; empty where not known.
        labels: The names of the classes.
        remark: Why there is no task, or what is left out. Defaults to `""`.
        name: The name of the output, where there are several. Defaults to `""`.
    """

    task: str
    told: np.ndarray
    true: np.ndarray
    labels: list[str]
    remark: str = ""
    name: str = ""

    @property
    def classes(self) -> np.ndarray:
        """The class that is answered, of each row; a binary answer is 1 above one half."""
        if self.task == "binary":
            return (self.told[:, 1] > 0.5).astype(int)
        return np.argmax(self.told, axis=1)

    @property
    def sure(self) -> np.ndarray:
        """The probability that the network gives to its answer."""
        return self.told[np.arange(len(self.told)), self.classes]


def answers(model: Model, rows: Rows, class_names: ClassNames = None) -> list[Answers]:
    """What a model answers on rows, and what would be right.

    There is an entry for each output, and for each number of an output that answers several numbers
    or several labels a row; of those the first `MOST_PARTS`.

    Args:
        model: A `keras.Model`, compiled so that the task can be told from its losses.
        rows: The rows.
        class_names: The names of the classes, or a dict with those of each output. Defaults to
            `None`, their numbers.
    """
    outputs = outputs_of(model)
    told = tree.flatten(predict(model, rows.x, batch_size=BATCH, verbose=0))
    if len(told) != len(outputs):
        remark = "The outputs of a subclassed model with several of them are not known by name."
        return [Answers("", np.zeros(0), UNKNOWN, [], remark)]
    true = values_of(rows.y, outputs)
    return [
        found
        for one, array, y in zip(outputs, told, true)
        for found in _of_output(one, array, y, _names(class_names, one))
    ]


def _names(class_names: ClassNames, output: Output) -> Sequence[str] | None:
    """The names of the classes of an output."""
    if isinstance(class_names, Mapping):
        return class_names.get(output.name)
    return class_names


def _of_output(
    output: Output, told: np.ndarray, y: Any, class_names: Sequence[str] | None
) -> list[Answers]:
    """What one output answers, number by number where it answers several that stand alone."""
    true = None if y is None else np.asarray(y)
    width = told.shape[1] if told.ndim == 2 else 1
    # A loss of categories reads a row's numbers as one answer, every other one each by itself.
    several = width > 1 and "categorical" not in output.loss
    if not several or (true is not None and true.shape != told.shape):
        return [_answers(output, told, true, class_names)]
    parts = []
    for place in range(min(width, MOST_PARTS)):
        named = class_names[place] if class_names and place < len(class_names) else str(place)
        part = replace(output, name=f"{output.name} {named}".strip())
        column = None if true is None else true[:, place]
        parts.append(_answers(part, told[:, place : place + 1], column, None))
    if width > MOST_PARTS:
        parts[-1].remark = f"The other {width - MOST_PARTS} numbers of an answer are not shown."
    return parts


def _answers(
    output: Output, told: np.ndarray, y: np.ndarray | None, class_names: Sequence[str] | None
) -> Answers:
    """What one output answers, and what would be right."""
    if told.ndim > 2:
        remark = f"An output of rank {told.ndim} is not looked at on its rows."
        return Answers("", np.zeros(0), UNKNOWN, [], remark, output.name)
    told = told.astype("float64").reshape(len(told), -1)
    task = task_of(output, told, y)
    if task == "number":
        true = UNKNOWN if y is None else y.reshape(len(y), -1)[:, 0]
        return Answers(task, told[:, 0], true.astype("float64"), [], "", output.name)
    if task == "":
        remark = f"What a network answers is not drawn for this loss: {output.loss or 'none'}."
        return Answers(task, told, UNKNOWN, [], remark, output.name)
    shares = _shares(output, told)
    count = shares.shape[1]
    if class_names is not None:
        check(class_names, count, output)  # the shape of a subclassed model is known only now
    labels = list(map(str, range(count) if class_names is None else class_names))
    return Answers(task, shares, _numbers(y, count), labels, "", output.name)


def task_of(output: Output, told: np.ndarray, y: np.ndarray | None) -> str:
    """What an output was trained for, by its loss and by its targets.

    >>> task_of(Output("", loss="binary_crossentropy"), np.zeros((3, 1)), np.array([0, 1, 1]))
    'binary'
    """
    if "crossentropy" not in output.loss:
        return "" if "hinge" in output.loss or not output.loss else "number"
    if y is not None and y.dtype.kind not in "biuf":
        return ""
    if "categorical" in output.loss:
        return "classes" if told.shape[1] > 1 else ""
    return "binary" if told.shape[1] == 1 else ""


def _shares(output: Output, told: np.ndarray) -> np.ndarray:
    """Probabilities of each class; a model that gives logits is one without its last function."""
    if told.shape[1] == 1:
        positive = 1 / (1 + np.exp(-told)) if output.logits else told
        return np.concatenate([1 - positive, positive], axis=1)
    if not output.logits:
        return told
    # The largest becomes exp(0): none is too large for a float.
    powers = np.exp(told - told.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def _numbers(y: np.ndarray | None, count: int) -> np.ndarray:
    """True class numbers, from numbers or from rows with a one; empty if they are neither."""
    if y is None or not len(y):
        return UNKNOWN
    y = y.reshape(len(y), -1)
    found = np.argmax(y, axis=1) if y.shape[1] == count else y[:, 0]
    # NaN is no whole number, and NumPy warns where it is made one.
    whole = np.round(np.nan_to_num(found, nan=-1.0, posinf=-1.0, neginf=-1.0)).astype(int)
    known = np.array_equal(whole, found) and whole.min() >= 0 and whole.max() < count
    return whole if known else UNKNOWN
