"""What time an examination counts."""

from __future__ import annotations

import time

import pytest

from onefit.doctor.experiment import Clock


@pytest.fixture(autouse=True)
def _time_of_a_quick_machine():
    """Here the time is told as it is, in the place of that of the other tests."""


def test_time_without_a_processor_counts_for_less(monkeypatch):
    """As long as the process works it is the machine's time; two threads make it no faster."""
    now, worked = [0.0], [0.0]
    monkeypatch.setattr(time, "perf_counter", lambda: now[0])
    monkeypatch.setattr(time, "process_time", lambda: worked[0])
    clock = Clock(10.0)
    now[0], worked[0] = 3.0, 6.0
    assert clock.spent == 3.0
    now[0] = 9.0
    assert clock.spent == pytest.approx(3.0 + 6.0 / 1.3)
    now[0], worked[0] = 10.0, 7.0
    assert clock.spent == pytest.approx(4.0 + 6.0 / 1.3)
