"""Member i of any population is what it is alone, in onefit and in stock Keras."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from nets import XOR, alone, differences, rich_net, table, xor_net

import onefit
from onefit.population.layouts import plan
from onefit.population.layouts.layout import ALONE, FIRST, LAST, Layout
from onefit.training.host.stock import FIT

# Keras reads its variables in a way that NumPy 2 warns of
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation")

LAYOUTS = {
    "alone": Layout(ALONE, 1, 1),
    "alone, two lanes": Layout(ALONE, 1, 2),
    "first": Layout(FIRST, 4, 1),
    "last": Layout(LAST, 4, 1),
    "first in small chunks": Layout(FIRST, 2, 2),
}
KNOWN = {}
TOLERANCE = 2e-5  # after tens of steps; docs/design says how it grows


MORE = ("alone, two lanes", "first in small chunks")  # `test_restarts` has them, too


@pytest.fixture(params=[pytest.param(n, marks=[pytest.mark.slow] * (n in MORE)) for n in LAYOUTS])
def layout(request, monkeypatch):
    chosen = LAYOUTS[request.param]
    monkeypatch.setattr(plan, "layout_of", lambda group, exact: chosen)
    return chosen


@pytest.fixture
def trained(request):
    """Trains a member alone; the layouts of a test share what comes of it."""
    test = request.node.originalname, repr(request.node.callspec.params.get("name"))

    def train(build, member, x, y, **arguments):
        rows = None if member.train is None else member.train.tobytes()
        key = (*test, member.seed, rows, repr(member.values))
        if key not in KNOWN:
            KNOWN[key] = alone(build, member, x, y, **arguments)
        return KNOWN[key]

    return train


def check(nets, trained, build, x, y, layout, numbers=None, **arguments):
    for number in numbers if numbers is not None else range(len(nets)):
        net, history = trained(build, nets.members[number], x, y, **arguments)
        log, weights = differences(nets, number, net, history)
        limit = 0 if layout.axis == ALONE else TOLERANCE
        assert log <= limit and weights <= limit, (number, log, weights)


@pytest.mark.parametrize("layout", LAYOUTS, indirect=True)
def test_restarts(layout, trained):
    x, y = XOR
    nets = onefit.fit_many(xor_net(), x, y, restarts=4, epochs=30, verbose=0)
    check(nets, trained, xor_net, x, y, layout, epochs=30)


def test_restarts_are_what_stock_keras_trains():
    x, y = table()
    nets = onefit.fit_many(rich_net(), x, y, restarts=2, epochs=3, exact=True, verbose=0)
    for number in range(2):
        net, history = alone(rich_net, nets.members[number], x, y, fit=FIT, epochs=3)
        assert differences(nets, number, net, history) == (0.0, 0.0)


def test_dropout_normalisation_folds_and_partial_batches(layout, trained):
    x, y = table(47)
    arguments = {"epochs": 4, "batch_size": 8}
    nets = onefit.fit_many(rich_net(), x, y, folds=3, restarts=2, verbose=0, **arguments)
    assert {len(m.train) for m in nets.members} == {31, 32}  # a partial batch, and none
    check(nets, trained, rich_net, x, y, layout, numbers=(0, 3, 5), **arguments)


def test_bootstraps(layout, trained):
    x, y = table()
    nets = onefit.fit_many(rich_net(), x, y, bootstrap=3, epochs=3, verbose=0)
    check(nets, trained, rich_net, x, y, layout, numbers=(0, 2), epochs=3)


def test_early_stopping_and_plateau(layout, trained):
    x, y = table(60)

    def callbacks():
        return [
            keras.callbacks.EarlyStopping("val_loss", patience=2, restore_best_weights=True),
            keras.callbacks.ReduceLROnPlateau("val_loss", patience=1, factor=0.5),
        ]

    nets = onefit.fit_many(
        rich_net(learning_rate=0.05),
        x,
        y,
        folds=3,
        restarts=2,
        epochs=20,
        callbacks=callbacks(),
        verbose=0,
    )
    assert len(set(nets.epochs)) > 1 and nets.epochs.min() < 20
    for number in (0, 2, 5):
        net, history = trained(
            lambda: rich_net(learning_rate=0.05),
            nets.members[number],
            x,
            y,
            epochs=20,
            callbacks=callbacks(),
        )
        assert len(history.history["loss"]) == nets.epochs[number]
        log, weights = differences(nets, number, net, history)
        limit = 0 if layout.axis == ALONE else TOLERANCE
        assert log <= limit and weights <= limit


def test_schedule_and_shared_validation(layout, trained):
    x, y = table(40)
    arguments = {
        "epochs": 5,
        "validation_freq": 2,
        "callbacks": [keras.callbacks.LearningRateScheduler(lambda e, r: r * 0.9)],
    }
    validation = x[:10], y[:10]
    nets = onefit.fit_many(
        rich_net(), x, y, restarts=3, validation_data=validation, verbose=0, **arguments
    )
    check(nets, trained, rich_net, x, y, layout, numbers=(0, 2), validation=validation, **arguments)


def _slow_net():
    net = keras.Sequential(
        [keras.Input((3,)), keras.layers.Dense(4, "relu"), keras.layers.Dense(1)]
    )
    net.compile("sgd", "mse")
    return net


@pytest.mark.parametrize("name", [2, 3, [2, 4, 5, 12, 20]])
def test_members_that_join_later_are_validated_after_their_own_epochs(name, layout, trained):
    """More members than slots, which end after different epochs: one comes where another went."""
    source = np.random.RandomState(0)
    x, y = source.rand(40, 3).astype("float32"), source.rand(40, 1).astype("float32")
    arguments = {
        "epochs": 25,
        "validation_freq": name,
        "callbacks": [keras.callbacks.EarlyStopping("loss", min_delta=0.002, patience=1)],
    }
    validation = x[:8], y[:8]
    nets = onefit.fit_many(
        _slow_net(), x, y, restarts=9, validation_data=validation, verbose=0, **arguments
    )
    assert len(set(nets.epochs)) > 3
    check(nets, trained, _slow_net, x, y, layout, validation=validation, **arguments)


SWEPT = {
    "learning_rate": ([1e-3, 3e-2], lambda v: rich_net(learning_rate=v)),
    "layers.dropout.rate": ([0, 0.2, 0.5], lambda v: rich_net(rate=v)),
    "layers.dense.kernel_regularizer.l2": ([1e-3, 0.1], lambda v: rich_net(l2=v)),
    "loss.label_smoothing": ([0.05, 0.2], lambda v: rich_net(smoothing=v)),
}


@pytest.mark.parametrize("name", SWEPT)
def test_numbers(name, layout, trained):
    x, y = table(40)
    values, build = SWEPT[name]
    nets = onefit.fit_many(rich_net(), x, y, sweep={name: values}, epochs=4, verbose=0)
    for number, value in enumerate(values):
        net, history = trained(lambda v=value: build(v), nets.members[number], x, y, epochs=4)
        log, weights = differences(nets, number, net, history)
        assert log <= TOLERANCE and weights <= TOLERANCE, (log, weights)


def test_numbers_of_the_optimizer_and_the_loss_weight(layout, trained):
    x, y = table(40)

    def build(beta=0.9, decay=0.01, weight=2.0):
        net = keras.Sequential([keras.Input((5,)), keras.layers.Dense(1)])
        net.compile(
            keras.optimizers.AdamW(1e-2, beta_1=beta, weight_decay=decay),
            "mse",
            loss_weights=weight,
        )
        return net

    sweep = {
        "optimizer.beta_1": [0.8, 0.95],
        "optimizer.weight_decay": [0.01, 0.1],
        "loss_weights": [1.5, 3.0],
    }
    nets = onefit.fit_many(build(), x, y, sweep=sweep, epochs=4, verbose=0)
    assert len(nets.jobs) == 1
    for number in (0, 3, 7):
        own = list(nets.members[number].values.values())
        net, history = trained(lambda v=own: build(*v), nets.members[number], x, y, epochs=4)
        log, weights = differences(nets, number, net, history)
        assert log <= TOLERANCE and weights <= TOLERANCE


def test_class_weights_of_each_member(layout, trained):
    x, y = table(40)
    weights = [{0: 1.0, 1: 3.0}, {0: 0.5, 1: 1.0}]
    nets = onefit.fit_many(rich_net(), x, y, sweep={"class_weight": weights}, epochs=3, verbose=0)
    check(nets, trained, rich_net, x, y, layout, numbers=(), epochs=3)
    for number, weight in enumerate(weights):
        member = nets.members[number]
        net, history = trained(rich_net, member, x, y, epochs=3, class_weight=weight)
        log, apart = differences(nets, number, net, history)
        assert log <= TOLERANCE and apart <= TOLERANCE


def test_a_build_function_has_a_program_for_each_structure():
    x, y = table(40)
    sweep = {"units": [4, 8], "learning_rate": [1e-3, 1e-2, 3e-2]}
    nets = onefit.fit_many(rich_net, x, y, sweep=sweep, epochs=3, exact=True, verbose=0)
    assert len(nets.jobs) == 2
    assert sum(len(job.group.steps.programs) for job in nets.jobs) == 2
    for number in (0, 2, 4):
        own = nets.members[number].values
        net, history = alone(lambda v=own: rich_net(**v), nets.members[number], x, y, epochs=3)
        assert differences(nets, number, net, history) == (0.0, 0.0)


def test_an_initialiser_of_the_users_own():
    x, y = table(40)

    def build():
        def draw(shape, dtype=None):
            return np.random.uniform(-1, 1, shape).astype("float32")

        net = keras.Sequential([keras.Input((5,)), keras.layers.Dense(1, kernel_initializer=draw)])
        net.compile("sgd", "mse")
        return net

    nets = onefit.fit_many(build, x, y, restarts=3, epochs=3, exact=True, verbose=0)
    for number in range(3):
        net, history = alone(build, nets.members[number], x, y, epochs=3)
        assert differences(nets, number, net, history) == (0.0, 0.0)


def test_a_member_that_diverges_is_marked():
    x, y = table(40)
    net = keras.Sequential([keras.Input((5,)), keras.layers.Dense(1)])
    net.compile(keras.optimizers.SGD(1e-2), "mse")
    nets = onefit.fit_many(net, x, y, sweep={"learning_rate": [1e-2, 1e6]}, epochs=30, verbose=0)
    assert nets.diverged.tolist() == [False, True]
    assert nets.best_number() == 0


def test_terminate_on_nan():
    x, y = table(40)
    net = keras.Sequential([keras.Input((5,)), keras.layers.Dense(1)])
    net.compile(keras.optimizers.SGD(1e-2), "mse")
    stop = keras.callbacks.TerminateOnNaN()
    nets = onefit.fit_many(
        net, x, y, sweep={"learning_rate": [1e-2, 1e9]}, epochs=9, callbacks=[stop], verbose=0
    )
    assert nets.epochs[0] == 9 and nets.epochs[1] < 9
