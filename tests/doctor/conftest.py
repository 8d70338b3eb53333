"""An examination sees in its seconds on a slow machine what it sees on a quick one."""

from __future__ import annotations

import functools
import time

import pytest

from onefit.doctor.experiment import WorkingTime

QUICK = 0.06
"""Processor seconds of `_work` on the machine for which the seconds of these tests were chosen."""


def _work() -> int:
    total = 0
    for number in range(10**6):
        total += number
    return total


@functools.cache
def _slowness() -> float:
    """How many times as long as on that machine Python takes on this one, not below 1."""
    taken = []
    for _ in range(3):
        begin = time.process_time()
        _work()
        taken.append(time.process_time() - begin)
    return max(1.0, min(taken) / QUICK)


@pytest.fixture(autouse=True)
def _time_of_a_quick_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tell an examination the time that would have passed there.

    What is found within `time=3` is then the same everywhere: tests say what an examination finds,
    and benchmarks how quickly.
    """
    tell, slowness = WorkingTime.__call__, _slowness()
    monkeypatch.setattr(WorkingTime, "__call__", lambda self: tell(self) / slowness)
