"""The examination of a training of this process: `onefit doctor`, `--doctor`, `%onefit doctor`."""

from __future__ import annotations

import os
import sys
import tokenize
from typing import TYPE_CHECKING

from onefit.console import write_to
from onefit.doctor.question import Question
from onefit.findings import Finding
from onefit.runs import surroundings
from onefit.runs.record import Fit
from onefit.runs.recorder import RECORDER
from onefit.runs.words import place

if TYPE_CHECKING:
    from keras import Model

    from onefit.doctor.diagnosis import Diagnosis

WATCH = "onefit.inspection.watch"
FIRST_BATCH = "onefit.training.observation.first_batch"


def examine(question: Question) -> Diagnosis | str:
    """Examine a training of this process.

    Returns:
        The diagnosis, or in a line why there is none.
    """
    if WATCH not in sys.modules:
        return _nothing()
    from onefit.doctor.diagnose import examined
    from onefit.doctor.record import record
    from onefit.inspection.watch import WATCH as watch

    trainings = watch.trainings
    if not trainings:
        return _nothing()
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
    diagnosis = examined(
        found.model, found.given, logged, question.time, question.hunches,
        alone=_alone(found.fit), about=f"fit, {place(found.fit)}", ended=_error(found.fit),
    )  # fmt: skip
    found.fit.examined = record(diagnosis)
    if question.fix:
        diagnosis.diff = _difference(diagnosis, found.model, found.fit)
    return diagnosis


def _nothing() -> str:
    """Why there is no training to examine."""
    first = sys.modules.get(FIRST_BATCH)
    if first is not None and first.is_trained_so():
        return (
            "what train_on_batch trains is looked at once, at its first batch, and what was found "
            "stands above; to have it tried with changes, train it by model.fit(x, y)"
        )
    if isinstance(sys.exception(), KeyboardInterrupt):
        return "interrupted before any network was trained by model.fit; nothing was examined"
    if RECORDER.current().ended == "failed":
        return (
            "the script ended with an error before any network was trained by model.fit; what the "
            "error wants of the script stands above"
        )
    return "no network was trained by model.fit, so there is nothing to examine"


def _error(fit: Fit) -> list[Finding] | None:
    """What the error that ended a fit wants of the script; `None` if nothing ended it."""
    if fit.ended != "failed":
        return None
    told = [one for one in fit.findings if one.code.startswith("OF6")]
    return [Finding(one.code, one.where, one.evidence, fix=one.fix) for one in told]


def _difference(diagnosis: Diagnosis, model: Model, fit: Fit) -> list[str]:
    """The script with what helped, as a difference, and what has no certain place in it."""
    from onefit.doctor.remedy import Remedy
    from onefit.scripts.cure import cured, diff

    found = [one.change for one in diagnosis.findings if isinstance(one, Remedy)]
    changes = list(dict.fromkeys(one for one in found if one is not None))
    if not changes:
        return ["onefit doctor --fix: nothing was found that a change of the script would mend"]
    if not fit.file.endswith(".py") or not os.path.exists(fit.file):
        return [f"onefit doctor --fix: expected a script; received {fit.file or 'none'}"]
    with tokenize.open(fit.file) as file:
        source = file.read()
    after, left = cured(source, fit.line, model, changes)
    told = diff(source, after, os.path.basename(fit.file))
    if left:
        told.append(f"onefit doctor --fix: no certain place in the script for: {', '.join(left)}")
    return told


def _alone(fit: Fit) -> tuple[float, float] | None:
    """How long the fit took by itself, and XLA's compile; `None` where that is not known."""
    if fit.calls > 1 or fit.ended != "finished" or not fit.run_seconds:
        return None
    return fit.run_seconds, fit.compile_seconds


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

    def look(self, is_interrupted: bool = False) -> None:
        """Examine; the script has done its work, so this must not make it fail.

        Args:
            is_interrupted: Whether Ctrl-C ended the script: then nothing is tried, which takes
                time. Defaults to `False`.
        """
        try:
            asked = self.question._replace(time=0.0) if is_interrupted else self.question
            self.diagnosis = examine(asked)
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
        return [*told.lines, *([""] if told.diff else []), *told.diff]
