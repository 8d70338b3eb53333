"""The focal loss for a rare class."""

import keras
import numpy as np
from sklearn.metrics import balanced_accuracy_score

rng = np.random.default_rng(81)
x = rng.normal(size=(2000, 5))
y = (np.hypot(x[:, 0], x[:, 1]) > 2).astype("float32")
model = keras.Sequential(
    [
        keras.layers.Dense(32, activation="relu"),
        keras.layers.Dense(16, activation="relu"),
        keras.layers.Dense(1, activation="sigmoid"),
    ]
)
focal = keras.losses.BinaryFocalCrossentropy(gamma=2.0)
model.compile(keras.optimizers.Adam(0.01), focal, metrics=["accuracy"])
model.fit(x[:1600], y[:1600], epochs=30, verbose=0)
score = balanced_accuracy_score(y[1600:], model.predict(x[1600:], verbose=0)[:, 0] > 0.5)
chance = 0.5
print(score)
