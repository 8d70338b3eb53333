"""A dataset of arrays is a table with an order: in the program, with stock Keras's numbers."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import onefit
from onefit.training.plan.plan import EPOCHS, PROGRAM

X = np.arange(80, dtype="float32").reshape(20, 4) / 40
Y = np.arange(20) % 2

TABLES = {
    "batches": "rows.batch(3)",
    "shuffled": "rows.shuffle(7, seed=3).batch(3)",
    "the last batch left out": "rows.shuffle(7).batch(6, drop_remainder=True)",
    "mapped, cached": "rows.map(lambda a, b: (a * 2, b)).cache().shuffle(9).batch(8).prefetch(1)",
    "the same order again": "rows.shuffle(20, seed=1, reshuffle_each_iteration=False).batch(4)",
    "repeated": "rows.shuffle(5, seed=3).repeat(2).batch(4)",
    "shuffled batches": "rows.batch(5).cache().shuffle(4, seed=3).repeat(2)",
    "parts": "rows.skip(2).shard(2, 1).take(8).shuffle(3).batch(3)",
    "side by side": "D.zip((D.from_tensor_slices(X), D.from_tensor_slices(Y))).take(9).batch(4)",
    "a cached order": "rows.shuffle(20).cache().batch(4)",
    "dtypes": "D.from_tensor_slices((X.astype('float64'), Y.astype('uint8'))).shuffle(9).batch(5)",
}
STREAMS = {
    "filtered": "rows.filter(lambda a, b: a[0] > 0.5).batch(3)",
    "a smaller batch in between": "rows.batch(3).repeat(2)",
    "a function of values": "rows.map(lambda a, b: (a if float(a[0]) > 1 else -a, b)).batch(3)",
    "random numbers": "rows.map(lambda a, b: (a + tf.random.uniform([], seed=1), b)).batch(4)",
}


@pytest.fixture(scope="module")
def tf():
    import onefit.scripts.tensorflow as stand_in
    from onefit.scripts.tensorflow.installation import install, uninstall

    install()
    yield stand_in
    uninstall()
    stand_in.random.set_seed(None)


def _model():
    import keras

    keras.utils.set_random_seed(1)
    layers = [keras.Input((4,)), keras.layers.Dense(3, activation="relu"), keras.layers.Dense(1)]
    model = keras.Sequential(layers)
    model.compile("adam", "mse", metrics=["mae"])
    return model


def _made(tf, pipeline):
    tf.random.set_seed(5)
    rows = tf.data.Dataset.from_tensor_slices((X, Y))
    return eval(pipeline, {"tf": tf, "D": tf.data.Dataset, "rows": rows, "X": X, "Y": Y})


def _outcome(tf, pipeline, fit, callbacks=(), **given):
    model, dataset = _model(), _made(tf, pipeline)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Keras's, of shuffle=True
        made = [make() for make in callbacks]
        history = fit(model, dataset, verbose=0, callbacks=made, **given)
    after = [[np.asarray(leaf).tolist() for leaf in batch] for batch in dataset.take(3)]
    return history.history, [weight.tolist() for weight in model.get_weights()], after


def _both_ways(tf, pipeline, **given):
    import keras

    ours = _outcome(tf, pipeline, onefit.fit, **given)
    assert ours == _outcome(tf, pipeline, keras.Model.fit, **given)


def _way(tf, pipeline, **given):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return onefit.explain(_model(), _made(tf, pipeline), **given).way


@pytest.mark.parametrize("name", TABLES)
def test_a_table_with_an_order(tf, name):
    assert _way(tf, TABLES[name], epochs=3) == PROGRAM
    _both_ways(tf, TABLES[name], epochs=3)


@pytest.mark.parametrize("name", STREAMS)
def test_a_stream(tf, name):
    assert _way(tf, STREAMS[name], epochs=2) == EPOCHS
    if name != "random numbers":
        _both_ways(tf, STREAMS[name], epochs=2)


def test_epochs_of_a_pipeline_without_end(tf):
    given = {"epochs": 3, "steps_per_epoch": 4}
    pipeline = "rows.shuffle(20, seed=2).repeat().batch(3)"
    assert _way(tf, pipeline, **given) == PROGRAM
    _both_ways(tf, pipeline, **given)


def test_an_early_end_leaves_the_shuffle_where_keras_leaves_it(tf):
    import keras

    def stop():
        return keras.callbacks.EarlyStopping("loss", min_delta=10.0, patience=1)

    for pipeline in (TABLES["shuffled"], TABLES["repeated"]):
        _both_ways(tf, pipeline, epochs=9, callbacks=[stop])


def test_validation_and_weights_of_classes(tf):
    validation = _made(tf, "rows.take(9).batch(4)")
    given = {"validation_data": validation, "class_weight": {0: 1.0, 1: 3.0}}
    assert _way(tf, TABLES["shuffled"], epochs=2, **given) == PROGRAM
    _both_ways(tf, TABLES["shuffled"], epochs=2, **given)
    shuffled = _made(tf, "rows.shuffle(20, seed=4).batch(4)")
    assert _way(tf, TABLES["batches"], validation_data=shuffled) == EPOCHS


def test_what_is_random_is_drawn_for_each_element(tf):
    import keras

    flip = keras.layers.RandomFlip(seed=1)
    rows = tf.data.Dataset.from_tensor_slices(
        np.tile(np.arange(6.0).reshape(1, 6, 1), (40, 1, 1, 1))
    )
    flipped = {float(row[0, 0, 0]) for row in rows.map(flip)}
    assert flipped == {0.0, 5.0}
    drawn = tf.data.Dataset.range(5).map(lambda n: tf.random.uniform([], seed=3))
    assert len({float(one) for one in drawn}) == 5


def test_evaluate_and_predict(tf):
    import keras

    model = _model()
    for pipeline in ("rows.batch(3)", "rows.shuffle(20, seed=1).batch(3)"):
        ours = onefit.evaluate(model, _made(tf, pipeline), verbose=0)
        assert ours == keras.Model.evaluate(model, _made(tf, pipeline), verbose=0)
        ours = onefit.predict(model, _made(tf, pipeline), verbose=0)
        theirs = keras.Model.predict(model, _made(tf, pipeline), verbose=0)
        np.testing.assert_array_equal(ours, theirs)


def test_a_function_with_other_bits_for_many_rows_keeps_a_stream(tf):
    from onefit.scripts.tensorflow.data import row_batches

    rows = tf.data.Dataset.from_tensor_slices(np.ones((6, 4), "float32"))
    mapped = rows.map(lambda a: a * 2)
    mapped.stage.function.of_rows = lambda arrays, most: None
    assert row_batches.row_batches(rows.batch(2).stage) is not None
    assert row_batches.row_batches(mapped.batch(2).stage) is None
