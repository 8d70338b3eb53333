"""Noise off digits, with convolutions and a sigmoid output."""

import keras
import numpy as np
from keras import layers
from sklearn.datasets import load_digits

clean = load_digits().images[..., None] / 16
noisy = np.clip(clean + np.random.default_rng(0).normal(0, 0.3, clean.shape), 0, 1)
inputs = layers.Input((8, 8, 1))
z = layers.Conv2D(16, 3, activation="relu", padding="same")(inputs)
z = layers.MaxPooling2D(2, padding="same")(z)
z = layers.Conv2DTranspose(16, 3, strides=2, activation="relu", padding="same")(z)
out = layers.Conv2D(1, 3, activation="sigmoid", padding="same")(z)
model = keras.Model(inputs, out)
model.compile("adam", "binary_crossentropy")
model.fit(noisy[:1400], clean[:1400], epochs=15, batch_size=64, verbose=0)
error = np.mean((model.predict(noisy[1400:], verbose=0) - clean[1400:]) ** 2)
score = 1 - error / np.mean((clean[:1400].mean(0) - clean[1400:]) ** 2)
chance = 0.0
print(score)
