"""Which change is kept, from skills that are written down here."""

import numpy as np
import pytest

from onefit.doctor.changes.change import Change
from onefit.doctor.choice import best_of
from onefit.doctor.cleared import refuted
from onefit.doctor.examination import Examination
from onefit.doctor.experiment import Result
from onefit.doctor.order import ordered
from onefit.doctor.setup import Setup
from onefit.doctor.task import Task
from onefit.doctor.trials import _compared
from onefit.findings import Finding


def _result(*shares):
    """The skills of 48 starts: so many of each value, spread over both halves."""
    skills = np.concatenate([np.full(count, value) for value, count in shares])
    skills = np.random.default_rng(0).permutation(skills)
    setup = Setup(None, Task("classes", 2), None, None, epochs=1, batch=1)
    return Result(setup, skills, skills, range(len(skills)))


def _with(held):
    """A training whose rows that were held back say nothing, if there are some."""
    before = _result((0.1, 48))
    setup = before.setup.but(held=held)
    return Result(setup, before.skills, before.trained, before.seeds)


@pytest.mark.parametrize(("held", "code"), [(None, "OF512"), (object(), "OF507")])
def test_where_only_rows_are_remembered_what_was_suspected_comes_before_what_is_no_finding(
    held, code
):
    before = _with(held)
    seen = Examination(before.setup, before, 48, on_training_rows=True, suspected=["OF507"])
    tried = [("OF512", _result((1.0, 48))), ("OF507", _result((0.8, 48)))]
    known = [(Change(name, name, "", lambda setup: setup), one) for name, one in tried]
    seen.alone = _compared(known, before, seen)
    assert best_of(seen.alone, before, seen, ["OF507"]).change.code == code


def test_a_suspicion_that_experiments_refute_is_no_hunch_any_more():
    before = _result((0.9, 48))
    seen = Examination(before.setup, before, 48, on_training_rows=True)
    tried = [("OF510", _result((0.9, 48))), ("OF513", _result((1.0, 48)))]
    known = [(Change(name, name, "", lambda setup: setup), one) for name, one in tried]
    seen.alone = _compared(known, before, seen)
    assert refuted(seen) == {"OF510"}
    hunches = [Finding(code, grade="hunch") for code in ("OF510", "OF513", "OF519")]
    told = ordered(hunches, [], hunches=True, refuted=refuted(seen))
    assert [one.code for one in told] == ["OF513", "OF519"]
    assert [one.code for one in ordered(hunches, [], hunches=True, refuted=refuted(None))] == [
        "OF510", "OF513", "OF519",
    ]  # fmt: skip


def _kept(before, after, code):
    seen = Examination(before.setup, before, len(before.skills), on_training_rows=True)
    change = Change(code, "changed", "", lambda setup: setup)
    seen.alone = _compared([(change, after)], before, seen)
    return best_of(seen.alone, before, seen, [])


@pytest.mark.parametrize("good", [20, 28])  # XOR: 49.8% of the starts solve it, so half of the time
def test_more_starts_that_do_well_are_a_reason_whichever_the_median_one_is(good):
    lottery = _result((1.0, good), (0.5, 48 - good))
    assert _kept(lottery, _result((1.0, 46), (0.5, 2)), "OF513") is not None
    assert _kept(lottery, _result((1.0, good + 1), (0.5, 47 - good)), "OF513") is None


def test_a_few_starts_are_no_reason_where_nearly_all_do_well():
    steady = _result((1.0, 46), (-1.0, 2))
    assert _kept(steady, _result((1.0, 48)), "OF511") is None


def test_an_output_that_is_wrong_by_its_form_has_to_lift_the_median():
    assert _kept(_result((1.0, 28), (0.5, 20)), _result((1.0, 48)), "OF503") is None
