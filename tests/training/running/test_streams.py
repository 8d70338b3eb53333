"""Streams that wait, stop and fail: heard as soon as stock Keras would hear them, or sooner."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import jax
import keras
import numpy as np
import pytest
from keras import layers

import onefit
from onefit.training.data.ring_buffer import BLOCK_STEPS, Call
from onefit.training.host.stock import FIT
from onefit.training.running import stream_passes

pytestmark = pytest.mark.filterwarnings("ignore:Your input ran out of data")

X, Y = np.ones((8, 4), "float32"), np.ones((8, 1), "float32")


def net(cls: Any = keras.Sequential) -> Any:
    model = cls([keras.Input((4,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    return model


def forever(seconds: float = 0.0) -> Iterator[Any]:
    while True:
        if seconds:
            time.sleep(seconds)
        yield X, Y


def steps_of(model: Any) -> int:
    return int(model.optimizer.iterations.value)


class Blocked(Exception):
    """Raised where a test would hang otherwise."""


def blocking(
    count: int, seconds: float = 30.0, then: Callable[[], Any] = lambda: None
) -> Iterator[Any]:
    """A few batches, then an empty queue."""
    for _ in range(count):
        yield X, Y
    then()
    threading.Event().wait(seconds)
    raise Blocked


def test_ctrl_c_ends_a_fit_whose_stream_waits() -> None:
    def press() -> None:
        pressed.append(time.perf_counter())
        os.kill(os.getpid(), signal.SIGINT)

    model, pressed = net(), list[float]()
    later = threading.Timer(0.3, press)
    with pytest.raises(KeyboardInterrupt):
        onefit.fit(model, blocking(5, 30.0, later.start), verbose=0, shuffle=False)
    assert time.perf_counter() - pressed[0] < 20  # and not the 30 s that the stream waits
    assert steps_of(model) == 5
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert np.isfinite(onefit.evaluate(model, X, Y, verbose=0))


def test_an_alarm_of_the_user_ends_a_fit_whose_stream_waits() -> None:
    class TooLong(Exception):
        pass

    def ring(*_: Any) -> None:
        raise TooLong

    def wind() -> None:
        signal.setitimer(signal.ITIMER_REAL, 0.3)

    model, before = net(), signal.signal(signal.SIGALRM, ring)
    try:
        with pytest.raises(TooLong):
            onefit.fit(model, blocking(5, 30.0, wind), verbose=0, shuffle=False)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert steps_of(model) == 5 and np.isfinite(onefit.evaluate(model, X, Y, verbose=0))


class Calls(keras.Sequential):
    """Calls Python in each step: what it does, and where it fails."""

    seen: ClassVar[list[Any]] = []

    def compute_loss(self, *args: Any, **given: Any) -> Any:
        loss = super().compute_loss(*args, **given)
        shape = jax.ShapeDtypeStruct(loss.shape, loss.dtype)
        return loss + jax.pure_callback(self.look, shape, jax.lax.stop_gradient(loss))

    def look(self, loss: Any) -> Any:
        self.seen.append("step")
        if self.seen.count("step") == 4:
            raise ValueError("the fourth step fails")
        return np.zeros_like(loss)


def test_an_error_of_a_step_is_not_kept_until_the_stream_goes_on() -> None:
    def generator() -> Iterator[Any]:
        for batch in blocking(4, 5.0):
            Calls.seen.append("batch")
            yield batch

    Calls.seen = []
    with pytest.raises(Exception, match="the fourth step fails"):
        onefit.fit(net(Calls), generator(), verbose=0, shuffle=False)
    # Keras takes two batches before it uses the first
    assert Calls.seen == ["batch", "batch", "step", "step", "batch", "step", "batch", "step"]


def test_a_button_of_another_thread() -> None:
    def batches() -> Iterator[Any]:
        for number, batch in enumerate(forever(0.01)):
            if number == 50:
                threading.Timer(0.0, setattr, [model, "stop_training", True]).start()
            yield batch

    model = net()
    onefit.fit(model, batches(), steps_per_epoch=2_000, epochs=10, verbose=0, shuffle=False)
    assert 0 < steps_of(model) < 1_000


def test_a_slow_stream_is_followed_batch_by_batch() -> None:
    """A stream that looks at the network which it feeds (stock Keras takes the weights away)."""
    model, behind = net(), []

    def generator() -> Iterator[Any]:
        for asked in range(12):
            time.sleep(0.1)
            behind.append(asked - steps_of(model))
            yield X, Y

    onefit.fit(model, forever(), steps_per_epoch=3, verbose=0, shuffle=False)
    model.optimizer.iterations.assign(0)
    onefit.fit(model, generator(), verbose=0, shuffle=False)
    # Keras takes two batches before it uses the first; a machine that is busy may hold one more
    assert max(behind[2:]) <= 2


def test_a_fast_stream_is_sent_by_many(monkeypatch: pytest.MonkeyPatch) -> None:
    model, counts = net(), list[int]()

    def counted(program: Any, steps: int, *rest: Any) -> Any:
        counts.append(steps)
        return Call(program, steps, *rest)

    onefit.fit(model, forever(), steps_per_epoch=3, verbose=0, shuffle=False)
    monkeypatch.setattr(stream_passes, "Call", counted)
    for limit in ("WORTH", "CALL_SECONDS"):  # a machine that is busy makes any stream slow
        monkeypatch.setattr(stream_passes, limit, 1e9)
    onefit.fit(model, forever(), steps_per_epoch=1_000, verbose=0, shuffle=False)
    assert sum(counts) == 1_000 and max(counts) == BLOCK_STEPS
    assert len(counts) <= 100


def test_no_thread_is_started() -> None:
    def generator() -> Iterator[Any]:
        for _ in range(20):
            assert not any("onefit" in thread.name for thread in threading.enumerate())
            yield X, Y

    onefit.fit(net(), generator(), verbose=0, shuffle=False)


def test_batches_that_fill_a_block() -> None:
    """As many as a block holds, one less and one more; and some that are larger than a block."""
    for rows, count in ((8, 63), (8, 64), (8, 65), (8, 200), (200_000, 9)):
        x = np.random.default_rng(0).random((rows, 20), "float32")
        found = []
        for fit in (FIT, onefit.fit):
            keras.utils.set_random_seed(1)
            model = keras.Sequential([keras.Input((20,)), layers.Dense(1)])
            model.compile("sgd", "mse")
            drawn = ((x * i / count, x[:, :1]) for i in range(count))
            fit(model, drawn, verbose=0, shuffle=False)
            weights = [np.asarray(v.value).tolist() for v in model.weights]
            found.append([model.history.history["loss"], *weights])
        assert found[0] == found[1]


PEAK = """
import resource, sys, numpy as np, keras, onefit
from onefit.training.host.stock import FIT
fit = onefit.fit if sys.argv[1] == "onefit" else FIT
layer = [keras.layers.AveragePooling2D(16), keras.layers.Flatten(), keras.layers.Dense(1)]
model = keras.Sequential([keras.Input((64, 64, 3)), *layer])
model.compile("sgd", "mse")
draw = np.random.default_rng(0)
x, y = draw.random((32, 64, 64, 3), "float32"), np.ones((32, 1), "float32")
fit(model, ((x + i, y) for i in range(1500)), verbose=0, shuffle=False)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


@pytest.mark.slow
def test_the_memory_of_a_long_stream() -> None:
    """Two gigabytes of batches: no more than stock Keras and a few blocks."""
    peaks = {}
    for way in ("stock", "onefit"):
        done = subprocess.run(
            [sys.executable, "-c", PEAK, way], capture_output=True, text=True, check=True
        )
        peaks[way] = int(done.stdout)
    assert peaks["onefit"] < peaks["stock"] + 60, peaks
