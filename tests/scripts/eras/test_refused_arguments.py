"""Arguments of tf.keras 2 that changed numbers, and that Keras 3 has not, are errors."""

from __future__ import annotations

import keras
import pytest

from onefit.scripts.eras import activation
from onefit.scripts.eras.era import named

CASES = [
    *((kind, {"time_major": True}) for kind in ("LSTM", "GRU", "SimpleRNN")),
    ("BatchNormalization", {"renorm": True}),
    ("BatchNormalization", {"virtual_batch_size": 4}),
    ("BatchNormalization", {"adjustment": len}),
]


@pytest.fixture(autouse=True)
def in_force():
    activation.activate(named("tf2"))
    yield
    activation.deactivate()


def made(kind, given):
    sizes = [2] if kind != "BatchNormalization" else []
    return getattr(keras.layers, kind)(*sizes, **given)


@pytest.mark.parametrize(("kind", "given"), CASES)
def test_what_it_is_and_what_to_do(kind, given):
    ((name, value),) = given.items()
    with pytest.raises(TypeError, match=rf"Received: {name}={value!r}\. Leave it out"):
        made(kind, given)


@pytest.mark.parametrize(("kind", "given"), CASES)
@pytest.mark.parametrize("value", [None, False])
def test_without_a_meaning_it_is_left_out(kind, given, value):
    assert made(kind, dict.fromkeys(given, value))
