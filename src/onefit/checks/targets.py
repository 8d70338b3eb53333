"""Checks of the targets: scale, classes, what the loss and the metrics make of them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from onefit.checks.budget import FEW, rate
from onefit.checks.case import Array, Case, Output
from onefit.checks.curves import best_constant
from onefit.checks.labels import label_findings
from onefit.checks.outputs import DISTANCES
from onefit.checks.steps import with_steps
from onefit.checks.task import layer_for, matches, some_rows, task_of
from onefit.findings import Finding

FAR = 20.0
"""A standard deviation, or a mean in standard deviations, that is far from where outputs start."""

UNBALANCED = 10.0


def labels(case: Case) -> Iterator[Finding]:
    """Labels that the output cannot mean: class numbers, formats and widths (OF303)."""
    for output in case.outputs:
        if output.y is not None and output.loss:
            name = f"y[{output.name!r}]" if output.name else "y"
            found = label_findings(output.loss, output.shape, output.y, name, output.ignored)
            yield from with_steps(found, case.layers, output.y)


def scale(case: Case) -> Iterator[Finding]:
    """Targets far from 0 or far apart under a squared or absolute error: a hunch."""
    for output in case.outputs:
        y = _real(output)
        if y is None or output.loss not in DISTANCES or output.activation not in ("", "relu"):
            continue
        mean, std = float(np.mean(y)), float(np.std(y))
        if std > FAR or abs(mean) > FAR or (abs(mean) > 5 * std and abs(mean) > 5):
            told = f"y has mean {mean:.4g} and standard deviation {std:.4g}; outputs start near 0"
            yield Finding("OF508", f"layer {output.layer!r}", told, "hunch")


def not_reached(case: Case) -> Iterator[Finding]:
    """Targets so far from 0 that the answers have not come near them.

    Certain by a count: after enough updates with a usual learning rate, with a loss that fell, it
    ends well above that of always answering the mean (or the median).
    """
    loss, best = case.history.get("loss", ()), best_constant(case)
    updates = (case.steps or 0) * len(loss)
    if len(loss) < 2 or best is None or not case.is_plain or updates < FEW:
        return
    output, far = case.outputs[0], next(scale(case), None)
    y = _real(output)
    if far is None or y is None or output.activation or next(rate(case), None) is not None:
        return
    is_squared = output.loss == "mean_squared_error"
    away = 3.0 if is_squared else 1.7  # of a normal distribution that is that far from its middle
    if abs(float(y.mean())) > FAR and loss[0] >= loss[-1] >= away * best.value > 0:
        told = f"{far.evidence}, and after {updates:,} updates they are not there yet: the loss "
        told += f"ends at {loss[-1]:.4g}; always answering {best.answer} gets {best.value:.4g}"
        fix = "`y = (y - y.mean()) / y.std()`, and undo it on the predictions"
        yield Finding(far.code, far.where, told, "certain", fix)


def _real(output: Output) -> Array | None:
    if not matches(output) or output.y is None:
        return None
    y = some_rows(output.y)
    return y.astype(float) if np.isfinite(y.sum()) else None


def loss_and_task(case: Case) -> Iterator[Finding]:
    """A loss for numbers on classes, or one for classes on numbers.

    Certain is only a percentage of targets that are 0: Keras divides by 1e-7 then.
    """
    for output in case.outputs:
        task, fix = task_of(output.y), f"let the last layer be {layer_for(output)}"
        where = f"layer {output.layer!r}" if output.layer else "the output"
        if output.loss == "mean_absolute_percentage_error" and matches(output):
            share = float(np.mean(output.y == 0))
            if share > 0.01:
                told = f"{share:.0%} of y are 0, and an error e of those counts as e / 0.0000001"
                yield Finding("OF509", where, told, "certain", fix)
        elif output.loss in DISTANCES and task.kind in ("one-hot", "binary", "multi-label"):
            if output.activation != "relu":
                told = f"{output.loss} on {task.kind} targets"
                yield Finding("OF509", where, told, "hunch", fix)
        elif output.loss in DISTANCES and task.kind == "classes" and output.activation == "":
            told = f"y has the whole numbers 0 to {task.classes - 1}: if they are classes, "
            told += f"{output.loss} says that 0 is nearer to 1 than to {task.classes - 1}"
            yield Finding("OF509", where, told, "hunch", fix)
        elif output.loss == "poisson" and output.activation in ("", "tanh"):
            told = "poisson takes the logarithm of the output, which may be negative"
            fix = f'`Dense({output.units}, activation="exponential")`'
            yield Finding("OF509", where, told, "hunch", fix)


def imbalance(case: Case) -> Iterator[Finding]:
    """A class that is ten times as frequent as another: a hunch."""
    for output in case.outputs:
        task = task_of(output.y)
        if not task.is_classes or output.y is None or case.class_weight or case.is_weighted:
            continue
        y = some_rows(output.y)
        if task.kind == "one-hot":
            y = y.reshape(-1, y.shape[-1]).argmax(axis=1)
        classes, counts = np.unique(y, return_counts=True)
        if len(classes) > 1 and counts.max() > UNBALANCED * counts.min() and counts.max() > 50:
            rare, common = classes[counts.argmin()], classes[counts.argmax()]
            told = (
                f"class {common:g} has {counts.max():,} rows, class {rare:g} has {counts.min():,}"
            )
            weights = ", ".join(
                f"{one:g}: {len(y) / len(classes) / count:.3g}"
                for one, count in list(zip(classes, counts))[:10]
            )
            yield Finding("OF520", "y", told, "hunch", f"`class_weight={{{weights}}}`")


def metrics(case: Case) -> Iterator[Finding]:
    """An accuracy of numbers, or one that compares probabilities as they are.

    Certain: `Accuracy()` counts outputs that equal the target exactly; and targets that are no
    whole numbers are never equal to a class.
    """
    for output in case.outputs:
        for name, function in output.logged.items():
            if function == "accuracy" and output.activation in ("sigmoid", "softmax"):
                told = f"{name} counts probabilities that are exactly equal to a label"
                fix = '`metrics=["accuracy"]`, as a string: Keras takes the one that fits'
                yield Finding("OF526", name, told, "certain", fix)
            elif function in ("accuracy", "binary_accuracy") and _is_numbers(output):
                told = f"y has numbers such as {_broken(output):.4g}, and {name} counts classes"
                yield Finding("OF526", name, told, "certain", '`metrics=["mae"]`')


def _is_numbers(output: Output) -> bool:
    """Whether the targets are real numbers, one a row, outside of 0 to 1."""
    y = _real(output)
    if y is None or y.size != len(y) or (y.min() >= 0 and y.max() <= 1):
        return False
    return bool(np.mean(y != np.floor(y)) > 0.5)


def _broken(output: Output) -> float:
    y = _real(output)
    flat = y.reshape(-1) if y is not None else np.zeros(1)
    return float(flat[np.argmax(flat != np.floor(flat))])
