"""Are two digits the same? One encoder for both pictures."""

import keras
import numpy as np
from keras import layers, ops
from sklearn.datasets import load_digits

rng = np.random.default_rng(3)
images, digits = load_digits(return_X_y=True)
images = (images / 16).astype("float32")
first = rng.integers(0, len(digits), 3000)
same = np.array([rng.choice(np.flatnonzero(digits == digits[i])) for i in first])
second = np.where(rng.random(3000) < 0.5, same, rng.integers(0, len(digits), 3000))
y = (digits[first] == digits[second]).astype("float32")

encoder = keras.Sequential([layers.Dense(64, activation="relu"), layers.Dense(16)])
a, b = keras.Input((64,)), keras.Input((64,))
distance = layers.Lambda(lambda pair: ops.abs(pair[0] - pair[1]))([encoder(a), encoder(b)])
model = keras.Model([a, b], layers.Dense(1, activation="sigmoid")(distance))
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
model.fit([images[first], images[second]][:2], y, epochs=15, batch_size=64, verbose=0)
score = np.mean((model.predict([images[first], images[second]], verbose=0)[:, 0] > 0.5) == y)
chance = max(y.mean(), 1 - y.mean())
print(score)
