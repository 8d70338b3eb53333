"""`diagnose`: checks first, then experiments on what they suspect, within a given time."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from keras import Model

from onefit import checks
from onefit.checks.errors import explained
from onefit.doctor import causes, evidence, printout
from onefit.doctor.arguments import batch_of, check
from onefit.doctor.changes.output import output_change
from onefit.doctor.cleared import is_read, not_the_problem, refuted
from onefit.doctor.compatibility import MOST_SAID, built, mismatch
from onefit.doctor.diagnosis import Diagnosis
from onefit.doctor.examination import GOOD, Examination
from onefit.doctor.experiment import Clock
from onefit.doctor.logged import is_lost, logged_in
from onefit.doctor.modes import two_networks
from onefit.doctor.order import ordered
from onefit.doctor.remedy import Remedy
from onefit.doctor.training import setup_of, training_of
from onefit.doctor.trials import Doctor
from onefit.errors import DiagnosisError, OnefitError
from onefit.findings import Finding
from onefit.population.models.copies import random_state_kept
from onefit.runs.words import in_short
from onefit.training.host.undisturbed import undisturbed
from onefit.training.observation.call_graph import call_graph
from onefit.training.observation.case import case_of
from onefit.training.observation.checks import before

_NO_FIT = {(code, "certain") for code in ("OF301", "OF302", "OF303")}
"""Data of which a fit says nothing, or can say nothing."""


def diagnose(
    model: Model,
    x: Any,
    y: Any = None,
    *,
    history: Any = None,
    validation_data: Any = None,
    time: float = 10.0,
    hunches: bool = False,
    epochs: int | None = None,
    batch_size: int | None = None,
    validation_split: float = 0.0,
    shuffle: bool = True,
    class_weight: Mapping[int, float] | None = None,
    sample_weight: Any = None,
    callbacks: Any = None,
) -> Diagnosis:
    """Find out why a network does not learn, by checks and by experiments.

    The model is copied, trained from several starts as it is written and with changes that may
    help, and what is told as verified has helped on starts that were not used to choose it. The
    model, its History and all random numbers stay as they are.

    Args:
        model: A compiled `keras.Model`, before its fit or after it.
        x: Inputs of shape `(rows, ...)`: an array, a table, a list or dict of them, or a
            `PyDataset`.
        y: Targets of shape `(rows, ...)`. Defaults to `None`.
        history: The `History` of its fit. Defaults to `None`: the model's own.
        validation_data: `(x, y)` to judge on. Defaults to `None`: a quarter of the rows is held
            back where there are 40 or more.
        time: Seconds that the experiments may take, about; 0 for checks alone. Defaults to `10.0`.
        hunches: Whether suspicions that no experiment has confirmed are told. Defaults to `False`.
        epochs: How many the fit has. Defaults to `None`: those of the History.
        batch_size: Rows a batch. Defaults to `None`: that of the History, else 32.
        validation_split: As `fit` takes it. Defaults to `0.0`.
        shuffle: As `fit` takes it. Defaults to `True`.
        class_weight: As `fit` takes it. Defaults to `None`.
        sample_weight: As `fit` takes it. Defaults to `None`.
        callbacks: Those of the fit; the ones that act on the training are used. Defaults to `None`.

    Returns:
        A `Diagnosis`; `print` it.

    Raises:
        DiagnosisError: If the model is not compiled, how long it trains is not known, or it is not
            built and cannot be with `x`.

    >>> import keras, numpy as np, onefit
    >>> x = np.linspace(-1, 1, 64).reshape(64, 1).astype("float32")
    >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, activation="sigmoid")])
    >>> model.compile(keras.optimizers.Adam(0.1), "mse")
    >>> found = onefit.diagnose(model, x, 5 * x, epochs=30, time=2)
    >>> found.findings[0].code, found.findings[0].grade
    ('OF502', 'certain')
    """
    check(model, time, epochs, batch_size, validation_split)
    history = history if history is not None else getattr(model, "history", None)
    logged = logged_in(history)
    trained = len(next(iter(logged.values()), ())) if logged else 0
    asked = getattr(history, "params", None) or {}
    epochs = epochs or asked.get("epochs") or trained
    if not epochs:
        raise DiagnosisError(
            "Expected `epochs`: how long the network is trained. Received: a model without a "
            "History. Write epochs=20, for example."
        )
    given = {
        "x": x, "y": y, "batch_size": batch_size or batch_of(x, asked.get("steps")),
        "epochs": int(epochs), "verbose": 0, "callbacks": callbacks,
        "validation_split": validation_split, "validation_data": validation_data,
        "shuffle": shuffle, "class_weight": class_weight, "sample_weight": sample_weight,
        "initial_epoch": 0, "steps_per_epoch": None, "validation_steps": None,
        "validation_batch_size": None, "validation_freq": 1,
    }  # fmt: skip
    wrong = mismatch(model, given)
    ended = None if wrong is None else [wrong]
    model = model if ended else built(model, x)
    return examined(model, given, logged, time, hunches, ended=ended)


def examined(
    model: Model,
    given: Mapping[str, Any],
    logged: Mapping[str, Any],
    time: float,
    hunches: bool = False,
    alone: tuple[float, float] | None = None,
    about: str = "",
    ended: Sequence[Finding] | None = None,
) -> Diagnosis:
    """The diagnosis of a call of `fit`.

    Args:
        model: The compiled model.
        given: The arguments of `fit`, all of them.
        logged: What Keras logged; empty before the fit.
        time: Seconds that the experiments may take.
        hunches: Whether suspicions are told. Defaults to `False`.
        alone: How long the fit took, and how long XLA compiled for it. Defaults to `None`: both are
            measured.
        about: What was examined, in a line. Defaults to `""`: the model's name.
        ended: What the error that ended the fit wants of the script; such a fit is not tried.
            Defaults to `None`: no error did.
    """
    # Of a model with a `call` of its own the checks would know no output otherwise.
    with call_graph(model, given["x"], whatever_it_takes=True):
        return _examined(model, given, logged, time, hunches, alone, about, ended)


def _examined(
    model: Model,
    given: Mapping[str, Any],
    logged: Mapping[str, Any],
    time: float,
    hunches: bool,
    alone: tuple[float, float] | None,
    about: str,
    ended: Sequence[Finding] | None,
) -> Diagnosis:
    clock = Clock(time)
    suspected = _suspected(model, given, logged)
    remarks: list[str] = []
    if ended is not None:
        time = 0.0
        suspected = [*(replace(one, grade="certain") for one in ended), *suspected]
        remarks.append("a fit of this ends with an error, so nothing was tried")
    seen = own = None
    reasons: list[str] = []
    if time > 0:
        try:
            seen = _experiments(
                model, given, logged, [one.code for one in suspected], clock, alone, remarks
            )
        except Exception as error:  # whatever a model does: what the checks say is not lost
            remarks.append(_untried_for(error, model, given, suspected))
    if seen is not None:
        reasons, own = _looked_into(model, seen, logged)
    proved = evidence.findings(seen, own) if seen is not None else []
    proved = [*_two_networks(model, given, logged), *proved] if time > 0 else proved
    if seen is not None and evidence.went_on(seen, own):
        remarks.append("it does better than every fresh start: it was trained before this fit")
    if seen is not None and seen.only_remembers:
        remarks.append("nothing that was tried says anything about rows that were held back")
    suspected += [one for one in proved if one.grade == "hunch"]
    proved = [one for one in proved if one.grade != "hunch"]
    trials = () if seen is None else (one.change for one in seen.alone)
    tried = {part.code for one in trials for part in one.parts or (one,)}
    cures = _untried(model, given, [one for one in suspected if one.code not in tried])
    cures |= {} if seen is None else evidence.cures(seen)
    found = ordered(suspected, proved, hunches, cures, refuted(seen))
    if not found and is_lost(logged):
        found = [Finding("OF307", "loss", grade="certain")]
    if seen is not None and seen.left_out and (found or own is None or own < GOOD):
        remarks.append(seen.left_out)
    if seen is not None and seen.too_large:
        remarks.append(seen.too_large)
    untold = [one for one in suspected if one.grade == "hunch"] if not hunches else []
    if seen is None and untold:
        what = "one suspicion" if len(untold) == 1 else f"{len(untold)} suspicions"
        remarks.append(f"{what} could not be tried; --hunches, or hunches=True, shows more")
    name = about or f'{type(model).__name__} "{model.name}"'
    cleared = not_the_problem(found, seen, seen is not None or is_read(given))
    diagnosis = Diagnosis(found, name, seen, reasons, own, remarks, cleared)
    diagnosis.lines = printout.lines(diagnosis)
    return diagnosis


def _suspected(model: Model, given: Mapping[str, Any], logged: Mapping[str, Any]) -> list[Finding]:
    """What the checks say: of the data first, since nothing can be learned from a NaN."""
    case = checks.findings(case_of(model, given, logged))
    known = {one.code for one in case}
    data = [one for one in before(model, given) if one.code not in known and not one.grade]
    return [*(replace(one, grade="certain") for one in data), *case]  # counted, all of them


def _experiments(
    model: Model,
    given: Mapping[str, Any],
    logged: Mapping[str, Any],
    likely: list[str],
    clock: Clock,
    alone: tuple[float, float] | None,
    remarks: list[str],
) -> Examination | None:
    """What experiments show; what is other in them than in the training is added to `remarks`."""
    with undisturbed(model), random_state_kept(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the user has seen them at his own fit
        # A callback may have lowered the optimizer's rate by now; the History has the first one.
        rates = logged.get("learning_rate") or [None]
        one = training_of(model, given, clock.seconds, alone, rates[0])
        clock.leave_out(one.compiling if alone is None else 0.0)
        doctor = Doctor(one, likely, clock)
        seen = doctor.examine()
    if seen is None:
        remarks.append("the model cannot be copied: checks alone were made")
    else:
        remarks += one.remarks
    return seen


def _untried_for(
    error: Exception, model: Model, given: Mapping[str, Any], suspected: Sequence[Finding]
) -> str:
    """Why nothing was tried: what an error wants of the script, if no finding has said it."""
    if any((one.code, one.grade) in _NO_FIT for one in suspected):
        return "nothing was tried, since that has to be mended first"
    if isinstance(error, OnefitError):
        return f"no experiments: {error}"
    known = explained(error, case_of(model, given))
    if known is not None:
        told = f"{known.title}: {known.evidence or known.where}; {known.fix}"
        return f"no experiments: {told}"
    return f"no experiments: {in_short(error)[:MOST_SAID]}"


def _untried(
    model: Model, given: Mapping[str, Any], suspected: Sequence[Finding]
) -> dict[str, Remedy]:
    """How the form of the answer is mended that is certainly wrong, where nothing was tried."""
    with contextlib.suppress(Exception), undisturbed(model), random_state_kept():
        setup = setup_of(model, given)
        change = output_change(setup)
        for one in suspected:
            if change is not None and (one.code, one.grade) == (change.code, "certain"):
                cure = Remedy(
                    one.code, one.where, "", "certain", change.fix, change=change, setup=setup
                )
                return {one.code: cure}
    return {}


def _two_networks(
    model: Model, given: Mapping[str, Any], logged: Mapping[str, Any]
) -> list[Finding]:
    """That the network is another one in training than afterwards, if it was trained."""
    losses = logged.get("loss", ())
    if not len(losses):
        return []
    with contextlib.suppress(Exception), undisturbed(model), random_state_kept():
        setup = setup_of(model, given)
        found = two_networks(model, setup, len(losses) * -(-len(setup.rows) // setup.batch))
        return [] if found is None else [found]
    return []


def _looked_into(
    model: Model, seen: Examination, logged: Mapping[str, Any]
) -> tuple[list[str], float | None]:
    """Reasons that the network shows, and its own skill if it was trained."""
    with undisturbed(model), random_state_kept(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with contextlib.suppress(Exception):
            own = causes.own_skill(model, seen.setup) if logged else None
            return causes.causes(model, seen, logged), own
    return [], None
