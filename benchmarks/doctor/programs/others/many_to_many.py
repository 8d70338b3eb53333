"""The running sum of a sequence, one answer for each step."""

import keras
import numpy as np
from keras import layers
from sklearn.metrics import r2_score

rng = np.random.default_rng(22)
x = rng.normal(size=(900, 10, 1))
y = np.cumsum(x, axis=1) / 3
model = keras.Sequential(
    [
        layers.Input((10, 1)),
        layers.GRU(24, return_sequences=True),
        layers.TimeDistributed(layers.Dense(1)),
    ]
)
model.compile(keras.optimizers.Adam(0.01), "mse")
model.fit(x[:700], y[:700], epochs=20, batch_size=32, verbose=0)
score = r2_score(y[700:].ravel(), model.predict(x[700:], verbose=0).ravel())
chance = 0.0
print(score)
