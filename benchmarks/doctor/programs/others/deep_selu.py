"""Eight layers of selu with its own initializer."""

import keras
import numpy as np
from sklearn.datasets import make_moons

x, y = make_moons(600, noise=0.1, random_state=0)
model = keras.Sequential([keras.Input((2,))])
for _ in range(8):
    model.add(keras.layers.Dense(16, activation="selu", kernel_initializer="lecun_normal"))
model.add(keras.layers.Dense(1, activation="sigmoid"))
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
model.fit(x[:450], y[:450], epochs=40, verbose=0)
score = np.mean((model.predict(x[450:], verbose=0)[:, 0] > 0.5) == y[450:])
chance = 0.55
print(score)
