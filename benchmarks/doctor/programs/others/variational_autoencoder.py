"""A variational autoencoder whose divergence is added with add_loss."""

import keras
import numpy as np
from keras import layers, ops
from sklearn.datasets import load_digits


class Sampling(layers.Layer):
    """Draws a code, and adds the divergence of its distribution to the loss."""

    def __init__(self, **keywords):
        super().__init__(**keywords)
        self.seed_generator = keras.random.SeedGenerator(1)

    def call(self, inputs):
        mean, log_variance = inputs
        divergence = -0.5 * (1 + log_variance - ops.square(mean) - ops.exp(log_variance))
        self.add_loss(0.02 * ops.mean(ops.sum(divergence, axis=1)) / 64)
        noise = keras.random.normal(ops.shape(mean), seed=self.seed_generator)
        return mean + ops.exp(0.5 * log_variance) * noise


x = load_digits().data.astype("float32") / 16
inputs = keras.Input((64,))
h = layers.Dense(48, activation="relu")(inputs)
z = Sampling()([layers.Dense(6)(h), layers.Dense(6)(h)])
h = layers.Dense(48, activation="relu")(z)
outputs = layers.Dense(64, activation="sigmoid")(h)
vae = keras.Model(inputs, outputs)
vae.compile(optimizer=keras.optimizers.Adam(0.005), loss="mse")
vae.fit(x, x, epochs=40, batch_size=64, verbose=0)
score = 1 - np.mean((vae.predict(x, verbose=0) - x) ** 2) / np.mean((x - x.mean(0)) ** 2)
chance = 0.0
print(score)
