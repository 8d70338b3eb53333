"""JAX is chosen before any of the tests imports Keras."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from onefit.training.host.backend import choose_jax

choose_jax()


@pytest.fixture(autouse=True)
def ends_of_batches_in_order(monkeypatch):
    """Stock Keras tells its bar of the batches in a pool of threads, in whatever order they come.

    Where the last but one comes last, the bar of a stream of unknown length ends one short.
    """
    from keras.src.callbacks.callback_list import CallbackList

    def call(self, function, *arguments):
        function(*arguments)

    monkeypatch.setattr(CallbackList, "_async_dispatch", call)


@pytest.fixture(autouse=True)
def _no_stand_in_for_tensorflow() -> Iterator[None]:
    """Keras as it is: other tests of this process may have let its objects give tensors."""
    mode = sys.modules.get("onefit.scripts.tensorflow.mode")
    if mode is None:
        yield
        return
    before, mode.here.inside = mode.here.inside, "keras"
    yield
    mode.here.inside = before
