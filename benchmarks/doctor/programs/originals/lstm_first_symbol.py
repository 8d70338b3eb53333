"""An LSTM says which of four symbols came first."""

import keras
import numpy as np
from keras.layers import LSTM, Dense, Input

rng = np.random.default_rng(8)
symbols = rng.integers(0, 4, size=(1000, 8))
x = np.eye(4)[symbols]
y = np.eye(4)[symbols[:, 0]]
x_train, y_train, x_test, y_test = x[:800], y[:800], x[800:], y[800:]

model = keras.Sequential([Input((8, 4)), LSTM(16), Dense(4, activation="softmax")])
model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, epochs=30, batch_size=32, verbose=0)

score = (model.predict(x_test, verbose=0).argmax(axis=1) == y_test.argmax(axis=1)).mean()
chance = y_test.mean(axis=0).max()
print("accuracy", score)
