"""Counts with an exponential output and the Poisson loss."""

import keras
import numpy as np
from sklearn.metrics import r2_score

rng = np.random.default_rng(7)
x = rng.normal(size=(1200, 4)).astype("float32")
y = rng.poisson(np.exp(0.8 + 0.6 * x[:, 0] - 0.4 * x[:, 2])).astype("float32")
inputs = keras.Input((4,))
rate = keras.layers.Dense(1, activation="exponential")(inputs)
model = keras.Model(inputs, rate)
model.compile(optimizer=keras.optimizers.Adam(0.02), loss=keras.losses.Poisson())
model.fit(x, y, epochs=25, batch_size=64, verbose=0)
score = r2_score(y, model.predict(x, verbose=0)[:, 0])
chance = 0.0
print("R2", score)
