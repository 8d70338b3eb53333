"""Sentiment with an LSTM over words, as in the IMDB example, on made reviews."""

import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(2)
good, bad = np.arange(1, 30), np.arange(30, 60)
y = rng.integers(0, 2, 1000)
x = rng.integers(60, 300, size=(1000, 25))
for row, label in zip(x, y):
    places = rng.choice(25, 5, replace=False)
    row[places] = rng.choice(good if label else bad, 5)
model = keras.Sequential()
model.add(layers.Embedding(300, 16))
model.add(layers.LSTM(16))
model.add(layers.Dense(1, activation="sigmoid"))
model.compile(keras.optimizers.Adam(0.01), loss="binary_crossentropy", metrics=["accuracy"])
model.fit(x[:800], y[:800], batch_size=32, epochs=8, validation_split=0.2, verbose=0)
score = np.mean((model.predict(x[800:], verbose=0)[:, 0] > 0.5) == y[800:])
chance = 0.55
print("Test accuracy:", score)
