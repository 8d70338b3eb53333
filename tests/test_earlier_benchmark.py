"""The comparison with an earlier commit: what it calls worse, and in which order it measures."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "benchmarks"


@pytest.fixture
def earlier():
    before = set(sys.modules)
    sys.path.insert(0, str(FOLDER))
    try:
        import earlier

        yield earlier
    finally:
        sys.path.remove(str(FOLDER))
        for name in set(sys.modules) - before:
            if str(FOLDER) in (getattr(sys.modules[name], "__file__", None) or ""):
                del sys.modules[name]


def _run(side, wall_s, printed=(), **rest):
    outside = {"wall_s": wall_s, "first_loss_s": None, "cpu_s": 1.0, "peak_mb": 100.0}
    run = {"side": side, "peer": "onefit", "process": "cold", "printed": list(printed)}
    return {**run, **outside, **rest}


def _both(earlier, old, new):
    runs = [_run("earlier", s) for s in old] + [_run("today", s) for s in new]
    return earlier.compared("startup", runs)


@pytest.mark.parametrize(
    ("old", "new", "ratios", "worse"),
    [
        ([2.0, 1.0, 4.0], [2.1, 1.05, 4.0], (1.05, 1.05), True),
        ([2.0, 1.0, 4.0], [2.1, 1.02, 4.0], (1.05, 1.02), False),  # the best is as good
        ([2.0, 1.0, 4.0], [2.0, 1.05, 9.0], (1.0, 1.05), False),  # the median is
        ([2.0, 1.0, 4.0], [1.0, 0.5, 2.0], (0.5, 0.5), False),
        ([0.0, 0.0, 0.0], [1.0, 1.0, 1.0], (None, None), True),  # something where nothing was
    ],
)
def test_worse_is_what_takes_more_in_the_median_and_in_the_best(earlier, old, new, ratios, worse):
    row = _both(earlier, old, new)[0]
    assert (row["measure"], row["worse"]) == ("wall_s", worse)
    assert (row["ratio"], row["ratio_of_best"]) == pytest.approx(ratios)


@pytest.mark.parametrize(("today", "worse"), [(0.9, False), (1.2, True)])
def test_less_than_a_megabyte_is_nothing(earlier, today, worse):
    amounts = {"earlier": 0.0, "today": today}
    runs = [_run(s, 1.0, [{"measured": {"added (MB)": mb}}]) for s, mb in amounts.items()]
    assert earlier.compared("predict", runs)[-1]["worse"] is worse


def test_the_table_marks_what_is_worse(earlier):
    titles, wall, cpu, peak = earlier.table(_both(earlier, [2.0], [2.5])).splitlines()
    assert titles.split()[-3:] == ["ratio", "of", "best"]
    assert " ".join(wall.split()) == "startup onefit cold wall_s 2 2.5 1.250 1.250 WORSE"
    assert cpu.split()[3:] == ["cpu_s", "1", "1", "1.000", "1.000"]
    assert peak.split()[3] == "peak_mb" and "WORSE" not in peak


def test_what_scripts_print_is_measured_and_what_failed_is_told(earlier):
    fit = {"fit": "1e2/32", "model": 0, "run_s": 0.5, "loss": 0.1}
    later = {**fit, "model": 7, "run_s": 0.25}
    direct = {"measured": {"predict, 1 row": 0.01}}
    runs = [_run(side, 1.0, [fit, later, direct]) for side in earlier.SIDES]
    runs.append(_run("today", 99.0, failed="exit code 1: a line\nValueError: no"))
    rows = {row["measure"]: row["today"] for row in earlier.compared("many", runs)}
    assert rows == {"wall_s": 1.0, "cpu_s": 1.0, "peak_mb": 100.0, "1e2/32: run_s": 0.5,
                    "1e2/32: run_s, later models": 0.25, "predict, 1 row": 0.01}  # fmt: skip
    assert earlier.failures("many", runs) == ["FAILED: many, onefit, today: ValueError: no"]


def test_turns_go_there_and_back_and_the_first_is_not_counted(earlier, monkeypatch):
    started = []

    def turn_of(case, peer, job, folder, turn, gpu):
        started.append((turn, peer.environment, folder.name))
        return [_run("", 1.0, peer=peer.name, turn=turn)]

    monkeypatch.setattr(earlier.run, "turn_of", turn_of)
    case = earlier.CASES["tutorial"]
    environments = {"earlier": "old", "today": "new"}
    runs = [run for run in earlier.measured(case, environments, {}, 4)]
    assert [environment for turn, environment, _ in started if turn] == [
        "old", "new", "new", "old", "old", "new", "new", "old"]  # fmt: skip
    assert {(environment, folder) for _, environment, folder in started} == {
        ("old", "earlier"), ("new", "today")}  # fmt: skip
    assert len(started) == 10 and sorted({run["turn"] for run in runs}) == [1, 2, 3, 4]
    assert {run["peer"] for run in runs} == {"onefit"}
