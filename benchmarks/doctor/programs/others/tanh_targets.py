"""Labels -1 and 1 with tanh and mse."""

import keras
import numpy as np

rng = np.random.default_rng(5)
x = rng.normal(size=(600, 4))
y = np.where(x[:, 0] * x[:, 1] > 0, 1.0, -1.0)
model = keras.Sequential(
    [
        keras.layers.Dense(32, activation="tanh"),
        keras.layers.Dense(1, activation="tanh"),
    ]
)
model.compile(keras.optimizers.Adam(0.01), "mse")
model.fit(x[:450], y[:450], epochs=60, verbose=0)
score = np.mean(np.sign(model.predict(x[450:], verbose=0)[:, 0]) == y[450:])
chance = 0.55
print(score)
