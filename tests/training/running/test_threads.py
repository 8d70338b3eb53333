"""Nothing of the process is changed for the time of a call: two threads at once."""

from __future__ import annotations

import asyncio
import gc
import sys
import threading
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras import layers
from keras.src.initializers.constant_initializers import Zeros

import onefit
from onefit.training.host import stock, zeros_and_ones
from onefit.training.host.garbage import no_collection

X = np.ones((64, 3), "float32")
THEIRS, OURS = "keras.src.backend.jax.trainer", "onefit.training.verbs.fit"


def at_once(*functions: Callable[[], None]) -> None:
    errors: list[BaseException] = []

    def run(function: Callable[[], None]) -> None:
        try:
            function()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(function,)) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def net() -> keras.Model:
    model = keras.Sequential([keras.Input((3,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    return model


def test_two_bars_leave_standard_output_where_it_is(capsys):
    before, models = sys.stdout, [net(), net()]

    def fit(model: Any) -> Callable[[], None]:
        return lambda: onefit.fit(model, X, X[:, :1], epochs=200, verbose=2) and None

    at_once(*map(fit, models))
    assert sys.stdout is before
    assert capsys.readouterr().out.count("Epoch ") == 400


def used() -> str:
    """Which way a fit in this thread goes."""
    seen: list[str] = []
    original = stock.JAXTrainer._assert_compile_called

    class Model(keras.Sequential):
        def _assert_compile_called(self, name: str) -> None:
            frame = sys._getframe(1)
            while frame is not None:
                seen.append(frame.f_globals["__name__"])
                frame = frame.f_back  # type: ignore[assignment]
            original(self, name)

    model = Model([keras.Input((3,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(X, X[:, :1], verbose=0)
    return OURS if OURS in seen else THEIRS


def test_blocks_in_two_threads_are_each_threads_own():
    both, left = threading.Barrier(2), threading.Event()
    found: dict[str, list[str]] = {"first": [], "second": [], "third": []}

    def first() -> None:
        with onefit.installed():
            both.wait()
        left.set()
        found["first"].append(used())

    def second() -> None:
        with onefit.installed(strict=True):
            both.wait()
            left.wait()
            found["second"].append(used())
        found["second"].append(used())

    def third() -> None:
        left.wait()
        found["third"].append(used())

    at_once(first, second, third)
    assert found == {"first": [THEIRS], "second": [OURS, THEIRS], "third": [THEIRS]}
    assert keras.Model.fit.__module__ == THEIRS
    assert Zeros.__call__ is zeros_and_ones._THEIRS[Zeros]


def test_blocks_in_two_tasks_are_each_tasks_own():
    found = []

    async def task(own: bool, turn: asyncio.Event, following: asyncio.Event) -> None:
        await turn.wait()
        if own:
            with onefit.installed():
                following.set()
                await asyncio.sleep(0.01)
                found.append(onefit.training.verbs.install.is_installed())
        else:
            found.append(onefit.training.verbs.install.is_installed())

    async def main() -> None:
        events = [asyncio.Event(), asyncio.Event()]
        events[0].set()
        await asyncio.gather(task(True, events[0], events[1]), task(False, events[1], events[1]))

    asyncio.run(main())
    assert found == [False, True] and keras.Model.fit.__module__ == THEIRS


def test_blocks_that_overlap_leave_collector_and_initializers_as_they_were():
    before, inside, out = gc.isenabled(), threading.Event(), threading.Event()

    def first() -> None:
        with no_collection(), zeros_and_ones.on_the_host():
            inside.wait()
        out.set()

    def second() -> None:
        with no_collection(), zeros_and_ones.on_the_host():
            inside.set()
            out.wait()
            assert not gc.isenabled()

    at_once(first, second)
    assert gc.isenabled() is before
    assert Zeros.__call__ is zeros_and_ones._THEIRS[Zeros]
