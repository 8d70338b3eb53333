"""The plan of a population: two equal ones are one program, and what a plan says is counted."""

from __future__ import annotations

import copy
import dataclasses
import gc
import math
import random
import weakref

import keras
import numpy as np
import pytest
from keras import callbacks, layers

import onefit
from onefit.population.layouts.layout import ALONE, FIRST, LAST, Layout
from onefit.population.layouts.plan import decide
from onefit.population.running.lanes import Lane

from ...training.programs.test_compiles import compiles

X = np.random.RandomState(0).randn(21, 3).astype("float32")
Y = X[:, :1]


def net():
    model = keras.Sequential([keras.Input((3,)), layers.Dense(2), layers.Dense(1)])
    model.compile("adam", "mse")
    return model


def trained(model=None, x=X, y=Y, **given):
    given = {"restarts": 2, "epochs": 3, "verbose": 0, "exact": True} | given
    return onefit.fit_many(model or net(), x, y, **given)


def stopping(patience):
    return {"callbacks": [callbacks.EarlyStopping("loss", patience=patience)]}


def swept(*rates):
    return {"sweep": {"optimizer.beta_1": list(rates)}, "restarts": 1}


DIFFERENT = {
    "patience": (stopping(1), stopping(7)),
    "shuffle": ({"shuffle": True}, {"shuffle": False}),
    "batch size": ({"batch_size": 5}, {"batch_size": 6}),
    "validation": ({}, {"validation_split": 0.5}),
    "rows of their own": ({"shuffle": False}, {"shuffle": False, "bootstrap": 2}),
    "numbers": (swept(0.8, 0.9), swept(0.7, 0.9)),
    "chunk": ({}, {"epochs": 9}),
}


@pytest.mark.parametrize("what", DIFFERENT)
def test_plans_of_two_programs_differ(what):
    model = net()
    first, second = (trained(model, **given).jobs[0].plan for given in DIFFERENT[what])
    assert first.key != second.key and first != second and hash(first) != hash(second)


@pytest.mark.parametrize("given", [{}, stopping(3), swept(0.8, 0.9)], ids=["", "stop", "swept"])
def test_equal_plans_are_one_program(given):
    model = net()
    first = trained(model, **copy.deepcopy(given))
    with compiles() as compiled:
        second = trained(model, **copy.deepcopy(given))
    assert first.jobs[0].plan == second.jobs[0].plan
    assert hash(first.jobs[0].plan) == hash(second.jobs[0].plan)
    assert not compiled and second.compile_seconds == 0
    programs = [job.group.steps.programs for nets in (first, second) for job in nets.jobs]
    assert programs[0] is programs[1] and len(programs[0]) == 1


def test_more_members_of_one_plan_are_the_same_program():
    model = net()
    first, second = (trained(model, restarts=count).jobs[0].plan for count in (2, 5))
    assert first != second and first.key == second.key
    with compiles() as compiled:
        trained(model, restarts=7)
    assert not compiled


@pytest.mark.parametrize(
    "given",
    [{}, {"validation_split": 0.3}, stopping(2), swept(0.8, 0.9), {"folds": 3}],
    ids=["plain", "validation", "stop", "swept", "folds"],
)
def test_a_decision_compiles_nothing_and_changes_nothing(given):
    group = trained(**given).jobs[0].group
    before = {f.name: getattr(group, f.name) for f in dataclasses.fields(group)}
    held = [np.array(v.value) for v in (*group.model.variables, *group.model.optimizer.variables)]
    starts = [[np.array(leaf) for leaf in part] for s in group.starts for part in s.state]
    at = [copy.deepcopy(start.stream.position()) for start in group.starts]
    drawn, drawn_by_python = np.random.get_state(), random.getstate()
    with compiles() as compiled:
        plans = [decide(group, exact) for exact in (True, False)]
    assert not compiled and decide(group, True) == plans[0]
    assert all(getattr(group, name) is value for name, value in before.items())
    for value in (group, plans[0]):
        with pytest.raises(dataclasses.FrozenInstanceError):
            value.model = None
    variables = (*group.model.variables, *group.model.optimizer.variables)
    for variable, value in zip(variables, held, strict=True):
        np.testing.assert_array_equal(np.array(variable.value), value)
    for part, values in zip((p for s in group.starts for p in s.state), starts, strict=True):
        for leaf, value in zip(part, values, strict=True):
            np.testing.assert_array_equal(leaf, value)
    np.testing.assert_equal([start.stream.position() for start in group.starts], at)
    np.testing.assert_equal(np.random.get_state(), drawn)
    assert random.getstate() == drawn_by_python


def test_a_plan_holds_no_model():
    nets = trained()
    plan, gone = nets.jobs[0].plan, weakref.ref(nets.jobs[0].model)
    del nets
    gc.collect()  # the user's model goes
    gc.collect()  # and what was kept with it
    assert gone() is None and plan.one.weights > 0


@pytest.mark.parametrize(
    ("layout", "given"),
    [
        (Layout(ALONE, 1, 1), {"batch_size": 4}),
        (Layout(ALONE, 1, 1), {"batch_size": 5, "validation_split": 0.5, "epochs": 40}),
        (Layout(FIRST, 2, 1), {"folds": 3, "restarts": 1}),
        (Layout(LAST, 2, 1), {"batch_size": 7, "shuffle": False}),
    ],
    ids=["rest", "validation", "folds", "order"],
)
def test_a_plan_is_true(layout, given, monkeypatch):
    """What it says is what happens, counted from outside: members, epochs, calls, steps, rows."""
    fed, feed = [], Lane.feed

    def counted(lane, going, count):
        found = feed(lane, going, count)
        fed.append((len(going), count, np.shape(found.validate)))
        return found

    monkeypatch.setattr(Lane, "feed", counted)
    monkeypatch.setattr("onefit.population.layouts.plan.layout_of", lambda group, exact: layout)
    nets = trained(**given)
    for job in nets.jobs:
        plan = job.plan
        one, last = plan.one, plan.one.epochs[1]
        assert plan.layout == layout and plan.members == len(job.members)
        assert one.weights == sum(
            np.size(leaf) for part in job.group.starts[0].state for leaf in part
        )
        assert one.table.shapes[0].shape == X.shape
        sizes = one.table.sizes
        for number in (member.number for member in job.members):
            member = nets.members[number]
            assert sizes.rows == (len(X) if member.train is None else len(member.train))
            assert (one.valid.sizes.rows if one.valid else 0) == len(
                [] if member.valid is None else member.valid
            )
            model = nets.model_of(number)
            steps = (sizes.full + bool(sizes.partial)) * last
            assert int(model.optimizer.iterations.value) == steps
        assert ("validation" in str(plan)) == any(n.startswith("val_") for n in nets.history)
    calls = sum(
        math.ceil(job.plan.members / layout.slots) * math.ceil(last / job.plan.chunk)
        for job in nets.jobs
    )
    assert len(fed) == calls and all(count <= layout.slots for count, _, _ in fed)
    assert {shape for _, _, shape in fed} <= {(job.plan.chunk,) for job in nets.jobs}
