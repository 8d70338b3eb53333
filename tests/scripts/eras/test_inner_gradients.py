"""`K.gradients` within a `Lambda`, decodings of CTC, and slices of symbols, as of Keras 2.2.4.

The numbers are those of Keras 2.2.4 on TensorFlow 1.15. Of its beams with equal probabilities any
may come first, so none are asked for.
"""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import layers

from onefit.scripts.eras import activation
from onefit.scripts.eras.era import named
from onefit.scripts.eras.stand_ins import backend, decodings, graph


@pytest.fixture(autouse=True)
def keras2():
    activation.activate(named("keras2"))
    yield
    activation.deactivate()


def where(pair):
    before, after = pair
    return graph.gradients(keras.ops.sum(after), before)


def test_an_unpooling_by_gradients_trains_what_it_trained():
    end = start = layers.Input((8, 8, 1))
    places = []
    for _ in range(2):
        before = layers.Conv2D(3, 3, padding="same", activation="tanh")(end)
        end = layers.MaxPooling2D((2, 2))(before)
        places.append(layers.Lambda(where, output_shape=lambda s: s[0])([before, end]))
    for place in reversed(places):
        end = layers.multiply([layers.UpSampling2D((2, 2))(end), place])
        end = layers.Conv2D(3, 3, padding="same", activation="tanh")(end)
    end = layers.Conv2D(1, 3, padding="same", activation="tanh")(end)
    model = keras.Model(start, end)
    draw = np.random.RandomState(0)
    model.set_weights([draw.uniform(-1, 1, one.shape) for one in model.get_weights()])
    x = draw.rand(8, 8, 8, 1)
    model.compile("sgd", "mse")
    losses = model.fit(x, x, verbose=0, batch_size=4, shuffle=False, epochs=3).history["loss"]
    np.testing.assert_allclose(losses, [1.747234, 1.726528, 1.705356], rtol=1e-4)


def likely(rows, count):
    found = np.full((len(rows), len(rows[0]), count), 0.1 / (count - 1), "float32")
    for row, steps in zip(found, rows):
        row[np.arange(len(steps)), steps] = 0.9
    return found


def test_decodings_are_as_wide_as_the_longest():
    rows = likely([[0, 0, 2, 0, 1], [2, 2, 1, 2, 2]], 3)
    paths, scores = decodings.ctc_decode(rows, np.array([5, 5]))
    assert np.asarray(paths[0]).tolist() == [[0, 0, 1], [1, -1, -1]]
    np.testing.assert_allclose(np.asarray(scores), [[0.5268], [0.5268]], atol=1e-4)
    (path,), scores = decodings.ctc_decode(rows, np.array([5, 5]), greedy=False, beam_width=10)
    assert np.asarray(path).tolist() == [[0, 1], [1, -1]]
    np.testing.assert_allclose(np.asarray(scores), [[-0.4185], [-0.4016]], atol=1e-4)


def test_decodings_of_blanks_are_empty():
    (path,), _ = decodings.ctc_decode(likely([[2, 2], [2, 2]], 3), np.array([2, 2]))
    assert np.asarray(path).shape == (2, 0)


def test_one_slice_of_a_symbol():
    given = backend.placeholder((4, 2))
    assert given[2:].shape == (2, 2)
    assert given[...].shape == (4, 2)
    assert graph.function([given], [given[2:]])([np.ones((4, 2))])[0].shape == (2, 2)
