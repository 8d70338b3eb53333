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
import traceback
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from onefit.findings import Finding
from onefit.runs import journal
from onefit.runs.record import Event, Fit, Told
from onefit.runs.recorder import RECORDER
from onefit.runs.words import in_short
from onefit.training.host import switches
from onefit.training.observation.caller import caller
from onefit.training.observation.checks import after, before, compared, lost
from onefit.training.observation.network import looked_at, network_of, number_of

PLAIN = (
    *("batch_size", "shuffle", "validation_split", "class_weight", "initial_epoch"),
    *("steps_per_epoch", "validation_steps", "validation_batch_size", "validation_freq"),
)


MOST_FINDINGS = MOST_EVENTS = 50
MOST_COMPARED = 1 << 24
"""Bytes of an array up to which it is compared with the rows of validation."""


USUAL = {"shuffle": True, "validation_split": 0.0, "initial_epoch": 0, "validation_freq": 1}


def observed(model: Any, given: dict[str, Any], train: Callable[[], Any]) -> Any:
    """Train, and write down what came of it.

    Args:
        model: The model.
        given: The arguments of `fit`.
        train: Trains it.

    Returns:
        What `train` returns; what it raises is written down and passes through.
    """
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


def safely(call: Callable[..., Any], *arguments: Any) -> Any:
    """Call, and keep what goes wrong for the end: no observation may cost anybody a training.

    Args:
        call: What is called.
        *arguments: Its arguments.

    Returns:
        What it returns; `None` where it fails.
    """
    try:
        return call(*arguments)
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        file = os.path.basename(place.filename)
        where = f"{type(error).__name__}: {error} ({file}:{place.lineno})"
        RECORDER.failure = RECORDER.failure or f"part of this run could not be recorded: {where}"
        return None


class Observation:
    """One call of `fit`.

    Args:
        model: The model.
        given: The arguments.
    """

    def __init__(self, model: Any, given: dict[str, Any]) -> None:
        """Look at what was there before."""
        self.model, self.given = model, given
        RECORDER.current()
        self.began = RECORDER.now()
        self.before = getattr(model, "history", None)
        self.file, self.line = caller(sys._getframe(1))
        self.again = self.continued()
        self.findings: list[Finding] = []
        if self.again is None or looked_at(model) < 0.01 * self.again.seconds:
            self.look()
        journal.take_fit()
        switches.planned.make = None
        self.start = time.perf_counter()

    def end(self, error: BaseException | None) -> None:
        """Write down what came of it."""
        seconds = time.perf_counter() - self.start
        noted = journal.take_fit()
        history = self.history()
        ended, told = _ended(error)
        fit = self.again
        if fit is None:
            fit = self.described()
            _extend(fit, history, 0)
        else:
            _extend(fit, history, fit.epochs)
            fit.calls += 1
            fit.asked += max(0, self.given["epochs"] - self.given["initial_epoch"])
        fit.seconds += seconds
        fit.ended, fit.error = ended, told
        if noted is not None:
            tally, findings = noted
            fit.compile_seconds += tally.compile_seconds
            fit.run_seconds += tally.run_seconds
            self.findings += findings
        if fit.calls == 1:
            self.findings += after(self.model, self.given, fit)
            fit.constants = compared(self.model, self.given, fit)
        self.findings = lost(self.findings, fit, history)
        _tell(fit, self.findings)
        if fit.calls == 1:
            fit.events = events(self.given["callbacks"], history, fit)
            RECORDER.add(fit)
        else:
            RECORDER.save_if_cheap()

    def look(self) -> None:
        """Look at the arguments before the fit, and say at once what is found.

        In a loop of calls only as often as it takes a hundredth of their time.
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

    def history(self) -> dict[str, list[float]]:
        """The numbers that Keras logged in this call."""
        history = getattr(self.model, "history", None)
        if history is None or history is self.before:
            return {}
        logged = getattr(history, "history", None) or {}
        return {name: list(map(float, values)) for name, values in logged.items() if _real(values)}

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
            fit.validation = "training rows" if _trained_on(data, given["x"]) else "data"
            fit.validation_rows = rows_of(
                data[0] if isinstance(data, tuple | list) and data else data
            )
        elif given["validation_split"] and rows is not None:
            fit.validation = "split"
            fit.rows = int(rows * (1 - given["validation_split"]))
            fit.validation_rows = rows - fit.rows
        plan = switches.planned.make() if switches.planned.make is not None else None
        if plan is not None:
            fit.way, fit.plan = plan.way, str(plan)
        return fit


def _real(values: Sequence[Any]) -> bool:
    """Whether all values are real numbers; their types are few, the values may be many."""
    return all(issubclass(kind, float | int) for kind in set(map(type, values)))


def _trained_on(validation: Any, x: Any) -> bool:
    """Whether `validation_data` are rows of `x`: the same array, a part of its memory or a copy."""
    inputs = validation[0] if isinstance(validation, tuple | list) and validation else validation
    if inputs is x:
        return not hasattr(x, "__next__")
    if not (isinstance(inputs, np.ndarray) and isinstance(x, np.ndarray)):
        return False
    try:
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


def _extend(fit: Fit, history: dict[str, list[float]], epochs: int) -> None:
    for name, values in history.items():
        fit.history.setdefault(name, []).extend(values)


def _ended(error: BaseException | None) -> tuple[str, str]:
    if error is None:
        return "finished", ""
    if isinstance(error, KeyboardInterrupt):
        return "interrupted", ""
    return "failed", in_short(error)


def events(callbacks: Any, history: dict[str, list[float]], fit: Fit) -> list[Event]:
    """What callbacks did, as far as History and their own attributes tell afterwards."""
    found: list[Event] = []
    rates = history.get("learning_rate", [])
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


def _tell(fit: Fit, findings: list[Finding]) -> None:
    """Add findings to the record of a fit, each once."""
    known = {(one.code, one.where) for one in fit.findings}
    for one in findings:
        if (one.code, one.where) not in known and len(fit.findings) < MOST_FINDINGS:
            known.add((one.code, one.where))
            fit.findings.append(Told(one.code, one.where, one.evidence))


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
