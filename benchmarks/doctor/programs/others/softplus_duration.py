"""Durations are positive: one softplus unit."""

import keras
import numpy as np
from sklearn.metrics import r2_score

rng = np.random.default_rng(9)
x = rng.normal(size=(900, 6))
y = np.abs(2 + x[:, 0] + 0.5 * x[:, 1] ** 2) + 0.1 * rng.normal(size=900) ** 2
model = keras.Sequential(
    [
        keras.Input((6,)),
        keras.layers.Dense(48, activation="swish"),
        keras.layers.Dense(1, activation="softplus"),
    ]
)
model.compile(optimizer="nadam", loss="mae", metrics=["mse"])
model.fit(x[:700], y[:700], epochs=60, validation_data=(x[700:], y[700:]), verbose=0)
score = r2_score(y[700:], model.predict(x[700:], verbose=0)[:, 0])
chance = 0.0
print(score)
