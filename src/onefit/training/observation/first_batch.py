"""The first batch of a model that a script trains by `train_on_batch`: what its form proves.

Of later batches and of the losses nothing is said: such loops train networks against each other, or
make their targets on the way.
"""

from __future__ import annotations

import inspect
import weakref
from typing import TYPE_CHECKING, Any

import numpy as np

from onefit.runs import journal
from onefit.runs.recorder import RECORDER
from onefit.training.host.stock import TRAIN_ON_BATCH
from onefit.training.observation.case import given_of
from onefit.training.observation.checks import before
from onefit.training.observation.safety import safely

if TYPE_CHECKING:
    from keras import Model

OF_FORM = ("OF301", "OF302", "OF303", "OF501", "OF502", "OF503", "OF505", "OF529")
"""Codes that need no more than a batch: of its numbers, and of the output with its loss."""

_SIGNATURE = inspect.signature(TRAIN_ON_BATCH)

_known: weakref.WeakSet[Any] = weakref.WeakSet()


def look(model: Model, args: tuple[Any, ...], keywords: dict[str, Any]) -> None:
    """Look at the first batch that a model is trained on, and say at once what is found.

    Args:
        model: The model.
        args: The arguments of `train_on_batch` by place.
        keywords: Those by name.
    """
    if model not in _known and not journal.is_aside():
        _known.add(model)
        safely(_look, model, args, keywords)


def _look(model: Model, args: tuple[Any, ...], keywords: dict[str, Any]) -> None:
    try:
        given = _SIGNATURE.bind(model, *args, **keywords).arguments
    except TypeError:
        return  # Keras says what is wrong
    x, y = given.get("x"), given.get("y")
    for finding in before(model, given_of(x, y, sample_weight=given.get("sample_weight"))):
        if finding.code in OF_FORM and not (finding.code == "OF303" and _may_be_weights(y)):
            journal.find(finding)
            RECORDER.say(finding)


def _may_be_weights(y: Any) -> bool:
    """Whether targets may be rewards for the answers that were given, as a policy is trained."""
    found = np.asarray(y) if hasattr(y, "__array__") else None
    return found is None or (found.dtype.kind == "f" and found.ndim > 1 and found.shape[-1] > 1)


def is_trained_so() -> bool:
    """Whether a model of this process is trained batch by batch."""
    return bool(_known)
