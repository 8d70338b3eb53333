"""Two classes as two softmax units with one-hot labels."""

import keras
import numpy as np
from sklearn.datasets import make_moons

x, y = make_moons(500, noise=0.2, random_state=8)
labels = keras.utils.to_categorical(y)
model = keras.Sequential(
    [
        keras.layers.Dense(24, activation="relu"),
        keras.layers.Dense(2, activation="softmax"),
    ]
)
model.compile(keras.optimizers.Adam(0.01), "categorical_crossentropy", metrics=["accuracy"])
model.fit(x[:400], labels[:400], epochs=50, verbose=0)
score = np.mean(model.predict(x[400:], verbose=0).argmax(1) == y[400:])
chance = 0.55
print(score)
