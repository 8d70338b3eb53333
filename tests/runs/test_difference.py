"""`onefit diff` on records made by hand."""

from __future__ import annotations

from onefit.runs.difference import difference
from onefit.runs.networks import Configuration, Networks, Score
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


def _many(scores, **told):
    """Networks of a configuration for each number of units."""
    found = [
        Configuration(at, {"units": units}, scores={"val_loss": Score(mean, 0.02, [mean])})
        for at, (units, mean) in enumerate(sorted(scores.items(), key=lambda pair: pair[1]))
    ]
    return Networks(
        file="/work/a.py", line=3, trained=4, metric="val_loss", metrics=["val_loss"],
        configurations=found, configured=len(found), **told,
    )  # fmt: skip


def _of(*populations):
    return {"populations": list(populations), "ended": "finished"}


def test_populations_are_compared_by_their_best_configuration_and_by_those_that_both_have():
    told = _told(_of(_many({8: 0.5, 16: 0.6})), _of(_many({8: 0.49, 16: 0.3, 32: 0.9})))
    assert told == [
        "runs 1 and 2: the same script, command, versions and machine",
        "  best         units=8 -> units=16",
        "  val_loss     0.5 ± 0.02 -> 0.3 ± 0.02",
        "  val_loss     units=8: 0.5 ± 0.02 -> 0.49 ± 0.02; less apart than the standard error of "
        "the difference",
        "  val_loss     units=16: 0.6 ± 0.02 -> 0.3 ± 0.02",
    ]


def test_populations_that_are_the_same_say_so():
    told = _told(_of(_many({8: 0.5})), _of(_many({8: 0.5})))
    assert told[0].endswith("; the same scores of every configuration") and len(told) == 1


def test_the_latest_populations_are_compared_where_one_run_has_more():
    told = _told(_of(_many({8: 0.5})), _of(_many({8: 0.9}), _many({8: 0.4})))
    assert "  populations  1 -> 2" in told and "  the latest populations, a.py:3:" in told
    assert "  val_loss     0.5 ± 0.02 -> 0.4 ± 0.02" in told


def test_a_population_beside_nothing_has_nothing_to_compare():
    told = _told(_of(_many({8: 0.5})), _of())
    assert "  populations  1 -> 0" in told
