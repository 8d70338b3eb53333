"""Sentiment of made reviews: an embedding, its mean, a sigmoid."""

import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(21)
words, length, reviews = 400, 20, 1200
taste = rng.normal(size=words)
x = rng.integers(1, words, size=(reviews, length))
y = (taste[x].mean(axis=1) > 0).astype("int32")
x_train, x_test, y_train, y_test = x[:900], x[900:], y[:900], y[900:]

model = keras.Sequential()
model.add(layers.Input((length,)))
model.add(layers.Embedding(words, 8))
model.add(layers.GlobalAveragePooling1D())
model.add(layers.Dense(16, activation="relu"))
model.add(layers.Dense(1, activation="sigmoid"))
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="binary_crossentropy", metrics=["acc"])
model.fit(x_train, y_train, batch_size=32, epochs=15, validation_data=(x_test, y_test), verbose=0)

score = np.mean((model.predict(x_test, verbose=0)[:, 0] > 0.5) == y_test)
chance = max(y_test.mean(), 1 - y_test.mean())
print("accuracy:", score)
