"""The answers of a network on rows: classes with probabilities, or numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from onefit.inspection.rows import Rows
from onefit.training.predict import predict

BATCH = 1024
"""Rows of a call."""


@dataclass
class Answers:
    """What a network answers.

    Args:
        task: `"binary"`, `"classes"`, `"number"`, or `""` for what is none of them.
        told: Probabilities of shape `(rows, classes)`, or numbers of shape `(rows,)`.
        true: The true class numbers or numbers, of shape `(rows,)`; empty where not known.
        labels: The names of the classes.
        remark: Why there is no task. Defaults to `""`.
    """

    task: str
    told: np.ndarray
    true: np.ndarray
    labels: list[str]
    remark: str = ""

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


def answers(model: Any, rows: Rows, class_names: Sequence[str] | None = None) -> Answers:
    """What a model answers on rows, and what would be right.

    Args:
        model: A `keras.Model`, compiled so that the task can be told from its loss.
        rows: The rows.
        class_names: The names of the classes. Defaults to `None`, their numbers.
    """
    unknown = np.zeros(0, int)
    told = predict(model, rows.x, batch_size=BATCH, verbose=0)
    if not isinstance(told, np.ndarray) or told.ndim > 2:
        several = "several outputs" if not isinstance(told, np.ndarray) else "an output of rank 3"
        remark = f"A network with {several} is not looked at on its rows."
        return Answers("", np.zeros(0), unknown, [], remark)
    told = told.astype("float64").reshape(len(told), -1)
    task = task_of(model, told, rows.y)
    if task == "number":
        true = unknown if rows.y is None else rows.y.reshape(len(rows.y), -1)[:, 0]
        return Answers(task, told[:, 0], true.astype("float64"), [])
    if task == "":
        remark = f"What a network answers is not drawn for this loss: {loss_name(model) or 'none'}."
        return Answers(task, told, unknown, [], remark)
    shares = _shares(model, told)
    count = shares.shape[1]
    labels = list(map(str, class_names or range(count)))
    labels += [str(number) for number in range(len(labels), count)]
    return Answers(task, shares, _numbers(rows.y, count), labels[:count])


def task_of(model: Any, told: np.ndarray, y: np.ndarray | None) -> str:
    """What a model was trained for, by its loss and by its targets.

    >>> class Model:
    ...     loss, outputs = "binary_crossentropy", []
    >>> task_of(Model(), np.zeros((3, 1)), np.array([0, 1, 1]))
    'binary'
    """
    loss = loss_name(model)
    if "crossentropy" not in loss:
        return "" if "hinge" in loss or "crossentropy" in str(model.loss) else "number"
    if y is not None and y.dtype.kind not in "biuf":
        return ""
    if "categorical" in loss:
        return "classes" if told.shape[1] > 1 else ""
    return "binary" if told.shape[1] == 1 else ""


def loss_name(model: Any) -> str:
    """The name of a model's loss, in snake case; `""` for several.

    >>> import keras
    >>> class Model:
    ...     loss = keras.losses.BinaryCrossentropy(from_logits=True)
    >>> loss_name(Model())
    'binary_crossentropy'
    """
    loss = getattr(model, "loss", None)
    if isinstance(loss, list | tuple) and len(loss) == 1:
        loss = loss[0]
    if isinstance(loss, str):
        name = loss
    elif callable(loss):
        name = getattr(loss, "__name__", None) or type(loss).__name__
    else:
        return ""
    words = "".join(f"_{c.lower()}" if c.isupper() else c for c in name)
    return words.strip("_").replace("cross_entropy", "crossentropy")


def _shares(model: Any, told: np.ndarray) -> np.ndarray:
    """Probabilities of each class; a model that gives logits is one without its last function."""
    config = getattr(model.loss, "get_config", None)
    logits = config is not None and bool(config().get("from_logits"))
    if told.shape[1] == 1:
        positive = 1 / (1 + np.exp(-told)) if logits else told
        return np.concatenate([1 - positive, positive], axis=1)
    if not logits:
        return told
    powers = np.exp(told - told.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def _numbers(y: np.ndarray | None, count: int) -> np.ndarray:
    """True class numbers, from numbers or from rows with a one; empty if they are neither."""
    unknown = np.zeros(0, int)
    if y is None or not len(y):
        return unknown
    y = y.reshape(len(y), -1)
    found = np.argmax(y, axis=1) if y.shape[1] == count and count > 2 else y[:, 0]
    if y.shape[1] == 2 and count == 2:
        found = np.argmax(y, axis=1)
    whole = np.round(found).astype(int)
    known = np.array_equal(whole, found) and whole.min() >= 0 and whole.max() < count
    return whole if known else unknown
