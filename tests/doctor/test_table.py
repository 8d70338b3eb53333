"""The table of what was tried, and the same as plain values, from skills that are written down."""

import json

import numpy as np
from scipy import stats

from onefit.doctor import printout
from onefit.doctor.changes.change import Change
from onefit.doctor.cleared import not_the_problem
from onefit.doctor.diagnosis import Diagnosis
from onefit.doctor.examination import Examination
from onefit.doctor.experiment import Result
from onefit.doctor.setup import Rows, Setup
from onefit.doctor.table import rows
from onefit.doctor.task import Task
from onefit.doctor.trials import _compared

TASK = Task("classes", 3)
SETUP = Setup(None, TASK, Rows(np.zeros((9, 1)), np.zeros(9)), None, epochs=1, batch=1)


def _result(skills, *names):
    skills = np.asarray(skills, float)
    return Result(SETUP.but(changes=names), skills, skills, range(len(skills)))


def _change(name, code="OF512"):
    return Change(code, name, name, lambda setup: setup)


def _examined(baseline, alone, together=()):
    """Changes by themselves, the first of them kept, and others on top of that one."""
    seen = Examination(SETUP, _result(baseline), len(baseline))
    for name, skills in alone:
        seen.alone += _compared([(_change(name), _result(skills, name))], seen.baseline, seen)
    first = seen.alone[0]
    first.chosen = bool(together)
    for name, skills in together:
        changed = _result(skills, first.change.name, name)
        seen.together += _compared([(_change(name), changed)], first.result, seen)
    return seen


def test_words_follow_the_intervals():
    low = [0.0, 0.01, 0.02, 0.0, 0.02, 0.01]
    tried = {
        "apart": [0.25, 0.21, 0.3, 0.24, 0.2, 0.26],
        "a little better": [0.06, 0.07, 0.08, 0.06, 0.08, 0.07],
        "one start in six": [0.01, 0.01, 0.02, 0.01, 0.9, 0.01],
        "the same": [0.01, 0.0, 0.02, 0.01, 0.02, 0.0],
        "below chance": [-0.2, -0.22, -0.3, -0.21, -0.2, -0.2],
    }
    said = {one.name: one.said for one in rows(_examined(low, tried.items()))[1:]}
    assert said == {
        "apart": "helps", "a little better": "a little", "one start in six": "not clear",
        "the same": "no", "below chance": "worse",
    }  # fmt: skip
    for name in ("apart", "a little better"):  # disjoint, so no "no"
        assert min(tried[name]) > max(low)
    interval = stats.ttest_rel(tried["one start in six"], low).confidence_interval(1 - 0.05 / 5)
    assert interval.low < 0 < interval.high


def test_less_bad_than_a_nan_is_no_help_below_chance():
    seen = _examined([-1.0] * 6, {"Nadam(0.01)": [-0.05, -0.04, -0.06] * 2}.items())
    assert rows(seen)[1].said == "no"


def test_what_was_tried_on_top_of_a_change_stands_below_it():
    flat = np.linspace(0, 0.01, 6)
    seen = _examined(
        flat, {"kept": flat + 0.5, "other": flat + 0.7}.items(),
        {"other": flat + 0.9, "third": flat + 0.4}.items(),
    )  # fmt: skip
    assert [one.name for one in rows(seen)] == [
        "as written", "other", "kept", "and other", "and third",
    ]  # fmt: skip


def test_plain_values_hold_what_the_text_holds():
    lottery = [1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 1.0] * 4
    seen = _examined(lottery, {"kept": [1.0] * 32, "SGD(0.1)": lottery}.items())
    seen.linear, seen.controls = 0.5, {"inputs that are all 0": 0.0}
    cleared = not_the_problem([], seen)
    found = Diagnosis([], "a fit", seen, own=1.0, not_the_problem=cleared)
    told, text = json.loads(found.to_json()), "\n".join(printout.lines(found))
    assert told["controls"] == {"a linear model": 0.5, "inputs that are all 0": 0.0}
    assert told["not_the_problem"] == cleared
    assert told["score"]["own_skill"] == 1.0 and told["score"]["measure"].startswith("right")
    first, kept, _ = told["tried"]
    wilson = stats.binomtest(20, 32).proportion_ci(method="wilson")
    assert (first["do_well"], first["share"]) == (20, 20 / 32)
    np.testing.assert_allclose(first["share_interval"], [wilson.low, wilson.high])
    assert told["score"]["lottery"]["do_well"] == 20 and "20 of 32" in text
    assert (kept["changes"], kept["outcome"], kept["share"]) == (["kept"], "helps", 1.0)
