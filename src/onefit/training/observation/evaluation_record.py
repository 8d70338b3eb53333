"""An evaluation seen from outside, for the record of a run that trains nothing.

Where something was trained, the verdict tells what the training logged, and evaluations are counted
only.
"""

from __future__ import annotations

import contextlib
import math
import sys
import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from onefit.checks.data import data_findings
from onefit.runs import journal
from onefit.runs.record import Constant, Evaluation, Fit
from onefit.runs.recorder import RECORDER
from onefit.training.observation.caller import caller
from onefit.training.observation.checks import compared, failed_evaluation
from onefit.training.observation.fit_record import rows_of
from onefit.training.observation.network import network_of
from onefit.training.observation.safety import safely

if TYPE_CHECKING:
    from keras import Model


class EvaluationRecord:
    """One call of `evaluate`.

    Args:
        model: The model.
        given: The arguments.
    """

    def __init__(self, model: Model, given: Mapping[str, Any]) -> None:
        """Note when it begins, if it is of interest."""
        self.model, self.given = model, given
        self.wanted = RECORDER.wants_evaluations()
        self.start = time.perf_counter() if self.wanted else 0.0

    def end(self, result: Any, logs: Mapping[str, float] | None = None) -> Any:
        """Write down what came of it.

        Args:
            result: What `evaluate` returns.
            logs: The scores by their names. Defaults to `None`: they are what is returned, as far
                as that tells their names.

        Returns:
            `result`.
        """
        if self.wanted:
            safely(self._write, _named(self.model, result) if logs is None else logs)
        return result

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """Write down what an error wants of the script; it passes through."""
        try:
            yield
        except Exception as error:
            if self.wanted:
                for finding in safely(failed_evaluation, self.model, self.given, error) or ():
                    journal.find(finding)
            raise

    def _write(self, scores: Mapping[str, float]) -> None:
        seconds = time.perf_counter() - self.start
        # Only then: looking through all rows costs more than a short evaluation.
        if not all(map(math.isfinite, scores.values())):
            names = ("x", "y", "sample_weight")
            for finding in data_findings({name: self.given[name] for name in names}):
                journal.find(finding)
        file, line = caller(sys._getframe(1))
        RECORDER.add_evaluation(
            Evaluation(
                file=file,
                line=line,
                rows=rows_of(self.given["x"]),
                weights=network_of(self.model).weights,
                scores={name: float(scores[name]) for name in sorted(scores, key=_place)},
                constants=self._constants(scores),
                seconds=seconds,
            )
        )

    def _constants(self, scores: Mapping[str, float]) -> dict[str, Constant]:
        """The best constant answers, on the rows of this evaluation."""
        given = {**self.given, "class_weight": None, "validation_data": None}
        return compared(self.model, given, Fit(history={name: [] for name in scores}))


def _place(name: str) -> tuple[bool, bool, str]:
    """Where a score stands among the others: the whole loss first, as in the verdict on a fit."""
    return name != "loss", "loss" not in name, name


def _named(model: Model, result: Any) -> dict[str, float]:
    """The scores that stock Keras has returned, if their names are certain."""
    if isinstance(result, dict):
        return result
    values = result if isinstance(result, list) else [result]
    names = ["loss", *(metric.name for metric in _metrics(model))]
    # With several outputs there are more numbers than names: these are not guessed.
    return dict(zip(names, values)) if len(names) == len(values) else {}


def _metrics(model: Model) -> list[Any]:
    compiled = getattr(model, "_compile_metrics", None)
    return list(getattr(compiled, "metrics", ())) if compiled is not None else []
