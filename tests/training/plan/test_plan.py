"""A plan is complete: what differs in it is another program, what is equal is the same one."""

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
from onefit.training.host.switches import FirstPlan
from onefit.training.plan import passes
from onefit.training.plan.decision import decide
from onefit.training.plan.fallbacks import model_findings
from onefit.training.plan.inputs import inputs_of
from onefit.training.plan.pass_inputs import evaluation_inputs, prediction_inputs
from onefit.training.running.passes import Pass
from onefit.training.running.predictions import Prediction
from onefit.training.running.whole_run import WholeRun
from onefit.training.verbs.explain import all_arguments

from ..programs.test_compiles import compiles

X = np.random.RandomState(0).randn(20, 3).astype("float32")
Y = X[:, :1]


def net():
    model = keras.Sequential([keras.Input((3,)), layers.Dense(2), layers.Dense(1)])
    model.compile("adam", "mse")
    return model


@pytest.mark.parametrize("steps", [1, 2])
@pytest.mark.parametrize("verb", ["train", "test", "predict"])
def test_a_function_that_keras_made_without_xla_stays_so(verb, steps):
    """Keras keeps it although `jit_compile` is on again: it calls the step as it is."""
    model = net()
    model.compile("adam", "mse", jit_compile=False, steps_per_execution=steps)
    getattr(model, f"make_{verb}_function")()
    model.jit_compile = True
    found = model_findings(model, {"train": "fit", "test": "evaluate"}.get(verb, verb))
    assert [one.code for one in found] == ["OF102"]
    getattr(model, f"make_{verb}_function")(force=True)
    assert not model_findings(model, {"train": "fit", "test": "evaluate"}.get(verb, verb))


def stopping(patience):
    return {"callbacks": [callbacks.EarlyStopping("loss", patience=patience)]}


DIFFERENT = {
    "patience": (stopping(1), stopping(7)),
    "shuffle": ({"shuffle": True}, {"shuffle": False}),
    "batch size": ({"batch_size": 5}, {"batch_size": 6}),
    "validation": ({}, {"validation_split": 0.5}),
    "callbacks": ({}, stopping(1)),
}


@pytest.mark.parametrize("what", DIFFERENT)
def test_plans_of_two_programs_differ(what):
    model = net()
    first, second = (onefit.explain(model, X, Y, **given) for given in DIFFERENT[what])
    assert first != second and hash(first) != hash(second)


OLD = pytest.mark.xfail(
    keras.__version__ < "3.14",
    reason="Keras 3.13 keeps what has stopped a fit for the next",
)


@pytest.mark.parametrize(
    "given",
    [{}, {"shuffle": False}, pytest.param(stopping(3), marks=OLD)],
    ids=["", "order", "stop"],
)
def test_equal_plans_are_one_program(given):
    model = net()
    first, second = (onefit.explain(model, X, Y, **given) for _ in range(2))
    assert first == second and hash(first) == hash(second) and first.key
    onefit.fit(model, X, Y, verbose=0, **given)
    with compiles() as compiled:
        onefit.fit(model, X, Y, verbose=0, **given)
    assert onefit.explain(model, X, Y, **given) == first
    assert not compiled


def test_plans_that_differ_are_compiled_each():
    model, x, y = net(), X[:17], Y[:17]  # sizes that no other test has: executables are shared
    with compiles() as compiled:
        onefit.fit(model, x, y, verbose=0)
        onefit.fit(model, x, y, verbose=0, shuffle=False)
    assert len(compiled) == 2


def test_another_last_epoch_is_another_plan_and_the_same_program():
    model = net()
    first, second = (onefit.explain(model, X, Y, epochs=epochs) for epochs in (3, 4))
    assert first != second and first.key == second.key
    onefit.fit(model, X, Y, epochs=3, verbose=0)
    with compiles() as compiled:
        onefit.fit(model, X, Y, epochs=4, verbose=0)
    assert not compiled


@pytest.mark.parametrize("way", ["one program", "epoch by epoch", "step by step"])
def test_inputs_and_plans_stay_as_they_are_and_hold_no_model(way):
    model, given = net(), {}
    if way == "epoch by epoch":
        given["callbacks"] = [callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: None)]
    elif way == "step by step":
        given["validation_freq"], given["validation_split"] = "never", 0.5
    inputs = inputs_of(model, all_arguments(model, X, Y, **given))
    plan = decide(inputs)
    assert plan.way == way and hash(plan) == hash(decide(inputs))
    for value in (inputs, plan):
        with pytest.raises(dataclasses.FrozenInstanceError):
            value.first = 1
    gone = weakref.ref(model)
    del model, inputs, given
    gc.collect()
    assert gone() is None and plan.weights > 0


HOOKS = [name for name in vars(callbacks.Callback) if name.startswith("on_")]


class Silent(callbacks.Callback):
    """Must not be called by a decision."""

    def __init__(self):
        super().__init__()
        self.calls = []

    def __getattribute__(self, name):
        if name in HOOKS:
            return lambda *_, **__: self.calls.append(name)
        return super().__getattribute__(name)


@pytest.mark.parametrize(
    "given",
    [{}, {"validation_split": 0.3}, stopping(2), {"callbacks": [Silent()]}, {"shuffle": False}],
    ids=["plain", "validation", "stop", "own callback", "order"],
)
def test_a_decision_compiles_nothing_and_changes_nothing(given):
    model, x, y = net(), X.copy(), Y.copy()
    onefit.explain(net(), x, y, **copy.deepcopy(given))  # what JAX compiles once
    inputs = inputs_of(model, all_arguments(model, x, y, **given))
    before = {f.name: getattr(inputs, f.name) for f in dataclasses.fields(inputs)}
    held = [np.array(v.value) for v in (*model.variables, *model.optimizer.variables)]
    told = [dict(vars(c)) for c in inputs.callbacks.callbacks]
    drawn, drawn_by_python = np.random.get_state(), random.getstate()
    with compiles() as compiled:
        plan = decide(inputs)
    assert not compiled and plan.way in ("one program", "epoch by epoch", "step by step")
    assert all(getattr(inputs, name) is value for name, value in before.items())
    assert [vars(c) for c in inputs.callbacks.callbacks] == told
    for variable, value in zip((*model.variables, *model.optimizer.variables), held):
        np.testing.assert_array_equal(np.array(variable.value), value)
    np.testing.assert_array_equal(np.random.get_state()[1], drawn[1])
    assert np.random.get_state()[2] == drawn[2] and random.getstate() == drawn_by_python
    assert (x == X).all() and (y == Y).all()


class Counting(callbacks.Callback):
    """Counts epochs; a hook of its own keeps it on the host."""

    def __init__(self):
        super().__init__()
        self.epochs = 0

    def on_epoch_end(self, epoch, logs=None):
        self.epochs += 1


@pytest.mark.parametrize(
    "given",
    [
        {"batch_size": 3},
        {"batch_size": 7, "shuffle": False},
        {"batch_size": 4, "validation_split": 0.5},
        {"batch_size": 5, "steps_per_epoch": 2},
        {"batch_size": 3, "callbacks": [Counting()]},
    ],
    ids=["rest", "order", "validation", "few steps", "own callback"],
)
def test_a_plan_is_true(given, monkeypatch):
    """What it says is what happens, counted from outside: steps, calls, bytes, callbacks."""
    model, x, y = net(), np.tile(X, (150, 1)), np.tile(Y, (150, 1))
    plan = onefit.explain(model, x, y, epochs=50, **given)
    feeds, feed = [], WholeRun.feed

    def counted(run, place):
        feeds.append(place)
        return feed(run, place)

    monkeypatch.setattr(WholeRun, "feed", counted)
    history = onefit.fit(model, x, y, epochs=50, verbose=0, **given)
    first, last = plan.epochs
    assert history.epoch == list(range(first, last))
    sizes = plan.train.sizes
    assert sizes.rows == len(x) - (plan.valid.sizes.rows if plan.valid else 0)
    steps = given.get("steps_per_epoch") or sizes.full + bool(sizes.partial)
    assert int(model.optimizer.iterations.value) == steps * (last - first)
    assert len(feeds) == (math.ceil((last - first) / plan.chunk) if plan.way != EPOCHS else 0)
    groups = (model.variables, model.optimizer.variables, model.metrics_variables)
    variables = [variable for group in groups for variable in group]
    arrays = [np.asarray(v.value) for v in {id(v): v for v in variables}.values()]
    assert plan.weights == sum(a.size for a in arrays)
    state = sum(a.nbytes for a in arrays)
    assert plan.memory == x.nbytes + y.nbytes + (2 - plan.donated) * state
    assert ("validation" in str(plan)) == any(name.startswith("val_") for name in history.history)
    called = given.get("callbacks", ())
    assert dict(plan.callbacks)["History"] == "in the program"
    for callback in called:
        assert dict(plan.callbacks)["Counting"] == "on the host, on_epoch_end"
        assert callback.epochs == last - first


EPOCHS = "epoch by epoch"


def passed(verb, model, x=X, **given):
    """The plan of an evaluation or a prediction that is run."""
    first = FirstPlan()
    try:
        data = (x, x[:, :1]) if verb == "evaluate" else (x,)
        getattr(onefit, verb)(model, *data, verbose=0, **given)
        return first.make()
    finally:
        first.close()


PASSES = {
    "evaluate": ("batch_size", "sample_weight", "steps", "callbacks", "verbose"),
    "predict": ("batch_size", "steps", "callbacks", "verbose"),
}


@pytest.mark.parametrize("verb", PASSES)
@pytest.mark.parametrize(
    "given", [{}, {"batch_size": 3}, {"callbacks": [Silent()]}], ids=["one", "many", "own callback"]
)
def test_deciding_on_a_pass_compiles_nothing_and_changes_nothing(verb, given):
    model, x, y = net(), X.copy(), Y.copy()
    given = {**dict.fromkeys(PASSES[verb]), "x": x, "y": y, "verbose": 0, **given}
    decided = {
        "evaluate": lambda inputs: passes.evaluation(
            inputs, passes.batch_by_batch(inputs, lambda table: False)
        ),
        "predict": passes.prediction,
    }[verb]
    inputs = {"evaluate": evaluation_inputs, "predict": prediction_inputs}[verb](model, given)
    before = {f.name: getattr(inputs, f.name) for f in dataclasses.fields(inputs)}
    held = [np.array(v.value) for v in (*model.variables, *model.optimizer.variables)]
    drawn = np.random.get_state()
    with compiles() as compiled:
        plan = decided(inputs)
    assert not compiled and plan.verb == verb and plan == decided(inputs)
    if not given["callbacks"]:  # one whose hooks nobody knows may want each batch
        assert plan.way == ("batch by batch" if given["batch_size"] else "one program")
    assert all(getattr(inputs, name) is value for name, value in before.items())
    for value in (inputs, plan):
        with pytest.raises(dataclasses.FrozenInstanceError):
            value.model = None
    for variable, value in zip((*model.variables, *model.optimizer.variables), held):
        np.testing.assert_array_equal(np.array(variable.value), value)
    np.testing.assert_equal(np.random.get_state(), drawn)
    assert (x == X).all() and (y == Y).all()
    assert all(not c.calls for c in given["callbacks"] or ())


@pytest.mark.parametrize("verb", PASSES)
def test_equal_passes_are_one_program_and_others_are_others(verb):
    model = net()
    x = np.tile(X, (9, 1))[:173]  # sizes that no other test has
    first = passed(verb, model, x)
    with compiles() as compiled:
        second = passed(verb, model, x)
    assert not compiled and first == second and hash(first) == hash(second)
    for other in ({"batch_size": 7}, {"x": x[:171]}):
        with compiles() as compiled:
            plan = passed(verb, model, **{"x": x, **other})
        assert compiled and plan.key != first.key
    assert passed(verb, net(), x).key == first.key  # of a model like it: its programs lie apart


@pytest.mark.parametrize("verb", PASSES)
@pytest.mark.parametrize("batch_size", [64, 6, 1], ids=["one", "several", "many"])
def test_a_plan_of_a_pass_is_true(verb, batch_size, monkeypatch):
    """Counted from outside: the calls of programs, the numbers of a state, bytes."""
    called, run = [], {name: getattr(Pass, name) for name in ("call", "call_step")}
    predict = Prediction.calls

    def counted(run, kind):
        return lambda self, *given: called.append(kind) or run(self, *given)

    for name, method in run.items():
        monkeypatch.setattr(Pass, name, counted(method, name))
    monkeypatch.setattr(
        Prediction,
        "calls",
        lambda self, pieces, room, *given: (
            called.extend(["call_step" if room == 1 else "call"] * len(pieces))
            or predict(self, pieces, room, *given)
        ),
    )
    model = net()
    plan = passed(verb, model, batch_size=batch_size)
    steps = plan.table.sizes.full + bool(plan.table.sizes.partial)
    assert steps == math.ceil(len(X) / batch_size) and plan.table.sizes.rows == len(X)
    if plan.way == "batch by batch":
        assert called == ["call_step"] * steps
    elif steps > 1:  # of a prediction the rows that are left over are one more batch
        assert called and called.count("call_step") <= bool(plan.table.sizes.partial)
    else:
        assert len(called) == 1
    read = [*model.variables, *(model.metrics_variables if verb == "evaluate" else ())]
    read = {id(v): np.asarray(v.value) for v in read}.values()
    assert plan.weights == sum(a.size for a in read)
    data = X.nbytes + (Y.nbytes if verb == "evaluate" else 0)
    assert plan.memory == data + sum(a.nbytes for a in read)
