"""The parity of three bits, all eight rows of it."""

import itertools

import keras
import numpy as np
from keras.layers import Dense

x = np.array(list(itertools.product([-1, 1], repeat=3)), dtype="float32")
y = (x.prod(axis=1) > 0).astype("float32")

model = keras.Sequential([Dense(16, activation="tanh"), Dense(1, activation="sigmoid")])
optimizer = keras.optimizers.Adam(learning_rate=0.02)
model.compile(optimizer=optimizer, loss="binary_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=400, verbose=0)

score = np.mean((model.predict(x, verbose=0)[:, 0] > 0.5) == y)
chance = 0.5
print("right:", score)
