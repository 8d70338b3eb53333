"""JAX is chosen before any of the tests imports Keras."""

from __future__ import annotations

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
