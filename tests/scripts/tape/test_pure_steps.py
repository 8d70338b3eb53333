"""Own steps with a tape as part of one program: the numbers of the run step by step, to the bit."""

from __future__ import annotations

import numpy as np
import pytest

import onefit
from onefit.training.host.stock import FIT
from onefit.training.plan.plan import PROGRAM


@pytest.fixture(scope="module")
def tf():
    import onefit.scripts.tensorflow as stand_in

    return stand_in


DRAW = np.random.default_rng(0)
ROWS = DRAW.normal(size=(70, 8)).astype("float32")
TARGETS = DRAW.normal(size=(70, 1)).astype("float32")
CLASSES = DRAW.integers(0, 3, size=70)


def guide(tf):
    """Keras 2's guide: a functional model with its own `train_step`; Keras's `test_step`."""
    keras = tf.keras

    class Custom(keras.Model):
        def train_step(self, data):
            x, y = data
            with tf.GradientTape() as tape:
                y_pred = self(x, training=True)
                loss = self.compiled_loss(y, y_pred, regularization_losses=self.losses)
            gradients = tape.gradient(loss, self.trainable_variables)
            self.optimizer.apply_gradients(zip(gradients, self.trainable_variables))
            self.compiled_metrics.update_state(y, y_pred)
            return {m.name: m.result() for m in self.metrics}

    inputs = keras.Input((8,))
    x = keras.layers.Dense(16, "relu", kernel_regularizer="l2")(inputs)
    x = keras.layers.Dropout(0.5)(keras.layers.BatchNormalization()(x))
    model = Custom(inputs, keras.layers.Dense(1)(x))
    model.compile("adam", "mse", metrics=["mae"])
    return model, (ROWS, TARGETS), {"validation_data": (ROWS, TARGETS)}


def own_test_step(tf):
    keras = tf.keras

    class Custom(keras.Model):
        def test_step(self, data):
            x, y = data
            y_pred = self(x, training=False)
            self.compiled_loss(y, y_pred)
            self.compiled_metrics.update_state(y, y_pred)
            return {m.name: m.result() for m in self.metrics}

    inputs = keras.Input((8,))
    model = Custom(inputs, keras.layers.Dense(1)(inputs))
    model.compile("sgd", "mse", metrics=["mae"])
    return model, (ROWS, TARGETS), {"validation_data": (ROWS, TARGETS)}


def vae(tf):
    """The subclassed VAE of Keras's examples, with trackers, on a dataset that shuffles."""
    keras, layers = tf.keras, tf.keras.layers

    class Sampling(layers.Layer):
        def call(self, inputs):
            mean, log_var = inputs
            return mean + tf.exp(0.5 * log_var) * tf.random.normal(tf.shape(mean))

    class Vae(keras.Model):
        def __init__(self, encoder, decoder):
            super().__init__()
            self.encoder, self.decoder = encoder, decoder
            self.total, self.kl = keras.metrics.Mean(name="loss"), keras.metrics.Mean(name="kl")

        @property
        def metrics(self):
            return [self.total, self.kl]

        def train_step(self, data):
            with tf.GradientTape() as tape:
                mean, log_var, z = self.encoder(data)
                made = self.decoder(z)
                rebuilt = tf.reduce_mean(tf.reduce_sum(tf.square(data - made), axis=-1))
                kl = -0.5 * (1 + log_var - tf.square(mean) - tf.exp(log_var))
                kl = tf.reduce_mean(tf.reduce_sum(kl, axis=1))
                total = rebuilt + kl
            grads = tape.gradient(total, self.trainable_weights)
            self.optimizer.apply_gradients(zip(grads, self.trainable_weights))
            self.total.update_state(total)
            self.kl.update_state(kl)
            return {"loss": self.total.result(), "kl": self.kl.result()}

    inputs = keras.Input((8,))
    x = layers.Dense(16, "relu")(inputs)
    mean, log_var = layers.Dense(2)(x), layers.Dense(2)(x)
    encoder = keras.Model(inputs, [mean, log_var, Sampling()([mean, log_var])])
    decoder = keras.Sequential([keras.Input((2,)), layers.Dense(16, "relu"), layers.Dense(8)])
    model = Vae(encoder, decoder)
    model.compile(optimizer=keras.optimizers.Adam(0.01))
    dataset = tf.data.Dataset.from_tensor_slices(ROWS).shuffle(70, seed=3).batch(16)
    return model, (dataset,), {"shuffle": False}


def gan(tf):
    """Two optimizers, noise of the step's own, layers that are built by the first step."""
    keras, layers = tf.keras, tf.keras.layers

    class Gan(keras.Model):
        def __init__(self):
            super().__init__()
            self.critic = keras.Sequential([layers.Dense(8), layers.LeakyReLU(), layers.Dense(1)])
            self.maker = keras.Sequential([layers.Dense(8, "relu"), layers.Dense(8)])
            self.steps = tf.Variable(0, trainable=False)

        def compile(self, critic, maker, loss):
            super().compile()
            self.critic_optimizer, self.maker_optimizer, self.loss_fn = critic, maker, loss

        def train_step(self, real):
            rows = tf.shape(real)[0]
            made = self.maker(tf.random.normal((rows, 4)))
            labels = tf.concat([tf.ones((rows, 1)), tf.zeros((rows, 1))], axis=0)
            labels += 0.05 * tf.random.uniform(tf.shape(labels))
            with tf.GradientTape() as tape:
                loss = self.loss_fn(labels, self.critic(tf.concat([made, real], axis=0)))
            weights = self.critic.trainable_weights
            self.critic_optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
            with tf.GradientTape() as tape:
                made = self.maker(tf.random.normal((rows, 4)))
                other = self.loss_fn(tf.zeros((rows, 1)), self.critic(made))
            weights = self.maker.trainable_weights
            self.maker_optimizer.apply_gradients(zip(tape.gradient(other, weights), weights))
            self.steps.assign_add(1)
            return {"critic": loss, "maker": other}

    model = Gan()
    adam, loss = keras.optimizers.Adam, keras.losses.BinaryCrossentropy(from_logits=True)
    model.compile(adam(0.01), adam(0.02), loss)
    return model, (ROWS,), {}


def classes_of_64_bits(tf):
    """int64 classes and float64 inputs of a dataset, which the step rounds to float32."""
    keras = tf.keras

    class Custom(keras.Model):
        def train_step(self, data):
            x, y = data
            with tf.GradientTape() as tape:
                logits = self(x, training=True)
                loss = tf.reduce_mean(
                    tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits)
                )
            variables = self.trainable_variables
            self.optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
            hits = tf.equal(tf.argmax(logits, axis=-1), y)
            return {"loss": loss, "hits": tf.reduce_sum(tf.cast(hits, tf.int64))}

    inputs = keras.Input((8,))
    model = Custom(inputs, keras.layers.Dense(3)(inputs))
    model.compile("sgd")
    rows = ROWS.astype("float64") + 1e-9
    dataset = tf.data.Dataset.from_tensor_slices((rows, CLASSES)).batch(32)
    return model, (dataset,), {"shuffle": False}


def trained(tf, build, fit):
    tf.keras.utils.set_random_seed(1)
    model, data, options = build(tf)
    history = fit(model, *data, epochs=3, verbose=0, **options).history
    optimizers = [one for name, one in vars(model).items() if name.endswith("optimizer")]
    held = [*model.variables, *(one for each in optimizers for one in each.variables)]
    return history, [np.asarray(one) for one in held], model


@pytest.mark.parametrize("build", [guide, own_test_step, vae, gan, classes_of_64_bits])
def test_a_program_has_the_numbers_of_the_run_step_by_step(tf, build):
    ours, theirs = trained(tf, build, onefit.fit), trained(tf, build, FIT)
    assert ours[0] == theirs[0]
    for one, other in zip(ours[1], theirs[1], strict=True):
        np.testing.assert_array_equal(one, other)
    model, data, options = build(tf)
    assert onefit.explain(model, *data, epochs=3, **options).way == PROGRAM


def test_both_ways_begin_with_the_same_second_optimizer(tf):
    tf.keras.utils.set_random_seed(4)
    model, data, more = gan(tf)
    verdict = onefit.verify(model, *data, epochs=2, batch_size=32, verbose=0, **more)
    assert verdict.same, verdict
    assert verdict.compared > sum(one.numpy().size for one in model.trainable_variables)
