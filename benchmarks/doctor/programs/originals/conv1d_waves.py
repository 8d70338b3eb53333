"""Which of three shapes a noisy wave has."""

import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(30)
y = rng.integers(0, 3, 900)
phase = rng.uniform(0, 6.28, (900, 1)) + np.linspace(0, 12.6, 40)
shapes = [np.sin(phase), np.sign(np.sin(phase)), 2 * (phase / 6.2832 % 1) - 1]
x = np.choose(y[:, None], shapes) + rng.normal(0, 0.2, (900, 40))
x = x[..., None]
x_train, x_test, y_train, y_test = x[:700], x[700:], y[:700], y[700:]

inputs = layers.Input((40, 1))
z = layers.Conv1D(16, 5, activation="relu", padding="same")(inputs)
z = layers.MaxPooling1D(2)(z)
z = layers.Conv1D(16, 5, activation="relu", padding="same")(z)
z = layers.GlobalAveragePooling1D()(z)
outputs = layers.Dense(3, activation="softmax")(z)
model = keras.Model(inputs, outputs)
model.compile(
    optimizer=keras.optimizers.Adam(0.01),
    loss=keras.losses.SparseCategoricalCrossentropy(),
    metrics=["accuracy"],
)
model.fit(x_train, y_train, epochs=20, batch_size=32, verbose=0)

score = np.mean(model.predict(x_test, verbose=0).argmax(axis=1) == y_test)
chance = np.bincount(y_test).max() / len(y_test)
print("accuracy", score)
