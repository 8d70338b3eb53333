"""What a user has asked of every fit, evaluate and predict: explain, strict, verify."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, cast

from onefit.console import tell
from onefit.errors import FallbackError
from onefit.runs import journal


@dataclass
class Options:
    """The switches of `install`.

    Args:
        explain: Print each plan on standard error before its run.
        strict: Raise `FallbackError` where a plan is to run step by step.
        verify: Train each fit both ways, and tell the verdict on standard error.
        restarts: How many starts each fit gets; the model receives the best.
        buckets: Fill predictions of few rows up to a power of two.
        watch: Keep where each fit begins, so that a report can run it again.
        checkpoint: A folder for the checkpoints of each fit; `""` for none.
    """

    explain: bool = False
    strict: bool = False
    verify: bool = False
    restarts: int = 1
    buckets: bool = False
    watch: bool = False
    checkpoint: str = ""


_everywhere: Options | None = None
_here: ContextVar[Options | None] = ContextVar("onefit", default=None)
_OFF = Options()


def in_force() -> Options | None:
    """What is installed here: in this thread or task by a block, or everywhere."""
    found = _here.get() or _everywhere
    return None if found is _OFF else found


def is_everywhere() -> bool:
    """Whether `install` is in force, and not only a block."""
    return _everywhere is not None


def put_in_force(options: Options | None) -> None:
    """Install everywhere, and for the block that this thread or task is in."""
    global _everywhere
    _everywhere = options
    if _here.get() is not None:
        # `None` would say that no block has asked: what is installed everywhere would hold.
        _here.set(options or _OFF)


@contextlib.contextmanager
def here(options: Options) -> Iterator[None]:
    """Install for a block, in this thread or task alone; in others nothing is changed.

    >>> with here(Options(strict=True)):
    ...     CURRENT.strict
    True
    >>> CURRENT.strict
    False
    """
    before = _here.set(options)
    try:
        yield
    finally:
        _here.reset(before)


class _Current:
    """The switches that are in force here; all are off where nothing is installed."""

    def __getattr__(self, name: str) -> Any:
        return getattr(in_force() or _OFF, name)


CURRENT = cast(Options, _Current())

planned = threading.local()
"""`planned.first` is the `FirstPlan` that this thread waits for."""


class FirstPlan:
    """The plan that this thread announces first from now on, until it is closed.

    What is announced later belongs to calls within: a callback that predicts. `make` makes the
    plan; it holds the model and the data, so it must not outlive the call.

    >>> first = FirstPlan()
    >>> announce(lambda: "a plan"); announce(lambda: "another")
    >>> first.make()
    'a plan'
    >>> first.close()
    """

    def __init__(self) -> None:
        """Wait for a plan in the place of whoever waits for one."""
        self.make: Callable[[], Any] | None = None
        self.before: FirstPlan | None = getattr(planned, "first", None)
        planned.first = self

    def close(self) -> None:
        """Wait no longer."""
        planned.first = self.before


def announce(make: Callable[[], Any]) -> None:
    """Act on a plan before it runs, as the switches say; it is only made if one is on.

    Raises:
        FallbackError: In strict mode, if the plan is to run step by step.
    """
    first: FirstPlan | None = getattr(planned, "first", None)
    if first is not None and first.make is None:
        first.make = make
    if not (CURRENT.explain or CURRENT.strict):
        return
    plan = make()
    if CURRENT.explain:
        tell(plan)
    if CURRENT.strict and plan.way == "step by step":
        reasons = "; ".join(map(str, plan.findings))
        refusal = (
            f"Expected {plan.verb} to run as a program, because of strict mode. Received a plan to "
            f"run step by step: {reasons}. Mend it as `onefit findings` says for the code, or "
            "leave strict mode."
        )
        journal.refuse(refusal)  # whatever the script makes of the error
        raise FallbackError(refusal)
