"""Sparse tensors, and numbers without a row or a class, in `fit`, `evaluate` and `predict`.

The errors' texts and the losses of the sparse fit are those of TensorFlow 2.21 on a CPU.
"""

from __future__ import annotations

import keras
import numpy as np
import pytest

import onefit.scripts.tensorflow as tf
from onefit.scripts.tensorflow import installation


@pytest.fixture(autouse=True)
def in_force():
    installation.install()
    yield
    installation.uninstall()


def sparse():
    places = [(0, 0), (0, 1), (0, 2), (4, 3), (5, 0), (5, 1)]
    return tf.sparse.SparseTensor(places, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], (6, 4))


def linear():
    x = keras.Input(shape=(4,), sparse=True)
    model = keras.Model(x, keras.layers.Dense(2)(x))
    model.set_weights([np.arange(8.0).reshape(4, 2) / 8, np.ones(2)])
    model.compile("sgd", "mse")
    return model


def test_a_fit_of_a_sparse_tensor_has_tensorflows_losses():
    history = linear().fit(
        sparse(), np.ones((6, 2)), epochs=2, batch_size=4, verbose=0, shuffle=False
    )
    np.testing.assert_allclose(history.history["loss"], [3.5243, 2.5264], atol=5e-5)
    dataset = tf.data.Dataset.from_tensor_slices((sparse(), np.ones((6, 2), "float32"))).batch(4)
    again = linear().fit(dataset, epochs=2, verbose=0, shuffle=False)
    np.testing.assert_allclose(again.history["loss"], history.history["loss"], rtol=1e-6)


def test_other_verbs_take_sparse_tensors_as_their_dense_ones():
    model, dense, ones = linear(), sparse().dense(), np.ones((6, 2))
    expected = dense @ model.get_weights()[0] + 1
    for found in (model.predict(sparse(), verbose=0), model.predict_on_batch(sparse())):
        np.testing.assert_allclose(found, expected, rtol=1e-6)
    alone = tf.data.Dataset.from_tensor_slices(sparse()).batch(4)
    np.testing.assert_allclose(model.predict(alone, verbose=0), expected, rtol=1e-6)
    assert model.evaluate(sparse(), ones, verbose=0) == pytest.approx(3.6107, abs=5e-5)
    assert float(model.train_on_batch(sparse(), ones)) == pytest.approx(3.6107, abs=5e-5)


@pytest.mark.parametrize("side", [10**7, 2**33], ids=["", "beyond 64 bits"])
def test_a_sparse_tensor_that_is_too_large_when_dense_is_refused(side):
    huge = tf.sparse.SparseTensor([[0, 0]], [1.0], (side, side))
    with pytest.raises(ValueError, match=r"batch\(32\)"):
        linear().predict(huge, verbose=0)


def test_where_the_machine_tells_nothing_of_its_memory(monkeypatch):
    monkeypatch.delattr("os.sysconf")  # as on Windows
    assert linear().predict(sparse(), verbose=0).shape == (6, 2)


def words(inner=False):
    embedding = keras.layers.Embedding(3, 2)
    if inner:
        embedding = keras.Sequential([keras.layers.Reshape((2,)), embedding])
    model = keras.Sequential(
        [keras.Input((2,), dtype="int32"), embedding, keras.layers.Flatten(), keras.layers.Dense(1)]
    )
    model.compile("sgd", "mse")
    return model


@pytest.mark.parametrize("verb", ["fit", "evaluate", "train_on_batch", "predict"])
def test_a_number_without_a_row_is_refused_with_its_place_in_the_batch(verb):
    x = np.tile([[0, 1]], (40, 1))
    x[33] = [1, 7]
    rest = () if verb == "predict" else (np.ones(40),)
    place = "33" if verb == "train_on_batch" else "1"
    told = rf"indices\[{place},1\] = 7 is not in \[0, 3\)"
    with pytest.raises(tf.errors.InvalidArgumentError, match=told):
        getattr(words(), verb)(x, *rest)
    with pytest.raises(tf.errors.InvalidArgumentError, match="7 is not in"):
        words().fit(x[:30], np.ones(30), validation_data=(x, np.ones(40)), verbose=0)


def test_numbers_from_the_end_are_rows():
    assert np.isfinite(words().predict(np.array([[0, -1], [-3, 2]]), verbose=0)).all()


def test_a_prediction_that_is_not_a_number_is_explained():
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"7 is not in \[0, 3\)"):
        words(inner=True).predict(np.array([[0, 1], [1, 7]]), verbose=0)


@pytest.mark.parametrize("verb", ["fit", "evaluate", "train_on_batch"])
@pytest.mark.parametrize(
    "loss", ["sparse_categorical_crossentropy", keras.losses.SparseCategoricalCrossentropy()]
)
def test_a_label_without_a_class_is_refused(verb, loss):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3, activation="softmax")])
    model.compile("sgd", loss)
    told = r"Received a label value of 5 which is outside the valid range of \[0, 3\)"
    with pytest.raises(tf.errors.InvalidArgumentError, match=told):
        getattr(model, verb)(np.ones((3, 2)), np.array([0, 2, 5]))


def test_a_class_that_is_left_out_may_be_any_number():
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3, activation="softmax")])
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(ignore_class=5))
    model.fit(np.ones((3, 2)), np.array([0, 2, 5]), verbose=0)


# What tf.keras 2.15 gave for the same datasets.
IN_BATCHES = {
    "a table": lambda rows: rows.batch(8),
    "in another order": lambda rows: rows.skip(32).concatenate(rows.take(32)).batch(8),
    "a stream": lambda rows: rows.filter(lambda x, y: True).batch(8),
}


def plain(verb):
    return {"shuffle": False} if verb == "fit" else {}  # Keras warns of a dataset otherwise


def rows_with_a_seven():
    x = np.tile([[0, 1]], (40, 1)).astype("int32")
    x[33] = [1, 7]
    return tf.data.Dataset.from_tensor_slices((x, np.ones((40, 1), "float32")))


@pytest.mark.parametrize("verb", ["fit", "evaluate", "predict"])
@pytest.mark.parametrize("kind", IN_BATCHES)
def test_a_number_without_a_row_in_a_dataset_is_refused(verb, kind):
    dataset = IN_BATCHES[kind](rows_with_a_seven())
    dataset = dataset.map(lambda x, y: x) if verb == "predict" else dataset
    with pytest.raises(
        tf.errors.InvalidArgumentError, match=r"indices\[1,1\] = 7 is not in \[0, 3\)"
    ):
        getattr(words(), verb)(dataset, verbose=0, **plain(verb))


def test_a_number_that_a_dataset_leaves_out_is_no_error():
    rows = rows_with_a_seven()
    history = words().fit(rows.take(33).batch(32), verbose=0, shuffle=False)
    assert np.isfinite(history.history["loss"]).all()
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"indices\[1,1\] = 7"):
        words().fit(
            rows.take(33).batch(32), validation_data=rows.batch(32), verbose=0, shuffle=False
        )


@pytest.mark.parametrize("kind", IN_BATCHES)
def test_batches_before_such_a_number_are_trained(kind):
    ends, model = [], words()
    told = keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: ends.append(batch))
    with pytest.raises(tf.errors.InvalidArgumentError):
        model.fit(IN_BATCHES[kind](rows_with_a_seven()), verbose=0, shuffle=False, callbacks=[told])
    assert ends == ([] if kind == "in another order" else [0, 1, 2, 3])


@pytest.mark.parametrize("verb", ["fit", "evaluate"])
@pytest.mark.parametrize("kind", IN_BATCHES)
@pytest.mark.parametrize("is_built", [True, False])
def test_a_label_without_a_class_in_a_dataset_is_refused(verb, kind, is_built):
    x, y = np.ones((40, 2), "float32"), np.zeros(40, "int64")
    y[33] = 5
    rows = tf.data.Dataset.from_tensor_slices((x, y))

    def classes():
        layers = [keras.layers.Dense(3, activation="softmax")]
        model = keras.Sequential([keras.Input((2,)), *layers] if is_built else layers)
        model.compile("sgd", "sparse_categorical_crossentropy")
        return model

    told = r"Received a label value of 5 which is outside the valid range of \[0, 3\)"
    with pytest.raises(tf.errors.InvalidArgumentError, match=told):
        getattr(classes(), verb)(IN_BATCHES[kind](rows), verbose=0, **plain(verb))
    assert np.isfinite(classes().evaluate(rows.take(33).batch(4), verbose=0))


def test_a_model_that_has_seen_no_data_refuses_them_too():
    x = np.tile([[0, 1]], (40, 1))
    x[33] = [1, 7]
    for data in ((x, np.ones(40)), (rows_with_a_seven().batch(32),)):
        model = keras.Sequential([keras.layers.Embedding(3, 2), keras.layers.Flatten()])
        model.add(keras.layers.Dense(1))
        model.compile("sgd", "mse")
        with pytest.raises(tf.errors.InvalidArgumentError, match=r"indices\[1,1\] = 7"):
            model.fit(*data, verbose=0, shuffle=False)
