"""A fit seen from outside: what it was given, what came of it, written into the record of the run.

An observation never changes what it looks at, and never raises: where it fails itself, the record
lacks something and says so. What it costs is bounded: of a loop that calls `fit` a thousand times a
second the calls are added up, and nothing is looked at twice.
"""

from __future__ import annotations

import itertools
import os
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from onefit.findings import Finding
from onefit.runs import journal
from onefit.runs.record import Event, Fit
from onefit.runs.recorder import RECORDER
from onefit.training.host import switches
from onefit.training.observation.caller import named, user_frame
from onefit.training.observation.checks import after, before, compared, failed
from onefit.training.observation.data_form import form_of
from onefit.training.observation.fit_call import Call, add, epochs_of, logged, tell, write
from onefit.training.observation.network import (
    has_new_form,
    looked_at,
    network_of,
    number_of,
)
from onefit.training.observation.repetition import SHORT, Repetition
from onefit.training.observation.safety import safely

if TYPE_CHECKING:
    from keras import Model

PLAIN = (
    *("batch_size", "shuffle", "validation_split", "class_weight", "initial_epoch"),
    *("steps_per_epoch", "validation_steps", "validation_batch_size", "validation_freq"),
)


BRIEF, BRIEF_ROWS, BRIEF_WEIGHTS = 0.05, 65, 10_000
"""Seconds, rows and weights of trainings that are tried from other starts at a script's end."""

MOST_EVENTS = 50
SHARE = 0.003
"""The share of a training's time that looks at its data may take, once it goes on in a loop."""

MOST_COMPARED = 1 << 24
"""Bytes of an array up to which it is compared with the rows of validation."""


USUAL = {"shuffle": True, "validation_split": 0.0, "initial_epoch": 0, "validation_freq": 1}


def observed(model: Model, given: dict[str, Any], train: Callable[[], Any]) -> Any:
    """Train, and write down what came of it.

    Args:
        model: The model.
        given: The arguments of `fit`.
        train: Trains it.

    Returns:
        What `train` returns; what it raises is written down and passes through.
    """
    repetition = RECORDER.repetition
    if isinstance(repetition, Repetition) and safely(
        repetition.goes_on, model, given, sys._getframe(1)
    ):
        return repetition.observed(model, given, train)
    observation = safely(Observation, model, given)
    try:
        result = train()
    except BaseException as error:
        if observation is not None:
            safely(observation.end, error)
        raise
    if observation is not None:
        safely(observation.end, None)
    return result


class Observation:
    """One call of `fit`.

    Args:
        model: The model.
        given: The arguments.
    """

    def __init__(self, model: Model, given: dict[str, Any]) -> None:
        """Look at what was there before."""
        self.model, self.given = model, given
        RECORDER.current()
        self.began = RECORDER.now()
        self.before = getattr(model, "history", None)
        self.frame = user_frame(sys._getframe(1))
        self.file, self.line = named(self.frame)
        self.again = self.continued()
        self.findings: list[Finding] = []
        is_new = has_new_form(model, form_of(given))
        if self.again is None or is_new or looked_at(model) < SHARE * self.again.seconds:
            self.look()
        # What an earlier call has noted, and nobody has taken, is not of this one.
        journal.take_fit()
        self.plan = switches.FirstPlan()
        self.start = time.perf_counter()

    def end(self, error: BaseException | None) -> None:
        """Write down what came of it."""
        seconds, model, given = time.perf_counter() - self.start, self.model, self.given
        self.plan.close()
        noted = journal.take_fit()
        call = Call(logged(model, self.before), epochs_of(given), seconds, noted, error)
        fit = self.again
        if fit is None:
            fit = self.described()
            write(fit, call, self.findings)
            tell(fit, failed(model, given, error, fit) if error else after(model, given, fit))
            fit.constants = compared(model, given, fit)
            fit.events = events(given["callbacks"], fit.history, fit)
            RECORDER.add(fit)
            RECORDER.brief = (model, given, fit) if _is_brief(fit) else None
        else:
            add(fit, call, self.findings)
            RECORDER.save_if_cheap()
        if error is None and seconds < SHORT and not RECORDER.parent:
            RECORDER.repetition = Repetition(fit, model, self.given, self.frame)
        # A frame keeps every object of the script's function alive.
        self.frame = None

    def look(self) -> None:
        """Look at the arguments before the fit, and say at once what is found.

        In a loop of calls only as often as it takes a small share of their time.
        """
        start = time.perf_counter()
        self.findings = before(self.model, self.given)
        for finding in self.findings:
            RECORDER.say(finding)
        looked_at(self.model, time.perf_counter() - start)

    def continued(self) -> Fit | None:
        """The fit that this call goes on with: the last one, of this line and this network."""
        last = RECORDER.latest()
        goes_on = (
            last is not None
            and not RECORDER.parent
            and last.ended == "finished"
            and last.line == self.line
            and last.file == self.file
            and last.network == number_of(self.model)
            and last.process == os.getpid()
        )
        return last if goes_on else None

    def described(self) -> Fit:
        """A new entry of the record, with everything that a call of `fit` tells about itself."""
        given, model = self.given, self.model
        network = network_of(model)
        rows = rows_of(given["x"])
        fit = Fit(
            file=self.file,
            line=self.line,
            model=f'{type(model).__name__} "{model.name}"',
            network=network.number,
            layers=network.layers,
            weights=network.weights,
            rows=rows,
            arguments={name: _plain(given[name]) for name in PLAIN if _is_news(name, given[name])},
            compiled=network.compiled,
            seed=_seed(),
            first=given["initial_epoch"],
            asked=given["epochs"],
            began=self.began,
            process=os.getpid(),
        )
        if given["validation_data"] is not None:
            data = given["validation_data"]
            fit.validation = "training rows" if trained_on(data, given["x"]) else "data"
            fit.validation_rows = rows_of(
                data[0] if isinstance(data, tuple | list) and data else data
            )
        elif given["validation_split"] and rows is not None:
            fit.validation = "split"
            fit.rows = int(rows * (1 - given["validation_split"]))
            fit.validation_rows = rows - fit.rows
        plan = self.plan.make() if self.plan.make is not None else None
        if plan is not None:
            fit.way, fit.plan = plan.way, str(plan)
        return fit


def _is_brief(fit: Fit) -> bool:
    """Whether a training is so short and small that it can be tried again at the script's end."""
    rows = fit.rows if fit.rows is not None else BRIEF_ROWS
    short = fit.ended == "finished" and 0 < fit.run_seconds < BRIEF
    return (
        short
        and rows < BRIEF_ROWS
        and fit.weights < BRIEF_WEIGHTS
        and RECORDER.current().door == "run"
    )


def trained_on(validation: Any, x: Any) -> bool:
    """Whether `validation_data` are rows of `x`: the same array, a part of its memory or a copy."""
    inputs = validation[0] if isinstance(validation, tuple | list) and validation else validation
    if inputs is x:
        # The same generator gives other rows to the validation.
        return not hasattr(x, "__next__")
    if not (isinstance(inputs, np.ndarray) and isinstance(x, np.ndarray)):
        return False
    try:
        # Bounded: for some pairs of views an exact answer takes exponentially long.
        if np.shares_memory(inputs, x, max_work=1000):  # type: ignore[arg-type]
            return True
    except np.exceptions.TooHardError:
        return False
    small = x.nbytes <= MOST_COMPARED and inputs.shape == x.shape
    return small and bool(np.array_equal(inputs, x))


def rows_of(data: Any) -> int | None:
    """How many rows data has, as far as its first array tells.

    >>> rows_of({"a": [1, 2, 3]}), rows_of(iter([1]))
    (3, None)
    """
    while isinstance(data, dict):
        data = next(iter(data.values()), None)
    if isinstance(data, tuple | list) and data and hasattr(data[0], "shape"):
        data = data[0]
    shape = getattr(data, "shape", None)
    if isinstance(shape, tuple) and shape:
        return shape[0] if isinstance(shape[0], int) else None
    return len(data) if isinstance(data, tuple | list) else None


def events(callbacks: Any, history: dict[str, list[float]], fit: Fit) -> list[Event]:
    """What callbacks did, as far as History and their own attributes tell afterwards."""
    found: list[Event] = []
    rates = history.get("learning_rate", history.get("lr", []))
    for epoch, (old, new) in enumerate(itertools.pairwise(rates)):
        if new != old and len(found) < MOST_EVENTS:
            what = f"learning rate {old:.3g} -> {new:.3g}"
            found.append(Event(fit.first + epoch + 1, "", what))
    for callback in callbacks if isinstance(callbacks, list | tuple) else [callbacks]:
        stopped = getattr(callback, "stopped_epoch", 0)
        if isinstance(stopped, int) and stopped > 0:
            found.append(Event(stopped, type(callback).__name__, "stopped the training"))
            best = getattr(callback, "best_epoch", None)
            restores = getattr(callback, "restore_best_weights", False)
            if restores and isinstance(best, int) and best < stopped:
                what = f"the weights are those of epoch {best + 1:,}"
                found.append(Event(stopped, type(callback).__name__, what))
    return found


def _is_news(name: str, value: Any) -> bool:
    return value is not None and not (name in USUAL and bool(USUAL[name] == value))


def _plain(value: Any) -> Any:
    if isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in list(value.items())[:100]}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value[:100]]
    return str(value)


def _seed() -> int | None:
    """The seed that `keras.utils.set_random_seed` was given."""
    from onefit.training.host.keras_private import GLOBAL_RANDOM_SEED, global_state

    seed = global_state.get_global_attribute(GLOBAL_RANDOM_SEED)
    return int(seed) if isinstance(seed, int) else None
