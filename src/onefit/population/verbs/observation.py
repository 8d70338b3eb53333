"""What the record of a run is told of a population: one entry for what a user has asked for."""

from __future__ import annotations

import contextlib
import sys
import weakref
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import replace
from typing import Any

from onefit.console import tell
from onefit.findings import Finding
from onefit.population.results.record import record, sizes
from onefit.population.results.trained import Trained
from onefit.runs import journal
from onefit.runs.networks import Networks
from onefit.runs.recorder import RECORDER
from onefit.training.observation.caller import caller
from onefit.training.observation.case import USUAL
from onefit.training.observation.checks import before
from onefit.training.observation.safety import safely

AT_ONCE = 200
"""Members of a population that is looked through at once: 0.2 ms a member."""

MODELS = 4
"""Models of different structures that are looked at before they are trained."""

_part: ContextVar[bool] = ContextVar("part of a larger population", default=False)


@contextlib.contextmanager
def as_part() -> Iterator[None]:
    """A block whose populations are parts of a larger one, which is observed itself."""
    token = _part.set(True)
    try:
        yield
    finally:
        _part.reset(token)


def is_part() -> bool:
    """Whether a population is a part of a larger one, which speaks for it."""
    return _part.get()


def warn(population: Trained) -> None:
    """Tell what counts and algebra prove of the fits, before they run; they run as written.

    Labels that no output can mean are an example: each row of them is left out of the loss, and the
    population looks better than it is.

    Args:
        population: The population, of which nothing has run.
    """
    if _part.get() or journal.is_aside():
        return
    given = {**USUAL, **population.given, **population.data.given}
    found: dict[str, Finding] = {}
    # Most findings are of the data, and show with the first models.
    for job in population.jobs[:MODELS]:
        for one in safely(before, job.model, given) or []:
            found.setdefault(one.code, one)
    for one in found.values():
        # A suspicion can wait for the verdict; what is certain is worth interrupting for.
        if one.grade == "certain":
            tell(f"onefit: {one}")
            if one.own_fix:
                tell(f"  what to do: {one.own_fix}")


def observe(population: Trained) -> None:
    """Add a population to the record of the run, unless it is a part or nobody asked for it.

    A large one is looked through when the run ends, if it is still there: for a thousand members
    that takes as long as training them. Nothing that goes wrong here reaches the user's script; it
    is told at the end of the run.
    """
    if _part.get() or journal.is_aside():
        return
    try:
        large = len(population.numbers) > AT_ONCE
        made = _located(sizes(population) if large else record(population), population)
        # The record must not keep a population that the script has let go of.
        reference = weakref.ref(population)

        def whole() -> Networks | None:
            there = reference()
            return None if there is None else replace(record(there), **_place(made))

        RECORDER.add_population(made, whole if large else None)
    except Exception as error:
        journal.remark(f"a population could not be recorded: {type(error).__name__}: {error}")


def _located(made: Networks, population: Trained) -> Networks:
    """The record with the line that asked for it."""
    made.file, made.line = caller(sys._getframe(2))
    made.model = str(population.jobs[0].model.name)
    return made


def _place(made: Networks) -> dict[str, Any]:
    return {"file": made.file, "line": made.line, "model": made.model}
