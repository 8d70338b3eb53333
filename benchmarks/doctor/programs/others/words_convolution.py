"""One-dimensional convolutions over words and a global maximum."""

import keras
import numpy as np
from keras.layers import Conv1D, Dense, Dropout, Embedding, GlobalMaxPooling1D

rng = np.random.default_rng(20)
x = rng.integers(3, 80, size=(1400, 30))
y = rng.integers(0, 2, 1400)
for row in np.flatnonzero(y):
    at = rng.integers(0, 28)
    x[row, at : at + 2] = [1, 2]
model = keras.Sequential(
    [
        Embedding(80, 12),
        Conv1D(32, 2, activation="relu"),
        GlobalMaxPooling1D(),
        Dropout(0.2),
        Dense(1, activation="sigmoid"),
    ]
)
model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy", metrics=["accuracy"])
model.fit(x[:1100], y[:1100], epochs=20, batch_size=32, verbose=0)
score = np.mean((model.predict(x[1100:], verbose=0)[:, 0] > 0.5) == y[1100:])
chance = 0.55
print(score)
