"""`sparse=True` of the layers of text: places, values and losses are those of tf.keras 2.15.

The dtype of counts is Keras 3's, int64; tf.keras 2.15 has float32.
"""

from __future__ import annotations

import keras
import numpy as np
import pytest

TEXTS = ["the cat sat", "the dog the end", "zebra"]
PLACES = [[0, 1], [0, 3], [0, 6], [1, 1], [1, 4], [1, 5], [2, 2]]
ONCE, TWICE = 0.9162907600402832, 0.6931471824645996
VALUES = {
    "multi_hot": [1, 1, 1, 1, 1, 1, 1],
    "count": [1, 1, 1, 2, 1, 1, 1],
    "tf_idf": [TWICE, ONCE, ONCE, 2 * TWICE, ONCE, ONCE, ONCE],
}
LOOKED_UP = {
    "multi_hot": [1, 1, 1, 1],
    "count": [1, 1, 1, 1],
    "tf_idf": [0.5108256340026855, 0.6931471824645996, 0.6323733329772949, 0.5108256340026855],
}


def compare(found, places, values, shape):
    assert found.indices.numpy().tolist() == places
    np.testing.assert_allclose(found.values.numpy(), values, rtol=1e-6)
    assert found.dense_shape.numpy().tolist() == shape


@pytest.mark.parametrize("mode", VALUES)
def test_counts_of_words_are_sparse(tf, mode):
    layer = keras.layers.TextVectorization(output_mode=mode, sparse=True)
    layer.adapt(TEXTS)
    compare(layer(tf.constant(TEXTS)), PLACES, VALUES[mode], [3, 7])
    first = next(iter(tf.data.Dataset.from_tensor_slices(TEXTS).batch(2).map(layer)))
    compare(first, PLACES[:6], VALUES[mode][:6], [2, 7])
    longer = keras.layers.TextVectorization(
        output_mode=mode, sparse=True, max_tokens=20, pad_to_max_tokens=True
    )
    longer.adapt(TEXTS)
    compare(longer(tf.constant(TEXTS)), PLACES, VALUES[mode], [3, 20])


@pytest.mark.parametrize("mode", LOOKED_UP)
def test_words_and_numbers_looked_up_are_sparse(tf, mode):
    words = keras.layers.StringLookup(output_mode=mode, sparse=True)
    words.adapt([["a", "b"], ["b", "c"]])
    numbers = keras.layers.IntegerLookup(output_mode=mode, sparse=True)
    numbers.adapt([[1, 2], [2, 3]])
    places = [[0, 1], [0, 3], [1, 0], [1, 1]]
    found = (words(tf.constant([["a", "b"], ["b", "z"]])), numbers(tf.constant([[1, 2], [2, 9]])))
    for one in found:
        compare(one, places, LOOKED_UP[mode], [2, 4])


def test_one_of_several_and_bins_are_sparse(tf):
    one = keras.layers.StringLookup(vocabulary=["a", "b"], output_mode="one_hot", sparse=True)
    compare(one(tf.constant(["a", "z"])), [[0, 1], [1, 0]], [1, 1], [2, 3])
    bins = keras.layers.Hashing(num_bins=4, output_mode="multi_hot", sparse=True)
    found = bins(tf.constant([["a", "b"], ["c", "d"]]))
    compare(found, [[0, 2], [0, 3], [1, 0], [1, 1]], [1, 1, 1, 1], [2, 4])


def test_numbers_of_words_are_not_sparse(tf):
    with pytest.raises(ValueError, match="sparse"):
        keras.layers.TextVectorization(sparse=True)


@pytest.mark.parametrize("sparse", [True, False])
def test_a_model_of_counts_trains_and_is_saved(tf, tmp_path, sparse):
    counts = keras.layers.TextVectorization(
        output_mode="count", sparse=sparse, vocabulary=["a", "b"]
    )
    model = keras.Sequential([keras.Input((1,), dtype="string"), counts, keras.layers.Dense(1)])
    assert model.output_shape == (None, 1)
    model.set_weights([np.array([[0.5], [1.0], [-1.0]]), np.zeros(1)])
    model.compile("sgd", "mse")
    x = tf.constant([["a b a"], ["c a"], ["b"]])
    history = model.fit(x, np.ones((3, 1)), epochs=3, verbose=0, shuffle=False)
    losses = [1.4166666269302368, 1.3869444131851196, 1.3582910299301147]
    np.testing.assert_allclose(history.history["loss"], losses, rtol=1e-6)
    expected = [[1.0469270944595337], [1.5083690881729126], [-0.931641697883606]]
    np.testing.assert_allclose(model.predict(x, verbose=0), expected, rtol=1e-6)
    model.save(tmp_path / "counts.keras")
    again = keras.models.load_model(tmp_path / "counts.keras")
    assert again.layers[0].get_config()["sparse"] == sparse
    np.testing.assert_allclose(again.predict(x, verbose=0), expected, rtol=1e-6)
