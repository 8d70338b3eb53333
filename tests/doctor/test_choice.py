"""Which change is kept, from skills that are written down here."""

import numpy as np
import pytest

from onefit.doctor.changes.change import Change
from onefit.doctor.choice import best_of
from onefit.doctor.examination import Examination
from onefit.doctor.experiment import Result
from onefit.doctor.setup import Setup
from onefit.doctor.task import Task
from onefit.doctor.trials import _compared


def _result(*shares):
    """The skills of 48 starts: so many of each value, spread over both halves."""
    skills = np.concatenate([np.full(count, value) for value, count in shares])
    skills = np.random.default_rng(0).permutation(skills)
    setup = Setup(None, Task("classes", 2), None, None, epochs=1, batch=1)
    return Result(setup, skills, skills, None, range(len(skills)))


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
