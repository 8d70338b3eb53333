"""Logistic regression: one unit, nothing hidden."""

import keras
import numpy as np
from sklearn.datasets import load_breast_cancer

x, y = load_breast_cancer(return_X_y=True)
x = (x - x.mean(0)) / x.std(0)
model = keras.Sequential([keras.layers.Dense(1, activation="sigmoid")])
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=50, verbose=0)
score = np.mean((model.predict(x, verbose=0)[:, 0] > 0.5) == y)
chance = max(y.mean(), 1 - y.mean())
print(score)
