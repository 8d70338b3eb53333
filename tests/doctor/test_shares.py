"""What of several changes has done it, from skills that are written down, and by arithmetic."""

import re

import keras
import numpy as np
import pytest
from scipy import stats

import onefit
from onefit.doctor.changes.bundle import bundle
from onefit.doctor.changes.change import Change
from onefit.doctor.evidence import findings
from onefit.doctor.examination import Examination
from onefit.doctor.experiment import Result
from onefit.doctor.setup import Setup
from onefit.doctor.task import Task
from onefit.doctor.trials import _compared

SCALED = Change("OF507", "inputs scaled", "scale", lambda setup: setup, cause="x")
ADAM = Change("OF512", "Adam(0.001)", "adam", lambda setup: setup, cause="optimizer")
FASTER = Change("OF512", "SGD(0.1)", "0.1", lambda setup: setup, cause="learning_rate")
SLOWER = Change("OF511", "SGD(0.001)", "0.001", lambda setup: setup, cause="learning_rate")
SETUP = Setup(None, Task("classes", 2), None, None, epochs=1, batch=1)
FALLING = np.linspace(1.0, 0.9, 8)


def _result(skill, *changes, losses=FALLING):
    noise = np.random.default_rng(0).normal(size=16) * 0.01
    setup = SETUP.but(changes=tuple(one.name for one in changes))
    return Result(setup, skill + noise, skill + noise, range(16), np.tile(losses, (16, 1)))


def _of(skills, *changes):
    setup = SETUP.but(changes=tuple(one.name for one in changes))
    skills = np.asarray(skills, float)
    return Result(setup, skills, skills, range(len(skills)))


def _examined(skills, losses=FALLING, suspected=()):
    """What is found where the change of all that `skills` names was kept."""
    seen = Examination(
        SETUP, _result(0.0, losses=losses), 16, on_training_rows=True, suspected=suspected
    )
    for parts, skill in skills.items():
        whole = bundle(parts)
        seen.alone += _compared([(whole, _result(skill, whole))], seen.baseline, seen)
    seen.alone[0].chosen = True
    return {one.code: one for one in findings(seen)}


def test_a_part_that_does_nothing_is_not_named_and_no_evidence_is_that_of_the_whole():
    found = _examined({(SCALED, ADAM): 0.54, (SCALED,): 0.5, (ADAM,): 0.0, (FASTER,): 0.3})
    assert list(found) == ["OF507"]
    assert "50% before, 75% with inputs scaled;" in found["OF507"].evidence


def test_what_helps_only_on_top_of_the_rest_is_told_with_the_rest():
    found = _examined({(SCALED, ADAM): 0.8, (SCALED,): 0.2, (ADAM,): 0.0, (FASTER,): 0.3})
    assert "60% with inputs scaled, 90% with Adam(0.001) on top" in found["OF512"].evidence


def test_a_share_of_a_few_starts_is_one_and_is_told_as_a_mean():
    """Each third start does better: the medians are alike, Student's interval is above 0."""
    few = np.where(np.arange(48) % 3 == 0, 0.6, 0.0)
    softmax = Change("OF509", "softmax", "softmax", lambda setup: setup, cause="last")
    seen = Examination(SETUP, _of([0.0] * 48), 48, on_training_rows=True)
    for parts, skills in (
        ((softmax, FASTER), [1.0] * 48),
        ((softmax,), few),
        ((FASTER,), few * 1.5),
    ):
        whole = bundle(parts)
        seen.alone += _compared([(whole, _of(skills, whole))], seen.baseline, seen)
    seen.alone[0].chosen = True
    assert stats.ttest_1samp(few[24:], 0).confidence_interval(0.95).low > 0
    evidence = {one.code: one.evidence for one in findings(seen)}["OF509"]
    assert "50% before, 60% on average with softmax" in evidence


def test_what_was_never_compared_by_itself_is_not_named():
    assert _examined({(SCALED, ADAM): 0.8}) == {}


def test_what_was_suspected_and_helps_with_another_change_is_told_as_a_whole():
    """Where no part was tried by itself; 0.8 is 90 % of two classes that are as frequent."""
    found = _examined({(SCALED, ADAM): 0.8}, suspected=["OF507"])
    assert list(found) == ["OF507"]
    told = found["OF507"].evidence
    assert "50% before, 90% with inputs scaled + Adam(0.001), of which none" in told
    assert found["OF507"].change.parts == (SCALED, ADAM)


@pytest.mark.parametrize(("own", "told"), [(0.8, ["OF507"]), (0.95, [])])
def test_a_network_that_learns_half_as_fast_is_ill_unless_the_whole_training_made_it_good(
    own, told
):
    seen = Examination(SETUP.but(is_cut=True), _result(0.3), 16, suspected=["OF507"])
    seen.alone += _compared([(SCALED, _result(0.8, SCALED))], seen.baseline, seen)
    seen.alone[0].chosen = True
    assert [one.code for one in findings(seen, own)] == told
    seen.suspected = []
    assert findings(seen, own) == []


@pytest.mark.parametrize(
    ("rates", "losses", "code"),
    [
        ({(FASTER,): 0.5}, FALLING, "OF512"),
        ({(SLOWER,): 0.5}, FALLING, "OF511"),
        ({(FASTER,): 0.5, (SLOWER,): 0.5}, FALLING, None),
        ({(FASTER,): 0.0}, FALLING, None),
        ({}, FALLING, "OF512"),
        ({}, FALLING[::-1], "OF511"),
        ({}, np.tile([1.0, 0.9], 4), None),
    ],
)
def test_another_optimizer_says_nothing_of_too_low_or_too_high(rates, losses, code):
    assert list(_examined({(ADAM,): 0.8, **rates}, losses)) == ([] if code is None else [code])


def test_of_a_rate_above_the_bound_of_gradient_descent_it_is_said_that_it_is_too_high():
    """Plain gradient descent on a squared error diverges above 2 / the largest eigenvalue."""
    rows = np.random.default_rng(0)
    x = rows.normal(size=(160, 6)).astype("float32")
    y = (x @ rows.normal(size=6)).astype("float32")
    bound = 2 / np.linalg.eigvalsh(2 * np.cov(x.T)).max()
    model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(20 * bound), "mse")
    found = onefit.diagnose(model, x, y, epochs=10, batch_size=160, time=4).findings
    assert found[0].code == "OF511" and "OF512" not in [one.code for one in found]
    assert float(re.findall(r"learning_rate=([0-9.e-]+)\)", found[0].fix)[0]) < bound
