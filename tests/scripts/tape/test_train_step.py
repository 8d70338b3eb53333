"""A `train_step` with a tape, as Keras 2's guides write it, in `fit` and `evaluate`."""

from __future__ import annotations

import numpy as np
import pytest

import onefit


@pytest.fixture(scope="module")
def tf():
    import onefit.scripts.tensorflow as stand_in

    return stand_in


@pytest.fixture(scope="module")
def data():
    draw = np.random.default_rng(0)
    return draw.normal(size=(70, 8)).astype("float32"), draw.normal(size=(70, 1)).astype("float32")


def guide_model(tf):
    class Custom(tf.keras.Model):
        def train_step(self, data):
            x, y = data
            with tf.GradientTape() as tape:
                y_pred = self(x, training=True)
                loss = self.compiled_loss(y, y_pred, regularization_losses=self.losses)
            gradients = tape.gradient(loss, self.trainable_variables)
            self.optimizer.apply_gradients(zip(gradients, self.trainable_variables))
            self.compiled_metrics.update_state(y, y_pred)
            return {m.name: m.result() for m in self.metrics}

        def test_step(self, data):
            x, y = data
            y_pred = self(x, training=False)
            self.compiled_loss(y, y_pred, regularization_losses=self.losses)
            self.compiled_metrics.update_state(y, y_pred)
            return {m.name: m.result() for m in self.metrics}

    return Custom


def trained(tf, kind, data, **options):
    keras = tf.keras
    keras.utils.set_random_seed(1)
    inputs = keras.Input((8,))
    x = keras.layers.Dense(16, "relu", kernel_regularizer="l2")(inputs)
    x = keras.layers.Dropout(0.5)(keras.layers.BatchNormalization()(x))
    model = kind(inputs, keras.layers.Dense(1)(x))
    model.compile("adam", "mse", metrics=["mae"], **options)
    history = model.fit(
        *data, batch_size=32, epochs=3, shuffle=False, verbose=0, validation_data=data
    )
    return model, history.history


def test_the_step_of_the_guide_is_that_of_keras(tf, data):
    """Losses, metrics, weights, averages, seeds and optimizer, through a smaller last batch."""
    ours, theirs = trained(tf, guide_model(tf), data), trained(tf, tf.keras.Model, data)
    assert sorted(ours[1]) == sorted(theirs[1])
    for name in theirs[1]:
        np.testing.assert_allclose(ours[1][name], theirs[1][name], rtol=1e-6)
    for one, other in zip(ours[0].variables, theirs[0].variables, strict=True):
        np.testing.assert_allclose(one.value, other.value, rtol=1e-5, atol=1e-7)
    scores = [model.evaluate(*data, verbose=0, return_dict=True) for model, _ in (ours, theirs)]
    assert scores[0] == pytest.approx(scores[1], rel=1e-6)
    predictions = [model.predict(data[0], verbose=0) for model, _ in (ours, theirs)]
    np.testing.assert_allclose(*predictions, rtol=1e-5, atol=1e-6)


def test_it_runs_eagerly_where_that_is_asked_for(tf, data):
    eager = trained(tf, guide_model(tf), data, run_eagerly=True)
    compiled = trained(tf, guide_model(tf), data)
    for name in compiled[1]:
        np.testing.assert_allclose(eager[1][name], compiled[1][name], rtol=1e-5)


def test_why_it_runs_step_by_step_is_told(tf, data):
    """Batches of a generator, and steps that compute with 64 bits, are no part of a program."""
    keras = tf.keras
    inputs = keras.Input((8,))
    model = guide_model(tf)(inputs, keras.layers.Dense(1)(inputs))
    model.compile("sgd", "mse")
    plan = onefit.explain(model, (one for one in [data]), shuffle=False)
    (finding,) = plan.findings
    assert (finding.code, finding.where) == ("OF107", "Custom.train_step, Custom.test_step")
    assert "a stream" in finding.evidence

    class Precise(keras.Model):
        def train_step(self, data):
            x, y = data
            loss = tf.reduce_mean(tf.square(y - tf.cast(self(x), tf.float64)))
            return {"loss": tf.cast(loss, tf.float32)}

    model = Precise(inputs, keras.layers.Dense(1)(inputs))
    model.compile("sgd")
    dataset = tf.data.Dataset.from_tensor_slices((data[0], data[1].astype("float64"))).batch(10)
    (finding,) = onefit.explain(model, dataset, shuffle=False).findings
    assert (finding.code, finding.evidence) == ("OF107", "it computes with the 64 bits of its data")


def test_minimize(tf):
    w = tf.Variable(2.0)
    optimizer = tf.keras.optimizers.SGD(0.1)
    optimizer.minimize(lambda: w * w, [w])
    assert w.numpy() == pytest.approx(2 - 0.1 * 4)
    with tf.GradientTape() as tape:
        loss = w * 3.0
    optimizer.minimize(loss, [w], tape=tape)
    assert w.numpy() == pytest.approx(1.6 - 0.3)
    with pytest.raises(ValueError, match="`tape`"):
        optimizer.minimize(loss, [w])
