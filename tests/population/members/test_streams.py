"""Streams that are read once: members are those of the same rows as arrays."""

from __future__ import annotations

import itertools

import keras
import numpy as np
import pytest
from nets import table, xor_net

import onefit
from onefit.population.members import streams
from onefit.scripts.tensorflow.data import Dataset

# Keras reads its variables in a way that NumPy 2 warns of
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation")

X, Y = table(40, columns=2)
W = np.linspace(0.5, 2, 40, dtype="float32")


class Pieces(keras.utils.PyDataset):
    """Rows in batches of 16."""

    def __len__(self):
        return 3

    def __getitem__(self, number):
        rows = slice(16 * number, 16 * number + 16)
        return X[rows], Y[rows], W[rows]


STREAMS = {
    "a PyDataset": lambda: Pieces(),
    "a generator": lambda: (Pieces()[number] for number in range(3)),
    "tf.data": lambda: Dataset.from_tensor_slices((X, Y, W)).batch(16),
}


@pytest.fixture(scope="module")
def arrays():
    return onefit.fit_many(xor_net(), X, Y, sample_weight=W, batch_size=16, **ARGUMENTS)


ARGUMENTS = {"folds": 2, "epochs": 2, "exact": True, "verbose": 0}


@pytest.mark.parametrize("name", STREAMS)
def test_members_of_a_stream_are_those_of_its_arrays(name, arrays, capfd):
    nets = onefit.fit_many(xor_net(), STREAMS[name](), **ARGUMENTS)
    assert "is read once: 40 rows" in capfd.readouterr().err
    for metric, values in arrays.history.items():
        np.testing.assert_array_equal(nets.history[metric], values)


def test_validation_and_a_search_read_a_stream_once():
    space = {"learning_rate": [1e-2]}
    given = {"trials": 1, "sampler": None, "epochs": 2, "verbose": 0}
    stream = (Pieces()[number] for number in range(3))
    nets = onefit.search(
        xor_net(), stream, space=space, validation_data=iter([(X[:8], Y[:8])]), **given
    )
    keras.utils.set_random_seed(0)
    net = xor_net()
    net.optimizer.learning_rate = 1e-2
    told = net.fit(
        X, Y, sample_weight=W, batch_size=16, epochs=2, validation_data=(X[:8], Y[:8]), verbose=0
    )
    np.testing.assert_allclose(nets.history["val_loss"][0], told.history["val_loss"], rtol=1e-6)


def test_a_stream_without_an_end(monkeypatch):
    monkeypatch.setattr(streams, "MOST", 10_000)

    def forever():
        while True:
            yield X, Y

    with pytest.raises(onefit.PopulationError, match="goes on"):
        onefit.fit_many(xor_net(), forever(), epochs=1, verbose=0)


def test_a_stream_without_an_end_is_left_after_so_many_batches(monkeypatch):
    monkeypatch.setattr(streams, "MOST_BATCHES", 50)
    given = []

    def forever():
        while True:
            given.append(1)
            yield X[:1], Y[:1]

    with pytest.raises(onefit.PopulationError, match=r"itertools\.islice"):
        onefit.fit_many(xor_net(), forever(), epochs=1, verbose=0)
    assert len(given) == 51
    with pytest.raises(TypeError, match=r"itertools\.islice"):
        onefit.fit_many(xor_net(), forever(), epochs=1, steps_per_epoch=3, verbose=0)
    nets = onefit.fit_many(xor_net(), itertools.islice(forever(), 3), epochs=1, verbose=0)
    assert len(nets) == 1
