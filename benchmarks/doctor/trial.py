"""One program, run in this process with onefit: what it scored, and what the verdict has found."""

from __future__ import annotations

import contextlib
import io
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

MOST_SECONDS = 30
"""How long a program from elsewhere runs before it is interrupted as by Ctrl-C."""

WORK = Path(__file__).parents[1] / ".data" / "doctor"


@dataclass(frozen=True)
class Fit:
    """The last training of a program, as the script asked for it.

    Args:
        model: The trained model.
        given: The arguments of `fit`, by name.
        history: What `fit` returned.
    """

    model: Any
    given: dict[str, Any]
    history: Any


@dataclass
class Trial:
    """What became of a program.

    Args:
        seconds: How long it took.
        score: What it says it has reached; `None` where it ended before.
        chance: What always giving the same answer would reach.
        error: The error that ended it.
        trained: Whether a call of `fit` has come to its end.
        findings: Those of the verdict, each with its code, grade, severity and place.
        fit: Its last training; `None` where there was none.
    """

    seconds: float
    score: float | None
    chance: float | None
    error: str
    findings: list[dict[str, str]] = field(default_factory=list)
    trained: bool = True
    fit: Fit | None = None

    @property
    def gain(self) -> float:
        """The score above chance; 0 where there is none."""
        return max((self.score or 0.0) - (self.chance or 0.0), 0.0)

    def values(self) -> dict[str, Any]:
        """It as plain values."""
        return {name: value for name, value in vars(self).items() if name != "fit"}

    def plain(self) -> Trial:
        """It without its model."""
        return replace(self, fit=None)


def written(name: str, source: str) -> Path:
    """The file of a program, in the benchmark's folder for data."""
    WORK.mkdir(parents=True, exist_ok=True)
    path = WORK / f"{name}.py"
    path.write_text(source)
    return path


def commit() -> str:
    """The commit that is measured; `""` outside of a repository."""
    words = ["git", "-C", str(WORK.parents[2]), "rev-parse", "--short", "HEAD"]
    return subprocess.run(words, capture_output=True, text=True, check=False).stdout.strip()


def begin() -> None:
    """Make onefit the way in which this process trains."""
    from onefit.scripts.activation import activate

    activate()


def run(path: Path, seed: int, folder: Path | None = None) -> Trial:
    """Run a program; `begin` has been called.

    Args:
        path: Its file.
        seed: The seed of Keras, NumPy and Python.
        folder: The folder in which it runs, as a script that may be for an older Keras, and is
            interrupted after half a minute. Defaults to `None`: this one, for Keras 3.
    """
    import keras

    from onefit.runs import journal
    from onefit.runs.recorder import RECORDER

    keras.backend.clear_session()
    keras.utils.set_random_seed(seed)
    RECORDER.run = None
    journal.clear()
    source = path.read_text()
    if folder is not None:
        from onefit.scripts import eras

        eras.begin(source, None)
    names: dict[str, Any] = {"__name__": "__main__", "__file__": str(path)}
    error, begun = "", time.perf_counter()
    with (
        _watched() as fits,
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.chdir(folder or "."),
    ):
        signal.signal(signal.SIGALRM, signal.default_int_handler)
        signal.alarm(MOST_SECONDS if folder is not None else 0)
        try:
            exec(compile(source, str(path), "exec"), names)
        except (Exception, SystemExit, KeyboardInterrupt) as caught:
            error = f"{type(caught).__name__}: {caught}"[:300]
        finally:
            signal.alarm(0)
    seconds = time.perf_counter() - begun
    score, chance = number(names.get("score")), number(names.get("chance"))
    found = told()
    last = fits[-1] if fits else None
    return Trial(seconds, score, chance, error, found, bool(fits), last)


def number(found: Any) -> float | None:
    """A number that a script has computed; `None` for anything else of that name."""
    return float(found) if isinstance(found, int | float | np.number) else None


def told() -> list[dict[str, str]]:
    """The findings of the run's last fit, which may have failed, and of the run."""
    import onefit

    recorded = onefit.last_run()
    fits = recorded.fits[-1:]
    listed = [one for fit in fits for one in fit.findings] + recorded.findings
    return [
        {name: str(getattr(one, name, "")) for name in ("code", "grade", "severity", "where")}
        for one in listed
    ]


@contextlib.contextmanager
def _watched() -> Iterator[list[Fit]]:
    """Note each fit: the model, the arguments and the history."""
    import inspect

    import keras

    fits: list[Fit] = []
    original = keras.Model.fit
    signature = inspect.signature(original)

    def fit(self: Any, *args: Any, **keywords: Any) -> Any:
        given = dict(signature.bind(self, *args, **keywords).arguments)
        try:
            history = original(self, *args, **keywords)
        finally:  # what an interrupted fit has logged is in its history, too
            if sys.exc_info()[0] in (None, KeyboardInterrupt):
                fits.append(Fit(self, given | given.pop("kwargs", {}), self.history))
        return history

    keras.Model.fit = fit
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield fits
    finally:
        keras.Model.fit = original
