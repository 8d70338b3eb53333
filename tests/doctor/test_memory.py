"""What an examination takes of memory, measured in a process of its own, and by arithmetic."""

import subprocess
import sys

import keras
import numpy as np
import pytest

import onefit
from onefit.doctor import memory
from onefit.doctor.experiment import Clock, Laboratory
from onefit.doctor.training import Training, setup_of
from onefit.doctor.trials import Doctor
from onefit.doctor.units import dead_units
from onefit.training.observation.case import given_of

MIB = 2**20

ASKED = """
import resource
import keras, numpy as np
from onefit.doctor import memory
from onefit.doctor.causes import own_skill
from onefit.doctor.training import setup_of
from onefit.doctor.units import dead_units
from onefit.training.observation.case import given_of

memory.PASS = 2**26
convolutions = [keras.layers.Conv2D(16, 3, padding="same", activation="relu") for _ in range(4)]
model = keras.Sequential([keras.Input((64, 64, 1)), *convolutions,
                          keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(2, "softmax")])
model.compile("sgd", "sparse_categorical_crossentropy")
x = np.random.default_rng(0).normal(size=(1024, 64, 64, 1)).astype("float32")
setup = setup_of(model, given_of(x, np.arange(1024) % 2, batch_size=8))
model.predict_on_batch(x[:8])
begin = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
assert abs(own_skill(model, setup)) <= 1
assert len(dead_units(model, setup.rows, setup.batch)) == 4
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - begin) / 2**10)
"""


def _network(units=8):
    layers = [keras.Input((4,)), keras.layers.Dense(units, "relu"), keras.layers.Dense(1)]
    model = keras.Sequential(layers)
    model.compile("sgd", "mse")
    return model


def _rows(rows=64):
    x = np.random.default_rng(0).normal(size=(rows, 4)).astype("float32")
    return x, x[:, :1] * 2


def test_answers_of_all_layers_do_not_lie_in_memory_for_all_rows():
    """Four layers answer 64 * 64 * 16 numbers of 4 bytes each to a row: 1 GiB to 1,024 rows."""
    ran = subprocess.run([sys.executable, "-c", ASKED], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    whole = 4 * 64 * 64 * 16 * 4 * 1024 / MIB
    assert whole == 1024
    assert float(ran.stdout.split()[-1]) < 0.4 * whole


def test_a_row_takes_at_least_its_largest_answer():
    layers = [keras.Input((10, 10, 1)), keras.layers.Conv2D(32, 3, padding="same")]
    model = keras.Sequential([*layers, keras.layers.Flatten(), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    answer = 10 * 10 * 32 * 4
    assert answer <= memory.row_bytes(model, np.zeros((3, 10, 10, 1), "float32")) <= 10 * answer


def test_pieces_give_what_the_whole_gives(monkeypatch):
    model, (x, _) = _network(), _rows()
    whole = model.predict_on_batch(x)
    dead = dead_units(model, setup_of(model, given_of(*_rows())).rows, 64)
    monkeypatch.setattr(memory, "PASS", 0)
    assert [len(one[0]) for one in memory.in_pieces(model, x, 24)] == [24, 24, 16]
    np.testing.assert_allclose(memory.predictions(model, x, 24), whole, rtol=1e-6)
    assert dead_units(model, setup_of(model, given_of(*_rows())).rows, 24) == dead


@pytest.mark.parametrize(("optimizer", "numbers"), [("sgd", 3), ("adam", 3)])
def test_a_network_takes_its_weights_and_two_numbers_of_each(optimizer, numbers):
    model = _network()
    model.compile(optimizer, "mse")
    weights = 4 * 8 + 8 + 8 + 1
    assert weights * 4 * numbers <= memory.network_bytes(model) <= weights * 4 * numbers + 64


def test_networks_that_do_not_fit_are_not_tried_and_that_is_said(monkeypatch):
    x, y = _rows()
    model = _network()
    monkeypatch.setattr(memory, "free", lambda: 20 * memory.network_bytes(model))
    found = onefit.diagnose(model, x, y, epochs=5, time=5)
    assert found.examination is None
    assert "Expected experiments that fit in half of the" in " ".join(str(found).split())


def test_as_many_networks_are_trained_at_once_as_fit(monkeypatch):
    """With room for eight networks, of setups from four seeds two are one population."""
    x, y = _rows()
    setup = setup_of(_network(), given_of(x, y, epochs=1))
    trained = []
    laboratory = Laboratory(most=8)
    monkeypatch.setattr(laboratory, "_group", lambda some, _: trained.append(len(some)) or some)
    wide = setup.but(heavier=4.0, changes=("wider",))
    found = laboratory.run([setup, setup, wide, setup], seeds=4)
    assert trained == [2, 1]
    assert found == [setup, setup, None, setup] and laboratory.too_large == ["wider"]


def test_what_was_too_large_is_said():
    """A hidden layer of four times the units has at least twice the weights: 4 * 2.3 > 8."""
    x, y = _rows()
    setup = setup_of(_network(), given_of(x, y, epochs=2))
    seen = Doctor(Training(setup, None, 2, 0.001, 0.1, most=8), [], Clock(30.0)).examine()
    assert seen is not None
    assert seen.too_large.startswith("not tried, as too little memory is free: Dense(32)")


def test_of_rows_that_cannot_be_copied_some_are_taken(monkeypatch):
    x, y = _rows(400)
    model = _network()
    row = 4 * 4 + 4
    monkeypatch.setattr(memory, "free", lambda: 2 * memory.COPIES * row * 100)
    some = memory.most_rows(setup_of(model, given_of(x, y)).rows)
    assert some == 100
    monkeypatch.setattr(memory, "most_rows", lambda rows: 100)
    monkeypatch.setattr(memory, "free", lambda: 2**30)
    found = onefit.diagnose(model, x, y, epochs=3, time=3)
    assert found.examination is not None
    assert found.examination.setup.is_cut and len(found.examination.setup.rows) == 75
    assert "on 100 of 400 rows: more do not fit in memory" in " ".join(str(found).split())
