"""A classifier with hinge loss and labels -1 and 1; the output is linear."""

import keras
import numpy as np
from sklearn.datasets import make_classification

x, y = make_classification(800, 10, n_informative=5, random_state=3)
signs = 2 * y - 1
model = keras.Sequential([keras.layers.Dense(32, activation="relu"), keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="hinge")
model.fit(x[:600], signs[:600], epochs=30, verbose=0)
score = np.mean((model.predict(x[600:], verbose=0)[:, 0] > 0) == (y[600:] > 0))
chance = max(y[600:].mean(), 1 - y[600:].mean())
print(score)
