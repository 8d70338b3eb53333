"""Rows that were measured twice count twice."""

import keras
import numpy as np
from sklearn.datasets import make_classification

x, y = make_classification(900, 8, n_informative=6, random_state=30)
weights = np.random.default_rng(0).integers(1, 3, 900).astype("float32")
model = keras.Sequential(
    [
        keras.layers.Dense(24, activation="relu"),
        keras.layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile("adam", "binary_crossentropy", weighted_metrics=["accuracy"])
model.fit(x[:700], y[:700], sample_weight=weights[:700], epochs=40, verbose=0)
score = np.mean((model.predict(x[700:], verbose=0)[:, 0] > 0.5) == y[700:])
chance = 0.55
print(score)
