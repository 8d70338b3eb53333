"""The first batch of a model that a script trains by `train_on_batch`: what its form proves.

Of later batches nothing is said, and of the losses only that one became NaN: such loops train
networks against each other, or make their targets on the way.
"""

from __future__ import annotations

import inspect
import math
import weakref
from typing import TYPE_CHECKING, Any

import numpy as np

from onefit.checks import findings
from onefit.findings import Finding
from onefit.runs import journal
from onefit.runs.recorder import RECORDER
from onefit.training.host.stock import TRAIN_ON_BATCH
from onefit.training.observation.case import case_of, given_of
from onefit.training.observation.checks import before
from onefit.training.observation.safety import safely

if TYPE_CHECKING:
    from keras import Model

OF_FORM = ("OF301", "OF302", "OF303", "OF501", "OF502", "OF503", "OF505", "OF529")
"""Codes that need no more than a batch: of its numbers, and of the output with its loss."""

_SIGNATURE = inspect.signature(TRAIN_ON_BATCH)

OF_STEPS = ("OF515", "OF511", "OF507", "OF508")
"""Codes of what makes steps so long that the loss is lost."""

_known: weakref.WeakSet[Any] = weakref.WeakSet()
_calls: weakref.WeakKeyDictionary[Any, float] = weakref.WeakKeyDictionary()
"""How many batches each model was trained on; infinity once its loss is lost."""


def look(model: Model, args: tuple[Any, ...], keywords: dict[str, Any]) -> None:
    """Look at the first batch that a model is trained on, and say at once what is found.

    Args:
        model: The model.
        args: The arguments of `train_on_batch` by place.
        keywords: Those by name.
    """
    if model not in _known and not journal.is_aside():
        # Before the look, which may fail: it is made once for a model, whatever comes of it.
        _known.add(model)
        safely(_look, model, args, keywords)


def followed(model: Model, args: tuple[Any, ...], keywords: dict[str, Any], told: Any) -> None:
    """Say of a model once that its loss became NaN or infinite, and with which batch.

    Args:
        model: The model.
        args: The arguments of `train_on_batch` by place.
        keywords: Those by name.
        told: What it has returned: the loss, alone or with metrics.
    """
    count = _calls.get(model, 0) + 1
    loss = told.get("loss") if isinstance(told, dict) else told
    loss = loss[0] if isinstance(loss, list | tuple) and loss else loss
    # Infinity plus one is infinity: a model whose loss was lost is never told of again.
    if isinstance(loss, float | np.floating) and not math.isfinite(loss) and count < math.inf:
        if not journal.is_aside():
            safely(_lost, model, args, keywords, int(count))
        count = math.inf
    _calls[model] = count


def _lost(model: Model, args: tuple[Any, ...], keywords: dict[str, Any], count: int) -> None:
    given = _SIGNATURE.bind(model, *args, **keywords).arguments
    suspected = findings(case_of(model, given_of(given.get("x"), given.get("y"))))
    cause = next((one for code in OF_STEPS for one in suspected if one.code == code), None)
    fix = "" if cause is None else f"{cause.fix} ({cause.title}: {cause.evidence})"
    finding = Finding("OF307", f"train_on_batch, from batch {count:,} on", fix=fix)
    journal.find(finding)
    RECORDER.say(finding)


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
