"""A population from a file goes on, as if it had not stopped, when the data is at hand."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
import textwrap

import keras
import numpy as np
import pytest
from nets import rich_net, table

import onefit
from onefit.population.running.progress import Bar

# Keras reads its variables in a way that NumPy 2 warns of
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation")

X, Y = table(60)
WEIGHT = np.linspace(0.5, 2, 60).astype("float32")


def stopping():
    stop = keras.callbacks.EarlyStopping(patience=2, restore_best_weights=True)
    return [stop, keras.callbacks.ReduceLROnPlateau(patience=1)]


def averaged():
    net = rich_net()
    optimizer = keras.optimizers.Adam(1e-2, use_ema=True)
    net.compile(optimizer, "binary_crossentropy", metrics=["accuracy"])
    return net


CASES = {
    "folds and rules": (rich_net(), {"folds": 2, "restarts": 2, "callbacks": stopping}, {}),
    "a sweep of numbers": (
        rich_net(),
        {"sweep": {"learning_rate": [1e-3, 1e-2], "batch_size": [8, 16]}, "bootstrap": 2},
        {},
    ),
    "a function": (
        rich_net,
        {"sweep": {"units": [3, 8]}, "validation_split": 0.2},
        {"model": rich_net},
    ),
    "weights": (
        rich_net(),
        {"restarts": 2, "class_weight": {0: 1.0, 1: 3.0}, "validation_data": (X[:9], Y[:9])},
        {"validation_data": (X[:9], Y[:9])},
    ),
    "weights of rows": (
        rich_net(), {"folds": 2, "sample_weight": WEIGHT}, {"sample_weight": WEIGHT},
    ),
    "averages of weights": (averaged(), {"restarts": 2}, {}),
}  # fmt: skip


def made(arguments):
    return {name: one() if callable(one) else one for name, one in arguments.items()}


def check_same(ours, theirs):
    assert ours.epochs.tolist() == theirs.epochs.tolist() and ours.finished.all()
    for name, values in theirs.history.items():
        np.testing.assert_array_equal(ours.history[name], values)
    for own, other in zip(ours, theirs):
        for a, b in zip(own.variables, other.variables, strict=True):
            np.testing.assert_array_equal(np.asarray(a.value), np.asarray(b.value))
        for a, b in zip(own.optimizer.variables, other.optimizer.variables, strict=True):
            np.testing.assert_array_equal(np.asarray(a.value), np.asarray(b.value))


@pytest.mark.parametrize("name", CASES)
def test_a_population_from_a_file_goes_on_as_if_it_had_not_stopped(name, tmp_path):
    model, arguments, again = CASES[name]
    fixed = {"exact": True, "verbose": 0}
    whole = onefit.fit_many(model, X, Y, epochs=7, **made(arguments), **fixed)
    short = onefit.fit_many(model, X, Y, epochs=3, **made(arguments), **fixed)
    short.save(tmp_path / "nets")
    kept = onefit.load(tmp_path / "nets")
    if "callbacks" in arguments:
        again = {**again, "callbacks": stopping()}
    longer = kept.resume(X, Y, epochs=5, verbose=0, **again)
    check_same(longer.resume(epochs=7), whole)


def test_a_pickle_of_a_file_goes_on(tmp_path):
    fixed = {"folds": 2, "exact": True, "verbose": 0}
    whole = onefit.fit_many(rich_net(), X, Y, epochs=4, callbacks=stopping(), **fixed)
    onefit.fit_many(rich_net(), X, Y, epochs=2, callbacks=stopping(), **fixed).save(tmp_path / "a")
    kept = pickle.loads(pickle.dumps(onefit.load(tmp_path / "a")))
    check_same(kept.resume(X, Y, epochs=4, callbacks=stopping(), verbose=0), whole)


@pytest.mark.parametrize(
    ("net", "more"),
    [(rich_net(), {"restarts": 4}), (rich_net, {"sweep": {"units": [3, 8]}})],
    ids=["one structure", "a structure that had not begun"],
)
def test_after_ctrl_c_and_a_file_the_rest_is_trained(net, more, tmp_path, monkeypatch):
    arguments = {**more, "epochs": 6000, "exact": True, "verbose": 0}
    whole = onefit.fit_many(net, X, Y, **arguments)
    pressed = []

    def show(bar, *_):
        if not pressed and bar.record is not None and bar.record.epochs.any():
            pressed.append(True)
            raise KeyboardInterrupt

    monkeypatch.setattr("onefit.population.running.threads.LOOKS", 1e-3)
    with monkeypatch.context() as patch:
        patch.setattr(Bar, "show", show)
        cut = onefit.fit_many(net, X, Y, on_interrupt="return", **arguments)
    assert "sweep" not in more or len(cut) == 1
    cut.save(tmp_path / "cut")
    own = {"model": net} if "sweep" in more else {}
    check_same(onefit.load(tmp_path / "cut").resume(X, Y, verbose=0, **own), whole)


STARTS = textwrap.dedent("""
    import sys
    import keras
    import numpy as np
    import onefit
    rows = np.random.default_rng(0)
    x = rows.normal(size=(40, 4)).astype("float32")
    y = (x.sum(1) > 0).astype("float32")
    def build():
        layers = [keras.layers.Dropout(0.3), keras.layers.Dense(1, "sigmoid")]
        net = keras.Sequential([keras.Input((4,)), keras.layers.Dense(5, "relu"), *layers])
        net.compile("adam", "binary_crossentropy")
        return net
    if sys.argv[1] == "load":
        nets = onefit.load(sys.argv[2]).resume(x, y, epochs=6, verbose=0)
    else:
        nets = onefit.fit_many(build(), x, y, folds=2, exact=True, verbose=0,
                               epochs=6 if sys.argv[1] == "whole" else 2)
        nets.save(sys.argv[2])
    print([w.astype(float).tolist() for net in nets for w in net.get_weights()])
""")


@pytest.mark.slow
def test_another_process_goes_on_with_a_file(tmp_path):
    def run(what):
        words = [sys.executable, "-c", STARTS, what, str(tmp_path / what.replace("load", "short"))]
        done = subprocess.run(words, capture_output=True, text=True, timeout=300, check=True)
        return json.loads(done.stdout)

    run("short")
    assert run("load") == run("whole")


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    path = tmp_path_factory.mktemp("kept") / "nets"
    arguments = {"folds": 2, "epochs": 2, "verbose": 0, "callbacks": stopping()}
    onefit.fit_many(rich_net, X, Y, sweep={"units": [3]}, **arguments).save(path)
    return onefit.load(path)


@pytest.mark.parametrize(
    ("x", "y", "own", "told"),
    [
        (None, None, {}, "resume\\(x, y, epochs="),
        (X + 1, Y, {"model": rich_net, "callbacks": stopping()}, "60 rows with other values"),
        (X[:50], Y[:50], {"model": rich_net, "callbacks": stopping()}, "50 rows"),
        (X, 1 - Y, {"model": rich_net, "callbacks": stopping()}, "other values"),
        (X, Y, {"callbacks": stopping()}, "model=build"),
        (X, Y, {"model": rich_net}, "EarlyStopping, ReduceLROnPlateau. Received: none"),
        (X, Y, {"model": rich_net, "callbacks": stopping()[:1]}, "Received: EarlyStopping"),
        (
            X, Y,
            {"model": rich_net, "callbacks": [keras.callbacks.EarlyStopping(), stopping()[1]]},
            "with other arguments",
        ),
        (5, None, {}, "resume\\(epochs=5\\)"),
    ],
    ids=["none", "x", "rows", "y", "function", "callbacks", "fewer", "others", "a number"],
)  # fmt: skip
def test_what_is_not_as_it_was(kept, x, y, own, told):
    with pytest.raises(onefit.PopulationError, match=told):
        kept.resume(x, y, epochs=4, verbose=0, **own)


def test_a_file_that_is_given_its_data_can_be_finished(tmp_path):
    nets = onefit.fit_many(rich_net(), X, Y, folds=2, epochs=2, verbose=0)
    nets.save(tmp_path / "nets")
    loaded = onefit.load(tmp_path / "nets")
    with pytest.raises(onefit.PopulationError, match=r"nets.resume\(x, y\)"):
        loaded.final()
    here = loaded.resume(X, Y, verbose=0)
    assert here.epochs.tolist() == [2, 2]
    np.testing.assert_array_equal(here.out_of_fold(), nets.out_of_fold())
    for own, expected in zip(here.final().get_weights(), nets.final().get_weights()):
        np.testing.assert_array_equal(own, expected)


def other(units=3, activation="relu", loss="binary_crossentropy", optimizer="adam"):
    hidden = keras.layers.Dense(units, activation=activation)
    net = keras.Sequential([keras.Input((5,)), hidden, keras.layers.Dense(1, activation="sigmoid")])
    net.compile(optimizer, loss)
    return net


@pytest.mark.parametrize(
    ("differs", "told"),
    [
        ({"activation": "tanh"}, r"activation: 'tanh', and not 'relu'"),
        ({"loss": "mse"}, r"loss: 'mse', and not 'binary_crossentropy'"),
        ({"optimizer": "sgd"}, "optimizer"),
        ({"wider": 2}, r"units: 6, and not 3, and has 43 weights where it had 22"),
    ],
)
def test_models_that_are_not_as_they_were(differs, told, tmp_path):
    onefit.fit_many(other, X, Y, sweep={"units": [3]}, epochs=1, verbose=0).save(tmp_path / "nets")
    nets = onefit.load(tmp_path / "nets")
    others = {name: value for name, value in differs.items() if name != "wider"}

    def build(units):
        return other(differs.get("wider", 1) * units, **others)

    with pytest.raises(onefit.PopulationError, match=told):
        nets.resume(X, Y, model=build, epochs=2, verbose=0)

    def alike(units):
        keras.layers.Dense(2)  # counts names on, which is no other model
        return other(units)

    assert nets.resume(X, Y, model=alike, epochs=2, verbose=0).epochs.tolist() == [2]


def test_a_population_of_this_process_takes_its_own_data():
    nets = onefit.fit_many(rich_net(), X, Y, restarts=2, epochs=1, verbose=0)
    assert nets.resume(X, Y, epochs=2).epochs.tolist() == [2, 2]
    with pytest.raises(onefit.PopulationError, match="other values"):
        nets.resume(X, 1 - Y, epochs=2)
    with pytest.raises(onefit.PopulationError, match="Leave them out"):
        nets.resume(model=rich_net(), epochs=2)


def test_a_sweep_of_arrays_is_not_in_a_file(tmp_path):
    sweep = {"sample_weight": [WEIGHT, WEIGHT[::-1]]}
    onefit.fit_many(rich_net(), X, Y, sweep=sweep, epochs=1, verbose=0).save(tmp_path / "nets")
    with pytest.raises(onefit.PopulationError, match="arrays or objects"):
        onefit.load(tmp_path / "nets").resume(X, Y, epochs=2)
