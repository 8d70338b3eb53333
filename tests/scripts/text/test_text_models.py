"""Models that begin with text train as with Keras on TensorFlow."""

from __future__ import annotations

import json
import warnings

import keras
import numpy as np
import pytest
import record_texts
import text_cases


@pytest.fixture(scope="module")
def ours(tf):
    with warnings.catch_warnings():  # Keras's own, that datasets are not shuffled
        warnings.simplefilter("ignore")
        return text_cases.results(keras, tf, np)


@pytest.mark.parametrize("part", ["fit", "arrays", "evaluate", "predict", "call", "dataset"])
@pytest.mark.parametrize("name", ["sequential", "functional", "dict"])
def test_text_trains_as_on_tensorflow(ours, name, part):
    theirs = json.loads(record_texts.RECORD.read_text())[name][part]
    found = ours[name][part]
    assert not isinstance(theirs, dict) or list(found) == list(theirs)
    for one in theirs if isinstance(theirs, dict) else [...]:
        expected = theirs if one is ... else theirs[one]
        np.testing.assert_allclose(found if one is ... else found[one], expected, atol=2e-6)


def test_a_model_of_text_is_saved_and_loaded(tf, tmp_path):
    model, x = text_cases.sequential(keras, tf, np)
    before = model.predict(x, verbose=0)
    model.save(tmp_path / "text.keras")
    again = keras.models.load_model(tmp_path / "text.keras")
    np.testing.assert_array_equal(again.predict(x, verbose=0), before)


@pytest.mark.filterwarnings("ignore:Explicitly requested dtype int64")  # Keras's, on JAX
def test_a_model_within_a_model_reads_integers(tf):
    number = keras.Input((1,), dtype="int64")
    lookup = keras.layers.IntegerLookup(vocabulary=[4, 7], output_mode="one_hot")
    inner = keras.Model(number, lookup(number))
    model = keras.Sequential([inner, keras.layers.Dense(1, use_bias=False)])
    found = model.predict(np.array([[7], [1], [4]]), verbose=0)
    np.testing.assert_array_equal(found, model.layers[-1].kernel.numpy()[[2, 0, 1]])


def test_a_subclassed_model_says_what_to_do(tf):
    class Words(keras.Model):
        def call(self, x):
            return x

    model = Words()
    with pytest.raises(AttributeError, match="make numbers of it in a map"):
        model.predict(tf.constant(["a"]), verbose=0)
