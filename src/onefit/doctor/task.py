"""What a network is to do, read off its labels, and how well it does that, whatever its loss is.

Losses of different kinds cannot be compared, and accuracies hide a majority. A *skill* can: 0 is
what the best constant answer gets, 1 is perfect. It is the balanced accuracy of classes, on a scale
from chance to 1, and the share of the variance that is explained of numbers (R2).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onefit.checks.task import task_of as targets_of

Array = NDArray[Any]

HINGES = ("hinge", "squared_hinge", "categorical_hinge")
MOST_CLASSES = 1000
FEW_NUMBERS = 8
"""Numbers a row up to which each of them counts the same."""

WORST = -1.0
"""The skill of a network that has no finite answer; no other one has it."""


@dataclass(frozen=True)
class Task:
    """What one output is to say.

    Args:
        kind: `"classes"` (one of several), `"labels"` (yes or no, several a row) or `"numbers"`.
        count: How many classes, labels or numbers.
        names: The label that stands for each class, in order; empty where there are none.
    """

    kind: str
    count: int
    names: tuple[float, ...] = ()

    @property
    def is_binary(self) -> bool:
        """Whether there are two classes."""
        return self.kind == "classes" and self.count == 2


def task_of(y: Array, loss: str, activation: str, is_input: bool = False) -> Task:
    """What labels ask for.

    Args:
        y: Labels of shape `(rows, ...)`.
        loss: The name of the loss.
        activation: The output's activation; `""` for none.
        is_input: Whether the labels are the inputs again, as an autoencoder's are.

    >>> task_of(np.array([0, 1, 1, 0]), "binary_crossentropy", "sigmoid")
    Task(kind='classes', count=2, names=(0.0, 1.0))
    >>> task_of(np.array([[0, 1], [1, 0]]), "mean_squared_error", "").kind
    'classes'
    >>> task_of(np.array([0.5, 1.5]), "mean_squared_error", "sigmoid").kind
    'numbers'
    """
    width = int(y.shape[-1]) if y.ndim > 1 else 1
    numbers, kind = Task("numbers", width), targets_of(y).kind
    if is_input or kind == "unknown":
        return numbers
    said = "crossentropy" in loss or loss in HINGES or activation == "softmax"
    if loss != "sparse_categorical_crossentropy":
        if kind in ("one-hot", "multi-label"):
            return Task("classes" if kind == "one-hot" else "labels", width)
        if width > 1 or not (said or kind in ("binary", "signed")):
            return numbers
    names = tuple(float(value) for value in np.unique(y))
    whole = all(value.is_integer() for value in names)
    return (
        Task("classes", len(names), names) if 1 < len(names) <= MOST_CLASSES and whole else numbers
    )


def truth(task: Task, y: Array) -> Array:
    """Labels in the task's own form: class numbers, 0 and 1, or numbers.

    >>> truth(Task("classes", 2, (3.0, 5.0)), np.array([[5], [3]]))
    array([1, 0])
    """
    if task.kind == "classes":
        if task.names:
            # `names` come from `np.unique`, which sorts them.
            return np.searchsorted(np.asarray(task.names), y.astype(float).reshape(-1))
        return y.argmax(axis=-1).reshape(-1)
    return y.reshape(-1, task.count).astype(float)


def answers(task: Task, predicted: Array, threshold: float = 0.5) -> Array | None:
    """What predictions say, in the task's own form; `None` where they have no such form.

    Args:
        task: The task.
        predicted: Predictions of one network.
        threshold: From where one number means the second of two classes. Defaults to `0.5`.

    >>> answers(Task("classes", 2, (0.0, 1.0)), np.array([[0.2], [0.9]]))
    array([0, 1])
    >>> answers(Task("classes", 3), np.array([[0.2, 0.7, 0.1]]))
    array([1])
    """
    width = predicted.shape[-1] if predicted.ndim > 1 else 1
    if task.kind == "labels":
        return (predicted.reshape(-1, task.count) > threshold) if width == task.count else None
    if task.kind == "numbers":
        if task.count == 1 and width > 1:  # each of them is compared with the one number
            return predicted.reshape(len(predicted), -1)
        return predicted.reshape(-1, task.count) if width == task.count else None
    if width == 1:
        flat = predicted.reshape(-1)
        if task.is_binary:
            return (flat > threshold).astype(int)
        # One number stands for several classes, as in a regression on class numbers: the nearest is
        # meant.
        near = np.abs(np.asarray(task.names or range(task.count)) - flat[:, None])
        return near.argmin(axis=1)
    best = predicted.reshape(-1, width).argmax(axis=1)
    if task.names and width != task.count:  # units stand for the numbers of the classes
        return np.searchsorted(np.asarray(task.names), best.astype(float))
    return best


def skill(task: Task, true: Array, said: Array | None) -> float:
    """How well a network does, from -1 over 0, the best constant answer, to 1, perfect.

    Of many numbers, such as the pixels of a picture, each counts as much as it varies; of few,
    which may have units of their own, all count the same. R2 has no lower end; below 0 the skill is
    R2 / (1 - R2), so that means and differences of skills mean something.

    Args:
        task: The task.
        true: What is right, as `truth` gives it.
        said: What was answered, as `answers` gives it.

    >>> skill(Task("classes", 2, (0.0, 1.0)), np.array([0, 0, 0, 1]), np.array([0, 0, 0, 0]))
    0.0
    >>> skill(Task("numbers", 1), np.array([[0.0], [2.0]]), np.array([[0.0], [2.0]]))
    1.0
    """
    if said is not None and task.kind == "numbers" and task.count == 1 and said.size != true.size:
        said, true = _stretched(said, true)
    if said is None or len(said) != len(true):
        return WORST
    if task.kind == "classes":
        return _balanced(true, said)
    if task.kind == "labels":
        columns = [_balanced(true[:, at], said[:, at]) for at in range(task.count)]
        return float(np.mean(columns))
    if not np.isfinite(said).all():
        return WORST
    varies = true.var(axis=0)
    # The share that is explained of a variance of 0 is 0 / 0.
    some = varies > 0
    if not some.any():
        return 0.0
    # Squares of huge answers overflow, and `_bounded` takes the infinite R2 for the worst.
    with np.errstate(over="ignore", invalid="ignore"):
        left, whole = ((true - said) ** 2).mean(axis=0)[some], varies[some]
        explained = 1 - (left / whole).mean()
        if task.count > FEW_NUMBERS:
            explained = 1 - left.sum() / whole.sum()
    return _bounded(float(explained))


def _stretched(said: Array, true: Array) -> tuple[Array, Array]:
    """Answers and targets of one size, where Keras compares one number of a row with several."""
    rows = min(len(said), len(true))
    if said.size % rows or true.size % rows:
        return said, true
    said, true = said.reshape(rows, -1), true.reshape(rows, -1)
    if 1 not in (said.shape[1], true.shape[1]):
        return said, true
    said, true = np.broadcast_arrays(said, true)
    return said.reshape(-1, 1), true.reshape(-1, 1)


def _bounded(r2: float) -> float:
    """R2 as a skill: what is below 0 is brought to a scale from 0 to -1, in the same order."""
    if r2 >= 0:
        return r2
    # `WORST` itself is kept for networks without a finite answer.
    return max(r2 / (1 - r2), WORST + 1e-12) if np.isfinite(r2) else WORST


def _balanced(true: Array, said: Array) -> float:
    """Balanced accuracy, from chance at 0 to 1."""
    classes = np.unique(true)
    # With one class nothing can be compared with chance.
    if len(classes) < 2:
        return float(np.mean(true == said))
    recalls = [float(np.mean(said[true == one] == one)) for one in classes]
    chance = 1 / len(classes)
    return (float(np.mean(recalls)) - chance) / (1 - chance)


def in_words(task: Task, value: float) -> str:
    """A skill as the number that people know.

    >>> in_words(Task("classes", 2), 0.5), in_words(Task("numbers", 1), 0.5)
    ('75%', '0.50')
    >>> in_words(Task("classes", 10), WORST)
    'NaN'
    """
    if task.kind == "numbers":
        if value <= WORST:
            return "NaN"
        # A skill of -0.9999 is an R2 of -9,999.
        if value <= -1 + 1e-4:
            return "< -9,999"
        # The inverse of `_bounded`.
        r2 = value if value >= 0 else value / (1 + value)
        return f"{r2:.2f}" if r2 > -10 else f"{r2:,.0f}"
    # With two classes, -1 is the skill of answers that are all wrong. With more of them these come
    # to no less than -1 / (classes - 1), so -1 can only be `WORST`.
    if value <= WORST + 1e-4 and task.kind == "classes" and task.count > 2:
        return "NaN"
    chance = 1 / (task.count if task.kind == "classes" else 2)
    return f"{100 * (chance + value * (1 - chance)):.0f}%"


def measure(task: Task) -> str:
    """What the number is called."""
    return "R2" if task.kind == "numbers" else "right answers, each class counting the same"
