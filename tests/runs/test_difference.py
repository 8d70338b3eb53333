"""`onefit diff` on records made by hand."""

from __future__ import annotations

from onefit.runs.difference import difference
from onefit.runs.record import Fit, Run


def _fit(*losses, line=3, **settings):
    return Fit(file="/work/a.py", line=line, history={"loss": list(losses)} if losses else {},
               asked=len(losses), **settings)  # fmt: skip


def _told(first, second):
    runs = [Run(number=at, script="/work/a.py") for at in (1, 2)]
    for run, fits in zip(runs, (first, second)):
        vars(run).update(fits if isinstance(fits, dict) else {"fits": fits, "ended": "finished"})
    return difference(*runs).splitlines()


def test_the_latest_fits_are_compared_where_one_run_has_more():
    """They are those that `onefit show` draws."""
    told = _told(
        [_fit(1.0, 0.5, seed=1)], [_fit(1.0, 0.5, seed=1), _fit(1.0, 0.25, line=9, seed=1)]
    )
    assert told[0] == "runs 1 and 2: the same script, command, versions and machine"
    assert told[1] == "  fits         1 -> 2"
    assert told[2] == "  the latest fits, a.py:3 -> a.py:9:"
    assert told[3].startswith("  loss         0.500 █▁ -> 0.250 █▁; different from epoch 2 on")
    assert len(told) == 4


def test_a_run_that_failed_has_nothing_to_compare_and_says_so():
    error = "ValueError: shapes"
    failed = {"fits": [_fit()], "ended": "failed", "error": error}
    told = _told([_fit(1.0, 0.5)], failed)
    assert f"  ended        finished -> failed with {error}" in told
    assert told[-1] == "  run 2 has no curves to compare: onefit show 2"
    told = _told([_fit(1.0, 0.5)], {"fits": [], "ended": "failed", "error": error})
    assert told[-1] == "  run 2 has no curves to compare: onefit show 2"


def test_other_arguments_and_the_same_numbers():
    quiet = {"command": ["onefit", "run", "--quiet", "a.py"], "fits": [_fit(0.5)]}
    loud = {"command": ["onefit", "run", "a.py"], "fits": [_fit(0.5)]}
    assert _told(loud, quiet) == [
        "runs 1 and 2: the same script, versions and machine; the same numbers in every epoch",
        "  command      onefit run a.py -> onefit run --quiet a.py",
    ]


def test_what_is_chance_is_told_as_long_as_no_seed_was_set():
    chance = "  no seed was set: the numbers differ from run to run even if nothing else does"
    assert _told([_fit(0.5)], [_fit(0.4)])[-1] == chance
    assert chance not in _told([_fit(0.5, seed=1)], [_fit(0.4, seed=1)])
    assert "  seed         1 -> 2" in _told([_fit(0.5, seed=1)], [_fit(0.4, seed=2)])


def test_of_many_fits_the_first_that_differ_are_shown():
    first, second = [[_fit(1 / (at + 2 + step)) for at in range(12)] for step in (0, 1)]
    first[0] = second[0]
    told = _told(first, second)
    named = [line for line in told if line.startswith("  fit ")]
    assert named == [f"  fit {at}, a.py:3:" for at in range(2, 7)]
    assert "  6 more pairs of fits differ" in told


def test_the_loss_that_was_compiled_is_no_curve():
    first, second = _fit(1.0, 0.5, seed=1), _fit(3.0, 0.2, seed=1)
    first.compiled, second.compiled = {"loss": "mse"}, {"loss": "mae"}
    told = _told([first], [second])
    assert "  loss function mse -> mae" in told
    assert [line for line in told if line.startswith("  loss  ")] == [
        "  loss          0.500 █▁ -> 0.200 █▁"
    ]
