"""A script as they were written for Keras 1."""

import numpy as np
from keras.layers.core import Activation, Dense
from keras.models import Sequential

np.random.seed(1)
x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], "float32")
y = np.array([[0], [1], [1], [0]], "float32")
model = Sequential()
model.add(Dense(8, input_dim=2, init="uniform"))
model.add(Activation("tanh"))
model.add(Dense(1, activation="sigmoid"))
model.compile(loss="binary_crossentropy", optimizer="adadelta", metrics=["accuracy"])
history = model.fit(x, y, nb_epoch=500, verbose=0)
print(sorted(history.history))
