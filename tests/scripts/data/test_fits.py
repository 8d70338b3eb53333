"""`fit`, `evaluate` and `predict` on datasets: as in TensorFlow."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import fits
import jax
import numpy as np
import pytest

import onefit

HERE = Path(__file__).parent


RECORDED = json.loads((HERE / "fits.json").read_text())


OWN_WAYS = ("cached", "validated", "runs_out", "cached_after", "generated")
"""Each has a way of its own through Keras's loops."""


@pytest.fixture(scope="module")
def tf():
    import onefit.scripts.tensorflow as stand_in

    yield stand_in
    stand_in.random.set_seed(None)


def _compare(ours, theirs, exact):
    assert jax.tree.structure(ours) == jax.tree.structure(theirs)
    for one, other in zip(jax.tree.leaves(ours), jax.tree.leaves(theirs)):
        np.testing.assert_allclose(one, other, rtol=0 if exact else 1e-5, atol=0 if exact else 1e-6)


@pytest.mark.parametrize("name", fits.FITS)
def test_a_fit_on_a_dataset(tf, name):
    import keras

    with onefit.installed():
        ours = fits.outcome(tf, keras, name)
    _compare(ours, RECORDED[name], exact=False)
    if name in OWN_WAYS:
        _compare(ours, fits.outcome(tf, keras, name), exact=True)


def _compiled(keras):
    model = keras.Sequential([keras.layers.Dense(2)])
    model.compile("sgd", "mse")
    return model


def test_what_keras_refuses_with_a_dataset(tf):
    import keras

    model, base = _compiled(keras), tf.data.Dataset.from_tensor_slices((fits.X, fits.X[:, :2]))
    with pytest.raises(ValueError, match="When providing `x` as a tf"):
        model.fit(base.batch(8), fits.Y, verbose=0, shuffle=False)
    weighted = tf.data.Dataset.from_tensor_slices((fits.X, fits.Y, fits.WEIGHTS)).batch(8)
    with pytest.raises(ValueError, match="You cannot `class_weight` and `sample_weight`"):
        model.fit(weighted, class_weight={0: 1.0}, verbose=0, shuffle=False)
    with pytest.raises(ValueError, match="validation_split"):
        model.fit(base.batch(8), validation_split=0.2, verbose=0, shuffle=False)


def test_class_weights_of_one_hot_and_of_columns(tf):
    from onefit.scripts.tensorflow.data.adapter import Weighted

    labels = np.array([0, 2, 1])
    for y in (labels, labels[:, None], np.eye(3)[labels], labels.astype("float32")):
        batch = tf.data.Dataset.from_tensors((np.zeros((3, 1)), y))
        ((_, _, weights),) = Weighted(batch.stage, {0: 0.5, 2: 4.0}).start()
        np.testing.assert_array_equal(weights, [0.5, 4.0, 1.0])


def test_keras_seeds_the_datasets_too(tf):
    import keras

    def order():
        keras.utils.set_random_seed(9)
        return [int(n) for n in tf.data.Dataset.range(8).shuffle(8)]

    assert order() == order() == SEEDED


# TensorFlow 2.21 after `keras.utils.set_random_seed(9)`
SEEDED = [7, 6, 3, 1, 2, 4, 0, 5]


def test_other_data_still_goes_to_keras(tf):
    import keras

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        _compiled(keras).fit(fits.X, fits.X[:, :2], verbose=0)


def test_a_mistake_in_other_data_is_keras_error_and_trains_once(tf):
    import keras

    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    x, y = np.ones((8, 4)), np.ones(8)
    with pytest.raises(ValueError, match="cardinality is ambiguous"):
        onefit.fit(model, x, y, epochs=2, validation_data=(x, y[:3]), verbose=0)
    assert int(model.optimizer.iterations) == 1  # as stock Keras, which looks after the first epoch
