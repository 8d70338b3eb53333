"""The run of this process, written down while it happens.

What is here serves the record only: whatever goes wrong is kept as one line to tell at the end, and
never reaches a training. Writing is rationed: while the process goes on, a run is written only when
the last writing took less than three thousandths of the time since.

Processes that the script starts leave theirs in a file (`other_processes.py`), from which the run
of the script takes it.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeAlias

from onefit.findings import Finding
from onefit.runs import journal, other_processes, surroundings
from onefit.runs.networks import Networks
from onefit.runs.processes import host
from onefit.runs.record import (
    MOST_FITS,
    MOST_POPULATIONS,
    Calls,
    Evaluation,
    Fit,
    Prediction,
    Run,
    Told,
)
from onefit.runs.words import in_short

Brief: TypeAlias = tuple[object, Mapping[str, object], Fit]
"""A short fit: its model, the arguments of `fit`, and its record."""

MOST_EVALUATIONS = 20
"""Evaluations kept, the first ones."""

MOST_PREDICTIONS = 100
"""Predictions whose lines are looked up, the first ones."""

SHARE = 0.003
"""The share of a run's time that writing it down may take while it goes on."""


FIRST_COST = 0.05
"""Seconds that the first writing is taken to need: SQLite is imported, and the file made."""


class Repeated(Protocol):
    """Calls of a training that are put aside."""

    def write(self) -> None:
        """Write them into the record, and keep none."""


class Recorder:
    """Writes down the run of a process.

    >>> recorder = Recorder()
    >>> run = recorder.begin("run", script="xor.py")
    >>> recorder.add(Fit(history={"loss": [0.7, 0.4]}))
    >>> run.fits[0].epochs
    2
    """

    def __init__(self) -> None:
        """Nothing has begun."""
        # The thread that holds it takes it again: `add` asks for `current`, and `save` for
        # `complete`.
        self.lock = threading.RLock()
        self.run: Run | None = None
        self.parent = ""  # the key of the run of another process that this one works for
        self.failure = ""
        self.predictions = 0  # those whose lines were looked up
        self.say: Callable[[Finding], None] = _nothing
        self.repetition: Repeated | None = None  # short calls that wait for being written
        self.brief: Brief | None = None  # a fit to be tried again at the end
        self.whole: dict[int, Callable[[], Networks | None]] = {}  # by the records' identities
        self.clock = self.written = 0.0
        self.cost = FIRST_COST

    def begin(self, door: str, command: Sequence[str] = (), script: str = "") -> Run:
        """Begin the run of this process, or say more about the one that has begun.

        Args:
            door: `"run"`, `"notebook"` or `"python"`.
            command: The words of the command line. Defaults to `()`, those of the process.
            script: What is run. Defaults to `""`, the script of the process.
        """
        with self.lock:
            if self.run is None:
                key, process = os.urandom(16).hex(), os.getpid()
                self.run = Run(key=key, started=time.time(), host=host(), process=process)
                self.clock = self.written = time.perf_counter()
            run = self.run
            run.door, run.command = door, list(command or sys.argv)
            run.script, run.folder = script or surroundings.script(), surroundings.folder()
            run.script_sha256 = surroundings.text_hash(run.script)
            return run

    def current(self) -> Run:
        """The run of this process; a program that calls onefit by itself begins it so."""
        if self.run is None:
            with self.lock:
                if self.run is None:
                    self.begin("python")
                    atexit.register(self._at_exit)
        return self.run or Run()

    def now(self) -> float:
        """Seconds since the run began."""
        return time.perf_counter() - self.clock

    def latest(self) -> Fit | None:
        """The fit that was added last, with everything that it has left."""
        self.settle()
        return self.run.fits[-1] if self.run is not None and self.run.fits else None

    def settle(self) -> None:
        """Write down what was put aside."""
        waiting = self.repetition
        if waiting is not None:
            waiting.write()

    def add(self, fit: Fit) -> None:
        """Add a training; the run is written if that costs next to nothing."""
        with self.lock:
            run = self.current()
            if self.parent:
                other_processes.leave(self.parent, Run(fits=[fit]))
            if len(run.fits) >= MOST_FITS:
                del run.fits[MOST_FITS // 2]
                run.fits_left_out += 1
            run.fits.append(fit)
        self.save_if_cheap()

    def add_population(
        self, many: Networks, whole: Callable[[], Networks | None] | None = None
    ) -> None:
        """Add networks that were trained together.

        Args:
            many: Their record, or as much of it as costs nothing to make.
            whole: Makes the whole record; `None` if they are not there any more. It is asked once,
                when the run ends or is looked at.
        """
        if self.parent:
            made = None if whole is None else whole()  # a worker may be killed at any moment
            other_processes.leave(self.parent, Run(populations=[made or many]))
            return
        with self.lock:
            run = self.current()
            if len(run.populations) >= MOST_POPULATIONS:
                self.whole.pop(id(run.populations.pop(MOST_POPULATIONS // 2)), None)
                run.populations_left_out += 1
            run.populations.append(many)
            if whole is not None:
                self.whole[id(many)] = whole
        self.save_if_cheap()

    def _complete_populations(self, run: Run) -> None:
        """Ask for the whole records of populations."""
        asked, self.whole = self.whole, {}
        for at, many in enumerate(run.populations):
            whole = asked[id(many)]() if id(many) in asked else None
            run.populations[at] = many if whole is None else whole

    def wants_evaluations(self) -> bool:
        """Whether an evaluation is news: where something was trained, its numbers are told."""
        run = self.run
        few = run is None or not (run.fits or len(run.evaluations) >= MOST_EVALUATIONS)
        return few and not self.parent

    def add_evaluation(self, evaluation: Evaluation) -> None:
        """Add what `evaluate` has returned."""
        with self.lock:
            self.current().evaluations.append(evaluation)
        self.save_if_cheap()

    def wants_predictions(self) -> bool:
        """Whether a prediction is news; a small one takes less time than a look at its line."""
        run = self.run
        few = run is None or not (run.fits or self.predictions >= MOST_PREDICTIONS)
        return few and not self.parent

    def add_prediction(self, one: Prediction) -> None:
        """Add a call of `predict` to those from the same line."""
        with self.lock:
            self.predictions += 1
            known = self.current().predictions
            place = (one.file, one.line)
            same = next((other for other in known if (other.file, other.line) == place), None)
            if same is None:
                known.append(one)
            else:
                whole = same.rows is not None and one.rows is not None
                same.rows = (same.rows or 0) + (one.rows or 0) if whole else None
                same.calls, same.seconds = same.calls + 1, same.seconds + one.seconds
        self.save_if_cheap()

    def save_if_cheap(self) -> None:
        """Write the run, if that is a second ago and took less than `SHARE` of the time since."""
        if time.perf_counter() - self.written > max(1.0, self.cost / SHARE):
            self.save(patience=0.0)

    def finish(self, ended: str, error: str = "") -> None:
        """Say how the process ends.

        Args:
            ended: `"finished"`, `"interrupted"` or `"failed"`.
            error: The error in a line. Defaults to `""`.
        """
        with self.lock:
            run = self.current()
            run.ended, run.error = ended, error
            other_processes.take_in(run)
        if ended == "interrupted":
            # Now and not at exit only: modules imported there would make python forget that it has
            # to end by the signal (a dataclass is made by `exec`, which resets its note of it).
            self.save()

    def complete(self, populations: bool = True) -> Run:
        """The run as it stands, with everything that is looked up only when it is asked for.

        Args:
            populations: Whether large populations are looked through. Defaults to `True`.
        """
        with self.lock:
            self.settle()
            run, total = self.current(), journal.total()
            if populations:
                self._complete_populations(run)
            run.seconds = self.now()
            run.verbs = {name: Calls(**vars(tally)) for name, tally in total.verbs.items()}
            run.findings = [
                Told(one.code, one.where, one.evidence, count, one.grade, one.own_fix)
                for one, count in total.findings.items()
            ]
            run.remarks = list(total.remarks)
            # Not when the run begins: Keras, JAX and its devices are seldom loaded by then.
            run.versions, run.machine = surroundings.versions(), surroundings.machine()
            run.commit = run.commit or surroundings.commit(run.script, run.folder)
            return run

    def save(self, patience: float = 2.0) -> int:
        """Write the run; what keeps it from being written is told at the end, once.

        Args:
            patience: Seconds to wait for other processes that write. Defaults to `2.0`.

        Returns:
            The number under which it is kept; 0 if it is not.
        """
        if self.parent or self.failure:
            return 0
        start = time.perf_counter()
        try:
            from onefit.runs import store
            from onefit.runs.verdict import headline

            if store.turned_off():
                return 0
            with self.lock:
                # While the script goes on nobody is to wait until large populations are looked
                # through.
                run = self.complete(populations=patience > 0)
                if not run.fits and not run.verbs:
                    return 0
                fits = len(run.fits) + run.fits_left_out
                return store.Store().keep(run, headline(run), fits, patience)
        except Exception as error:
            if patience:  # while the script runs, other processes may be writing
                self.failure = f"this run could not be kept: {error}"
            return 0
        finally:
            self.written = time.perf_counter()
            self.cost = self.written - start

    def belong_to(self, key: str) -> None:
        """Make this process work for the run of the one that started it."""
        # A new lock: after a fork the old one stays locked if another thread of the parent held it.
        self.parent, self.lock, self.repetition = key, threading.RLock(), None
        if self.run is not None and self.run.key == key:  # a fork: what it has is its parent's
            self.run = None
            journal.forked()

    def forked(self) -> None:
        """In the child of a fork: go on for the parent's run."""
        if self.run is not None or self.parent:
            self.belong_to(self.parent or (self.run.key if self.run is not None else ""))

    def _at_exit(self) -> None:
        """Write the run of a program that nobody else ends."""
        if self.run is not None and self.run.ended == "running" and not self.parent:
            error = getattr(sys, "last_value", None)  # what has ended the script, if anything
            interrupted = isinstance(error, KeyboardInterrupt)
            if interrupted or error is None:
                self.finish("interrupted" if interrupted else "finished")
            else:
                self.finish("failed", in_short(error))
            self.save()
            if interrupted:  # python ends by the signal, unless it has forgotten: see `finish`
                with contextlib.suppress(KeyboardInterrupt):
                    exec("raise KeyboardInterrupt")


def _nothing(finding: Finding) -> None:
    """Say nothing: what is found is told in the verdict."""


RECORDER = Recorder()


def last_run() -> Run:
    """The run of this process so far: every fit with its History, plan, timings and findings.

    Returns:
        A `Run`; `print` it for the verdict. It is written down when the process ends.

    >>> import keras, numpy as np, onefit
    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    >>> model.compile("adam", "mse")
    >>> history = onefit.fit(model, np.ones((8, 2)), np.ones(8), epochs=3, verbose=0)
    >>> onefit.last_run().fits[-1].history["loss"] == history.history["loss"]
    True
    """
    from onefit.runs.verdict import lines

    run = RECORDER.complete()
    run.verdict = lines(run)
    return run


if hasattr(os, "register_at_fork"):  # Windows has no forks
    os.register_at_fork(after_in_child=RECORDER.forked)
