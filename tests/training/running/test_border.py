"""A model looked at while it trains: from other threads, from signals' handlers, by a generator."""

from __future__ import annotations

import signal
import threading
import time
import warnings
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

import onefit
from onefit.training.programs import donation

# Keras's own `Variable.numpy` under NumPy 2
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

X = np.random.default_rng(0).normal(size=(256, 4)).astype("float32")
Y = X.sum(axis=1, keepdims=True)


class Twin(layers.Layer):
    """Two weights that are equal after each step: whoever sees them differ saw half a step."""

    def build(self, shape: Any) -> None:
        given = {"shape": (300, 300), "initializer": "zeros"}
        self.a, self.b = self.add_weight(name="a", **given), self.add_weight(name="b", **given)

    def call(self, x: Any) -> Any:
        return x + keras.ops.sum(self.a) + keras.ops.sum(self.b)


def net() -> keras.Model:
    model = keras.Sequential([keras.Input((4,)), layers.Dense(3), layers.Dense(1), Twin()])
    model.compile(keras.optimizers.SGD(1e-6), "mse", metrics=["mae"])
    return model


class Sees(keras.callbacks.Callback):
    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        found = onefit.evaluate(self.model, X[:8], Y[:8], verbose=0)
        assert np.isfinite(found).all()


LOOKS = {
    "get_weights": lambda model, path: model.get_weights()[-2:],
    "save_weights": lambda model, path: (model.save_weights(path), kept(path))[1],
    "call": lambda model, path: [np.asarray(model(X[:2]))] * 2,
    "predict": lambda model, path: [onefit.predict(model, X[:2], verbose=0)] * 2,
    "evaluate": lambda model, path: [onefit.evaluate(model, X, Y, verbose=0)] * 2,
}


def kept(path: str) -> list[Any]:
    model = net()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the optimizer that is not built
        model.load_weights(path)
    return model.get_weights()[-2:]


def train(model: keras.Model, until: Any, **given: Any) -> None:
    """Fit in this thread until the other one has looked."""
    result: list[Any] = []

    def look() -> None:
        while not len(getattr(getattr(model, "history", None), "epoch", ())):
            time.sleep(0.01)
        try:
            result.append(until())
        except BaseException as error:
            result.append(error)
        model.stop_training = True

    thread = threading.Thread(target=look)
    thread.start()
    onefit.fit(model, X, Y, batch_size=32, epochs=10**7, verbose=0, **given)
    thread.join()
    if isinstance(result[0], BaseException):
        raise result[0]


@pytest.mark.parametrize("way", ["in the program", "epoch by epoch", "donated"])
def test_whoever_looks_from_another_thread_sees_one_border(monkeypatch, tmp_path, way):
    if way == "donated":
        monkeypatch.setattr(donation, "DONATED", 0)
    model = net()
    seen: list[np.ndarray] = []

    def look() -> None:
        for name, one in LOOKS.items():
            for _ in range(1 if name == "save_weights" else 4):
                a, b = one(model, str(tmp_path / "now.weights.h5"))
                np.testing.assert_array_equal(a, b)
                assert np.all(np.isfinite(a))
        seen.extend(model.get_weights())

    train(model, look, callbacks=[Sees()] if way == "epoch by epoch" else None)
    assert len(seen) == 6 and seen[4].any()  # it has begun to learn
    assert np.isfinite(onefit.fit(model, X, Y, verbose=0).history["loss"][0])


def test_an_evaluation_meanwhile_leaves_the_training_as_it_is(monkeypatch):
    from onefit.training.running import whole_run

    def fitted(disturbed: bool) -> tuple[Any, Any]:
        keras.utils.set_random_seed(3)
        model = net()
        found: list[Any] = []

        class Disturbing(whole_run.Interrupts):
            def check(self) -> None:
                super().check()
                if disturbed and len(found) < 3:  # as the handler of a signal would
                    found.append(onefit.evaluate(model, X, Y, verbose=0))
                    one = ((X[:2],) for _ in range(2))  # of Keras's own loop, which donates
                    found.append(onefit.predict(model, one, steps=1, verbose=0))
                    assert len(model.get_weights()) == 6

        monkeypatch.setattr(whole_run, "Interrupts", Disturbing)
        history = onefit.fit(model, X, Y, epochs=5, verbose=0, validation_split=0.5).history
        return history, model.get_weights()

    alone, met = fitted(False), fitted(True)
    assert alone[0] == met[0]
    assert all(map(np.array_equal, alone[1], met[1]))


class Late(Exception):
    pass


@pytest.mark.parametrize("way", ["in the program", "epoch by epoch", "donated"])
def test_a_time_limit_leaves_a_usable_model(monkeypatch, way):
    if way == "donated":
        monkeypatch.setattr(donation, "DONATED", 0)
    model = net()
    callbacks = [Sees()] if way == "epoch by epoch" else None
    onefit.fit(model, X, Y, verbose=0, callbacks=callbacks)
    seen = []

    def late(number: int, frame: Any) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        seen.append(model.get_weights())
        seen.append(onefit.evaluate(model, X, Y, verbose=0))
        raise Late

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, 1.0)
    try:
        with pytest.raises(Late):
            onefit.fit(model, X, Y, epochs=10**7, verbose=0, callbacks=callbacks)
        assert signal.getsignal(signal.SIGALRM) is late
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert len(seen) == 2 and all(np.isfinite(w).all() for w in seen[0])
    assert model.history.epoch == list(range(len(model.history.history["loss"])))
    assert np.isfinite(onefit.fit(model, X, Y, verbose=0).history["loss"][0])


def test_a_handler_may_stop_the_training():
    model = net()

    def stop(number: int, frame: Any) -> None:
        model.stop_training = True

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, 0.5, 0.2)
    try:
        history = onefit.fit(model, X, Y, epochs=10**7, verbose=0)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    steps = int(model.optimizer.iterations)
    assert -(-steps // 8) == len(history.epoch) == len(history.history["loss"])


def test_a_handler_that_is_set_meanwhile_stays():
    from onefit.training.host.interrupts import Interrupts

    before = signal.getsignal(signal.SIGUSR1)
    signal.signal(signal.SIGUSR1, lambda number, frame: None)
    try:
        with Interrupts():
            signal.signal(signal.SIGUSR1, signal.SIG_IGN)
        assert signal.getsignal(signal.SIGUSR1) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGUSR1, before)


@pytest.mark.parametrize("bound", [donation.DONATED, 0])
def test_a_generator_predicts_with_the_model_that_it_feeds(monkeypatch, bound):
    monkeypatch.setattr(donation, "DONATED", bound)
    model, found = net(), []

    def batches() -> Any:
        while True:
            found.append(onefit.predict(model, X[:4], verbose=0))
            onefit.evaluate(model, ((X[:4], Y[:4]) for _ in range(3)), steps=2, verbose=0)
            model.get_weights()
            yield X, Y

    onefit.fit(model, batches(), steps_per_epoch=3, epochs=2, shuffle=False, verbose=0)
    assert len(found) >= 6 and np.isfinite(found).all()


def test_the_plan_says_whether_buffers_are_donated():
    """A state as large as a program takes over: XLA says that it aliases outputs with inputs."""
    small, large = (
        net(),
        keras.Sequential([keras.Input((4,)), layers.Dense(2**21), layers.Dense(1)]),
    )
    large.compile("sgd", "mse")
    assert "MiB; the state is kept" in str(onefit.explain(small, X, Y))
    assert "MiB; the state's buffers are donated" in str(onefit.explain(large, X, Y))
