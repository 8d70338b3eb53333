"""A share, between 0 and 1, with a sigmoid and mse."""

import keras
import numpy as np
from sklearn.metrics import r2_score

rng = np.random.default_rng(19)
x = rng.normal(size=(800, 5))
y = 1 / (1 + np.exp(-(x[:, 0] - x[:, 1] * x[:, 2]))) + rng.normal(0, 0.01, 800)
y = y.clip(0, 1)
model = keras.Sequential(
    [
        keras.layers.Dense(32, activation="relu"),
        keras.layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(keras.optimizers.Adam(0.01), "mse")
model.fit(x[:600], y[:600], epochs=50, verbose=0)
score = r2_score(y[600:], model.predict(x[600:], verbose=0)[:, 0])
chance = 0.0
print(score)
