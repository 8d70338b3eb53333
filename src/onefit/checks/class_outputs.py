"""Checks of outputs for classes that are no probabilities as they should be: sigmoids, relus."""

from __future__ import annotations

from collections.abc import Iterator

from onefit.checks.case import Case
from onefit.checks.curves import best_constant
from onefit.checks.outputs import DISTANCES, DIVIDING, KEEPING, is_bare, named
from onefit.checks.task import layer_for, task_of
from onefit.findings import Finding

ACCURACIES = ("accuracy", "acc", "categorical_accuracy", "sparse_categorical_accuracy")
ABOUT = 0.95
"""The share of a constant answer's loss from which on nothing was learned of the inputs."""

WELL = 0.9
"""A share of right answers with which nothing is said of how they are given."""


def relu_before_softmax(case: Case) -> Iterator[Finding]:
    """A relu between the last weights and the softmax: no class can be made less likely than 0.

    Where it gives 0 its gradient is 0, so that a class is not learned from rows that need it most:
    certain where the network does badly, and otherwise a hunch.
    """
    for layer in case.layers:
        alone = is_bare(layer)
        source = case.layer(layer.inputs[0]) if layer.inputs else None
        while source is not None and source.kind in KEEPING:
            source = case.layer(source.inputs[0]) if source.inputs else None
        if alone and source is not None and source.activation == "relu":
            told = f"relu of {source.name!r} takes away what speaks against a class, and where it "
            told += "gives 0 the class gets no gradient"
            grade = "certain" if _answers_badly(case) else "hunch"
            fix = f"leave the activation of {source.name!r} out"
            yield Finding("OF503", f"layer {source.name!r}", told, grade, fix)


def softmax_over_rows(case: Case) -> Iterator[Finding]:
    """A softmax over the first axis, the rows of a batch, where each row has one class.

    Certain for a softmax of Keras's own: over its axis it adds up to 1, so that the answer to a row
    depends on the other rows of its batch.
    """
    outputs = {one.layer: one for one in case.outputs if task_of(one.y).is_classes and one.loss}
    for layer in case.layers:
        output, axis = outputs.get(layer.name), layer.settings.get("axis", -1)
        if layer.kind != "Softmax" or not layer.is_plain or output is None or not output.units:
            continue
        axes = axis if isinstance(axis, tuple) else (axis,)
        if not {0, -1 - len(layer.shape)} & set(axes) or output.units == case.batch:
            continue
        told = (
            f"softmax goes over axis {axis}, the rows of a batch: the answer to a row depends on "
        )
        told += "the others, and the outputs of a row do not add up to 1"
        fix = f"let {layer.name!r} go over the classes: `axis=-1`"
        yield Finding("OF502", named(output), told, "certain", fix)


def sigmoid_for_classes(case: Case) -> Iterator[Finding]:
    """Several sigmoid units where each row has exactly one class.

    Under a categorical cross-entropy Keras divides each row by its sum, so that the size of the
    outputs is not trained and they are no probabilities, which is certain; so it is where the loss
    is that of a softmax of their logits, as on TensorFlow. Under a binary one each unit is asked by
    itself; many such networks learn, so it is certain where the network does badly, and otherwise a
    hunch. Under a squared or absolute error it is certain where the loss ends about where the best
    constant answer's is: that of a row of small numbers.
    """
    for output in case.outputs:
        task = task_of(output.y)
        if output.activation != "sigmoid" or (output.units or 0) < 2 or not task.is_classes:
            continue
        one_each = task.kind == "one-hot" or output.loss.startswith("sparse")
        if not (one_each or output.loss.startswith("categorical")):
            continue
        told = f"each row of y has one of {task.classes} classes, and the sigmoids do not add up "
        told += "to 1"
        grade = "hunch"
        if output.loss in DIVIDING and case.knows_logits:
            told += f"; {output.loss} trains a softmax of what goes into them, and `predict` "
            told += "does not give it"
            grade = "certain"
        elif output.loss in DIVIDING and not output.from_logits:
            told += f"; {output.loss} divides them by their sum, so they are no probabilities"
            grade = "certain"
        elif output.loss == "binary_crossentropy" and one_each and _answers_badly(case):
            told += "; each is asked by itself, so that no class or several can be the answer"
            grade = "certain" if not output.from_logits else "hunch"
        elif output.loss in DISTANCES and one_each and (learned := _learned_nothing(case)):
            told += f"; {learned}"
            grade = "certain"
        fix = f"let the last layer be {layer_for(output)}"
        yield Finding("OF504", named(output), told, grade, fix)


def failing_sigmoids(case: Case) -> Iterator[Finding]:
    """Several sigmoid units where each row has one class, of a network that does badly.

    A verdict tells of no other ones: many such networks learn.
    """
    if _answers_badly(case) or _learned_nothing(case):
        yield from sigmoid_for_classes(case)


def _learned_nothing(case: Case) -> str:
    """That the loss ends no lower than the best constant answer's, if so."""
    loss, best = case.history.get("loss", ()), best_constant(case)
    if not len(loss) or best is None or not loss[-1] >= ABOUT * best.value > 0:
        return ""
    return f"the loss ends at {loss[-1]:.3g}; always answering {best.answer} gets {best.value:.3g}"


def _answers_badly(case: Case) -> bool:
    """Whether the share of right answers was logged, and is not good at the end."""
    logged = (case.history.get(name, ()) for name in ACCURACIES)
    return any(len(values) > 0 and values[-1] < WELL for values in logged)
