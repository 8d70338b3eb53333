"""What each output of a model is to answer, as simple models take it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from keras import Model

from onefit.population.results.constant_answers import FORMULAS, LEAST, Values
from onefit.training.observation.outputs import OWN, Output, outputs_of, values_of

MOST_CLASSES = 1000
SPARSE = "sparse_categorical_crossentropy"
CLASSES = (SPARSE, "categorical_crossentropy")
HINGES = ("hinge", "squared_hinge")


@dataclass(frozen=True, eq=False)
class Target:
    """The targets of one output.

    Args:
        loss: The name of its loss, one of `constant_answers.FORMULAS`.
        y: Its targets, of shape `(rows, ...)`.
        shape: The shape of an answer for a row.
        settings: What the loss was made with; `classes` too, where there are some.
        logits: Whether the loss takes logits instead of probabilities.
    """

    loss: str
    y: np.ndarray
    shape: tuple[int, ...]
    settings: Mapping[str, Any]
    logits: bool = False

    @property
    def is_flat(self) -> bool:
        """Whether a row has one answer, or one in each column: no steps and no places."""
        return len(self.shape) == 1

    def as_outputs(self, answers: Values) -> np.ndarray:
        """Answers as the network gives them: probabilities within Keras's bounds, or logits."""
        if self.loss in CLASSES or self.loss == "binary_crossentropy":
            # As Keras clips probabilities: a share of 0 would cost infinitely much where a class is
            # new.
            answers = np.clip(answers, LEAST, 1 - LEAST)
            if self.logits:
                binary = self.loss == "binary_crossentropy"
                answers = np.log(answers) - (np.log1p(-answers) if binary else 0.0)
        return answers.reshape(len(answers), *self.shape).astype(np.float32)


def targets_of(model: Model, y: Any) -> list[Target] | str:
    """The targets of each output; where simple models cannot be made for one, why not.

    Args:
        model: A compiled model that has been built.
        y: The targets of all rows, in the structure in which `fit` takes them.
    """
    if any(getattr(type(model), name) is not getattr(Model, name) for name in OWN):
        return "the model computes its loss by itself"
    outputs = outputs_of(model)
    found = []
    for output, own in zip(outputs, values_of(y, outputs)):
        if own is None or not output.loss:
            return "not every output has a loss and targets of its own"
        target = _target(model, output, np.asarray(own))
        if isinstance(target, str):
            return target
        found.append(target)
    return found


def _target(model: Model, output: Output, y: np.ndarray) -> Target | str:
    if not output.is_keras:
        return f"no formula is known for the loss {output.loss}, which is your own"
    if output.loss not in FORMULAS or output.settings.get("axis", -1) != -1:
        return f"there is no formula for the answer that is best by {output.loss}"
    if len(output.shape) > 1 and _is_masked(model):
        return "steps of the targets are masked"
    known = bool(output.shape) and None not in output.shape
    shape: tuple[Any, ...] = output.shape if known else y.shape[1:] or (1,)
    settings = dict(output.settings)
    if output.loss == SPARSE:
        if not known:
            return "the model does not say how many classes it has"
        settings["classes"] = shape[-1]
    elif y.size != len(y) * int(np.prod(shape)):
        return "the targets have not the shape of the outputs"
    if output.loss in CLASSES and not 1 < shape[-1] <= MOST_CLASSES:
        return f"there are {shape[-1]:,} classes"
    if not _are_possible(output.loss, y, settings):
        return f"some targets are outside of what {output.loss} is for"
    return Target(output.loss, y, shape, settings, output.logits)


def _is_masked(model: Model) -> bool:
    """Whether a layer may mask steps, which then do not count."""
    return any(
        getattr(one, "mask_zero", False) or type(one).__name__ == "Masking"
        for one in model._flatten_layers()
    )


def _are_possible(loss: str, y: np.ndarray, settings: Mapping[str, Any]) -> bool:
    """Whether targets are what a loss is for; of others no simple model can be made."""
    if not y.size or not np.isfinite(y.sum()):
        return False
    if loss == SPARSE:
        ignored = settings.get("ignore_class")
        counted = y if ignored is None else y[y != ignored]
        return bool(counted.size and counted.min() >= 0 and counted.max() < settings["classes"])
    # Keras takes labels of 0 and 1 for -1 and 1.
    if loss in HINGES:
        return bool(np.isin(y, (-1, 0, 1)).all())
    if loss == "poisson":
        return bool(y.min() >= 0)
    if loss == "binary_crossentropy" or loss in CLASSES:
        return bool(y.min() >= 0 and y.max() <= 1)
    return True
