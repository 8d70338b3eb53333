"""The examination of a training of this process: `onefit doctor`, `--doctor`, `%onefit doctor`."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from onefit.console import write_to
from onefit.runs import surroundings
from onefit.runs.record import Fit
from onefit.runs.recorder import RECORDER
from onefit.runs.words import place

if TYPE_CHECKING:
    from onefit.doctor.diagnosis import Diagnosis

WATCH = "onefit.inspection.watch"


@dataclass(frozen=True)
class Question:
    """What is to be examined.

    Args:
        fit: The number of the fit in the run, from 1. Defaults to `0`: the last one.
        seconds: Seconds that the experiments may take, about. Defaults to `10.0`.
        json: A file for the diagnosis as JSON, `-` for standard output. Defaults to `""`: none.
        hunches: Whether suspicions are told that no experiment has confirmed. Defaults to `False`.
    """

    fit: int = 0
    seconds: float = 10.0
    json: str = ""
    hunches: bool = False


def examine(question: Question) -> Diagnosis | str:
    """Examine a training of this process.

    Returns:
        The diagnosis, or in a line why there is none.
    """
    if WATCH not in sys.modules:
        return "nothing was trained, so there is nothing to examine"
    from onefit.doctor.diagnose import examined
    from onefit.inspection.watch import WATCH as watch

    trainings = watch.trainings
    if not trainings:
        return "nothing was trained, so there is nothing to examine"
    fits = RECORDER.current().fits
    if question.fit > len(fits):
        return f"expected a fit from 1 to {len(fits)}; received --fit {question.fit}"
    if question.fit:
        wanted = fits[question.fit - 1]
        found = next((one for one in trainings if one.fit is wanted), None)
        if found is None:
            return f"the data of fit {question.fit} is not held any more: too many came after it"
    else:
        found = trainings[-1]
    logged = getattr(found.history, "history", None) or {}
    return examined(
        found.model, found.given, logged, question.seconds, question.hunches,
        alone=_alone(found.fit), about=f"fit, {place(found.fit)}",
    )  # fmt: skip


def _alone(fit: Fit) -> float | None:
    """How long the fit took by itself, without XLA's compile; `None` where that is not known."""
    if fit.calls > 1 or fit.ended != "finished" or not fit.run_seconds:
        return None
    return fit.run_seconds


class Examination:
    """What `onefit doctor script.py` does when the script's code has ended.

    Args:
        question: What is to be examined.
    """

    def __init__(self, question: Question) -> None:
        """Nothing was examined yet."""
        self.question = question
        self.file = question.json
        if self.file not in ("", "-"):  # the script may go to another folder
            self.file = os.path.join(surroundings.folder(), self.file)
        self.diagnosis: Diagnosis | str = ""

    def look(self) -> None:
        """Examine; the script has done its work, so this must not make it fail."""
        try:
            self.diagnosis = examine(self.question)
        except KeyboardInterrupt:
            self.diagnosis = "interrupted, so nothing is told of the experiments"
        except Exception as error:
            self.diagnosis = f"nothing was examined: {type(error).__name__}: {error}"

    def tell(self) -> list[str]:
        """Lines to show at the end; JSON goes to standard output."""
        told = self.diagnosis
        if isinstance(told, str):
            return [f"onefit doctor: {told}"] if told else []
        if self.file:
            write_to(self.file, told.to_json(), "onefit doctor")
        return list(told.lines)
