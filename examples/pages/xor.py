"""The first network of many tutorials, from a start that stops at three rows of four."""

import keras
import numpy as np
from keras.layers import Dense

keras.utils.set_random_seed(1)
x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
y = np.array([[0], [1], [1], [0]])
model = keras.Sequential([Dense(4, activation="relu"), Dense(1, activation="sigmoid")])
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=1000, verbose=0)
