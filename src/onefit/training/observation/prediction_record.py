"""A prediction seen from outside, for the record of a run that trains nothing."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import numpy as np
from keras import Model, tree

from onefit.checks.data import data_findings
from onefit.runs import journal
from onefit.runs.record import Prediction
from onefit.runs.recorder import RECORDER
from onefit.training.observation.caller import caller
from onefit.training.observation.fit_record import rows_of
from onefit.training.observation.network import network_of
from onefit.training.observation.safety import safely

_Asked = ParamSpec("_Asked")
_Answer = TypeVar("_Answer")


def recorded(predict: Callable[_Asked, _Answer]) -> Callable[_Asked, _Answer]:
    """A function whose first arguments are a model and `x`, each call written down.

    Args:
        predict: The function. What goes wrong beside it is kept for the end of the run.
    """

    @wraps(predict)
    def call(*args: _Asked.args, **kwargs: _Asked.kwargs) -> _Answer:
        if not RECORDER.wants_predictions() or journal.is_aside():
            return predict(*args, **kwargs)
        start = time.perf_counter()
        outputs = predict(*args, **kwargs)
        given = dict(zip(("model", "x"), args)) | kwargs
        safely(_write, given["model"], given["x"], outputs, time.perf_counter() - start)
        return outputs

    return call


def _write(model: Model, x: Any, outputs: Any, seconds: float) -> None:
    numbers = [one for one in tree.flatten(outputs) if one.dtype.kind == "f"]
    # A sum is the quickest way to see a NaN; if it overflows instead, the look at the data finds
    # nothing.
    if not all(np.isfinite(np.sum(one)) for one in numbers):
        for finding in data_findings({"x": x}):
            journal.find(finding)
    file, line = caller(sys._getframe(1))
    RECORDER.add_prediction(
        Prediction(
            file=file,
            line=line,
            rows=rows_of(x),
            weights=network_of(model).weights,
            seconds=seconds,
        )
    )
