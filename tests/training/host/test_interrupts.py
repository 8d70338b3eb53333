"""Ctrl-C: a real SIGINT to a process that trains."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import weakref
from typing import Any

import keras
import numpy as np
import pytest

import onefit
from onefit.training.host.garbage import no_collection
from onefit.training.host.interrupts import Answered, Interrupts
from onefit.training.running.logs import of_pass

PREAMBLE = """
import json, os, signal, sys, threading, time
import onefit, keras
import numpy as np
from keras import layers

signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in a shell's background ignores it
keras.utils.set_random_seed(0)
x = np.random.default_rng(0).normal(size=(64, 4)).astype("float32")
y = x.sum(axis=1, keepdims=True)
ROWS = 64


def net(*hidden):
    model = keras.Sequential([keras.Input((4,)), *hidden, layers.Dense(1)])
    model.compile(keras.optimizers.SGD(1e-3), "mse")
    return model


class Sees(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        pass


def forever():
    while True:
        yield x, y


many = np.zeros((3_000_000, 4), "float32"), np.zeros((3_000_000, 1), "float32")


def press(ready, wait):
    def run():
        while not ready():
            time.sleep(0.005)
        time.sleep(wait)
        press.at = time.perf_counter()
        os.kill(os.getpid(), signal.SIGINT)
    threading.Thread(target=run, daemon=True).start()


def compiling():
    return any(thread.name == "onefit-xla" for thread in threading.enumerate())


def interrupted(call, ready=lambda: True, wait=0.0):
    press(ready, wait)
    try:
        call()
    except KeyboardInterrupt:
        return time.perf_counter() - press.at
    return None


def three_presses(call):
    # the fastest tells what is done on a machine that is busy
    times = [interrupted(call, wait=0.7) for _ in range(3)]
    return None if None in times else min(times)


def trained(model):
    return onefit.fit(model, x, y, epochs=2, verbose=0).history["loss"]


def report(seconds, model, used=trained):
    finite = all(bool(np.isfinite(v).all()) for v in model.get_weights())
    history = getattr(model, "history", None)
    found = {
        "seconds": seconds,
        "finite": finite,
        "losses": len(history.history.get("loss", [])) if history else None,
        "epochs": len(getattr(history, "epoch", [])) if history else None,
        "steps": int(model.optimizer.iterations),
        "handler": signal.getsignal(signal.SIGINT) is signal.default_int_handler,
    }
    found["usable"] = bool(np.isfinite(used(model)).all())
    print()
    print(json.dumps(found))
"""

FITS = {
    "in the program": "onefit.fit(model, x, y, epochs=10**9, verbose=0)",
    "with a bar": "onefit.fit(model, x, y, epochs=10**9, verbose=1)",
    "in one long epoch": "onefit.fit(model, *many, batch_size=1, verbose=0)",
    "epoch by epoch": "onefit.fit(model, x, y, epochs=10**9, verbose=0, callbacks=[Sees()])",
    "reading a stream": (
        "onefit.fit(model, ((x, y) for _ in iter(int, 1)), steps_per_epoch=10**8, shuffle=False,"
        " verbose=0)"
    ),
}


def _run(script: str) -> dict:
    """The last report of a script."""
    return _lines(script)[-1]


def _lines(script: str) -> list[dict]:
    """All reports of a script."""
    done = subprocess.run(
        [sys.executable, "-c", PREAMBLE + script],
        capture_output=True,
        encoding="utf-8",
        errors="replace",  # a bar that is cut off can end within a character
        env=os.environ | {"JAX_ENABLE_COMPILATION_CACHE": "0"},  # there is something to compile
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    lines = (line for line in done.stdout.splitlines() if line.startswith("{"))
    return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def fits():
    """What comes of each of the fits, one after the other in one process."""
    each = "".join(
        f"""
model = net()
onefit.fit(model, x, y, epochs=3, verbose=0)
seconds = three_presses(lambda: {call})
report(seconds, model)
"""
        for call in FITS.values()
    )
    return dict(zip(FITS, _lines(each), strict=True))


@pytest.mark.parametrize("name", FITS)
def test_ctrl_c_stops_a_fit_at_once_and_leaves_it_whole(name, fits):
    """Half a second passes on an idle machine, and each of these fits would last for minutes."""
    found = fits[name]
    assert found["seconds"] is not None and found["seconds"] < 5
    assert found["finite"] and found["usable"] and found["handler"]
    assert found["losses"] == found["epochs"]


def test_a_press_while_keras_converts_a_log_is_not_lost():
    class Pressed:
        def __float__(self):
            os.kill(os.getpid(), signal.SIGINT)
            return 1.0

    class Model:
        def _get_metrics_result_or_logs(self, logs):
            return {"loss": Pressed()}

    with pytest.raises(KeyboardInterrupt):
        of_pass(Model(), {})


def test_a_press_while_outputs_are_joined_waits_for_them(monkeypatch):
    """Within, Python collects garbage, and JAX's callback for that would swallow the exception."""
    joined, concatenate = [], np.concatenate

    def pressed(arrays):
        os.kill(os.getpid(), signal.SIGINT)
        joined.append(concatenate(arrays))
        return joined[0]

    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    x = np.ones((5, 1), "float32")
    onefit.predict(model, x, batch_size=2, verbose=0)  # compiling concatenates, too
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    monkeypatch.setattr(np, "concatenate", pressed)
    try:
        with pytest.raises(KeyboardInterrupt):
            onefit.predict(model, x, batch_size=2, verbose=0)
    finally:
        signal.signal(signal.SIGINT, handler)
    assert [j.shape for j in joined] == [(5, 1)]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("verb", ["fit", "evaluate", "predict"])
def test_a_press_that_python_drops_while_keras_is_traced_is_not_lost(verb):
    """What is raised in a weak reference's callback is printed, and dropped."""
    dropped = []

    class Pressing(keras.layers.Layer):
        def call(self, inputs):
            if armed and not dropped:
                watched = type("Watched", (), {})()
                reference = weakref.ref(watched, press)
                del watched
                assert reference() is None and dropped
            return inputs

    def press(reference):
        dropped.append(reference)
        signal.raise_signal(signal.SIGINT)

    armed = False
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1), Pressing()])
    model.compile("sgd", "mse")
    x = np.ones((4, 1), "float32")
    arguments = {"x": x} if verb == "predict" else {"x": x, "y": x}
    before = [np.asarray(weight.value) for weight in model.weights]
    armed = True
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            getattr(onefit, verb)(model, verbose=0, **arguments)
    finally:
        signal.signal(signal.SIGINT, handler)
    assert dropped
    assert all(map(np.array_equal, before, [weight.value for weight in model.weights]))


def test_the_history_holds_the_finished_epochs():
    found = _run(
        """
model = net()
onefit.fit(model, x, y, batch_size=16, verbose=0)
model.optimizer.iterations.assign(0)
fit = lambda: onefit.fit(model, x, y, epochs=10**9, batch_size=16, verbose=0)
shown = lambda: hasattr(model, "history") and len(model.history.epoch) > 40
seconds = interrupted(fit, ready=shown)
report(seconds, model)
"""
    )
    assert found["losses"] > 10
    assert found["steps"] // 4 == found["losses"]  # four steps an epoch


COMPILES = {  # with so many hidden layers that XLA takes about a second; and what is done then
    "a fit": (12, "onefit.fit(model, x, y, epochs=10, verbose=0)", "trained"),
    "a fit that reads a stream": (
        12, "onefit.fit(model, forever(), steps_per_epoch=9, verbose=0)", "trained",
    ),
    "an evaluation": (
        16, "onefit.evaluate(model, x, y, verbose=0)", "lambda m: onefit.evaluate(m, x, y)",
    ),
    "a prediction": (16, "onefit.predict(model, x, verbose=0)", "lambda m: onefit.predict(m, x)"),
}  # fmt: skip


SLOW = ("a fit that reads a stream", "an evaluation")  # they compile as the others do


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=[pytest.mark.slow] * (n in SLOW)) for n in COMPILES]
)
def test_ctrl_c_while_xla_compiles_leaves_the_model_as_it_was(name):
    count, call, used = COMPILES[name]
    found = _run(
        f"""
model = net(*(layers.Dense(8 + i, activation="tanh") for i in range({count})))
before = model.get_weights()
seconds = interrupted(lambda: {call}, compiling, 0.05)
assert seconds is not None and compiling()  # XLA is not waited for
assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights()))
report(seconds, model, {used})
"""
    )
    assert found["usable"] and found["steps"] == 0


def test_a_process_that_ends_while_xla_compiles_does_not_abort():
    found = _run(
        """
model = net(*(layers.Dense(8 + i, activation="tanh") for i in range(10)))
seconds = interrupted(lambda: onefit.fit(model, x, y, epochs=10, verbose=0), compiling, 0.05)
print(json.dumps({"seconds": seconds, "compiling": compiling()}))
time.sleep(0.2)
"""
    )
    assert found["seconds"] is not None and found["compiling"]


@pytest.mark.parametrize("verb", [pytest.param("evaluate", marks=pytest.mark.slow), "predict"])
def test_ctrl_c_stops_evaluations_and_predictions(verb):
    found = _run(
        f"""
model = net()
call = dict(
    evaluate=lambda: [onefit.evaluate(model, *many, batch_size=1, verbose=0)
                      for _ in range(100)],
    predict=lambda: [onefit.predict(model, many[0], batch_size=1, verbose=0) for _ in range(100)],
)[{verb!r}]
times = [interrupted(call, wait=wait) for wait in (2.0, 0.5)]
report(None if None in times else min(times), model)
"""
    )
    assert found["seconds"] is not None and found["seconds"] < 5
    assert found["finite"] and found["usable"]


class Late(Exception):
    pass


@pytest.mark.parametrize("outer", [Interrupts, Answered])
def test_a_handler_that_raises_at_any_moment_leaves_no_block_behind(outer):
    def late(number: int, frame: Any) -> None:
        raise Late

    def handlers() -> list[Any]:
        return [signal.getsignal(number) for number in sorted(signal.valid_signals())]

    before = signal.signal(signal.SIGALRM, late)
    try:
        wanted = handlers()
        for tenths in range(1500):  # of a microsecond: the blocks take about a hundred of those
            with contextlib.suppress(Late), no_collection():  # Python drops what is raised in one
                signal.setitimer(signal.ITIMER_REAL, 1e-5 + tenths * 1e-7)
                with outer(), Answered():
                    pass
                time.sleep(0.001)
            assert handlers() == wanted
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
