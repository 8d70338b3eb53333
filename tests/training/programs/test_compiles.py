"""What is compiled once is not compiled again: counted by JAX itself."""

from __future__ import annotations

import contextlib

import jax
import keras
import numpy as np
import pytest
from keras import callbacks, layers

import onefit

EVENT = "/jax/core/compile/backend_compile_duration"


@contextlib.contextmanager
def compiles(counted: str = EVENT):
    """Count XLA compiles in the block, or another event of JAX's."""
    seen: list[str] = []
    on = [True]

    def listen(event: str, *_: object, **__: object) -> None:
        if on[0] and event == counted:
            seen.append(event)

    jax.monitoring.register_event_duration_secs_listener(listen)
    try:
        yield seen
    finally:
        on[0] = False


@pytest.fixture
def data():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(50, 3)).astype("float32")
    return x, (x.sum(axis=1) > 0).astype("int32")


def _net():
    model = keras.Sequential(
        [keras.Input((3,)), layers.Dense(4), layers.Dropout(0.2), layers.Dense(1)]
    )
    model.compile("adam", "mse", metrics=["mae"])
    return model


def test_the_counter_counts():
    with compiles() as seen:
        jax.jit(lambda v: v * 3 + 1)(np.ones(7))
    assert len(seen) == 1


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"validation_split": 0.2},
        {"validation_split": 0.2, "callbacks": "rules"},
        {"callbacks": "host"},
    ],
    ids=["plain", "validation", "rules", "host"],
)
def test_a_second_fit_compiles_nothing(data, given):
    def fit(epochs):
        given_now = dict(given)
        kind = given_now.pop("callbacks", None)
        if kind == "rules":
            given_now["callbacks"] = [
                callbacks.EarlyStopping(patience=99), callbacks.ReduceLROnPlateau(patience=50),
            ]  # fmt: skip
        elif kind == "host":
            given_now["callbacks"] = [callbacks.LambdaCallback(on_epoch_end=lambda e, logs: None)]
        onefit.fit(model, *data, epochs=epochs, verbose=0, **given_now)

    model = _net()
    fit(3)
    with compiles() as seen:
        fit(3)
        fit(20)  # the number of epochs is not in the program
    assert seen == []


def test_new_numbers_of_the_same_shapes_compile_nothing(data):
    x, y = data
    model = _net()
    onefit.fit(model, x, y, verbose=0)
    with compiles() as seen:
        onefit.fit(model, x + 1, 1 - y, verbose=0)
        model.optimizer.learning_rate = 0.5
        onefit.fit(model, x, y, verbose=0, initial_epoch=1, epochs=4)
    assert seen == []


@pytest.mark.parametrize("verb", ["evaluate", "predict"])
def test_a_second_evaluation_or_prediction_compiles_nothing(data, verb):
    model = _net()
    call = {
        "evaluate": lambda: onefit.evaluate(model, *data, verbose=0),
        "predict": lambda: onefit.predict(model, data[0], verbose=0),
    }[verb]
    first = call()
    with compiles() as seen:
        second = call()
    assert seen == []
    np.testing.assert_array_equal(first, second)


def test_a_recompiled_model_is_trained_with_what_it_was_compiled_with(data):
    x, y = data
    model = _net()
    onefit.fit(model, x, y, verbose=0)
    model.compile(keras.optimizers.SGD(0.0), "mae")
    before = [np.array(v.value) for v in model.trainable_variables]
    history = onefit.fit(model, x, y, verbose=0)
    # Keras keeps the metrics of an earlier compile when a later one names none
    assert list(history.history) == list(model.fit(x, y, verbose=0).history)
    for old, new in zip(before, model.trainable_variables):
        np.testing.assert_array_equal(old, np.array(new.value))


def test_predictions_in_buckets_need_six_programs_for_forty_sizes():
    inputs = {"a": keras.Input((3,), name="a"), "b": keras.Input((2,), name="b")}
    joined = layers.Concatenate()(list(inputs.values()))
    model = keras.Model(inputs, [layers.Dense(4)(joined), layers.Dense(1)(joined)])
    rng = np.random.default_rng(0)
    x = {name: rng.normal(size=(41, n)).astype("float32") for name, n in (("a", 3), ("b", 2))}
    stock = model.predict(x, verbose=0)
    with compiles() as seen:
        found = [
            onefit.predict(model, {k: v[:rows] for k, v in x.items()}, verbose=0, buckets=True)
            for rows in range(2, 42)
        ]
    assert len(seen) == 6  # 1, 2, 4, 8, 16 and 32 rows
    for rows, outputs in enumerate(found, start=2):
        for ours, theirs in zip(outputs, stock, strict=True):
            assert type(ours) is np.ndarray and len(ours) == rows
            np.testing.assert_allclose(ours, theirs[:rows], rtol=1e-5, atol=1e-6)


def test_predictions_in_buckets_again_and_again():
    model = keras.Sequential([keras.Input((3,)), layers.Dense(4, "tanh"), layers.Dense(1)])
    x = np.random.default_rng(0).normal(size=(20, 3)).astype("float32")
    exact = [model.predict(x[:rows], verbose=0) for rows in (5, 20)]
    with onefit.installed(buckets=True), compiles() as seen:
        for _ in range(3):  # the second and third are ready
            for rows, stock in zip((5, 20), exact):
                found = model.predict(x[:rows], verbose=0)
                assert found.shape == stock.shape
                np.testing.assert_allclose(found, stock, rtol=1e-5, atol=1e-6)
        assert len(seen) == 2
        ours = onefit.predict(model, x[:5], verbose=0, buckets=False)
    np.testing.assert_array_equal(ours, exact[0])


def test_explaining_compiles_nothing(data):
    x, y = data
    model = _net()
    model(x[:1])  # its weights are drawn
    model.optimizer.build(model.trainable_variables)
    onefit.explain(model, x, y, epochs=3)  # whatever is drawn for the first time
    for given in ({"batch_size": 8}, {"epochs": 2, "validation_split": 0.2}):
        with compiles() as seen:
            plan = onefit.explain(model, x, y, **given)
        assert (plan.way, seen) == ("one program", [])


def test_what_is_announced_is_what_is_done(data, capsys):
    x, y = data
    model = _net()
    with onefit.installed(explain=True):
        model.evaluate(x, y, batch_size=5, verbose=0)
        model.predict(x, batch_size=5, verbose=0)
        model.predict(x, batch_size=50, verbose=0)
        model.predict(x, batch_size=50, verbose=0)
    ways = [
        line.rpartition(": ")[2] for line in capsys.readouterr().err.splitlines() if '"' in line
    ]
    assert ways == ["batch by batch", "batch by batch", "one program", "one program"]
